"""A journal of any earlier version opens, with everything in it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from voice_checkin.errors import JournalDamaged
from voice_checkin.journal.cipher import sqlite
from voice_checkin.journal.database import connect
from voice_checkin.journal.keys import MemoryKey, new_key
from voice_checkin.journal.migrations import STEPS, migrate
from voice_checkin.journal.store import Store

pytestmark = pytest.mark.journal

NOW = datetime(2026, 11, 23, 21, tzinfo=UTC)
KEY = new_key()


def version(folder: Path, number: int) -> Path:
    """Make a journal as version ``number`` (from 1) left it, with an evening in it."""
    folder.mkdir(mode=0o700)
    db = connect(folder / "journal.db", KEY)
    migrate(db, STEPS[:number])
    at = "2026-11-22T21:00:00.000000+00:00"
    db.execute(
        "INSERT INTO evenings (id, dialog, night, began) VALUES ('e1', 'nightly', 0, ?)", (at,)
    )
    columns = "(id, evening, kind, partner, name, text, value, by_when, due, kept_at)"
    for row in (
        ("r1", "e1", "promise", "a", "promise", "wash up", None, "Tuesday", None, at),
        ("r2", "e1", "number", "b", "day", "", 6.0, "", None, at),
    ):
        db.execute(f"INSERT INTO records {columns} VALUES (?,?,?,?,?,?,?,?,?,?)", row)  # noqa: S608
    if number >= 2:
        db.execute("UPDATE records SET holds = 'numbers' WHERE kind = 'number'")
    db.execute("INSERT INTO checkpoint VALUES (1, 'e1', ?, '{\"state\": \"mood\"}')", (at,))
    db.execute("INSERT INTO counters VALUES ('nights', '1')")
    db.close()
    return folder


@pytest.mark.parametrize("number", range(1, len(STEPS) + 1))
def test_a_journal_of_every_earlier_version_opens(tmp_path: Path, number: int) -> None:
    with Store(version(tmp_path / "data", number), MemoryKey(KEY)).open(NOW) as journal:
        kept = [(entry.record.kind, entry.record.text) for entry in journal.recall()]

        assert kept == [("promise", "wash up"), ("number", "")]
        assert journal.nights() == 1
        checkpoint = journal.load_checkpoint()
        assert checkpoint is not None
        assert checkpoint.snapshot == {"state": "mood"}
        journal.keep_voice("a", b"print", NOW)
        assert journal.voices() == {"a": b"print"}


@pytest.mark.parametrize("number", range(1, len(STEPS) + 1))
def test_expiry_by_kind_holds_for_what_an_earlier_version_kept(tmp_path: Path, number: int) -> None:
    later = datetime(2027, 1, 1, tzinfo=UTC)
    with Store(version(tmp_path / "data", number), MemoryKey(KEY)).open(later) as journal:
        assert [entry.record.kind for entry in journal.recall()] == ["number"]


def test_steps_run_once_and_in_order(tmp_path: Path) -> None:
    db = connect(tmp_path / "journal.db", KEY)

    assert migrate(db) == [step.__name__ for step in STEPS]
    assert migrate(db) == []
    db.close()


def test_a_step_that_fails_leaves_the_version_before_it(tmp_path: Path) -> None:
    def broken(db: sqlite.Connection) -> None:
        db.execute("CREATE TABLE half (done TEXT)")
        db.execute("SELECT * FROM missing")

    db = connect(tmp_path / "journal.db", KEY)
    with pytest.raises(sqlite.Error):
        migrate(db, (STEPS[0], broken, STEPS[1]))

    tables = {row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert "records" in tables
    assert "half" not in tables
    assert migrate(db) == [step.__name__ for step in STEPS[1:]]
    db.close()


def test_a_journal_of_a_newer_program_is_left_alone(tmp_path: Path) -> None:
    folder = version(tmp_path / "data", len(STEPS))
    db = connect(folder / "journal.db", KEY)
    db.execute("INSERT INTO migrations VALUES ('something_newer', '')")
    db.close()
    before = (folder / "journal.db").read_bytes()

    with pytest.raises(JournalDamaged, match="newer"):
        Store(folder, MemoryKey(KEY)).open(NOW)
    assert (folder / "journal.db").read_bytes() == before
