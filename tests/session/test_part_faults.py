"""A part of the program fails in a real evening: threads, ears and a room, some times too fast."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.dialog.conversation import NAMES, US
from tests.ears.test_callback import Machine, machine
from tests.ears.voices import say
from voice_checkin.dialog.facts import Facts
from voice_checkin.events import FramePair, Samples
from voice_checkin.journal.memory import MemoryJournal
from voice_checkin.listening.decoder import Decoder
from voice_checkin.listening.ears import Ears
from voice_checkin.listening.scripted import ScriptedRecognizer
from voice_checkin.listening.vad import SileroVoice
from voice_checkin.rehearsal.room import VirtualRoom
from voice_checkin.scripts import load_always, load_script
from voice_checkin.session.live import FrameClock, Live
from voice_checkin.session.published import LineQueued, LineStarted, Listening, Published
from voice_checkin.session.session import Session
from voice_checkin.session.voicing import WithSpare
from voice_checkin.session.wiring import build_session
from voice_checkin.sound.device import DeviceSound
from voice_checkin.speaking.chimes import load_chimes
from voice_checkin.speaking.prerender import Mouth
from voice_checkin.speaking.seams import Speech
from voice_checkin.speaking.tone import ToneSynthesizer
from voice_checkin.understanding.meaning import Meaning
from voice_checkin.words import Expecting, Transcript

__all__ = ["machine"]
pytestmark = [pytest.mark.session, pytest.mark.timeout(120)]

SPEED = 6
MISTAKE = "always.my_mistake"
GOODBYE = ["always.cannot_go_on.stop", "always.cannot_go_on.again"]
YES = say("yes")


class FastRoom(VirtualRoom):
    """A room in which time passes `SPEED` times as fast; partners speak from another thread."""

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.Lock()
        self._began = time.monotonic()

    def read(self, timeout_s: float = 1.0) -> FramePair | None:
        ahead = self._began + self.now / SPEED - time.monotonic()
        if ahead > 0:
            time.sleep(ahead)
        with self._lock:
            return super().read(timeout_s)

    def speak(self, samples: Samples, delay_s: float = 0.0) -> tuple[float, float]:
        with self._lock:
            return super().speak(samples, delay_s)


class Couple:
    """Says a yes to every question; notes what was in the air, and what was heard of it."""

    def __init__(self, room: FastRoom | None) -> None:
        self._room = room
        self.lines: list[str] = []
        self.texts: list[str] = []
        self.asked: list[str] = []
        self.on_question: Callable[[int], None] = lambda _count: None

    def notice(self, event: Published) -> None:
        match event:
            case LineQueued():
                self.texts.append(event.text)
            case LineStarted():
                self.lines.append(event.line_id)
            case Listening():
                self.asked.append(f"{event.beat} {event.partner}")
                if self._room is not None:
                    self._room.speak(YES, 0.3)
                self.on_question(len(self.asked))
            case _:
                pass


class Recogniser(ScriptedRecognizer):
    """Fails as often as told to, then hears yes."""

    def __init__(self, faults: int) -> None:
        super().__init__()
        self.faults = faults

    def decode(self, samples: Samples, hint: Expecting) -> Transcript:
        self.faults -= 1
        if self.faults >= 0:
            raise RuntimeError("xylocanaria")
        return Transcript(text="yes", confidence=1.0, recogniser="yes")


class Voice(ToneSynthesizer):
    """Loses its voice after some lines."""

    def __init__(self, lines: int, sound: float = 1.0) -> None:
        self.left = lines
        self.sound = sound

    def render(self, text: str, rate_wpm: int) -> Speech:
        self.left -= 1
        if self.left < 0:
            raise OSError("xylocanaria")
        return super().render(text, rate_wpm)


class Detector(SileroVoice):
    """Fails from its n-th chunk on."""

    def __init__(self, chunks: int) -> None:
        super().__init__()
        self._left = chunks

    def __call__(self, chunk: Samples) -> float:
        self._left -= 1
        if self._left < 0:
            raise RuntimeError("xylocanaria")
        return super().__call__(chunk)


def understand(text: str, expecting: Expecting) -> Meaning:
    return Meaning(text=text, yes_no="yes" if text == "yes" else None)


def held(
    *,
    recogniser: Recogniser | None = None,
    mouth: Mouth | None = None,
    ears: Ears | None = None,
    sound: Any = None,
    mind: Callable[[str, Expecting], Meaning] = understand,
    couple: Couple | None = None,
    questions: int = 3,
) -> tuple[Session, Couple]:
    """Hold an evening with threads until some questions were asked; a hang-up ends it then."""
    sound = sound or FastRoom()
    couple = couple or Couple(sound if isinstance(sound, FastRoom) else None)
    clock = FrameClock()
    mouth = mouth or Mouth(ToneSynthesizer(), load_chimes(), rate_wpm=220)
    decoder = Decoder(recogniser or Recogniser(0))
    live = Live(sound, ears or Ears(SileroVoice()), decoder, mouth, clock)
    journal = MemoryJournal()
    journal.begin_evening("nightly", clock.wall())
    session = build_session(
        script=load_script("nightly"), always=load_always(),
        facts=Facts(names=NAMES, help_lines=US), memory=journal, understand=mind, sound=sound,
        voice=mouth, ears=live, clock=clock, watchers=[couple],
    )  # fmt: skip
    before = couple.on_question

    def asked(count: int) -> None:
        before(count)
        if count >= questions:
            live.hang_up()

    couple.on_question = asked
    with sound:
        assert live.run(session) == []
    assert session.over is not None
    assert "xylocanaria" not in " ".join(couple.texts)
    return session, couple


def test_nothing_fails_in_an_evening_in_which_nothing_is_broken() -> None:
    session, couple = held()

    assert session.fault is None
    assert couple.asked == ["consent a", "consent b", "wound_up a"]


def test_words_that_the_recogniser_lost_are_asked_for_again() -> None:
    session, couple = held(recogniser=Recogniser(1))

    assert couple.asked[:3] == ["consent a", "consent a", "consent b"]
    assert couple.lines[2:5] == ["nightly.consent", MISTAKE, "nightly.consent"]
    assert session.fault is None


def test_a_recogniser_that_is_gone_ends_the_evening_with_a_sentence() -> None:
    session, couple = held(recogniser=Recogniser(99), questions=9)

    assert couple.lines.count(MISTAKE) == 2
    assert couple.lines[-2:] == GOODBYE
    assert session.fault == "decoder"


def test_ears_that_are_gone_end_the_evening_with_a_sentence_that_is_heard() -> None:
    """The ears' thread plays, too: it must go on for the last words."""
    session, couple = held(ears=Ears(Detector(120)), questions=9)

    assert couple.lines[-2:] == GOODBYE
    assert session.fault == "ears"


def test_a_sound_device_that_raises_ends_the_evening_and_not_in_a_deaf_process() -> None:
    class Broken(FastRoom):
        def read(self, timeout_s: float = 1.0) -> FramePair | None:
            if self.now > 2:
                raise OSError("xylocanaria")
            return super().read(timeout_s)

    session, _ = held(sound=Broken(), questions=9)

    assert session.fault == "sound"


def test_another_voice_speaks_where_the_first_one_fails() -> None:
    first, spare = Voice(2), Voice(99)
    mouth = Mouth(WithSpare(first, lambda: spare), load_chimes(), rate_wpm=220)
    session, couple = held(mouth=mouth)

    assert session.fault is None
    assert spare.left < 99
    assert couple.lines[:3] == ["nightly.hello", "nightly.program", "nightly.consent"]


def test_without_any_voice_a_chime_is_heard_and_the_evening_ends() -> None:
    room, stopped = FastRoom(), load_chimes()["stopped"]
    played: list[Samples] = []
    play = room.play

    def note(samples: Samples) -> int:
        played.append(samples)
        return play(samples)

    room.play = note  # type: ignore[method-assign]
    mouth = Mouth(Voice(1), load_chimes(), rate_wpm=220)
    session, _ = held(sound=room, mouth=mouth, couple=Couple(None), questions=9)

    assert session.fault == "voice"
    assert len(played[-1]) == len(stopped) or len(played[-2]) == len(stopped)


def test_a_line_ahead_that_cannot_be_rendered_costs_nothing() -> None:
    mouth = Mouth(ToneSynthesizer(), load_chimes(), rate_wpm=220)
    mouth.want([None, 7, 8.0])  # type: ignore[list-item]
    session, _ = held(mouth=mouth)

    assert session.fault is None


def test_a_mind_that_fails_asks_again_and_ends_the_evening_where_it_stays_so() -> None:
    faults = [1]

    def once(text: str, expecting: Expecting) -> Meaning:
        if faults and text:
            faults.pop()
            raise KeyError("xylocanaria")
        return understand(text, expecting)

    session, couple = held(mind=once)
    assert session.fault is None
    assert MISTAKE in couple.lines

    def never(text: str, expecting: Expecting) -> Meaning:
        raise KeyError("xylocanaria")

    session, couple = held(mind=never, questions=9)
    assert session.fault == "mind"
    assert couple.lines[-2:] == GOODBYE


def test_a_device_that_was_unplugged_says_so_when_it_is_back_and_asks_the_same(
    machine: Machine,
) -> None:
    """The real device's code over a made-up stream, in real time."""
    couple = Couple(None)

    def unplug(count: int) -> None:
        if count != 1:
            return
        machine.there = False
        machine.streams[-1].plugged = False
        threading.Timer(1.0, plug_in).start()

    def plug_in() -> None:
        machine.there = True

    couple.on_question = unplug
    quiet = Ears(lambda _chunk: 0.0)  # type: ignore[arg-type]
    session, couple = held(sound=DeviceSound(), ears=quiet, couple=couple, questions=2)

    assert len(machine.streams) == 2
    assert couple.asked == ["consent a", "consent a"]
    back = couple.lines.index("always.back_again")
    assert couple.lines[back - 1] == couple.lines[back + 1] == "nightly.consent"
    assert session.fault is None
