"""Pauses and time-outs: a time is named, the other may counter once, and both are called back.

A break lasts 20 minutes to 24 hours and always has a clock time (S23).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from voice_checkin.dialog.actions import Action, Listen, Wait
from voice_checkin.dialog.conditions import is_plain, words
from voice_checkin.dialog.facts import Turn
from voice_checkin.dialog.lines import spoken_time
from voice_checkin.dialog.memory import Interlude
from voice_checkin.dialog.schema import DEFAULT_PATIENCE
from voice_checkin.dialog.times import LONGEST, SHORTEST, into_break, when_of
from voice_checkin.understanding.meaning import Meaning
from voice_checkin.words import Expecting, Kind, Option, PartnerId, Patience, other

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


def pause(machine: Machine, now: datetime) -> list[Action]:
    """Wait until somebody says resume."""
    machine.memory.interlude = Interlude("pause", since=now.isoformat())
    machine.say(machine.always.pause)
    machine.out.append(Wait(beat=machine.position.beat, until=None))
    return machine.out


def call_back(machine: Machine, interlude: Interlude) -> list[Action]:
    """Call the two back (S23)."""
    interlude.kind = "break_back"
    machine.say(machine.always.break_back)
    return listen_aside(machine, Kind.YES_NO, None)


def paused(machine: Machine, meaning: Meaning, now: datetime) -> list[Action]:
    if meaning.command != "resume":
        machine.out.append(Wait(beat=machine.position.beat, until=None))
        return machine.out
    interlude = machine.memory.interlude
    if interlude is not None and interlude.since and machine.memory.began:
        # The pause is not the evening's own time.
        length = now - datetime.fromisoformat(interlude.since)
        began = datetime.fromisoformat(machine.memory.began) + length
        machine.memory.began = began.isoformat()
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
        return listen_aside(machine, Kind.TIME, None)
    interlude.until = into_break(when, now).isoformat()
    interlude.kind, interlude.step = "break_other", 0
    caller = interlude.caller
    partner: PartnerId | None = None if caller is None else "a" if caller == "a" else "b"
    machine.say(machine.always.break_other, partner or machine.facts.first,
                back_at=spoken_time(into_break(when, now), now))  # fmt: skip
    return listen_aside(machine, Kind.TIME, other(partner) if partner else None)


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
        return listen_aside(machine, Kind.TIME, None)
    return set_break(machine, until(interlude, now), now)


def set_break(machine: Machine, until: datetime, now: datetime) -> list[Action]:
    machine.memory.breaks += 1
    machine.memory.interlude = Interlude("break", until=until.isoformat())
    machine.say(machine.always.break_set, back_at=spoken_time(until, now))
    machine.say(machine.always.break_soothe)
    return wait(machine, until)


def wait(machine: Machine, until: datetime) -> list[Action]:
    machine.out.append(Wait(beat=machine.position.beat, until=until))
    return machine.out


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
        return listen_aside(machine, Kind.TIME, None)
    machine.say((*machine.always.break_tomorrow, *machine.always.break_end))
    return machine.finish("stopped")


def listen_aside(
    machine: Machine,
    kind: Kind,
    partner: PartnerId | None,
    options: tuple[Option, ...] = (),
    *,
    matters: bool = False,
) -> list[Action]:
    """Wait for an answer that is none of the script's."""
    start, pause_s, limit = DEFAULT_PATIENCE[kind]
    interlude = machine.memory.interlude
    machine.out.append(
        Listen(
            beat=interlude.kind if interlude else machine.position.beat,
            partner=partner,
            expecting=Expecting(kind=kind, options=options),
            patience=Patience(start_s=start, pause_s=pause_s, limit_s=limit),
            matters=matters,
        )
    )
    return machine.out
