"""The journal on disk: one SQLCipher file, written in one transaction a turn.

The file and its key come into being with the first thing that is kept; an evening to which
somebody said no leaves the disk as it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from types import TracebackType
from typing import Self
from uuid import uuid4

from voice_checkin.dialog.actions import Record
from voice_checkin.errors import JournalLocked
from voice_checkin.journal.cipher import sqlite
from voice_checkin.journal.database import (
    FILE_NAME,
    FolderLock,
    connect,
    has_content,
    readable_faults,
    transaction,
)
from voice_checkin.journal.entries import (
    Begun,
    Checkpoint,
    Entry,
    is_quiet,
    is_tonight,
    night_of,
    utc,
)
from voice_checkin.journal.forgetting import erase, finish
from voice_checkin.journal.keys import KeyPlace, new_key
from voice_checkin.journal.migrations import migrate
from voice_checkin.journal.retention import Retention, expire
from voice_checkin.journal.rows import (
    RECORD_COLUMNS,
    checkpoint_of,
    entry_of,
    moment_of,
    packed,
    record_row,
)
from voice_checkin.journal.seams import Scope
from voice_checkin.journal.wiping import wipe
from voice_checkin.words import PartnerId

_QUIET_ON = "INSERT OR REPLACE INTO counters VALUES ('quiet_on', ?)"


class Store:
    """Implements `journal.seams.Journal` on disk.  `open` before use; a context manager."""

    def __init__(
        self,
        folder: Path,
        key_place: KeyPlace,
        *,
        retention: Retention | None = None,
        settings_file: Path | None = None,
    ) -> None:
        self.path = folder / FILE_NAME
        self._lock = FolderLock(folder)
        self._keys = key_place
        self._settings_file = settings_file
        self._retention = retention or Retention()
        self._db: sqlite.Connection | None = None
        self._evening: Begun | None = None
        self._expired_on: date | None = None

    # Opening and closing ------------------------------------------------------------------

    def open(self, now: datetime) -> Self:
        """Lock the folder, open what is there, bring it up to date, expire what is due."""
        self._lock.take()
        try:
            finish(self.path, self._keys)
            if has_content(self.path):
                self._connect(create=False)
                self.expire(now)
        except BaseException:
            self.close()
            raise
        return self

    def close(self) -> None:
        if self._db is not None:
            self._db.close()
            self._db = None
        self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        self.close()

    def _connect(self, *, create: bool) -> sqlite.Connection:
        key = self._keys.read()
        if key is None:
            if not create:
                raise JournalLocked(
                    f"{self.path}: its key is not on this machine; put journal.key back, unlock "
                    "the keyring, or begin anew with 'voice-checkin journal forget everything'."
                )
            key = new_key()
            self._keys.write(key)
        try:
            db = connect(self.path, key)
        finally:
            wipe(key)
        try:
            with readable_faults(self.path):
                migrate(db)
        except BaseException:
            db.close()
            raise
        self._db = db
        return db

    def _writable(self) -> sqlite.Connection:
        return self._db if self._db is not None else self._connect(create=True)

    # Evenings -----------------------------------------------------------------------------

    def begin_evening(self, dialog: str, now: datetime) -> Begun:
        if self._db is not None and self.load_checkpoint() is not None:
            self.clear_checkpoint()
        self._evening = Begun(id=uuid4().hex, dialog=dialog, night=self.nights(), began=now)
        return self._evening

    def unfinished(self, now: datetime) -> Checkpoint | None:
        found = self.load_checkpoint()
        if found is not None and not is_tonight(found, now):
            self.clear_checkpoint()
            return None
        return found

    def resume_evening(self, checkpoint: Checkpoint) -> Begun:
        self._evening = Begun(
            id=checkpoint.evening, dialog=checkpoint.dialog, night=checkpoint.night,
            began=checkpoint.began,
        )  # fmt: skip
        return self._evening

    def keep_turn(
        self, records: Iterable[Record], snapshot: dict[str, object], now: datetime
    ) -> None:
        if self._evening is None:
            return
        data = packed(snapshot)
        try:
            self._write(records, data, now)
        finally:
            wipe(data)

    def keep(self, record: Record, now: datetime) -> None:
        if self._evening is not None:
            self._write([record], None, now)

    def _write(self, records: Iterable[Record], checkpoint: str | None, now: datetime) -> None:
        evening = self._evening
        if evening is None:
            return
        db = self._writable()
        if self._expired_on != now.date():
            self.expire(now)
        with transaction(db, self.path):
            _put(db, evening, records, now)
            if checkpoint is not None:
                db.execute(
                    "INSERT OR REPLACE INTO checkpoint VALUES (1, ?, ?, ?)",
                    (evening.id, utc(now), checkpoint),
                )

    def close_evening(
        self,
        now: datetime,
        *,
        completed: bool,
        quiet_on: date | None = None,
        records: Iterable[Record] | None = None,
    ) -> None:
        evening = self._evening
        keeps = evening is not None and records is not None
        if keeps or quiet_on is not None or self._db is not None:
            db = self._writable()
            with transaction(db, self.path):
                if evening is not None and records is not None:
                    _put(db, evening, records, now)
                db.execute("DELETE FROM checkpoint WHERE one = 1")
                if quiet_on is not None:
                    db.execute(_QUIET_ON, (quiet_on.isoformat(),))
                if evening is not None:
                    db.execute(
                        "UPDATE evenings SET ended = ?, completed = ? WHERE id = ?",
                        (utc(now), int(completed), evening.id),
                    )
        self._evening = None

    def keep_quiet(self, day: date | None) -> None:
        if day is None:
            self._delete(("DELETE FROM counters WHERE name = 'quiet_on'", ()))
            return
        db = self._writable()
        with transaction(db, self.path):
            db.execute(_QUIET_ON, (day.isoformat(),))

    def load_checkpoint(self) -> Checkpoint | None:
        rows = self._rows(
            "SELECT e.id, e.dialog, e.night, e.began, c.saved_at, c.data"
            " FROM checkpoint c JOIN evenings e ON e.id = c.evening"
        )
        return checkpoint_of(rows[0]) if rows else None

    def clear_checkpoint(self) -> None:
        self._delete(("DELETE FROM checkpoint WHERE one = 1", ()))

    # Reading ------------------------------------------------------------------------------

    def recall(self, kind: str | None = None, *, evening: str | None = None) -> Sequence[Entry]:
        rows = self._rows(
            f"SELECT {RECORD_COLUMNS} FROM records WHERE (?1 IS NULL OR kind = ?1)"  # noqa: S608  # ours
            " AND (?2 IS NULL OR evening = ?2) ORDER BY kept_at, rowid",
            (kind, evening),
        )
        return [entry_of(row) for row in rows]

    def nights(self) -> int:
        rows = self._rows("SELECT CAST(value AS INTEGER) FROM counters WHERE name = 'nights'")
        return int(str(rows[0][0])) if rows else 0

    def quiet_on(self, now: datetime) -> date | None:
        today = now.date()
        rows = self._rows("SELECT value FROM counters WHERE name = 'quiet_on'")
        return today if rows and is_quiet(str(rows[0][0]), today) else None

    def evenings_of(self, now: datetime) -> list[str]:
        """Return the ids of the evenings of this night."""
        tonight = night_of(now)
        rows = self._rows("SELECT id, began FROM evenings ORDER BY began")
        return [
            str(identity)
            for identity, began in rows
            if night_of(moment_of(began).astimezone(now.tzinfo)) == tonight
        ]

    def _rows(self, query: str, values: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
        if self._db is None:
            return []
        with readable_faults(self.path):
            return list(self._db.execute(query, values).fetchall())

    # Forgetting ---------------------------------------------------------------------------

    def forget(self, scope: Scope, evening: str | None = None) -> int:
        match scope:
            case "everything":
                gone = sum(int(str(row[0])) for row in self._rows(
                    "SELECT (SELECT count(*) FROM records) + (SELECT count(*) FROM voices)"
                    " + (SELECT count(*) FROM evenings)"
                ))  # fmt: skip
                self._evening = None
                self._erase()
                return gone
            case "voices":
                return self._delete(("DELETE FROM voices WHERE partner IS NOT NULL", ()), tidy=True)
            case "tonight":
                target = evening or (self._evening.id if self._evening else "")
                self._evening = None
                return self._delete(
                    ("DELETE FROM records WHERE evening = ?", (target,)),
                    ("DELETE FROM checkpoint WHERE evening = ?", (target,)),
                    ("DELETE FROM evenings WHERE id = ?", (target,)),
                    tidy=True,
                )

    def _erase(self) -> None:
        if self._db is not None:
            self._db.close()
            self._db = None
        erase(self.path, self._keys, self._settings_file)

    def expire(self, now: datetime) -> int:
        self._expired_on = now.date()
        if self._db is None:
            return 0
        with transaction(self._db, self.path):
            return expire(self._db, now, self._retention)

    def _delete(self, *statements: tuple[str, tuple[object, ...]], tidy: bool = False) -> int:
        if self._db is None:
            return 0
        gone = 0
        with transaction(self._db, self.path):
            for statement, values in statements:
                gone += self._db.execute(statement, values).rowcount
        if tidy:
            # The rows are zeros by now; closing the gaps may fail for want of room.
            with readable_faults(self.path), suppress(sqlite.OperationalError):
                self._db.execute("VACUUM")
        return gone

    # Voice-prints -------------------------------------------------------------------------

    def keep_voice(self, partner: PartnerId, print_: bytes, now: datetime) -> None:
        db = self._writable()
        with transaction(db, self.path):
            db.execute(
                "INSERT OR REPLACE INTO voices VALUES (?, ?, ?)", (partner, print_, utc(now))
            )

    def voices(self) -> dict[PartnerId, bytes]:
        found: dict[PartnerId, bytes] = {}
        for partner, print_ in self._rows("SELECT partner, print FROM voices"):
            if partner in ("a", "b") and isinstance(print_, bytes):
                found[partner] = print_
        return found


def _put(db: sqlite.Connection, evening: Begun, records: Iterable[Record], now: datetime) -> None:
    """Write the evening, where it is new, and records; within a transaction."""
    fresh = db.execute(
        "INSERT OR IGNORE INTO evenings (id, dialog, night, began) VALUES (?, ?, ?, ?)",
        (evening.id, evening.dialog, evening.night, utc(evening.began)),
    ).rowcount
    if fresh:
        db.execute(
            "INSERT INTO counters VALUES ('nights', '1') ON CONFLICT (name)"
            " DO UPDATE SET value = CAST(value AS INTEGER) + 1"
        )
    db.executemany(
        f"INSERT OR REPLACE INTO records ({RECORD_COLUMNS}, holds)"  # noqa: S608  # ours
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [record_row(evening.id, record, now) for record in records],
    )
