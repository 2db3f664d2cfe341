"""The linear judge of danger: its weights belong to the corpus, and it adds to the rules."""

from __future__ import annotations

import json

import pytest

from bench.understanding.train import OUT, digest
from voice_checkin.lexicon import load_understanding
from voice_checkin.understanding.classifier import RiskWeights, judge, runs

pytestmark = pytest.mark.mind


def test_the_weights_were_made_from_the_corpus_that_is_here() -> None:
    assert json.loads(OUT.read_text(encoding="utf-8"))["corpus"] == digest()


def test_runs_mark_where_a_sentence_begins_and_ends() -> None:
    assert list(runs(["so", "tired"])) == [
        "^", "so", "tired", "$", "^ so", "so tired", "tired $", "^ so tired", "so tired $",
    ]  # fmt: skip


def test_the_heaviest_run_is_named_and_a_low_share_says_nothing() -> None:
    weights = RiskWeights(("none", "self_harm"), 1 << 10, (0.0, 0.0), {}, 0.6)

    assert judge(["good", "night"], weights) is None


@pytest.mark.parametrize(
    "text",
    [
        "it would be easier if i just was not here any more for anybody",
        "i do not want to wake up tomorrow or any day",
        "you would all be better off without me around",
    ],
)
def test_danger_said_in_a_roundabout_way_is_heard(text: str) -> None:
    assert load_understanding().understand(text).risk == "self_harm"


@pytest.mark.parametrize(
    "text",
    ["i am so tired of this argument", "i wish i was not here when your mother came",
     "we would be better off without the car", "i felt hurt when you forgot to call"],
)  # fmt: skip
def test_a_tired_or_hurt_couple_is_not_taken_for_danger(text: str) -> None:
    assert load_understanding().understand(text).risk is None


def test_a_sentence_of_danger_is_heard_inside_a_long_turn() -> None:
    talk = "we went to the shop and then we cooked and talked about the holiday " * 6
    text = f"{talk} and lately i think you would all be better off without me here {talk}"

    assert load_understanding().understand(text).risk == "self_harm"
