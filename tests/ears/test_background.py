"""A television in the room: it opens no turn, keeps none open, and hides nobody."""

from __future__ import annotations

import numpy as np
import pytest

from tests.ears.voices import RATE, mixed, say
from voice_checkin.events import EarEvent, FramePair, Samples, Segment, SpeechStarted
from voice_checkin.listening.background import LONG_CHUNKS, SOFT_CHUNKS, TALKERS, WINDOW, Background
from voice_checkin.listening.ears import Ears
from voice_checkin.listening.vad import SileroVoice
from voice_checkin.rehearsal.noises import steady
from voice_checkin.rehearsal.room import VirtualRoom
from voice_checkin.rehearsal.script import RoomSettings
from voice_checkin.sound.echo import EchoCanceller

pytestmark = [pytest.mark.ears, pytest.mark.timeout(120)]

ROOMS = {"no echo": None, "an echo of -20 dB": -20.0, "an echo of -8 dB": -8.0}


class Evening:
    """Lines of ours and answers of theirs, one after the other, in a room that goes on sounding."""

    def __init__(self, echo_db: float | None, *, television: bool = True) -> None:
        self.room = VirtualRoom(
            RoomSettings(
                noise="television", noise_snr_db=10 if television else None, echo_db=echo_db
            )
        )
        self.ears = Ears(SileroVoice(), EchoCanceller())

    def _run(self, seconds: float) -> list[EarEvent]:
        return [
            event
            for _ in range(round(seconds * 100))
            for event in self.ears.process(self.room.read() or pytest.fail("no frame"))
        ]

    def line(self, text: str) -> list[EarEvent]:
        samples = say(text, "en-us", db=-20.0)
        self.room.play(samples)
        return self._run(len(samples) / RATE + 0.3)

    def answer(self, text: str, voice: str, *, db: float = -23.0) -> tuple[float, list[EarEvent]]:
        """Let somebody speak; return how long they did and what was made of it."""
        samples = say(text, voice, db=db)
        self.room.speak(samples, 0.3)
        return len(samples) / RATE, self._run(len(samples) / RATE + 1.8)

    def switch(self, *, television: bool) -> None:
        self.room._noise = steady("television", 10, 7) if television else np.zeros(0, np.float32)


def started(events: list[EarEvent]) -> list[SpeechStarted]:
    return [event for event in events if isinstance(event, SpeechStarted)]


def length(events: list[EarEvent]) -> float:
    """From the first start to the last end of all that was taken for speech."""
    found = [event for event in events if isinstance(event, Segment)]
    return max(s.ended for s in found) - min(s.started for s in found) if found else 0.0


HELLO = ("Good evening, Ana and Ben.", "I'm a program, not a therapist.",
         "Ana, would you like to check in tonight?")  # fmt: skip


@pytest.mark.parametrize("echo_db", ROOMS.values(), ids=ROOMS.keys())
def test_a_television_interrupts_nobody_and_an_answer_is_as_long_as_it_was(
    echo_db: float | None,
) -> None:
    evening = Evening(echo_db)
    hello = [event for line in HELLO for event in started(evening.line(line))]
    assert len(hello) <= 1  # nobody can know of it before two seconds of its own lines
    for line, text, voice in (
        ("", "yes please", "en-us+f3"),
        ("Ben, would you like to check in tonight?", "yes, let's do it", "en-us+m3"),
        ("Ana, what is one thing Ben did today that helped?",
         "he made dinner for us when I came home late, and he listened to me", "en-us+f3"),
    ):  # fmt: skip
        assert line == "" or started(evening.line(line)) == []
        seconds, heard = evening.answer(text, voice)

        assert len(started(heard)) == 1
        assert length(heard) == pytest.approx(seconds, abs=0.4)


def test_whoever_cuts_in_is_noticed_over_the_television_too() -> None:
    evening = Evening(-20.0)
    for line in HELLO:
        evening.line(line)
    evening.answer("yes please", "en-us+f3")
    voice = say("wait, please stop for a moment", "en-us+m3")
    evening.room.speak(voice, 1.0)
    (event,) = started(evening.line("Ana, what is one thing that Ben did today and that helped?"))

    assert event.while_speaking
    assert event.seen - event.at < 0.3


def test_somebody_far_away_is_heard_after_somebody_near() -> None:
    evening = Evening(-20.0, television=False)
    for line in HELLO:
        evening.line(line)
    evening.answer("yes please", "en-us+f3")
    evening.line("Ben, would you like to check in tonight?")
    seconds, heard = evening.answer("yes, let's do it", "en-us+m3", db=-41.0)

    assert length(heard) == pytest.approx(seconds, abs=0.4)


def test_a_television_that_is_switched_on_is_learned_and_one_that_is_off_is_forgotten() -> None:
    evening = Evening(-20.0, television=False)
    for line in HELLO:
        evening.line(line)
    for voice in ("en-us+f3", "en-us+m3"):
        evening.answer("yes, let's do it, and then early to bed", voice)
    evening.switch(television=True)
    evening.line("Ben, would you like to check in tonight?")
    evening.answer("yes please, let's do it", "en-us+m3")
    evening.line("Ana, what is one thing Ben did today that helped?")
    seconds, heard = evening.answer("he made dinner when I came home late", "en-us+f3")

    assert length(heard) == pytest.approx(seconds, abs=0.5)

    evening.switch(television=False)
    for line in HELLO:
        evening.line(line)
    seconds, heard = evening.answer("yes, let's do it", "en-us+m3", db=-37.0)

    assert length(heard) == pytest.approx(seconds, abs=0.4)


def test_a_cough_or_a_word_over_our_line_makes_no_background() -> None:
    background = Background()
    for chunk in range(4 * WINDOW):
        background.over_line(0.9 if chunk % 10 == 0 else 0.0, near_db=-30.0, clean_db=-31.0)

    assert background.threshold_db is None
    assert background.may_be_person(-45.0, speaking=False)


def test_what_the_canceller_took_away_tells_nothing() -> None:
    background = Background()
    for _ in range(4 * WINDOW):
        background.over_line(0.9, near_db=-30.0, clean_db=-50.0)

    assert background.threshold_db is None


def test_people_who_are_known_are_never_held_to_more_than_their_usual_level() -> None:
    background = Background()
    for _ in range(TALKERS):
        background.talker(-24.0)
    for _ in range(2 * WINDOW):
        background.over_line(0.9, near_db=-28.0, clean_db=-29.0)

    assert background.threshold_db is not None
    assert background.threshold_db <= -26.0


def test_frames_of_silence_are_nobody() -> None:
    ears = Ears(SileroVoice(), EchoCanceller())
    empty: Samples = np.zeros(160, dtype=np.int16)
    sound = mixed(seconds=1)
    events = [
        event
        for at in range(0, len(sound), 160)
        for event in ears.process(FramePair(near=sound[at : at + 160], far=empty, index=at))
    ]

    assert events == []


def talks_on(background: Background) -> None:
    for _ in range(LONG_CHUNKS):
        background.cut_in(-32.0, 1.0)
    background.cut_in(None)


def test_a_television_that_opens_the_evening_is_learned_from_its_talking_on() -> None:
    background = Background()
    talks_on(background)

    assert background.threshold_db is not None
    assert not background.may_be_person(-32.0, speaking=False)
    assert background.may_be_person(-20.0, speaking=False)


def test_somebody_who_talked_long_over_our_first_line_is_heard_after_two_quiet_seconds() -> None:
    background = Background()
    talks_on(background)
    for _ in range(WINDOW):
        background.over_line(0.0, near_db=-60.0, clean_db=-61.0)

    assert background.threshold_db is None
    assert background.may_be_person(-32.0, speaking=False)


def test_somebody_who_is_known_may_talk_as_long_as_they_want_over_our_line() -> None:
    background = Background()
    background.talker(-30.0)
    talks_on(background)

    assert background.threshold_db is None


def test_who_says_two_words_over_the_end_of_a_line_and_then_thinks_is_no_background() -> None:
    background = Background()
    background.talker(-24.0)
    for _ in range(SOFT_CHUNKS // 2):
        background.cut_in(-25.0, 1.0)
    for _ in range(SOFT_CHUNKS):
        background.cut_in(-52.0, 0.01)

    assert background.threshold_db is None
    assert background.may_be_person(-25.0, speaking=False)


def test_a_television_that_is_switched_on_meanwhile_is_background_after_a_second_of_it() -> None:
    background = Background()
    background.talker(-24.0)
    for _ in range(SOFT_CHUNKS):
        background.cut_in(-34.0, 1.0)

    assert background.threshold_db is not None
