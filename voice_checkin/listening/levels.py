"""How loud things are, and how loud a recogniser wants them."""

from __future__ import annotations

import numpy as np

from voice_checkin.events import Samples
from voice_checkin.words import FRAME_SAMPLES

SILENCE_DB = -96.0
"""The level given to digital silence: the least step of 16 bits."""
FULL_SCALE = 32768.0


def power_of(samples: Samples) -> float:
    """Mean square, full scale 1."""
    if len(samples) == 0:
        return 0.0
    values = samples.astype(np.float32)
    return float(np.dot(values, values)) / (len(values) * FULL_SCALE**2)


def to_db(power: float) -> float:
    """Power to dBFS, not below `SILENCE_DB`."""
    return max(SILENCE_DB, 10.0 * float(np.log10(power + 1e-12)))


def level_db(samples: Samples) -> float:
    """RMS in dBFS."""
    return to_db(power_of(samples))


def voiced_level_db(samples: Samples) -> float:
    """RMS in dBFS of the 10 ms frames within 20 dB of the loudest: the voice without its gaps."""
    frames = samples[: len(samples) // FRAME_SAMPLES * FRAME_SAMPLES]
    if len(frames) == 0:
        return level_db(samples)
    squares = np.square(frames.reshape(-1, FRAME_SAMPLES), dtype=np.float32)
    powers = np.mean(squares, axis=1) / FULL_SCALE**2
    squares[:] = 0
    # The 95th percentile, not the maximum: one click would hide a whole quiet sentence.
    loud = powers[powers >= np.quantile(powers, 0.95) / 100.0]
    return to_db(float(np.mean(loud)))


def levelled(
    samples: Samples, level: float, *, target_db: float = -23.0, most_db: float = 30.0
) -> Samples:
    """Return a copy whose voiced part lies near ``target_db``, without clipping its peaks.

    ``level`` is `voiced_level_db`; ``most_db`` bounds the gain, so that hum is not made speech.
    """
    gain_db = float(np.clip(target_db - level, -20.0, most_db))
    peak = float(np.max(np.abs(samples.astype(np.int32)), initial=1))
    gain = min(10.0 ** (gain_db / 20.0), 0.98 * FULL_SCALE / peak)
    scaled = samples.astype(np.float32)
    scaled *= gain
    np.rint(scaled, out=scaled)
    copy: Samples = scaled.astype(np.int16)
    scaled[:] = 0  # no sound stays behind in memory that is free
    return copy
