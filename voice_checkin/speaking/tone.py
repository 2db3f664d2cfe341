"""The shipped fake: a soft tone as long as the line would take.  Needs no library."""

from __future__ import annotations

import zlib

import numpy as np

from voice_checkin.speaking.seams import Speech
from voice_checkin.words import RATE_HZ


class ToneSynthesizer:
    """Hums each text at a pitch of its own; the same text always gives the same samples."""

    name = "tone"

    def load(self) -> None:
        """Need nothing."""

    def render(self, text: str, rate_wpm: int) -> Speech:
        seconds = max(1, len(text.split())) * 60 / rate_wpm if text.strip() else 0.0
        times = np.arange(int(seconds * RATE_HZ)) / RATE_HZ
        pitch = 180 + zlib.crc32(text.encode()) % 80
        return Speech(samples=np.asarray(2000 * np.sin(2 * np.pi * pitch * times), dtype=np.int16))
