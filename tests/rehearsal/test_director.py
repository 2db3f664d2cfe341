"""Partners speak when it is their turn, and what they truly did is what is measured."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from voice_checkin.cli.rehearse import _Printer
from voice_checkin.dialog.actions import End
from voice_checkin.events import Samples
from voice_checkin.lexicon import load_understanding
from voice_checkin.rehearsal.audible import Audible
from voice_checkin.rehearsal.director import REACTION_S, Director, Spoken, sample_for
from voice_checkin.rehearsal.measure import Measure
from voice_checkin.rehearsal.room import VirtualRoom
from voice_checkin.rehearsal.script import RehearsalScript, Saying
from voice_checkin.scripts import load_script
from voice_checkin.session.published import (
    Ended,
    LineEnded,
    LineQueued,
    LineStarted,
    Listening,
    TurnTaken,
)
from voice_checkin.understanding.meaning import Meaning
from voice_checkin.words import RATE_HZ, Expecting, Kind, PartnerId, YesNo

pytestmark = pytest.mark.session


class OneSecondVoice:
    """Says everything in a second."""

    def samples(self, saying: Saying) -> Samples:
        return np.full(RATE_HZ if saying.text else 0, 3000, dtype=np.int16)


class Stage:
    """A session that is led by hand."""

    def __init__(self, say: list[dict[str, Any]] | None) -> None:
        script = RehearsalScript.model_validate({"say": say} if say is not None else {})
        self.room = VirtualRoom()
        voices: dict[PartnerId, OneSecondVoice] = {"a": OneSecondVoice(), "b": OneSecondVoice()}
        self.director = Director(script, load_script("nightly"), voices, self.room)
        self.handle = 0

    def listen(self, partner: PartnerId | None, beat: str = "day", kind: Kind = Kind.FREE) -> None:
        self.pass_time(2.0)
        self.director.notice(Listening(beat=beat, partner=partner, expecting=Expecting(kind=kind),
                                       at=self.room.now))  # fmt: skip

    def line(self, text: str, breath: float = 0.0) -> None:
        self.pass_time(2.0)
        self.handle += 1
        self.director.notice(LineQueued(line_id="x", text=text, to=None, handle=self.handle,
                                        at=self.room.now, breath_s=breath))  # fmt: skip
        self.director.notice(LineStarted(line_id="x", handle=self.handle, at=self.room.now))

    def turn(self, text: str, beat: str = "day", meaning: Meaning | None = None) -> None:
        turn = TurnTaken(number=1, beat=beat, asked="a", speaker="a", text=text, meaning=meaning)
        self.director.notice(turn)

    def pass_time(self, seconds: float) -> None:
        for _ in range(round(seconds * 100)):
            self.room.read()

    def said(self) -> list[tuple[PartnerId, str]]:
        return [(spoken.partner, spoken.text) for spoken in self.director.spoken]


def test_each_speaks_in_turn_after_a_persons_reaction() -> None:
    stage = Stage([{"ana": {"text": "yes"}}, {"ben": {"text": "no"}}])
    stage.listen("a")
    stage.listen("b")

    assert stage.said() == [("a", "yes"), ("b", "no")]
    for listening, spoken in zip((2.0, 4.0), stage.director.spoken, strict=True):
        assert REACTION_S[0] <= spoken.started - listening <= REACTION_S[1]
        assert spoken.ended - spoken.started == 1.0


def test_who_was_not_asked_waits_and_who_speaks_anyway_does_not() -> None:
    stage = Stage([{"ben": {"text": "later"}}])
    stage.listen("a")
    assert stage.said() == []
    stage.listen("b")
    assert stage.said() == [("b", "later")]

    stage = Stage([{"ben": {"text": "she means yes", "anyway": True}}])
    stage.listen("a")
    assert stage.said() == [("b", "she means yes")]


def test_either_may_answer_when_either_is_asked() -> None:
    stage = Stage([{"ben": {"text": "at ten"}}])
    stage.listen(None)

    assert stage.said() == [("b", "at ten")]


def test_who_says_nothing_lets_one_question_pass() -> None:
    stage = Stage([{"ana": {"silent": True}}, {"ana": {"text": "yes"}}])
    stage.listen("a")
    assert stage.said() == []
    stage.listen("a")
    assert stage.said() == [("a", "yes")]


def test_both_at_once_are_in_the_air_together() -> None:
    stage = Stage([{"ana": {"text": "yes"}, "ben": {"text": "no"}}])
    stage.listen("a")
    first, second = stage.director.spoken

    assert (first.partner, second.partner) == ("a", "b")
    assert first.started == second.started


@pytest.mark.parametrize("breath", [0.0, 0.15])
def test_an_interruption_comes_into_the_audible_line(breath: float) -> None:
    stage = Stage([{"ana": {"text": "stop", "barge_in_ms": 400}}])
    stage.listen("a")
    assert stage.said() == []
    stage.line("How was your day?", breath=breath)
    (spoken,) = stage.director.spoken

    assert spoken.barge_in
    assert spoken.started == pytest.approx(4.0 + 0.4 + breath)


def test_a_cough_is_nobodys_answer_and_the_answer_follows_it() -> None:
    stage = Stage([{"ana": {"sound": "cough"}}, {"ana": {"text": "yes"}}])
    stage.listen("a")
    (spoken,) = stage.director.spoken

    assert spoken.text == "yes"
    assert spoken.started > 2.0 + REACTION_S[0] + 1.0


@pytest.mark.parametrize(("heard", "answer"), [("Yes, please!", "yes"), ("Mess police.", "no")])
def test_what_is_read_back_is_confirmed_only_if_it_was_heard_right(heard: str, answer: str) -> None:
    stage = Stage([{"ana": {"text": "yes please"}}, {"ben": {"text": "yes"}}])
    stage.listen("a", "consent")
    stage.turn(heard, "consent")
    stage.listen("a", "readback")

    assert stage.said()[1:] == [("a", answer)]


@pytest.mark.parametrize(("number", "answer"), [(4.0, "yes"), (5.0, "no")])
def test_a_number_that_is_read_back_is_right_whatever_words_were_heard(
    number: float, answer: str
) -> None:
    stage = Stage([{"ana": {"text": "a four"}}, {"ben": {"text": "yes"}}])
    stage.listen("a", "wound_up", Kind.SCALE)
    stage.turn("Therefore,", "wound_up", Meaning(text="Therefore,", scale=number, sounded=True))
    stage.listen("a", "readback", Kind.YES_NO)

    assert stage.said()[1:] == [("a", answer)]


@pytest.mark.parametrize(("yes_no", "answer"), [("yes", "yes"), ("no", "no")])
def test_a_yes_that_is_read_back_is_right_whatever_words_were_heard(
    yes_no: YesNo, answer: str
) -> None:
    stage = Stage([{"ana": {"text": "yes please"}}, {"ben": {"text": "yes"}}])
    stage.listen("a", "consent", Kind.YES_NO)
    stage.turn("Yeah.", "consent", Meaning(text="Yeah.", yes_no=yes_no))
    stage.listen("a", "readback", Kind.YES_NO)

    assert stage.said()[1:] == [("a", answer)]


def test_an_answer_that_was_missed_is_repeated_twice_and_no_more() -> None:
    stage = Stage([{"ana": {"text": "busy"}}, {"ben": {"text": "calm"}}])
    for _ in range(5):
        stage.listen("a", "day")
    stage.listen("b", "day")

    assert stage.said() == [("a", "busy")] * 3 + [("b", "calm")]


@pytest.mark.parametrize(("off", "answer"), [(0.0, "yes"), (1.0, "no")])
def test_with_nothing_to_say_the_dialogs_own_answers_are_given(off: float, answer: str) -> None:
    first, second = (sample_for(load_script("nightly"), "wound_up", who, 0) for who in ("a", "b"))
    assert second is not None
    scale = load_understanding().understand(second, Expecting(kind=Kind.SCALE)).scale
    assert scale is not None
    stage = Stage(None)
    stage.listen("a", "wound_up", Kind.SCALE)
    stage.listen("b", "wound_up", Kind.SCALE)
    stage.turn("Therefore,", "wound_up", Meaning(text="Therefore,", scale=scale + off))
    stage.listen("b", "readback", Kind.YES_NO)

    assert stage.said() == [("a", first), ("b", second), ("b", answer)]


@pytest.mark.parametrize(("said", "answer"), [("stop", "yes"), ("stuck", "no")])
def test_a_command_that_was_only_sounded_is_confirmed_by_who_meant_it(
    said: str, answer: str
) -> None:
    stage = Stage([{"ana": {"text": said}}, {"ben": {"text": "yes"}}])
    stage.listen("a", "day")
    stage.turn("Step.", "day", Meaning(text="Step.", command_like="stop"))
    stage.listen(None, "command_like", Kind.YES_NO)

    assert stage.said()[1:] == [("a", answer)]


# -- measuring -----------------------------------------------------------------------------------


class Record:
    """Feeds a measure with a conversation whose truth is known."""

    def __init__(self) -> None:
        self.spoken: list[Spoken] = []
        self.audible = Audible()
        self.measure = Measure({"a": "Ana", "b": "Ben"}, self.spoken, self.audible)
        self.handle = 0

    def assistant(
        self, begin: float, end: float, text: str = "Fine.", *, cut: bool = False
    ) -> None:
        self.handle += 1
        ids = {"line_id": "x", "handle": self.handle}
        notice = self.measure.notice
        notice(LineQueued(text=text, to=None, at=begin, **ids))  # type: ignore[arg-type]
        notice(LineStarted(at=begin - 0.15, **ids))  # type: ignore[arg-type]
        self.heard(begin, end)
        notice(LineEnded(at=end, heard_s=1, interrupted=cut, **ids))  # type: ignore[arg-type]

    def heard(self, begin: float, end: float) -> None:
        for frame in range(round(begin * 100), round(end * 100)):
            self.audible.note(np.full(160, 900, dtype=np.int16), frame / 100)

    def listen(self, at: float) -> None:
        self.measure.notice(Listening(beat="day", partner="a", expecting=Expecting(), at=at))

    def said(self, begin: float, end: float, *, barge_in: bool = False) -> None:
        self.spoken.append(Spoken("a", "busy", begin, end, barge_in))

    def turn(self, at: float, text: str = "busy", started: float = 0.0) -> None:
        self.measure.notice(TurnTaken(number=1, beat="day", asked="a", speaker="a", text=text,
                                      started=started, at=at))  # fmt: skip

    def only(self) -> dict[str, Any]:
        (turn,) = self.measure.turns
        return turn


def test_the_gap_ends_with_the_first_audible_sample_be_it_a_chime() -> None:
    record = Record()
    record.assistant(0.0, 1.0, "How was your day?")
    record.listen(1.0)
    record.said(1.3, 2.0)
    record.turn(2.5)
    record.heard(2.6, 2.8)
    record.assistant(3.0, 4.0)
    turn = record.only()

    assert turn["gap_ms"] == 600
    assert record.measure.line_gaps_ms == [1000]
    assert (turn["asked"], turn["partner"], turn["cut_off"]) == ("How was your day?", "Ana", False)


def test_a_turn_closed_while_its_speaker_drew_breath_was_cut_off() -> None:
    record = Record()
    record.said(1.0, 5.0)
    record.turn(3.0, started=1.0)
    record.assistant(3.2, 4.0)

    assert record.only()["cut_off"]


@pytest.mark.parametrize("audible", [True, False])
def test_a_turn_taken_back_counts_as_cut_off_only_if_the_assistant_was_heard(
    audible: bool,
) -> None:
    record = Record()
    record.said(1.0, 5.0)
    record.turn(3.0, "hang on", started=1.0)
    if audible:
        record.assistant(3.2, 3.4, cut=True)
    record.turn(5.6, "hang on I'm busy", started=1.0)
    record.assistant(5.7, 6.7)
    turn = record.only()

    assert turn["cut_off"] is audible
    assert (turn["heard"], turn["gap_ms"]) == ("hang on I'm busy", 700)


def test_a_turn_taken_back_after_a_whole_line_of_reply_is_still_one() -> None:
    record = Record()
    record.said(1.0, 6.0)
    record.turn(3.0, "thank you for that", started=1.0)
    record.assistant(3.2, 4.0)
    record.assistant(4.1, 5.0, cut=True)
    record.turn(7.0, "thank you for that I needed it", started=1.0)
    record.assistant(7.1, 8.0)
    turn = record.only()

    assert (turn["heard"], turn["gap_ms"]) == ("thank you for that I needed it", 1100)
    assert turn["cut_off"]
    assert sum(record.measure.floor_s.values()) == 5.0


def test_a_turn_taken_back_is_printed_once_and_whole(capsys: pytest.CaptureFixture[str]) -> None:
    record, printer = Record(), _Printer(as_json=True)
    printer.measure = record.measure
    record.said(1.0, 6.0)
    record.turn(3.0, "thank you for that", started=1.0)
    record.assistant(3.2, 4.0)
    printer.notice(Ended(end=End(reason="completed"), beats=1, lines=1, at=4.0))
    record.turn(7.0, "thank you for that I needed it", started=1.0)
    record.assistant(7.1, 8.0)
    printer.rest(record.measure)
    *turns, _ = map(json.loads, capsys.readouterr().out.splitlines())

    assert [turn["heard"] for turn in turns] == ["thank you for that I needed it"]


def test_an_interruption_is_timed_to_the_assistants_last_sound() -> None:
    record = Record()
    record.said(1.4, 2.0, barge_in=True)
    record.assistant(1.0, 1.6, cut=True)
    record.turn(2.6, "stop", started=1.4)
    record.assistant(2.8, 3.5)

    assert record.only()["barge_in_ms"] == 200
    assert not record.only()["cut_off"]


def test_silence_has_no_gap_and_noise_taken_for_words_shows_as_heard_without_said() -> None:
    record = Record()
    record.turn(9.0, "")
    record.assistant(9.1, 10.0)
    record.turn(12.0, "okay", started=11.0)
    record.assistant(12.5, 13.0)
    silence, ghost = record.measure.turns

    assert (silence["said"], silence["heard"], silence["gap_ms"]) == ("", "", None)
    assert (ghost["said"], ghost["heard"], ghost["gap_ms"]) == ("", "okay", None)


def test_the_last_record_says_how_it_ended() -> None:
    record = Record()
    record.said(1.0, 2.0)
    record.turn(2.5)
    record.measure.notice(Ended(end=End(reason="completed"), beats=3, lines=5, at=60.04))

    assert record.measure.summary() == {
        "completed": True, "ended": "completed", "beats": 3, "lines": 5, "seconds": 60.0,
    }  # fmt: skip
    assert len(record.measure.turns) == 1
    assert record.measure.floor_shares() == {"Ana": 100, "Ben": 0}
    assert Record().measure.summary()["ended"] == "hung_up"
