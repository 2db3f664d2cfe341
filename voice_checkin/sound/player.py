"""What is to be played, in order, and how much of it was heard.

Both makers of `Sound` pull their output from here: a device's callback, and the virtual room.
`PlayQueue.fill` takes no lock and allocates no array, so that the callback may call it; the
other methods are for every other thread.
"""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass
from itertools import count
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from voice_checkin.events import PlayEnded, PlayStarted, Samples
from voice_checkin.words import RATE_HZ, Seconds

PlayEvent: TypeAlias = PlayStarted | PlayEnded

MAX_BLOCK_SAMPLES = 16_384
"""The longest block that `PlayQueue.fill` is asked for: 340 ms at 48 kHz, far above any in use."""
HOLD_FADE_S: Seconds = 0.01
LONGEST_HOLD_S: Seconds = 0.6
"""A hold that nobody ends is over by itself: whoever asked for it may be gone."""


@dataclass(slots=True)
class _Item:
    handle: int
    samples: Samples
    played: int = 0


@dataclass(frozen=True, slots=True)
class _Stop:
    """An order to fall silent.  ``epoch`` tells a new order from one that was carried out."""

    epoch: int
    last: int
    """The newest handle that the order is for: what is queued afterwards is played."""
    ramp: npt.NDArray[np.float32]
    """From 1 to 0: the fade."""


class PlayQueue:
    """A queue of sounds with handles, pulled block by block; counts samples from 0.

    ``rate_hz`` is the rate of the samples given to `play` and of the blocks pulled; ``start_s``
    the time of the first sample.
    """

    def __init__(
        self, rate_hz: int = RATE_HZ, volume: float = 1.0, *, start_s: Seconds = 0.0
    ) -> None:
        self.rate_hz = rate_hz
        self.volume = volume
        """0 to 1, applied to whatever is pulled next."""
        self._handles = count(1)
        self._last = 0
        self._waiting: deque[_Item] = deque()
        self._events: deque[PlayEvent] = deque()
        self._producers = threading.Lock()  # never taken by fill()
        self._stop = _Stop(0, 0, np.zeros(0, dtype=np.float32))
        self._holding = 0  # the handle of what is held
        # Below: touched by the puller only.
        self._playing: _Item | None = None
        self._pulled = round(start_s * rate_hz)
        self._epoch = 0
        self._faded: int | None = None
        self._ramp = self._stop.ramp
        self._hold_ramp = np.linspace(1, 0, round(HOLD_FADE_S * rate_hz), dtype=np.float32)
        self._hushed = 0  # how far down the ramp: 0 is aloud, its length is silent
        self._held = 0  # samples of silence in this hold
        self._gain = 1.0  # at which a fade began
        self._scratch = np.zeros(MAX_BLOCK_SAMPLES, dtype=np.float32)

    # -- any thread --------------------------------------------------------------------------

    def play(self, samples: Samples, *, handle: int | None = None) -> int:
        """Queue a copy of ``samples`` behind what is playing and return its handle.

        ``handle`` where the caller counts them itself: each one greater than the one before.
        """
        kept = np.array(samples, dtype=np.int16)
        with self._producers:
            if handle is None:
                handle = next(self._handles)
            self._waiting.append(_Item(handle, kept))
            self._last = handle
        return handle

    def stop(self, fade_s: Seconds = 0.01) -> None:
        """Fade out what is playing and drop what is queued so far.

        Each of them gives a `PlayEnded` with how much of it was heard.
        """
        steps = max(1, round(fade_s * self.rate_hz))
        ramp = np.linspace(1.0, 0.0, steps, dtype=np.float32)
        with self._producers:
            self._stop = _Stop(self._stop.epoch + 1, self._last, ramp)
            self._holding = 0

    def hold(self, handle: int) -> None:
        """Let one sound fall silent, losing nothing, until `release`, `stop` or `LONGEST_HOLD_S`.

        Nothing happens where another one is playing.
        """
        self._holding = handle

    def release(self) -> None:
        """Go on after `hold`; without one nothing happens."""
        self._holding = 0

    @property
    def position_s(self) -> Seconds:
        """How much has been pulled so far, silence included."""
        return self._pulled / self.rate_hz

    @property
    def busy(self) -> bool:
        """Something is playing or queued."""
        return self._playing is not None or bool(self._waiting)

    def pop_events(self) -> list[PlayEvent]:
        """Return what happened since the last call, in order."""
        events: list[PlayEvent] = []
        while self._events:
            events.append(self._events.popleft())
        return events

    # -- the puller --------------------------------------------------------------------------

    def pull(self, samples: int) -> Samples:
        """Return the next block in a new array: what leaves the speaker, exactly."""
        out: Samples = np.empty(samples, dtype=np.int16)
        self.fill(out)
        return out

    def fill(self, out: Samples) -> None:
        """Fill ``out`` with the next block: what leaves the speaker, exactly."""
        at, end = 0, len(out)
        while at < end:
            self._obey()
            item = self._next()
            if item is None or self._is_held(item, end - at):
                out[at:] = 0
                break
            at += self._copy(item, out[at:], at)
        self._pulled += end
        volume = self.volume
        if volume != 1.0 and end <= MAX_BLOCK_SAMPLES:
            scaled = self._scratch[:end]
            np.multiply(out, volume, out=scaled)
            np.copyto(out, scaled, casting="unsafe")

    def _obey(self) -> None:
        """Carry out a new order to stop: queued sounds at once, the playing one by fading."""
        stop = self._stop
        if stop.epoch == self._epoch:
            return
        self._epoch = stop.epoch
        while self._waiting and self._waiting[0].handle <= stop.last:
            dropped = self._waiting.popleft()
            self._events.append(
                PlayEnded(handle=dropped.handle, at=self.position_s, heard_s=0.0, interrupted=True)
            )
        playing = self._playing
        if playing is not None and playing.handle <= stop.last and self._faded is None:
            silent = self._hushed == len(self._hold_ramp)
            self._gain = 0.0 if silent else float(self._hold_ramp[self._hushed])
            self._faded = len(stop.ramp) if silent else 0
            self._ramp = stop.ramp

    def _is_held(self, item: _Item, samples: int) -> bool:
        """Say whether the next ``samples`` are silence for a hold; nothing is lost by it."""
        silent = self._hushed == len(self._hold_ramp) and self._faded is None
        self._held = self._held + samples if silent else 0
        if self._held > LONGEST_HOLD_S * self.rate_hz:
            self._holding = 0
        return silent and self._holding == item.handle

    def _next(self) -> _Item | None:
        if self._playing is None and self._waiting:
            self._playing = self._waiting.popleft()
        return self._playing

    def _copy(self, item: _Item, out: Samples, offset: int) -> int:
        """Copy as much of ``item`` as fits, fading if told; return how many samples that was."""
        if item.played == 0:
            at = (self._pulled + offset) / self.rate_hz
            self._events.append(PlayStarted(handle=item.handle, at=at))
        size = min(len(out), len(item.samples) - item.played)
        gains = self._gains(item, size)
        if gains is None:
            out[:size] = item.samples[item.played : item.played + size]
        else:
            size = len(gains)
            faded = self._scratch[:size]
            np.multiply(item.samples[item.played : item.played + size], gains, out=faded)
            if self._faded is not None:
                np.multiply(faded, self._gain, out=faded)
            np.copyto(out[:size], faded, casting="unsafe")
        item.played += size
        over = item.played == len(item.samples)
        cut = self._faded is not None and self._faded >= len(self._ramp)
        if over or cut:
            self._events.append(
                PlayEnded(
                    handle=item.handle,
                    at=(self._pulled + offset + size) / self.rate_hz,
                    heard_s=item.played / self.rate_hz,
                    interrupted=not over,
                )
            )
            self._playing = None
            self._faded = None
            self._hushed = 0
        return size

    def _gains(self, item: _Item, size: int) -> npt.NDArray[np.float32] | None:
        """Return what the next samples are multiplied with, at most ``size``; None: nothing."""
        if self._faded is not None:
            gains = self._ramp[self._faded : self._faded + min(size, MAX_BLOCK_SAMPLES)]
            self._faded += len(gains)
            return gains
        ramp, hushed = self._hold_ramp, self._hushed
        if self._holding == item.handle:
            self._hushed = min(len(ramp), hushed + size)
            return ramp[hushed : self._hushed]
        if hushed:
            self._hushed = max(0, hushed - size)
            return ramp[self._hushed : hushed][::-1]
        return None
