"""What a session tells whoever watches it: the screen, a rehearsal's partners, a measurement.

Watchers look on; nothing that they do reaches the session but through sound.  A real evening's
watchers show words on the screen and keep none of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from voice_checkin.dialog.actions import End, Wait
from voice_checkin.understanding.meaning import Meaning
from voice_checkin.words import Expecting, PartnerId, Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class LineQueued:
    """A line was handed to the speaker as sound ``handle``; several can wait in a row."""

    line_id: str
    text: str
    to: PartnerId | None
    handle: int
    at: Seconds
    breath_s: Seconds = 0.0
    """Silence that the sound begins with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineStarted:
    """The first sample of a line, its breath included."""

    line_id: str
    handle: int
    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class LineEnded:
    """A line is over; ``interrupted`` when it was cut off after ``heard_s``."""

    line_id: str
    handle: int
    at: Seconds
    heard_s: Seconds
    interrupted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Listening:
    """The assistant has finished speaking and waits for ``partner`` (None: either)."""

    beat: str
    partner: PartnerId | None
    expecting: Expecting
    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnTaken:
    """An utterance was closed and understood, or (with no text) a silence ran out."""

    number: int
    beat: str
    asked: PartnerId | None
    speaker: PartnerId | None
    text: str = field(repr=False)
    meaning: Meaning | None = field(repr=False, default=None)
    started: Seconds = 0.0
    ended: Seconds = 0.0
    at: Seconds = 0.0
    confidence: float = 1.0
    interrupted: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A break or a pause began."""

    wait: Wait
    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """The last line has been heard."""

    end: End
    beats: int
    lines: int
    at: Seconds


Published: TypeAlias = (
    LineQueued | LineStarted | LineEnded | Listening | TurnTaken | Waiting | Ended
)


class Watcher(Protocol):
    def notice(self, event: Published) -> None: ...
