"""Named times become moments: today, tomorrow, and days of the week."""

from __future__ import annotations

from datetime import datetime

import pytest

from voice_checkin.dialog.lines import spoken_time
from voice_checkin.dialog.times import when_of
from voice_checkin.session.wiring import load_mind
from voice_checkin.words import Expecting, Kind

MIND = load_mind()
MONDAY = datetime(2026, 11, 23, 18, 0)  # noqa: DTZ001  # a wall clock, wherever they live


@pytest.mark.parametrize(
    ("said", "spoken"),
    [
        ("on saturday at ten", "Saturday at ten o'clock"),
        ("saturday morning", "Saturday at nine o'clock"),
        ("how about sunday evening", "Sunday at seven o'clock"),
        ("sunday. no, saturday afternoon at three", "Saturday at three o'clock"),
        ("next monday at half past six in the evening", "Monday at half past six"),
        ("tomorrow at ten", "tomorrow at ten o'clock"),
        ("tonight at eight", "eight o'clock"),
    ],
)
def test_an_hour_on_another_day_is_understood_and_said_back(said: str, spoken: str) -> None:
    time = MIND(said, Expecting(kind=Kind.TIME)).time
    assert time is not None
    when = when_of(time, MONDAY)

    assert when is not None
    assert spoken_time(when, MONDAY) == spoken
    assert when > MONDAY


def test_a_weekday_that_is_today_means_the_next_one() -> None:
    time = MIND("monday at ten", Expecting(kind=Kind.TIME)).time
    assert time is not None
    when = when_of(time, MONDAY)

    assert when is not None
    assert (when.date() - MONDAY.date()).days == 7


@pytest.mark.parametrize("said", ["tomorrow morning", "on saturday", "in the morning"])
def test_a_day_without_an_hour_is_known_to_be_vague(said: str) -> None:
    time = MIND(said, Expecting(kind=Kind.TIME)).time

    assert time is not None
    assert time.vague


@pytest.mark.parametrize("said", ["tomorrow at ten", "tomorrow at noon", "in half an hour"])
def test_a_named_hour_is_not_vague(said: str) -> None:
    time = MIND(said, Expecting(kind=Kind.TIME)).time

    assert time is not None
    assert not time.vague
