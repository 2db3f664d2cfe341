"""A turn that was closed while its speaker drew breath is taken back."""

from __future__ import annotations

import pytest

from voice_checkin.dialog.actions import Listen
from voice_checkin.events import Heard
from voice_checkin.session.reopening import ONGOING_S, Reopening
from voice_checkin.session.turn_over import Piece, TurnOver
from voice_checkin.session.wiring import load_turn_words
from voice_checkin.words import Expecting, PartnerId, Patience, Seconds, Transcript

PATIENCE_S = 0.8


def over(text: str, ended: Seconds, speaker: PartnerId | None = None, *, id_: int = 1) -> TurnOver:
    transcript = Transcript(text=text, confidence=0.9, words=(), recogniser="scripted")
    heard = Heard(
        id=id_, revision=0, started=ended - 1, ended=ended, transcript=transcript,
        speaker=speaker, compared=speaker is not None,
    )  # fmt: skip
    return TurnOver((Piece(id_, 0, ended - 1, ended, False, ended, heard),))


def asks(partner: PartnerId | None) -> Listen:
    return Listen(beat="day", partner=partner, expecting=Expecting(), patience=Patience())


def closed(text: str = "i was tired") -> Reopening:
    """Return what holds a turn of the first partner that was closed at 10 s."""
    reopening = Reopening(load_turn_words().joining)
    reopening.close({}, over(text, 10.0), asks("a"))
    return reopening


def test_speech_that_goes_on_soon_belongs_to_the_turn_before() -> None:
    assert closed().at(11.8, asks("a"), heard=0.2) is not None


def test_speech_long_after_a_turn_is_another() -> None:
    assert closed().at(10.1 + ONGOING_S, asks("a"), heard=0.2) is None


def test_the_same_partner_may_answer_a_question_that_was_half_heard() -> None:
    assert closed().at(11.8, asks("a"), heard=0.5) is None


def test_the_other_partner_needs_more_of_a_question_before_an_answer_is_believed() -> None:
    assert closed().at(11.8, asks("b"), heard=0.5) is not None
    assert closed().at(11.8, asks("b"), heard=0.8) is None


@pytest.mark.parametrize("text", ["and the kids were loud", "Because I was late.", "So, anyway."])
def test_words_that_join_on_are_no_answer_to_the_next_question(text: str) -> None:
    more = over(text, 12.6, id_=2)
    before = closed().by_words(more, asks("b"))

    assert before is not None
    whole = before.over.then(more)
    assert (whole.text, whole.fresh) == (f"i was tired {text}", text)


def test_an_answer_over_the_next_question_stays_an_answer() -> None:
    assert closed().by_words(over("seven", 12.6), asks("b")) is None


def test_the_voice_of_who_spoke_last_goes_on_and_does_not_answer_for_the_other() -> None:
    assert closed().by_words(over("it was long", 12.6, "a"), asks("b")) is not None
    assert closed().by_words(over("it was long", 12.6, "b"), asks("b")) is None
    assert closed().by_words(over("it was long", 12.6, "a"), asks("a")) is None


def test_a_segment_that_goes_on_belongs_to_its_turn_however_much_was_asked_since() -> None:
    assert closed().resumed(1, 10.6) is not None
    assert closed().resumed(2, 10.6) is None


def test_the_pause_is_remembered_for_the_next_turn_of_that_partner_alone() -> None:
    reopening = closed()
    reopening.at(12.0, asks("b"), heard=0.0)

    assert reopening.memory("a").wait(PATIENCE_S) > 2.0
    assert reopening.memory("b").wait(PATIENCE_S) == PATIENCE_S


def test_a_turn_that_stands_is_not_taken_back() -> None:
    reopening = closed()
    reopening.settle()

    assert reopening.at(11.0, asks("a"), heard=0.0) is None
    assert reopening.by_words(over("and then", 12.0), asks("b")) is None
