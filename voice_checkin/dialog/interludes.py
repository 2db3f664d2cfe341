"""What interrupts a script and then gives it back: commands, breaks, read-backs.

Each interlude is plain data in the machine's memory, so that it survives a restart.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from voice_checkin.dialog import alike, asking, balance, breaks, crisis
from voice_checkin.dialog.actions import Action, Adjust, Forget
from voice_checkin.dialog.always import Lines
from voice_checkin.dialog.facts import Turn
from voice_checkin.dialog.memory import Interlude, unpack
from voice_checkin.understanding.meaning import Meaning
from voice_checkin.words import Kind, Option, PartnerId

if TYPE_CHECKING:
    from voice_checkin.dialog.machine import Machine

BREAKABLE = frozenset(
    {"readback", "who", "forget_ask", "forget_sure", "break_offer", balance.OFFER}
)
"""Where a break or a pause is taken instead of the answer; what was open is let go."""
FORGET_OPTIONS = (
    Option("tonight", ("tonight", "just tonight", "this evening", "today")),
    Option("everything", ("everything", "all of it", "all", "the lot")),
)


def command(machine: Machine, meaning: Meaning, turn: Turn) -> list[Action]:
    """Act on one of the words that always work."""
    now, always = turn.now, machine.always
    asked = machine.asked(machine.node)
    match meaning.command:
        case "stop":
            machine.say(always.stopped)
            return machine.finish("stopped" if machine.consented else "declined")
        case "repeat" | "resume":
            return _repeat(machine, now)
        case "back":
            return _back(machine, now)
        case "skip":
            return machine.leave("refused", now)
        case "pause":
            return breaks.pause(machine, now)
        case "time_out":
            return breaks.start(machine, turn.speaker or asked)
        case "help":
            return _help(machine, meaning, asked, now)
        case "forget":
            return _forget_what(machine, meaning)
        case "louder" | "quieter" | "slower" | "faster" as what:
            machine.out.append(Adjust(what=what))
            machine.say(getattr(always, what))
            return _repeat(machine, now)
        case None:
            return machine.listen(now)


def hear(machine: Machine, turn: Turn) -> list[Action]:
    """Take an utterance while something is held aside."""
    interlude = machine.memory.interlude
    assert interlude is not None  # noqa: S101 - the caller looked
    meaning, always = turn.meaning, machine.always
    if meaning.command == "stop":
        machine.say(always.stopped)
        return machine.finish("stopped" if machine.consented else "declined")
    if interlude.kind == alike.KIND:
        return _alike(machine, interlude, turn)
    if meaning.command_like == "stop" and interlude.kind in BREAKABLE:
        return alike.ask(machine, turn, answers=False)
    match meaning.command:
        case "louder" | "quieter" | "slower" | "faster" as what:
            machine.out.append(Adjust(what=what))
            machine.say(getattr(always, what))
            return again(machine, turn.now)
        case "repeat":
            return again(machine, turn.now)
        case "forget" if interlude.kind == balance.OFFER:
            return _forget_what(machine, meaning)
        case "help" if interlude.kind == balance.OFFER:
            machine.say(_card(machine) if "card" in meaning.text.lower() else always.help_general)
            return again(machine, turn.now)
        case "pause" if interlude.kind in BREAKABLE:
            return breaks.pause(machine, turn.now)
        case _:
            called = meaning.command == "time_out" or breaks.is_stop_word(machine, meaning)
            if called and interlude.kind in BREAKABLE:
                return breaks.start(machine, turn.speaker)
            return _aside(machine, interlude, turn)


def _alike(machine: Machine, interlude: Interlude, turn: Turn) -> list[Action]:
    if turn.meaning.command == "repeat" and interlude.caller != "repeat":
        return alike.again(machine)
    meant = alike.meant(machine, turn)
    if meant is None:
        return alike.answered(machine, turn)
    machine.memory.interlude = None
    return command(machine, meant.meaning, meant)


def _aside(machine: Machine, interlude: Interlude, turn: Turn) -> list[Action]:
    meaning = turn.meaning
    match interlude.kind:
        case "pause":
            return breaks.paused(machine, meaning, turn.now)
        case "break":
            return breaks.in_break(machine, meaning, turn.now)
        case "break_ask":
            return breaks.break_time(machine, turn)
        case "break_other":
            return breaks.break_counter(machine, turn)
        case "break_back":
            return breaks.break_back(machine, meaning, turn.now)
        case "break_offer":
            return breaks.offered(machine, turn)
        case "forget_ask" | "forget_sure":
            return _forget(machine, turn)
        case "readback":
            return asking.readback(machine, turn)
        case "who":
            return asking.named(machine, turn)
        case balance.OFFER:
            return balance.hear(machine, turn)
        case _:
            return crisis.checked(machine, turn)


def silent(machine: Machine, now: datetime) -> list[Action]:
    """Nobody answered: take the answer that can do no harm."""
    interlude = machine.memory.interlude
    assert interlude is not None  # noqa: S101 - the caller looked
    match interlude.kind:
        case "break_ask" | "break_other":
            return breaks.set_break(machine, breaks.until(interlude, now), now)
        case "break_back":
            machine.say((*machine.always.break_tomorrow, *machine.always.break_end))
            return machine.finish("stopped")
        case "forget_ask" | "forget_sure":
            machine.memory.interlude = None
            machine.say(machine.always.not_forgotten)
            return machine.ask(now)
        case "readback":
            return asking.unconfirmed(machine, now)
        case "who":
            machine.memory.interlude = None
            return machine.miss(now)
        case "break_offer" | alike.KIND:
            machine.memory.interlude = None
            return machine.ask(now)
        case balance.OFFER:
            return balance.settle(machine, now)
        case crisis.CHECK:
            return crisis.end(machine)
        case _:
            return again(machine, now)


def again(machine: Machine, now: datetime) -> list[Action]:
    """Put the interlude's own question once more."""
    interlude = machine.memory.interlude
    if interlude is None:
        return machine.ask(now)
    match interlude.kind:
        case "pause":
            return breaks.wait_paused(machine, now)
        case "break":
            return breaks.wait(machine, breaks.until(interlude, now))
        case "break_ask" | "break_other":
            machine.say(machine.always.break_again)
            return machine.listen_aside(Kind.TIME, None)
        case "break_back":
            machine.say(machine.always.break_back)
            return machine.listen_aside(Kind.YES_NO, None)
        case "forget_ask":
            machine.say(machine.always.forget_ask)
            return machine.listen_aside(Kind.CHOICE, None, FORGET_OPTIONS)
        case "forget_sure":
            machine.say(machine.always.forget_sure)
            return machine.listen_aside(Kind.YES_NO, None, matters=True)
        case "who":
            machine.say(machine.always.who)
            return machine.listen_aside(Kind.NAME, None)
        case "readback":
            return asking.say_readback(machine, unpack(interlude.meaning or {}), now)
        case alike.KIND:
            return alike.again(machine)
        case balance.OFFER:
            return balance.ask(machine)
        case "break_offer":
            machine.say(machine.always.break_offer)
            return machine.listen_aside(Kind.YES_NO, None)
        case _:
            return crisis.ask_again(machine, interlude.speaker)


def wake(machine: Machine, now: datetime) -> list[Action]:
    """A break's time has come, or a pause was never ended."""
    interlude = machine.memory.interlude
    if interlude is not None and interlude.kind == "pause":
        machine.say(machine.always.gone)
        return machine.finish("left")
    if interlude is None or interlude.kind != "break":
        return again(machine, now)
    return breaks.call_back(machine, interlude)


# -- commands --------------------------------------------------------------------------------------


def _repeat(machine: Machine, now: datetime) -> list[Action]:
    """The question again; asked for a third time, in other words."""
    machine.memory.repeats += 1
    beat = machine.node.beat
    if machine.memory.repeats % 2 == 0 and beat.again:
        machine.say(beat.again[:1], machine.asked(machine.node))
        return machine.listen(now)
    if beat.line is not None:
        machine.say((beat.line,), machine.asked(machine.node))
    return machine.listen(now)


def _back(machine: Machine, now: datetime) -> list[Action]:
    history = machine.memory.history
    if len(history) < 2 or machine.script.nodes[history[-2]].beat.beat == "consent":
        machine.say(machine.always.first_beat)
        return _repeat(machine, now)
    history.pop()
    machine.jump(history[-1])
    return machine.ask(now)


def _help(
    machine: Machine, meaning: Meaning, asked: PartnerId | None, now: datetime
) -> list[Action]:
    always, beat = machine.always, machine.node.beat
    if "card" in meaning.text.lower():
        machine.say(_card(machine))
        return machine.ask(now)
    kind = beat.expect.kind if beat.expect else Kind.FREE
    by_kind = {Kind.YES_NO: always.help_yes_no, Kind.SCALE: always.help_scale}
    here = (beat.help,) if beat.help else by_kind.get(kind, always.help_words)
    machine.say(here, asked or machine.facts.first)
    machine.say(always.help_general)
    return machine.listen(now)


def _card(machine: Machine) -> Lines:
    """Return the help card, without a line for which there is no number."""
    card = machine.always.help_card
    if machine.facts.help_lines.get("crisis"):
        return card
    return tuple(line for line in card if "{crisis}" not in line.say[0])


def _forget_what(machine: Machine, meaning: Meaning) -> list[Action]:
    if "voice" in meaning.text.lower():
        machine.memory.interlude = Interlude("forget_sure", caller="voices")
        machine.say(machine.always.forget_sure)
        return machine.listen_aside(Kind.YES_NO, None, matters=True)
    machine.memory.interlude = Interlude("forget_ask")
    machine.say(machine.always.forget_ask)
    return machine.listen_aside(Kind.CHOICE, None, FORGET_OPTIONS)


def _forget(machine: Machine, turn: Turn) -> list[Action]:
    interlude, meaning = machine.memory.interlude, turn.meaning
    assert interlude is not None  # noqa: S101
    if interlude.kind == "forget_ask" and meaning.choice in ("tonight", "everything"):
        interlude.kind, interlude.caller = "forget_sure", meaning.choice
        machine.say(machine.always.forget_sure)
        return machine.listen_aside(Kind.YES_NO, None, matters=True)
    if (
        interlude.kind == "forget_sure"
        and meaning.yes_no == "yes"
        and turn.confidence >= asking.CONFIRMED
    ):
        if interlude.caller == "voices":
            machine.out.append(Forget(scope="voices"))
            machine.say(machine.always.voices_forgotten)
            machine.memory.interlude = None
            return machine.ask(turn.now)
        all_of_it = interlude.caller == "everything"
        machine.out.append(Forget(scope="everything" if all_of_it else "tonight"))
        machine.say(machine.always.forgotten)
        machine.memory.done = True
        return machine.finish("stopped")
    interlude.step += 1
    unclear = meaning.yes_no is None and meaning.choice is None
    if unclear and interlude.step < 2:
        return again(machine, turn.now)
    machine.memory.interlude = None
    machine.say(machine.always.not_forgotten)
    return machine.ask(turn.now)
