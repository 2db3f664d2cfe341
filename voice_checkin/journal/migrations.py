"""How the database came to its present shape: named steps, each in one transaction.

A step that has run is in the table ``migrations``; steps are only ever added at the end.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from voice_checkin.errors import JournalDamaged
from voice_checkin.journal.cipher import sqlite
from voice_checkin.journal.entries import WORDS

Step = Callable[[sqlite.Connection], None]


def lay_out_evenings_and_records(db: sqlite.Connection) -> None:
    """Version 1: evenings, what was kept in them, one checkpoint, and a few counters."""
    db.execute(
        "CREATE TABLE evenings (id TEXT PRIMARY KEY, dialog TEXT NOT NULL, night INTEGER NOT NULL,"
        " began TEXT NOT NULL, ended TEXT, completed INTEGER NOT NULL DEFAULT 0)"
    )
    db.execute(
        "CREATE TABLE records (id TEXT PRIMARY KEY, evening TEXT NOT NULL, kind TEXT NOT NULL,"
        " partner TEXT, name TEXT NOT NULL, text TEXT NOT NULL, value REAL, by_when TEXT NOT NULL,"
        " due TEXT, kept_at TEXT NOT NULL)"
    )
    db.execute(
        "CREATE TABLE checkpoint (one INTEGER PRIMARY KEY CHECK (one = 1), evening TEXT NOT NULL,"
        " saved_at TEXT NOT NULL, data TEXT NOT NULL)"
    )
    db.execute("CREATE TABLE counters (name TEXT PRIMARY KEY, value TEXT NOT NULL)")


def tell_words_from_numbers(db: sqlite.Connection) -> None:
    """Version 2: each record says which of the two expiries it has."""
    db.execute("ALTER TABLE records ADD COLUMN holds TEXT NOT NULL DEFAULT 'words'")
    marks = ",".join("?" * len(WORDS))
    db.execute(
        f"UPDATE records SET holds = 'numbers' WHERE kind NOT IN ({marks})",  # noqa: S608  # only question marks are put in
        sorted(WORDS),
    )
    db.execute("CREATE INDEX records_by_expiry ON records (holds, kept_at)")


def hold_voice_prints(db: sqlite.Connection) -> None:
    """Version 3: one voice-print a partner, for those who enrolled."""
    db.execute("CREATE TABLE voices (partner TEXT PRIMARY KEY, print BLOB NOT NULL, kept_at TEXT)")


STEPS: tuple[Step, ...] = (
    lay_out_evenings_and_records,
    tell_words_from_numbers,
    hold_voice_prints,
)


def migrate(db: sqlite.Connection, steps: tuple[Step, ...] = STEPS) -> list[str]:
    """Run the steps that have not run yet; return their names.

    The connection must be in autocommit mode (``isolation_level=None``).  Raises
    `JournalDamaged` for a journal that a newer program has written.
    """
    applied = _applied(db)
    known = [step.__name__ for step in STEPS]
    if unknown := [name for name in applied if name not in known]:
        raise JournalDamaged(
            f"The journal was written by a newer voice-checkin ({unknown[0]}); update first."
        )
    fresh = [step for step in steps if step.__name__ not in applied]
    for step in fresh:
        db.execute("BEGIN IMMEDIATE")
        try:
            db.execute(
                "CREATE TABLE IF NOT EXISTS migrations (name TEXT PRIMARY KEY, applied TEXT)"
            )
            step(db)
            db.execute(
                "INSERT INTO migrations VALUES (?, ?)",
                (step.__name__, datetime.now(UTC).isoformat(timespec="seconds")),
            )
            db.execute("COMMIT")
        except BaseException:
            if db.in_transaction:
                db.execute("ROLLBACK")
            raise
    return [step.__name__ for step in fresh]


def _applied(db: sqlite.Connection) -> list[str]:
    there = db.execute("SELECT 1 FROM sqlite_master WHERE name = 'migrations'").fetchone()
    if there is None:
        return []
    return [row[0] for row in db.execute("SELECT name FROM migrations ORDER BY rowid")]
