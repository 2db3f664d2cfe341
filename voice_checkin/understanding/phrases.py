"""Whole-utterance phrases: a table of what can be said, once the polite wrapping is peeled off.

The templates are hassil's; they are expanded when they are loaded, so that a look-up costs
microseconds and a story that merely contains a phrase can't match.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from hassil.parse_expression import parse_sentence
from hassil.sample import sample_expression

from voice_checkin.understanding.normalize import Spelling, tokens

Tokens = tuple[str, ...]

LONGEST = 22
"""Tokens in an utterance that can still be a phrase with its wrapping."""


def expand(template: str) -> Iterable[str]:
    """Write out everything a template takes."""
    return sample_expression(parse_sentence(template).expression)


@dataclass(frozen=True, slots=True)
class Phrases:
    """Phrases with the name each stands for, and wrappers that change nothing."""

    table: Mapping[Tokens, str]
    before: frozenset[Tokens]
    after: frozenset[Tokens]
    longest: int = field(default=LONGEST)

    @classmethod
    def of(
        cls,
        templates: Mapping[str, Sequence[str]],
        before: Iterable[str],
        after: Iterable[str],
        spelling: Spelling,
    ) -> Phrases:
        """Expand templates; a phrase of two names is an error."""
        table: dict[Tokens, str] = {}
        for name, sentences in templates.items():
            for template in sentences:
                for sentence in expand(template):
                    key = tokens(sentence, spelling)
                    if table.setdefault(key, name) != name:
                        raise ValueError(f"{' '.join(key)!r} is both {table[key]} and {name}")
        table.pop((), None)
        return cls(
            table,
            frozenset(tokens(phrase, spelling) for phrase in before) - {()},
            frozenset(tokens(phrase, spelling) for phrase in after) - {()},
        )

    def match(self, said: Tokens) -> tuple[str, str] | None:
        """Return the name and the phrase that is left when wrappers are peeled off, or None.

        The longest phrase wins: the fewest words are peeled first.
        """
        if not said or len(said) > self.longest:
            return None
        waiting = [(0, len(said))]
        seen = set(waiting)
        for start, end in waiting:  # grows while it is walked: breadth first
            name = self.table.get(said[start:end])
            if name is not None:
                return name, " ".join(said[start:end])
            for size in range(1, min(8, end - start)):
                steps = []
                if said[start : start + size] in self.before:
                    steps.append((start + size, end))
                if said[end - size : end] in self.after:
                    steps.append((start, end - size))
                for step in steps:
                    if step not in seen:
                        seen.add(step)
                        waiting.append(step)
        return None


def opening(said: Tokens, phrases: frozenset[Tokens]) -> int:
    """Return how many tokens the longest phrase that opens ``said`` has; 0 for none."""
    for size in range(min(8, len(said)), 0, -1):
        if said[:size] in phrases:
            return size
    return 0


def find(said: Tokens, phrase: Tokens, start: int = 0) -> int:
    """Return where ``phrase`` stands in ``said`` from ``start`` on, or -1."""
    size = len(phrase)
    for position in range(start, len(said) - size + 1):
        if said[position : position + size] == phrase:
            return position
    return -1
