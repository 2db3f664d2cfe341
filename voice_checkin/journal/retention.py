"""How long things are kept: words 30 days, numbers 180, both settable; a checkpoint one night.

Deleted rows are overwritten with zeros in their pages (``secure_delete``), which are then
encrypted anew.  A clock that ran ahead must not keep anything for longer: a time that lies in the
future counts from now.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from voice_checkin.journal.cipher import sqlite
from voice_checkin.journal.entries import utc

CHECKPOINT_DAYS = 2
"""A break may last until tomorrow (S23: at most 24 hours); after that nobody comes back to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """Days that each kind is kept (`Settings.keep_words_days`, `Settings.keep_numbers_days`)."""

    words_days: int = 30
    numbers_days: int = 180


def expire(db: sqlite.Connection, now: datetime, retention: Retention) -> int:
    """Delete what is too old, inside the caller's transaction; return how many rows are gone."""
    today = utc(now)
    for table, column in (
        ("records", "kept_at"), ("evenings", "began"), ("checkpoint", "saved_at"),
    ):  # fmt: skip
        ahead = utc(now + timedelta(days=1))
        db.execute(f"UPDATE {table} SET {column} = ? WHERE {column} > ?", (today, ahead))  # noqa: S608  # names from the tuple above
    words = utc(now - timedelta(days=retention.words_days))
    numbers = utc(now - timedelta(days=retention.numbers_days))
    gone = 0
    for statement, bound in (
        ("DELETE FROM records WHERE holds = 'words' AND kept_at <= ?", words),
        ("DELETE FROM records WHERE holds = 'numbers' AND kept_at <= ?", numbers),
        ("DELETE FROM evenings WHERE began <= ?", numbers),
        (
            "DELETE FROM checkpoint WHERE saved_at <= ?",
            utc(now - timedelta(days=CHECKPOINT_DAYS)),
        ),
        ("DELETE FROM counters WHERE name = 'quiet_on' AND value < ?", now.date().isoformat()),
    ):
        gone += db.execute(statement, (bound,)).rowcount
    return gone
