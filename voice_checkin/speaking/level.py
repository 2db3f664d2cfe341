"""One loudness for every voice and chime."""

from __future__ import annotations

import numpy as np

from voice_checkin.events import Samples
from voice_checkin.words import RATE_HZ

SPEECH_RMS_DB = -23.0
"""Of the voiced part; EBU R 128's programme loudness is -23 LUFS, close to this for speech."""
VOICED = 0.02
"""Samples above this, of 1, are voice and not the silence in and around it."""
PEAK = 0.5
"""Highest sample, of 1: -6 dBFS leaves room for the echo canceller."""


def levelled(samples: Samples) -> Samples:
    """Scale speech to `SPEECH_RMS_DB` without passing `PEAK`; silence stays as it is."""
    if not len(samples):
        return samples
    values = samples.astype(np.float32) / 32768.0
    # What counts as voiced depends on the level, so that the first gain is only near.
    for _ in range(3):
        loud = np.abs(values) > VOICED
        if not loud.any():
            break
        rms = float(np.sqrt(np.mean(values[loud] ** 2)))
        values *= min(10 ** (SPEECH_RMS_DB / 20) / rms, PEAK / float(np.abs(values).max()))
    return np.asarray(np.clip(values, -1, 1) * 32767, dtype=np.int16)


def trimmed(samples: Samples, floor: int = 60, keep_s: float = 0.02) -> Samples:
    """Cut the silence that a synthesiser puts around a line: it would add to every gap."""
    loud = np.flatnonzero(np.abs(samples.astype(np.int32)) > floor)
    if not len(loud):
        return samples[:0]
    margin = int(keep_s * RATE_HZ)
    return samples[max(0, loud[0] - margin) : loud[-1] + margin]


def finished(samples: Samples) -> Samples:
    """Bring a rendered line to the one loudness, without silence around it."""
    return trimmed(levelled(samples))


def speakable(text: str) -> str:
    """Drop control characters: a zero would end the line early in every C library."""
    return "".join(letter if letter.isprintable() else " " for letter in text)
