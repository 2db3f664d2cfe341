"""Train the linear judge of danger: ``python -m bench.understanding.train``.

Reads ``tests/corpus/train/risk.tsv`` and ``tests/corpus/risk.tsv`` (never a held-out file), prints
a cross-validated table, and writes ``dialogs/understanding/risk_weights.json``.  The same corpus
gives the same file.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict

from voice_checkin.lexicon import load_understanding
from voice_checkin.understanding.classifier import bucket, runs
from voice_checkin.understanding.risk import plain_words

ROOT = Path(__file__).resolve().parents[2]
CORPORA = (ROOT / "tests/corpus/train/risk.tsv", ROOT / "tests/corpus/risk.tsv")
OUT = ROOT / "dialogs" / "understanding" / "risk_weights.json"
KINDS = ("none", "self_harm", "violence", "coercion")
BUCKETS = 1 << 15
FALSE_ALARMS = 0.025
"""Most of the harmless sentences that may be taken for danger in cross-validation."""
LEAST = 0.5


def corpus() -> list[tuple[str, str]]:
    found = []
    for path in CORPORA:
        for line in path.read_text(encoding="utf-8").splitlines():
            parts = line.split("\t")
            if not line.startswith("#") and len(parts) >= 2 and parts[0] in KINDS:
                found.append((parts[0], parts[1]))
    return found


def digest() -> str:
    """Return what ties the weights to the corpus they were made from."""
    return hashlib.sha256(b"".join(path.read_bytes() for path in CORPORA)).hexdigest()


def main() -> None:
    understanding = load_understanding()
    labelled = corpus()
    rows = np.zeros((len(labelled), BUCKETS), dtype=np.float32)
    for number, (_, text) in enumerate(labelled):
        said = plain_words(understanding.tokens(text), understanding.lexicon.risk)
        for run in runs(said):
            rows[number, bucket(run, BUCKETS)] = 1
    truth = np.array([KINDS.index(label) for label, _ in labelled])
    model = LogisticRegression(C=3.0, max_iter=2000, class_weight="balanced")
    folds = StratifiedKFold(5, shuffle=True, random_state=7)
    shares = cross_val_predict(model, rows, truth, cv=folds, method="predict_proba")
    danger = shares[:, 1:].max(axis=1)
    harmless = np.sort(danger[truth == 0])
    cut = harmless[min(len(harmless) - 1, int((1 - FALSE_ALARMS) * len(harmless)))]
    threshold = round(max(LEAST, float(cut)), 3)
    guess = np.where(danger >= threshold, shares[:, 1:].argmax(axis=1) + 1, 0)
    print(f"{len(labelled)} sentences, threshold {threshold}")
    for index, kind in enumerate(KINDS):
        of_kind = truth == index
        right = (guess == index)[of_kind].mean()
        alarmed = (guess > 0)[of_kind].mean()
        print(f"{kind:10} {of_kind.sum():4}  right {right:.3f}  taken for danger {alarmed:.3f}")
    model.fit(rows, truth)
    weights = np.round(model.coef_.T, 2)
    kept = {str(i): [float(v) for v in weights[i]] for i in np.flatnonzero(np.abs(weights).max(1))}
    OUT.write_text(
        json.dumps({
            "corpus": digest(), "kinds": KINDS, "buckets": BUCKETS, "threshold": threshold,
            "bias": [round(float(v), 3) for v in model.intercept_], "rows": kept,
        }, separators=(",", ":")) + "\n",
        encoding="utf-8",
    )  # fmt: skip
    print(f"{OUT.name}: {len(kept)} rows, {OUT.stat().st_size // 1024} KiB")


if __name__ == "__main__":
    main()
