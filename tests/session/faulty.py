"""Faults made for real: a full disk, a read-only folder, bytes that flipped; undone afterwards."""

from __future__ import annotations

import os
import resource
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

NOBODY = 65534


@contextmanager
def small_disk(folder: Path, size: str = "160k") -> Iterator[bool]:
    """Mount a file system of its own at ``folder``; False where this user may not."""
    folder.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size},mode=700", "tmpfs", str(folder)],
        capture_output=True, check=False,
    )  # fmt: skip
    try:
        yield done.returncode == 0
    finally:
        if done.returncode == 0:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)


class Full:
    """Fills the disk under a folder and makes room again.

    Without a disk of its own, no file may grow instead: the kernel's limit for this process.
    """

    def __init__(self, folder: Path, *, own_disk: bool) -> None:
        self._filler = folder / "filler"
        self._own_disk = own_disk

    def fill(self) -> None:
        if not self._own_disk:
            hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
            resource.setrlimit(resource.RLIMIT_FSIZE, (1, hard))
            return
        handle = os.open(self._filler, os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            while True:
                os.write(handle, b"x" * 512)
        except OSError:
            os.close(handle)

    def make_room(self) -> None:
        hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
        self._filler.unlink(missing_ok=True)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[tuple[Path, Full]]:
    """Give a folder whose disk can be filled."""
    folder = tmp_path / "data"
    with small_disk(folder) as own_disk:
        full = Full(folder, own_disk=own_disk)
        try:
            yield folder, full
        finally:
            full.make_room()


@pytest.fixture
def read_only() -> Iterator[tuple[Path, Callable[[], None]]]:
    """Give a folder and what makes it read-only; a root's test is nobody's from then on."""
    # Not pytest's own folder: that one is closed to the user whom a root's test turns into.
    with tempfile.TemporaryDirectory(prefix="voice-checkin-test-") as name:
        root, folder = os.geteuid() == 0, Path(name) / "data"
        folder.mkdir(mode=0o700)

        def lock() -> None:
            folder.chmod(0o500)
            if root:
                Path(name).chmod(0o755)
                for path in (folder, *folder.iterdir()):
                    os.chown(path, NOBODY, NOBODY)
                os.seteuid(NOBODY)

        try:
            yield folder, lock
        finally:
            if root:
                os.seteuid(0)
            folder.chmod(0o700)
