"""When the assistant could be heard, measured on what left its speaker and not on its promises.

A line has a breath of silence before it and a soft edge around it; a person waits for sound.
"""

from __future__ import annotations

import numpy as np

from voice_checkin.events import Samples
from voice_checkin.words import RATE_HZ, Seconds

THRESHOLD = 50
"""-56 dBFS: 33 dB below the voice, about what a quiet room leaves audible."""
JOIN_S: Seconds = 0.03
"""Silences shorter than this are inside a sound."""


class Audible:
    """A list of stretches of sound, in sample time."""

    def __init__(self) -> None:
        self._stretches: list[tuple[Seconds, Seconds]] = []

    def note(self, played: Samples, at: Seconds) -> None:
        """Take one frame that was played at ``at``."""
        loud = np.flatnonzero(np.abs(played.astype(np.int32)) > THRESHOLD)
        if not len(loud):
            return
        begin, end = at + loud[0] / RATE_HZ, at + (loud[-1] + 1) / RATE_HZ
        if self._stretches and begin - self._stretches[-1][1] < JOIN_S:
            begin = self._stretches.pop()[0]
        self._stretches.append((float(begin), float(end)))

    def first(self, after: Seconds) -> Seconds | None:
        """Return when sound was first heard at or after a time."""
        for begin, end in self._stretches[self._place(after) :]:
            if end > after:
                return max(begin, after)
        return None

    def last(self, after: Seconds, before: Seconds) -> Seconds | None:
        """Return when sound was last heard between two times."""
        found = None
        for begin, end in self._stretches[self._place(after) :]:
            if begin >= before:
                break
            if end > after:
                found = min(end, before)
        return found

    def _place(self, after: Seconds) -> int:
        """Return the number of stretches that were over before a time."""
        place = len(self._stretches)
        while place and self._stretches[place - 1][1] > after:
            place -= 1
        return place
