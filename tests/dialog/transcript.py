"""Holds a typed conversation from a file, and writes it down as a page to read.

A file says what people answer otherwise than the script's own samples, beat by beat.  Words go
through the real understanding; no sound, no threads, and the clock is moved by hand.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from tests.dialog.conversation import US, always_lines, script_of
from voice_checkin.dialog.actions import (
    Action,
    Adjust,
    Chime,
    End,
    Forget,
    Keep,
    Listen,
    Quiet,
    Record,
    Say,
    Wait,
)  # fmt: skip
from voice_checkin.dialog.facts import DuePromise, Facts, Turn
from voice_checkin.dialog.loader import load
from voice_checkin.dialog.machine import Machine
from voice_checkin.lexicon import load_understanding
from voice_checkin.rehearsal.director import sample_for
from voice_checkin.scripts import script_names
from voice_checkin.words import Expecting, PartnerId, other

TURN = timedelta(seconds=6)
"""A question and its answer."""
MOST_TURNS = 300
ASIDE = {
    "break_ask": "in half an hour", "break_other": "yes", "break_back": "yes",
    "readback": "yes", "command_like": "yes", "forget_ask": "tonight", "forget_sure": "yes",
    "crisis_check": "no", "break_offer": "no", "turn_offer": "no",
}  # fmt: skip
"""What is answered to the assistant's own questions where the file has nothing for them."""


class Answer(BaseModel):
    """One thing that somebody says or does; in a file often only its words."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    say: str = ""
    by: str | None = None
    """Somebody else than the one who was asked."""
    confidence: float = 1.0
    does: str | None = Field(
        default=None, pattern="^(silence|talks_on|both_at_once|a_child|unsure_who|power_cut)$"
    )


class Evening(BaseModel):
    """What the assistant knows before it starts."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    at: str = "19:00"
    names: tuple[str, str] | None = ("Ana", "Ben")
    first: PartnerId = "a"
    night: int = 0
    light: bool = False
    never: tuple[str, ...] = ()
    """Conversations that were not held yesterday."""
    due: dict[PartnerId, str] = {}
    agreed: dict[str, str] = {}


class Plan(BaseModel):
    """A conversation file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    dialog: str
    about: str
    evening: Evening = Evening()
    answers: dict[str, list[str | Answer]] = {}
    """By beat; each time the beat is asked the next one is given, then the script's sample."""


def read_plan(path: Path) -> Plan:
    document = load(path.read_text(encoding="utf-8"), path.name)
    assert not document.faults, document.faults
    return Plan.model_validate(document.data)


class Transcript:
    """One conversation on paper."""

    def __init__(self, plan: Plan) -> None:
        hour, minute = (int(part) for part in plan.evening.at.split(":"))
        self.now = datetime(2026, 11, 23, hour, minute, tzinfo=UTC)
        self.plan = plan
        self.script = script_of(plan.dialog)
        self.facts = _facts(plan.evening, self.now)
        self.machine = Machine(self.script, always_lines(), self.facts)
        self.left = {beat: list(answers) for beat, answers in plan.answers.items()}
        self.visits: dict[tuple[str, PartnerId], int] = {}
        self.page: list[str] = [f"{plan.dialog}: {plan.about}", ""]
        self._speaker = ""

    def hold(self) -> str:
        """Hold the conversation to its end and return the page."""
        batch = self.machine.begin(self.now)
        for _ in range(MOST_TURNS):
            self._write(batch)
            after = batch[-1]
            if isinstance(after, End):
                return "\n".join(self.page) + "\n"
            batch = self._wait(after) if isinstance(after, Wait) else self._answer(after)
            assert self.machine.faults == 0, self.page[-4:]
        raise AssertionError(f"{self.plan.about}: does not end")

    # -- what people do ----------------------------------------------------------------------

    def _answer(self, after: Action) -> list[Action]:
        assert isinstance(after, Listen)
        return self._act(self._next(after), after.partner, after.expecting)

    def _wait(self, after: Wait) -> list[Action]:
        if self.left.get("wait"):
            answer = self.left["wait"].pop(0)
            return self._act(answer, None, Expecting())
        if after.pause:
            return self._act("resume", None, Expecting())
        self._note(f"at {after.until:%H:%M}")
        self.now = after.until
        return self.machine.wake(self.now)

    def _act(
        self, answer: str | Answer, asked: PartnerId | None, expecting: Expecting
    ) -> list[Action]:
        done = Answer(say=answer) if isinstance(answer, str) else answer
        self.now += TURN
        match done.does:
            case "silence":
                self._note("nobody speaks")
                return self.machine.silent(self.now)
            case "talks_on":
                self._note("the floor's time is over")
                return self.machine.over_limit(self.now)
            case "both_at_once":
                self._note("both speak at once")
                return self.machine.both_spoke(self.now)
            case "a_child":
                self._note("a child's voice")
                return self.machine.stranger(self.now)
            case "power_cut":
                self._note("the power fails, and comes back")
                return self._power_cut()
            case _:
                return self._say(done, asked, expecting)

    def _say(self, done: Answer, asked: PartnerId | None, expecting: Expecting) -> list[Action]:
        speaker = self._who(done, asked)
        name = self.machine.name(speaker) if speaker else "Somebody"
        unsure = f"  (hardly heard, {done.confidence:g})" if done.confidence < 1 else ""
        self._line(name, done.say + unsure)
        meaning = load_understanding().understand(done.say, expecting)
        turn = Turn(meaning=meaning, now=self.now, speaker=speaker, confidence=done.confidence)
        return self.machine.hear(turn)

    def _who(self, answer: Answer, asked: PartnerId | None) -> PartnerId | None:
        if answer.does == "unsure_who":
            return None
        if answer.by == "the other":
            return other(asked or self.facts.first)
        names = {self.machine.name(partner): partner for partner in ("a", "b")}
        return names[answer.by] if answer.by else asked  # type: ignore[return-value]

    def _power_cut(self) -> list[Action]:
        saved = self.machine.snapshot()
        self.machine = Machine(self.script, always_lines(), self.facts)
        self.machine.restore(saved)
        return self.machine.resume(self.now)

    def _next(self, after: Listen) -> str | Answer:
        given = self.left.get(after.beat)
        if given:
            return given.pop(0)
        if after.beat in ASIDE:
            return ASIDE[after.beat]
        partner = after.partner or self.facts.first
        visit = self.visits.get((after.beat, partner), 0)
        self.visits[after.beat, partner] = visit + 1
        answer = sample_for(self.script, after.beat, partner, visit)
        assert answer is not None, after.beat
        return answer

    # -- on paper ----------------------------------------------------------------------------

    def _write(self, batch: list[Action]) -> None:
        for action in batch:
            match action:
                case Say(text=text, protected=protected):
                    self._line("Assistant" if not protected else "Assistant!", text)
                case Chime(name=name):
                    self._note(f"chime: {name}")
                case Quiet(seconds=seconds):
                    self._note(f"{seconds:g} s of quiet")
                case Wait(pause=True):
                    self._note("waits for resume")
                case Wait(until=until):
                    self._note(f"waits until {until:%a %H:%M}")
                case Adjust(what=what):
                    self._note(f"the voice is {what}")
                case Keep(record=record):
                    self._note(f"kept: {self._record(record)}")
                case Forget(scope=scope):
                    self._note(f"forgotten: {scope}")
                case End(reason=reason, quiet_today=quiet):
                    self._note(f"end: {reason}{', and the day stays quiet' if quiet else ''}")
                case _:
                    pass

    def _record(self, record: Record) -> str:
        who = self.machine.name(record.partner) if record.partner else ""
        due = f"{record.due:%a %H:%M}" if record.due else ""
        value = f"{record.value:g}" if record.value is not None else ""
        parts = (record.kind, record.name, who, value, record.text, record.by, due)
        return " | ".join(part for part in parts if part)

    def _line(self, speaker: str, text: str) -> None:
        shown = speaker if speaker != self._speaker else ""
        self._speaker = speaker
        self.page.append(f"{shown:12}{text}".rstrip())

    def _note(self, text: str) -> None:
        self._speaker = ""
        self.page.append(f"{'':12}[{text}]")


def _facts(evening: Evening, now: datetime) -> Facts:
    yesterday = now - timedelta(days=1)
    held: dict[str, datetime] = {n: yesterday for n in script_names() if n not in evening.never}
    facts = Facts(
        names={"a": evening.names[0], "b": evening.names[1]} if evening.names else {},
        first=evening.first,
        night=evening.night,
        cut_off=time(21, 30),
        completed=held,
        light=evening.light,
        agreements=evening.agreed,
        help_lines=US,
    )
    due = tuple(
        DuePromise(id=f"p-{maker}", maker=maker, text=text)
        for maker, text in sorted(evening.due.items())
    )
    return replace(facts, due_promises=due)


def unused(talk: Transcript) -> dict[str, list[Any]]:
    """Return answers of the file that were never given: a beat renamed, or never reached."""
    return {beat: rest for beat, rest in talk.left.items() if rest}
