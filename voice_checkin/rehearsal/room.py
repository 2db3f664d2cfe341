"""A virtual room: two people, some noise, and the assistant's voice coming back as echo.

It is a `Sound` that needs no hardware.  What the microphone hears is the partners' speech, noise
at a given ratio to it, and what is played, delayed and with a short tail.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from itertools import count
from types import TracebackType
from typing import Self

import numpy as np

from voice_checkin.events import DeviceBack, DeviceLost, FramePair, PlayEnded, PlayStarted, Samples
from voice_checkin.rehearsal.audible import Audible
from voice_checkin.rehearsal.noises import Floats, steady
from voice_checkin.rehearsal.script import RoomSettings
from voice_checkin.sound.player import PlayQueue
from voice_checkin.words import FRAME_SAMPLES, RATE_HZ, Seconds

_TAIL_S = 0.12
_TAIL_DECAY_S = 0.03
_TAIL_GAIN = 0.05
"""A living room's first reflections, -26 dB each against the direct path."""


class VirtualRoom:
    """Gives a frame at each ``read``: at once, or in step with the clock when ``real_time``.

    ``listener`` gets what a visitor would hear of each frame: the people and the assistant.
    """

    def __init__(
        self,
        settings: RoomSettings | None = None,
        *,
        real_time: bool = False,
        keep: bool = False,
        seed: int = 7,
        listener: Callable[[Samples], None] | None = None,
    ) -> None:
        self.settings = settings or RoomSettings()
        self.audible = Audible()
        """When the assistant could truly be heard, by its samples."""
        self._real_time = real_time
        self._listener = listener
        self._queue = PlayQueue()
        self._handles = count(1)
        self._due: deque[tuple[int, int, Samples]] = deque()  # due frame, handle, sound
        self._dropped: list[PlayEnded] = []
        self._debt_s: Seconds = 0.0
        self._index = 0
        self._speech: list[tuple[int, Samples]] = []
        self._noise = _noise(self.settings, seed)
        self._path = _echo_path(self.settings, np.random.default_rng(seed))
        self._played: Floats = np.zeros(len(self._path) + FRAME_SAMPLES, dtype=np.float32)
        self._started: float | None = None
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

    # -- Sound -------------------------------------------------------------------------------

    def read(self, timeout_s: Seconds = 1.0) -> FramePair | None:
        """Return the next 10 ms; never None, since nobody can unplug this room."""
        if self._real_time:
            self._pace(timeout_s)
        while self._due and self._due[0][0] <= self._index:
            _, handle, samples = self._due.popleft()
            self._queue.play(samples, handle=handle)
        far = self._queue.pull(FRAME_SAMPLES)
        self.audible.note(far, self.now)
        people = self._people()
        near = self._near(people, far)
        if self._kept is not None:
            self._kept.append((near, far))
        if self._listener is not None:
            self._listener(_int16(people + far))
        pair = FramePair(near=near, far=far, index=self._index)
        self._index += 1
        return pair

    def play(self, samples: Samples) -> int:
        handle = next(self._handles)
        if self._debt_s and not self._queue.busy and not self._due:
            due = self._index + round(self._debt_s * RATE_HZ / FRAME_SAMPLES)
        else:
            # What is computed while something plays costs nobody any time.
            due = self._due[-1][0] if self._due else self._index
        self._debt_s = 0.0
        self._due.append((due, handle, np.array(samples, dtype=np.int16)))
        return handle

    def stop(self, fade_s: Seconds = 0.01) -> None:
        self._dropped += [
            PlayEnded(handle=handle, at=self.now, heard_s=0.0, interrupted=True)
            for _, handle, _ in self._due
        ]
        self._due.clear()
        self._queue.stop(fade_s)

    def hold(self, handle: int) -> None:
        self._queue.hold(handle)

    def release(self) -> None:
        self._queue.release()

    def pop_events(self) -> list[PlayStarted | PlayEnded | DeviceLost | DeviceBack]:
        dropped, self._dropped = self._dropped, []
        events: list[PlayStarted | PlayEnded] = [*dropped, *self._queue.pop_events()]
        return [*sorted(events, key=lambda event: event.at)]

    # -- the rehearsal's side ----------------------------------------------------------------

    @property
    def now(self) -> Seconds:
        """Sample time of the next frame."""
        return self._index * FRAME_SAMPLES / RATE_HZ

    def charge(self, seconds: Seconds) -> None:
        """Delay the next sound by time that computing took: a fast rehearsal must stay honest."""
        self._debt_s += seconds

    def speak(self, samples: Samples, delay_s: Seconds = 0.0) -> tuple[Seconds, Seconds]:
        """Let a partner speak; return when the first and the last sample are in the air."""
        begin = self._index * FRAME_SAMPLES + round(delay_s * RATE_HZ)
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

    def _people(self) -> Floats:
        begin = self._index * FRAME_SAMPLES
        air: Floats = np.zeros(FRAME_SAMPLES, dtype=np.float32)
        for start, samples in self._speech:
            first, last = max(begin, start), min(begin + FRAME_SAMPLES, start + len(samples))
            if first < last:
                air[first - begin : last - begin] += samples[first - start : last - start]
        self._speech = [s for s in self._speech if s[0] + len(s[1]) > begin]
        return air

    def _near(self, people: Floats, far: Samples) -> Samples:
        air = people.copy()
        if len(self._noise):
            places = np.arange(FRAME_SAMPLES) + self._index * FRAME_SAMPLES
            air += self._noise.take(places, mode="wrap")
        if len(self._path):
            self._played = np.concatenate([self._played[FRAME_SAMPLES:], far.astype(np.float32)])
            window = self._played[-(len(self._path) + FRAME_SAMPLES - 1) :]
            if window.any():
                air += np.convolve(window, self._path, mode="valid").astype(np.float32)
        return _int16(air)

    def _pace(self, timeout_s: Seconds) -> None:
        now = time.monotonic()
        self._started = now if self._started is None else self._started
        ahead = self._started + self.now - now
        if ahead > 0:
            time.sleep(min(ahead, timeout_s))


def _int16(values: Floats) -> Samples:
    return np.asarray(np.clip(np.rint(values), -32768, 32767), dtype=np.int16)


def _noise(settings: RoomSettings, seed: int) -> Floats:
    if settings.noise_snr_db is None:
        return np.zeros(0, dtype=np.float32)
    return steady(settings.noise, settings.noise_snr_db, seed)


def _echo_path(settings: RoomSettings, random: np.random.Generator) -> Floats:
    """Return the impulse response from speaker to microphone: a direct path and a short tail."""
    if settings.echo_db is None:
        return np.zeros(0, dtype=np.float32)
    delay = round(settings.delay_ms * RATE_HZ / 1000)
    tail = int(_TAIL_S * RATE_HZ)
    path = np.zeros(delay + tail, dtype=np.float32)
    gain = 10 ** (settings.echo_db / 20)
    decay = np.exp(-np.arange(tail) / (_TAIL_DECAY_S * RATE_HZ))
    path[delay:] = random.standard_normal(tail) * decay * gain * _TAIL_GAIN
    path[delay] = gain
    return path
