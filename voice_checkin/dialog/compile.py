"""Unrolls a script into nodes, one for each beat and each partner who is asked.  Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from voice_checkin.dialog.schema import Beat, Group, ScriptModel

END = "end."


@dataclass(frozen=True, slots=True)
class Node:
    """A beat as one partner meets it.

    ``turn`` is 0 for the one who is first tonight, 1 for the second, None where the beat does not
    go round.  ``follows`` is the node that comes after it.
    """

    key: str
    beat: Beat
    turn: int | None
    follows: str
    scope: tuple[tuple[str, str], ...]
    """Beat names that mean a node of the same round."""
    step: str = ""
    """The mutual step that it is part of; empty where the floor is not shared."""

    def target(self, name: str | None, entry: dict[str, str]) -> str:
        """Resolve a beat name, or None for "on", to a node key."""
        if name is None or name == "next":
            return self.follows
        if name == "again":
            return self.key
        if name.startswith(END):
            return name
        return dict(self.scope).get(name) or entry.get(name, name)


@dataclass(frozen=True, slots=True)
class Compiled:
    """A script ready to walk: nodes by key, in order, and where each beat name leads."""

    model: ScriptModel
    nodes: dict[str, Node]
    entry: dict[str, str]
    first: str

    def keeps(self, name: str) -> bool:
        """Tell whether some beat keeps a record called ``name``."""
        return any(
            entry.name == name
            for node in self.nodes.values()
            for result in (*node.beat.results, *(node.beat.decide or ()))
            for entry in result.keep
        )

    def edges(self) -> Iterator[tuple[str, str, str]]:
        """Yield (source key, trigger, destination key), each once."""
        for node in self.nodes.values():
            yield from self.edges_of(node)

    def edges_of(self, node: Node) -> Iterator[tuple[str, str, str]]:
        """Yield the edges that leave one node."""
        yield from dict.fromkeys(_edges(node, self.entry))


def trigger(index: int) -> str:
    """Name the trigger of a beat's result."""
    return f"result_{index}"


def compile_script(model: ScriptModel) -> Compiled:
    """Lay the beats out one after another."""
    plan: list[tuple[str, Beat, int | None, tuple[tuple[str, str], ...], str]] = []
    for entry in model.beats:
        match entry:
            case Group():
                for round_ in (0, 1):
                    scope = tuple((b.beat, f"{b.beat}.{round_ + 1}") for b in entry.beats)
                    step = entry.each if entry.mutual else ""
                    plan += [
                        (f"{b.beat}.{round_ + 1}", b, round_, scope, step) for b in entry.beats
                    ]
            case Beat(ask="each"):
                step = entry.beat if entry.mutual else ""
                plan += [(f"{entry.beat}.{n + 1}", entry, n, (), step) for n in (0, 1)]
            case Beat():
                plan.append((entry.beat, entry, None, (), ""))
    nodes: dict[str, Node] = {}
    entries: dict[str, str] = {}
    for key, beat, *_ in plan:
        entries.setdefault(beat.beat, key)
    for index, (key, beat, turn, scope, step) in enumerate(plan):
        follows = plan[index + 1][0] if index + 1 < len(plan) else f"{END}completed"
        last_round = turn is None or turn == 1 or beat.ask != "each"
        if beat.then is not None and last_round:
            follows = dict(scope).get(beat.then) or (
                beat.then if beat.then.startswith(END) else entries.get(beat.then, beat.then)
            )
        nodes[key] = Node(key, beat, turn, follows, scope, step)
    return Compiled(model, nodes, entries, plan[0][0])


def _edges(node: Node, entry: dict[str, str]) -> Iterator[tuple[str, str, str]]:
    beat = node.beat
    yield node.key, "next", node.follows
    for index, result in enumerate(beat.results or beat.decide or ()):
        yield node.key, trigger(index), node.target(result.then, entry)
    if beat.ask is not None:
        yield node.key, "refused", node.target(beat.if_refused, entry)
        yield node.key, "silent", node.target(beat.if_silent, entry)
        yield node.key, "lost", node.target(beat.if_lost or beat.if_silent, entry)
