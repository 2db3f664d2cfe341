"""Synthesised speech for the tests of the ears, with known levels and a known room."""

from __future__ import annotations

import functools
import subprocess

import numpy as np
import numpy.typing as npt

from voice_checkin.events import Samples
from voice_checkin.listening.levels import voiced_level_db
from voice_checkin.sound.wav import parse_wav

RATE = 16_000


@functools.cache
def _said(text: str, voice: str, rate: int) -> bytes:
    done = subprocess.run(
        ["espeak-ng", "-v", voice, "-s", str(rate), "--stdout", text],
        capture_output=True,
        check=True,
    )
    return done.stdout


def say(text: str, voice: str = "en-us+f3", *, rate: int = 150, db: float = -23.0) -> Samples:
    """Return ``text`` spoken at a voiced level of ``db`` dBFS, without silence around it."""
    samples = parse_wav(_said(text, voice, rate), "espeak")
    loud = np.flatnonzero(np.abs(samples.astype(int)) > 0.02 * np.abs(samples.astype(int)).max())
    samples = samples[loud[0] : loud[-1] + 1]
    return scaled(samples, db - voiced_level_db(samples))


def scaled(samples: Samples, gain_db: float) -> Samples:
    return clipped(samples * 10 ** (gain_db / 20))


def clipped(values: npt.NDArray[np.floating]) -> Samples:
    return np.clip(np.rint(values), -32768, 32767).astype(np.int16)


def silence(seconds: float) -> Samples:
    return np.zeros(round(seconds * RATE), dtype=np.int16)


def noise(samples: int, db: float, seed: int = 1) -> Samples:
    """White noise at ``db`` dBFS RMS."""
    values = np.random.default_rng(seed).standard_normal(samples)
    return clipped(values * 32768 * 10 ** (db / 20))


def mixed(*parts: tuple[float, Samples], seconds: float) -> Samples:
    """Add parts, each from its start in seconds."""
    out = np.zeros(round(seconds * RATE))
    for start, samples in parts:
        at = round(start * RATE)
        fits = samples[: len(out) - at]
        out[at : at + len(fits)] += fits
    return clipped(out)


def echoed(far: Samples, *, delay_ms: float, db: float, room_s: float = 0.25) -> Samples:
    """Return what a microphone hears of ``far``: delayed, ``db`` quieter, with a room's tail."""
    rng = np.random.default_rng(round(delay_ms))
    length = round(room_s * RATE)
    path = 0.15 * rng.standard_normal(length) * np.exp(-6.9 * np.arange(length) / length)
    path[0] = 1.0
    path /= np.sqrt(np.sum(path**2))
    size = 1 << (len(far) + length).bit_length()
    heard = np.fft.irfft(np.fft.rfft(far, size) * np.fft.rfft(path, size), size)[: len(far)]
    delay = round(delay_ms * RATE / 1000)
    return clipped(np.concatenate([np.zeros(delay), heard])[: len(far)] * 10 ** (db / 20))


LINES = (
    "Ana, from zero to ten, how wound up are you tonight?",
    "Take your time, there is no hurry at all.",
    "Ben, what was the hardest moment of your day?",
    "I'm a program, not a therapist. I can't help in an emergency.",
    "Before we start, do you both want to do this now? Ana first.",
    "What did you do today that you are a little proud of?",
    "Say one thing that Ana did this week that you noticed.",
    "Is there something small you would like to promise for tomorrow?",
    "When you are ready, tell me what you heard Ben say, in your own words.",
    "We can leave that one, and come back to it another evening.",
)


@functools.cache
def assistant(seconds: float, voice: str = "en-us") -> Samples:
    """The assistant's lines one after the other, at -20 dBFS, with short gaps."""
    parts: list[Samples] = []
    for line in LINES:
        parts += [say(line, voice, db=-20.0), silence(0.25)]
    once = np.concatenate(parts)
    times = int(np.ceil(seconds * RATE / len(once)))
    return np.tile(once, times)[: round(seconds * RATE)]
