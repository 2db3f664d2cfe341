"""Where the journal's key lives: the system keyring where one truly works, else a 0600 file.

The file stands in the settings folder, apart from the database in the data folder, so that a
copy of the data folder alone opens nothing.  ``docs/threat-model.md`` says what this guards
against and what it doesn't.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Protocol

import keyring
from keyring.backend import KeyringBackend
from keyring.errors import KeyringError

from voice_checkin.errors import JournalError, JournalLocked
from voice_checkin.journal.wiping import wipe

KEY_BYTES = 32
SALT_BYTES = 16
"""SQLCipher's raw key: 32 bytes of key and 16 of salt, which open the file without a passphrase.
The salt is also the first 16 bytes of the file: it tells a torn file from another's key."""
_HEX = 2 * (KEY_BYTES + SALT_BYTES)

SERVICE = "voice-checkin"
_ENTRY = "journal-key"
TRUSTED_BACKENDS = (
    "keyring.backends.SecretService",
    "keyring.backends.libsecret",
    "keyring.backends.kwallet",
    "keyring.backends.macOS",
    "keyring.backends.Windows",
)
"""Backends that keep secrets in a locked store.  Null, fail and plain-text ones are not here."""


class KeyPlace(Protocol):
    """Somewhere that holds one key, as 96 hexadecimal digits."""

    def read(self) -> str | None:
        """Return the key in a string of its own: whoever reads it wipes it."""
        ...

    def write(self, key: str) -> None: ...

    def destroy(self) -> None: ...


class FileKey:
    """A key in a file of this user alone."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> str | None:
        try:
            with self.path.open("rb", buffering=0) as file:
                raw = file.read(_HEX + 2) or b""
        except FileNotFoundError:
            return None
        except OSError as error:
            raise JournalError(f"{self.path}: cannot be read ({error.strerror}).") from None
        digits = raw.strip()
        found = digits.decode("ascii", "replace")
        wipe(raw)
        wipe(digits)
        if not _is_key(found):
            raise JournalLocked(f"{self.path}: not a journal key.")
        return found

    def write(self, key: str) -> None:
        fresh = self.path.with_suffix(".new")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self.path.parent.chmod(0o700)
            fresh.unlink(missing_ok=True)
            handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            digits = key.encode("ascii")
            with os.fdopen(handle, "wb", buffering=0) as file:
                file.write(digits)
                file.write(b"\n")
                os.fsync(file.fileno())
            wipe(digits)
            fresh.replace(self.path)
        except OSError as error:
            raise JournalError(f"{self.path}: cannot be written ({error.strerror}).") from None

    def destroy(self) -> None:
        overwrite(self.path)


class KeyringKey:
    """A key in the system keyring."""

    def __init__(self, backend: KeyringBackend) -> None:
        self._backend = backend

    def read(self) -> str | None:
        try:
            found = self._backend.get_password(SERVICE, _ENTRY)
        except (KeyringError, OSError):
            raise JournalLocked("The system keyring does not answer; unlock it first.") from None
        if found is not None and not _is_key(found):
            raise JournalLocked("The system keyring holds something else under our name.")
        return None if found is None else _copy(found)

    def write(self, key: str) -> None:
        try:
            self._backend.set_password(SERVICE, _ENTRY, key)
        except (KeyringError, OSError):
            raise JournalError("The system keyring does not take the journal's key.") from None

    def destroy(self) -> None:
        try:
            if self._backend.get_password(SERVICE, _ENTRY) is not None:
                self._backend.delete_password(SERVICE, _ENTRY)
        except (KeyringError, OSError):
            raise JournalError("The system keyring does not let go of the key.") from None


class MemoryKey:
    """A key that ends with the program: for rehearsals and tests."""

    def __init__(self, key: str | None = None) -> None:
        self._key = key

    def read(self) -> str | None:
        return None if self._key is None else _copy(self._key)

    def write(self, key: str) -> None:
        self._key = _copy(key)

    def destroy(self) -> None:
        self._key = None


def key_file(config_folder: Path) -> FileKey:
    return FileKey(config_folder / "journal.key")


def choose_key_place(config_folder: Path, backend: KeyringBackend | None = None) -> KeyPlace:
    """Return where the key is, or where a new one should go.

    A key file that exists wins: a machine whose keyring comes and goes, as over a remote login,
    must find the same key every time.
    """
    in_file = key_file(config_folder)
    if in_file.path.exists():
        return in_file
    backend = working_backend(backend or keyring.get_keyring())
    return KeyringKey(backend) if backend is not None else in_file


def working_backend(backend: KeyringBackend) -> KeyringBackend | None:
    """Return the first backend that we trust and that gives back what it is given."""
    for one in getattr(backend, "backends", None) or (backend,):
        if type(one).__module__.startswith(TRUSTED_BACKENDS) and gives_back(one):
            found: KeyringBackend = one
            return found
    return None


def gives_back(backend: KeyringBackend) -> bool:
    """Tell whether a backend stores a value and returns it; leaves nothing behind."""
    probe = secrets.token_hex(8)
    try:
        backend.set_password(SERVICE, "probe", probe)
        found = backend.get_password(SERVICE, "probe")
        backend.delete_password(SERVICE, "probe")
    except (KeyringError, OSError, RuntimeError):
        return False
    return found == probe


def new_key() -> str:
    return secrets.token_hex(KEY_BYTES + SALT_BYTES)


def salt_of(key: str) -> bytes:
    return bytes.fromhex(key)[KEY_BYTES:]


def overwrite(path: Path) -> None:
    """Write zeros over a file, then remove it.  A missing file is fine."""
    try:
        with path.open("r+b") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(0)
            for start in range(0, size, 65_536):
                file.write(b"\0" * min(65_536, size - start))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
    except FileNotFoundError:
        return
    except OSError as error:
        raise JournalError(f"{path}: cannot be removed ({error.strerror}).") from None


def _copy(key: str) -> str:
    digits = key.encode("ascii")
    copy = digits.decode("ascii")
    wipe(digits)
    return copy


def _is_key(text: str) -> bool:
    return len(text) == _HEX and all(digit in "0123456789abcdef" for digit in text)
