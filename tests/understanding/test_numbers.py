"""Numbers in ways of saying them that a rule reads, beyond the sentences of the corpus."""

from __future__ import annotations

from functools import cache

import pytest

from voice_checkin.lexicon import load_understanding
from voice_checkin.understanding.understand import Understanding
from voice_checkin.words import Expecting, Kind

pytestmark = pytest.mark.mind


@cache
def mind() -> Understanding:
    """The rules alone: what a learned judge would add is measured elsewhere."""
    return load_understanding(learned=False)


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("three out of five", 6),
        ("four stars out of five", 8),
        ("sixty five out of a hundred", 6.5),
        ("ten out of twenty", 5),
        ("eight out of ten", 8),
        ("seven out of nine", None),
        ("six out of five", None),
        ("out of five i don't know", None),
        ("four is mine the six was hers", 4),
        ("mine is eight and his was four", 8),
        ("six for me seven for him", 6),
        ("six for you and me", 6),
        ("more like a four than a five", 4),
        ("nearer three than four", 3),
        ("less than a nine more than a seven", 8),
        ("couldn't be closer ten", 10),
        ("not a ten", None),
        ("not one bit zero", 0),
        ("highest possible", 10),
        ("okay max", None),
        ("i'm not one bit tired i'm a ten", 10),
        ("could not be a ten", None),
        ("it couldn't be an eight", None),
        ("i wouldn't ask for a ten", None),
        ("could not ask for better nine", 9),
        ("three and a half out of five", 7),
        ("two point five out of five", 5),
        ("four and a half stars out of five", 9),
        ("five out of twenty guests came", None),
        ("i'd rather be a two than a nine", 9),
        ("it looks like a two but feels worse than an eight", 8),
        ("three for work and eight for her mum coming", 8),
        ("two all day then eight for you being late", 8),
        ("my mum's more than eight me less than three", 3),
    ],
)
def test_a_number_is_read_on_its_own_scale_and_for_the_one_who_was_asked(
    said: str, number: float | None
) -> None:
    assert mind().understand(said, Expecting(kind=Kind.SCALE)).scale == number
