"""What the dialog is told of the world before it starts, as plain data.  It looks nothing up."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Literal

from voice_checkin.understanding.meaning import Meaning
from voice_checkin.words import PartnerId, Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class DuePromise:
    """A promise whose maker has not reported yet."""

    id: str
    maker: PartnerId
    text: str
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Names, the hour, and what the journal holds that a script may ask about."""

    names: dict[PartnerId, str] = field(default_factory=dict)
    """Empty where none were given: the script then speaks of "the first of you"."""
    first: PartnerId = "a"
    """Who is asked first tonight; alternates by night."""
    night: int = 0
    """Counts evenings; seeds the choice among worded variants so that a replay is the same."""
    cut_off: time = time(21, 30)
    bedtime: time = time(22, 30)
    due_promises: tuple[DuePromise, ...] = ()
    parked: tuple[str, ...] = ()
    completed: dict[str, datetime] = field(default_factory=dict)
    """Dialog name to when it was last completed."""
    agreements: dict[str, str] = field(default_factory=dict)
    bookings: dict[str, datetime] = field(default_factory=dict)
    quiet_on: date | None = None
    """A day on which no relationship content is offered (S18)."""
    light: bool = False
    """Tonight keeps to the light track; no reason is ever spoken or known here."""
    keeping: Literal["kept", "absent", "in_use"] = "kept"
    """absent: the journal cannot be opened, nothing is kept tonight; in_use: another evening has
    it, and this one leaves at once."""
    help_lines: dict[str, str] = field(default_factory=dict)
    """From the locale file: place, crisis, emergency."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One utterance, as the machine gets it."""

    meaning: Meaning
    now: datetime
    speaker: PartnerId | None = None
    """None: unsure who it was."""
    confidence: float = 1.0
    interrupted: str | None = None
    """Line id that was cut off by this turn, where one was."""
    spoken_s: Seconds | None = None
    """From its first sound to its last; None where it was typed."""
