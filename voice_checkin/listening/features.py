"""What a voice sounds like, in a few numbers: its mean spectrum, how that moves, and its pitch.

Plain numpy.  Moonshine's own speaker spans were no fit: they number the voices of one recording
from 0 and keep nothing from one evening to the next, so nobody can be enrolled.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from voice_checkin.events import Samples
from voice_checkin.words import RATE_HZ, Seconds

Floats: TypeAlias = npt.NDArray[np.floating[Any]]

_WINDOW, _HOP, _FFT = 400, 160, 512
_BANDS, _CEPSTRA = 26, 16
_LOWEST_HZ, _HIGHEST_HZ = 100.0, 7_000.0
PITCH_LOW_HZ, PITCH_HIGH_HZ = 70.0, 420.0
_LONG = 640
_SHORTEST, _LONGEST = int(RATE_HZ / PITCH_HIGH_HZ), int(RATE_HZ / PITCH_LOW_HZ)
SIZE = 2 * _CEPSTRA + 2


@dataclass(frozen=True, slots=True)
class VoiceLook:
    """One utterance's voice: `SIZE` numbers, how much of it was voiced, its middle pitch."""

    values: Floats
    voiced_s: Seconds
    pitch_hz: float
    """0 where no pitch was found."""


def _mel_bands() -> Floats:
    def mel(hz: float) -> float:
        return 2595.0 * float(np.log10(1.0 + hz / 700.0))

    points = np.linspace(mel(_LOWEST_HZ), mel(_HIGHEST_HZ), _BANDS + 2)
    edges = 700.0 * (10.0 ** (points / 2595.0) - 1.0)
    hz = np.arange(_FFT // 2 + 1) * RATE_HZ / _FFT
    rising = (hz - edges[:-2, np.newaxis]) / (edges[1:-1] - edges[:-2])[:, np.newaxis]
    falling = (edges[2:, np.newaxis] - hz) / (edges[2:] - edges[1:-1])[:, np.newaxis]
    return np.maximum(0.0, np.minimum(rising, falling))


_MEL = _mel_bands()
_COSINES = np.cos(
    np.pi / _BANDS * np.outer(np.arange(1, _CEPSTRA + 1), np.arange(_BANDS) + 0.5)
) * np.sqrt(2.0 / _BANDS)


def look(samples: Samples) -> VoiceLook | None:
    """Describe the voice in ``samples``; None where there is under 0.2 s of it."""
    count = 1 + (len(samples) - _WINDOW) // _HOP
    if count < 20:
        return None
    at = np.arange(_WINDOW) + _HOP * np.arange(count)[:, np.newaxis]
    frames = samples[at].astype(np.float32) / 32768.0
    power = np.mean(frames**2, axis=1)
    pitches = np.array([_pitch(frame) for frame in frames])
    loud = power > np.quantile(power, 0.95) * 10**-2.5
    voiced = loud & (pitches > 0)
    if int(voiced.sum()) < 20:
        return None
    spectra = np.abs(np.fft.rfft(frames[loud] * np.hanning(_WINDOW), _FFT)) ** 2
    cepstra = np.log(spectra @ _MEL.T + 1e-8) @ _COSINES.T
    heights = np.log2(pitches[voiced])
    spread = float(np.quantile(heights, 0.8) - np.quantile(heights, 0.2))
    middle = float(np.median(heights))
    values = np.concatenate([cepstra.mean(axis=0), cepstra.std(axis=0), [middle, spread]])
    return VoiceLook(values, int(voiced.sum()) * _HOP / RATE_HZ, float(2.0**middle))


def second_pitch(samples: Samples) -> float:
    """Return the share of voiced frames in which a second voice is left without the first one.

    What repeats with the first pitch is taken out; where what is left is not quiet and repeats with
    another pitch, no multiple or part of the first, two people speak.
    """
    count = 1 + (len(samples) - _LONG) // (_LONG // 2)
    if count < 8:
        return 0.0
    at = np.arange(_LONG) + (_LONG // 2) * np.arange(count)[:, np.newaxis]
    frames = samples[at].astype(np.float64) / 32768.0
    power = np.mean(frames**2, axis=1)
    frames = frames[power > np.quantile(power, 0.95) * 10**-2.0]
    voiced, second = 0, 0
    for frame in frames:
        repeats = _repeats(frame - frame.mean())
        best = _SHORTEST + int(np.argmax(repeats[_SHORTEST:_LONGEST]))
        if repeats[best] > 0.4:
            voiced += 1
            second += _has_second(frame, best)
    return second / voiced if voiced >= 6 else 0.0


def _has_second(frame: Floats, period: int) -> bool:
    rest = frame[period:] - frame[:-period]
    if np.mean(rest**2) <= 0.2 * np.mean(frame**2):
        return False
    repeats = _repeats(rest - rest.mean())[: min(_LONGEST, len(rest) - 40)]
    repeats[:_SHORTEST] = -1.0
    for known in (period / 3, period / 2, period, 2 * period, 3 * period):
        repeats[int(0.93 * known) : int(1.07 * known)] = -1.0
    return bool(np.max(repeats) > 0.5)


def _repeats(frame: Floats) -> Floats:
    """Return how much a frame is like itself, shifted by each number of samples."""
    count = len(frame)
    likeness = np.fft.irfft(np.abs(np.fft.rfft(frame, 4 * _FFT)) ** 2)[:count]
    likeness = likeness / (count - np.arange(count))
    whole: Floats = likeness / max(float(likeness[0]), 1e-12)
    return whole


def _pitch(frame: Floats) -> float:
    """Return the pitch of 25 ms in Hz by autocorrelation, 0 where there is none."""
    spectrum = np.fft.rfft(frame - frame.mean(), 2 * _FFT)
    likeness = np.fft.irfft(np.abs(spectrum) ** 2)[:_WINDOW]
    if likeness[0] <= 1e-7:
        return 0.0
    # Fewer samples overlap at longer shifts; without this every voice would look higher.
    likeness = likeness / likeness[0] * (_WINDOW / (_WINDOW - np.arange(_WINDOW)))
    low, high = int(RATE_HZ / PITCH_HIGH_HZ), int(RATE_HZ / PITCH_LOW_HZ)
    best = low + int(np.argmax(likeness[low:high]))
    if likeness[best] < 0.5:
        return 0.0
    # The shortest shift that is nearly as good: else an octave too low wins now and then.
    for part in (3, 2):
        shorter = round(best / part)
        if shorter >= low and likeness[shorter] > 0.9 * likeness[best]:
            best = shorter
            break
    return RATE_HZ / best
