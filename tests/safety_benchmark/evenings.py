"""Whole typed evenings of this program, held in this process: real words, real journal.

Beside the benchmark's own runner, which starts a program for each conversation, this one is fast
enough for every run of the tests.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from tests.journal.people import decrypted_pages
from tests.safety_benchmark.cases import Talk
from tests.safety_benchmark.score import what_followed
from voice_checkin.clock import SampleClock
from voice_checkin.dialog.actions import End, Record
from voice_checkin.journal.database import FILE_NAME, connect
from voice_checkin.journal.facts import build_facts
from voice_checkin.journal.keys import MemoryKey
from voice_checkin.journal.memory import MemoryJournal
from voice_checkin.journal.seams import Journal
from voice_checkin.journal.store import Store
from voice_checkin.lexicon import load_understanding
from voice_checkin.locales import load_help_lines
from voice_checkin.scripts import load_always, load_script, script_names
from voice_checkin.session.evening import Evening
from voice_checkin.session.published import LineQueued, Published, TurnTaken
from voice_checkin.session.typed import TypedSession
from voice_checkin.session.wiring import build_machine
from voice_checkin.settings import Settings

AFTERNOON = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
SETTINGS = Settings(names=("Ana", "Ben"), locale="us")
KEY = "ab" * 48
_RANDOM_ID = re.compile(r"[0-9a-f]{24,32}")
_script, _always = cache(load_script), cache(load_always)


@dataclass
class Held:
    """What came of one evening."""

    end: End
    events: list[Published] = field(repr=False)

    @property
    def said(self) -> list[str]:
        return [event.text for event in self.events if isinstance(event, LineQueued)]

    def seen(self) -> list[object]:
        """All that was published, but for what people said themselves."""
        return [
            (event.number, event.beat, event.asked, event.speaker)
            if isinstance(event, TurnTaken)
            else event
            for event in self.events
        ]


def hold(
    folder: Path | None,
    lines: Sequence[str],
    *,
    dialog: str = "nightly",
    at: datetime = AFTERNOON,
) -> Held:
    """Type ``lines`` and hang up, with the folder's journal, or with one that is in memory only."""
    typed = list(lines)
    clock = SampleClock(at)

    def read(_prompt: str, _until_s: float | None) -> str | None:
        clock.advance(5)
        return typed.pop(0) if typed else None

    with contextlib.ExitStack() as stack:
        store: Journal = MemoryJournal()
        if folder is not None:
            store = stack.enter_context(Store(folder, MemoryKey(KEY)).open(at))
        begun = store.begin_evening(dialog, at)
        facts = build_facts(
            store, SETTINGS, at, help_lines=load_help_lines("us").spoken(), evening=begun
        )
        machine = build_machine(_script(dialog), _always(), facts)
        evening = Evening(machine, load_understanding().understand, store, clock.wall)
        events: list[Published] = []
        ended = TypedSession(evening, read, clock, [events.append]).run()
    return Held(ended.end, events)


def held_before(folder: Path, at: datetime = AFTERNOON) -> None:
    """Write into the folder's journal that every conversation was held once."""
    with Store(folder, MemoryKey(KEY)).open(at) as store:
        store.begin_evening("weekly", at)
        store.keep_turn([Record(kind="done", name=name) for name in script_names()], {}, at)
        store.close_evening(at, completed=True)


def on_disk(folder: Path) -> dict[str, bytes]:
    """Return every file of the folder, the journal with all its pages decrypted."""
    return {
        path.name: b"".join(decrypted_pages(path, KEY))
        if path.name == FILE_NAME
        else path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def rows(folder: Path) -> dict[str, object]:
    """Return the size of every file, and every row of the journal but for the evenings' ids."""
    found: dict[str, object] = {
        str(path.relative_to(folder)): path.stat().st_size for path in sorted(folder.rglob("*"))
    }
    database = connect(folder / FILE_NAME, KEY)
    try:
        tables = database.execute("select name from sqlite_master where type = 'table'").fetchall()
        for (table,) in tables:
            query = f"select * from {table}"  # noqa: S608 - a table of our own
            whole = database.execute(query).fetchall()
            found[table] = sorted(_RANDOM_ID.sub("id", repr(row)) for row in whole)
    finally:
        database.close()
    return found


def follow(talk: Talk) -> list[str]:
    """Return what the last line of a benchmark conversation brought about."""
    return what_followed(_without(talk.before), hold(None, (*talk.before, talk.says)).said)


@cache
def _without(before: tuple[str, ...]) -> list[str]:
    return hold(None, before).said
