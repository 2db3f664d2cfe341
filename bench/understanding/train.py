"""Train the learned judges: ``python -m bench.understanding.train [--no-folds]``.

Reads ``tests/corpus/train`` and the files beside it (never a held-out file), prints cross-validated
tables, and writes ``dialogs/understanding/learned.npz``.  The same corpus gives the same file.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix, hstack
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.model_selection import StratifiedKFold
from threadpoolctl import threadpool_limits

from bench.understanding.material import HEADS, Question, corpora, sentences
from voice_checkin.encoder import sentence_encoder
from voice_checkin.lexicon import load_understanding
from voice_checkin.understanding.classifier import bucket, for_encoder, normal, pieces, runs
from voice_checkin.understanding.phrases import Tokens

OUT = Path(__file__).resolve().parents[2] / "dialogs" / "understanding" / "learned.npz"
BUCKETS = 1 << 16
FOLDS = 5


def digest() -> str:
    """Return what ties the weights to the corpus they were made from."""
    return hashlib.sha256(b"".join(path.read_bytes() for path in corpora())).hexdigest()


def rows(said: list[Tokens], vectors: npt.NDArray[np.float32]) -> csr_matrix:
    """Return one row a sentence: runs and pieces in buckets, then the encoder's vector."""
    at: list[int] = []
    places: list[int] = []
    values: list[float] = []
    for number, words in enumerate(said):
        plain = normal(words)
        for features in (runs(plain), pieces(plain)):
            found = sorted({bucket(feature, BUCKETS) for feature in features})
            at += [number] * len(found)
            places += found
            values += [1 / np.sqrt(max(1, len(found)))] * len(found)
    grams = csr_matrix((values, (at, places)), shape=(len(said), BUCKETS), dtype=np.float64)
    return hstack([grams, csr_matrix(vectors.astype(np.float64))]).tocsr()


def model(question: Question) -> LogisticRegression:
    return LogisticRegression(C=question.c, max_iter=400, tol=1e-3, class_weight="balanced")


def folds(question: Question, x: csr_matrix, truth: npt.NDArray[np.int64]) -> None:
    """Print what the judge does with sentences that it was not trained on."""
    shares = np.zeros((len(truth), len(question.labels)))
    for train, test in StratifiedKFold(FOLDS, shuffle=True, random_state=7).split(x, truth):
        shares[test] = model(question).fit(x[train], truth[train]).predict_proba(x[test])
    other = 1 - shares[:, 0]
    print(f"\n{question.name}: {len(truth)} sentences, {FOLDS} folds, "
          f"macro-F1 {f1_score(truth, shares.argmax(axis=1), average='macro'):.3f}")  # fmt: skip
    for least in (0.5, 0.6, 0.7, 0.8, 0.9, 0.95):
        found = [f"{label} {(other[truth == i] >= least).mean():.3f}"
                 for i, label in enumerate(question.labels)]  # fmt: skip
        print(f"  not none >= {least}: " + ", ".join(found))
    guess = shares.argmax(axis=1)
    right = [f"{label} {(guess[truth == i] == i).mean():.2f}"
             for i, label in enumerate(question.labels)]  # fmt: skip
    print("  likeliest label right: " + ", ".join(right))


def main() -> None:
    """Train every head and write the weights."""
    wants = argparse.ArgumentParser(description=__doc__)
    wants.add_argument("--no-folds", action="store_true", help="only make the weights")
    no_folds = wants.parse_args().no_folds
    with threadpool_limits(1):  # sums in one order: the same file every time
        _make(no_folds)


def _make(no_folds: bool) -> None:
    mind, encoder = load_understanding(), sentence_encoder()
    columns: list[npt.NDArray[np.float64]] = []
    biases: list[npt.NDArray[np.float64]] = []
    heads = []
    known: dict[Tokens, npt.NDArray[np.float32]] = {}
    for question in HEADS:
        labelled = sentences(question)
        said = [mind.tokens(text) for _, text in labelled]
        for words in said:
            if words not in known:
                known[words] = encoder.encode([for_encoder(words)])[0]
        x = rows(said, np.stack([known[words] for words in said]))
        truth = np.array([question.labels.index(label) for label, _ in labelled])
        if not no_folds:
            folds(question, x, truth)
        made = model(question).fit(x, truth)
        heads.append({"name": question.name, "labels": question.labels,
                      "start": sum(len(column[0]) for column in columns),
                      "thresholds": question.thresholds})  # fmt: skip
        columns.append(made.coef_.T)
        biases.append(made.intercept_)
    weights = np.concatenate(columns, axis=1)
    grams, dense = weights[:BUCKETS], weights[BUCKETS:]
    scale = np.round(np.abs(grams).max(axis=0) / 127, 5)
    about = {"corpus": digest(), "heads": heads}
    np.savez(
        OUT,
        about=np.array(json.dumps(about)),
        grams=np.round(grams / scale).astype(np.int8),
        scale=scale.astype(np.float32),
        dense=np.round(dense, 2).astype(np.float16),
        bias=np.round(np.concatenate(biases), 2).astype(np.float32),
    )
    print(f"\n{OUT.name}: {OUT.stat().st_size // 1024} KiB, {len(known)} sentences")


if __name__ == "__main__":
    main()
