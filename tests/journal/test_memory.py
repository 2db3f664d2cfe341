"""What a core image of the running program holds, after an evening and after forgetting."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import pytest

from tests.journal.people import CANARY, files_under, home_environment
from tests.memory import found_in_memory, reads_memory
from voice_checkin.journal.wiping import wipe

pytestmark = [pytest.mark.journal, pytest.mark.timeout(120), reads_memory]

WORD = CANARY.encode()
HELD = """
import os, sys
from voice_checkin.cli.app import run
code = run(["talk", "nightly", "--keyboard"])
print("ended", code, flush=True)
os.read(int(sys.argv[1]), 1)
"""
ANSWERS = ["yes", "yes", "four", "five", f"a {CANARY} day", "tired", f"you made {CANARY}",
           f"thank you for the {CANARY}", f"the {CANARY} call", "thanks"]  # fmt: skip
LAST = "Partner one, would you like to say thanks?"
"""The question after the last of these answers."""
FORGETS = ["forget everything", "everything", "yes"]


@dataclass
class Process:
    """A typed evening in a process of its own, which stays when the evening is over."""

    home: Path
    child: subprocess.Popen[str]

    @property
    def key_file(self) -> Path:
        return self.home / "config" / "voice-checkin" / "journal.key"

    def key(self) -> str:
        """Wait for the first thing that is kept, and return the journal's key."""
        until = time.monotonic() + 40
        while time.monotonic() < until:
            if self.key_file.exists() and (key := self.key_file.read_text().strip()):
                return key
            time.sleep(0.02)
        raise AssertionError("nothing was kept")

    def type(self, lines: list[str]) -> None:
        self._stdin.write("".join(f"{line}\n" for line in lines))
        self._stdin.flush()

    def until(self, text: str) -> str:
        """Return what it says up to the line that begins so."""
        assert self.child.stdout is not None
        said = []
        for line in self.child.stdout:
            said.append(line)
            if line.strip().startswith(text):
                return "".join(said)
        raise AssertionError(f"never said {text}: {said[-3:]}")

    @property
    def _stdin(self) -> IO[str]:
        assert self.child.stdin is not None
        return self.child.stdin


@contextmanager
def held(home: Path, **environment: str) -> Iterator[Process]:
    reading, writing = os.pipe()
    with subprocess.Popen(
        [sys.executable, "-c", HELD, str(reading)], cwd=home, text=True, pass_fds=[reading],
        env={**home_environment(home), **environment},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as child:  # fmt: skip
        try:
            yield Process(home, child)
        finally:
            os.write(writing, b".")
            child.kill()
            os.close(reading)
            os.close(writing)


def parts(key: str) -> dict[str, bytes]:
    """Return the key as it may stand in memory: written, raw, and pieces of both."""
    raw = bytes.fromhex(key)[:32]
    return {"written": key[:64].encode(), "raw": raw, "begin": key[:24].encode(), "end": raw[20:]}


@pytest.mark.parametrize("first", [True, False], ids=["a new key", "a key from yesterday"])
def test_after_the_evening_the_journals_key_is_in_no_core_image(
    tmp_path: Path, first: bool
) -> None:
    if not first:
        with held(tmp_path) as earlier:
            earlier.type([*ANSWERS[:5], "stop"])
            earlier.until("ended 0")
    with held(tmp_path) as process:
        process.type(ANSWERS)
        process.until(LAST)
        key = process.key()
        during = found_in_memory(process.child.pid, parts(key))
        process.type(["stop"])
        process.until("ended 0")
        after = found_in_memory(process.child.pid, parts(key))

    assert any(during.values()), "an open journal needs its key: the search does see it"
    assert after == dict.fromkeys(after, 0)


def test_after_forget_everything_the_word_is_in_no_file_and_no_checkpoint_is_in_memory(
    tmp_path: Path,
) -> None:
    with held(tmp_path) as process:
        process.type(ANSWERS)
        process.until(LAST)
        key = process.key()
        process.type([*FORGETS, "stop"])
        said = process.until("ended 0")
        assert process.child.poll() is None
        assert "It's gone." in said
        # While the process that knew it all is still there.
        assert not process.key_file.exists()
        for folder in (tmp_path, Path("/dev/shm")):  # noqa: S108
            for path, content in files_under(folder).items():
                assert WORD not in content, path
                assert key.encode() not in content, path
        packed = re.compile(rb'"[^"\x00]{0,80}%s[^"\x00]{0,80}"' % WORD)
        found = found_in_memory(process.child.pid, {**parts(key), "checkpoint": packed})
        process.child.kill()
        assert process.child.stderr is not None
        assert CANARY not in process.child.stderr.read()

    assert found == dict.fromkeys(found, 0)


def test_with_pythons_own_overwriting_no_forgotten_word_is_in_a_core_image(tmp_path: Path) -> None:
    """The setting that docs/threat-model.md names for those who want that."""
    with held(tmp_path, PYTHONMALLOC="debug") as process:
        process.type(ANSWERS)
        process.key()
        process.until(LAST)
        process.type([*FORGETS, "stop"])
        process.until("ended 0")
        found = found_in_memory(process.child.pid, {"word": WORD, "ours": b"voice_checkin"})

    assert found["ours"]
    assert found["word"] == 0


def test_a_wiped_text_is_gone_and_others_like_it_are_whole() -> None:
    text = "".join(["canaria", "0123456789" * 3])
    other = "".join(["canaria", "0123456789" * 3])
    wipe(text)

    assert text == "\0" * 37
    assert other == "canaria" + "0123456789" * 3
    short = "".join(["a", "b"])
    wipe(short)
    assert short == "ab"
