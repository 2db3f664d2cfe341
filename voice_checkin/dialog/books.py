"""What an answer leaves behind: slots for later lines, and records for the journal."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from voice_checkin.dialog.actions import Keep, Record
from voice_checkin.dialog.compile import trigger
from voice_checkin.dialog.conditions import holds
from voice_checkin.dialog.lines import clip, spoken_number, spoken_time
from voice_checkin.dialog.schema import Beat, KeepEntry, Result
from voice_checkin.dialog.times import when_of
from voice_checkin.understanding.meaning import Meaning
from voice_checkin.words import PartnerId, other

_BEFORE_NAME = re.compile(
    r"^((um|uh|well|hi|hello|oh|yes|so)[, ]+)*((my|the) (first )?name('s| is)|i'?m|i am|it'?s|"
    r"it is|call me|this is|they call me|just)[: ]+",
    re.IGNORECASE,
)

BY = "by"
"""Where the machine remembers by when a promise is due, beside the slots that scripts name."""

if TYPE_CHECKING:
    from voice_checkin.dialog.machine import Machine


def apply_results(
    machine: Machine, results: tuple[Result, ...], meaning: Meaning | None, now: datetime
) -> bool:
    """Take the first result that holds: remember, keep, say, and move; False where none does."""
    scene = machine.scene(now, meaning)
    node = machine.node
    for index, result in enumerate(results):
        if not holds(result.when, scene):
            continue
        partner = machine.asked(node)
        attempts = machine.memory.visits.get(node.key, 0)
        if result.then == "again" and attempts > node.beat.retries + 1:
            # Asked for it often enough: say that it is left, not the request that nobody hears out.
            machine.say((node.beat.leave,) if node.beat.leave else machine.always.leave)
            machine.go("lost")
            return True
        for slot, source in result.remember.items():
            remember(machine, slot, source, meaning, partner, now)
        if result.claim is not None and partner is not None:
            machine.memory.roles[result.claim] = partner
            other_role = "caused" if result.claim == "hurt" else "hurt"
            machine.memory.roles[other_role] = other(partner)
        if result.light:
            machine.memory.light = True
        _consent(machine, node.beat, meaning, partner)
        for entry in result.keep:
            keep(machine, entry, meaning, now)
        machine.say(result.say, partner)
        machine.go(trigger(index))
        return True
    if meaning is None:
        machine.go("next")
        return True
    return False


def _consent(
    machine: Machine, beat: Beat, meaning: Meaning | None, partner: PartnerId | None
) -> None:
    yes = meaning is not None and meaning.yes_no == "yes"
    if beat.beat == "consent" and yes and partner and partner not in machine.memory.consented:
        machine.memory.consented.append(partner)


def remember(machine: Machine, slot: str, source: str, meaning: Meaning | None,
              partner: PartnerId | None, now: datetime) -> None:  # fmt: skip
    if meaning is None:
        return
    text = ""
    match source:
        case "text":
            text = clip(meaning.text)
        case "name":
            text = first_name(meaning.text)
        case "feeling":
            text = meaning.feelings[0] if meaning.feelings else ""
        case "scale" if meaning.scale is not None:
            text = spoken_number(meaning.scale)
            beat = machine.node.beat.beat
            machine.memory.scores.setdefault(beat, {})[partner or ""] = meaning.scale
        case "promise" if meaning.promise is not None:
            text = clip(meaning.promise.what or meaning.text)
        case "time" if meaning.time is not None:
            when = when_of(meaning.time, now)
            text = spoken_time(when, now) if when else ""
    if text:
        machine.memory.slots.setdefault(slot, {})[partner or ""] = text
    if slot == "promise":
        by = meaning.promise.by if meaning.promise else None
        machine.memory.slots.setdefault(BY, {})[partner or ""] = by or ""


def first_name(text: str) -> str:
    """Return the name in "my name is Ana", "I'm Ana", "Ana, please"."""
    plain = _BEFORE_NAME.sub("", text.strip().strip(".!,?"))
    found = plain.split()
    return found[0].strip(".,!?").capitalize() if found else ""


def keep(machine: Machine, entry: KeepEntry, meaning: Meaning | None, now: datetime) -> None:
    partner = _owner(machine, entry)
    record = Record(kind=entry.kind, partner=partner, name=entry.name)
    if entry.text == "heard" and meaning is not None:
        record = replace(record, text=" ".join(meaning.text.split()[:6]).strip(" ."))
    elif entry.text is not None and entry.text != "heard":
        record = replace(record, text=machine.recall(entry.text, partner))
    if entry.text is not None and not record.text:
        return  # never one partner's words under the other's name
    match entry.kind:
        case "parked":
            machine.memory.parked = True
        case "number":
            if meaning is None or meaning.scale is None:
                return
            record = replace(record, value=meaning.scale)
        case "booking":
            due = when_of(meaning.time, now) if meaning and meaning.time else None
            if due is None:
                return
            record = replace(record, due=due)
        case "promise":
            by = meaning.promise.by if meaning and meaning.promise else None
            record = replace(record, by=by or machine.recall(BY, partner))
        case "outcome":
            due_one = next((p for p in machine.facts.due_promises if p.maker == partner), None)
            if due_one is None or meaning is None:
                return
            share = {"done": 1.0, "partly": 0.5}.get(meaning.choice or "", 0.0)
            record = replace(record, name=due_one.id, value=share)
        case "agreement" | "done":
            pass
    machine.memory.kept += 1
    machine.out.append(Keep(record=record))


def _owner(machine: Machine, entry: KeepEntry) -> PartnerId | None:
    asked = machine.asked(machine.node)
    match entry.of:
        case "partner":
            return asked
        case "other":
            return other(asked) if asked else None
        case "none":
            return None
        case role:
            who = machine.memory.roles.get(role)
            return ("a" if who == "a" else "b") if who else None
