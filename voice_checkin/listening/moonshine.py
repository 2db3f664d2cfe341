"""Moonshine's ``tiny-en``, whose model comes inside the package (release 0.1.0 is the last).

It gives no confidence, so one is estimated from what can be seen from outside (`doubt.py`), and
it writes what it hears as prose: "To-night." becomes "to-night", as people would type it.
"""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from voice_checkin.errors import BadInput, ModelMissing
from voice_checkin.events import Samples
from voice_checkin.listening.doubt import is_invented, plausibility
from voice_checkin.listening.levels import FULL_SCALE, voiced_level_db
from voice_checkin.listening.seams import VAD_SAMPLES
from voice_checkin.listening.vad import SileroVoice
from voice_checkin.words import RATE_HZ, Expecting, Kind, Transcript

_FILES = {
    "encoder_model.ort": 5_000_000,
    "decoder_model_merged.ort": 10_000_000,
    "tokenizer.bin": 10_000,
}
"""What a tiny model's folder must hold, and the least size in bytes that can be whole."""
_PAD = int(0.25 * RATE_HZ)
"""Silence before and behind, without which first and last words suffer (see bench)."""
_SHORT_WORDS = 3
"""What it invents is short; longer texts are not worth the look, which takes 1.1 ms a chunk."""
_VOICED_CHUNKS = 3
_CLOSED = {Kind.YES_NO, Kind.SCALE, Kind.CHOICE, Kind.TIME}
"""Short answers, whose second decode costs under 0.1 s and tells how sure the first was."""


class MoonshineRecognizer:
    """``model`` None: the folder inside the moonshine_voice package."""

    name = "moonshine"

    def __init__(self, model: Path | None = None) -> None:
        self._model = model
        self._transcriber: Any = None
        self._vad = SileroVoice()

    def load(self) -> None:
        """Load the model (0.6 s).  Raises `ModelMissing` or `BadInput` with the remedy."""
        if self._transcriber is not None:
            return
        folder = self.folder()
        moonshine_voice = _package()
        check_folder(folder)
        try:
            self._transcriber = moonshine_voice.Transcriber(
                str(folder), moonshine_voice.ModelArch.TINY, options={"vad_threshold": "0.0"}
            )
        except moonshine_voice.MoonshineError:
            raise BadInput(
                f"{folder}: Moonshine cannot read this model; reinstall moonshine-voice==0.1.0."
            ) from None
        self._text_of(np.zeros(RATE_HZ // 2, dtype=np.int16))  # the first decode is slow

    def folder(self) -> Path:
        """Return the model's folder.  Raises `ModelMissing` where the package does not load."""
        if self._model is not None:
            return self._model
        try:
            moonshine_voice = _package()
        except (ImportError, OSError) as error:
            raise ModelMissing(
                "Moonshine cannot be loaded on this machine "
                f"({type(error).__name__}): reinstall voice-checkin, or install a Vosk model "
                "with 'voice-checkin models install vosk-small-en'."
            ) from None
        return Path(str(moonshine_voice.__file__)).parent / "assets" / "tiny-en"

    def decode(self, samples: Samples, hint: Expecting) -> Transcript:
        """Return the words and an estimate of how sure they are; never raises for sound."""
        nothing = Transcript(text="", confidence=0.0, recogniser=self.name)
        if len(samples) == 0 or not samples.any():
            return nothing
        if self._transcriber is None:
            self.load()
        seconds = len(samples) / RATE_HZ
        text = self._text_of(samples)
        if not text or is_invented(text, seconds=seconds):
            return nothing
        if len(text.split()) <= _SHORT_WORDS and not self._holds_voice(samples):
            return nothing
        confidence = plausibility(text, seconds=seconds, level_db=voiced_level_db(samples))
        if hint.kind in _CLOSED and len(text.split()) <= 4:
            again = self._text_of(samples, shift=RATE_HZ // 50)
            if _plain(again) != _plain(text):
                confidence *= 0.6
        return Transcript(text=text, confidence=round(confidence, 3), recogniser=self.name)

    def _holds_voice(self, samples: Samples) -> bool:
        """Look once more for a voice: of a knock Moonshine makes "You", of noise "Thank you."."""
        self._vad.reset()
        whole = len(samples) // VAD_SAMPLES * VAD_SAMPLES
        voiced = 0
        for at in range(0, whole, VAD_SAMPLES):
            voiced += self._vad(samples[at : at + VAD_SAMPLES]) >= 0.5
            if voiced >= _VOICED_CHUNKS:
                return True
        return False

    def _text_of(self, samples: Samples, shift: int = 0) -> str:
        padded = np.zeros(len(samples) + 2 * _PAD + shift, dtype=np.float32)
        place = padded[_PAD + shift : _PAD + shift + len(samples)]
        np.divide(samples, FULL_SCALE, out=place, casting="unsafe")
        values = padded.tolist()
        padded[:] = 0
        lines = self._transcriber.transcribe_without_streaming(values, RATE_HZ).lines
        return " ".join(line.text.strip() for line in lines if line.text.strip())


def _package() -> Any:
    """Import Moonshine; slow, and not needed where Vosk is used.

    Its downloader imports ``requests``, which opens an internet socket while it is imported, to
    see what the machine can do.  Nothing is downloaded here, so an empty module stands in for it
    meanwhile (S26: no thread or import opens a socket).
    """
    absent = "requests" not in sys.modules
    if absent:
        sys.modules["requests"] = ModuleType("requests")
    try:
        import moonshine_voice
    finally:
        if absent:
            del sys.modules["requests"]
    return moonshine_voice


def _plain(text: str) -> str:
    return "".join(letter for letter in text.lower() if letter.isalnum())


def check_folder(folder: Path) -> None:
    """Raise `ModelMissing` where a file is absent, `BadInput` where one is cut short."""
    for name, least in _FILES.items():
        path = folder / name
        if not path.is_file():
            raise ModelMissing(
                f"{folder}: no Moonshine model ({name} is missing); reinstall "
                "moonshine-voice==0.1.0, the last release that carries its model."
            )
        if path.stat().st_size < least:
            raise BadInput(
                f"{path}: damaged ({path.stat().st_size} bytes, at least {least} expected); "
                "reinstall moonshine-voice==0.1.0."
            )
