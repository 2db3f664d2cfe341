"""A linear judge of danger beside the rules: it knows sentences that no rule was written for.

Logistic regression over runs of one to three words, hashed into buckets so that plain Python can
compute what ``bench.understanding.train`` computed.  The weights are data, made by that command.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from zlib import crc32

SPAN, STEP = 14, 6
"""Words looked at together: about what the training sentences have, so that a sentence of danger
in a long turn is not outweighed by the rest."""
LONGEST_RUN = 3


@dataclass(frozen=True, slots=True)
class RiskWeights:
    """What training made.  ``rows`` maps a bucket to one weight for each kind."""

    kinds: tuple[str, ...]
    buckets: int
    bias: tuple[float, ...]
    rows: Mapping[int, tuple[float, ...]]
    threshold: float
    """Least probability at which a kind of danger is believed."""


def runs(words: Sequence[str]) -> Iterator[str]:
    """Yield the runs of words that are the features; ends are marked."""
    marked = ["^", *words, "$"]
    for size in range(1, LONGEST_RUN + 1):
        for start in range(len(marked) - size + 1):
            yield " ".join(marked[start : start + size])


def bucket(run: str, buckets: int) -> int:
    return crc32(run.encode("utf-8")) % buckets


def judge(words: Sequence[str], weights: RiskWeights) -> tuple[str, float, str] | None:
    """Return kind, probability and the run of words that weighed most, or None."""
    best: tuple[str, float, str] | None = None
    for start in range(0, max(1, len(words) - SPAN + STEP), STEP):
        found = _span(words[start : start + SPAN], weights)
        if found is not None and (best is None or found[1] > best[1]):
            best = found
    return best


def _span(words: Sequence[str], weights: RiskWeights) -> tuple[str, float, str] | None:
    sums = list(weights.bias)
    seen: dict[int, str] = {}
    for run in runs(words):
        seen.setdefault(bucket(run, weights.buckets), run)
    for place in seen:
        row = weights.rows.get(place)
        if row is not None:
            for index, value in enumerate(row):
                sums[index] += value
    top = max(sums)
    powers = [math.exp(value - top) for value in sums]
    total = sum(powers)
    index = max(range(1, len(sums)), key=lambda i: sums[i])
    share = powers[index] / total
    if share < weights.threshold:
        return None
    heaviest = max(seen, key=lambda place: weights.rows.get(place, (0.0,) * len(sums))[index])
    return weights.kinds[index], share, seen[heaviest]
