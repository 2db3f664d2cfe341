"""Reads the labelled sentences of every kind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from voice_checkin.understanding.meaning import Meaning
from voice_checkin.words import Kind

FOLDER = Path(__file__).resolve().parents[2] / "tests" / "corpus"


@dataclass(frozen=True, slots=True)
class Labelled:
    """One sentence and what it should be understood as."""

    kind: str
    label: str
    text: str


def _promise(meaning: Meaning) -> str:
    return str(meaning.promise.refused if meaning.promise else None)


KINDS: dict[str, tuple[Kind, Callable[[Meaning], str]]] = {
    "command": (Kind.FREE, lambda m: str(m.command)),
    "yes_no": (Kind.YES_NO, lambda m: str(m.yes_no)),
    "scale": (Kind.SCALE, lambda m: "None" if m.scale is None else f"{m.scale:g}"),
    "feelings": (Kind.FEELING, lambda m: ",".join(m.feelings) or "None"),
    "stance": (Kind.FREE, lambda m: str(m.stance)),
    "promise": (Kind.PROMISE, _promise),
    "risk": (Kind.FREE, lambda m: str(m.risk)),
    "risk_unseen": (Kind.FREE, lambda m: str(m.risk)),
}
"""What is waited for while a kind is tried, and how its answer is written as a label."""


def read(kind: str) -> list[Labelled]:
    """Return every sentence of a kind."""
    lines = (FOLDER / f"{kind}.tsv").read_text(encoding="utf-8").splitlines()
    pairs = [line.split("\t") for line in lines if line]
    return [Labelled(kind, label, text) for label, text in pairs]
