"""Judges that learned from labelled sentences, beside the rules.

Two views of the words, added up: a linear model over runs of one to three words and pieces of three
to five letters, hashed into buckets; and a small sentence model, which knows that two wordings are
alike though they share no word.  Both are data, made by ``tools/train``; docs/decisions/0007 and
0011 say what was measured.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

from voice_checkin.understanding.classifier import (
    Verdict,
    bucket,
    for_model,
    normal,
    pieces,
    runs,
)
from voice_checkin.understanding.misheard import sounds
from voice_checkin.understanding.phrases import Tokens

Floats: TypeAlias = npt.NDArray[np.float32]

SPAN, STEP = 20, 10
"""Words looked at together: about the longest training sentence, so that a sentence of danger in
a long turn is not outweighed by the rest."""
MOST_SPANS = 3
"""Spans of a long turn that the model reads, 2 to 3 ms each: those whose runs weigh most."""
WHOLE = 36
"""Words of a turn, half from either end, that are judged as one."""


class Model(Protocol):
    """Gives each text its sums, one for every label of every question."""

    def sums(self, texts: Sequence[Sequence[str]]) -> Floats: ...


@dataclass(frozen=True, slots=True)
class Head:
    """One question: its labels are columns ``start`` and on; the first label is "none"."""

    labels: tuple[str, ...]
    start: int
    thresholds: Mapping[str, float]
    """Least probability at which a label is believed."""


@dataclass(frozen=True, slots=True)
class LearnedJudges:
    """What training made.  Arrays: ``grams`` int8 (buckets, columns); ``scale`` and ``bias`` of
    the runs and pieces and ``trust``, the weight of the model's sums (columns)."""

    model: Model
    heads: Mapping[str, Head]
    grams: npt.NDArray[np.int8]
    scale: Floats
    trust: Floats
    bias: Floats

    def weigh(self, said: Tokens) -> WeighedTurn:
        """Look at a whole turn once, for every question."""
        whole = said if len(said) <= WHOLE else said[: WHOLE // 2] + said[-WHOLE // 2 :]
        texts = [whole]
        if len(said) > SPAN:
            texts += self._gravest(said)
        sums = np.stack([self._runs(text) for text in texts]) + self.bias
        sums += self.trust * self.model.sums([for_model(text) for text in texts])
        return WeighedTurn(self, tuple(texts), sums)

    def _gravest(self, said: Tokens) -> list[Tokens]:
        spans = [said[at : at + SPAN] for at in range(0, len(said) - STEP, STEP)]
        head = self.heads["risk"]
        columns = slice(head.start, head.start + len(head.labels))
        if len(spans) > MOST_SPANS:
            spans = spans[:9] + spans[9:][-9:]  # 200 words: as much as the longest turn of a minute
            sums = [self._runs(span, letters=False)[columns] for span in spans]
            order = sorted(range(len(spans)), key=lambda i: float(sums[i][0] - sums[i][1:].max()))
            spans = [spans[i] for i in order[:MOST_SPANS]]
        return spans

    def _runs(self, words: Tokens, letters: bool = True) -> Floats:
        plain = normal(words)
        total = self._sum(runs(plain))
        if letters:
            total = total + self._sum(pieces(plain))
        return np.asarray(total * self.scale, dtype=np.float32)

    def _sum(self, features: Iterator[str]) -> Floats:
        places = list({bucket(feature, len(self.grams)) for feature in features})
        rows = self.grams[places].astype(np.float32)
        return np.asarray(rows.sum(axis=0) / np.sqrt(max(1, len(places))), dtype=np.float32)

    def heaviest(self, words: Tokens, column: int) -> str:
        """Return the run of words that weighs most in a column."""
        found = list(runs(normal(words)))
        weights = self.grams[[bucket(run, len(self.grams)) for run in found], column]
        return found[int(weights.argmax())].removeprefix("w:")


@dataclass(frozen=True, slots=True)
class WeighedTurn:
    """Sums for the whole turn (row 0) and for its spans."""

    judges: LearnedJudges
    texts: tuple[Tokens, ...]
    sums: Floats

    def of(self, name: str) -> Verdict:
        """Return what a head makes of the turn as a whole."""
        return self._verdict(self.judges.heads[name], 0)

    def gravest(self) -> Verdict:
        """Return the verdict on danger of the span that has most of it."""
        head = self.judges.heads["risk"]
        places = range(1, len(self.texts)) if len(self.texts) > 1 else range(1)
        return min((self._verdict(head, row) for row in places), key=lambda v: v.shares["none"])

    def threshold(self, name: str, label: str) -> float:
        return self.judges.heads[name].thresholds[label]

    def _verdict(self, head: Head, row: int) -> Verdict:
        sums = self.sums[row, head.start : head.start + len(head.labels)]
        shares = _shares(sums)
        top = head.start + int(shares.argmax())
        return Verdict(
            {label: float(share) for label, share in zip(head.labels, shares, strict=True)},
            self.judges.heaviest(self.texts[row], top),
        )


def _shares(sums: Floats) -> Floats:
    """Return the softmax of one row of sums."""
    powers = np.exp(sums - sums.max())
    return np.asarray(powers / powers.sum(), dtype=np.float32)


@dataclass(frozen=True, slots=True)
class MisheardWords:
    """Sums over the pieces of what was heard.  Arrays: ``grams`` int8 (buckets, labels and one),
    ``scale`` and ``bias`` (labels and one); the last column is "none of them"."""

    labels: tuple[str, ...]
    grams: npt.NDArray[np.int8]
    scale: Floats
    bias: Floats
    least: float
    """Probability from which a label is believed."""

    def best(self, text: str) -> tuple[str, float] | None:
        """Return what it sounds like, and its probability."""
        places = sorted({bucket(piece, len(self.grams)) for piece in sounds(text)})
        sums = self.grams[places].sum(axis=0, dtype=np.int32) * self.scale / np.sqrt(len(places))
        shares = _shares(sums + self.bias)
        best = int(shares[:-1].argmax())
        return (self.labels[best], float(shares[best])) if shares[best] >= self.least else None
