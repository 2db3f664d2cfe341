"""The whole program, typed, where the journal cannot be used: lines, remedies and exit codes."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

from tests.journal.people import home_environment
from tests.session.faulty import small_disk
from voice_checkin.dialog.actions import Record
from voice_checkin.journal.keys import FileKey
from voice_checkin.journal.store import Store

pytestmark = [pytest.mark.journal, pytest.mark.timeout(120)]

PROGRAM = "I'm a program, not a therapist."
NOT_KEPT = "Nothing is kept tonight. My screen says what to do tomorrow."
IN_USE = "An evening is already running here. I leave you to it."


def start(home: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "voice_checkin", "--keyboard"],
        env=home_environment(home), text=True, cwd=home, stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def typed(home: Path, *answers: str) -> tuple[list[str], str, int]:
    """Return the lines that were said, what the terminal was told, and the exit code."""
    with start(home) as program:
        said, told = program.communicate("\n".join(answers) + "\n", timeout=60)
    return [line.strip() for line in said.splitlines()], told, program.returncode


def journal(home: Path) -> Path:
    """Leave a journal with a promise in it; return its file."""
    home_environment(home)
    now = datetime.now().astimezone()
    key = FileKey(home / "config" / "voice-checkin" / "journal.key")
    with Store(home / "data" / "voice-checkin", key).open(now) as store:
        store.begin_evening("nightly", now)
        store.keep_turn([Record(kind="promise", partner="a", text="wash up")], {}, now)
        store.close_evening(now, completed=True)
    return home / "data" / "voice-checkin" / "journal.db"


def is_held_without_keeping(said: list[str], told: str, code: int) -> None:
    assert PROGRAM in said[1]
    assert said[2] == NOT_KEPT, "before consent is asked, since it is a part of it"
    assert "would you like to check in tonight?" in said[3]
    assert any("how wound up are you" in line for line in said), "the evening goes on"
    assert said.count(NOT_KEPT) == 1
    assert "Tonight is held without keeping." in told
    assert len(told.splitlines()) == 1
    assert code == 0


def test_bytes_that_flipped_cost_keeping_and_not_the_evening(tmp_path: Path) -> None:
    path = journal(tmp_path)
    raw = path.read_bytes()
    path.write_bytes(raw[:16] + bytes(byte ^ 0xFF for byte in raw[16:]))
    before = path.read_bytes()
    said, told, code = typed(tmp_path, "yes", "yes", "six", "stop")

    is_held_without_keeping(said, told, code)
    assert "voice-checkin journal forget everything" in told
    assert path.read_bytes() == before, "its owners decide what becomes of it"


def test_damage_that_shows_only_when_it_is_read_is_no_end_either(tmp_path: Path) -> None:
    path = journal(tmp_path)
    raw = bytearray(path.read_bytes())
    for start_ in range(8192, len(raw), 4096):
        raw[start_ : start_ + 64] = bytes(64)
    path.write_bytes(raw)

    is_held_without_keeping(*typed(tmp_path, "yes", "yes", "six", "stop"))


def test_a_key_that_is_gone_costs_keeping_and_not_the_evening(tmp_path: Path) -> None:
    path = journal(tmp_path)
    (tmp_path / "config" / "voice-checkin" / "journal.key").unlink()
    before = path.read_bytes()
    said, told, code = typed(tmp_path, "yes", "yes", "six", "stop")

    is_held_without_keeping(said, told, code)
    assert "put journal.key back" in told
    assert path.read_bytes() == before


def test_a_file_in_the_place_of_the_folder_costs_keeping(tmp_path: Path) -> None:
    home_environment(tmp_path)
    (tmp_path / "data" / "voice-checkin").write_text("in the way")

    is_held_without_keeping(*typed(tmp_path, "yes", "yes", "six", "stop"))


def test_a_read_only_home_costs_keeping(tmp_path: Path) -> None:
    home_environment(tmp_path)
    data = tmp_path / "data"
    with small_disk(data) as own_disk:
        if own_disk:
            subprocess.run(["mount", "-o", "remount,ro", str(data)], check=True)
        elif os.geteuid() == 0:
            pytest.skip("a root who may not mount can write everywhere")
        else:
            data.chmod(0o500)
        found = typed(tmp_path, "yes", "yes", "six", "stop")
        if not own_disk:
            data.chmod(0o700)

    is_held_without_keeping(*found)


def test_forget_everything_deletes_a_journal_that_could_not_be_opened(tmp_path: Path) -> None:
    path = journal(tmp_path)
    path.write_bytes(path.read_bytes()[:5000])
    said, _, code = typed(tmp_path, "yes", "yes", "forget everything", "everything", "yes")

    assert "It's gone. Good night." in said
    assert (path.exists(), code) == (False, 0)


def test_the_second_of_two_evenings_leaves_it_to_the_first(tmp_path: Path) -> None:
    with start(tmp_path) as first:
        assert first.stdin is not None
        assert first.stdout is not None
        first.stdin.write("yes\nyes\n")
        first.stdin.flush()
        while "how wound up" not in first.stdout.readline():
            pass
        said, told, code = typed(tmp_path, "yes")
        first.stdin.write("six\nstop\n")
        first.stdin.close()
        rest = first.stdout.read()
        first.wait(timeout=30)

    assert said == [IN_USE]
    assert "another voice-checkin has the journal open" in told
    assert code == 2
    assert "how wound up are you" in rest
    assert first.returncode == 0
