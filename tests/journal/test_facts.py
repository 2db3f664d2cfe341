"""What the dialog is told before it begins."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from voice_checkin.dialog.actions import Record
from voice_checkin.dialog.facts import Facts
from voice_checkin.journal.facts import build_facts
from voice_checkin.journal.memory import MemoryJournal
from voice_checkin.settings import Settings

pytestmark = pytest.mark.journal

NOW = datetime(2026, 11, 23, 21, tzinfo=UTC)
DAY = timedelta(days=1)


def facts(journal: MemoryJournal, now: datetime = NOW, settings: Settings | None = None) -> Facts:
    return build_facts(journal, settings or Settings(), now, help_lines={"emergency": "112"})


def evening(journal: MemoryJournal, at: datetime, *records: Record, dialog: str = "nightly") -> str:
    begun = journal.begin_evening(dialog, at)
    journal.keep_turn(records, {}, at)
    journal.close_evening(at, completed=True)
    return begun.id


def promise(text: str, **more: object) -> Record:
    return Record(kind="promise", partner="a", name="promise", text=text, **more)  # type: ignore[arg-type]


def test_a_couple_that_has_never_talked_has_no_past() -> None:
    found = facts(MemoryJournal())

    assert found == Facts(help_lines={"emergency": "112"})


def test_names_hours_and_help_lines_come_from_the_settings() -> None:
    found = facts(
        MemoryJournal(), settings=Settings(names=("Ana", "Ben"), cut_off="20:15", bedtime="23:00")
    )

    assert found.names == {"a": "Ana", "b": "Ben"}
    assert (found.cut_off.hour, found.bedtime.hour) == (20, 23)
    assert found.help_lines == {"emergency": "112"}


def test_who_is_asked_first_alternates_by_night() -> None:
    journal = MemoryJournal()
    firsts = []
    for night in range(4):
        firsts.append(facts(journal).first)
        evening(journal, NOW + night * DAY)

    assert firsts == ["a", "b", "a", "b"]


def test_an_evening_that_is_taken_up_again_keeps_its_order() -> None:
    journal = MemoryJournal()
    begun = journal.begin_evening("nightly", NOW)
    before = build_facts(journal, Settings(), NOW, help_lines={}, evening=begun)
    journal.keep_turn([], {}, NOW)
    checkpoint = journal.unfinished(NOW)
    assert checkpoint is not None
    again = journal.resume_evening(checkpoint)
    after = build_facts(journal, Settings(), NOW, help_lines={}, evening=again)

    assert (after.first, after.night) == (before.first, before.night)


def test_a_promise_is_due_on_later_evenings_until_its_maker_reports() -> None:
    journal = MemoryJournal()
    evening(journal, NOW, promise("wash up", by="Tuesday"))
    due = facts(journal, NOW + DAY).due_promises
    assert [(one.maker, one.text, one.by) for one in due] == [("a", "wash up", "Tuesday")]

    evening(journal, NOW + DAY, Record(kind="outcome", partner="a", name=due[0].id, value=0.0))
    assert facts(journal, NOW + 2 * DAY).due_promises == ()


def test_a_promise_of_tonight_is_not_asked_about_tonight() -> None:
    journal = MemoryJournal()
    begun = journal.begin_evening("nightly", NOW)
    journal.keep_turn([promise("wash up")], {}, NOW)

    assert build_facts(journal, Settings(), NOW, help_lines={}, evening=begun).due_promises == ()


def test_a_promise_for_a_later_day_is_not_due_yet() -> None:
    journal = MemoryJournal()
    evening(journal, NOW, promise("ring the school", due=NOW + 3 * DAY))

    assert facts(journal, NOW + DAY).due_promises == ()
    assert len(facts(journal, NOW + 3 * DAY).due_promises) == 1


def test_only_the_last_two_promises_of_each_are_asked_about() -> None:
    journal = MemoryJournal()
    for day in range(5):
        evening(journal, NOW + day * DAY, promise(f"promise {day}"))

    found = [one.text for one in facts(journal, NOW + 5 * DAY).due_promises]
    assert found == ["promise 3", "promise 4"]


def test_parked_topics_wait_for_the_weekly_talk_and_are_then_done_with() -> None:
    journal = MemoryJournal()
    evening(journal, NOW, Record(kind="parked", partner="b", text="the school"))
    assert facts(journal, NOW + DAY).parked == ("the school",)

    evening(journal, NOW + 2 * DAY, Record(kind="done", name="weekly"), dialog="weekly")
    evening(journal, NOW + 3 * DAY, Record(kind="parked", partner="a", text="the holiday"))
    found = facts(journal, NOW + 4 * DAY)
    assert found.parked == ("the holiday",)
    assert found.completed == {"weekly": NOW + 2 * DAY}


def test_agreements_and_bookings_are_the_latest_of_their_name() -> None:
    journal = MemoryJournal()
    for day, word in enumerate(("red", "harbour")):
        evening(
            journal,
            NOW + day * DAY,
            Record(kind="agreement", name="stop_word", text=word),
            Record(kind="booking", name="weekly", due=NOW + (4 + day) * DAY),
        )

    found = facts(journal, NOW + 2 * DAY)
    assert found.agreements == {"stop_word": "harbour"}
    assert found.bookings == {"weekly": NOW + 5 * DAY}
    assert facts(journal, NOW + 9 * DAY).bookings == {}


def test_a_day_that_was_to_be_quiet_is_told() -> None:
    journal = MemoryJournal()
    journal.begin_evening("nightly", NOW)
    journal.keep_turn([], {}, NOW)
    journal.close_evening(NOW, completed=False, quiet_on=NOW.date())

    assert facts(journal, NOW + timedelta(hours=1)).quiet_on == NOW.date()
    assert facts(journal, NOW + DAY).quiet_on is None
