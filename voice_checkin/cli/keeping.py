"""Tonight's journal for an evening, and what stands in for it: the terminal gets the remedy."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from voice_checkin.cli import output
from voice_checkin.dialog.actions import Record
from voice_checkin.dialog.facts import Facts
from voice_checkin.errors import JournalError, JournalInUse
from voice_checkin.journal.absent import AbsentJournal
from voice_checkin.journal.facts import build_facts
from voice_checkin.journal.opening import erase_everything, open_journal
from voice_checkin.journal.seams import Journal
from voice_checkin.listening.voices import Voices
from voice_checkin.locales import load_help_lines
from voice_checkin.session.keeper import Memory
from voice_checkin.session.wiring import known_voices
from voice_checkin.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Tonight:
    """What an evening begins with, or goes on from."""

    facts: Facts
    memory: Memory
    voices: Voices
    snapshot: dict[str, object] | None = None


@contextlib.contextmanager
def tonight(settings: Settings, name: str, now: datetime) -> Iterator[Tonight]:
    """Open the journal for the conversation ``name``; without one, what can do without it.

    The couple hears of that in the dialog's own words (`Facts.keeping`).
    """
    with contextlib.ExitStack() as stack:
        try:
            journal: Journal = stack.enter_context(contextlib.closing(open_journal(settings, now)))
            found = _begin(journal, settings, name, now)
        except JournalError as error:
            stack.close()
            in_use = isinstance(error, JournalInUse)
            output.note(str(error) if in_use else f"{error} Tonight is held without keeping.")
            found = _begin(AbsentJournal(error, erase_everything), settings, name, now)
            keeping: Literal["in_use", "absent"] = "in_use" if in_use else "absent"
            found = replace(found, facts=replace(found.facts, keeping=keeping))
        yield found


def _begin(journal: Journal, settings: Settings, name: str, now: datetime) -> Tonight:
    """Begin an evening, or take up tonight's unfinished one of the same name."""
    checkpoint = journal.unfinished(now)
    taken_up = checkpoint is not None and checkpoint.dialog == name
    if checkpoint is not None and taken_up:
        begun = journal.resume_evening(checkpoint)
    else:
        begun = journal.begin_evening(name, now)
    lines = load_help_lines(settings.locale).spoken()
    return Tonight(
        facts=build_facts(journal, settings, now, help_lines=lines, evening=begun),
        memory=Telling(journal),
        voices=known_voices(journal.voices()),
        snapshot=dict(checkpoint.snapshot) if checkpoint is not None and taken_up else None,
    )


class Telling:
    """Passes everything on to the journal; each new fault of it goes to the terminal, once."""

    def __init__(self, journal: Memory) -> None:
        self._journal = journal
        self._told: set[str] = set()

    def keep_turn(
        self, records: Iterable[Record], snapshot: dict[str, object], now: datetime
    ) -> None:
        with self._telling():
            self._journal.keep_turn(records, snapshot, now)

    def forget(self, scope: Literal["tonight", "everything", "voices"]) -> int:
        with self._telling(f" 'voice-checkin journal forget {scope}' tries again."):
            return self._journal.forget(scope)

    def close_evening(
        self,
        now: datetime,
        *,
        completed: bool,
        quiet_on: date | None = None,
        records: Iterable[Record] | None = None,
    ) -> None:
        with self._telling():
            self._journal.close_evening(
                now, completed=completed, quiet_on=quiet_on, records=records
            )

    def keep_quiet(self, day: date | None) -> None:
        with self._telling():
            self._journal.keep_quiet(day)

    @contextlib.contextmanager
    def _telling(self, remedy: str = "") -> Iterator[None]:
        try:
            yield
        except JournalError as error:
            text = f"{error}{remedy}"
            if text not in self._told:
                self._told.add(text)
                output.note(text)
            raise
