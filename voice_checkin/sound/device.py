"""The microphone and the speaker of this machine, through PortAudio (sounddevice).

One full-duplex stream, so that what was heard and what was played share an index.  The callback
only copies; resampling, waiting and recovery happen in `DeviceSound.read`, on the reader's thread.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from itertools import count
from types import TracebackType
from typing import Any, Self

import numpy as np

from voice_checkin.errors import DeviceError
from voice_checkin.events import DeviceBack, DeviceLost, FramePair, PlayEnded, PlayStarted, Samples
from voice_checkin.sound.devices import Opened, open_stream, restart_library
from voice_checkin.sound.player import MAX_BLOCK_SAMPLES, PlayQueue
from voice_checkin.sound.resample import StreamResampler, resample
from voice_checkin.sound.ring import SampleRing
from voice_checkin.words import FRAME_SAMPLES, RATE_HZ, Seconds

STALL_S: Seconds = 1.0
"""No sound for this long: PortAudio does not say that a device was unplugged, it just stops."""
START_S: Seconds = 4.0
"""A stall this soon after opening is only a slow start: PulseAudio takes up to 1.8 s between its
first blocks and a steady flow, Bluetooth longer."""
RETRY_S: Seconds = 1.0
"""Between attempts to open a lost device again."""
PATIENT_TRIES = 5
"""So often a lost default device is looked for by name; then the new default is taken."""
POLL_S: Seconds = 0.004
"""How often the reader looks into the ring.  A lock or semaphore would have to be taken in the
callback; 250 looks a second cost under 1 % of a core."""
RING_S: Seconds = 4.0
"""Room for what comes while the reader is held up."""


class DeviceSound:
    """Implements `Sound`.  Names None: the system's defaults.

    A device that cannot do 16 kHz is opened at its own rate; the microphone and the reference
    then go through equal resamplers, so that they stay aligned.
    """

    def __init__(
        self, input_name: str | None = None, output_name: str | None = None, volume: float = 1.0
    ) -> None:
        self._input_name = input_name
        self._output_name = output_name
        self._volume = volume
        self.overflows = 0
        """Blocks that the system or our ring had to drop, since the start."""
        self.slowest_callback_s: Seconds = 0.0
        self._opened: Opened | None = None
        self._last_opened: Opened | None = None
        self._events: deque[PlayStarted | PlayEnded | DeviceLost | DeviceBack] = deque()
        self._handles = count(1)
        self._swap = threading.Lock()  # between play, stop and losing the device; not the callback
        self._queue = PlayQueue()
        self._kept: list[tuple[int, Samples]] = []  # queued while the device was gone
        self._index = 0
        self._heard_at = 0.0
        self._retry_at = 0.0
        self._tries = 0
        self._near_ring = self._far_ring = SampleRing(1)
        self._near_in = self._far_in = StreamResampler(RATE_HZ, RATE_HZ)
        self._near_out: Samples = np.zeros(0, dtype=np.int16)
        self._far_out: Samples = np.zeros(0, dtype=np.int16)
        self._mono: Samples = np.zeros(MAX_BLOCK_SAMPLES, dtype=np.int16)

    # -- Sound -------------------------------------------------------------------------------

    def __enter__(self) -> Self:
        self._open(self._input_name, self._output_name)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._close()
        self._near_ring.clear()

    def read(self, timeout_s: Seconds = 1.0) -> FramePair | None:
        deadline = time.monotonic() + timeout_s
        while len(self._near_out) < FRAME_SAMPLES:
            if self._take():
                continue
            now = time.monotonic()
            self._watch(now)
            if now >= deadline:
                return None
            time.sleep(POLL_S)
        near, self._near_out = np.split(self._near_out, [FRAME_SAMPLES])
        far, self._far_out = np.split(self._far_out, [FRAME_SAMPLES])
        pair = FramePair(near=near, far=far, index=self._index)
        self._index += 1
        return pair

    def play(self, samples: Samples) -> int:
        with self._swap:
            handle = next(self._handles)
            if self._opened is None:
                self._kept.append((handle, samples.copy()))
            else:
                self._queue.play(resample(samples, RATE_HZ, self._queue.rate_hz), handle=handle)
        return handle

    def stop(self, fade_s: Seconds = 0.01) -> None:
        with self._swap:
            for handle, _ in self._kept:
                self._events.append(
                    PlayEnded(handle=handle, at=self._now_s, heard_s=0.0, interrupted=True)
                )
            self._kept.clear()
            self._queue.stop(fade_s)

    def hold(self, handle: int) -> None:
        with self._swap:
            self._queue.hold(handle)

    def release(self) -> None:
        with self._swap:
            self._queue.release()

    def pop_events(self) -> list[PlayStarted | PlayEnded | DeviceLost | DeviceBack]:
        events: list[PlayStarted | PlayEnded | DeviceLost | DeviceBack] = []
        while self._events:
            events.append(self._events.popleft())
        events.extend(self._queue.pop_events())
        return events

    @property
    def opened(self) -> Opened | None:
        """What was opened, for `doctor`; None while a device is gone."""
        return self._opened

    # -- the reader --------------------------------------------------------------------------

    @property
    def _now_s(self) -> Seconds:
        return self._index * FRAME_SAMPLES / RATE_HZ

    def _open(self, input_name: str | None, output_name: str | None) -> None:
        """Raises `DeviceError`."""
        opened = open_stream(input_name, output_name, self._callback)
        rate = opened.rate_hz
        with self._swap:
            self._near_ring = SampleRing(int(RING_S * rate))
            self._far_ring = SampleRing(int(RING_S * rate))
            self._near_in = StreamResampler(rate, RATE_HZ)
            self._far_in = StreamResampler(rate, RATE_HZ)
            self._near_out = self._far_out = np.zeros(0, dtype=np.int16)
            self._queue = PlayQueue(rate, self._volume, start_s=self._now_s)
            for handle, samples in self._kept:
                self._queue.play(resample(samples, RATE_HZ, rate), handle=handle)
            self._kept.clear()
            self._opened = self._last_opened = opened
        self._heard_at = time.monotonic() + START_S - STALL_S
        opened.start()

    def _close(self) -> None:
        """Close the stream; whatever was playing or queued is over."""
        opened = self._opened
        if opened is None:
            return
        opened.close()
        with self._swap:
            self._opened = None
            self._queue.stop(0.0)
            self._queue.pull(2)
            self._events.extend(self._queue.pop_events())

    def _take(self) -> bool:
        """Move what the callback has copied on to the frames; False where there was nothing."""
        ready = min(self._near_ring.ready, self._far_ring.ready)
        if ready == 0:
            return False
        self._heard_at = max(self._heard_at, time.monotonic())
        near: Samples = np.zeros(ready, dtype=np.int16)
        far: Samples = np.zeros(ready, dtype=np.int16)
        self._near_ring.read_into(near)
        self._far_ring.read_into(far)
        self._near_out = np.concatenate([self._near_out, self._near_in.push(near)])
        self._far_out = np.concatenate([self._far_out, self._far_in.push(far)])
        near[:] = 0
        return True

    def _watch(self, now: Seconds) -> None:
        """Notice a device that has gone, and look for it again from time to time."""
        opened = self._opened
        if opened is not None:
            if now - self._heard_at > STALL_S or not opened.is_running:
                self._close()
                self._events.append(DeviceLost(name=opened.name))
                self._retry_at, self._tries = now, 0
            return
        if self._last_opened is None or now < self._retry_at:
            return
        self._retry_at = now + RETRY_S
        self._tries += 1
        patient = self._tries <= PATIENT_TRIES
        last = self._last_opened
        try:
            # PortAudio's list of devices is as old as its initialisation.
            restart_library()
            self._open(
                self._input_name or (last.input_name if patient else None),
                self._output_name or (last.output_name if patient else None),
            )
        except DeviceError:
            return
        assert self._opened is not None  # noqa: S101 - _open has just set it
        self._events.append(DeviceBack(name=self._opened.name))

    # -- the callback ------------------------------------------------------------------------

    def _callback(self, heard: Any, played: Any, _count: int, _time: Any, status: Any) -> None:
        """Copy both ways.  No lock, no logging, no array of samples is made here."""
        began = time.perf_counter()
        opened = self._opened
        out: Samples = np.frombuffer(played, dtype=np.int16)
        if opened is None:
            out[:] = 0
            return
        mono: Samples
        if opened.output_channels == 1:
            mono = out
        else:
            mono = self._mono[: len(out) // opened.output_channels]
        self._queue.fill(mono)
        if opened.output_channels > 1:
            out.reshape(-1, opened.output_channels)[:] = mono[:, np.newaxis]
        near: Samples = np.frombuffer(heard, dtype=np.int16)[:: opened.input_channels]
        # Both or neither, or the reference would slip against the microphone for good.
        if self._near_ring.free >= len(near) and self._far_ring.free >= len(mono):
            self._near_ring.write(near)
            self._far_ring.write(mono)
        else:
            self.overflows += 1
        if status.input_overflow or status.output_underflow:
            self.overflows += 1
        took = time.perf_counter() - began
        if took > self.slowest_callback_s:
            self.slowest_callback_s = took
