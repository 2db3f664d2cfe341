"""What an utterance means: the only thing that the dialog sees of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from voice_checkin.words import Command, Risk, Stance, YesNo

Refused: TypeAlias = Literal[
    "monitoring", "password", "isolation", "money", "sexual", "child"
]  # S12: kinds of promise that are kindly refused and never kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """Who will do what by when, in the speaker's own words; a part not said is None."""

    who: Literal["me", "you", "both"] | None = None
    what: str | None = None
    by: str | None = None
    refused: Refused | None = None


Day: TypeAlias = Literal[
    "today", "tomorrow",
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
]  # fmt: skip
WEEKDAYS: tuple[Day, ...] = (
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
)  # fmt: skip
"""In the order of `datetime.weekday`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeAnswer:
    """A time that was named: a span from now, or a time on the clock, or a day."""

    minutes: float | None = None
    """From now."""
    clock: tuple[int, int] | None = None
    """Hour 0-23 and minute, as said; ``ambiguous`` where morning or evening was not."""
    day: Day | None = None
    ambiguous: bool = False
    vague: bool = False
    """No hour was named: ``clock`` is when that part of the day begins, or missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """One utterance, understood.  ``why`` names rules and examples, never for the journal."""

    text: str
    command: Command | None = None
    yes_no: YesNo | None = None
    scale: float | None = None
    feelings: tuple[str, ...] = ()
    stance: Stance | None = None
    promise: Promise | None = None
    risk: Risk | None = None
    choice: str | None = None
    """Name of the option taken, when options were expected."""
    time: TimeAnswer | None = None
    doubtful: bool = False
    """The words sound like something that matters but are not sure: ask again, don't guess."""
    sounded: bool = False
    """The number is only what the words sound like: it is read back before it counts."""
    command_like: Command | None = None
    """What the words only sound like: it is asked whether it was that."""
    why: tuple[str, ...] = ()
