"""Who has had how much of a mutual step, and the turn that the quieter one is offered (S6).

Sums are kept by step and partner, in seconds.  Before a mutual step closes, the one who had less
than 40 % of it is asked once whether they would like to add anything; a pass is fine, whatever
they say nothing is counted aloud, and they begin the next mutual step.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from voice_checkin.dialog import asking, breaks
from voice_checkin.dialog.actions import Action
from voice_checkin.dialog.compile import END
from voice_checkin.dialog.conditions import is_company, leaves_for_sure, says_enough, words
from voice_checkin.dialog.facts import Turn
from voice_checkin.dialog.memory import Interlude
from voice_checkin.words import Kind, PartnerId, Seconds

if TYPE_CHECKING:
    from voice_checkin.dialog.machine import Machine

OFFER = "turn_offer"
LEAST_SHARE = 0.4
"""Of the talk in a mutual step, for each of the two (content.md: 40 to 60 %)."""
LEAST_S: Seconds = 20.0
"""Of talk by both together: below it one sentence more or less would decide."""
WORD_S: Seconds = 0.4
"""150 words a minute, where nobody knows how long it took: a typed evening is balanced as the
same words would be if they were spoken."""
PASS_WORDS = 5
"""A yes or a no of more words says something besides."""
MOST_ROUNDS = 2
"""How often it listens once more after an offer, whatever for."""


def note(machine: Machine, turn: Turn, asked: PartnerId | None) -> None:
    """Add an answer to the sum of whoever gave it."""
    step, speaker = machine.memory.step, turn.speaker or asked
    if not step or speaker is None:
        return
    spoken = turn.spoken_s
    seconds = WORD_S * len(words(turn.meaning.text)) if spoken is None else max(0.0, spoken)
    sums = machine.memory.floor.setdefault(step, {})
    sums[speaker] = round(sums.get(speaker, 0.0) + seconds, 2)


def quieter(sums: dict[str, Seconds]) -> PartnerId | None:
    """Return who had less than 40 % of a step; None where both had, or little was said at all."""
    both: tuple[PartnerId, PartnerId] = ("a", "b")
    total = sum(sums.get(partner, 0.0) for partner in both)
    if total < LEAST_S:
        return None
    return next((p for p in both if sums.get(p, 0.0) < LEAST_SHARE * total), None)


def moved(machine: Machine) -> bool:
    """Tell whether the conversation has left the mutual step it was in, or come into another."""
    return step_of(machine, machine.memory.state) != machine.memory.step


def step_of(machine: Machine, state: str) -> str:
    node = machine.script.nodes.get(state)
    return node.step if node is not None else ""


def close(machine: Machine, *, may_offer: bool) -> list[Action] | None:
    """Close the step that was left; return the offer of a turn where one is due first."""
    memory = machine.memory
    left = memory.step
    if left and left not in memory.closed:
        memory.closed.append(left)
        sums = memory.floor.get(left, {})
        quiet = quieter(sums)
        memory.leads = quiet
        # Who said nothing at all has passed, and a pass is not asked for again.
        if quiet is not None and sums.get(quiet) and may_offer and _goes_on(memory.state):
            memory.interlude = Interlude(OFFER, speaker=quiet)
            return ask(machine)
    memory.step = step_of(machine, memory.state)
    if memory.step:
        memory.starts.setdefault(memory.step, memory.leads or machine.facts.first)
    return None


def _goes_on(state: str) -> bool:
    return not state.startswith(END) or state == f"{END}completed"


def ask(machine: Machine) -> list[Action]:
    """Offer the turn."""
    machine.say(machine.always.turn_offer, _quiet(machine))
    return machine.listen_aside(Kind.FREE, _quiet(machine))


def hear(machine: Machine, turn: Turn) -> list[Action]:
    """Take what the one who was offered the turn says: anything, or nothing, is fine."""
    interlude, meaning, quiet = machine.memory.interlude, turn.meaning, _quiet(machine)
    assert interlude is not None  # noqa: S101 - the caller looked
    interlude.step += 1
    may_ask = interlude.step <= MOST_ROUNDS
    if meaning.command == "skip":
        return settle(machine, turn.now, passed=True)
    if meaning.command == "back":
        machine.memory.interlude = None
        machine.jump(machine.memory.history[-1])
        return machine.ask(turn.now)
    if meaning.command is not None:
        return ask(machine)
    if is_company(meaning):
        return breaks.pause(machine, turn.now)
    if turn.speaker not in (None, quiet):
        if not may_ask:
            return settle(machine, turn.now)
        machine.say(machine.always.passed_back, quiet)
        return machine.listen_aside(Kind.FREE, quiet)
    note(machine, turn, quiet)
    if meaning.stance == "contempt":
        return asking.contempt(machine, quiet) or machine.listen_aside(Kind.FREE, quiet)
    if meaning.doubtful and may_ask:
        machine.say(machine.always.ask_once_more)
        return ask(machine)
    if leaves_for_sure(meaning.text):
        machine.say(machine.always.unsure_to_stay)
        return machine.finish("stopped")
    if meaning.promise is not None and meaning.promise.refused is not None:
        machine.say(machine.always.promise_refused, quiet)
        return settle(machine, turn.now)
    short = len(words(meaning.text)) <= PASS_WORDS
    if short and meaning.yes_no == "yes" and may_ask:
        machine.say(machine.always.turn_taken, quiet)
        return machine.listen_aside(Kind.FREE, quiet)
    if short and (meaning.yes_no is not None or says_enough(meaning.text)):
        return settle(machine, turn.now, passed=True)
    machine.say(machine.always.turn_thanks, quiet)
    return settle(machine, turn.now)


def settle(machine: Machine, now: datetime, *, passed: bool = False) -> list[Action]:
    """Go on to where the step led."""
    machine.memory.interlude = None
    if passed:
        machine.say(machine.always.skipped)
    return machine.enter(now)


def _quiet(machine: Machine) -> PartnerId:
    interlude = machine.memory.interlude
    who = interlude.speaker if interlude is not None else None
    return "a" if who == "a" else "b"
