"""How soon safety is in the air, in sample time: real ears, a room, decodes of a fixed length."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from typing import Any

import pytest

from voice_checkin.events import Samples
from voice_checkin.listening.choose import choose_recognizer
from voice_checkin.listening.decoder import Decoder
from voice_checkin.listening.models import models_folder
from voice_checkin.listening.scripted import ScriptedRecognizer
from voice_checkin.listening.seams import Recognizer
from voice_checkin.rehearsal.run import Rehearsal
from voice_checkin.rehearsal.script import RehearsalScript
from voice_checkin.session.published import LineEnded, LineStarted, Published, TurnTaken, Waiting
from voice_checkin.session.wiring import load_mouth
from voice_checkin.settings import Settings
from voice_checkin.words import RATE_HZ, Expecting, Seconds, Transcript

pytestmark = [pytest.mark.loop, pytest.mark.timeout(120)]

EVENING = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)
DECODE_S: Seconds = 0.3
"""Moonshine on two cores needs 0.1 to 0.3 s for a sentence."""
FRAME_S: Seconds = 0.01
COVER = "it is a rainy day"
LONGEST_S: Seconds = 110
"""Every evening here is over by then; one that is not has failed."""
ALIKE = {"Ana": {"voice": "flite:slt"}, "Ben": {"voice": "flite:rms"}}
"""espeak-ng speaks no sentence twice alike to the sample; flite does."""
YES = [{"Ana": {"text": "yes"}}, {"Ben": {"text": "yes"}}]
CALM = [*YES, {"Ana": {"text": "six"}}, {"Ben": {"text": "five"}}]
CALMLY = ["yes", "yes", "six", "five"]


class Sure:
    """The real recogniser, sure of its words: what is read back is not the matter here."""

    def __init__(self) -> None:
        self._inner = choose_recognizer("auto", models_folder())
        self.name = self._inner.name

    def load(self) -> None:
        self._inner.load()

    def decode(self, samples: Samples, hint: Expecting) -> Transcript:
        return replace(self._inner.decode(samples, hint), confidence=1.0)


class Seen:
    """One rehearsed evening: what was published, said and heard.

    ``hears`` is what is made of the segments, where only the time matters: a synthetic voice's lone
    "stop" is "Tough." one time in 24.
    """

    def __init__(self, *, cover: str | None = None, locale: str = "us", voice: str = "espeak:en-us",
                 hears: list[str] | None = None, **plan: Any) -> None:  # fmt: skip
        self.measure: Any = None
        self.names: dict[str, str] = {}
        self.events: list[Published] = []
        self.settings = Settings.model_validate(
            {"names": ("Ana", "Ben"), "locale": locale, "cover_phrase": cover, "voice": voice}
        )
        recognizer: Recognizer = Sure() if hears is None else ScriptedRecognizer(hears)
        recognizer.load()
        timer = count(0.0, DECODE_S)  # each decode looks at it twice
        rehearsal = Rehearsal(
            RehearsalScript.model_validate({"dialog": "nightly", **plan}),
            self.settings,
            real_time=False, keep=False, wall=EVENING, most_s=LONGEST_S,
            decoder=Decoder(recognizer, timer=lambda: next(timer)),
        )  # fmt: skip
        self.summary = rehearsal.run([self]).summary()
        self.spoken = rehearsal.spoken
        self.audible = rehearsal.room.audible

    def notice(self, event: Published) -> None:
        self.events.append(event)

    @property
    def last_word(self) -> Seconds:
        """When the last thing that a partner said was over."""
        return self.spoken[-1].ended

    def begun(self, line: str, since: Seconds = 0.0) -> Seconds:
        """Return when a line was first in the air; `AssertionError` where it never was."""
        found = [e.at for e in self.events if isinstance(e, LineStarted) and e.line_id == line]
        found = [at for at in found if at >= since]
        assert found, [e.line_id for e in self.events if isinstance(e, LineStarted)]
        return found[0]

    def sound_after(self, at: Seconds) -> Seconds:
        """Return how long after a moment the assistant was first heard."""
        first = self.audible.first(at)
        assert first is not None
        return first - at

    def silent_after(self, at: Seconds, before: Seconds) -> Seconds:
        """Return how long after a moment the assistant fell silent, 0 where it was."""
        last = self.audible.last(at, before)
        return 0.0 if last is None else last - at

    def cut_off(self) -> list[str]:
        """Return the lines that were not said to their end."""
        return [e.line_id for e in self.events if isinstance(e, LineEnded) and e.interrupted]

    def over_after(self, at: Seconds) -> Seconds:
        ended = [e.at for e in self.events if isinstance(e, LineEnded)]
        return ended[-1] - at


# -- S8: no cause of the hard stop is sooner than another ------------------------------------------


def test_s8_the_stop_is_in_the_air_at_the_same_moment_whatever_its_cause() -> None:
    """The same sounds, heard as contempt for the second time, as violence and as control."""
    say = [*CALM, *({"Ana": {"text": "it is a rainy day"}} for _ in range(2))]
    times = {}
    for said in ("you are pathetic", "you hit me again", "you took my passport"):
        hears = [*CALMLY, "you are pathetic", said]
        seen = Seen(say=say, partners=ALIKE, voice="tone", hears=hears)
        turns = [event.text for event in seen.events if isinstance(event, TurnTaken)]
        assert turns[-1] == said
        assert seen.summary["ended"] == "stopped"
        assert seen.begun("always.hard_stop.stop") > seen.last_word
        times[said] = (seen.sound_after(seen.last_word), seen.over_after(seen.last_word))
    first, *others = times.values()

    assert first[0] < 3
    for other in others:
        assert other == pytest.approx(first, abs=FRAME_S)


# -- S14: the cover phrase -------------------------------------------------------------------------


def test_s14_the_cover_phrase_is_answered_within_a_second() -> None:
    seen = Seen(cover=COVER, say=[*YES, {"Ana": {"text": COVER}}], hears=["yes", "yes", COVER])

    assert seen.begun("always.cover") - seen.last_word < 1
    assert seen.sound_after(seen.last_word) < 1
    assert seen.summary["ended"] == "stopped"


def test_s14_it_works_in_the_middle_of_one_s_own_sentence() -> None:
    for parts in (["we had lunch and", COVER], [f"I went home and {COVER}"]):
        seen = Seen(cover=COVER, partners=ALIKE, hears=[*CALMLY, *parts],
                    say=[*CALM, {"Ana": {"text": " ... ".join(parts)}}])  # fmt: skip

        assert seen.begun("always.cover") - seen.last_word < 1
        assert seen.summary["ended"] == "stopped"


def test_s14_it_works_in_the_middle_of_the_assistant_s_sentence() -> None:
    seen = Seen(cover=COVER, room={"echo_db": -20, "delay_ms": 60},
                say=[*YES, {"Ana": {"text": COVER, "barge_in_ms": 500}}])  # fmt: skip
    said = seen.spoken[-1]

    assert seen.silent_after(said.started, said.ended) < 0.4
    assert seen.begun("always.cover") - said.ended < 1


def test_s14_it_works_in_a_break() -> None:
    seen = Seen(cover=COVER, say=[*CALM, {"Ana": {"text": "pause"}}, {"Ben": {"text": COVER}}],
                hears=[*CALMLY, "pause", COVER])  # fmt: skip

    assert any(isinstance(event, Waiting) for event in seen.events)
    assert seen.begun("always.cover") - seen.last_word < 1


# -- S24: stop -------------------------------------------------------------------------------------


@pytest.mark.parametrize("answered", [0, 2, 4], ids=["consent", "a number", "words"])
def test_s24_stop_is_honoured_within_a_second_at_a_question(answered: int) -> None:
    seen = Seen(say=[*CALM[:answered], {"Ana": {"text": "stop"}}],
                hears=[*CALMLY[:answered], "stop"])  # fmt: skip

    assert seen.begun("always.stopped") - seen.last_word < 1
    assert seen.summary["ended"] in ("stopped", "declined")


def test_s24_stop_over_the_assistant_s_voice_silences_it_and_ends_it() -> None:
    for text, after_ms in (("stop", 300), ("please stop now", 900)):
        seen = Seen(room={"echo_db": -20, "delay_ms": 60},
                    say=[*YES, {"Ana": {"text": text, "barge_in_ms": after_ms}}])  # fmt: skip
        said = seen.spoken[-1]

        assert seen.silent_after(said.started, said.ended) < 0.4
        assert seen.begun("always.stopped") - said.ended < 1


def test_s24_stop_in_the_quiet_at_a_change_of_floor_is_honoured_within_a_second() -> None:
    """Contempt is followed by five seconds of quiet; she speaks in their middle."""
    text = "you are pathetic ... stop"
    seen = Seen(say=[*CALM, {"Ana": {"text": text, "pause_ms": 4500}}],
                hears=[*CALMLY, "you are pathetic", "stop"])  # fmt: skip

    assert seen.silent_after(seen.spoken[-1].started, seen.last_word) == 0, "it was quiet"
    assert seen.begun("always.stopped") - seen.last_word < 1


@pytest.mark.parametrize(
    "into", [["pause"], ["time out", "twenty minutes", "yes"]], ids=["a pause", "a break"]
)
def test_s24_stop_in_a_break_is_honoured_within_a_second(into: list[str]) -> None:
    who = ["Ana", "Ana", "Ben"]
    say = [*CALM, *({name: {"text": text}} for name, text in zip(who, into, strict=False))]
    seen = Seen(say=[*say, {"Ben": {"text": "stop"}}], hears=[*CALMLY, *into, "stop"])

    assert any(isinstance(event, Waiting) for event in seen.events)
    assert seen.begun("always.stopped") - seen.last_word < 1


def test_s24_stop_over_a_safety_line_is_honoured_within_a_second() -> None:
    """Talking over a line that must be heard does not cut it off; stop does.

    Words over our own voice are sometimes misheard: one of three times they must be understood.
    """
    for _ in range(3):
        seen = Seen(
            room={"echo_db": -20, "delay_ms": 60},
            say=[
                *YES,
                {"Ana": {"text": "I want to kill myself ... please stop now", "pause_ms": 5000}},
            ],
        )
        if seen.summary["ended"] == "stopped":
            break

    assert seen.begun("always.stopped") - seen.last_word < 1


def test_s24_words_after_stop_do_not_take_it_back() -> None:
    """Somebody who goes on takes back a turn that was closed too soon; never a stop."""
    text = "stop ... we had lunch in the garden today"
    seen = Seen(say=[*CALM, {"Ana": {"text": text, "pause_ms": 1300}}],
                hears=[*CALMLY, "stop", "we had lunch"])  # fmt: skip

    assert seen.summary["ended"] == "stopped"
    assert seen.begun("always.stopped") < seen.last_word
    assert seen.cut_off() == []


# -- S15: a number that can be called --------------------------------------------------------------


@pytest.mark.parametrize("locale", ["us", "uk", "other"])
def test_s15_the_number_is_in_the_air_within_three_seconds(locale: str) -> None:
    seen = Seen(locale=locale, say=[*YES, {"Ana": {"text": "I want to kill myself"}}])
    lines = [e for e in seen.events if isinstance(e, LineStarted) and e.at > seen.last_word]
    number = "always.crisis.local.number" if locale == "other" else "always.crisis.number"
    before = {"us": "Please call or text", "uk": "Please call Samaritans on"}

    assert number in [line.line_id for line in lines[:2]], "within two sentences"
    spoken = load_mouth(seen.settings).speech(before.get(locale, "Please call"))
    assert seen.begun(number) - seen.last_word + len(spoken) / RATE_HZ < 3


@pytest.mark.parametrize(
    ("dialog", "opening"),
    [("nightly", []), ("nightly", CALM), ("support", YES)],
)
def test_s15_wherever_it_is_said(dialog: str, opening: list[dict[str, Any]]) -> None:
    seen = Seen(dialog=dialog, say=[*opening, {"Ana": {"text": "I want to kill myself"}}])

    assert seen.sound_after(seen.last_word) < 1
    assert seen.begun("always.crisis.number") - seen.last_word < 1


def test_s15_in_a_break_and_over_the_assistant_s_own_voice() -> None:
    danger = "I want to kill myself"
    paused = Seen(say=[*CALM, {"Ana": {"text": "pause"}}, {"Ana": {"text": danger}}],
                  hears=[*CALMLY, "pause", danger])  # fmt: skip
    over = Seen(
        room={"echo_db": -20, "delay_ms": 60},
        say=[*YES, {"Ana": {"text": danger, "barge_in_ms": 900}}],
    )

    for seen in (paused, over):
        assert seen.begun("always.crisis.number") - seen.last_word < 1


def test_s15_going_on_to_speak_does_not_take_the_answer_back() -> None:
    text = "I want to kill myself ... we had lunch in the garden today"
    seen = Seen(say=[*YES, {"Ana": {"text": text, "pause_ms": 1500}}])
    number = next(e for e in seen.events
                  if isinstance(e, LineEnded) and e.line_id == "always.crisis.number")  # fmt: skip

    assert seen.begun("always.crisis.number") < seen.last_word
    assert not number.interrupted
    assert seen.cut_off() == []
