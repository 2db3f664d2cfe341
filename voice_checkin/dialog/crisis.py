"""The answer to self-harm: aloud, at once, from wherever it is said (S15-S18).  Nothing is kept.

After it only a clear no lets the evening go on; every other way out keeps the day quiet.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from voice_checkin.dialog.actions import Action
from voice_checkin.dialog.always import Lines
from voice_checkin.dialog.facts import Turn
from voice_checkin.dialog.memory import Interlude
from voice_checkin.words import Kind, PartnerId

if TYPE_CHECKING:
    from voice_checkin.dialog.machine import Machine

CHECK = "crisis_check"
CLEAR = 0.5
"""A no that was heard with less confidence is no clear no."""


def is_open(interlude: Interlude | None) -> bool:
    """Tell whether the check was asked and has no answer yet, a pause in between or not."""
    return interlude is not None and CHECK in (interlude.kind, interlude.under)


def answer_aloud(machine: Machine, turn: Turn) -> list[Action]:
    """Give the number and ask the one check; said again before its answer, it ends the evening."""
    before = machine.memory.interlude
    machine.say(_lines(machine))
    if is_open(before):
        return end(machine, said=True)
    return ask(machine, turn.speaker)


def ask(machine: Machine, speaker: str | None) -> list[Action]:
    """Ask the check of the one who said it."""
    partner: PartnerId | None = None if speaker is None else "a" if speaker == "a" else "b"
    machine.memory.interlude = Interlude(CHECK, speaker=partner)
    machine.say(machine.always.crisis_check)
    return machine.listen_aside(Kind.YES_NO, partner)


def ask_again(machine: Machine, speaker: str | None) -> list[Action]:
    """Give the number once more, which a lost device or the power may have cut off, and ask."""
    machine.say(_lines(machine)[:1])
    return ask(machine, speaker)


def checked(machine: Machine, turn: Turn) -> list[Action]:
    """Take the answer: a clear no of the same person, or the end."""
    interlude, memory = machine.memory.interlude, machine.memory
    same = interlude is None or None in (interlude.speaker, turn.speaker) \
        or interlude.speaker == turn.speaker  # fmt: skip
    clear = turn.meaning.yes_no == "no" and turn.confidence >= CLEAR and same
    if clear and memory.consented and not memory.done:
        memory.interlude = None
        return machine.ask(turn.now)
    return end(machine)


def end(machine: Machine, *, said: bool = False) -> list[Action]:
    """Say the number once more, and leave the rest for another day."""
    if not said:
        machine.say(_lines(machine)[:1])
    machine.say(machine.always.crisis_end)
    return machine.finish("safety", quiet_today=True)


def _lines(machine: Machine) -> Lines:
    """The number comes first: it must be in the air within three seconds (S15)."""
    local = not machine.facts.help_lines.get("crisis")
    return machine.always.crisis_local if local else machine.always.crisis
