"""What is forgotten is gone, and what is kept can be read by nobody else."""

from __future__ import annotations

import re
import stat
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from tests.journal.people import (
    CANARY,
    NOW,
    decrypted_pages,
    files_under,
    full_evening,
    run_python,
)
from voice_checkin.errors import JournalError
from voice_checkin.journal.keys import FileKey, MemoryKey
from voice_checkin.journal.store import Store
from voice_checkin.settings import Settings, load_settings, save_settings

pytestmark = pytest.mark.journal

WORD = CANARY.encode()


def opened(tmp_path: Path) -> tuple[Store, FileKey, Path]:
    key = FileKey(tmp_path / "config" / "journal.key")
    settings = tmp_path / "config" / "settings.toml"
    return Store(tmp_path / "data", key, settings_file=settings).open(NOW), key, settings


def plain(store: Store, key: FileKey | MemoryKey) -> bytes:
    """Return all pages of a journal, decrypted."""
    return b"".join(decrypted_pages(store.path, key.read() or ""))


def test_the_forensic_reader_of_these_tests_does_see_what_is_kept(tmp_path: Path) -> None:
    store, key, _ = opened(tmp_path)
    full_evening(store)
    store.close()

    pages = plain(store, key)
    for number in range(1, 14):
        assert re.search(rb"%s %d\." % (WORD, number), pages), number
    assert WORD + b" print" in pages


def test_nothing_that_is_kept_stands_in_a_file_in_clear(tmp_path: Path) -> None:
    store, _, _ = opened(tmp_path)
    full_evening(store)
    for path, content in files_under(tmp_path).items():
        assert WORD not in content, path
        assert b"SQLite format" not in content, path
    store.close()


def test_forget_tonight_leaves_zeros_in_the_pages_even_for_one_who_has_the_key(
    tmp_path: Path,
) -> None:
    store, key, _ = opened(tmp_path)
    full_evening(store, NOW - timedelta(days=1), word="yesterday")
    store.forget("voices")
    full_evening(store)
    store.forget("tonight")
    store.forget("voices")
    store.close()

    pages = plain(store, key)
    assert WORD not in pages
    assert b"yesterday 2." in pages


def test_what_has_expired_leaves_zeros_too(tmp_path: Path) -> None:
    store, key, _ = opened(tmp_path)
    full_evening(store)
    store.forget("voices")
    store.close()

    later = Store(tmp_path / "data", key).open(NOW + timedelta(days=181))
    later.close()
    assert WORD not in plain(store, key)


def test_a_finished_evening_leaves_nothing_of_its_checkpoint(tmp_path: Path) -> None:
    store, key, _ = opened(tmp_path)
    store.begin_evening("nightly", NOW)
    store.keep_turn([], {"said": f"{CANARY} " * 3_000}, NOW)
    store.keep_turn([], {"said": "something else"}, NOW)
    store.close_evening(NOW, completed=True)
    store.close()

    assert WORD not in plain(store, key)


def test_forget_everything_leaves_no_byte_and_no_key(tmp_path: Path) -> None:
    store, key, settings = opened(tmp_path)
    save_settings(
        Settings(names=("Ana", CANARY), cover_phrase=f"did you {CANARY}", rate_wpm=120), settings
    )
    full_evening(store)
    old_key = key.read()
    old_file = store.path.open("rb")
    store.forget("everything")

    with old_file:
        assert set(old_file.read()) <= {0}, "whoever holds the old file sees zeros"
    store.close()
    assert key.read() is None
    kept = files_under(tmp_path)
    assert [path.name for path in kept] == ["settings.toml"]
    assert WORD not in kept[settings]
    assert str(old_key).encode() not in kept[settings]
    assert load_settings(settings) == Settings(rate_wpm=120)


@pytest.mark.parametrize("stage", ["renamed", "renamed and key gone", "half overwritten"])
def test_a_power_cut_while_forgetting_is_finished_at_the_next_start(
    tmp_path: Path, stage: str
) -> None:
    store, key, _ = opened(tmp_path)
    full_evening(store)
    store.close()
    leaving = store.path.with_suffix(".leaving")
    store.path.rename(leaving)
    if stage != "renamed":
        key.destroy()
    if stage == "half overwritten":
        with leaving.open("r+b") as file:
            file.write(b"\0" * 5_000)

    again, _, _ = opened(tmp_path)
    assert again.recall() == []
    again.close()
    assert files_under(tmp_path) == {}


def test_an_evening_nobody_agreed_to_writes_nothing_at_all(tmp_path: Path) -> None:
    store, _, _ = opened(tmp_path)
    store.begin_evening("nightly", NOW)
    store.unfinished(NOW)
    store.recall()
    store.quiet_on(NOW)
    store.close_evening(NOW, completed=False)
    store.close()
    assert files_under(tmp_path) == {}


def test_an_evening_nobody_agreed_to_changes_no_byte_of_an_older_journal(tmp_path: Path) -> None:
    store, _, _ = opened(tmp_path)
    full_evening(store)
    store.close_evening(NOW, completed=True)
    store.close()
    before = files_under(tmp_path)

    again, _, _ = opened(tmp_path)
    again.begin_evening("nightly", NOW)
    again.close_evening(NOW, completed=False)
    again.close()
    assert files_under(tmp_path) == before


def test_everything_is_for_this_user_alone(tmp_path: Path) -> None:
    store, _, settings = opened(tmp_path)
    save_settings(Settings(), settings)
    full_evening(store)
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.rglob("*")}
    store.close()

    assert modes
    for path, mode in modes.items():
        assert mode == (0o700 if path.is_dir() else 0o600), path


def test_a_folder_that_was_open_to_others_is_closed(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir(mode=0o755)
    with Store(folder, MemoryKey()).open(NOW):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.parametrize(
    "snapshot", [{CANARY: object()}, {"said": [CANARY] * 60_000}], ids=["not plain", "huge"]
)
def test_an_error_never_repeats_what_was_said(tmp_path: Path, snapshot: dict[str, object]) -> None:
    store, _, _ = opened(tmp_path)
    store.begin_evening("nightly", NOW)
    with pytest.raises(JournalError) as caught:
        store.keep_turn([], snapshot, NOW)
    store.close()

    assert CANARY not in repr(caught.value)
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


EVENING_AND_FORGET = """
import sys
from datetime import datetime, timedelta
from tests.journal.people import full_evening
from voice_checkin.journal.opening import open_journal
from voice_checkin.logs import set_up_logging
from voice_checkin.settings import Settings, save_settings
set_up_logging("debug")
now = datetime.now().astimezone()
word = "".join(reversed(sys.argv[1]))
settings = Settings(names=("Ana", word), cover_phrase=word)
save_settings(settings)
with open_journal(settings, now) as journal:
    full_evening(journal, now, word)
    if "forget" in sys.argv:
        journal.forget("everything")
"""


def test_a_whole_evening_writes_nowhere_but_in_its_two_folders(tmp_path: Path) -> None:
    done = run_python(tmp_path, EVENING_AND_FORGET, CANARY[::-1])

    assert done.returncode == 0, done.stderr
    found = sorted(str(path.relative_to(tmp_path)) for path in files_under(tmp_path))
    assert found == [
        "config/voice-checkin/journal.key",
        "config/voice-checkin/settings.toml",
        "data/voice-checkin/journal.db",
    ]


def test_after_forget_everything_no_file_and_no_log_has_the_word(tmp_path: Path) -> None:
    done = run_python(tmp_path, EVENING_AND_FORGET, CANARY[::-1], "forget")

    assert done.returncode == 0, done.stderr
    assert CANARY not in done.stdout + done.stderr
    for path, content in files_under(tmp_path).items():
        assert WORD not in content, path
    for path, content in files_under(Path("/dev/shm")).items():  # noqa: S108
        assert WORD not in content, path


FRESH_MEMORY = """
import sys
from datetime import datetime
from voice_checkin.journal.opening import open_journal
from voice_checkin.settings import load_settings
word = bytes(reversed(sys.argv[1].encode()))
settings = load_settings()
with open_journal(settings, datetime.now().astimezone()) as journal:
    journal.recall()
    journal.load_checkpoint()
    found = 0
    with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb", 0) as memory:
        for line in maps:
            if line.split()[1].startswith("rw") and "[v" not in line:
                start, end = (int(part, 16) for part in line.split()[0].split("-"))
                memory.seek(start)
                try:
                    found += memory.read(end - start).count(word + b" 2")
                except OSError:
                    pass
print("seen" if found else "clean")
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc/self/mem")
def test_a_program_started_after_forgetting_has_nothing_of_it_in_memory(tmp_path: Path) -> None:
    backwards = CANARY[::-1]
    assert run_python(tmp_path, EVENING_AND_FORGET, backwards).returncode == 0
    before = run_python(tmp_path, FRESH_MEMORY, backwards)
    assert before.stdout.strip() == "seen", before.stderr

    assert run_python(tmp_path, EVENING_AND_FORGET, backwards, "forget").returncode == 0
    after = run_python(tmp_path, FRESH_MEMORY, backwards)
    assert after.stdout.strip() == "clean", after.stderr
