"""``voice-checkin journal``, as a person meets it."""

from __future__ import annotations

import json
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.journal.people import CANARY, files_under, full_evening, home_environment
from voice_checkin.cli.journal import command
from voice_checkin.dialog.actions import Record
from voice_checkin.errors import BadInput, JournalDamaged, JournalLocked
from voice_checkin.journal.opening import journal_path, open_journal
from voice_checkin.settings import Settings, save_settings

pytestmark = pytest.mark.journal


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, value in home_environment(tmp_path).items():
        if name.startswith(("XDG", "PYTHON_KEYRING", "HOME")):
            monkeypatch.setenv(name, value)
    save_settings(Settings(names=("Ana", "Ben")))
    return tmp_path


def run(*arguments: str, answer: str = "") -> Result:
    return CliRunner().invoke(command, arguments, input=answer)


def evening(days_ago: float = 0, text: str = "wash up") -> None:
    at = datetime.now(UTC) - timedelta(days=days_ago)
    with open_journal(Settings(), datetime.now(UTC)) as journal:
        journal.begin_evening("nightly", at)
        promise = Record(kind="promise", partner="a", text=text, by="Tuesday")
        mood = Record(kind="number", partner="b", name="day", value=6)
        journal.keep_turn([promise, mood], {"state": "x"}, at)
        journal.close_evening(at, completed=True)


def test_an_empty_journal_says_so_and_is_not_begun(home: Path) -> None:
    done = run("show")

    assert (done.exit_code, done.stdout) == (0, "Nothing is kept.\n")
    assert not journal_path().exists()


def test_show_is_plain_to_read(home: Path) -> None:
    evening()
    done = run("show")

    assert "Promises\n" in done.stdout
    assert "Ana: wash up, Tuesday (goes " in done.stdout
    assert "Ben: day 6 (goes " in done.stdout


def test_show_json_is_one_object_with_every_entry(home: Path) -> None:
    evening()
    found = json.loads(run("show", "--json").stdout)

    assert [entry["kind"] for entry in found["entries"]] == ["promise", "number"]
    assert found["entries"][0]["partner"] == "Ana"
    assert found["nights"] == 1
    goes = datetime.fromisoformat(found["entries"][0]["goes"]) - datetime.now(UTC)
    assert 29 <= goes.days <= 30


def test_every_kind_can_be_shown(home: Path) -> None:
    with open_journal(Settings(), datetime.now(UTC)) as journal:
        full_evening(journal, datetime.now(UTC))

    shown = run("show").stdout
    for number in (2, 5, 7, 8, 9, 10):
        assert f"{CANARY} {number}." in shown
    assert "unfinished" in shown
    assert "Ana" in shown.split("Voices")[1]


def test_an_export_is_for_its_owner_alone_and_never_overwrites(home: Path) -> None:
    evening()
    out = home / "mine.json"
    done = run("export", str(out))

    assert done.exit_code == 0
    assert "not encrypted" in done.stderr
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert json.loads(out.read_text())["entries"][0]["text"] == "wash up"
    again = run("export", str(out))
    assert isinstance(again.exception, BadInput)
    assert isinstance(run("export", str(home / "no" / "x.json")).exception, BadInput)


def test_forget_tonight_asks_first(home: Path) -> None:
    evening(days_ago=3, text="old")
    evening(text="new")
    assert "Nothing was forgotten" in run("forget", "tonight", answer="n\n").stderr
    assert "new" in run("show").stdout

    assert run("forget", "tonight", answer="y\n").exit_code == 0
    shown = run("show").stdout
    assert "old" in shown
    assert "new" not in shown


def test_forget_tonight_on_a_day_without_an_evening_takes_nothing(home: Path) -> None:
    evening(days_ago=3, text="old")
    run("forget", "tonight", "--yes")

    assert "old" in run("show").stdout


def test_forget_voices_takes_nothing_else(home: Path) -> None:
    evening()
    with open_journal(Settings(), datetime.now(UTC)) as journal:
        journal.keep_voice("a", b"print", datetime.now(UTC))
    run("forget", "voices", "--yes")

    assert json.loads(run("show", "--json").stdout)["voices"] == []
    assert "wash up" in run("show").stdout


def test_forget_everything_takes_names_file_and_key(home: Path) -> None:
    save_settings(Settings(names=("Ana", CANARY), cover_phrase=CANARY))
    with open_journal(Settings(), datetime.now(UTC)) as journal:
        full_evening(journal)
    assert run("forget", "everything", "--yes").exit_code == 0

    found = files_under(home)
    assert [path.name for path in found] == ["settings.toml"]
    assert all(CANARY.encode() not in content for content in found.values())
    assert run("show").stdout == "Nothing is kept.\n"


def test_forget_everything_works_where_there_is_nothing(home: Path) -> None:
    assert run("forget", "everything", "--yes").exit_code == 0


def test_a_damaged_journal_can_be_begun_anew(home: Path) -> None:
    evening()
    path = journal_path()
    path.write_bytes(path.read_bytes()[:16] + b"\xff" * 5_000)
    assert isinstance(run("show").exception, JournalDamaged)

    assert run("forget", "everything", "--yes").exit_code == 0
    assert run("show").stdout == "Nothing is kept.\n"


def test_nothing_is_forgotten_behind_a_running_evenings_back(home: Path) -> None:
    with open_journal(Settings(), datetime.now(UTC)) as journal:
        journal.begin_evening("nightly", datetime.now(UTC))
        journal.keep(Record(kind="promise", text="wash up"), datetime.now(UTC))
        for arguments in (("show",), ("forget", "everything", "--yes")):
            assert isinstance(run(*arguments).exception, JournalLocked)
        assert len(journal.recall()) == 1
