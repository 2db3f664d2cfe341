"""What every journal does, on disk or not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from voice_checkin.dialog.actions import Record
from voice_checkin.journal.keys import MemoryKey
from voice_checkin.journal.memory import MemoryJournal
from voice_checkin.journal.seams import Journal
from voice_checkin.journal.store import Store

pytestmark = pytest.mark.journal

TONIGHT = datetime(2026, 11, 23, 21, 0, tzinfo=UTC)
SNAPSHOT: dict[str, object] = {"state": "mood.a", "save": 1}


def promise(text: str = "wash up on Tuesday", partner: str = "a") -> Record:
    return Record(kind="promise", partner=partner, name="promise", text=text, by="Tuesday")  # type: ignore[arg-type]


def number(value: float = 6, partner: str = "a") -> Record:
    return Record(kind="number", partner=partner, name="day", value=value)  # type: ignore[arg-type]


@pytest.fixture(params=["store", "memory"])
def journal(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Journal]:
    if request.param == "memory":
        yield MemoryJournal()
        return
    with Store(tmp_path / "data", MemoryKey()).open(TONIGHT) as store:
        yield store


def texts(journal: Journal) -> list[str]:
    return [entry.record.text for entry in journal.recall("promise")]


def test_what_was_kept_comes_back_as_it_was_said(journal: Journal) -> None:
    evening = journal.begin_evening("nightly", TONIGHT)
    due = TONIGHT + timedelta(days=2)
    records = [
        promise(), number(4.5, "b"),
        Record(kind="booking", name="weekly", due=due),
        Record(kind="parked", partner="b", text="the school"),
    ]  # fmt: skip
    journal.keep_turn(records, SNAPSHOT, TONIGHT)

    assert [entry.record for entry in journal.recall()] == records
    assert {entry.evening for entry in journal.recall()} == {evening.id}
    assert [entry.kept_at for entry in journal.recall("number")] == [TONIGHT]


def test_a_turn_that_is_kept_again_after_a_crash_does_not_double(journal: Journal) -> None:
    journal.begin_evening("nightly", TONIGHT)
    for seconds in range(3):
        journal.keep_turn([promise(), number()], SNAPSHOT, TONIGHT + timedelta(seconds=seconds))
        journal.keep(promise("Wash up  on Tuesday"), TONIGHT)

    assert len(journal.recall("promise")) == 1
    assert len(journal.recall("number")) == 1


def test_a_corrected_number_replaces_the_first_one(journal: Journal) -> None:
    journal.begin_evening("nightly", TONIGHT)
    journal.keep(number(3), TONIGHT)
    journal.keep(number(7), TONIGHT)

    assert [entry.record.value for entry in journal.recall("number")] == [7]


def test_two_promises_of_one_evening_are_two(journal: Journal) -> None:
    journal.begin_evening("nightly", TONIGHT)
    journal.keep(promise("wash up"), TONIGHT)
    journal.keep(promise("ring the school"), TONIGHT)
    journal.keep(promise("wash up", "b"), TONIGHT)

    assert texts(journal) == ["wash up", "ring the school", "wash up"]


def test_the_same_promise_on_two_evenings_is_two(journal: Journal) -> None:
    for day in range(2):
        journal.begin_evening("nightly", TONIGHT + timedelta(days=day))
        journal.keep(promise(), TONIGHT + timedelta(days=day))

    assert len(texts(journal)) == 2


def test_an_evening_that_stopped_half_way_is_taken_up_where_it_was(journal: Journal) -> None:
    begun = journal.begin_evening("nightly", TONIGHT)
    journal.keep_turn([], {"state": "mood.a"}, TONIGHT)
    journal.keep_turn([number()], {"state": "mood.b", "said": "é"}, TONIGHT + timedelta(minutes=1))

    found = journal.unfinished(TONIGHT + timedelta(minutes=9))

    assert found is not None
    assert found.snapshot == {"state": "mood.b", "said": "é"}
    assert (found.evening, found.dialog, found.night) == (begun.id, "nightly", 0)
    resumed = journal.resume_evening(found)
    assert resumed == begun
    journal.keep_turn([number()], {"state": "promise.a"}, TONIGHT + timedelta(minutes=9))
    assert len(journal.recall("number")) == 1
    assert journal.nights() == 1


@pytest.mark.parametrize(
    ("began", "now", "still"),
    [
        (TONIGHT, TONIGHT + timedelta(hours=4), True),
        (TONIGHT, TONIGHT + timedelta(hours=9), False),
        (TONIGHT, TONIGHT + timedelta(days=1), False),
        (TONIGHT, TONIGHT - timedelta(hours=2), True),
        (TONIGHT, TONIGHT - timedelta(days=3), False),
    ],
    ids=["past midnight", "in the morning", "tomorrow", "clock moved back", "clock far back"],
)
def test_only_this_nights_evening_can_be_taken_up(
    journal: Journal, began: datetime, now: datetime, still: bool
) -> None:
    journal.begin_evening("nightly", began)
    journal.keep_turn([promise()], SNAPSHOT, began)

    assert (journal.unfinished(now) is not None) is still
    assert (journal.load_checkpoint() is not None) is still
    assert texts(journal) == ["wash up on Tuesday"]


def test_a_finished_evening_leaves_no_checkpoint(journal: Journal) -> None:
    journal.begin_evening("nightly", TONIGHT)
    journal.keep_turn([promise()], SNAPSHOT, TONIGHT)
    journal.close_evening(TONIGHT, completed=True)

    assert journal.load_checkpoint() is None
    assert texts(journal) == ["wash up on Tuesday"]


def test_a_new_evening_closes_one_that_was_left(journal: Journal) -> None:
    journal.begin_evening("nightly", TONIGHT)
    journal.keep_turn([promise()], SNAPSHOT, TONIGHT)
    journal.begin_evening("weekly", TONIGHT + timedelta(days=1))

    assert journal.load_checkpoint() is None


def test_nights_are_counted_from_the_first_thing_kept(journal: Journal) -> None:
    journal.begin_evening("nightly", TONIGHT)
    journal.close_evening(TONIGHT, completed=False)
    assert journal.nights() == 0

    journal.begin_evening("nightly", TONIGHT)
    journal.keep_turn([], SNAPSHOT, TONIGHT)
    journal.keep_turn([], SNAPSHOT, TONIGHT)
    assert journal.nights() == 1
    assert journal.begin_evening("nightly", TONIGHT).night == 1


def test_a_quiet_day_lasts_until_the_next(journal: Journal) -> None:
    journal.begin_evening("nightly", TONIGHT)
    journal.keep_turn([], SNAPSHOT, TONIGHT)
    journal.close_evening(TONIGHT, completed=False, quiet_on=TONIGHT.date())

    assert journal.quiet_on(TONIGHT + timedelta(hours=2)) == date(2026, 11, 23)
    assert journal.quiet_on(TONIGHT + timedelta(hours=4)) is None


def test_a_day_is_quiet_at_once_and_can_be_taken_back(journal: Journal) -> None:
    journal.begin_evening("nightly", TONIGHT)
    journal.keep_quiet(TONIGHT.date())
    journal.begin_evening("nightly", TONIGHT)
    assert journal.quiet_on(TONIGHT) == TONIGHT.date()

    journal.keep_quiet(None)
    assert journal.quiet_on(TONIGHT) is None


def test_forget_tonight_takes_this_evening_and_nothing_else(journal: Journal) -> None:
    journal.begin_evening("nightly", TONIGHT - timedelta(days=1))
    journal.keep_turn([promise("ring the school")], SNAPSHOT, TONIGHT - timedelta(days=1))
    journal.begin_evening("nightly", TONIGHT)
    journal.keep_turn([promise(), number()], SNAPSHOT, TONIGHT)

    assert journal.forget("tonight") == 4  # two records, the checkpoint, the evening
    assert texts(journal) == ["ring the school"]
    assert journal.load_checkpoint() is None


@pytest.mark.parametrize("scope", ["tonight", "everything"])
def test_nothing_more_is_kept_of_an_evening_that_was_forgotten(
    journal: Journal, scope: str
) -> None:
    journal.begin_evening("nightly", TONIGHT)
    journal.keep_turn([promise()], SNAPSHOT, TONIGHT)
    journal.forget(scope)  # type: ignore[arg-type]
    journal.keep_turn([promise()], SNAPSHOT, TONIGHT)
    journal.keep(promise(), TONIGHT)
    journal.close_evening(TONIGHT, completed=False)

    assert journal.recall() == []
    assert journal.load_checkpoint() is None


def test_forget_everything_takes_voices_and_counts_too(journal: Journal) -> None:
    journal.begin_evening("nightly", TONIGHT)
    journal.keep_turn([promise()], SNAPSHOT, TONIGHT)
    journal.keep_voice("a", b"print", TONIGHT)
    journal.forget("everything")

    assert (journal.recall(), journal.voices(), journal.nights()) == ([], {}, 0)


def test_a_journal_that_forgot_everything_keeps_the_next_evening(journal: Journal) -> None:
    journal.begin_evening("nightly", TONIGHT)
    journal.keep_turn([promise()], SNAPSHOT, TONIGHT)
    journal.forget("everything")
    journal.begin_evening("nightly", TONIGHT)
    journal.keep_turn([promise("begin anew")], SNAPSHOT, TONIGHT)

    assert texts(journal) == ["begin anew"]


def test_voices_are_forgotten_by_themselves(journal: Journal) -> None:
    journal.begin_evening("nightly", TONIGHT)
    journal.keep(promise(), TONIGHT)
    journal.keep_voice("a", b"old", TONIGHT)
    journal.keep_voice("a", b"new", TONIGHT)
    journal.keep_voice("b", b"other", TONIGHT)
    assert journal.voices() == {"a": b"new", "b": b"other"}

    assert journal.forget("voices") == 2
    assert journal.voices() == {}
    assert len(texts(journal)) == 1


def test_words_are_gone_after_thirty_days_and_numbers_after_180(journal: Journal) -> None:
    journal.begin_evening("nightly", TONIGHT)
    journal.keep_turn([promise(), number()], SNAPSHOT, TONIGHT)

    journal.expire(TONIGHT + timedelta(days=29, hours=23))
    assert len(journal.recall()) == 2
    journal.expire(TONIGHT + timedelta(days=30))
    assert [entry.record.kind for entry in journal.recall()] == ["number"]
    assert journal.load_checkpoint() is None
    journal.expire(TONIGHT + timedelta(days=180))
    assert journal.recall() == []


def test_an_always_on_speaker_expires_by_the_day_without_being_restarted(journal: Journal) -> None:
    journal.begin_evening("nightly", TONIGHT)
    journal.keep(promise(), TONIGHT)
    journal.begin_evening("nightly", TONIGHT + timedelta(days=31))
    journal.keep(number(), TONIGHT + timedelta(days=31))

    assert texts(journal) == []


def test_a_very_long_promise_is_cut_rather_than_refused(journal: Journal) -> None:
    journal.begin_evening("nightly", TONIGHT)
    journal.keep(promise("x" * 10_000), TONIGHT)

    assert [len(text) for text in texts(journal)] == [500]


def test_what_a_recogniser_garbled_is_kept_without_a_fault(journal: Journal) -> None:
    journal.begin_evening("nightly", TONIGHT)
    journal.keep_turn([promise("wash \ud800 up \0")], {"said": "\ud800"}, TONIGHT)

    assert texts(journal) == ["wash ? up \0"]
    assert journal.unfinished(TONIGHT) is not None
