"""What can go wrong with a disk, a clock or a second program, and the sentence that says it."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.journal.people import CANARY, NOW, full_evening, home_environment, run_python
from voice_checkin.dialog.actions import Record
from voice_checkin.errors import JournalDamaged, JournalError, JournalLocked
from voice_checkin.journal.cipher import sqlite
from voice_checkin.journal.database import connect
from voice_checkin.journal.keys import FileKey, MemoryKey, new_key
from voice_checkin.journal.migrations import migrate
from voice_checkin.journal.store import Store

pytestmark = pytest.mark.journal

KEY = new_key()


def kept(folder: Path) -> Path:
    """Leave a journal with one promise in it."""
    with Store(folder, MemoryKey(KEY)).open(NOW) as store:
        store.begin_evening("nightly", NOW)
        store.keep_turn([promise()], {"state": "mood"}, NOW)
    return folder / "journal.db"


def plain_database() -> bytes:
    with closing(sqlite3.connect(":memory:")) as db:
        db.execute("CREATE TABLE records (id TEXT)")
        return db.serialize()


def promise(text: str = "wash up") -> Record:
    return Record(kind="promise", partner="a", text=text)


def test_two_programs_cannot_hold_the_same_journal(tmp_path: Path) -> None:
    with (
        Store(tmp_path / "data", MemoryKey(KEY)).open(NOW),
        pytest.raises(JournalLocked, match="another voice-checkin"),
    ):
        Store(tmp_path / "data", MemoryKey(KEY)).open(NOW)

    Store(tmp_path / "data", MemoryKey(KEY)).open(NOW).close()


def test_a_program_that_was_killed_does_not_leave_the_journal_locked(tmp_path: Path) -> None:
    source = (
        "import time; from datetime import datetime\n"
        "from voice_checkin.journal.opening import open_journal\n"
        "from voice_checkin.settings import Settings\n"
        "journal = open_journal(Settings(), datetime.now().astimezone())\n"
        "print('open', flush=True); time.sleep(60)"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", source], env=home_environment(tmp_path),
        stdout=subprocess.PIPE, text=True, cwd=tmp_path,
    )  # fmt: skip
    folder = tmp_path / "data" / "voice-checkin"
    assert child.stdout is not None
    with child.stdout:
        assert child.stdout.readline().strip() == "open"
        with pytest.raises(JournalLocked):
            Store(folder, MemoryKey(KEY)).open(NOW)
        child.kill()
        child.wait()
    Store(folder, MemoryKey(KEY)).open(NOW).close()


def test_another_programs_lock_on_the_file_itself_says_so(tmp_path: Path) -> None:
    path = kept(tmp_path / "data")
    other = connect(path, KEY)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(JournalLocked, match="another program"):
        Store(tmp_path / "data", MemoryKey(KEY)).open(NOW)
    other.close()


def test_a_journal_whose_key_is_gone_is_not_begun_anew_over_it(tmp_path: Path) -> None:
    path = kept(tmp_path / "data")
    before = path.read_bytes()
    with pytest.raises(JournalLocked, match="not on this machine"):
        Store(tmp_path / "data", MemoryKey()).open(NOW)
    with pytest.raises(JournalLocked, match="key does not open it"):
        Store(tmp_path / "data", MemoryKey(new_key())).open(NOW)

    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "damage",
    [
        lambda raw: raw[:16] + b"\xff" * (len(raw) - 16),
        lambda raw: raw[:5_000],
        lambda _: plain_database(),
        lambda _: b"hello",
        lambda raw: raw[:16] + bytes(reversed(raw[16:])),
    ],
    ids=["overwritten", "cut short", "not encrypted", "another file", "turned round"],
)
def test_a_damaged_journal_says_so_and_is_left_for_its_owners_to_decide(
    tmp_path: Path, damage: object
) -> None:
    path = kept(tmp_path / "data")
    path.write_bytes(damage(path.read_bytes()))  # type: ignore[operator]
    before = path.read_bytes()
    with pytest.raises(JournalDamaged, match="forget everything"):
        Store(tmp_path / "data", MemoryKey(KEY)).open(NOW)

    assert path.read_bytes() == before


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(where=st.floats(0, 1), what=st.binary(min_size=1, max_size=200))
def test_any_bytes_in_the_file_give_a_clear_error_or_none(
    tmp_path: Path, where: float, what: bytes
) -> None:
    folder = tmp_path / "data"
    path = folder / "journal.db"
    if not (tmp_path / "whole").exists():
        (tmp_path / "whole").write_bytes(kept(folder).read_bytes())
    raw = bytearray((tmp_path / "whole").read_bytes())
    start = int(where * (len(raw) - 1))
    raw[start : start + len(what)] = what
    path.write_bytes(raw)
    try:
        with Store(folder, MemoryKey(KEY)).open(NOW) as store:
            store.recall()
            store.unfinished(NOW)
            store.begin_evening("nightly", NOW)
            store.keep_turn([promise("again")], {}, NOW)
    except JournalError as error:
        assert "wash up" not in str(error)  # noqa: PT017  # no error at all is fine too


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE records SET kind = 'diary'",
        "UPDATE records SET kept_at = '2026-11-23 lately'",
        "UPDATE records SET partner = 'owner'",
        "UPDATE records SET value = 'six'",
        "UPDATE records SET due = '2026-01-01'",
        "UPDATE records SET text = x'00ff'",
    ],
)
def test_a_row_this_program_never_writes_is_called_damage(tmp_path: Path, statement: str) -> None:
    db = connect(kept(tmp_path / "data"), KEY)
    db.execute(statement)
    db.close()
    with (
        Store(tmp_path / "data", MemoryKey(KEY)).open(NOW) as store,
        pytest.raises(JournalDamaged),
    ):
        store.recall()


@pytest.mark.parametrize("data", ["[", "[]", "null", "[" * 50_000])
def test_a_torn_checkpoint_is_called_damage(tmp_path: Path, data: str) -> None:
    db = connect(kept(tmp_path / "data"), KEY)
    db.execute("UPDATE checkpoint SET data = ?", (data,))
    db.close()
    with (
        Store(tmp_path / "data", MemoryKey(KEY)).open(NOW) as store,
        pytest.raises(JournalDamaged),
    ):
        store.unfinished(NOW)


FULL_DISK = """
import resource, sys
from datetime import datetime
from voice_checkin.dialog.actions import Record
from voice_checkin.errors import JournalError
from voice_checkin.journal.opening import open_journal
from voice_checkin.settings import Settings
now = datetime.now().astimezone()
record = lambda text: Record(kind="promise", partner="a", text=text)
with open_journal(Settings(), now) as journal:
    journal.begin_evening("nightly", now)
    journal.keep_turn([record("before")], {"turn": 1}, now)
    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    resource.setrlimit(resource.RLIMIT_FSIZE, (journal.path.stat().st_size, hard))
    try:
        journal.keep_turn([record("during")], {"turn": 2, "said": sys.argv[1] * 9000}, now)
    except JournalError as error:
        print(type(error).__name__, sys.argv[1] in str(error))
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    print([entry.record.text for entry in journal.recall()], journal.load_checkpoint().snapshot)
    journal.keep_turn([record("after")], {"turn": 3}, now)
    print([entry.record.text for entry in journal.recall()])
"""


def test_a_full_disk_costs_the_turn_and_nothing_before_or_after_it(tmp_path: Path) -> None:
    done = run_python(tmp_path, FULL_DISK, CANARY)

    assert done.stderr == ""
    assert done.stdout.splitlines() == [
        "JournalError False", "['before'] {'turn': 1}", "['before', 'after']",
    ]  # fmt: skip


READ_ONLY = """
import os, sys
from datetime import datetime
from voice_checkin.dialog.actions import Record
from voice_checkin.errors import JournalError
from voice_checkin.journal.opening import open_journal
from voice_checkin.settings import Settings
if os.getuid() == 0:
    os.setgid(65534); os.setuid(65534)
now = datetime.now().astimezone()
try:
    with open_journal(Settings(), now) as journal:
        print("open", journal.nights())
        journal.begin_evening("nightly", now)
        journal.keep_turn([Record(kind="promise", text="x")], {}, now)
except JournalError as error:
    print(type(error).__name__, str(error).rpartition(": ")[2])
"""


def test_a_read_only_home_says_so() -> None:
    # Not pytest's own folder: that one is closed to the user whom a root's test turns into.
    with tempfile.TemporaryDirectory(prefix="voice-checkin-test-") as name:
        home = Path(name)
        home_environment(home)
        for folder in (home, *home.iterdir()):
            folder.chmod(0o555)
        done = run_python(home, READ_ONLY)
        for folder in (home, *home.iterdir()):
            folder.chmod(0o755)

    assert done.stdout.strip() == "JournalError cannot be used (Permission denied).", done


def test_a_file_in_the_place_of_the_folder_says_so(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("in the way")
    with pytest.raises(JournalError, match="cannot be used"):
        Store(tmp_path / "data", MemoryKey(KEY)).open(NOW)


def test_no_place_for_the_key_costs_keeping_not_the_evening(tmp_path: Path) -> None:
    (tmp_path / "config").write_text("in the way")
    with Store(tmp_path / "data", FileKey(tmp_path / "config" / "journal.key")).open(NOW) as store:
        store.begin_evening("nightly", NOW)
        with pytest.raises(JournalError):
            store.keep_turn([promise()], {}, NOW)

        assert store.recall() == []
    assert list((tmp_path / "data").iterdir()) == []


def test_a_clock_that_ran_ahead_does_not_keep_words_for_longer(tmp_path: Path) -> None:
    ahead = NOW + timedelta(days=4_000)
    with Store(tmp_path / "data", MemoryKey(KEY)).open(ahead) as store:
        store.begin_evening("nightly", ahead)
        store.keep_turn([promise()], {}, ahead)
        store.expire(NOW)
        assert len(store.recall()) == 1
        store.expire(NOW + timedelta(days=30))
        assert store.recall() == []


def test_a_clock_that_went_back_loses_nothing(tmp_path: Path) -> None:
    with Store(tmp_path / "data", MemoryKey(KEY)).open(NOW) as store:
        full_evening(store)
        before = len(store.recall())
    back = NOW - timedelta(hours=3)
    with Store(tmp_path / "data", MemoryKey(KEY)).open(back) as store:
        assert len(store.recall()) == before
        checkpoint = store.unfinished(back)
        assert checkpoint is not None
        store.resume_evening(checkpoint)
        store.keep_turn([promise()], {"state": "next"}, back)
        assert len(store.recall()) == before + 1


KEEP_UNTIL_KILLED = """
import sys
from datetime import datetime
from voice_checkin.dialog.actions import Record
from voice_checkin.journal.opening import open_journal
from voice_checkin.settings import Settings
now = datetime.now().astimezone()
with open_journal(Settings(), now) as journal:
    checkpoint = journal.unfinished(now)
    if checkpoint is None:
        journal.begin_evening("nightly", now)
    else:
        journal.resume_evening(checkpoint)
    turn = checkpoint.snapshot["turn"] if checkpoint else 0
    while True:
        turn += 1
        record = Record(kind="promise", partner="a", text=f"promise {turn}")
        journal.keep_turn([record], {"turn": turn, "fill": "x" * 20_000}, now)
        print(turn, flush=True)
"""


def kill_after(home: Path, seconds: float) -> int:
    """Run evenings until killed; return the last turn it said was kept."""
    child = subprocess.Popen(
        [sys.executable, "-c", KEEP_UNTIL_KILLED], env=home_environment(home),
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=home,
    )  # fmt: skip
    assert child.stdout is not None
    with child.stdout:
        said = child.stdout.readline()
        time.sleep(seconds)
        child.send_signal(signal.SIGKILL)
        rest = child.stdout.read().split()
        child.wait()
    return int(rest[-1] if rest else said)


@pytest.mark.timeout(300)
def test_killed_at_any_moment_nothing_kept_is_missing_or_doubled(tmp_path: Path) -> None:
    kills = int(os.environ.get("VOICE_CHECKIN_KILLS", "6"))
    chance = random.Random(7)
    config, data = tmp_path / "config" / "voice-checkin", tmp_path / "data" / "voice-checkin"
    for _ in range(kills):
        said = kill_after(tmp_path, chance.uniform(0, 0.3))
        with Store(data, FileKey(config / "journal.key")).open(datetime.now(UTC)) as store:
            checkpoint = store.load_checkpoint()
            assert checkpoint is not None
            turn = checkpoint.snapshot["turn"]
            assert isinstance(turn, int)
            assert turn in (said, said + 1), "killed after the commit, before it could say so"
            expected = [f"promise {number}" for number in range(1, turn + 1)]
            assert sorted(entry.record.text for entry in store.recall()) == sorted(expected)
            assert store.nights() == 1


def test_the_first_ever_turn_killed_half_way_does_not_lock_the_journal(tmp_path: Path) -> None:
    """The key is written, the file is begun and empty: then the power fails."""
    key = FileKey(tmp_path / "config" / "journal.key")
    key.write(KEY)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "journal.db").touch()
    with Store(tmp_path / "data", key).open(NOW) as store:
        store.begin_evening("nightly", NOW)
        store.keep_turn([promise()], {}, NOW)
        assert len(store.recall()) == 1


def test_a_database_without_tables_is_a_journal_that_was_only_begun(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    db = connect(tmp_path / "data" / "journal.db", KEY)
    with pytest.raises(sqlite.Error):
        migrate(db, (_fails,))
    db.close()
    with Store(tmp_path / "data", MemoryKey(KEY)).open(NOW) as store:
        assert store.recall() == []


def _fails(db: sqlite.Connection) -> None:
    db.execute("SELECT * FROM missing")
