"""The seam to devices.  `sound.device` and `rehearsal.room` implement it and share one contract."""

from __future__ import annotations

from types import TracebackType
from typing import Protocol, Self

from voice_checkin.events import DeviceBack, DeviceLost, FramePair, PlayEnded, PlayStarted, Samples
from voice_checkin.words import Seconds


class Sound(Protocol):
    """A microphone and a speaker that share one sample index.

    Constructors are cheap and cannot fail; ``__enter__`` opens and may raise `DeviceError`.
    """

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...

    def read(self, timeout_s: Seconds = 1.0) -> FramePair | None:
        """Return the next 10 ms, or None where none came in time.  Called by one thread only."""
        ...

    def play(self, samples: Samples) -> int:
        """Queue samples behind what is playing; return a handle.  Callable from any thread."""
        ...

    def stop(self, fade_s: Seconds = 0.01) -> None:
        """Fade out what is playing and drop what is queued.  Callable from any thread."""
        ...

    def hold(self, handle: int) -> None:
        """Fall silent in this sound for a moment, losing nothing.  Callable from any thread."""
        ...

    def release(self) -> None:
        """Go on after `hold`; without one nothing happens.  Callable from any thread."""
        ...

    def pop_events(self) -> list[PlayStarted | PlayEnded | DeviceLost | DeviceBack]:
        """Return what happened since the last call, in order; called after each ``read``."""
        ...
