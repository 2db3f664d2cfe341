"""Mind and memory together: what is kept, when, and the sentence that hides it all."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

import pytest

from tests.dialog.conversation import EVENING, NAMES, US
from voice_checkin.dialog.actions import End, Record, Say
from voice_checkin.dialog.facts import Facts
from voice_checkin.dialog.machine import Machine
from voice_checkin.errors import JournalError
from voice_checkin.scripts import load_always, load_script
from voice_checkin.session.evening import Evening
from voice_checkin.understanding.meaning import Meaning
from voice_checkin.words import Expecting

pytestmark = pytest.mark.session


class Kept:
    """A journal that writes down what it was asked, and can be full."""

    def __init__(self, *, full: bool = False) -> None:
        self.full = full
        self.turns: list[list[Record]] = []
        self.closed: list[tuple[bool, date | None]] = []
        self.quiet: list[date | None] = []

    def keep_turn(
        self, records: Iterable[Record], snapshot: dict[str, object], now: datetime
    ) -> None:
        if self.full:
            raise JournalError("The disk is full.")
        self.turns.append(list(records))

    def forget(self, scope: str) -> int:
        return 0

    def close_evening(
        self,
        now: datetime,
        *,
        completed: bool,
        quiet_on: date | None = None,
        records: Iterable[Record] | None = None,
    ) -> None:
        if records is not None:
            self.keep_turn(records, {}, now)
        self.closed.append((completed, quiet_on))

    def keep_quiet(self, day: date | None) -> None:
        self.quiet.append(day)


def evening(memory: Kept, cover_phrase: str | None = None) -> Evening:
    machine = Machine(load_script("nightly"), load_always(), Facts(names=NAMES, help_lines=US))

    def understand(text: str, expecting: Expecting) -> Meaning:
        return Meaning(text=text, yes_no="yes" if text == "yes" else None)

    held = Evening(machine, understand, memory, lambda: EVENING, cover_phrase=cover_phrase)
    held.begin()
    return held


def say(held: Evening, text: str, **meaning: object) -> list[object]:
    understood = Meaning(text=text, **meaning)  # type: ignore[arg-type]
    return list(held.hear(understood, speaker=held.machine.position.partner))


def test_nothing_reaches_the_journal_before_both_have_said_yes() -> None:
    memory = Kept()
    held = evening(memory)
    say(held, "yes", yes_no="yes")
    before = list(memory.turns)
    say(held, "yes", yes_no="yes")

    assert before == []
    assert len(memory.turns) == 1


def test_a_full_disk_is_said_once_and_the_evening_goes_on() -> None:
    held = evening(Kept(full=True))
    say(held, "yes", yes_no="yes")
    first = say(held, "yes", yes_no="yes")
    second = say(held, "four", scale=4.0)
    said = [action.text for action in first if isinstance(action, Say)]

    assert said[0] == "I can't keep anything right now. We can still go on."
    assert not any(
        isinstance(action, Say) and action.line_id == "always.cannot_keep" for action in second
    )


@pytest.mark.parametrize("said", ["did you water the plants", "Did you water the plans?"])
def test_the_cover_phrase_ends_it_as_an_ordinary_timer(said: str) -> None:
    held = evening(Kept(), cover_phrase="Did you water the plants?")
    say(held, "yes", yes_no="yes")
    batch = say(held, said)

    assert [a.text for a in batch if isinstance(a, Say)] == [
        "All right. The timer is set for ten minutes."
    ]
    assert isinstance(batch[-1], End)


def test_a_quiet_day_is_noted_when_life_was_in_danger() -> None:
    memory = Kept()
    held = evening(memory)
    say(held, "yes", yes_no="yes")
    say(held, "yes", yes_no="yes")
    say(held, "i want to die", risk="self_harm")
    say(held, "yes", yes_no="yes")

    assert memory.closed == [(False, EVENING.date())]


def test_the_day_is_quiet_before_the_check_is_answered_and_a_clear_no_takes_it_back() -> None:
    memory = Kept()
    held = evening(memory)
    say(held, "yes", yes_no="yes")
    say(held, "yes", yes_no="yes")
    say(held, "i want to die", risk="self_harm")
    assert memory.quiet == [EVENING.date()]

    say(held, "no", yes_no="no")
    assert memory.quiet == [EVENING.date(), None]


def test_violence_leaves_the_same_trace_as_any_other_hard_stop() -> None:
    traces = []
    for meanings in ([{"risk": "violence"}], [{"stance": "contempt"}, {"stance": "contempt"}]):
        memory = Kept()
        held = evening(memory)
        say(held, "yes", yes_no="yes")
        say(held, "yes", yes_no="yes")
        say(held, "four", scale=4.0)
        for meaning in meanings:
            batch = say(held, "words", **meaning)
        traces.append((batch, memory.closed, [r for turn in memory.turns for r in turn]))

    assert traces[0] == traces[1]
