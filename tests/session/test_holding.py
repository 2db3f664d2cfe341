"""The assistant falls silent as soon as somebody may be speaking, and goes on if nobody was."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.session.test_who import Beeps, Talk
from voice_checkin.dialog.actions import Say
from voice_checkin.events import Samples, SpeechLikely, SpeechStarted, SpeechUnlikely
from voice_checkin.rehearsal.room import VirtualRoom
from voice_checkin.session.published import LineStarted
from voice_checkin.words import RATE_HZ

pytestmark = pytest.mark.session
LINE_S = 2.0


class Drones(Beeps):
    """A mouth whose every line is one long tone."""

    def speech(self, text: str, *, breath: float = 0.0) -> Samples:
        return np.full(int(LINE_S * RATE_HZ), 1000, dtype=np.int16)


class Listener(Talk):
    """A talk of which it is kept when the assistant was in the air."""

    def __init__(self) -> None:
        self.frames: list[bool] = []
        super().__init__(Drones(), VirtualRoom(listener=self._hear))
        self.answered("yes")

    def answered(self, text: str) -> None:
        """Let somebody say something, up to the middle of what the assistant says to it."""
        self.says(text)
        before = len(self.published)
        while not any(isinstance(event, LineStarted) for event in self.published[before:]):
            self.run(0.05)
        assert self.loud(0.3) == 1.0

    def _hear(self, frame: Samples) -> None:
        self.frames.append(bool(frame[-1]))

    def loud(self, seconds: float) -> float:
        """Let time pass; return the share of it in which the assistant was heard."""
        before = len(self.frames)
        self.run(seconds)
        heard = self.frames[before:]
        return sum(heard) / len(heard)

    def notes(self, event: type[SpeechLikely | SpeechStarted | SpeechUnlikely]) -> None:
        now = self.clock.now()
        more = {} if event is SpeechUnlikely else {"seen": now}
        self.session.handle(event(at=now, **more))


def test_it_falls_silent_before_it_is_certain_that_somebody_speaks() -> None:
    talk = Listener()
    talk.notes(SpeechLikely)
    talk.run(0.02)
    assert talk.loud(0.1) == 0.0


def test_it_goes_on_where_it_was_if_nobody_spoke() -> None:
    talk, undisturbed = Listener(), Listener()
    talk.notes(SpeechLikely)
    talk.run(0.2)
    talk.notes(SpeechUnlikely)
    talk.run(0.02)
    assert talk.loud(0.1) == 1.0
    talk.run(30.0)
    undisturbed.run(30.0)
    # Two fades, of a frame or two at their ends, are all that is softer.
    assert abs(sum(talk.frames) - sum(undisturbed.frames)) <= 2


def test_speech_that_is_certain_then_cuts_the_line() -> None:
    talk = Listener()
    talk.notes(SpeechLikely)
    talk.run(0.06)
    talk.notes(SpeechStarted)
    assert talk.loud(1.0) == 0.0


def test_nothing_holds_the_good_night() -> None:
    talk = Listener()
    talk.listen()
    talk.answered("stop")
    talk.notes(SpeechLikely)
    assert talk.loud(0.3) == 1.0


def test_an_answer_that_comes_just_before_the_end_of_a_question_is_no_interruption() -> None:
    talk = Listener()
    item = talk.session._stage.current
    assert item is not None
    while item.left_s(talk.clock.now()) > 0.05:
        talk.run(0.01)
    talk.notes(SpeechLikely)
    talk.run(0.07)
    talk.notes(SpeechStarted)
    assert item.share_heard == 1.0
    assert not talk.session._barged


def test_what_was_not_heard_for_a_hold_does_not_count_as_heard() -> None:
    talk = Listener()
    item = talk.session._stage.current
    assert item is not None
    before = item.share_at(talk.clock.now())
    talk.notes(SpeechLikely)
    talk.run(0.5)
    talk.notes(SpeechUnlikely)
    assert abs(item.share_at(talk.clock.now()) - before) < 0.02


def test_a_noise_that_comes_again_and_again_holds_a_line_only_twice() -> None:
    talk = Listener()
    for expected in (0.0, 0.0, 1.0):
        talk.notes(SpeechLikely)
        talk.run(0.02)
        assert talk.loud(0.1) == expected
        talk.notes(SpeechUnlikely)
        talk.run(0.05)


def test_a_safety_line_is_not_held() -> None:
    talk = Listener()
    item = talk.session._stage.current
    assert item is not None
    assert isinstance(item.action, Say)
    item.action = replace(item.action, protected=True)
    talk.notes(SpeechLikely)
    talk.run(0.02)
    assert talk.loud(0.1) == 1.0
