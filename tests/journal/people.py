"""What several tests of the journal share: a home of one's own, and a full evening in it."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from voice_checkin.dialog.actions import Record
from voice_checkin.journal.seams import Journal

NOW = datetime(2026, 11, 23, 21, tzinfo=UTC)
CANARY = "xylocanaria"
PAGE, RESERVED, IV = 4096, 80, 16


def home_environment(home: Path) -> dict[str, str]:
    """Return an environment in which everything of the program lands under ``home``."""
    for name in ("config", "data", "cache", "state", "run", "tmp"):
        if not (home / name).exists():
            (home / name).mkdir(parents=True, mode=0o700)
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / "config"),
        "XDG_DATA_HOME": str(home / "data"),
        "XDG_CACHE_HOME": str(home / "cache"),
        "XDG_STATE_HOME": str(home / "state"),
        "XDG_RUNTIME_DIR": str(home / "run"),
        "TMPDIR": str(home / "tmp"),
        "PYTHONPATH": str(Path(__file__).parents[2]),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        "TZ": "UTC",
    }


def run_python(home: Path, source: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", source, *arguments],
        env=home_environment(home), capture_output=True, text=True, timeout=60, check=False,
        cwd=home,
    )  # fmt: skip


def full_evening(journal: Journal, now: datetime = NOW, word: str = CANARY) -> None:
    """Plant ``word`` in every field that can hold what somebody said."""
    journal.begin_evening("nightly", now)
    records = [
        Record(
            kind="promise", partner="a", name=f"{word} 1.", text=f"I {word} 2.", by=f"{word} 3."
        ),
        Record(kind="parked", partner="b", name=f"{word} 4.", text=f"the {word} 5."),
        Record(kind="agreement", name=f"{word} 6.", text=f"{word} 7."),
        Record(kind="booking", name=f"{word} 8.", due=now + timedelta(days=2)),
        Record(kind="number", partner="a", name=f"{word} 9.", value=6),
        Record(kind="done", name=f"{word} 10."),
        Record(kind="outcome", partner="b", name=f"{word} 11.", value=1, text=f"{word} 12."),
    ]
    for count in range(40):
        records.append(Record(kind="parked", partner="a", text=f"{word} filler {count} " * 8))
    snapshot: dict[str, object] = {
        "state": "mood.a",
        "slots": {"event": {"a": f"{word} 13. " * 900}},
    }
    journal.keep_turn(records, snapshot, now)
    journal.keep_voice("a", f"{word} print".encode() * 400, now)


def files_under(*folders: Path) -> dict[Path, bytes]:
    return {
        path: path.read_bytes()
        for folder in folders
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def decrypted_pages(path: Path, key: str) -> Iterator[bytes]:
    """Decrypt every page of a journal, free ones too, as a forensic reader with the key would.

    SQLCipher 4: AES-256-CBC, pages of 4096 bytes, of which the last 80 hold the IV and an HMAC;
    the first 16 bytes of the file are the salt.
    """
    secret = bytes.fromhex(key)[:32]
    raw = path.read_bytes()
    for start in range(0, len(raw), PAGE):
        page = raw[start : start + PAGE]
        first = 16 if start == 0 else 0
        vector = page[PAGE - RESERVED : PAGE - RESERVED + IV]
        cipher = Cipher(algorithms.AES(secret), modes.CBC(vector)).decryptor()
        yield cipher.update(page[first : PAGE - RESERVED]) + cipher.finalize()


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
