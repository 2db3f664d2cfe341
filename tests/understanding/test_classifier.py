"""The learned judges: their weights belong to the corpus, they add to the rules, they say why."""

from __future__ import annotations

import json

import numpy as np
import pytest

from bench.understanding.material import HEADS
from bench.understanding.train import OUT, digest
from voice_checkin.encoder import VECTOR, sentence_encoder
from voice_checkin.lexicon import load_understanding
from voice_checkin.understanding.classifier import bucket, normal, pieces, runs
from voice_checkin.words import Expecting, Kind

pytestmark = pytest.mark.mind

MIND = load_understanding()


def test_the_weights_were_made_from_the_corpus_that_is_here() -> None:
    with np.load(OUT, allow_pickle=False) as data:
        about = json.loads(str(data["about"]))

    assert about["corpus"] == digest()
    assert [head["name"] for head in about["heads"]] == [question.name for question in HEADS]


def test_runs_mark_where_a_sentence_begins_and_ends() -> None:
    assert list(runs(["so", "tired"])) == [
        "w:^", "w:so", "w:tired", "w:$", "w:^ so", "w:so tired", "w:tired $", "w:^ so tired",
        "w:so tired $",
    ]  # fmt: skip


def test_words_of_one_stem_share_pieces() -> None:
    assert len(set(pieces(["slap"])) & set(pieces(["slapped"]))) >= 3


def test_it_makes_no_difference_which_of_the_two_did_it() -> None:
    said = ("he hit me", "she hit me", "my husband hit me", "my wife hit me")

    assert len({tuple(normal(text.split())) for text in said}) == 1


def test_a_feature_has_the_same_bucket_everywhere() -> None:
    assert bucket("w:hit me", 1 << 16) == 54497


def test_texts_alike_in_meaning_are_close_and_a_vector_is_the_same_again() -> None:
    first, near, far = sentence_encoder().encode(
        ["i want to die", "i do not wish to live", "pass me the salt"]
    )

    assert first.shape == (VECTOR,)
    assert first @ near > first @ far
    assert np.allclose(first, sentence_encoder().encode(["i want to die"])[0], atol=1e-5)


@pytest.mark.parametrize(
    "text",
    [
        "it would be easier if i just was not here any more for anybody",
        "i do not want to wake up tomorrow or any day",
        "you would all be better off without me around",
    ],
)
def test_danger_said_in_a_roundabout_way_is_heard(text: str) -> None:
    assert MIND.understand(text).risk == "self_harm"


@pytest.mark.parametrize(
    "text",
    ["i am so tired of this argument", "i wish i was not here when your mother came",
     "we would be better off without the car", "i felt hurt when you forgot to call"],
)  # fmt: skip
def test_a_tired_or_hurt_couple_is_not_taken_for_danger(text: str) -> None:
    assert MIND.understand(text).risk is None


def test_a_sentence_of_danger_is_heard_inside_a_long_turn() -> None:
    talk = "we went to the shop and then we cooked and talked about the holiday " * 6
    text = f"{talk} and lately i think you would all be better off without me here {talk}"

    assert MIND.understand(text).risk == "self_harm"


@pytest.mark.parametrize(
    ("text", "kind", "begins"),
    [
        ("he hit me last night", Kind.FREE, "risk.violence."),
        ("stop", Kind.FREE, "command: stop"),
        ("sorry the kettle was going what was that", Kind.FREE, "command.learned "),
        ("a six", Kind.SCALE, "number"),
        ("whatever", Kind.FREE, "stance."),
        ("you can check my phone every night", Kind.PROMISE, "promise."),
    ],
)
def test_why_names_the_rule_or_the_words_that_decided(text: str, kind: Kind, begins: str) -> None:
    why = MIND.understand(text, Expecting(kind=kind)).why

    assert any(reason.startswith(begins) for reason in why)
