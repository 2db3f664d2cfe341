"""Where time comes from.  Passed in, so that a whole evening is tested in a second."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from typing import Protocol

from voice_checkin.words import Seconds


class Clock(Protocol):
    """Session time in seconds from 0, never backwards, and the time on the wall."""

    def now(self) -> Seconds: ...

    def wall(self) -> datetime:
        """Local time, with its zone."""
        ...


class SystemClock:
    """The machine's own clocks.  Session time is monotonic: a changed wall clock can't move it."""

    def __init__(self) -> None:
        self._started = time.monotonic()

    def now(self) -> Seconds:
        return time.monotonic() - self._started

    def wall(self) -> datetime:
        return datetime.now().astimezone()


class SampleClock:
    """A clock that stands still until told to advance: by frames fed, or by a test."""

    def __init__(self, wall: datetime | None = None) -> None:
        self._now: Seconds = 0.0
        self._origin = wall or datetime.now().astimezone()

    def now(self) -> Seconds:
        return self._now

    def wall(self) -> datetime:
        return self._origin + timedelta(seconds=self._now)

    def advance(self, seconds: Seconds) -> None:
        """Move on by ``seconds``, which is 0 or more."""
        if seconds < 0:
            raise ValueError(f"time cannot go back by {-seconds} s")
        self._now += seconds
