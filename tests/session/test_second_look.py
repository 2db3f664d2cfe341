"""Danger that may have been made up in hearing is asked about; what was said is never doubted."""

from __future__ import annotations

import pytest

from voice_checkin.session.completeness import Reader
from voice_checkin.session.wiring import load_turn_words
from voice_checkin.understanding.meaning import Meaning
from voice_checkin.words import Expecting

pytestmark = pytest.mark.session

SCORN, SAID_SCORN = "let help to be a lot", "you are pathetic"
MADE_UP, SAID, ORDINARY = "a rope in the morning", "I want to die", "tomorrow in the morning"


def understand(text: str, _expecting: Expecting) -> Meaning:
    if text == MADE_UP:
        return Meaning(text=text, risk="self_harm", why=("risk.learned 0.90: rope",))
    if text == SAID:
        return Meaning(text=text, risk="self_harm", why=("risk.self_harm.1",))
    if text == SCORN:
        return Meaning(text=text, stance="contempt", why=("stance.learned 0.91: a",))
    if text == SAID_SCORN:
        return Meaning(text=text, stance="contempt", why=("stance.contempt.1",))
    return Meaning(text=text)


def reader() -> Reader:
    return Reader(understand, load_turn_words().endings)


def believed(first: str, second: str, reads: Reader | None = None, sure: float = 0.9) -> Meaning:
    meaning = understand(first, Expecting())
    return (reads or reader()).believed(meaning, second, Expecting(), confidence=sure)


def test_danger_that_is_gone_when_listened_to_again_is_asked_about() -> None:
    meaning = believed(MADE_UP, ORDINARY)

    assert meaning.risk is None
    assert meaning.doubtful


def test_danger_that_is_heard_twice_is_believed() -> None:
    assert believed(MADE_UP, SAID).risk == "self_harm"
    assert believed(MADE_UP, MADE_UP).risk == "self_harm"


def test_danger_that_a_rule_knows_is_believed_at_once() -> None:
    assert believed(SAID, ORDINARY).risk == "self_harm"


def test_what_was_listened_to_once_is_left_as_it_is() -> None:
    assert believed(MADE_UP, "").risk == "self_harm"
    assert believed(ORDINARY, MADE_UP).risk is None


def test_danger_hardly_heard_over_a_television_is_asked_about() -> None:
    assert believed(MADE_UP, "", sure=0.45).doubtful
    assert believed(SAID, "", sure=0.45).risk == "self_harm"


def test_danger_that_is_said_again_when_asked_is_believed() -> None:
    reads = reader()

    assert believed(MADE_UP, ORDINARY, reads).doubtful
    assert believed(MADE_UP, ORDINARY, reads).risk == "self_harm"


def test_contempt_that_was_made_up_in_hearing_is_let_go() -> None:
    assert believed(SCORN, ORDINARY).stance is None
    assert believed(SCORN, "", sure=0.45).stance is None
    assert believed(SCORN, SCORN).stance == "contempt"
    assert believed(SCORN, "").stance == "contempt"
    assert believed(SAID_SCORN, ORDINARY).stance == "contempt"
