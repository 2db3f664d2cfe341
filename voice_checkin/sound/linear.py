"""A linear echo canceller that leaves a person's voice whole while both talk at once.

WebRTC's canceller hides the echo completely, and with it much of whoever talks over it: a person
6 dB below the echo was noticed only after 1.7 s.  This one subtracts nothing but what a linear
room makes of our own samples, so that an interruption is noticed in time and its words survive.
Where it has not converged, or the device distorts, `trusted` is false and WebRTC's output is used.

The method is a partitioned-block frequency-domain Kalman filter, after Enzner and Vary
("Frequency-domain adaptive Kalman filter for acoustic echo control in hands-free telephones",
Signal Processing 86, 2006) and Kuech and others (ICASSP 2014), in numpy: 0.5 ms a 10 ms frame.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from voice_checkin.events import Samples
from voice_checkin.words import FRAME_SAMPLES

Spectra: TypeAlias = npt.NDArray[np.complexfloating[Any, Any]]
Floats: TypeAlias = npt.NDArray[np.floating[Any]]

PARTITIONS = 44
"""10 ms each: finds an echo whose delay and room together last up to 440 ms."""
_FORGET = 0.9995
"""Squared, how much of the path stays the same from frame to frame: a door opens in seconds."""
_SMOOTH = 0.5
"""Of the estimate of everything that is not echo; slower makes a sudden voice disturb the path."""
_FULL = 32768.0


class LinearCanceller:
    """``process`` takes 160 samples each of near and far.  Keeps the path between lines."""

    def __init__(self, partitions: int = PARTITIONS) -> None:
        bins = FRAME_SAMPLES + 1
        self._far_spectra: Spectra = np.zeros((partitions, bins), dtype=np.complex64)
        self._path: Spectra = np.zeros((partitions, bins), dtype=np.complex64)
        # How unsure each part of the path is at first: late parts of a room are weak.
        decay = np.exp(-np.arange(partitions) / 15.0)[:, np.newaxis]
        self._unsure_at_first: Floats = np.repeat(0.3 * decay, bins, axis=1).astype(np.float32)
        self._unsure: Floats = self._unsure_at_first.copy()
        self._other: Floats = np.full(bins, 1e-4, dtype=np.float32)
        self._far_window = np.zeros(2 * FRAME_SAMPLES, dtype=np.float32)
        self._zeros: Floats = np.zeros(FRAME_SAMPLES, dtype=np.float32)
        self.predicted: Floats = self._zeros
        """The echo that the path makes of the last 160 samples, full scale 1."""

    def process(self, near: Samples, far: Samples) -> Samples:
        """Return what is left of ``near``; never louder than it."""
        heard: Floats = near.astype(np.float32) / _FULL
        window = self._far_window
        window[:FRAME_SAMPLES] = window[FRAME_SAMPLES:]
        window[FRAME_SAMPLES:] = far.astype(np.float32) / _FULL
        spectra = self._far_spectra
        spectra[1:] = spectra[:-1]
        spectra[0] = np.fft.rfft(window)
        echo: Floats = np.fft.irfft(np.sum(spectra * self._path, axis=0))[FRAME_SAMPLES:]
        self.predicted = echo
        left: Floats = heard - echo
        self._learn(left)
        if float(np.dot(left, left)) > float(np.dot(heard, heard)):
            # Still learning: adding to what was heard would be worse than doing nothing.
            left = heard
        return _to_samples(left)

    def shift(self, samples: int) -> None:
        """Move the whole path: the same room, heard ``samples`` later (earlier if negative)."""
        path = np.fft.irfft(self._path, axis=1)[:, :FRAME_SAMPLES].ravel()
        moved = np.zeros_like(path)
        if samples >= 0:
            moved[samples:] = path[: len(path) - samples]
        else:
            moved[:samples] = path[-samples:]
        parts = np.zeros((len(self._path), 2 * FRAME_SAMPLES), dtype=np.float32)
        parts[:, :FRAME_SAMPLES] = moved.reshape(len(self._path), FRAME_SAMPLES)
        self._path = np.fft.rfft(parts, axis=1).astype(np.complex64)

    def doubt(self) -> None:
        """Learn as fast as at first, keeping what is known: the room has changed."""
        self._unsure = self._unsure_at_first.copy()

    def _learn(self, left: Floats) -> None:
        spectra = self._far_spectra
        power = spectra.real**2 + spectra.imag**2
        if float(power.sum()) < 1e-6:
            return
        error = np.fft.rfft(np.concatenate([self._zeros, left])).astype(np.complex64)
        self._other = _SMOOTH * self._other + (1.0 - _SMOOTH) * np.abs(error) ** 2
        # 0.5: half of each window is what the last frame had already seen.
        total = 0.5 * np.sum(power * self._unsure, axis=0) + self._other + 1e-8
        gain = self._unsure / total
        steps = np.fft.irfft(gain * spectra.conj() * error, axis=1)
        steps[:, FRAME_SAMPLES:] = 0.0
        self._path = (self._path + np.fft.rfft(steps, axis=1)).astype(np.complex64)
        forget = _FORGET**2
        self._unsure = (
            forget * (1.0 - 0.5 * gain * power) * self._unsure
            + (1.0 - forget) * np.abs(self._path) ** 2
        ).astype(np.float32)


def _to_samples(values: Floats) -> Samples:
    return np.asarray(np.clip(np.rint(values * _FULL), -32768, 32767), dtype=np.int16)
