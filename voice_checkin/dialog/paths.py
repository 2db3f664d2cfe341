"""What must hold on every path through a script: rounds end, and every placeholder has a value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from voice_checkin.dialog.compile import END, Compiled, Node, trigger
from voice_checkin.dialog.lines import placeholders
from voice_checkin.dialog.loader import Document, Path
from voice_checkin.dialog.schema import Beat, Line, Result, When

ROLES = frozenset({"hurt", "caused"})
SLOTS = frozenset({
    "event", "feeling", "score", "promise", "time", "wish", "word", "answer", "understood",
}) | ROLES  # fmt: skip
"""Placeholders that are filled only once something was said."""
BOUND = frozenset({"partner", "other"})
"""Placeholders that are filled only where one of the two is asked."""

Edge = tuple[str, str, Result | None]


def check_paths(script: Compiled, places: Mapping[str, Path], document: Document) -> None:
    """Add D08 and D21 faults; the script's names and graph are in order already."""
    edges = list(_edges(script))
    for key in _endless(script, edges):
        beat = script.nodes[key].beat.beat
        document.fault(
            (*places[beat], "beat"), "D08",
            f"{beat} is in a round that `visits_at_least` does not end",
        )  # fmt: skip
    known = _known(script, edges)
    for key, node in script.nodes.items():
        for path, line, slots in _spoken(node.beat, known[key]):
            for text in line.say:
                for name in placeholders(text):
                    lost = name in SLOTS and name not in slots
                    if lost or (name in BOUND and not _asks_one(node)):
                        document.fault(
                            (*places[node.beat.beat], *path), "D21",
                            f"line {line.id}: {{{name}}} has no value on some path to it",
                        )  # fmt: skip


def _asks_one(node: Node) -> bool:
    return node.beat.ask not in (None, "either")


def _edges(script: Compiled) -> Iterator[Edge]:
    for node in script.nodes.values():
        results = dict(enumerate(node.beat.results or node.beat.decide or ()))
        by_trigger = {trigger(index): result for index, result in results.items()}
        # A decision whose last result holds always never just goes on.
        decided = node.beat.decide and node.beat.decide[-1].when is None
        for source, name, dest in script.edges_of(node):
            stays = decided or (results and node.beat.ask is not None)
            if name == "next" and stays and node.beat.only_if is None:
                continue
            yield source, dest, by_trigger.get(name)


def _endless(script: Compiled, edges: list[Edge]) -> list[str]:
    """Return the nodes that people can come back to for ever."""
    free: dict[str, set[str]] = {key: set() for key in script.nodes}
    for source, dest, result in edges:
        again = dest == source  # `again` is counted by `retries`
        if dest in free and not again and not _is_counted(script.nodes[source].beat, result):
            free[source].add(dest)
    return [key for key in free if _reaches(free, key, key)]


def _is_counted(beat: Beat, result: Result | None) -> bool:
    """Tell whether an earlier result ends the round after some visits."""
    results = beat.results or beat.decide or ()
    if result is None:
        return False
    for earlier in results[: results.index(result)]:
        when = earlier.when
        if when is not None and when.visits_at_least is not None and _covers(when, result.when):
            return True
    return False


def _covers(wide: When, narrow: When | None) -> bool:
    """Tell whether ``wide``, its visits left out, holds wherever ``narrow`` does."""
    for name in wide.model_fields_set - {"visits_at_least"}:
        wanted, given = getattr(wide, name), getattr(narrow, name, None)
        if wanted is None:
            continue
        if isinstance(wanted, tuple):
            if given is None or not set(given) <= set(wanted):
                return False
        elif wanted != given:
            return False
    return True


def _reaches(graph: Mapping[str, set[str]], start: str, goal: str) -> bool:
    seen: set[str] = set()
    todo = list(graph[start])
    while todo:
        key = todo.pop()
        if key == goal:
            return True
        if key not in seen:
            seen.add(key)
            todo += graph[key]
    return False


def _known(script: Compiled, edges: list[Edge]) -> dict[str, frozenset[str]]:
    """Return for each node what was surely said on every path to it."""
    known: dict[str, frozenset[str] | None] = dict.fromkeys(script.nodes)
    known[script.first] = frozenset()
    over = script.model.ends.over
    if over is not None:  # reached from anywhere when the time is up
        known[script.entry[over]] = frozenset()
    changed = True
    while changed:
        changed = False
        for source, dest, result in edges:
            before = known[source]
            if before is None or dest.startswith(END):
                continue
            after = before | _said(result)
            met = known[dest]
            now = after if met is None else met & after
            if now != met:
                known[dest], changed = now, True
    return {key: slots or frozenset() for key, slots in known.items()}


def _said(result: Result | None) -> frozenset[str]:
    if result is None:
        return frozenset()
    remembered = frozenset(str(slot) for slot in result.remember)
    given = _given(result.when)
    return remembered | given | (ROLES if result.claim else frozenset())


def _given(when: When | None) -> frozenset[str]:
    """Return the slots that a condition itself makes sure of."""
    named = (when.remembered, when.partner_said, when.both_said) if when is not None else ()
    return frozenset(str(slot) for slot in named if slot is not None)


def _spoken(beat: Beat, known: frozenset[str]) -> Iterator[tuple[Path, Line, frozenset[str]]]:
    slots = known | _given(beat.only_if)
    for index, line in enumerate(beat.tell or ()):
        yield ("tell", index), line, slots
    for name in ("line", "leave", "help"):
        line = getattr(beat, name)
        if line is not None:
            yield (name,), line, slots
    for index, line in enumerate(beat.again):
        yield ("again", index), line, slots
    for kind in ("results", "decide"):
        for number, result in enumerate(getattr(beat, kind) or ()):
            for index, line in enumerate(result.say):
                yield (kind, number, "say", index), line, slots | _said(result)
