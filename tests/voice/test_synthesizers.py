"""Every synthesiser keeps the same promises, the fake included."""

from __future__ import annotations

import shutil

import numpy as np
import pytest

from voice_checkin.errors import VoiceError
from voice_checkin.events import Samples
from voice_checkin.speaking.choose import choose_voice
from voice_checkin.speaking.level import PEAK, SPEECH_RMS_DB
from voice_checkin.speaking.seams import Synthesizer
from voice_checkin.words import RATE_HZ

pytestmark = pytest.mark.voice

SHORT = "Ben, shall we do it: yes or no?"
LONG = (
    "Ana, what is one thing that Ben did today that helped you? "
    "Anything small will do, like a cup of tea when you came home."
)
SPECS = ["espeak:en-us", "espeak:en-us+f3", "espeak:en-gb+f4", "piper", "flite:slt", "tone"]


@pytest.fixture(scope="module", params=SPECS)
def voice(request: pytest.FixtureRequest) -> Synthesizer:
    spec: str = request.param
    if spec.startswith("flite") and shutil.which("flite") is None:
        pytest.skip("flite is not installed")
    if spec == "piper":
        pytest.importorskip("piper")
    return choose_voice(spec)


def loud_db(samples: Samples) -> float:
    values = samples / 32768
    loud = values[np.abs(values) > 0.02]
    return float(20 * np.log10(np.sqrt(np.mean(loud**2))))


class TestEverySynthesizer:
    def test_gives_16_bit_mono_that_nothing_can_grow_tired_of_waiting_for(
        self, voice: Synthesizer
    ) -> None:
        samples = voice.render(SHORT, 150).samples

        assert samples.dtype == np.int16
        assert samples.ndim == 1

    def test_speaks_about_as_many_words_a_minute_as_it_is_told(self, voice: Synthesizer) -> None:
        words = len((SHORT + " " + LONG).split())
        seconds = voice.render(SHORT, 150).seconds + voice.render(LONG, 150).seconds

        # Short words go faster than long ones: the rate holds for whole evenings, not each line.
        assert words / seconds * 60 == pytest.approx(150, rel=0.3)

    def test_a_slower_rate_takes_longer(self, voice: Synthesizer) -> None:
        slow, fast = (voice.render(LONG, rate).seconds for rate in (110, 190))

        assert slow > 1.25 * fast

    def test_every_line_is_as_loud_as_the_others(self, voice: Synthesizer) -> None:
        if voice.name == "tone":
            pytest.skip("the fake hums softly on purpose")
        for text in (SHORT, LONG, "No.", "Thank you, Ana."):
            samples = voice.render(text, 150).samples

            assert loud_db(samples) == pytest.approx(SPEECH_RMS_DB, abs=1.2)
            assert np.abs(samples).max() <= PEAK * 32768 + 1

    def test_nothing_to_say_is_no_sound_and_no_error(self, voice: Synthesizer) -> None:
        for text in ("", "   ", "..."):
            assert voice.render(text, 150).seconds < 0.5

    def test_starts_at_once_so_that_silence_adds_nothing_to_a_gap(self, voice: Synthesizer) -> None:
        samples = np.abs(voice.render(SHORT, 150).samples.astype(int))

        assert np.flatnonzero(samples > 60)[0] < 0.05 * RATE_HZ
        assert len(samples) - np.flatnonzero(samples > 60)[-1] < 0.05 * RATE_HZ

    def test_accents_marks_and_markup_are_only_text(self, voice: Synthesizer) -> None:
        for text in (
            "Zoë & José <b>said</b> [[hi]]: 20 % \u2019s \U0001f600",
            "a\x00b",
            "{partner}",
        ):
            assert voice.render(text, 150).samples.dtype == np.int16


@pytest.mark.parametrize(
    ("spec", "named"),
    [
        ("espeak:xx-nope", "xx-nope"),
        ("espeak:en-us+zz9", "en-us+zz9"),
        ("espeak:../../etc/passwd", "passwd"),
        ("flite:../x", "flite"),
        ("piper:/nowhere/model.onnx", "model.onnx"),
        ("robot:nine", "robot:nine"),
        ("", "''"),
    ],
)
def test_a_voice_that_does_not_exist_is_named_in_one_sentence(spec: str, named: str) -> None:
    if spec.startswith("piper"):
        pytest.importorskip("piper")
    with pytest.raises(VoiceError, match=r"\.") as caught:
        choose_voice(spec)

    assert named in str(caught.value)
    assert "\n" not in str(caught.value)
