"""Asking again what matters: who it was, whether it was heard right.  Never guesses (S25)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from voice_checkin.dialog.actions import FLOOR_QUIET_S, Action, Quiet
from voice_checkin.dialog.always import Lines
from voice_checkin.dialog.conditions import words
from voice_checkin.dialog.facts import Turn
from voice_checkin.dialog.lines import clip, spoken_number, spoken_time
from voice_checkin.dialog.memory import Interlude, pack, unpack
from voice_checkin.dialog.times import when_of
from voice_checkin.understanding.meaning import Meaning
from voice_checkin.words import Kind, PartnerId, other

if TYPE_CHECKING:
    from voice_checkin.dialog.machine import Machine

SURE = 0.5
"""Below this confidence, what matters is read back (S25)."""
CONFIRMED = 0.35
"""The confidence from which a yes to a read-back counts."""
MOST_DOUBTS = 2
"""How often one answer is asked for again because it was hardly heard, or nobody knows whose."""
MOST_LEFT = 3
"""Beats left in silence one after another before the assistant says good night."""
MOST_CONTEMPT = 2


def is_unsure(machine: Machine, meaning: Meaning, confidence: float) -> bool:
    """Tell whether what was heard must be read back: it counts, or words of it are kept."""
    beat = machine.node.beat
    kind = beat.expect.kind if beat.expect else Kind.FREE
    keeps = any(entry.text is not None for result in beat.results for entry in result.keep)
    counts = beat.matters or keeps or kind in (Kind.SCALE, Kind.PROMISE, Kind.TIME)
    hardly = confidence < SURE and counts and bool(meaning.text.strip())
    guessed = kind is Kind.TIME and meaning.time is not None and meaning.time.vague
    return meaning.doubtful or meaning.sounded or guessed or hardly


def unanswered(machine: Machine, now: datetime) -> list[Action]:
    """Nobody spoke: wait kindly, ask shorter, then leave it."""
    memory, node = machine.memory, machine.node
    memory.silences += 1
    asked = machine.asked(node)
    if memory.silences == 1:
        always = machine.always
        machine.say(always.take_your_time if asked else always.take_your_time_both, asked)
        return machine.listen(now)
    if memory.silences == 2 and node.beat.again:
        machine.say(node.beat.again[:1], asked)
        return machine.listen(now)
    memory.left_running += 1
    running = memory.left_running
    if running >= MOST_LEFT:
        machine.say(machine.always.gone)
        return machine.finish("left")
    batch = machine.leave("silent", now)
    memory.left_running = running
    return batch


def contempt(machine: Machine, asked: PartnerId | None) -> list[Action] | None:
    """Ask for the same point about oneself; for the second time it is the end of the evening."""
    machine.memory.contempt += 1
    if machine.memory.contempt >= MOST_CONTEMPT:
        return machine.hard_stop()
    machine.out.append(Quiet(seconds=FLOOR_QUIET_S))
    machine.say(machine.always.contempt, asked)
    return None


def who(machine: Machine, turn: Turn) -> list[Action]:
    """Ask who spoke, where it matters and nobody knows."""
    machine.memory.doubts += 1
    if machine.memory.doubts > MOST_DOUBTS:
        return not_kept(machine, turn.now)
    machine.memory.interlude = Interlude("who", meaning=pack(turn.meaning))
    machine.say(machine.always.who)
    return machine.listen_aside(Kind.NAME, None)


def named(machine: Machine, turn: Turn) -> list[Action]:
    """Take the name that was said: the answer counts, goes back, or is asked for again.

    Where no name was heard, the voice that said it will do.
    """
    interlude = machine.memory.interlude
    asked = machine.asked(machine.node)
    assert interlude is not None  # noqa: S101
    assert asked is not None  # noqa: S101 - `who` is only asked where one of the two was
    machine.memory.interlude = None
    partners = (asked, other(asked))
    said = [one for one in partners if _names(turn.meaning.text, machine.name(one))]
    it_was = said[0] if len(said) == 1 else turn.speaker
    if it_was == other(asked):
        machine.say(machine.always.passed_back, asked)
    elif it_was == asked:
        return machine.answer(unpack(interlude.meaning or {}), turn.now)
    else:
        machine.say(machine.always.ask_once_more)
    return machine.ask(turn.now)


def _names(text: str, name: str) -> bool:
    return f" {' '.join(words(name))} " in f" {' '.join(words(text))} "


def doubt(machine: Machine, turn: Turn) -> list[Action]:
    """Words that matter and are not sure: read back once, then ask once more, never guess."""
    memory = machine.memory
    memory.doubts += 1
    if memory.doubts > MOST_DOUBTS:
        return not_kept(machine, turn.now)
    if turn.meaning.doubtful:
        machine.say(machine.always.ask_once_more)
        return machine.ask(turn.now)
    memory.interlude = Interlude("readback", meaning=pack(turn.meaning), speaker=turn.speaker)
    return say_readback(machine, turn.meaning, turn.now)


def say_readback(machine: Machine, meaning: Meaning, now: datetime) -> list[Action]:
    always, asked = machine.always, machine.asked(machine.node)
    expect = machine.node.beat.expect
    kind = expect.kind if expect else Kind.FREE
    lines: Lines = always.readback_words
    heard, at = clip(meaning.text.strip(" .")), ""
    if kind is Kind.SCALE and meaning.scale is not None:
        lines, heard = always.readback_score, spoken_number(meaning.scale)
    elif kind is Kind.YES_NO and meaning.yes_no is not None:
        lines, heard = always.readback_answer, f"a {meaning.yes_no}"
    elif kind is Kind.TIME and meaning.time is not None:
        when = when_of(meaning.time, now)
        lines, at = always.readback_time, spoken_time(when, now) if when else ""
    elif kind in (Kind.SCALE, Kind.YES_NO, Kind.TIME, Kind.CHOICE):
        machine.memory.interlude = None
        return machine.miss(now)
    machine.say(lines, asked, heard=heard, back_at=at)
    return machine.listen_aside(Kind.YES_NO, asked)


def readback(machine: Machine, turn: Turn) -> list[Action]:
    interlude = machine.memory.interlude
    assert interlude is not None  # noqa: S101
    machine.memory.interlude = None
    if turn.meaning.yes_no == "yes" and turn.confidence >= CONFIRMED:
        return machine.answer(unpack(interlude.meaning or {}), turn.now)
    if turn.meaning.command == "skip":
        return machine.leave("refused", turn.now)
    return unconfirmed(machine, turn.now)


def unconfirmed(machine: Machine, now: datetime) -> list[Action]:
    """Put the question once more, after a no to what was read back or no answer at all."""
    machine.memory.interlude = None
    if machine.memory.doubts < MOST_DOUBTS:
        machine.say(machine.always.ask_once_more)
        return machine.ask(now)
    return not_kept(machine, now)


def not_kept(machine: Machine, now: datetime) -> list[Action]:
    machine.memory.interlude = None
    machine.memory.doubts = 0
    if machine.node.beat.beat == "consent":
        return machine.leave("lost", now)
    machine.say(machine.always.not_kept)
    return machine.leave("lost", now, quietly=True)
