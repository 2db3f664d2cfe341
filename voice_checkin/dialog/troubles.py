"""What the couple hears when the machine under the conversation fails: kind, short, no jargon.

What to do about it is a matter for the terminal, never for these lines.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from voice_checkin.dialog import interludes
from voice_checkin.dialog.actions import Action, End, Listen, Say
from voice_checkin.dialog.always import Lines

if TYPE_CHECKING:
    from voice_checkin.dialog.machine import Machine


def lines(machine: Machine, said: Lines) -> list[Action]:
    """Return lines to go into a batch."""
    before, machine.out = machine.out, []
    machine.say(said)
    found, machine.out = machine.out, before
    return found


def in_use(machine: Machine) -> list[Action]:
    """Leave it to the evening that is already being held."""
    machine.say(machine.always.in_use)
    return machine.finish("stopped")


def told(machine: Machine, batch: list[Action]) -> list[Action]:
    """Say before the first question that nothing is kept tonight: consent should know it."""
    if machine.facts.keeping != "absent" or not isinstance(batch[-1], Listen):
        return batch
    questions = [place for place, action in enumerate(batch) if isinstance(action, Say)]
    place = questions[-1] if questions else 0
    return [*batch[:place], *lines(machine, machine.always.not_kept_tonight), *batch[place:]]


def keeping(machine: Machine, batch: list[Action], *, failed: bool, known: bool) -> Lines | None:
    """Return what to say of keeping before a batch; None where it is no moment for it.

    Nothing goes before a safety line, a stop or the cover phrase's ordinary sentence.
    ``known``: the couple has heard that nothing can be kept.
    """
    end = next((action for action in batch if isinstance(action, End)), None)
    protected = any(isinstance(action, Say) and action.protected for action in batch)
    if protected or (end is not None and end.reason != "completed"):
        return None
    always = machine.always
    if failed and end is not None:
        return always.not_all_kept
    if failed != known:
        return always.cannot_keep if failed else always.keeps_again
    return None


def not_forgotten(machine: Machine, batch: list[Action]) -> list[Action]:
    """Replace the lines that say something was deleted by one that says it was not."""
    always = machine.always
    wrong = {line.id for line in (*always.forgotten, *always.voices_forgotten)}
    places = [n for n, a in enumerate(batch) if isinstance(a, Say) and a.line_id in wrong]
    rest = [action for n, action in enumerate(batch) if n not in places]
    place = places[0] if places else 0
    return [*rest[:place], *lines(machine, always.cannot_forget), *rest[place:]]


def ask_again(machine: Machine, now: datetime) -> list[Action]:
    """What was said got lost in the machine: own up to it, and put the question again."""
    machine.out = []
    if machine.memory.done:
        return machine.finish("stopped")
    machine.say(machine.always.my_mistake)
    return interludes.again(machine, now)


def cannot_go_on(machine: Machine) -> list[Action]:
    """Deaf for good: say so, and leave the evening to be taken up later."""
    said = lines(machine, machine.always.cannot_go_on)
    return [*said, End(reason="stopped")]
