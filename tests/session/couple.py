"""Two people of whom nobody knows what they will say, and evenings with them."""

from __future__ import annotations

import json
import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from voice_checkin.clock import SampleClock
from voice_checkin.dialog.actions import Action, End, Listen, Say, Wait
from voice_checkin.journal.facts import build_facts
from voice_checkin.journal.seams import Journal
from voice_checkin.lexicon import load_understanding
from voice_checkin.locales import load_help_lines
from voice_checkin.rehearsal.director import sample_for
from voice_checkin.scripts import load_always, load_script, script_names
from voice_checkin.session.evening import Evening
from voice_checkin.session.published import LineQueued, Published, TurnTaken
from voice_checkin.session.typed import TypedSession
from voice_checkin.session.wiring import build_machine
from voice_checkin.settings import Settings
from voice_checkin.understanding.meaning import WEEKDAYS, Meaning, Promise, TimeAnswer
from voice_checkin.words import Expecting

MOST_ANSWERS = 60
"""Turns of one evening, after which nobody says anything any more."""
SILENCES_TO_THE_END = 80
CORPUS = Path(__file__).parents[1] / "corpus"
COMMANDS = ("repeat", "back", "skip", "pause", "resume", "time_out", "stop", "help", "louder",
            "quieter", "slower", "faster", "forget")  # fmt: skip
STANCES = ("share", "validate", "apologize", "apology_excuse", "defend", "minimize", "criticize",
           "contempt", "stonewall")  # fmt: skip
REFUSED = ("monitoring", "password", "isolation", "money", "sexual", "child")
ODD = ("", " ", "...", "?!", "\x00", "\ud800", "\u202e", "é" * 300, "1" * 400, "yes " * 300,
       "{partner}", "Ben:", ": yes", "Ben: Ana: yes", "<b>no</b>", "'; drop table", "-9999",
       "1e309", "½", "٣", "at 25:61", "in -3 hours", "in 99999999 days",
       "at noon on monday yesterday")  # fmt: skip
SAID = (
    "yes",
    "no",
    "stop",
    "pause",
    "resume",
    "skip",
    "back",
    "forget everything",
    "forget tonight",
    "forget my voice",
    "time out",
    "in half an hour",
    "at nine",
    "tomorrow",
    "the kids are here",
    "help",
    "help card",
    "did you feed the cat",
    "four",
    "i don't know",
    "i will do the dishes by friday",
    "i'll give you my password",
    "i want to die",
    "ten",
)


@cache
def sentences() -> tuple[str, ...]:
    found = [
        line.split("\t")[1]
        for path in sorted(CORPUS.glob("*.tsv"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if "\t" in line
    ]
    assert len(found) > 500
    return tuple(found)


script_of, always_lines = cache(load_script), cache(load_always)


class WallClock(SampleClock):
    """A clock that somebody sets in the middle of an evening."""

    def set_back(self, by: timedelta) -> None:
        self._origin -= by


class Couple:
    """Two people of whom nobody knows what they will say; always the same for one seed."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        pick = self.chance.choice
        self.settings = Settings(
            names=pick(
                [None, ("Ana", "Ben"), ("Ana", "Ana"), ("Yes", "Stop"), ("Zoë B.", "O'Neil")]
            ),
            locale=pick(["us", "uk", "ie", "eu", "other"]),
            cover_phrase=pick([None, "did you feed the cat", "?"]),
        )
        self.wall = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(
            minutes=self.chance.randrange(400 * 24 * 60)
        )
        self.turns = 0
        self.ended: Counter[str] = Counter()

    # What happens ---------------------------------------------------------------------------

    def text(self, dialog: str, wait: Listen | Wait) -> str:
        chance = self.chance
        sample = isinstance(wait, Listen) and sample_for(
            script_of(dialog), wait.beat, wait.partner or "a", chance.randrange(3)
        )
        match chance.randrange(12):
            case 0:
                return chance.choice(ODD)
            case 1 | 2:
                return chance.choice(SAID)
            case 3:
                words = " ".join(chance.choice(sentences()) for _ in range(3)).split()
                return " ".join(chance.sample(words, min(len(words), chance.randrange(1, 30))))
            case 4 | 5 | 6:
                return chance.choice(sentences())
            case _:
                return sample or "yes"

    def meaning(self, wait: Listen | Wait) -> Meaning:
        """Return what no words need have meant: any parts together."""
        chance, parts = self.chance, {}
        options: dict[str, Any] = {
            "command": chance.choice(COMMANDS),
            "command_like": chance.choice(COMMANDS),
            "yes_no": chance.choice(["yes", "no", "unsure"]),
            "scale": chance.choice([0, 3.5, 10, -1, 11, 1e9, 7]),
            "feelings": tuple(chance.sample(["hurt", "angry", "calm", "nonsense"], 2)),
            "stance": chance.choice(STANCES),
            "risk": chance.choice(["violence", "coercion", "self_harm"]),
            "choice": chance.choice([*self._options(wait), "no_such_option"]),
            "doubtful": True,
            "time": TimeAnswer(
                minutes=chance.choice([None, 0, 20, 600, -5, 1e7]),
                clock=chance.choice([None, (0, 0), (21, 30), (23, 59)]),
                day=chance.choice([None, "today", "tomorrow", *WEEKDAYS]),
                ambiguous=chance.random() < 0.5,
            ),
            "promise": Promise(
                who=chance.choice([None, "me", "you", "both"]),
                what=chance.choice([None, "", "wash"]),
                by=chance.choice([None, "", "friday"]), refused=chance.choice([None, *REFUSED]),
            ),
        }  # fmt: skip
        for name in chance.sample(sorted(options), chance.randrange(4)):
            parts[name] = options[name]
        return Meaning(text=chance.choice(["", "whatever", "x" * 3_000]), **parts)

    def _options(self, wait: Listen | Wait) -> list[str]:
        return [one.name for one in wait.expecting.options] if isinstance(wait, Listen) else []

    def passing(self, clock: WallClock) -> None:
        """Let time go by: seconds mostly, sometimes a day; or a clock is put back."""
        clock.advance(self.chance.choice([0, 1, 4, 9, 30, 300, 4_000, 90_000])
                      if self.chance.random() < 0.2 else 4)  # fmt: skip
        if self.chance.random() < 0.02:
            back = timedelta(minutes=self.chance.choice([-1, 61, 24 * 60, -60, 400 * 24 * 60]))
            clock.set_back(back)

    # An evening -----------------------------------------------------------------------------

    def hold(self, journal: Journal) -> str:
        """Hold one evening of any conversation, typed or told; return how it ended."""
        clock = WallClock(self.wall)
        dialog = self.chance.choice(script_names())
        begun = journal.begin_evening(dialog, clock.wall())
        lines = load_help_lines(self.settings.locale).spoken()
        facts = build_facts(journal, self.settings, clock.wall(), help_lines=lines, evening=begun)
        machine = build_machine(script_of(dialog), always_lines(), facts)
        evening = Evening(machine, load_understanding().understand, journal, clock.wall,
                          cover_phrase=self.settings.cover_phrase)  # fmt: skip
        typed = self.chance.random() < 0.3
        end = self._typed(evening, dialog, clock) if typed else self._told(evening, dialog, clock)
        assert evening.machine.faults == 0
        self.wall = clock.wall() + timedelta(minutes=self.chance.choice([5, 600, 1440, 50_000]))
        self.ended[end.reason] += 1
        return end.reason

    def _typed(self, evening: Evening, dialog: str, clock: WallClock) -> End:
        answers, waits = self.chance.randrange(MOST_ANSWERS), [0]
        seen: list[Published] = []

        def read(prompt: str, until_s: float | None) -> str | None:
            assert prompt.endswith("> ")
            self.passing(clock)
            waits[0] += 1
            if waits[0] > answers:
                assert waits[0] < answers + SILENCES_TO_THE_END
                clock.advance(max(until_s or 0, 0))
                return ""
            place = evening.machine.position.beat
            return self.text(dialog, Listen(beat=place, partner="a", expecting=Expecting(),
                                            patience=script_patience(dialog)))  # fmt: skip

        ended = TypedSession(evening, read, clock, [seen.append]).run()
        self.turns += sum(isinstance(one, TurnTaken) for one in seen)
        spoken(*(one.text for one in seen if isinstance(one, LineQueued)))
        return ended.end

    def _told(self, evening: Evening, dialog: str, clock: WallClock) -> End:
        batch = evening.begin()
        for _ in range(self.chance.randrange(MOST_ANSWERS)):
            wait = batch[-1]
            look_at(batch)
            if isinstance(wait, End):
                return wait
            assert isinstance(wait, Listen | Wait)
            self.passing(clock)
            self.turns += 1
            batch = self._turn(evening, dialog, wait)
        for _ in range(SILENCES_TO_THE_END):
            wait = batch[-1]
            look_at(batch)
            if isinstance(wait, End):
                return wait
            if isinstance(wait, Wait):
                if wait.until is None:
                    said = Meaning(text="resume", command="resume")
                    batch = evening.hear(said, speaker=None)
                    continue
                clock.advance(max(0, (wait.until - clock.wall()).total_seconds()))
                batch = evening.wake()
                continue
            clock.advance(10)
            batch = evening.silent()
        raise AssertionError(f"{dialog} does not end: {batch[-1]}")

    def _turn(self, evening: Evening, dialog: str, wait: Listen | Wait) -> list[Action]:
        chance = self.chance
        expecting = wait.expecting if isinstance(wait, Listen) else Expecting()
        match chance.randrange(20):
            case 0 if isinstance(wait, Listen):
                return evening.silent()
            case 1 if isinstance(wait, Listen):
                return evening.over_limit()
            case 2:
                return evening.both_spoke()
            case 3:
                return evening.stranger()
            case 4 if isinstance(wait, Wait):
                return evening.wake()
            case 5:
                # A power cut: what was saved is all that is left.
                saved = json.loads(json.dumps(evening.machine.snapshot()))
                machine = build_machine(
                    script_of(dialog), always_lines(), evening.machine.facts, saved
                )
                assert evening.machine.faults == 0
                assert json.loads(json.dumps(machine.snapshot())) == saved
                evening.machine = machine
                return evening.resume()
            case 6 | 7 | 8:
                meaning = self.meaning(wait)
            case _:
                meaning = evening.understand(self.text(dialog, wait), expecting)
        return evening.hear(
            meaning,
            speaker=chance.choice(["a", "b", None, "a", "b"]),
            confidence=chance.choice([1.0, 1.0, 0.9, 0.5, 0.2, 0.0]),
            interrupted=chance.choice([None, None, None, "nightly.mood", "no.such.line"]),
        )


def script_patience(dialog: str) -> Any:
    node = next(one for one in script_of(dialog).nodes.values() if one.beat.patience is not None)
    return node.beat.patience


def look_at(batch: list[Action]) -> None:
    assert isinstance(batch[-1], Listen | Wait | End)
    assert not any(isinstance(one, Listen | Wait | End) for one in batch[:-1])
    spoken(*(one.text for one in batch if isinstance(one, Say)))


def spoken(*lines: str) -> None:
    for line in lines:
        assert line.strip()
        assert not {"{", "}"} & set(line.replace("{partner}", ""))
