"""Where time comes from.  Passed in, so that a whole evening is tested in a second."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol

from voice_checkin.words import Seconds


class Clock(Protocol):
    """Session time in seconds from 0, never backwards, and the time on the wall."""

    def now(self) -> Seconds: ...

    def wall(self) -> datetime:
        """Local time, with its zone."""
        ...


def since_boot() -> Seconds:
    """Return monotonic time that, where the system has such a clock, runs on in sleep too."""
    boot = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if boot is None else time.clock_gettime(boot)


class SteadyWall:
    """The local time at its making, and what has passed since.

    A clock that is set in the middle of an evening then moves nothing in it: no break grows
    longer, and no evening is over at a stroke.
    """

    def __init__(
        self,
        wall: Callable[[], datetime] = lambda: datetime.now(UTC),
        passed: Callable[[], Seconds] = since_boot,
    ) -> None:
        self._passed = passed
        self._origin, self._began = wall(), passed()

    def __call__(self) -> datetime:
        return (self._origin + timedelta(seconds=self._passed() - self._began)).astimezone()


class SystemClock:
    """The machine's own clocks.  A wall clock that is set meanwhile moves neither."""

    def __init__(self) -> None:
        self._started = time.monotonic()
        self._wall = SteadyWall()

    def now(self) -> Seconds:
        return time.monotonic() - self._started

    def wall(self) -> datetime:
        return self._wall()


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
