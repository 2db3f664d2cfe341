"""How a turn stands to the other: it chooses the next line and is never spoken as a label.

The first rule that fits decides, in the order of the data.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from voice_checkin.understanding.patterns import Rule
from voice_checkin.understanding.phrases import Tokens
from voice_checkin.words import Stance

_LONGEST = 120
"""Tokens of a turn that are looked at: its first half and its last."""


@dataclass(frozen=True, slots=True)
class StanceWords:
    """Data of ``dialogs/understanding/stance.yaml``: rules in order, first match decides."""

    rules: tuple[Rule, ...]


def stance_of(said: Tokens, words: StanceWords) -> tuple[Stance, str] | None:
    """Return the stance and the rule that decided it, or None for talk that takes none."""
    if not said:
        return None
    if len(said) > _LONGEST:
        said = said[: _LONGEST // 2] + said[-_LONGEST // 2 :]
    text = " ".join(said)
    for rule in words.rules:
        if rule.pattern.search(text):
            return cast(Stance, rule.kind), rule.name
    return None
