"""Labelled sentences of every kind, and no kind that takes another's sentences."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.understanding.corpus import KINDS, Labelled, read
from voice_checkin.lexicon import load_understanding
from voice_checkin.words import Expecting, Kind

pytestmark = pytest.mark.mind

MIND = load_understanding()
CLOSED = [
    one for kind in ("command", "yes_no", "scale", "feelings", "promise") for one in read(kind)
]
STORIES = [one for kind in ("risk", "stance", "feelings") for one in read(kind)]

ENDS = ("let's end it here for tonight", "i want to go to sleep")


@pytest.mark.parametrize("one", CLOSED, ids=lambda one: one.text)
def test_what_is_said_is_understood(one: Labelled) -> None:
    asked, label_of = KINDS[one.kind]

    assert label_of(MIND.understand(one.text, Expecting(kind=asked))).replace("None", "none") == (
        one.label
    )


@pytest.mark.parametrize("one", [o for o in read("risk") if o.label != "none"],
                         ids=lambda one: one.text)  # fmt: skip
def test_danger_is_heard_whatever_was_asked(one: Labelled) -> None:
    for kind in Kind:
        assert MIND.understand(one.text, Expecting(kind=kind)).risk == one.label


@pytest.mark.parametrize("one", [o for o in read("risk") if o.label == "none"],
                         ids=lambda one: one.text)  # fmt: skip
def test_idioms_films_and_ordinary_quarrels_are_no_danger(one: Labelled) -> None:
    assert MIND.understand(one.text).risk is None


@pytest.mark.parametrize("one", STORIES, ids=lambda one: one.text)
def test_a_story_is_never_a_command(one: Labelled) -> None:
    if one.label == "stonewall" or one.text in ENDS:
        pytest.skip("an end of talk can be both")
    assert MIND.understand(one.text).command is None


@pytest.mark.parametrize("place", [0, 150, 290])
def test_danger_is_found_anywhere_in_a_long_turn(place: int) -> None:
    words = ["we went to the shop and bought bread"] * 37
    words.insert(place // 8, "and then he hit me in the face")

    assert MIND.understand(" ".join(words)).risk == "violence"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("he did me", True), ("i want to earth myself", True), ("i did me a favour", False)],
)
def test_words_that_only_sound_like_danger_are_asked_about(text: str, wanted: bool) -> None:
    meaning = MIND.understand(text)

    assert meaning.risk is None
    assert meaning.doubtful is wanted


@given(st.text(max_size=400), st.sampled_from(list(Kind)))
@settings(max_examples=150, deadline=None)
def test_no_text_raises_and_the_same_text_means_the_same(text: str, kind: Kind) -> None:
    first = MIND.understand(text, Expecting(kind=kind))

    assert first == MIND.understand(text, Expecting(kind=kind))


@pytest.mark.parametrize(
    "text", ["he hit me ", "word ", "\U0001f600 ", "\x00\x1b[2J ", "\u4f60\u597d "]
)
def test_ten_thousand_words_are_quick(text: str) -> None:
    """In the processor's time: what other tests do meanwhile is not counted."""
    took = []
    for _ in range(3):
        start = time.process_time()
        MIND.understand(text * (10_000 // len(text.split())))
        took.append(time.process_time() - start)

    assert min(took) < 0.05
