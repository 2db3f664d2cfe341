"""Value types that every room shares.  Knows no other room, no file, no clock, no sound.

Times called *seconds* are floats.  Times inside one session count from the session's first
frame, in samples divided by the rate (the *sample clock*), so that a rehearsal that runs faster
than real time measures the same.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Literal, TypeAlias

Seconds: TypeAlias = float

RATE_HZ = 16_000
"""Samples a second, everywhere inside the program; devices and voices are resampled at the edge."""

FRAME_SAMPLES = 160
"""Samples in one frame: 10 ms, what the echo canceller works on."""

PartnerId: TypeAlias = Literal["a", "b"]
"""The two who talk.  Which of them is asked first alternates by night; neither owns anything."""

Command: TypeAlias = Literal[
    "repeat", "back", "skip", "pause", "resume", "time_out", "stop", "help",
    "louder", "quieter", "slower", "faster", "forget",
]  # fmt: skip
YesNo: TypeAlias = Literal["yes", "no", "unsure"]
Stance: TypeAlias = Literal[
    "share", "validate", "apologize", "apology_excuse", "defend", "minimize", "criticize",
    "contempt", "stonewall",
]  # fmt: skip
Risk: TypeAlias = Literal["violence", "coercion", "self_harm"]


def other(partner: PartnerId) -> PartnerId:
    """Name the other of the two."""
    return "b" if partner == "a" else "a"


class Kind(StrEnum):
    """The kinds of answer that a beat can ask for."""

    YES_NO = "yes_no"
    SCALE = "scale"
    FEELING = "feeling"
    FREE = "free"
    CHOICE = "choice"
    PROMISE = "promise"
    TIME = "time"
    """A clock time or a span: "twenty past eight", "in half an hour", "tomorrow"."""
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Option:
    """One of a few things a ``choice`` beat takes, and the ways people say it."""

    name: str
    phrases: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Expecting:
    """What kind of answer is waited for; it narrows what a word means."""

    kind: Kind = Kind.FREE
    options: tuple[Option, ...] = ()
    """For ``choice`` only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long a beat waits, in seconds."""

    start_s: Seconds = 8.0
    """From the listening chime to the first soft word, when nobody speaks."""
    pause_s: Seconds = 1.2
    """Silence after speech that may end the turn; the words so far can lengthen or shorten it."""
    limit_s: Seconds = 60.0
    """Longest turn; a chime sounds at three quarters of it."""

    def longer(self, factor: float) -> Patience:
        """Return waits that are so many times as long; the floor's limit stays."""
        return replace(self, start_s=self.start_s * factor, pause_s=self.pause_s * factor)


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One recognised word; times in seconds from the start of its segment."""

    text: str
    started: Seconds
    ended: Seconds
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """What a recogniser made of one segment."""

    text: str
    confidence: float
    """0 to 1.  A recogniser that gives none reports what `listening` estimates for it."""
    words: tuple[Word, ...] = ()
    recogniser: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Utterance:
    """What one person said in one turn, with session times."""

    text: str
    confidence: float = 1.0
    started: Seconds = 0.0
    ended: Seconds = 0.0
    speaker: PartnerId | None = None
    """Who spoke, as far as is known; None where that is unsure."""
    recogniser: str = ""
    words: tuple[Word, ...] = field(default=(), repr=False)
