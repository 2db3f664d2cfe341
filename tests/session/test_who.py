"""Who is taken to have spoken: the one who was asked, unless voices are known."""

from __future__ import annotations

import numpy as np
import pytest

from tests.dialog.conversation import EVENING, NAMES, US, always_lines, script_of
from voice_checkin.clock import SampleClock
from voice_checkin.dialog.facts import Facts
from voice_checkin.events import Heard, Samples, Segment, SpeechStarted
from voice_checkin.journal.memory import MemoryJournal
from voice_checkin.rehearsal.room import VirtualRoom
from voice_checkin.session.published import LineQueued, Listening, Published, TurnTaken
from voice_checkin.session.session import Session
from voice_checkin.session.step import FRAME_S
from voice_checkin.session.wiring import build_session
from voice_checkin.understanding.meaning import Meaning
from voice_checkin.words import Expecting, PartnerId, Transcript

pytestmark = pytest.mark.session


class Beeps:
    """A mouth whose every line is a tenth of a second."""

    def speech(self, text: str, *, breath: float = 0.0) -> Samples:
        return np.full(1600, 100, dtype=np.int16)

    def chime(self, name: str) -> Samples:
        return np.full(320, 100, dtype=np.int16)

    def adjust(self, what: str) -> None:
        """Nothing to change."""


class NoEars:
    def expect(self, hint: Expecting) -> None:
        """Nobody listens: the test says what was heard."""

    def submit(self, segment: Segment) -> None:
        """As above."""


class Talk:
    """A session in a room, to which the test says what was heard, and whose voice it was."""

    def __init__(self, voice: Beeps | None = None, room: VirtualRoom | None = None) -> None:
        self.clock = SampleClock(EVENING)
        self.room = room or VirtualRoom()
        self.published: list[Published] = []
        self.session: Session = build_session(
            script=script_of("nightly"), always=always_lines(),
            facts=Facts(names=NAMES, help_lines=US), memory=MemoryJournal(),
            understand=lambda text, _: Meaning(
                text=text, yes_no="yes" if text == "yes" else None,
                command="stop" if text == "stop" else None,
            ),
            sound=self.room, voice=voice or Beeps(), ears=NoEars(), clock=self.clock,
            watchers=[self],
        )  # fmt: skip
        self._id = 0
        self.session.begin()
        self.listen()

    def notice(self, event: Published) -> None:
        self.published.append(event)

    def run(self, seconds: float) -> None:
        for _ in range(round(seconds / FRAME_S)):
            self.room.read()
            self.clock.advance(FRAME_S)
            for event in self.room.pop_events():
                self.session.handle(event)
            deadline = self.session.deadline()
            if deadline is not None and self.clock.now() >= deadline:
                self.session.poll()

    def listen(self) -> None:
        """Let the assistant speak until it listens."""
        before = len(self.published)
        for _ in range(3000):
            self.run(FRAME_S)
            if any(isinstance(event, Listening) for event in self.published[before:]):
                return
        raise AssertionError("it does not listen")

    def heard(self, text: str, speaker: PartnerId | None = None, *, compared: bool = False,
              both: bool = False, seconds: float = 0.6) -> list[str]:  # fmt: skip
        """Let somebody say something; return what the assistant says to it."""
        self.says(text, speaker, compared=compared, both=both, seconds=seconds)
        before = len(self.published)
        self.listen()
        lines = [event for event in self.published[before:] if isinstance(event, LineQueued)]
        return [line.text for line in lines]

    def says(self, text: str, speaker: PartnerId | None = None, *, compared: bool = False,
             both: bool = False, seconds: float = 0.6) -> None:  # fmt: skip
        """Let somebody say something."""
        self._id += 1
        at = self.clock.now()
        self.session.handle(SpeechStarted(at=at, seen=at))
        self.run(seconds)
        end = self.clock.now()
        empty: Samples = np.zeros(160, dtype=np.int16)
        self.session.handle(Segment(id=self._id, revision=1, started=at, ended=end, samples=empty))
        self.session.handle(
            Heard(id=self._id, revision=1, started=at, ended=end, speaker=speaker,
                  compared=compared, both=both, transcript=Transcript(text=text, confidence=0.9))
        )  # fmt: skip

    @property
    def consented(self) -> list[str]:
        return self.session._evening.machine.memory.consented

    @property
    def turn(self) -> TurnTaken:
        return [event for event in self.published if isinstance(event, TurnTaken)][-1]


def test_without_known_voices_the_one_who_was_asked_is_taken_to_have_spoken() -> None:
    talk = Talk()
    talk.heard("yes")

    assert talk.turn.speaker == "a"
    assert talk.consented == ["a"]


def test_with_known_voices_the_other_s_yes_is_thanked_and_is_no_consent() -> None:
    talk = Talk()
    said = talk.heard("yes", "b", compared=True)

    assert said == ["Thank you. This one is for Ana."]
    assert talk.consented == []

    talk.heard("yes", "a", compared=True)
    assert talk.consented == ["a"]


def test_with_known_voices_a_yes_of_nobody_s_voice_is_asked_about() -> None:
    talk = Talk()
    said = talk.heard("yes", None, compared=True)

    assert said == ["Please say your name. Who was that?"]
    assert talk.consented == []

    talk.heard("Ana", None, compared=True)
    assert talk.consented == ["a"]


def test_a_yes_in_two_voices_at_once_is_nobody_s() -> None:
    talk = Talk()
    said = talk.heard("yes", None, compared=True, both=True)

    assert said == ["One at a time. Ana first."]
    assert talk.consented == []


def test_the_session_says_how_long_a_turn_lasted() -> None:
    talk = Talk()
    for text in ("yes", "yes", "four", "six"):
        talk.heard(text)
    while talk.session._evening.machine.memory.step != "day":
        talk.heard("yes")
    talk.heard("a long story", seconds=30.0)

    assert talk.session._evening.machine.memory.floor["day"]["a"] == pytest.approx(30.0, abs=0.2)
