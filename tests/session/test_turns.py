"""When a turn is over: tables of events and times."""

from __future__ import annotations

import pytest

from voice_checkin.events import Heard
from voice_checkin.session.completeness import Endings, judge
from voice_checkin.session.pauses import PauseMemory
from voice_checkin.session.turn_over import TurnOver
from voice_checkin.session.turns import (
    COMPLETE_S,
    UNFINISHED_S,
    WHOLE_S,
    Completeness,
    NearLimit,
    SilenceOver,
    TurnTaker,
)
from voice_checkin.session.wiring import load_turn_words
from voice_checkin.understanding.meaning import Meaning
from voice_checkin.words import Expecting, Kind, Patience, Transcript

pytestmark = pytest.mark.session

PATIENCE = Patience(start_s=8.0, pause_s=1.2, limit_s=60.0)


def heard(id_: int, text: str, *, revision: int = 0, started: float = 1.0, ended: float = 2.0):
    return Heard(
        id=id_,
        revision=revision,
        started=started,
        ended=ended,
        transcript=Transcript(text=text, confidence=0.9),
    )


def taker(verdict: Completeness = Completeness.OPEN) -> TurnTaker:
    new = TurnTaker(lambda _text: verdict)
    new.open(PATIENCE, 0.0)
    return new


def speak(turn: TurnTaker, text: str, *, ended: float = 2.0, id_: int = 1) -> None:
    turn.speech_started(ended - 1)
    turn.segment(id_, 0, ended - 1, ended, overlapped=False, at=ended + 0.3)
    turn.heard(heard(id_, text, started=ended - 1, ended=ended))


def test_a_whole_thought_is_answered_a_little_sooner() -> None:
    turn = taker(Completeness.WHOLE)
    speak(turn, "you made dinner when I was late")

    assert turn.poll(2.0 + WHOLE_S - 0.05) is None
    assert isinstance(turn.poll(2.0 + WHOLE_S), TurnOver)


def test_who_has_paused_in_this_turn_is_given_the_whole_patience() -> None:
    turn = taker(Completeness.WHOLE)
    speak(turn, "it was a long day", ended=2.0, id_=1)
    speak(turn, "and then the boiler broke", ended=4.0, id_=2)

    assert turn.poll(4.0 + PATIENCE.pause_s - 0.05) is None
    assert isinstance(turn.poll(4.0 + PATIENCE.pause_s), TurnOver)


def test_a_question_about_feelings_keeps_all_its_silence() -> None:
    turn = TurnTaker(lambda _text: Completeness.WHOLE)
    turn.open(Patience(start_s=8.0, pause_s=2.5, limit_s=60.0), 0.0)
    speak(turn, "I felt so alone that night")

    assert turn.poll(4.4) is None
    assert isinstance(turn.poll(4.5), TurnOver)


def test_nobody_is_hurried_before_the_patience_of_the_beat_is_over() -> None:
    turn = taker()

    assert turn.poll(7.9) is None
    assert isinstance(turn.poll(8.0), SilenceOver)


def test_a_whole_answer_is_answered_soon() -> None:
    turn = taker(Completeness.COMPLETE)
    speak(turn, "seven")

    assert turn.poll(2.0 + COMPLETE_S - 0.05) is None
    assert isinstance(turn.poll(2.0 + COMPLETE_S), TurnOver)


def test_a_long_pause_is_not_the_end_of_an_unfinished_turn() -> None:
    turn = taker(Completeness.UNFINISHED)
    speak(turn, "i felt")

    assert turn.poll(2.0 + 2.5) is None
    assert isinstance(turn.poll(2.0 + UNFINISHED_S), TurnOver)


def test_words_after_a_pause_belong_to_the_same_turn() -> None:
    turn = taker()
    speak(turn, "it was a long day", ended=2.0)
    speak(turn, "and i missed you", ended=4.0, id_=2)
    over = turn.poll(4.0 + 1.2)

    assert isinstance(over, TurnOver)
    assert over.text == "it was a long day and i missed you"
    assert (over.started, over.ended) == (1.0, 4.0)


def test_a_turn_does_not_end_while_its_words_are_still_being_decoded() -> None:
    turn = taker()
    turn.speech_started(1.0)
    turn.segment(1, 0, 1.0, 2.0, overlapped=False, at=2.3)

    assert turn.poll(4.0) is None
    turn.heard(heard(1, "yes"))
    assert isinstance(turn.poll(4.0), TurnOver)


def test_an_older_decode_of_a_segment_that_went_on_is_passed_over() -> None:
    turn = taker()
    turn.speech_started(1.0)
    turn.segment(1, 0, 1.0, 2.0, overlapped=False, at=2.3)
    turn.resumed(1, 2.5)
    turn.heard(heard(1, "yes", revision=0))
    turn.segment(1, 1, 1.0, 3.5, overlapped=False, at=3.8)
    turn.heard(heard(1, "yes but not tonight", revision=1, ended=3.5))
    over = turn.poll(6.0)

    assert isinstance(over, TurnOver)
    assert over.text == "yes but not tonight"


def test_a_cough_takes_no_turn_and_starts_the_wait_anew() -> None:
    turn = taker()
    speak(turn, "", ended=7.0)

    assert turn.poll(8.0) is None
    assert isinstance(turn.poll(15.0), SilenceOver)


def test_a_chime_comes_before_the_floor_is_over() -> None:
    turn = taker()
    turn.speech_started(1.0)
    turn.segment(1, 0, 1.0, 44.0, overlapped=False, at=44.3)
    turn.heard(heard(1, "so then", ended=44.0))
    turn.speech_started(44.5)

    assert isinstance(turn.poll(46.1), NearLimit)
    assert turn.poll(46.2) is None
    assert isinstance(turn.poll(61.0), TurnOver)


def test_a_turn_that_was_closed_too_early_can_be_taken_back() -> None:
    turn = taker()
    speak(turn, "i was home")
    over = turn.poll(4.0)
    assert isinstance(over, TurnOver)
    turn.open(PATIENCE, 4.2)
    turn.carry(over)
    speak(turn, "all alone", ended=5.0, id_=2)
    whole = turn.poll(8.0)

    assert isinstance(whole, TurnOver)
    assert whole.text == "i was home all alone"


def test_what_was_said_after_taking_a_turn_back_can_be_judged_alone() -> None:
    turn = taker()
    speak(turn, "therefore")
    over = turn.poll(4.0)
    assert isinstance(over, TurnOver)
    turn.open(PATIENCE, 4.2)
    turn.carry(over)
    speak(turn, "stop", ended=5.0, id_=2)
    whole = turn.poll(8.0)

    assert isinstance(whole, TurnOver)
    assert (whole.text, whole.fresh) == ("therefore stop", "stop")


def test_the_wait_grows_with_the_pauses_that_a_partner_makes() -> None:
    memory = PauseMemory()
    for pause in (1.6, 1.8, 1.7):
        memory.learn(pause)

    assert memory.wait(1.2) > 1.7
    assert memory.wait(1.2) <= UNFINISHED_S


def test_whoever_was_answered_too_early_once_is_given_that_long_from_then_on() -> None:
    memory = PauseMemory()
    memory.closed_early(1.8)

    assert memory.wait(0.8) > 1.8
    memory.closed_early(9.0)
    assert memory.wait(0.8) == UNFINISHED_S


def test_hasty_speakers_never_shorten_the_patience() -> None:
    memory = PauseMemory()
    for _ in range(5):
        memory.learn(0.3)

    assert memory.wait(1.2) == 1.2


@pytest.mark.parametrize(
    ("text", "kind", "meaning", "verdict"),
    [
        ("seven", Kind.SCALE, {"scale": 7.0}, Completeness.COMPLETE),
        ("yes", Kind.YES_NO, {"yes_no": "yes"}, Completeness.COMPLETE),
        ("yes but", Kind.YES_NO, {"yes_no": "yes"}, Completeness.COMPLETE),
        ("yes i would like to but", Kind.YES_NO, {"yes_no": "yes"}, Completeness.UNFINISHED),
        ("well i felt", Kind.FREE, {}, Completeness.UNFINISHED),
        ("because", Kind.FREE, {}, Completeness.UNFINISHED),
        ("so um", Kind.FREE, {}, Completeness.UNFINISHED),
        ("it was fine and that's all", Kind.FREE, {}, Completeness.COMPLETE),
        ("it was a long day.", Kind.FREE, {}, Completeness.WHOLE),
        ("busy", Kind.FREE, {}, Completeness.OPEN),
        ("stop", Kind.FREE, {"command": "stop"}, Completeness.COMPLETE),
        ("Therefore", Kind.SCALE, {"scale": 4.0, "sounded": True}, Completeness.OPEN),
        ("a number like", Kind.SCALE, {}, Completeness.UNFINISHED),
        ("", Kind.FREE, {}, Completeness.OPEN),
    ],
)
def test_the_words_so_far_tell_whether_somebody_is_done(
    text: str, kind: Kind, meaning: dict[str, object], verdict: Completeness
) -> None:
    endings: Endings = load_turn_words().endings

    assert judge(Meaning(text=text, **meaning), Expecting(kind=kind), endings) is verdict


def test_a_word_or_two_before_the_answer_are_not_the_answer() -> None:
    asked = Expecting(kind=Kind.SCALE)
    endings = Endings.of((), ())

    assert judge(Meaning(text="I sing"), asked, endings) is Completeness.UNFINISHED
    assert judge(Meaning(text="five", scale=5.0), asked, endings) is Completeness.COMPLETE
    assert judge(Meaning(text="I sing"), Expecting(), endings) is Completeness.OPEN
