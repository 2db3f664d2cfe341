"""Finds out whether an echo has moved in time: a clock put right, a buffer lost, a device swapped.

What is left of an echo that moved sounds like speech and is as loud as a person.  But it is our
own voice: the echo that was predicted explains it, only earlier or later.  A person is explained
by no shift of it.
"""

from __future__ import annotations

import numpy as np

from voice_checkin.events import Samples
from voice_checkin.listening.levels import FULL_SCALE
from voice_checkin.sound.linear import Floats
from voice_checkin.words import FRAME_SAMPLES, RATE_HZ

_WINDOW = 10 * FRAME_SAMPLES
"""100 ms are compared: shorter, two vowels of one pitch look alike; longer, it tells too late."""
_EARLIER = int(0.02 * RATE_HZ)
"""The echo may come up to 20 ms sooner than predicted (a buffer was skipped) ..."""
_LATER = int(0.1 * RATE_HZ)
"""... or up to 100 ms later (a buffer ran dry)."""
_BETTER = 10 ** (-6.0 / 10)
"""Power that a shift must leave at most, of what is left without one: 6 dB less."""
_KEPT = _EARLIER + _WINDOW + _LATER


class EchoShift:
    """Keeps the last 220 ms of what was heard and of the echo that was predicted in it."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Start again, after the prediction itself was moved."""
        self._frames = 0
        self._near: Floats = np.zeros(_KEPT, dtype=np.float32)
        self._echo: Floats = np.zeros(_KEPT, dtype=np.float32)
        self._left: Floats = np.zeros(_KEPT, dtype=np.float32)

    def hear(self, near: Samples, echo: Floats) -> None:
        """Take 160 samples of the microphone (16 bits) and of the prediction (full scale 1)."""
        heard = near.astype(np.float32) / FULL_SCALE
        for kept, new in ((self._near, heard), (self._echo, echo), (self._left, heard - echo)):
            kept[:-FRAME_SAMPLES] = kept[FRAME_SAMPLES:]
            kept[-FRAME_SAMPLES:] = new
        self._frames += 1

    def lost(self) -> bool:
        """Say whether the prediction has nothing to do with what is heard.

        Where it is right, projecting what is heard on it gives about 1, whoever else talks.
        """
        near, echo = self._near[-_WINDOW:], self._echo[-_WINDOW:]
        power = float(np.dot(echo, echo))
        if power < 0.2 * float(np.dot(near, near)) or power < 1e-9:
            return False
        return float(np.dot(near, echo)) < 0.5 * power

    def find(self) -> int | None:
        """Return by how many samples the echo comes later than predicted; None if it does not."""
        if self._frames * FRAME_SAMPLES < _KEPT:
            return None
        end = _KEPT - _EARLIER
        near = self._near[end - _WINDOW : end]
        power = float(np.dot(near, near))
        left = self._left[end - _WINDOW : end]
        unexplained = min(power, float(np.dot(left, left)))
        if unexplained < 1e-9:
            return None
        products = np.correlate(self._echo, near, mode="valid")
        squares = np.concatenate([[0.0], np.cumsum(self._echo**2)])
        powers = squares[_WINDOW:] - squares[:-_WINDOW] + 1e-9
        explained = np.where(products > 0, products**2 / powers, 0.0)
        place = int(np.argmax(explained))
        shift = end - _WINDOW - place
        if shift == 0 or power - float(explained[place]) > _BETTER * unexplained:
            return None
        return shift
