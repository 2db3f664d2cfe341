"""Who is meant and what is said at a beat: the part of the machine that moves nothing."""

from __future__ import annotations

from datetime import datetime

from voice_checkin.dialog.actions import Action, Listen, Say
from voice_checkin.dialog.always import Always
from voice_checkin.dialog.compile import Compiled, Node
from voice_checkin.dialog.conditions import Scene
from voice_checkin.dialog.facts import Facts
from voice_checkin.dialog.lines import choose, fill
from voice_checkin.dialog.memory import Memory
from voice_checkin.dialog.schema import DEFAULT_PATIENCE, Line
from voice_checkin.understanding.meaning import Meaning
from voice_checkin.words import Expecting, Kind, Option, PartnerId, Patience, other


class Wording:
    """Names, placeholders and lines of one conversation; ``out`` is the batch being built."""

    def __init__(self, script: Compiled, always: Always, facts: Facts) -> None:
        self.script, self.always, self.facts = script, always, facts
        self.memory = Memory(state=script.first, light=facts.light)
        self.out: list[Action] = []

    @property
    def node(self) -> Node:
        return self.script.nodes[self.memory.state]

    def say(self, lines: tuple[Line, ...], partner: PartnerId | None = None,
            **values: str) -> None:  # fmt: skip
        """Add lines, filled."""
        filled = {**self.values(partner), **values}
        for line in lines:
            text = fill(choose(line, self.facts.night), filled)
            said = Say(line_id=line.id, text=text, to=partner, protected=line.protected)
            self.out.append(said)

    def name(self, partner: PartnerId) -> str:
        known = self.facts.names.get(partner)
        if known:
            return known
        one = partner == self.facts.first
        return self.always.partner_one if one else self.always.partner_two

    def values(self, partner: PartnerId | None) -> dict[str, str]:
        """Return what placeholders stand for, as ``partner`` is spoken to."""
        first = self.facts.first
        values = {
            "first": self.name(first),
            "second": self.name(other(first)),
            "partner": self.name(partner) if partner else "",
            "other": self.name(other(partner)) if partner else "",
            **self.facts.help_lines,
        }
        for role, who in self.memory.roles.items():
            values[role] = self.name("a" if who == "a" else "b")
        for slot, by_partner in self.memory.slots.items():
            own = by_partner.get(partner or "")
            values[slot] = own if own is not None else next(reversed(by_partner.values()), "")
        due = next((p for p in self.facts.due_promises if p.maker == partner), None)
        values["due_promise"] = due.text if due else ""
        return values

    def recall(self, slot: str, partner: PartnerId | None) -> str:
        """Return what was remembered of ``partner``, or of the two together; else nothing."""
        by_partner = self.memory.slots.get(slot, {})
        if partner is None:
            return next(reversed(by_partner.values()), "")
        return by_partner.get(partner) or by_partner.get("", "")

    def listen_for(self, node: Node) -> Listen:
        """Return the wait for an answer at a beat that asks."""
        beat = node.beat
        assert beat.expect is not None  # noqa: S101 - the schema check says so
        start, pause, limit = DEFAULT_PATIENCE[beat.expect.kind]
        given = beat.patience
        options = tuple(Option(name, said) for name, said in beat.expect.options.items())
        return Listen(
            beat=beat.beat,
            partner=self.asked(node),
            expecting=Expecting(kind=beat.expect.kind, options=options),
            patience=Patience(
                start_s=given.start_s or start,
                pause_s=given.pause_s or pause,
                limit_s=given.limit_s or limit,
            ),
            matters=beat.matters,
        )

    def listen_aside(
        self,
        kind: Kind,
        partner: PartnerId | None,
        options: tuple[Option, ...] = (),
        *,
        matters: bool = False,
    ) -> list[Action]:
        """Wait for an answer that is none of the script's."""
        start, pause, limit = DEFAULT_PATIENCE[kind]
        interlude = self.memory.interlude
        self.out.append(
            Listen(
                beat=interlude.kind if interlude else self.node.beat.beat,
                partner=partner,
                expecting=Expecting(kind=kind, options=options),
                patience=Patience(start_s=start, pause_s=pause, limit_s=limit),
                matters=matters,
            )
        )
        return self.out

    def asked(self, node: Node) -> PartnerId | None:
        """Return who a node asks; None for either."""
        first = self.memory.starts.get(node.step, self.facts.first)
        round_one: PartnerId = first if node.turn in (0, None) else other(first)
        roles = self.memory.roles
        match node.beat.ask:
            case "each" | "partner" | "first":
                return round_one
            case "other" | "second":
                return other(round_one)
            case "hurt" | "caused" as role:
                who = roles.get(role)
                return ("a" if who == "a" else "b") if who else None
            case _:
                return None

    def scene(self, now: datetime, meaning: Meaning | None = None) -> Scene:
        node = self.node
        return Scene(self.facts, self.memory, node.key, self.asked(node), now, meaning)
