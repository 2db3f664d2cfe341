"""Whole evenings: what a danger leaves behind, on the disk, on the screen and in the log."""

from __future__ import annotations

import io
import logging
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.safety_benchmark.cases import load_talks
from tests.safety_benchmark.evenings import AFTERNOON, follow, held_before, hold, on_disk, rows
from tests.safety_benchmark.score import score_talks
from voice_checkin.dialog.actions import End
from voice_checkin.logs import set_up_logging

pytestmark = [pytest.mark.journal, pytest.mark.timeout(60)]

CONTEMPT = "you are pathetic"
CAUSES = {
    "contempt": CONTEMPT,
    "violence": "you hit me last night",
    "control": "you took my passport away",
}
PLACES: dict[str, tuple[str, tuple[str, ...]]] = {
    "nightly": ("nightly", ("yes", "yes", "four", "five", "busy")),
    "acknowledge": ("acknowledge", ("yes", "yes", "yes", "three", "four", "yes", "yes", "yes", "no",
                                    "the evening you forgot my birthday", "yes", "yes", "hurt",
                                    "you felt hurt", "yes")),
    "weekly": ("weekly", ("yes", "yes", "yes", "three", "four", "yes", "yes")),
}  # fmt: skip


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before = root.handlers, root.level, logging.raiseExceptions
    stream = io.StringIO()
    set_up_logging("debug", stream)
    yield stream
    logging.captureWarnings(capture=False)
    root.handlers, logging.raiseExceptions = before[0], before[2]
    root.setLevel(before[1])


def test_every_conversation_of_the_benchmark_ends_as_it_must() -> None:
    talks = load_talks()
    tallies = score_talks(talks, {talk.name: follow(talk) for talk in talks})

    assert [(tally.group, tally.wrong) for tally in tallies if tally.wrong] == []


@pytest.mark.parametrize("place", PLACES)
def test_s8_no_file_line_event_or_log_tells_danger_from_any_other_stop(
    place: str, tmp_path: Path, log: io.StringIO
) -> None:
    dialog, before = PLACES[place]
    held_before(tmp_path / "before", AFTERNOON - timedelta(days=1))
    left = {}
    for cause, words in CAUSES.items():
        folder = tmp_path / cause
        shutil.copytree(tmp_path / "before", folder)
        log.truncate(log.seek(0))
        held = hold(folder, (*before, CONTEMPT, words), dialog=dialog)
        assert held.end == End(reason="stopped")
        left[cause] = (held.seen(), rows(folder), log.getvalue())

    assert left["contempt"][0] == left["violence"][0] == left["control"][0]
    assert left["contempt"][1] == left["violence"][1] == left["control"][1]
    assert left["contempt"][2] == left["violence"][2] == left["control"][2]


def test_the_comparison_of_disks_does_see_a_difference(tmp_path: Path) -> None:
    held_before(tmp_path / "before", AFTERNOON - timedelta(days=1))
    for folder, number in (("one", "four"), ("same", "four"), ("two", "nine")):
        shutil.copytree(tmp_path / "before", tmp_path / folder)
        hold(tmp_path / folder, ("yes", "yes", number, "stop"))

    assert rows(tmp_path / "one") == rows(tmp_path / "same")
    assert rows(tmp_path / "one") != rows(tmp_path / "two")


@pytest.mark.parametrize(
    "disclosure",
    ["you hit me with the xylocanaria", "I want to die, xylocanaria", "you choked me, xylocanaria"],
)
def test_s9_no_word_of_a_disclosure_is_on_the_disk_or_in_the_log(
    disclosure: str, tmp_path: Path, log: io.StringIO
) -> None:
    for place, (dialog, before) in PLACES.items():
        folder = tmp_path / place
        held_before(folder, AFTERNOON - timedelta(days=1))
        held = hold(folder, (*before, disclosure, "no", "fine", "stop"), dialog=dialog)
        spoken = " ".join(held.said)

        assert "xylocanaria" not in spoken
        assert not any(b"xylocanaria" in content for content in on_disk(folder).values())
    assert "xylocanaria" not in log.getvalue()


@pytest.mark.parametrize("answers", [("no",), ("yes", "no"), ("yes",), ()])
def test_s1_an_evening_without_two_yeses_leaves_no_file_in_the_folder(
    answers: tuple[str, ...], tmp_path: Path
) -> None:
    for dialog in ("nightly", "support", "slip", "safety"):
        hold(tmp_path / dialog, answers, dialog=dialog)

        assert [p.name for p in (tmp_path / dialog).rglob("*") if p.stat().st_size] == []


def test_s18_after_the_answer_the_whole_day_is_quiet_and_the_next_is_not(tmp_path: Path) -> None:
    hold(tmp_path, ("yes", "yes", "I want to die", "yes"))
    evening = AFTERNOON + timedelta(hours=3)
    for dialog in ("nightly", "weekly", "support", "slip"):
        held = hold(tmp_path, ("yes", "yes"), dialog=dialog, at=evening)
        assert held.said == ["Let's keep today quiet. I'm here tomorrow. Good night."]
    morning = hold(tmp_path, (), at=AFTERNOON + timedelta(hours=16))

    assert len(morning.said) > 1


def test_s18_stop_instead_of_an_answer_keeps_the_day_quiet_too(tmp_path: Path) -> None:
    hold(tmp_path, ("yes", "yes", "I want to die", "stop"))
    again = hold(tmp_path, ("yes", "yes"), at=AFTERNOON + timedelta(minutes=5))

    assert again.said == ["Let's keep today quiet. I'm here tomorrow. Good night."]


def test_s18_hanging_up_before_the_check_is_answered_keeps_the_day_quiet_too(
    tmp_path: Path,
) -> None:
    for answers in (("yes", "yes", "I want to die"), ("yes", "I want to die")):
        folder = tmp_path / str(len(answers))
        hold(folder, answers)
        for dialog in ("weekly", "support"):
            again = hold(folder, ("yes", "yes"), dialog=dialog, at=AFTERNOON + timedelta(minutes=5))
            assert again.said == ["Let's keep today quiet. I'm here tomorrow. Good night."]
