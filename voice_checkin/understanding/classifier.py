"""What the learned judges look at and what they answer: features of words, and verdicts.

The arithmetic is in `voice_checkin.judges`, outside of the mind, which holds no arrays.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol
from zlib import crc32

from voice_checkin.understanding.phrases import Tokens

QUESTIONS = frozenset(("risk", "stance", "command", "promise", "yes_no", "feeling"))
"""What `Weighed.of` may be asked."""
LONGEST_RUN = 3
_PIECES = range(3, 6)
_KIN = frozenset(
    (
        *("husband", "wife", "partner", "boyfriend", "girlfriend", "man", "ex", "bloke"),
        *("missus", "fella", "fiance", "spouse", "hubby"),
    )
)
_PERSON = {
    "he": "@he", "she": "@he", "they": "@he", "him": "@him", "her": "@him", "them": "@him",
    "his": "@his", "their": "@his",
}  # fmt: skip
"""Who of the two it was makes no difference."""
_ONE = {"she": "he", "they": "he", "her": "him", "them": "him", "his": "his", "their": "his",
        **dict.fromkeys(("husband", "wife", "boyfriend", "girlfriend"), "partner")}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one head makes of one text."""

    shares: Mapping[str, float]
    run: str
    """The run of words that weighed most for the likeliest label."""

    def best(self) -> tuple[str, float]:
        """Return the likeliest label but "none", and its probability."""
        name = max((label for label in self.shares if label != "none"), key=self.shares.__getitem__)
        return name, self.shares[name]


class Weighed(Protocol):
    """A turn that the learned judges looked at."""

    def of(self, name: str) -> Verdict:
        """Return what a head makes of the turn as a whole."""
        ...

    def gravest(self) -> Verdict:
        """Return the verdict on danger of the span that has most of it."""
        ...

    def threshold(self, name: str, label: str) -> float:
        """Return the least probability at which a label of a head is believed."""
        ...


class Judges(Protocol):
    """Looks at a whole turn once, for every question.  Pure, and never raises."""

    def weigh(self, said: Tokens) -> Weighed: ...


def normal(words: Sequence[str]) -> list[str]:
    """Make one person of he, she, they and every name for a partner."""
    found: list[str] = []
    for word in words:
        if word in _KIN and found and found[-1] in ("my", "@his", "your", "the"):
            found[-1] = "@he"
        else:
            found.append(_PERSON.get(word, word))
    return found


def for_model(words: Sequence[str]) -> list[str]:
    """Return the words that the model reads: it takes he and she for more different than we do."""
    return [_ONE.get(word, word) for word in words]


def runs(words: Sequence[str]) -> Iterator[str]:
    """Yield the runs of words; ends are marked."""
    marked = ["^", *words, "$"]
    for size in range(1, LONGEST_RUN + 1):
        for start in range(len(marked) - size + 1):
            yield "w:" + " ".join(marked[start : start + size])


def pieces(words: Sequence[str]) -> Iterator[str]:
    """Yield the pieces of each word, its ends marked: "slap" and "slapped" share some."""
    for word in words:
        marked = f"<{word[:24]}>"
        for size in _PIECES:
            for start in range(len(marked) - size + 1):
                yield "c:" + marked[start : start + size]


def bucket(feature: str, buckets: int) -> int:
    """Hash a feature into one of ``buckets``, the same everywhere."""
    return crc32(feature.encode("utf-8")) % buckets
