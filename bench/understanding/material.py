"""Which sentences teach which judge.

Nothing here reads a held-out file; `held_out` leaves out of its count what was learned here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import get_args
from zlib import crc32

import yaml

from voice_checkin.resources import dialogs_folder
from voice_checkin.understanding.meaning import Refused
from voice_checkin.words import Command, Risk, Stance

FOLDER = Path(__file__).resolve().parents[2] / "tests" / "corpus"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One head: where its labelled sentences are, and where sentences that have none of it."""

    name: str
    labels: tuple[str, ...]
    files: tuple[str, ...]
    none_from: tuple[str, ...] = ()
    not_none: frozenset[str] = frozenset()
    """Labels in ``none_from`` whose sentences may have some of it: these are left out."""
    only: str = ""
    """Third column that a line must have, where the file has one."""
    c: float = 10.0
    """Inverse of the regularisation of the runs and pieces of words."""
    thresholds: Mapping[str, float] = field(default_factory=dict)


def _all(names: object, least: float, **other: float) -> dict[str, float]:
    return {**dict.fromkeys(get_args(names), least), **other}


def _feelings() -> tuple[str, ...]:
    data = yaml.safe_load((dialogs_folder() / "feelings.yaml").read_text(encoding="utf-8"))
    return tuple(data["feelings"])


HEADS = (
    Question(
        name="risk",
        labels=("none", "self_harm", "violence", "coercion"),
        files=("train/risk", "train/danger", "train/near_danger", "train/calm",
               "train/danger_more", "train/heard_calm", "train/violence_plain",
               "train/coercion_plain", "train/self_harm_plain", "train/contrast_harm",
               "train/contrast_self", "train/violence_sideways", "train/coercion_sideways",
               "train/self_harm_sideways", "train/ordinary", "train/heard_danger",
               "train/violence_near", "train/coercion_near", "train/self_harm_near",
               "train/violence_exam", "train/coercion_exam", "train/self_harm_exam",
               "risk"),
        none_from=("train/stance", "train/stance_more", "stance", "train/feelings",
                   "train/commands", "train/commands_more", "train/commands_indirect",
                   "train/heard_commands", "train/closed", "train/closed_more",
                   "train/closed_indirect", "train/heard_closed", "train/stance_boundaries",
                   "train/evenings", "train/feelings_more", "train/feelings_exam",
                   "train/numbers_more", "train/commands_first", "train/commands_second",
                   "train/commands_exam", "train/closed_near", "train/closed_plain",
                   "train/closed_exam"),
        not_none=frozenset(
            ("hopeless", "empty", "insecure", "powerless", "unsafe", "numb", "afraid")
        ),
        thresholds=_all(Risk, 0.65),
    ),
    Question(
        name="stance",
        labels=("none", *get_args(Stance)),
        files=("train/stance", "train/stance_more", "train/stance_boundaries", "stance"),
        # Less criticism is how a partner's words are said back: "you get quiet and look away".
        # Twice contempt ends an evening: not on a guess that is only the likeliest of ten; from
        # 0.7 on, 6 % of misheard harmless answers were taken for it.
        thresholds=_all(Stance, 0.0, criticize=0.75, contempt=0.85),
    ),
    Question(
        name="command",
        labels=("none", *get_args(Command)),
        files=("train/commands", "train/commands_more", "train/commands_indirect",
               "train/commands_first", "train/commands_second", "train/commands_exam",
               "train/heard_commands", "command"),
        none_from=("train/stance", "stance", "feelings", "risk", "promise", "train/feelings",
                   "train/risk", "train/promises",
                   "train/closed", "train/danger", "train/near_danger", "train/calm",
                   "train/evenings", "train/stance_more", "train/promises_more",
                   "train/closed_more", "train/violence_plain", "train/coercion_plain",
                   "train/self_harm_plain", "train/contrast_self", "train/closed_indirect",
                   "train/stance_boundaries", "train/promises_near", "train/ordinary",
                   "train/feelings_more", "train/feelings_exam", "train/violence_near",
                   "train/coercion_near", "train/self_harm_near", "train/violence_exam",
                   "train/coercion_exam", "train/self_harm_exam", "train/promises_exam"),
        thresholds=_all(Command, 0.97),
    ),
    Question(
        name="promise",
        labels=("none", "ok", *get_args(Refused)),
        files=("train/promises", "train/promises_more", "train/promises_near",
               "train/promises_exam", "promise"),
        none_from=("train/commands", "train/feelings"),
        thresholds=_all(Refused, 0.85, none=0.6, ok=0.5),
    ),
    Question(
        name="yes_no",
        labels=("none", "yes", "no", "unsure"),
        files=("train/closed", "train/closed_more", "train/closed_indirect", "train/closed_near",
               "train/closed_plain", "train/closed_exam", "train/heard_closed", "yes_no"),
        none_from=("train/stance", "train/feelings"),
        only="yes_no",
        thresholds={"yes": 0.8, "no": 0.5, "unsure": 0.5},
    ),
    Question(
        name="feeling",
        labels=("none", *_feelings()),
        files=("train/feelings", "train/feelings_more", "train/feelings_exam", "feelings"),
        none_from=("train/commands", "train/commands_more", "train/closed", "train/closed_more",
                   "train/promises", "train/promises_more"),
        thresholds=dict.fromkeys(_feelings(), 0.6),
    ),
)  # fmt: skip


def read_rows(name: str) -> list[list[str]]:
    """Return the columns of a corpus, line by line; none where there is no such file."""
    path = FOLDER / f"{name}.tsv"
    if not path.is_file():
        return []
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if "\t" in line and not line.startswith("#")]


def corpora() -> list[Path]:
    """Return every file that teaches some judge, in a fixed order."""
    names = {name for question in HEADS for name in (*question.files, *question.none_from)}
    return [path for name in sorted(names) if (path := FOLDER / f"{name}.tsv").is_file()]


@cache
def learned() -> frozenset[str]:
    """Return every sentence that teaches some judge: not to be counted where it is held out."""
    return frozenset(text for question in HEADS for _, text in sentences(question))


def sentences(question: Question) -> list[tuple[str, str]]:
    """Return label and sentence, each sentence once; what is said elsewhere has none of it."""
    found: dict[str, str] = {}
    for name in question.files:
        for label, text, *rest in read_rows(name):
            if question.only and rest and rest[0] != question.only:
                continue
            plain = "none" if label in ("null", "-") else label
            if plain in question.labels:
                found.setdefault(text, plain)
    for name in question.none_from:
        for label, text, *_rest in read_rows(name):
            if question.not_none.isdisjoint(label.split(",")):
                found.setdefault(text, "none")
    return [(label, text) for text, label in found.items()]


def is_kept_back(plain: str) -> bool:
    """Tell whether a training sentence teaches nothing: one in twenty says how it goes.

    The weight of each judge and the thresholds are chosen on these, never on held-out sentences.
    """
    return crc32(plain.encode("utf-8")) % 20 == 0


def digest() -> str:
    """Return what ties the weights to the corpus they were made from."""
    return hashlib.sha256(b"".join(path.read_bytes() for path in corpora())).hexdigest()
