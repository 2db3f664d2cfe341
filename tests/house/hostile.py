"""Calls the command line in this process, and bends files as an attacker or a bad disk would."""

from __future__ import annotations

import contextlib
import io
import logging
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from voice_checkin.cli.app import run

CLEAR = re.compile(r"\A[^\x00-\x08\x0b-\x1f\x7f-\x9f]{10,}\Z")
"""An answer that a person can read and that steers no terminal."""
MOST_SHOWN = 300_000
"""Letters of an answer: a hundred faults, each of which may quote a key."""

quick = settings(
    deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@dataclass(frozen=True)
class Answer:
    code: int
    out: str
    err: str


def call(*arguments: str | Path, typed: str = "") -> Answer:
    """Run a command.  What it does not turn into a sentence comes through and fails the test."""
    root = logging.getLogger()
    before = root.handlers, root.level, logging.raiseExceptions
    out, err = io.StringIO(), io.StringIO()
    patch = pytest.MonkeyPatch()
    try:
        patch.setenv("VOICE_CHECKIN_DEBUG", "1")
        patch.setattr("sys.stdin", io.StringIO(typed))
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = run([str(one) for one in arguments])
    finally:
        patch.undo()
        logging.captureWarnings(capture=False)
        root.handlers, logging.raiseExceptions = before[0], before[2]
        root.setLevel(before[1])
    return Answer(code, out.getvalue(), err.getvalue())


def refused(answer: Answer) -> bool:
    """Tell a clear refusal from success; anything else fails."""
    if answer.code == 0:
        return False
    assert answer.code == 2
    assert answer.out == ""
    assert CLEAR.match(answer.err)
    assert "Traceback" not in answer.err
    assert len(answer.err) < MOST_SHOWN
    return True


@contextlib.contextmanager
def home(folder: Path) -> Iterator[Path]:
    """Let the program keep everything under ``folder``."""
    patch = pytest.MonkeyPatch()
    for name in ("config", "data"):
        patch.setenv(f"XDG_{name.upper()}_HOME", str(folder / name))
    patch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    patch.setenv("HOME", str(folder))
    before = os.umask(0o077)
    try:
        yield folder
    finally:
        os.umask(before)
        patch.undo()


@st.composite
def bent(draw: st.DrawFn, whole: bytes) -> bytes:
    """Return ``whole`` cut short, with bytes changed, left out, or put in."""
    raw = bytearray(whole)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(raw)))
        match draw(st.sampled_from(["cut", "flip", "write", "insert", "drop", "swap"])):
            case "cut":
                del raw[at:]
            case "flip" if at < len(raw):
                raw[at] ^= 1 << draw(st.integers(0, 7))
            case "write":
                some = draw(st.binary(min_size=1, max_size=64))
                raw[at : at + len(some)] = some
            case "insert":
                raw[at:at] = draw(st.binary(min_size=1, max_size=64))
            case "drop":
                del raw[at : at + draw(st.integers(1, 5_000))]
            case _:
                raw = raw[at:] + raw[:at]
    return bytes(raw)


TOKENS = [
    "", "-", "{", "}", "[", "]", ":", "?", "|", "> ", "&a ", "*a", "!!python/object:os.system ",
    "<<: *a", "yes", "null", "~", "0", "-1", "1e999", "99999999999999999999", "0x10", "010",
    "21:30", "2026-11-23", '"', "'", "\\", "\x00", "\x1b[2J", "\u2028", "\ufeff", "\ud7ff",
    "{partner}", "{nothing}", "{", "{{partner}}", "{partner.__class__}", "%s", "../../etc/passwd",
    "each", "both", "a", "x" * 5_000, "\t", "#", "---", "...", "true", "3.5", "(?", "[a-",
]  # fmt: skip


@st.composite
def rewritten(draw: st.DrawFn, whole: str) -> str:
    """Return a text file with lines dropped, doubled, moved, or rewritten in a part."""
    lines = whole.splitlines()
    for _ in range(draw(st.integers(1, 5))):
        if not lines:
            break
        at = draw(st.integers(0, len(lines) - 1))
        match draw(st.sampled_from(["drop", "double", "move", "indent", "value", "word", "take"])):
            case "drop":
                del lines[at : at + draw(st.integers(1, 5))]
            case "double":
                lines.insert(at, lines[at])
            case "move":
                lines.insert(draw(st.integers(0, len(lines) - 1)), lines.pop(at))
            case "indent":
                lines[at] = draw(st.sampled_from(["", "  ", "    ", "\t"])) + lines[at].strip()
            case "value":
                key = lines[at].partition(":")[0]
                lines[at] = f"{key}: {draw(st.sampled_from(TOKENS))}"
            case "word":
                words = lines[at].split(" ")
                words[draw(st.integers(0, len(words) - 1))] = draw(st.sampled_from(TOKENS))
                lines[at] = " ".join(words)
            case _:
                # A value that is right elsewhere.
                value = draw(st.sampled_from(lines)).partition(":")[2]
                lines[at] = f"{lines[at].partition(':')[0]}:{value}"
    return "\n".join(lines) + "\n"
