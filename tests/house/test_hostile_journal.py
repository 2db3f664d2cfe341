"""Journals, keys and checkpoints that are cut, bent, or somebody else's: shown or refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.house.hostile import bent, call, home, quick, refused
from tests.journal.people import full_evening
from voice_checkin.journal.cipher import sqlite
from voice_checkin.journal.database import connect
from voice_checkin.journal.keys import key_file
from voice_checkin.journal.opening import journal_path, open_journal
from voice_checkin.settings import Settings, config_folder

pytestmark = [pytest.mark.house, pytest.mark.timeout(120)]


class Kept:
    """A home with a journal in it, which can be put back as it was."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.journal = journal_path().read_bytes()
        self.key = key_file(config_folder()).path.read_bytes()

    def put(self, journal: bytes | None = None, key: bytes | None = None) -> None:
        journal_path().write_bytes(self.journal if journal is None else journal)
        key_file(config_folder()).path.write_bytes(self.key if key is None else key)

    def connected(self) -> sqlite.Connection:
        return connect(journal_path(), self.key.decode().strip())


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kept]:
    with home(tmp_path_factory.mktemp("home")) as folder:
        now = datetime.now().astimezone()
        with open_journal(Settings(), now) as journal:
            full_evening(journal, now, "walk")
        yield Kept(folder)


@pytest.fixture(scope="module")
def broken_off(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kept]:
    with home(tmp_path_factory.mktemp("home")) as folder:
        call("talk", "nightly", "--keyboard", typed="yes\nyes\nfour\npause\n")
        yield Kept(folder)


def look() -> None:
    """Ask everything that opens the journal; each answers or refuses."""
    for command in (["show"], ["show", "--json"], ["forget", "tonight", "--yes"]):
        refused(call("journal", *command))


@settings(quick, max_examples=150)
@given(data=st.data())
def test_a_journal_that_is_bent_is_shown_or_refused(whole: Kept, data: st.DataObject) -> None:
    whole.put(data.draw(bent(whole.journal) | st.binary(max_size=9_000) | bent(bytes(9_000))))
    look()


@settings(quick, max_examples=100)
@given(data=st.data())
def test_a_key_that_is_bent_or_anothers_opens_nothing_and_breaks_nothing(
    whole: Kept, data: st.DataObject
) -> None:
    anothers = st.binary(min_size=48, max_size=48).map(lambda raw: raw.hex().encode())
    other = data.draw(bent(whole.key) | st.binary(max_size=200) | anothers)
    whole.put(key=other)
    if refused(call("journal", "show")):
        assert journal_path().read_bytes() == whole.journal
    else:
        assert other.split() == whole.key.split()


CELLS = st.one_of(
    st.none(), st.integers(-(2**63), 2**63 - 1), st.floats(), st.text(max_size=30),
    st.binary(max_size=30), st.sampled_from(["promise", "a", "9999-12-31T23:59:59+00:00",
    "0001-01-01T00:00:00+14:00", "2026-11-23", "[]", "{}", '{"state": 1}', "NaN", "[" * 3_000]),
)  # fmt: skip
COLUMNS = {
    "records": [
        "id",
        "evening",
        "kind",
        "partner",
        "name",
        "text",
        "value",
        "by_when",
        "due",
        "kept_at",
        "holds",
    ],
    "evenings": ["id", "dialog", "night", "began", "ended", "completed"],
    "checkpoint": ["evening", "saved_at", "data"],
    "counters": ["name", "value"],
    "voices": ["partner", "print", "kept_at"],
    "migrations": ["name", "applied"],
}  # fmt: skip
PLACES = st.sampled_from([(table, one) for table, many in COLUMNS.items() for one in many])


@settings(quick, max_examples=60)
@given(changes=st.lists(st.tuples(PLACES, CELLS), min_size=1, max_size=3))
def test_rows_that_this_program_never_wrote_are_shown_or_refused(
    whole: Kept, changes: list[tuple[tuple[str, str], object]]
) -> None:
    whole.put()
    with closing(whole.connected()) as database:
        for (table, column), value in changes:
            database.execute(
                f"UPDATE OR IGNORE {table} SET {column} = ?"  # noqa: S608 - names from above
                f" WHERE rowid IN (SELECT rowid FROM {table} LIMIT 3)",
                (value.encode("utf-8", "replace").decode() if isinstance(value, str) else value,),
            )
    refused(call("talk", "nightly", "--keyboard", typed="four\n"))
    look()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10)
    | st.sampled_from(["a", "b", "mood.a", "pause", "2026-11-23T21:00:00+00:00", "stop?"]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["a", "b", "mood", "kind", "step", "text"]), inner),
    max_leaves=6,
)  # fmt: skip


@settings(quick, max_examples=80)
@given(data=st.data())
def test_a_checkpoint_that_is_bent_begins_the_evening_anew_or_goes_on(
    broken_off: Kept, data: st.DataObject
) -> None:
    broken_off.put()
    with closing(broken_off.connected()) as database:
        [[packed]] = database.execute("SELECT data FROM checkpoint").fetchall()
        snapshot = json.loads(packed)
        for _ in range(data.draw(st.integers(1, 3))):
            into = snapshot if data.draw(st.integers(0, 4)) == 0 else snapshot["memory"]
            if not isinstance(into, dict) or not into:
                break
            name = data.draw(st.sampled_from(sorted(into)))
            if name == "interlude" and data.draw(st.booleans()) and into[name]:
                into, name = into[name], data.draw(st.sampled_from(sorted(into[name])))
            into[name] = data.draw(JSON)
        database.execute("UPDATE checkpoint SET data = ?", (json.dumps(snapshot),))
    assert not refused(call("talk", "nightly", "--keyboard", typed="six\nno\nresume\nyes\n"))


@pytest.mark.parametrize("time", ["0", "2026-11-23", "2026-11-23T20:00:00", "later"])
@pytest.mark.parametrize("name", ["began", "told"])
def test_a_checkpoint_whose_times_are_none_begins_the_evening_anew(
    broken_off: Kept, name: str, time: str
) -> None:
    broken_off.put()
    with closing(broken_off.connected()) as database:
        [[packed]] = database.execute("SELECT data FROM checkpoint").fetchall()
        snapshot = json.loads(packed)
        snapshot["memory"][name] = time
        database.execute("UPDATE checkpoint SET data = ?", (json.dumps(snapshot),))
    answer = call("talk", "nightly", "--keyboard", typed="yes\n")

    assert answer.code == 0
    assert "would you like to check in tonight?" in answer.out


def test_an_evening_from_before_an_update_of_its_words_begins_anew(broken_off: Kept) -> None:
    broken_off.put()
    assert "Welcome back." in call("talk", "nightly", "--keyboard", typed="resume\n").out
    broken_off.put()
    with closing(broken_off.connected()) as database:
        database.execute(
            "UPDATE checkpoint SET data = replace(data, '\"version\":', '\"version\":9')"
        )
    answer = call("talk", "nightly", "--keyboard", typed="yes\n")

    assert answer.code == 0
    assert "Welcome back." not in answer.out
    assert "would you like to check in tonight?" in answer.out
