"""The journal fails in the middle of an evening: what the couple hears, and what is kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from tests.dialog.conversation import NAMES, US
from tests.session.faulty import Full, disk, read_only
from voice_checkin.cli.keeping import Telling
from voice_checkin.clock import Clock, SampleClock, SteadyWall
from voice_checkin.dialog.facts import Facts
from voice_checkin.journal.database import connect
from voice_checkin.journal.facts import build_facts
from voice_checkin.journal.keys import MemoryKey, new_key
from voice_checkin.journal.memory import MemoryJournal
from voice_checkin.journal.store import Store
from voice_checkin.lexicon import load_understanding
from voice_checkin.listening.decoder import Decoder
from voice_checkin.listening.scripted import ScriptedRecognizer
from voice_checkin.rehearsal.run import Rehearsal
from voice_checkin.rehearsal.script import RehearsalScript
from voice_checkin.scripts import load_always, load_script
from voice_checkin.session.evening import Evening
from voice_checkin.session.keeper import Memory
from voice_checkin.session.published import LineQueued, LineStarted, Listening, Published
from voice_checkin.session.typed import TypedSession
from voice_checkin.session.wiring import build_machine
from voice_checkin.settings import Settings
from voice_checkin.words import Seconds

__all__ = ["disk", "read_only"]
pytestmark = [pytest.mark.journal, pytest.mark.timeout(120)]

AT = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)
KEY = new_key()
FACTS = Facts(names=NAMES, help_lines=US)
ANSWERS = ["yes", "yes", "six", "five", "we cooked", "we walked"]
CANNOT_KEEP = "I can't keep anything right now. We can still go on."
KEEPS_AGAIN = "I can keep things again. Nothing was lost."
Disk = tuple[Path, Full]


class Talk:
    """One typed evening; ``before`` holds what happens ahead of the n-th answer."""

    def __init__(
        self,
        memory: Memory,
        *,
        clock: Clock | None = None,
        facts: Facts = FACTS,
        cover: str | None = None,
        snapshot: dict[str, object] | None = None,
    ) -> None:
        self.said: list[list[str]] = [[]]
        self._clock = clock or SampleClock(AT)
        machine = build_machine(load_script("nightly"), load_always(), facts, snapshot)
        understand = load_understanding().understand
        self.evening = Evening(machine, understand, memory, self._clock.wall, cover_phrase=cover)
        self._resumed = snapshot is not None

    def hold(self, answers: list[str], before: dict[int, Callable[[], None]] | None = None) -> str:
        left, steps = list(answers), count()

        def read(_prompt: str, _until: Seconds | None) -> str | None:
            act = (before or {}).get(next(steps))
            if act is not None:
                act()
            self.said.append([])
            return left.pop(0) if left else None

        ended = TypedSession(self.evening, read, self._clock, [self._notice]).run(
            resumed=self._resumed
        )
        return ended.end.reason

    def _notice(self, event: Published) -> None:
        if isinstance(event, LineQueued):
            self.said[-1].append(event.text)


def begun(folder: Path, at: datetime = AT) -> Store:
    store = Store(folder, MemoryKey(KEY)).open(at)
    store.begin_evening("nightly", at)
    return store


def kept(folder: Path, at: datetime = AT) -> list[tuple[object, ...]]:
    with Store(folder, MemoryKey(KEY)).open(at) as store:
        assert store.nights() == 1
        return sorted(
            (r.kind, r.partner or "", r.name, r.text, r.value or 0)
            for r in (entry.record for entry in store.recall())
        )


def whole_evening(folder: Path) -> list[tuple[object, ...]]:
    """Return what the same evening keeps when nothing goes wrong."""
    with begun(folder) as store:
        assert Talk(store).hold(ANSWERS) == "stopped"
    return kept(folder)


# -- A full disk -----------------------------------------------------------------------------------


def test_what_was_confirmed_on_a_full_disk_is_kept_once_there_is_room(
    disk: Disk, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, full = disk
    expected = whole_evening(tmp_path / "other")
    with begun(folder) as store:
        talk = Talk(Telling(store))
        talk.hold(ANSWERS, {2: full.fill, 4: full.make_room})

    assert talk.said[3][0] == CANNOT_KEEP, "with the answer that could not be kept"
    assert len(talk.said[3]) > 1, "and the evening goes on"
    assert CANNOT_KEEP not in talk.said[4], "it is said once"
    assert talk.said[5][0] == KEEPS_AGAIN
    assert kept(folder) == expected
    assert len(expected) >= 2
    told = capsys.readouterr().err.splitlines()
    assert len(told) == 1
    assert "disk" in told[0]


def test_a_disk_that_stays_full_is_owned_up_to_before_good_night(disk: Disk) -> None:
    folder, full = disk
    skips = ["skip"] * 30
    with begun(folder) as store:
        talk = Talk(store)
        ended = talk.hold(["yes", "yes", "six", *skips], {2: full.fill})
    last = next(lines for lines in reversed(talk.said) if lines)

    assert ended == "completed"
    assert last[0] == "I couldn't keep all of tonight. Please remember what you agreed."
    assert len(last) > 1


def test_consent_is_asked_of_both_although_nothing_can_be_kept(disk: Disk) -> None:
    folder, full = disk
    with begun(folder) as store:
        full.fill()
        talk = Talk(store)
        assert talk.hold(["yes", "no"]) == "declined"

    assert not any(CANNOT_KEEP in lines for lines in talk.said)


def test_help_comes_first_on_a_full_disk_too(disk: Disk) -> None:
    """No line about the disk stands before the number, nor beside the stop for a danger."""
    folder, full = disk
    for words, first in (
        ("I want to die", "Please call or text 988, any time."),
        ("you hit me last night", "We're stopping here tonight."),
    ):
        with begun(folder) as store:
            talk = Talk(store)
            talk.hold([*ANSWERS[:4], words], {4: full.fill})
            full.make_room()
        assert talk.said[5][0] == first


def test_the_cover_phrase_stays_an_ordinary_sentence_on_a_full_disk(disk: Disk) -> None:
    folder, full = disk
    with begun(folder) as store:
        talk = Talk(store, cover="is the oven still on")
        talk.hold([*ANSWERS[:3], "is the oven still on"], {3: full.fill})

    assert talk.said[4] == ["All right. The timer is set for ten minutes."]


class Heard:
    """Acts on a spoken evening while it listens at a beat; notes what was in the air."""

    def __init__(self, acts: dict[str, Callable[[], None]]) -> None:
        self.measure: object = None
        self.names: dict[str, str] = {}
        self._acts = acts
        self.lines: list[str] = []

    def notice(self, event: Published) -> None:
        if isinstance(event, Listening) and event.partner == "b" and event.beat in self._acts:
            self._acts.pop(event.beat)()
        if isinstance(event, LineStarted):
            self.lines.append(event.line_id)


def spoken(memory: Memory, acts: dict[str, Callable[[], None]], said: list[str],
           facts: Facts = FACTS) -> Heard:  # fmt: skip
    """Hold an evening by voice: real ears in a room, and a recogniser that hears what is meant."""
    names = ["Ana", "Ben"] * len(said)
    heard = Heard(acts)
    timer = count(0.0, 0.2)
    recognizer = ScriptedRecognizer(said)
    rehearsal = Rehearsal(
        RehearsalScript.model_validate(
            {"say": [{name: {"text": text}} for name, text in zip(names, said, strict=False)]}
        ),
        Settings(names=("Ana", "Ben"), locale="us", voice="tone", rate_wpm=220),
        real_time=False, keep=False, wall=AT, facts=facts, memory=memory, most_s=90,
        decoder=Decoder(recognizer, timer=lambda: next(timer)),
    )  # fmt: skip
    rehearsal.run([heard])  # type: ignore[list-item]
    return heard


def test_a_spoken_evening_on_a_full_disk_says_so_goes_on_and_keeps_again(
    disk: Disk, tmp_path: Path
) -> None:
    folder, full = disk
    said = ["yes", "yes", "six", "five", "busy", "busy", "stop"]
    with begun(tmp_path / "other") as store:
        spoken(store, {}, said)
    with begun(folder) as store:
        heard = spoken(store, {"wound_up": full.fill, "day": full.make_room}, said)

    place = heard.lines.index("always.cannot_keep")
    assert "nightly.day" in heard.lines[place:]
    assert "always.keeps_again" in heard.lines[place:]
    assert kept(folder) == kept(tmp_path / "other")


def test_a_spoken_evening_without_a_journal_says_so_before_it_asks_for_consent() -> None:
    absent = replace(FACTS, keeping="absent")
    heard = spoken(MemoryJournal(), {}, ["yes", "yes", "six", "stop"], absent)

    assert heard.lines[:4] == [
        "nightly.hello", "nightly.program", "always.not_kept_tonight", "nightly.consent",
    ]  # fmt: skip
    assert "nightly.wound_up" in heard.lines
    assert heard.lines.count("always.not_kept_tonight") == 1
    assert "always.cannot_keep" not in heard.lines


def test_a_second_spoken_evening_says_one_sentence_and_ends() -> None:
    heard = spoken(MemoryJournal(), {}, ["yes"], replace(FACTS, keeping="in_use"))

    assert heard.lines == ["always.in_use"]


# -- Read-only, locked, deleted --------------------------------------------------------------------


def test_what_cannot_be_deleted_is_not_said_to_be_gone(
    read_only: tuple[Path, Callable[[], None]], capsys: pytest.CaptureFixture[str]
) -> None:
    folder, lock = read_only
    with begun(folder) as store:
        talk = Talk(Telling(store))
        talk.hold([*ANSWERS[:3], "forget everything", "everything", "yes"], {4: lock})
    said = [text for lines in talk.said for text in lines]

    assert "I couldn't delete that just now. My screen says what to do." in said
    assert "It's gone. Good night." not in said
    assert "journal forget" in capsys.readouterr().err


def test_a_folder_that_became_read_only_costs_keeping_and_not_the_evening(
    read_only: tuple[Path, Callable[[], None]],
) -> None:
    folder, lock = read_only
    with begun(folder) as store:
        talk = Talk(store)
        talk.hold(ANSWERS, {2: lock})

    assert talk.said[3][0] == CANNOT_KEEP
    assert talk.said[5], "it goes on"


def test_another_program_s_lock_costs_keeping_until_it_lets_go(tmp_path: Path) -> None:
    expected = whole_evening(tmp_path / "other")
    folder = tmp_path / "data"
    with begun(folder) as store:
        others = []

        def take() -> None:
            others.append(connect(store.path, KEY))
            others[0].execute("BEGIN EXCLUSIVE")

        talk = Talk(store)
        talk.hold(ANSWERS, {2: take, 4: lambda: others[0].close()})

    assert talk.said[3][0] == CANNOT_KEEP
    assert talk.said[5][0] == KEEPS_AGAIN
    assert kept(folder) == expected


# -- The clock -------------------------------------------------------------------------------------


def taken_up(folder: Path, at: datetime) -> list[str]:
    """Begin or take up the evening as the program does, and return the first that is said."""
    with Store(folder, MemoryKey(KEY)).open(at) as store:
        found = store.unfinished(at)
        begun = store.resume_evening(found) if found else store.begin_evening("nightly", at)
        facts = build_facts(store, Settings(names=("Ana", "Ben")), at, help_lines=US, evening=begun)
        talk = Talk(store, clock=SampleClock(at), facts=facts,
                    snapshot=dict(found.snapshot) if found else None)  # fmt: skip
        talk.hold([])
        return talk.said[0]


def broken_off(folder: Path, at: datetime) -> None:
    with begun(folder, at) as store:
        Talk(store, clock=SampleClock(at)).hold(ANSWERS[:3])


@pytest.mark.parametrize(
    ("began", "again"),
    [
        (AT, AT - timedelta(hours=3)),
        (AT.replace(hour=23, minute=55), AT.replace(hour=0, minute=10) + timedelta(days=1)),
    ],
    ids=["the clock was set back", "across midnight"],
)
def test_an_evening_that_broke_off_is_taken_up_at_its_question(
    began: datetime, again: datetime, tmp_path: Path
) -> None:
    broken_off(tmp_path, began)
    before = kept(tmp_path)
    said = taken_up(tmp_path, again)

    assert said[0] == "Welcome back. We were in the middle of something."
    assert "how wound up are you" in said[-1]
    assert kept(tmp_path) == before


@pytest.mark.parametrize("later", [timedelta(hours=10), timedelta(days=-1)],
                         ids=["the next morning", "the clock lost a day"])  # fmt: skip
def test_an_evening_of_another_night_is_closed_and_a_new_one_says_hello(
    later: timedelta, tmp_path: Path
) -> None:
    broken_off(tmp_path, AT)
    before = kept(tmp_path)
    said = taken_up(tmp_path, AT + later)

    assert said[0].startswith(("Hello", "Good evening"))
    assert kept(tmp_path) == before


class Jumping(SampleClock):
    """A wall clock that can be set."""

    by = timedelta()

    def wall(self) -> datetime:
        return super().wall() + self.by


@pytest.mark.parametrize("by", [timedelta(hours=-3), timedelta(days=-2), timedelta(hours=4)])
def test_a_clock_that_is_set_in_the_middle_loses_nothing(by: timedelta, tmp_path: Path) -> None:
    expected = whole_evening(tmp_path / "other")
    clock = Jumping(AT)

    def jump() -> None:
        clock.by = by

    with begun(tmp_path / "data") as store:
        Talk(store, clock=clock).hold(ANSWERS, {4: jump})

    assert set(expected) <= set(kept(tmp_path / "data"))
    assert len(expected) >= 2


def test_a_wall_clock_that_is_set_does_not_move_an_evening() -> None:
    wall, passed = [AT], [100.0]
    steady = SteadyWall(lambda: wall[0], lambda: passed[0])
    wall[0] = AT - timedelta(days=3)
    passed[0] += 90

    assert steady() == AT + timedelta(seconds=90)


@pytest.mark.parametrize("journal", ["in memory", "on disk"])
@pytest.mark.parametrize(
    ("days", "quiet"), [(-3, False), (-2, True), (-1, True), (0, True), (1, False), (400, False)]
)
def test_a_quiet_day_holds_where_the_clock_was_set_back(
    journal: str, days: int, *, quiet: bool, tmp_path: Path
) -> None:
    kept_in = MemoryJournal() if journal == "in memory" else begun(tmp_path)
    kept_in.keep_quiet(AT.date())
    now = AT + timedelta(days=days)

    assert kept_in.quiet_on(now) == (now.date() if quiet else None)
    kept_in.close()
