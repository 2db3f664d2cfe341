"""Named regular expressions over plain words, with groups, compiled once when they are loaded."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


def compiled(pattern: str, groups: Mapping[str, str]) -> re.Pattern[str]:
    """Compile a pattern in which ``<name>`` stands for a group; groups may hold groups."""
    for _ in range(4):
        for name, group in groups.items():
            pattern = pattern.replace(f"<{name}>", group)
    return re.compile(pattern)


@dataclass(frozen=True, slots=True)
class Rule:
    """One pattern, what it says, and the name that ``--why`` shows."""

    kind: str
    name: str
    pattern: re.Pattern[str]


def rules(
    kinds: Mapping[str, Iterable[str]], groups: Mapping[str, str], prefix: str
) -> tuple[Rule, ...]:
    """Compile the patterns of each kind in the order of the file; it is the order of judging."""
    return tuple(
        Rule(kind, f"{prefix}.{kind}.{number}", compiled(pattern, groups))
        for kind, patterns in kinds.items()
        for number, pattern in enumerate(patterns, 1)
    )
