"""Words that only sound like a command ("Step."): asks whether they were it, and never guesses.

The question is not whether an answer was heard right, as with a read-back, but whether it was one.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

from voice_checkin.dialog.actions import Action
from voice_checkin.dialog.asking import CONFIRMED
from voice_checkin.dialog.facts import Turn
from voice_checkin.dialog.memory import Interlude, pack, unpack
from voice_checkin.words import Command, Kind

if TYPE_CHECKING:
    from voice_checkin.dialog.machine import Machine

KIND = "command_like"
MOST = 2
"""How often it is asked at one question; after that words are words, and stop is stop."""


def ask(machine: Machine, turn: Turn, *, answers: bool = True) -> list[Action]:
    """Ask.  ``answers``: after a no the words are the answer to the beat's question."""
    machine.memory.alike += 1
    machine.memory.interlude = Interlude(
        KIND,
        caller=turn.meaning.command_like,
        meaning=pack(turn.meaning) if answers else None,
        speaker=turn.speaker,
        confidence=turn.confidence,
        spoken_s=turn.spoken_s,
    )
    return again(machine)


def again(machine: Machine) -> list[Action]:
    """Put the question, once or once more."""
    interlude = machine.memory.interlude
    assert interlude is not None  # noqa: S101 - the callers looked
    machine.say(machine.always.command_like, heard=(interlude.caller or "").replace("_", " "))
    return machine.listen_aside(Kind.YES_NO, machine.asked(machine.node))


def meant(machine: Machine, turn: Turn) -> Turn | None:
    """Return the turn of a command that is certain now: said clearly, confirmed, or alike again."""
    interlude, meaning = machine.memory.interlude, turn.meaning
    assert interlude is not None  # noqa: S101 - the caller looked
    if meaning.command is not None:
        return turn
    yes = meaning.yes_no == "yes" and turn.confidence >= CONFIRMED
    if not yes and meaning.command_like != interlude.caller:
        return None
    said = unpack(interlude.meaning) if interlude.meaning else meaning
    command = cast(Command, interlude.caller)
    speaker = interlude.speaker or turn.speaker
    return replace(turn, meaning=replace(said, command=command), speaker=speaker)


def answered(machine: Machine, turn: Turn) -> list[Action]:
    """Take the words for what they say after a no; otherwise put the beat's question again."""
    interlude, memory = machine.memory.interlude, machine.memory
    assert interlude is not None  # noqa: S101 - the caller looked
    memory.interlude = None
    no = turn.meaning.yes_no == "no" and turn.confidence >= CONFIRMED
    if not no or interlude.meaning is None:
        machine.say(machine.always.ask_once_more)
        return machine.ask(turn.now)
    return machine.take(
        Turn(
            meaning=replace(unpack(interlude.meaning), command_like=None),
            now=turn.now,
            speaker=interlude.speaker,
            confidence=interlude.confidence,
            spoken_s=interlude.spoken_s,
        )
    )
