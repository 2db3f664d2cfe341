"""The simulated partners' voices: text with pauses to samples."""

from __future__ import annotations

import re

import numpy as np

from voice_checkin.events import Samples
from voice_checkin.rehearsal.script import PartnerVoice, Saying
from voice_checkin.speaking.choose import choose_voice
from voice_checkin.speaking.seams import Synthesizer
from voice_checkin.words import RATE_HZ

_PAUSE = re.compile(r"\s*(?:\.\.\.|\u2026)\s*")


class PartnerSpeaker:
    """One partner.  ``load`` raises `VoiceError` where the voice is not to be had."""

    def __init__(self, name: str, voice: PartnerVoice) -> None:
        self.name = name
        self._settings = voice
        self._voice: Synthesizer | None = None

    def load(self) -> None:
        self._voice = choose_voice(self._settings.voice)

    def samples(self, saying: Saying) -> Samples:
        """Speak; each ``...`` is a silence of ``pause_ms``."""
        if self._voice is None:
            self.load()
        assert self._voice is not None  # noqa: S101
        voice = choose_voice(saying.voice) if saying.voice else self._voice
        silence = np.zeros(int(saying.pause_ms * RATE_HZ / 1000), dtype=np.int16)
        parts: list[Samples] = []
        for text in _PAUSE.split(saying.text):
            if parts:
                parts.append(silence)
            if text.strip():
                parts.append(voice.render(text, self._settings.rate).samples)
        if not parts:
            return silence[:0]
        spoken = np.concatenate(parts).astype(np.float32)
        gain = 10 ** (self._settings.level_db / 20)
        return np.asarray(np.clip(spoken * gain, -32767, 32767), dtype=np.int16)
