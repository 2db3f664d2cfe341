"""Every place in every conversation where somebody can speak, reached in a moment."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

from tests.dialog.conversation import EVENING, NAMES, US, Conversation, always_lines, script_of
from voice_checkin.dialog import balance
from voice_checkin.dialog.facts import DuePromise, Facts, Turn
from voice_checkin.dialog.machine import Machine
from voice_checkin.dialog.memory import Interlude, Memory
from voice_checkin.scripts import script_names
from voice_checkin.understanding.meaning import Meaning, TimeAnswer

HELD = Facts(
    names=NAMES,
    help_lines=US,
    completed=dict.fromkeys(script_names(), EVENING - timedelta(days=1)),
    due_promises=(
        DuePromise(id="p-a", maker="a", text="make tea"),
        DuePromise(id="p-b", maker="b", text="call at noon"),
    ),
)
SLOTS = ("event", "feeling", "score", "promise", "time", "wish", "word", "answer", "understood")


_MACHINES: dict[str, Machine] = {}
"""One of each script: to build its graph takes longer than to hold a turn."""


def at(name: str, key: str, facts: Facts = HELD) -> Conversation:
    """Put a conversation at one of its questions, with both agreed and all before it said.

    The conversation that was put there before, of the same script, is over with this.
    """
    if name not in _MACHINES:
        _MACHINES[name] = Machine(script_of(name), always_lines(), facts)
    machine = _MACHINES[name]
    machine.facts, machine.memory = facts, Memory(state=script_of(name).first)
    machine.jump(machine.memory.state)
    talk = Conversation(name, facts, machine=machine)
    memory = machine.memory
    memory.consented = ["a", "b"]
    memory.roles = {"hurt": "a", "caused": "b"}
    memory.slots = {slot: {"a": "tea", "b": "rain", "": "snow"} for slot in SLOTS}
    memory.history = [key]
    talk.actions = []
    talk.machine.out = []
    talk.machine.jump(key)
    talk.take(talk.machine.ask(talk.now))
    return talk


def questions(facts: Facts = HELD) -> Iterator[tuple[str, Conversation]]:
    """Yield every question of every script, as each of the two meets it."""
    for name in script_names():
        for key, node in script_of(name).nodes.items():
            if node.beat.ask is not None:
                yield f"{name}:{key}", at(name, key, facts)


def _break(talk: Conversation, *, counter: bool = False) -> None:
    talk.command("time_out")
    talk.hear("in half an hour", time=TimeAnswer(minutes=30))
    if not counter:
        talk.yes()


def _woken(talk: Conversation) -> None:
    _break(talk)
    talk.now += timedelta(minutes=31)
    talk.take(talk.machine.wake(talk.now))


def _forget(talk: Conversation) -> None:
    talk.command("forget")
    talk.hear("tonight", choice="tonight")


def _over_each_other(talk: Conversation) -> None:
    for _ in range(2):
        talk.take(talk.machine.both_spoke(talk.now))


def _unsure_who(talk: Conversation) -> None:
    meaning = Meaning(text="yes", yes_no="yes")
    talk.take(talk.machine.hear(Turn(meaning=meaning, now=talk.now, speaker=None)))


def _offered_a_turn(talk: Conversation) -> None:
    talk.machine.memory.interlude = Interlude(balance.OFFER, speaker="b")
    talk.machine.memory.step = "before"
    talk.machine.out = []
    talk.take(balance.ask(talk.machine))


ASIDES: dict[str, Callable[[Conversation], object]] = {
    "a pause": lambda talk: talk.command("pause"),
    "the question for a return time": lambda talk: talk.command("time_out"),
    "the other's answer to it": lambda talk: _break(talk, counter=True),
    "a break": _break,
    "the call back": _woken,
    "an offered break": _over_each_other,
    "forget what": lambda talk: talk.command("forget"),
    "forget for sure": _forget,
    "who was that": _unsure_who,
    "an offered turn": _offered_a_turn,
    "a read-back": lambda talk: talk.yes(confidence=0.2),
}
MATTERS = "consent.1"
"""A question of every script that has all of these asides: it matters who speaks, and how sure."""


def asides(facts: Facts = HELD) -> Iterator[tuple[str, Conversation]]:
    """Yield every conversation held aside in every way there is."""
    for name in script_names():
        for aside, lead in ASIDES.items():
            talk = at(name, MATTERS, facts)
            lead(talk)
            yield f"{name}:{aside}", talk


def everywhere(facts: Facts = HELD) -> Iterator[tuple[str, Conversation]]:
    yield from questions(facts)
    yield from asides(facts)
