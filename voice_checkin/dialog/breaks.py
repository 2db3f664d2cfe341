"""Pauses and time-outs: a time is named, the other may counter once, and both are called back.

A break lasts 20 minutes to 24 hours and always has a clock time (S23).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from voice_checkin.dialog import crisis
from voice_checkin.dialog.actions import Action, Chime, Wait
from voice_checkin.dialog.conditions import is_plain, words
from voice_checkin.dialog.facts import Turn
from voice_checkin.dialog.lines import spoken_time
from voice_checkin.dialog.memory import Interlude
from voice_checkin.dialog.times import LONGEST, SHORTEST, into_break, when_of
from voice_checkin.understanding.meaning import Meaning
from voice_checkin.words import Kind, PartnerId, other

MOST_AT_ONCE = 2
"""Both talking at once so often is taken for flooding (content.md, turn contract)."""
PAUSE_ENDS = timedelta(hours=1)
"""A pause that nobody ends is the end of the evening: no microphone listens all night."""
STOP_WORD = "stop_word"
"""Name of the agreement that holds the couple's own word for a break."""

if TYPE_CHECKING:
    from voice_checkin.dialog.machine import Machine


def is_stop_word(machine: Machine, meaning: Meaning) -> bool:
    """Tell whether the couple's own word was said, alone, once or several times."""
    agreed = machine.recall("word", None) if machine.script.keeps(STOP_WORD) else ""
    agreed = agreed or machine.facts.agreements.get(STOP_WORD, "")
    word, said = words(agreed), words(meaning.text)
    if not word or not said or not is_plain(meaning):
        return False
    return said == word * (len(said) // len(word))


def both_spoke(machine: Machine, now: datetime) -> list[Action]:
    """Two at once: one at a time, please; for the second time a break is offered (flooding)."""
    memory = machine.memory
    machine.out.append(Chime(name="floor"))
    memory.both_at_once += 1
    if memory.both_at_once >= MOST_AT_ONCE:
        memory.both_at_once = 0
        memory.interlude = Interlude("break_offer")
        machine.say(machine.always.break_offer)
        return machine.listen_aside(Kind.YES_NO, None)
    machine.say(machine.always.one_at_a_time, machine.asked(machine.node) or machine.facts.first)
    return machine.listen(now)


def start(machine: Machine, caller: PartnerId | None) -> list[Action]:
    """Ask the one who called for a break when to come back."""
    machine.memory.interlude = Interlude("break_ask", caller=caller)
    machine.say(machine.always.break_ask)
    return machine.listen_aside(Kind.TIME, None)


def offered(machine: Machine, turn: Turn) -> list[Action]:
    """Take the answer to an offered break; without a yes the question is put again."""
    if turn.meaning.yes_no == "yes":
        return start(machine, turn.speaker)
    machine.memory.interlude = None
    return machine.ask(turn.now)


def pause(machine: Machine, now: datetime) -> list[Action]:
    """Wait until somebody says resume.  A break goes on as it is: it has its own time."""
    before = machine.memory.interlude
    if before is not None and before.kind == "break":
        return wait(machine, until(before, now))
    pausing = Interlude("pause", since=now.isoformat())
    if before is not None and crisis.is_open(before):
        pausing.under, pausing.speaker = crisis.CHECK, before.speaker
    machine.memory.interlude = pausing
    machine.say(machine.always.pause)
    return wait_paused(machine, now)


def call_back(machine: Machine, interlude: Interlude) -> list[Action]:
    """Call the two back (S23)."""
    interlude.kind = "break_back"
    machine.say(machine.always.break_back)
    return machine.listen_aside(Kind.YES_NO, None)


def paused(machine: Machine, meaning: Meaning, now: datetime) -> list[Action]:
    interlude = machine.memory.interlude
    if meaning.command != "resume":
        return wait_paused(machine, now)
    if interlude is not None and interlude.since and machine.memory.began:
        # The pause is not the evening's own time.
        length = now - datetime.fromisoformat(interlude.since)
        began = datetime.fromisoformat(machine.memory.began) + length
        machine.memory.began = began.isoformat()
    if interlude is not None and crisis.is_open(interlude):
        return crisis.ask(machine, interlude.speaker)
    machine.memory.interlude = None
    machine.say(machine.always.resumed)
    return machine.ask(now)


def in_break(machine: Machine, meaning: Meaning, now: datetime) -> list[Action]:
    """Hear what is said in a break: only a wish to go on ends it early."""
    interlude = machine.memory.interlude
    assert interlude is not None  # noqa: S101
    if meaning.command == "resume":
        return call_back(machine, interlude)
    return wait(machine, until(interlude, now))


def break_time(machine: Machine, turn: Turn) -> list[Action]:
    interlude, now = machine.memory.interlude, turn.now
    assert interlude is not None  # noqa: S101
    named = turn.meaning.time
    when = when_of(named, now) if named else None
    margin = timedelta(seconds=30)
    if when is None or not now + SHORTEST - margin <= when <= now + LONGEST + margin:
        interlude.step += 1
        if interlude.step >= 2:
            return set_break(machine, into_break(when, now), now)
        machine.say(machine.always.break_again)
        return machine.listen_aside(Kind.TIME, None)
    interlude.until = into_break(when, now).isoformat()
    interlude.kind, interlude.step = "break_other", 0
    caller = interlude.caller
    partner: PartnerId | None = None if caller is None else "a" if caller == "a" else "b"
    machine.say(machine.always.break_other, partner or machine.facts.first,
                back_at=spoken_time(into_break(when, now), now))  # fmt: skip
    return machine.listen_aside(Kind.TIME, other(partner) if partner else None)


def break_counter(machine: Machine, turn: Turn) -> list[Action]:
    """The other agrees, or counters once."""
    interlude, now = machine.memory.interlude, turn.now
    assert interlude is not None  # noqa: S101
    named = turn.meaning.time
    counter = when_of(named, now) if named else None
    if counter is not None:
        return set_break(machine, into_break(counter, now), now)
    if turn.meaning.yes_no == "no" and interlude.step == 0:
        interlude.step = 1
        machine.say(machine.always.break_again)
        return machine.listen_aside(Kind.TIME, None)
    return set_break(machine, until(interlude, now), now)


def set_break(machine: Machine, until: datetime, now: datetime) -> list[Action]:
    machine.memory.breaks += 1
    machine.memory.interlude = Interlude("break", until=until.isoformat())
    machine.say(machine.always.break_set, back_at=spoken_time(until, now))
    machine.say(machine.always.break_soothe)
    return wait(machine, until)


def wait(machine: Machine, until: datetime, *, pause: bool = False) -> list[Action]:
    machine.out.append(Wait(beat=machine.position.beat, until=until, pause=pause))
    return machine.out


def wait_paused(machine: Machine, now: datetime) -> list[Action]:
    pausing = machine.memory.interlude
    since = pausing.since if pausing is not None else None
    began = datetime.fromisoformat(since) if since else now
    return wait(machine, began + PAUSE_ENDS, pause=True)


def until(interlude: Interlude, now: datetime) -> datetime:
    return datetime.fromisoformat(interlude.until) if interlude.until else now + SHORTEST


def break_back(machine: Machine, meaning: Meaning, now: datetime) -> list[Action]:
    if meaning.yes_no == "yes" or meaning.command == "resume":
        machine.memory.interlude = None
        machine.memory.began = now.isoformat()  # the break is not the evening's own time
        machine.say(machine.always.resumed)
        return machine.ask(now)
    if machine.memory.breaks < 2:
        machine.memory.interlude = Interlude("break_ask")
        machine.say(machine.always.break_again)
        return machine.listen_aside(Kind.TIME, None)
    machine.say((*machine.always.break_tomorrow, *machine.always.break_end))
    return machine.finish("stopped")
