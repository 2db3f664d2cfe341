"""Holds conversations with the machine alone: meanings in, lines out, no sound and no clock."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from voice_checkin.dialog.actions import Action, Adjust, End, Forget, Keep, Listen, Say, Wait
from voice_checkin.dialog.always import Always
from voice_checkin.dialog.compile import Compiled
from voice_checkin.dialog.facts import Facts, Turn
from voice_checkin.dialog.machine import Machine
from voice_checkin.scripts import load_always, load_script
from voice_checkin.understanding.meaning import Meaning
from voice_checkin.words import Kind, PartnerId

EVENING = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)
NAMES: dict[PartnerId, str] = {"a": "Ana", "b": "Ben"}
US = {"place": "us", "crisis": "call or text 988", "emergency": "911"}


@cache
def script_of(name: str) -> Compiled:
    """Load a script once: it is frozen, and thousands of conversations are held in the tests."""
    return load_script(name)


@cache
def always_lines() -> Always:
    return load_always()


@dataclass
class Conversation:
    """A machine and everything it has asked for so far."""

    dialog: str = "nightly"
    facts: Facts = field(default_factory=lambda: Facts(names=NAMES, help_lines=US))
    now: datetime = EVENING
    machine: Machine = None  # type: ignore[assignment]
    """A machine of that script and those facts to begin anew with; left out: a fresh one."""

    def __post_init__(self) -> None:
        if self.machine is None:
            self.machine = Machine(script_of(self.dialog), always_lines(), self.facts)
        self.actions: list[Action] = []
        self.batch: list[Action] = []
        self.take(self.machine.begin(self.now))

    def take(self, batch: list[Action]) -> list[Action]:
        assert isinstance(batch[-1], Listen | Wait | End)
        assert not any(isinstance(a, Listen | Wait | End) for a in batch[:-1])
        self.actions += batch
        self.batch = batch
        return batch

    @property
    def after(self) -> Action:
        return self.batch[-1]

    @property
    def listen(self) -> Listen:
        assert isinstance(self.after, Listen)
        return self.after

    @property
    def ended(self) -> End | None:
        return self.after if isinstance(self.after, End) else None

    def says(self, batch: list[Action] | None = None) -> list[str]:
        return [a.text for a in (batch or self.batch) if isinstance(a, Say)]

    def ids(self) -> list[str]:
        return [a.line_id for a in self.batch if isinstance(a, Say)]

    def all_said(self) -> list[str]:
        return [a.text for a in self.actions if isinstance(a, Say)]

    def kept(self) -> list[Any]:
        return [a.record for a in self.actions if isinstance(a, Keep)]

    def forgets(self) -> list[str]:
        return [a.scope for a in self.actions if isinstance(a, Forget)]

    def adjusts(self) -> list[str]:
        return [a.what for a in self.actions if isinstance(a, Adjust)]

    def hear(
        self,
        text: str = "something",
        *,
        speaker: PartnerId | None = None,
        confidence: float = 1.0,
        spoken_s: float | None = None,
        **meaning: Any,
    ) -> list[Action]:
        asked = self.after.partner if isinstance(self.after, Listen) else None
        self.now += timedelta(seconds=4)
        turn = Turn(
            meaning=Meaning(text=text, **meaning),
            now=self.now,
            speaker=speaker or asked,
            confidence=confidence,
            spoken_s=spoken_s,
        )
        batch = self.take(self.machine.hear(turn))
        assert self.machine.faults == 0
        return batch

    def silent(self) -> list[Action]:
        self.now += timedelta(seconds=10)
        return self.take(self.machine.silent(self.now))

    def yes(self, **more: Any) -> list[Action]:
        return self.hear("yes", yes_no="yes", **more)

    def no(self, **more: Any) -> list[Action]:
        return self.hear("no", yes_no="no", **more)

    def command(self, name: str) -> list[Action]:
        return self.hear(name.replace("_", " "), command=name)

    def answer(self, **more: Any) -> list[Action]:
        """Give a plain answer of the kind that is waited for."""
        match self.listen.expecting.kind:
            case Kind.YES_NO:
                return self.yes(**more)
            case Kind.SCALE:
                return self.hear("four", scale=4.0, **more)
            case Kind.CHOICE:
                option = self.listen.expecting.options[0]
                return self.hear(option.phrases[0], choice=option.name, **more)
            case _:
                return self.hear("a quiet day", **more)

    def until(self, beat: str) -> Conversation:
        """Answer plainly until ``beat`` is asked."""
        for _ in range(200):
            if isinstance(self.after, Listen) and self.after.beat == beat:
                return self
            assert not self.ended, f"ended before {beat}"
            self.answer()
        raise AssertionError(beat)
