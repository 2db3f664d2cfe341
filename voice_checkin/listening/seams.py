"""The seams of the ears: voice activity and recognisers."""

from __future__ import annotations

from typing import Protocol

from voice_checkin.events import Samples
from voice_checkin.words import Expecting, Transcript

VAD_SAMPLES = 512
"""Samples that one look of the voice activity detector takes (32 ms at 16 kHz)."""


class VoiceActivity(Protocol):
    """Tells how likely a chunk of `VAD_SAMPLES` samples holds speech, 0 to 1; keeps state."""

    def __call__(self, chunk: Samples) -> float: ...

    def reset(self) -> None: ...


class Recognizer(Protocol):
    """Turns a closed segment into words.  ``load`` may raise `ModelMissing`; ``decode`` may not.

    An empty text means that there were no words: never an invented one.
    """

    name: str

    def load(self) -> None: ...

    def decode(self, samples: Samples, hint: Expecting) -> Transcript: ...
