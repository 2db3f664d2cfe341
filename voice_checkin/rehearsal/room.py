"""A virtual room: two people, some noise, and the assistant's voice coming back as echo.

It is a `Sound` that needs no hardware.  What the microphone hears is the partners' speech, noise
at a given ratio to it, and what is played, delayed and with a short tail.
"""

from __future__ import annotations

import time
from types import TracebackType
from typing import Self

import numpy as np
import numpy.typing as npt

from voice_checkin.events import DeviceBack, DeviceLost, FramePair, PlayEnded, PlayStarted, Samples
from voice_checkin.rehearsal.script import RoomSettings
from voice_checkin.sound.player import PlayQueue
from voice_checkin.words import FRAME_SAMPLES, RATE_HZ, Seconds

SPEECH_RMS = 10 ** (-23 / 20) * 32768
"""The level that `speaking.level` gives every voice: what noise is measured against."""
_NOISE_S = 20
_TAIL_S = 0.12
Floats = npt.NDArray[np.float32]


class VirtualRoom:
    """Gives a frame at each ``read``: at once, or in step with the clock when ``real_time``."""

    def __init__(
        self,
        settings: RoomSettings | None = None,
        *,
        real_time: bool = False,
        keep: bool = False,
        seed: int = 7,
    ) -> None:
        self.settings = settings or RoomSettings()
        self._real_time = real_time
        self._queue = PlayQueue()
        self._index = 0
        self._speech: list[tuple[int, Samples]] = []
        random = np.random.default_rng(seed)
        self._noise = _noise(self.settings, random)
        self._path = _echo_path(self.settings, random)
        self._played: Floats = np.zeros(len(self._path) + FRAME_SAMPLES, dtype=np.float32)
        self._started: float | None = None
        self._debt = 0
        self._kept: list[tuple[Samples, Samples]] | None = [] if keep else None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        return None

    @property
    def now(self) -> Seconds:
        return self._index * FRAME_SAMPLES / RATE_HZ

    def read(self, timeout_s: Seconds = 1.0) -> FramePair | None:
        """Return the next 10 ms; never None, since nobody can unplug this room."""
        if self._real_time:
            self._pace(timeout_s)
        far = self._queue.pull(FRAME_SAMPLES)
        near = self._near(far)
        if self._kept is not None:
            self._kept.append((near, far))
        pair = FramePair(near=near, far=far, index=self._index)
        self._index += 1
        return pair

    def play(self, samples: Samples) -> int:
        if self._debt and not self._queue.busy:
            # Time that computing took before this sound: in a real room it would have passed.
            samples = np.concatenate([np.zeros(self._debt, dtype=np.int16), samples])
        self._debt = 0
        return self._queue.play(samples)

    def stop(self, fade_s: Seconds = 0.01) -> None:
        self._queue.stop(fade_s)

    def pop_events(self) -> list[PlayStarted | PlayEnded | DeviceLost | DeviceBack]:
        return list(self._queue.pop_events())

    def charge(self, seconds: Seconds) -> None:
        """Delay the next sound by time that computing took, so that fast rehearsals stay honest."""
        self._debt += int(seconds * RATE_HZ)

    def speak(self, samples: Samples, delay_s: Seconds = 0.0) -> tuple[Seconds, Seconds]:
        """Let a partner speak; return when the first and the last sample are in the air."""
        begin = self._index * FRAME_SAMPLES + int(delay_s * RATE_HZ)
        self._speech.append((begin, samples))
        return begin / RATE_HZ, (begin + len(samples)) / RATE_HZ

    @property
    def speaking(self) -> bool:
        """A partner is speaking, or about to."""
        now = self._index * FRAME_SAMPLES
        return any(begin + len(samples) > now for begin, samples in self._speech)

    def recording(self) -> tuple[Samples, Samples]:
        """Return what was kept: the room and the assistant, of the same length."""
        if not self._kept:
            empty = np.zeros(0, dtype=np.int16)
            return empty, empty
        return (
            np.concatenate([near for near, _ in self._kept]),
            np.concatenate([far for _, far in self._kept]),
        )

    def _near(self, far: Samples) -> Samples:
        begin = self._index * FRAME_SAMPLES
        air: Floats = np.zeros(FRAME_SAMPLES, dtype=np.float32)
        for start, samples in self._speech:
            first, last = max(begin, start), min(begin + FRAME_SAMPLES, start + len(samples))
            if first < last:
                air[first - begin : last - begin] += samples[first - start : last - start]
        self._speech = [s for s in self._speech if s[0] + len(s[1]) > begin]
        if len(self._noise):
            at = begin % (len(self._noise) - FRAME_SAMPLES)
            air += self._noise[at : at + FRAME_SAMPLES]
        if len(self._path):
            self._played = np.concatenate([self._played[FRAME_SAMPLES:], far.astype(np.float32)])
            window = self._played[-(len(self._path) + FRAME_SAMPLES - 1) :]
            air += np.convolve(window, self._path, mode="valid").astype(np.float32)
        return np.asarray(np.clip(air, -32768, 32767), dtype=np.int16)

    def _pace(self, timeout_s: Seconds) -> None:
        now = time.monotonic()
        self._started = now if self._started is None else self._started
        ahead = self._started + self.now - now
        if ahead > 0:
            time.sleep(min(ahead, timeout_s))


def _echo_path(settings: RoomSettings, random: np.random.Generator) -> Floats:
    """Return the impulse response from speaker to microphone: a direct path and a short tail."""
    if settings.echo_db is None:
        return np.zeros(0, dtype=np.float32)
    delay = int(settings.delay_ms * RATE_HZ / 1000)
    tail = int(_TAIL_S * RATE_HZ)
    path = np.zeros(delay + tail, dtype=np.float32)
    gain = 10 ** (settings.echo_db / 20)
    decay = np.exp(-np.arange(tail) / (0.03 * RATE_HZ))
    path[delay:] = random.standard_normal(tail) * decay * gain * 0.05
    path[delay] = gain
    return path


def _noise(settings: RoomSettings, random: np.random.Generator) -> Floats:
    """Return a loop of noise at the wanted ratio to speech."""
    if settings.noise_snr_db is None:
        return np.zeros(0, dtype=np.float32)
    count = _NOISE_S * RATE_HZ
    spectrum = np.fft.rfft(random.standard_normal(count))
    frequency = np.maximum(np.fft.rfftfreq(count, 1 / RATE_HZ), 20.0)
    slope = {"white": 0.0, "pink": 0.5, "brown": 1.0, "television": 0.5}[settings.noise]
    values = np.fft.irfft(spectrum / frequency**slope, count)
    if settings.noise == "television":
        # Speech-like: a syllable rhythm of 4 Hz between phrases and silences.
        times = np.arange(count) / RATE_HZ
        rhythm = np.clip(np.sin(2 * np.pi * 4 * times) + 0.4, 0, None)
        values = values * rhythm * (np.sin(2 * np.pi * 0.2 * times) > -0.5)
    level = SPEECH_RMS * 10 ** (-settings.noise_snr_db / 20)
    return np.asarray(values / np.sqrt(np.mean(values**2)) * level, dtype=np.float32)
