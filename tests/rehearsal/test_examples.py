"""What people do, as scripts: each ends as it would in a kitchen."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from voice_checkin.rehearsal.measure import Measure
from voice_checkin.rehearsal.run import Rehearsal
from voice_checkin.rehearsal.script import load_rehearsal
from voice_checkin.session.step import nominal_decode_s
from voice_checkin.settings import Settings

pytestmark = [pytest.mark.loop, pytest.mark.timeout(300)]

SCRIPTS = Path(__file__).parent / "scripts"


def held(name: str) -> Measure:
    return Rehearsal(
        load_rehearsal(SCRIPTS / f"{name}.yaml"),
        Settings(locale="us"),
        real_time=False,
        keep=False,
        wall=datetime(2026, 11, 23, 20, 0, tzinfo=UTC),
        cost=nominal_decode_s,  # the same evening on a busy machine
    ).run()


def turns(measure: Measure, beat: str) -> list[dict[str, Any]]:
    return [turn for turn in measure.turns if turn["beat"] == beat]


def test_mumbling_is_asked_about_in_other_words_and_then_left() -> None:
    measure = held("mumbles")
    asked = [turn["asked"] for turn in turns(measure, "wound_up") if turn["partner"] == "Ana"]

    assert len(asked) == len(set(asked)) >= 2
    assert measure.summary()["ended"] == "stopped"


def test_without_a_yes_of_both_nothing_begins() -> None:
    measure = held("silent")

    assert measure.summary()["ended"] == "declined"
    assert {turn["beat"] for turn in measure.turns} <= {"consent", "readback"}


def test_stop_in_the_middle_of_a_line_silences_it_within_a_breath() -> None:
    measure = held("stop_barge_in")
    (silenced,) = [t["barge_in_ms"] for t in measure.turns if t["barge_in_ms"] is not None]

    assert measure.summary()["ended"] == "stopped"
    assert 0 < silenced < 400


def test_a_cough_a_door_and_a_knock_take_no_turn() -> None:
    measure = held("noises")

    assert [turn["said"] for turn in measure.turns if turn["heard"] and not turn["said"]] == []
    assert measure.summary()["ended"] == "stopped"


def test_a_partner_known_by_voice_cannot_consent_for_the_other() -> None:
    measure = held("enrolled_answers_for_other")
    first, second, third = turns(measure, "consent")[:3]

    assert (first["partner"], first["asked"][:4]) == ("Ben", "Ana,")
    assert second["asked"] == "Thank you. This one is for Ana."
    assert (second["partner"], third["partner"]) == ("Ana", "Ben")
    assert measure.summary()["ended"] == "stopped"


def test_a_third_voice_pauses_and_is_told_nothing_of_what_was_asked() -> None:
    measure = held("third_voice")

    assert "pause" in measure.turns[-1]["asked"].lower()
    assert measure.summary()["ended"] == "stopped"


def test_s6_who_had_little_of_the_floor_is_offered_a_turn_and_begins_the_next_round() -> None:
    measure = held("talks_long")
    (offered,) = turns(measure, "turn_offer")
    after = turns(measure, "helped")[0]

    assert offered["asked"].startswith("Ben, ")
    assert offered["partner"] == after["partner"] == "Ben"
    assert after["asked"].startswith("Ben, ")
    assert sum(measure.floor_shares().values()) in (99, 100, 101)
    assert measure.floor_shares()["Ana"] > 50


def test_two_known_voices_at_once_are_asked_to_speak_one_at_a_time() -> None:
    measure = held("enrolled_both_at_once")
    asked = [turn["asked"] for turn in measure.turns]

    assert any(line.startswith("One at a time. ") for line in asked), measure.turns
    assert measure.summary()["ended"] == "stopped"
