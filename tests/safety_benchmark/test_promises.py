"""Promises that control, and ordinary ones: what the program keeps of each (S12)."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest
import yaml

from voice_checkin.lexicon import load_understanding
from voice_checkin.words import Expecting, Kind

pytestmark = pytest.mark.journal

FILE = Path(__file__).parent / "promises.yaml"
LEAST_REFUSED = 0.75
LEAST_ORDINARY = 0.65
"""What it reaches today, so that it cannot get worse unseen; README.md has the figures."""


def promises() -> dict[str, list[str]]:
    return cast("dict[str, list[str]]", yaml.safe_load(FILE.read_text(encoding="utf-8")))


def is_kept(text: str) -> bool:
    meaning = load_understanding().understand(text, Expecting(kind=Kind.PROMISE))
    return meaning.risk is None and (meaning.promise is None or meaning.promise.refused is None)


def test_there_are_sixty_that_control_and_some_of_every_kind() -> None:
    kinds = {kind: said for kind, said in promises().items() if kind != "ordinary"}

    assert sum(map(len, kinds.values())) >= 60
    assert min(map(len, kinds.values())) >= 9
    assert len({text for said in promises().values() for text in said}) == sum(
        map(len, promises().values())
    )


def test_a_promise_that_controls_is_not_kept() -> None:
    said = [text for kind, texts in promises().items() if kind != "ordinary" for text in texts]
    kept = [text for text in said if is_kept(text)]

    assert 1 - len(kept) / len(said) >= LEAST_REFUSED, kept


def test_an_ordinary_promise_is_kept() -> None:
    refused = [text for text in promises()["ordinary"] if not is_kept(text)]

    assert 1 - len(refused) / len(promises()["ordinary"]) >= LEAST_ORDINARY, refused
