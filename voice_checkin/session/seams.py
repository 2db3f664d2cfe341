"""What a session needs of the mouth and the ears; threads and rehearsals give it both."""

from __future__ import annotations

from typing import Protocol

from voice_checkin.dialog.actions import ChimeName
from voice_checkin.events import Samples, Segment
from voice_checkin.words import Expecting, Seconds


class Voice(Protocol):
    """Text and chimes to samples, at the loudness and rate that people asked for."""

    def speech(self, text: str, *, breath: Seconds = 0.0) -> Samples:
        """Return the line's samples after ``breath`` seconds of silence."""
        ...

    def chime(self, name: ChimeName) -> Samples: ...

    def adjust(self, what: str) -> None: ...


class EarControl(Protocol):
    """The two things that a session tells the ears."""

    def expect(self, hint: Expecting) -> None: ...

    def submit(self, segment: Segment) -> None:
        """Hand a segment to the decoder; its `Heard` comes back through `Session.handle`."""
        ...
