"""Sounds of a home that are nobody's turn: coughs, doors, other people's talk, a television.

All are made here from a seed, so that a rehearsal sounds the same every time.  Talk in the
background is made of syllables without meaning: no sentence lives in this file.
"""

from __future__ import annotations

from functools import cache
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from voice_checkin.events import Samples
from voice_checkin.speaking.choose import choose_voice
from voice_checkin.speaking.level import SPEECH_RMS_DB, VOICED
from voice_checkin.words import RATE_HZ, Seconds

Floats: TypeAlias = npt.NDArray[np.float32]
Steady: TypeAlias = Literal["brown", "pink", "white", "babble", "television"]
Sudden: TypeAlias = Literal["cough", "door", "knock", "clink"]

SPEECH_RMS = 10 ** (SPEECH_RMS_DB / 20) * 32768
"""The level that `speaking.level` gives every voice: what noise is measured against."""
LOOP_S: Seconds = 20.0
_SLOPES = {"white": 0.0, "pink": 0.5, "brown": 1.0}
_TALKERS = ("en-us+m1", "en-us+f2", "en-gb+m4", "en-us+f5", "en-us+m7")
_ONSETS, _VOWELS = "bdfgklmnprstvz", ("a", "e", "i", "o", "u", "ay", "oh")


def steady(kind: Steady, snr_db: float, seed: int) -> Floats:
    """Return a loop of `LOOP_S` of noise, ``snr_db`` below the partners' usual voice."""
    random = np.random.default_rng(seed)
    match kind:
        case "babble":
            values = sum(
                (_talk(voice, random.integers(1 << 30), 0.1) for voice in _TALKERS),
                start=np.zeros(int(LOOP_S * RATE_HZ), dtype=np.float32),
            )
        case "television":
            talk = _talk(_TALKERS[0], seed, 0.4) + _talk(_TALKERS[1], seed + 1, 1.5)
            bed = _coloured(0.5, random)
            values = talk + bed / _loud(bed) * _loud(talk) * 0.15
        case _:
            values = _coloured(_SLOPES[kind], random)
    level = SPEECH_RMS * 10 ** (-snr_db / 20)
    return np.asarray(values / _loud(values) * level, dtype=np.float32)


def sudden(kind: Sudden, level_db: float = 0.0, seed: int = 3) -> Samples:
    """Return a short sound, as loud as a voice at ``level_db`` 0."""
    random = np.random.default_rng(seed)
    match kind:
        case "cough":
            values = np.concatenate([_burst(0.16, 0.05, (300, 3500), random),
                                     np.zeros(int(0.06 * RATE_HZ)),
                                     _burst(0.22, 0.07, (300, 2800), random)])  # fmt: skip
        case "door":
            values = _burst(0.45, 0.08, (40, 180), random) + _burst(0.45, 0.01, (800, 5000), random)
        case "knock":
            one = np.concatenate([_burst(0.09, 0.015, (120, 900), random),
                                  np.zeros(int(0.12 * RATE_HZ))])  # fmt: skip
            values = np.tile(one, 3)
        case "clink":
            times = np.arange(int(0.35 * RATE_HZ)) / RATE_HZ
            values = (np.sin(2 * np.pi * 3100 * times) + 0.5 * np.sin(2 * np.pi * 5230 * times)) \
                * np.exp(-times / 0.06)  # fmt: skip
    peak = SPEECH_RMS * 10 ** (level_db / 20) * 3
    return np.asarray(np.clip(values / np.abs(values).max() * peak, -32767, 32767), dtype=np.int16)


def _loud(values: Floats) -> float:
    """RMS of what is not silence."""
    loud = values[np.abs(values) > VOICED * np.abs(values).max()]
    return float(np.sqrt(np.mean(loud**2)))


def _coloured(slope: float, random: np.random.Generator) -> Floats:
    count = int(LOOP_S * RATE_HZ)
    spectrum = np.fft.rfft(random.standard_normal(count))
    frequency = np.maximum(np.fft.rfftfreq(count, 1 / RATE_HZ), 20.0)
    return np.asarray(np.fft.irfft(spectrum / frequency**slope, count), dtype=np.float32)


def _burst(
    seconds: Seconds, decay_s: Seconds, band_hz: tuple[int, int], random: np.random.Generator
) -> npt.NDArray[np.float64]:
    """Return a burst of noise between two frequencies that dies away."""
    count = int(seconds * RATE_HZ)
    spectrum = np.fft.rfft(random.standard_normal(count))
    frequency = np.fft.rfftfreq(count, 1 / RATE_HZ)
    spectrum[(frequency < band_hz[0]) | (frequency > band_hz[1])] = 0
    times = np.arange(count) / RATE_HZ
    values = np.fft.irfft(spectrum, count) * np.exp(-times / decay_s) * np.minimum(1, times / 0.004)
    return np.asarray(values / np.abs(values).max())


@cache
def _talk(voice: str, seed: int, pause_s: Seconds) -> Floats:
    """Return `LOOP_S` of one voice talking without meaning, with pauses of about ``pause_s``."""
    random = np.random.default_rng(seed)
    speaker = choose_voice(f"espeak:{voice}")
    out = np.zeros(int(LOOP_S * RATE_HZ), dtype=np.float32)
    at = int(random.uniform(0, pause_s) * RATE_HZ)
    while at < len(out):
        words = ["".join(random.choice(list(_ONSETS)) + random.choice(_VOWELS)
                         for _ in range(random.integers(1, 4)))
                 for _ in range(random.integers(3, 9))]  # fmt: skip
        samples = speaker.render(" ".join(words), int(random.integers(140, 190))).samples
        part = samples[: len(out) - at]
        out[at : at + len(part)] = part
        at += len(samples) + int(random.uniform(0.5, 1.5) * pause_s * RATE_HZ)
    return out
