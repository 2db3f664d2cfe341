"""Opens the encrypted file, and turns every fault of it into a `JournalError`.

The only module besides the migrations, retention and store that knows SQLCipher.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from voice_checkin.errors import JournalDamaged, JournalError, JournalInUse, JournalLocked
from voice_checkin.journal.cipher import sqlite
from voice_checkin.journal.keys import salt_of
from voice_checkin.journal.wiping import wipe

FILE_NAME = "journal.db"
PAGE_BYTES = 4096


class FolderLock:
    """One journal, one program.  Locks the folder itself, so that no lock file is left over."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._handle: int | None = None

    def take(self) -> None:
        """Create the folder if need be and lock it; raise `JournalLocked` if another has it."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            if self._folder.stat().st_mode & 0o077:
                self._folder.chmod(0o700)
            handle = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except OSError as error:
            raise JournalError(f"{self._folder}: cannot be used ({error.strerror}).") from None
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            raise JournalInUse(
                f"{self._folder}: another voice-checkin has the journal open; end that one first."
            ) from None
        except OSError as error:
            os.close(handle)
            raise JournalError(f"{self._folder}: cannot be locked ({error.strerror}).") from None
        self._handle = handle

    def release(self) -> None:
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


def has_content(path: Path) -> bool:
    """Tell whether there is a database; an empty file is one that was never begun."""
    try:
        return path.stat().st_size > 0
    except FileNotFoundError:
        return False
    except OSError as error:
        raise JournalError(f"{path}: cannot be read ({error.strerror}).") from None


def connect(path: Path, key: str) -> sqlite.Connection:
    """Open or create the database at ``path``; the file is readable by this user only.

    ``DELETE`` journalling: the rollback file holds encrypted pages only, and is gone after each
    transaction; with ``synchronous=FULL`` a power cut leaves the state before or after, never
    between.  ``secure_delete`` writes zeros over what is deleted.
    """
    fresh = not has_content(path)
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        if path.stat().st_mode & 0o077:
            path.chmod(0o600)
    except OSError as error:
        raise JournalError(f"{path}: cannot be opened ({error.strerror}).") from None
    with readable_faults(path):
        db = sqlite.connect(str(path), isolation_level=None, timeout=1.0)
    try:
        with readable_faults(path):
            db.execute("PRAGMA cipher_log = off")
            db.execute("PRAGMA cipher_memory_security = ON")
            statement = f"PRAGMA key = \"x'{key}'\""
            try:
                db.execute(statement)
            finally:
                wipe(statement)
            for pragma in (
                "temp_store = MEMORY", "secure_delete = ON",
                "journal_mode = DELETE", "synchronous = FULL", "trusted_schema = OFF",
            ):  # fmt: skip
                db.execute(f"PRAGMA {pragma}").fetchall()
            if fresh:
                # Said again to a journal that has it, this would write to the file.
                db.execute("PRAGMA auto_vacuum = FULL")
            db.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except JournalDamaged:
        db.close()
        raise _unreadable(path, key) from None
    except BaseException:
        db.close()
        raise
    return db


def _unreadable(path: Path, key: str) -> JournalError:
    """Tell a torn file from one that belongs to another key, by the salt it begins with."""
    try:
        with path.open("rb") as file:
            head = file.read(16)
        size = path.stat().st_size
    except OSError as error:
        return JournalError(f"{path}: cannot be read ({error.strerror}).")
    torn = head == salt_of(key) or size % PAGE_BYTES or head.startswith(b"SQLite format")
    if torn:
        return _damaged(path)
    return JournalLocked(
        f"{path}: this machine's key does not open it; put its journal.key back, "
        "or begin anew with 'voice-checkin journal forget everything'."
    )


def _damaged(path: Path) -> JournalDamaged:
    return JournalDamaged(
        f"{path}: damaged, or not a journal; 'voice-checkin journal forget everything' begins anew."
    )


@contextmanager
def readable_faults(path: Path) -> Iterator[None]:
    """Turn the database's exceptions into ours, without their text."""
    try:
        yield
    except MemoryError:
        # What SQLCipher says of some pages that fail their check.
        raise _damaged(path) from None
    except sqlite.Error as error:
        # The texts come from SQLite's fixed list and are compared only, never passed on.
        text = str(error)
        if "full" in text:
            raise JournalError(f"{path}: the disk is full.") from None
        if "locked" in text or "busy" in text:
            raise JournalLocked(f"{path}: another program is using the journal.") from None
        if "readonly" in text or "unable to open" in text:
            raise JournalError(f"{path}: cannot be written; the folder is read-only.") from None
        if "I/O" in text:
            raise JournalError(f"{path}: the disk does not take any more.") from None
        raise _damaged(path) from None


@contextmanager
def transaction(db: sqlite.Connection, path: Path) -> Iterator[None]:
    """All or nothing."""
    with readable_faults(path):
        db.execute("BEGIN IMMEDIATE")
        try:
            yield
            db.execute("COMMIT")
        except BaseException:
            # SQLite has rolled back by itself after some faults, a full disk among them.
            if db.in_transaction:
                db.execute("ROLLBACK")
            raise
