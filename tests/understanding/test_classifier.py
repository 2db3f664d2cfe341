"""The learned judges: their weights belong to the corpus, they add to the rules, they say why."""

from __future__ import annotations

import json
from pathlib import Path
from shutil import copytree

import numpy as np
import pytest

from bench.understanding.material import HEADS, digest
from bench.understanding.train import OUT
from voice_checkin.errors import BadInput
from voice_checkin.lexicon import load_understanding, sentence_model
from voice_checkin.resources import dialogs_folder
from voice_checkin.understanding.classifier import bucket, normal, pieces, runs
from voice_checkin.understanding.wordpiece import END, START, UNKNOWN, pieces_of
from voice_checkin.words import Expecting, Kind

pytestmark = pytest.mark.mind

MIND = load_understanding()
MODEL = dialogs_folder() / "understanding" / "sentences.onnx"


def test_the_weights_were_made_from_the_corpus_that_is_here() -> None:
    with np.load(OUT, allow_pickle=False) as data:
        about = json.loads(str(data["about"]))

    assert about["corpus"] == digest()
    assert sentence_model(MODEL).corpus == digest()
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


def test_a_sentence_has_the_same_sums_again_whatever_is_asked_beside_it() -> None:
    model = sentence_model(MODEL)
    said, other = ["i", "want", "to", "die"], ["pass", "me", "the", "salt"]
    alone = model.sums([said])[0]

    assert alone.shape == (sum(len(question.labels) for question in HEADS),)
    assert np.array_equal(alone, model.sums([other, said])[1])


def test_a_word_is_cut_into_the_longest_pieces_that_are_known() -> None:
    numbers = {START: 0, END: 1, UNKNOWN: 2, "slap": 3, "##ped": 4, "##p": 5, "s": 6}

    assert pieces_of(["slapped"], numbers, 64) == [0, 3, 4, 1]
    assert pieces_of(["slap", "zzz"], numbers, 64) == [0, 3, 2, 1]
    assert pieces_of(["slap"] * 100, numbers, 5) == [0, 3, 3, 3, 1]


def test_a_damaged_model_is_named(tmp_path: Path) -> None:
    broken = tmp_path / "sentences.onnx"
    broken.write_bytes(MODEL.read_bytes()[:100_000])

    with pytest.raises(BadInput, match=r"sentences\.onnx is damaged"):
        sentence_model(broken)


def test_weights_that_cannot_answer_every_question_are_named(tmp_path: Path) -> None:
    folder = tmp_path / "dialogs"
    copytree(dialogs_folder(), folder)
    path = folder / "understanding" / "learned.npz"
    with np.load(path) as data:
        older = dict(data)
    about = json.loads(str(older["about"]))
    about["heads"] = [head for head in about["heads"] if head["name"] != "feeling"]
    np.savez_compressed(path, **{**older, "about": np.array(json.dumps(about))})

    with pytest.raises(BadInput, match=r"learned\.npz is damaged"):
        load_understanding(folder)


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


@pytest.mark.parametrize("heard", ["thanks for saving that", "thank you for saving that"])
def test_thanks_that_were_misheard_delete_nothing(heard: str) -> None:
    assert MIND.understand(heard).command is None
