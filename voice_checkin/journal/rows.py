"""Rows to values and back.  A row that does not fit is a damaged journal, never a crash."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import cast

from voice_checkin.dialog.actions import Record
from voice_checkin.errors import JournalDamaged, JournalError
from voice_checkin.journal.entries import (
    MAX_CHECKPOINT_BYTES,
    Checkpoint,
    Entry,
    holds_of,
    record_id,
    tidied,
    utc,
)

RECORD_COLUMNS = "id, evening, kind, partner, name, text, value, by_when, due, kept_at"
_KINDS = ("promise", "number", "parked", "agreement", "booking", "done", "outcome")


def record_row(evening: str, given: Record, now: datetime) -> tuple[object, ...]:
    record = tidied(given)
    return (
        record_id(evening, record), evening, record.kind, record.partner, record.name,
        record.text, record.value, record.by,
        record.due.isoformat() if record.due else None, utc(now), holds_of(record),
    )  # fmt: skip


def entry_of(row: Sequence[object]) -> Entry:
    """Raises `JournalDamaged` where a column holds what we never write."""
    identity, evening, kind, partner, name, text, value, by, due, kept_at = row
    strings = (identity, evening, name, text, by, kept_at)
    if (
        kind not in _KINDS
        or partner not in (None, "a", "b")
        or not all(isinstance(item, str) for item in strings)
        or not isinstance(value, float | int | None)
    ):
        raise JournalDamaged("The journal holds a row that this program did not write.")
    record = Record(
        kind=kind,  # type: ignore[arg-type]  # checked against _KINDS
        partner=partner,
        name=str(name),
        text=str(text),
        value=None if value is None else float(value),
        by=str(by),
        due=None if due is None else moment_of(due),
    )
    return Entry(id=str(identity), evening=str(evening), kept_at=moment_of(kept_at), record=record)


def packed(snapshot: dict[str, object]) -> str:
    try:
        data = json.dumps(snapshot, separators=(",", ":"))
    except (TypeError, ValueError, RecursionError):
        raise JournalError("The evening's checkpoint is not plain data.") from None
    if len(data) > MAX_CHECKPOINT_BYTES:
        raise JournalError("The evening's checkpoint is too large to keep.")
    return data


def checkpoint_of(row: Sequence[object]) -> Checkpoint:
    evening, dialog, night, began, saved_at, data = row
    try:
        snapshot = json.loads(str(data))
    except (ValueError, RecursionError):
        snapshot = None
    if not isinstance(snapshot, dict) or not isinstance(night, int):
        raise JournalDamaged("The journal's checkpoint is torn.")
    return Checkpoint(
        evening=str(evening), dialog=str(dialog), night=night, began=moment_of(began),
        saved_at=moment_of(saved_at), snapshot=cast("dict[str, object]", snapshot),
    )  # fmt: skip


def moment_of(text: object) -> datetime:
    """Read a time with its zone; anything else is damage."""
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise JournalDamaged("The journal holds a time that cannot be read.")
    return found
