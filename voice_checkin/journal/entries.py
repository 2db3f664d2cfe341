"""What the journal holds, as values, and the rules that both of its kinds share.  No files here."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Literal, TypeAlias

from voice_checkin.dialog.actions import Record
from voice_checkin.words import PartnerId

Holds: TypeAlias = Literal["words", "numbers"]
"""Which of the two expiries applies: what somebody put into words, or a figure or a date."""

MAX_TEXT = 500
"""Characters kept of one record: about a minute of speech; a promise is a sentence."""
MAX_NAME = 120
"""Characters of a name or of "by when"."""
MAX_CHECKPOINT_BYTES = 256 * 1024
"""A checkpoint is a few kilobytes; more is a fault, not an evening."""
NIGHT_STARTS_AT = timedelta(hours=5)
"""A night runs from 05:00 to 05:00, so that one that passes midnight stays one night."""
CLOCK_BACK = timedelta(days=2)
"""How far back a clock may be set without opening a quiet day."""
WORDS: frozenset[str] = frozenset({"promise", "parked", "agreement"})
"""Kinds of record that hold what somebody said."""
REPLACED: frozenset[str] = frozenset({"number", "outcome", "done", "booking", "agreement"})
"""Kinds of which the last one of an evening counts; of the others each wording is its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One record as it is kept."""

    id: str
    evening: str
    kept_at: datetime
    record: Record = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """An evening that was not brought to its end, as of its last completed turn."""

    evening: str
    dialog: str
    night: int
    began: datetime
    saved_at: datetime
    snapshot: dict[str, object] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """An evening as the journal knows it: which one it is, and of which dialog."""

    id: str
    dialog: str
    night: int
    began: datetime


def holds_of(record: Record) -> Holds:
    return "words" if record.kind in WORDS else "numbers"


def record_id(evening: str, record: Record) -> str:
    """Return the same id for the same thing kept in the same evening, so that none doubles.

    The id is a digest of where a thing stands and, for promises and parked topics, of its words;
    the evening is random and goes with the row, so that no words can be guessed from an id.
    """
    parts = [evening, record.kind, record.partner or "", record.name]
    if record.kind not in REPLACED:
        parts.append(" ".join(record.text.casefold().split()))
    return hashlib.blake2b("\x1f".join(parts).encode(), digest_size=12).hexdigest()


def tidied(record: Record) -> Record:
    """Return the record as it is kept: of bounded length, and free of what UTF-8 cannot hold."""
    return replace(
        record,
        name=_encodable(record.name)[:MAX_NAME],
        text=_encodable(record.text)[:MAX_TEXT],
        by=_encodable(record.by)[:MAX_NAME],
    )


def _encodable(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")


def night_of(moment: datetime) -> date:
    """Return the calendar day on which the night of ``moment`` (local time) began."""
    return (moment - NIGHT_STARTS_AT).date()


def is_tonight(checkpoint: Checkpoint, now: datetime) -> bool:
    """Tell whether an unfinished evening can still be taken up: it began in this same night."""
    zone = now.tzinfo
    return night_of(checkpoint.began.astimezone(zone)) == night_of(now)


def is_quiet(marked: str, today: date) -> bool:
    """Tell whether a quiet day holds: until it is over, also where the clock was set back (S18).

    A day further ahead was written by a clock that ran ahead; it must not close the journal's
    evenings for good.
    """
    try:
        ahead = date.fromisoformat(marked) - today
    except ValueError:
        return True
    return timedelta() <= ahead <= CLOCK_BACK


def utc(moment: datetime) -> str:
    """Return a time as sortable text; a naive time is taken as local."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def first_asked(night: int) -> PartnerId:
    """Return who is asked first: it alternates by night."""
    return "a" if night % 2 == 0 else "b"
