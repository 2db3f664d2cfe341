"""Whole conversations in audio: synthesised partners, a virtual room, the real ears and mind."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from voice_checkin.rehearsal.measure import Measure
from voice_checkin.rehearsal.run import Rehearsal
from voice_checkin.rehearsal.script import RehearsalScript
from voice_checkin.scripts import script_names
from voice_checkin.session.step import nominal_decode_s
from voice_checkin.settings import Settings

pytestmark = [pytest.mark.loop, pytest.mark.timeout(300)]

EVENING = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)
PAIRS = {
    "two espeak voices": ("espeak:en-us+f2", "espeak:en-us+m7"),
    "a flite and an espeak voice": ("flite:slt", "espeak:en-us+m2"),
    "a neural voice and a formant one": ("piper", "espeak:en-us+f3"),
}


def hold(**plan: Any) -> tuple[Measure, Rehearsal]:
    rehearsal = Rehearsal(
        RehearsalScript.model_validate(plan),
        Settings(names=("Ana", "Ben"), locale="us"),
        real_time=False,
        keep=False,
        wall=EVENING,
        cost=nominal_decode_s,  # the same evening on a busy machine
    )
    return rehearsal.run(), rehearsal


def hold_through(**plan: Any) -> Measure:
    """Hold it until it is completed, three times at most.

    espeak and piper speak no sentence twice alike: an answer that is misheard can rightly end a
    conversation otherwise (a no, another day), and says nothing of whether it can be held.
    """
    for _ in range(3):
        measure, _ = hold(**plan)
        if measure.summary()["completed"]:
            break
    return measure


def partners(first: str, second: str) -> dict[str, dict[str, Any]]:
    return {"Ana": {"voice": first}, "Ben": {"voice": second}}


@pytest.mark.parametrize("pair", PAIRS.values(), ids=PAIRS.keys())
def test_a_nightly_check_in_from_hello_to_good_night(pair: tuple[str, str]) -> None:
    measure = hold_through(dialog="nightly", partners=partners(*pair),
                           room={"noise_snr_db": 25, "echo_db": -20, "delay_ms": 60})  # fmt: skip

    assert measure.summary()["completed"], measure.turns
    assert not any(turn["cut_off"] for turn in measure.turns)


@pytest.mark.parametrize("name", [n for n in script_names() if n != "nightly"])
def test_every_conversation_can_be_held_by_voice_from_start_to_end(name: str) -> None:
    measure = hold_through(dialog=name)

    assert measure.summary()["completed"], measure.turns[-5:]


def test_a_no_is_heard_and_ends_it_within_two_seconds() -> None:
    measure, _ = hold(dialog="nightly", say=[{"Ana": {"text": "yes"}}, {"Ben": {"text": "no"}}])

    assert measure.summary()["ended"] == "declined"
    assert measure.turns[-1]["gap_ms"] < 2000


def test_stop_over_the_assistant_s_own_voice_is_honoured() -> None:
    measure, _ = hold(
        dialog="nightly",
        room={"echo_db": -20, "delay_ms": 60},
        say=[
            {"Ana": {"text": "yes"}},
            {"Ben": {"text": "yes"}},
            {"Ana": {"text": "please stop now", "barge_in_ms": 900}},
        ],
    )
    last = measure.turns[-1]

    assert last["barge_in_ms"] is not None
    assert last["barge_in_ms"] < 400


def test_an_evening_without_answers_ends_kindly_by_itself() -> None:
    measure, _ = hold(dialog="nightly", say=[{"Ana": {"text": "yes"}}, {"Ben": {"text": "yes"}}])

    assert measure.summary()["ended"] == "left"


def test_a_long_pause_in_an_answer_is_not_its_end() -> None:
    measure, _ = hold(
        dialog="nightly",
        partners=partners("piper", "espeak:en-us+m3"),  # a voice whose five is heard as one
        say=[
            {"Ana": {"text": "yes"}},
            {"Ben": {"text": "yes"}},
            {"Ana": {"text": "I think ... maybe five", "pause_ms": 1500}},
            {"Ben": {"text": "six"}},
        ],
    )
    answer = next(turn for turn in measure.turns if "..." in turn["said"])

    assert not answer["cut_off"]
    assert "five" in answer["heard"].lower()


def test_words_after_hang_on_are_the_answer_and_no_pause() -> None:
    measure, _ = hold(
        dialog="nightly",
        partners=partners("piper", "espeak:en-us+m3"),
        say=[
            {"Ana": {"text": "yes"}},
            {"Ben": {"text": "yes"}},
            {"Ana": {"text": "seven"}},
            {"Ben": {"text": "six"}},
            {"Ana": {"text": "hang on ... it was a long day at work", "pause_ms": 2500}},
        ],
    )
    answer = next(turn for turn in measure.turns if "..." in turn["said"])

    assert "day at work" in answer["heard"].lower()
    assert answer["meaning"]["command"] is None


@pytest.mark.parametrize("pause_ms", [450, 550, 650])
def test_a_yes_that_goes_on_is_not_the_other_partners_consent(pause_ms: int) -> None:
    measure, _ = hold(
        dialog="nightly",
        partners=partners("piper", "espeak:en-us+m3"),
        say=[
            {"Ana": {"text": "yes ... I would like that", "pause_ms": pause_ms}},
            {"Ben": {"text": "no thank you"}},
        ],
    )

    assert measure.summary()["ended"] == "declined"
    assert [turn["partner"] for turn in measure.turns] == ["Ana", "Ben"]
