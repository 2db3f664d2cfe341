"""The seam of the voice: text to samples."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from voice_checkin.events import Samples
from voice_checkin.words import RATE_HZ, Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """A rendered line, 16 kHz mono."""

    samples: Samples

    @property
    def seconds(self) -> Seconds:
        return len(self.samples) / RATE_HZ


class Synthesizer(Protocol):
    """Renders one line.  ``load`` may raise `VoiceError`; ``render`` is called by one thread."""

    name: str

    def load(self) -> None: ...

    def render(self, text: str, rate_wpm: int) -> Speech:
        """Speak ``text`` at about ``rate_wpm`` words a minute."""
        ...
