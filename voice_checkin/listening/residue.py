"""How much of our own echo the linear canceller leaves, band by band, and what stands out of it.

A clock that runs a little apart from another leaves the hiss of our own consonants whole while it
takes 30 dB off our vowels: one figure for all frequencies would take such a hiss for a person.
"""

from __future__ import annotations

import itertools
from collections import deque

import numpy as np

from voice_checkin.listening.levels import SILENCE_DB, to_db
from voice_checkin.sound.linear import Floats
from voice_checkin.words import FRAME_SAMPLES, RATE_HZ

_EDGES_HZ = (80, 300, 600, 1000, 1500, 2200, 3200, 4600, 6400, 8000)
"""Narrow where voices are, about as wide as an ear's bands."""
_RECENT = 12
"""Frames: what was played up to 120 ms ago still rings in the room."""
_ABOVE = 10 ** (6.0 / 10)
"""A person is 6 dB above what is usually left."""
_FALL, _RISE_NOBODY, _RISE = 0.15, 1.5, 0.05
"""A share of the way down, and dB a chunk up: slowly, as somebody who talks over us makes the
canceller look worse than it is; faster where it is certain that there is nobody."""


class Residue:
    """Fed every 10 ms; judged every chunk."""

    def __init__(self) -> None:
        bins = np.arange(FRAME_SAMPLES + 1) * RATE_HZ / (2 * FRAME_SAMPLES)
        self._bands = np.array(
            [(bins >= low) & (bins < high) for low, high in itertools.pairwise(_EDGES_HZ)],
            dtype=np.float32,
        ).T
        self._window = np.hanning(2 * FRAME_SAMPLES).astype(np.float32)
        # A Hann window takes 3/8 of the power, and one side of the spectrum holds half of it.
        self._scale = 2.0 / (0.375 * (2 * FRAME_SAMPLES) ** 2)
        self._sound = np.zeros((2, 2 * FRAME_SAMPLES), dtype=np.float32)
        count = len(_EDGES_HZ) - 1
        self._echoes: deque[Floats] = deque(maxlen=_RECENT)
        self._left: Floats = np.zeros(count, dtype=np.float32)
        self._frames = 0
        self._leak_db: Floats = np.zeros(count, dtype=np.float32)

    def hear(self, left: Floats, echo: Floats) -> None:
        """Take 160 samples of what was left and of the echo that was predicted, full scale 1."""
        self._sound[:, :FRAME_SAMPLES] = self._sound[:, FRAME_SAMPLES:]
        self._sound[0, FRAME_SAMPLES:] = left
        self._sound[1, FRAME_SAMPLES:] = echo
        spectra = np.fft.rfft(self._sound * self._window, axis=1)
        powers = (spectra.real**2 + spectra.imag**2) @ self._bands * self._scale
        self._left = self._left + powers[0]
        self._echoes.append(powers[1])
        self._frames += 1

    def chunk(self, *, nobody: bool, floor_db: float) -> float:
        """Close the chunk; return the level, dBFS, of what stands out of the usual residue."""
        if self._frames == 0:
            return SILENCE_DB
        left = self._left / self._frames
        echoes = np.asarray(self._echoes)
        echo = np.mean(echoes[-self._frames :], axis=0) + 1e-12
        usual = 10 ** (self._leak_db / 10) * (np.max(echoes, axis=0) + 1e-12)
        out = to_db(float(np.sum(left[left > _ABOVE * usual])))
        ratio_db = np.maximum(10 * np.log10((left + 1e-12) / echo), -40.0)
        rise = np.minimum(_RISE_NOBODY if nobody else _RISE, ratio_db - self._leak_db)
        step = np.where(ratio_db < self._leak_db, _FALL * (ratio_db - self._leak_db), rise)
        # Bands in which we were silent teach nothing.
        self._leak_db = np.where(
            10 * np.log10(echo) < floor_db, self._leak_db, self._leak_db + step
        )
        self._left, self._frames = np.zeros_like(left), 0
        return out
