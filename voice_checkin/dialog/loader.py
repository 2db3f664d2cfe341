"""YAML read strictly, with the place of everything in it.  Pure: text in, data out.

Only ``true``/``false``, decimal numbers and null are typed; all else stays text, so ``yes``,
``21:30`` and ``010`` are what a person wrote.  A repeated key is a fault, as are tags and aliases.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml

MAX_BYTES = 256 * 1024
MAX_DEPTH = 20
MAX_EVENTS_DEPTH = 50
"""Of opened lists and maps, before a tree is made of them: libyaml's own recursion ends a program
that it goes too deep for."""
_INT = re.compile(r"-?(0|[1-9][0-9]*)\Z")
_FLOAT = re.compile(r"-?(0|[1-9][0-9]*)\.[0-9]+\Z")
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in a file, at a line and column that count from 1."""

    file: str
    line: int
    column: int
    code: str
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column} {self.code} {self.text}"


@dataclass(slots=True)
class Document:
    """Plain data and the position of every node by its path."""

    file: str
    data: object = None
    places: dict[Path, tuple[int, int]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def fault(self, path: Path, code: str, text: str) -> None:
        """Add a fault at ``path``, or at its nearest parent that is in the file."""
        while path and path not in self.places:
            path = path[:-1]
        line, column = self.places.get(path, (1, 1))
        self.faults.append(Fault(self.file, line, column, code, text))


def load(text: str, file: str) -> Document:
    """Parse one YAML document; faults are collected in it, never raised."""
    document = Document(file)
    if len(text.encode("utf-8", "replace")) > MAX_BYTES:
        document.faults.append(
            Fault(file, 1, 1, "D90", f"the file is larger than {MAX_BYTES // 1024} KiB")
        )
        return document
    try:
        if place := too_deep(text):
            document.faults.append(
                Fault(file, *place, "D92", f"nested deeper than {MAX_DEPTH} levels")
            )
            return document
        node = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        problem = error.problem or "cannot be read"
        document.faults.append(Fault(file, line, column, "D91", f"not valid YAML: {problem}"))
        return document
    except (yaml.YAMLError, ValueError, RecursionError):
        document.faults.append(Fault(file, 1, 1, "D91", "not valid YAML"))
        return document
    if node is not None:
        document.data = _build(node, (), document, {})
    return document


def too_deep(text: str) -> tuple[int, int] | None:
    """Return the line and column where lists and maps stand too deep in each other to be read.

    Raises what reading YAML raises.
    """
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_EVENTS_DEPTH:
                mark = event.start_mark
                return (mark.line + 1, mark.column + 1) if mark else (1, 1)
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
    return None


def _build(node: yaml.Node, path: Path, document: Document, seen: dict[int, bool]) -> object:
    document.places[path] = (node.start_mark.line + 1, node.start_mark.column + 1)
    if len(path) > MAX_DEPTH:
        document.fault(path, "D92", f"nested deeper than {MAX_DEPTH} levels")
        return None
    if id(node) in seen:
        document.fault(path, "D92", "aliases are not allowed; write it out")
        return None
    seen[id(node)] = True
    if not node.tag.startswith("tag:yaml.org,2002:"):
        document.fault(path, "D92", f"the tag {node.tag} is not allowed")
        return None
    if isinstance(node, yaml.MappingNode):
        return dict(_pairs(node, path, document, seen))
    if isinstance(node, yaml.SequenceNode):
        return [
            _build(item, (*path, index), document, seen) for index, item in enumerate(node.value)
        ]
    return _scalar(node)


def _pairs(
    node: yaml.MappingNode, path: Path, document: Document, seen: dict[int, bool]
) -> Iterator[tuple[str, object]]:
    lines: dict[str, int] = {}
    for key_node, value_node in node.value:
        if not isinstance(key_node, yaml.ScalarNode):
            document.fault(path, "D92", "a list or a map cannot be a key")
            continue
        key = str(key_node.value)
        if key in lines:
            document.places[(*path, key)] = (
                key_node.start_mark.line + 1,
                key_node.start_mark.column + 1,
            )
            document.fault((*path, key), "D93", f"'{key}' stands twice, first on line {lines[key]}")
            continue
        lines[key] = key_node.start_mark.line + 1
        value = _build(value_node, (*path, key), document, seen)
        if value in (None, [], {}) or not isinstance(value, dict | list):
            document.places[(*path, key)] = (
                key_node.start_mark.line + 1,
                key_node.start_mark.column + 1,
            )
        yield key, value


def _scalar(node: yaml.Node) -> object:
    text = str(node.value)
    if getattr(node, "style", None):  # quoted or block: text as it stands
        return text
    if text in ("true", "false"):
        return text == "true"
    if text in ("", "null", "~"):
        return None
    if _INT.match(text) and len(text) < 12:
        return int(text)
    if _FLOAT.match(text) and len(text) < 20:
        return float(text)
    return text
