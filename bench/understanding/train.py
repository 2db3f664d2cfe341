"""Make the learned judges' weights: ``python -m bench.understanding.train``, after `finetune`.

Reads ``tests/corpus/train`` and the files beside it (never a held-out file), fits the runs and
pieces of words, weighs them against the sentence model on the sentences that were kept back, prints
a table of those, and writes ``dialogs/understanding/learned.npz``.  The same corpus and sentence
model give the same file.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from scipy.special import log_softmax, softmax
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from threadpoolctl import threadpool_limits

from bench.understanding.material import HEADS, Question, digest, is_kept_back, sentences
from voice_checkin.lexicon import load_understanding, sentence_model
from voice_checkin.resources import dialogs_folder
from voice_checkin.sentence_model import SentenceModel
from voice_checkin.understanding.classifier import bucket, for_model, normal, pieces, runs
from voice_checkin.understanding.phrases import Tokens

OUT = Path(__file__).resolve().parents[2] / "dialogs" / "understanding" / "learned.npz"
BUCKETS = 1 << 16
SHARES = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
"""Weights that are tried for runs and pieces, and for the model."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Made:
    """One question, taught: weights (buckets, labels), biases, and the model's weight."""

    grams: Floats
    bias: Floats
    trust: float


def hashed(texts: Sequence[Iterable[Iterable[str]]], buckets: int) -> csr_matrix:
    """Return one row a text: its features in buckets, each group of them of length 1."""
    at: list[int] = []
    places: list[int] = []
    values: list[float] = []
    for number, groups in enumerate(texts):
        for features in groups:
            found = sorted({bucket(feature, buckets) for feature in features})
            at += [number] * len(found)
            places += found
            values += [1 / np.sqrt(max(1, len(found)))] * len(found)
    return csr_matrix((values, (at, places)), shape=(len(texts), buckets), dtype=np.float64)


def rows(said: list[Tokens]) -> csr_matrix:
    """Return one row a sentence: runs and pieces of its words."""
    plain = [normal(words) for words in said]
    return hashed([(runs(words), pieces(words)) for words in plain], BUCKETS)


def make(question: Question, model: SentenceModel, start: int) -> Made:
    """Teach one question, and print how it does on what was kept back."""
    mind = load_understanding(learned=False)
    labelled = [(label, mind.tokens(text)) for label, text in sentences(question)]
    back = [is_kept_back(" ".join(for_model(words))) for _, words in labelled]
    taught = [one for one, kept in zip(labelled, back, strict=True) if not kept]
    asked = [one for one, kept in zip(labelled, back, strict=True) if kept]
    truth = np.array([question.labels.index(label) for label, _ in taught])
    linear = LogisticRegression(C=question.c, max_iter=400, tol=1e-3, class_weight="balanced")
    linear.fit(rows([words for _, words in taught]), truth)
    told = np.array([question.labels.index(label) for label, _ in asked])
    by_runs = linear.decision_function(rows([words for _, words in asked]))
    columns = slice(start, start + len(question.labels))
    by_model = model.sums([for_model(words) for _, words in asked])[:, columns]
    share, trust = min(
        ((a, b) for a in SHARES for b in (*SHARES, 1.5)),
        key=lambda pair: _loss(pair[0] * by_runs + pair[1] * by_model, told),
    )
    _report(question, share * by_runs + trust * by_model, told, f"runs {share}, model {trust}")
    for name, sums in (("runs alone", by_runs), ("model alone", by_model)):
        _report(question, sums, told, name)
    return Made(share * linear.coef_.T, share * linear.intercept_, trust)


def _loss(sums: Floats, told: npt.NDArray[np.int64]) -> float:
    return float(-log_softmax(sums, axis=1)[np.arange(len(told)), told].mean())


def _report(question: Question, sums: Floats, told: npt.NDArray[np.int64], name: str) -> None:
    shares = softmax(sums, axis=1)
    guess = shares.argmax(axis=1)
    print(f"\n{question.name}, {name}: {len(told)} kept back, "
          f"macro-F1 {f1_score(told, guess, average='macro'):.3f}")  # fmt: skip
    other = 1 - shares[:, 0]
    for least in (0.3, 0.5, 0.7, 0.8, 0.9, 0.95):
        found = [f"{label} {(other[told == i] >= least).mean():.3f}"
                 for i, label in enumerate(question.labels) if (told == i).any()]  # fmt: skip
        print(f"  not none >= {least}: " + ", ".join(found))


def main() -> None:
    """Teach every question and write the weights."""
    OUT.unlink(missing_ok=True)  # weights of another model cannot be read with this one
    model = sentence_model(dialogs_folder() / "understanding" / "sentences.onnx")
    if model.heads != tuple((question.name, question.labels) for question in HEADS):
        raise SystemExit("sentences.onnx answers other questions: run tools/train.")
    with threadpool_limits(1):  # sums in one order: the same file every time
        made = []
        heads = []
        start = 0
        for question in HEADS:
            made.append(make(question, model, start))
            heads.append({"name": question.name, "labels": question.labels, "start": start,
                          "thresholds": question.thresholds})  # fmt: skip
            start += len(question.labels)
    grams = np.concatenate([one.grams for one in made], axis=1)
    scale = np.maximum(np.round(np.abs(grams).max(axis=0) / 127, 5), 1e-5)
    trust = np.concatenate([np.full(len(one.bias), one.trust) for one in made])
    np.savez_compressed(
        OUT,
        about=np.array(json.dumps({"corpus": digest(), "heads": heads})),
        grams=np.round(grams / scale).astype(np.int8),
        scale=scale.astype(np.float32),
        trust=trust.astype(np.float32),
        bias=np.round(np.concatenate([one.bias for one in made]), 2).astype(np.float32),
    )
    print(f"\n{OUT.name}: {OUT.stat().st_size // 1024} KiB")


if __name__ == "__main__":
    main()
