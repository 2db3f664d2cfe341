"""Lets a visitor hear a rehearsal: what is in the virtual room comes out of a real speaker."""

from __future__ import annotations

from types import TracebackType
from typing import Self

import numpy as np

from voice_checkin.events import Samples
from voice_checkin.sound.seams import Sound
from voice_checkin.words import RATE_HZ, Seconds

BLOCK_S: Seconds = 0.1
AHEAD_S: Seconds = 1.0
"""Silence played first, so that a decode that holds the room up makes no gap."""


class Loudspeaker:
    """Plays frames on a `Sound`, whose microphone it does not listen to."""

    def __init__(self, sound: Sound) -> None:
        self._sound = sound
        self._waiting: list[Samples] = [np.zeros(int(AHEAD_S * RATE_HZ), dtype=np.int16)]

    def __enter__(self) -> Self:
        """Open the device.  Raises `DeviceError`."""
        self._sound.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is None:
            self._flush()
            # Let what is queued be heard before the device is let go.
            for _ in range(int((AHEAD_S + BLOCK_S) * 100)):
                self._sound.read(0.02)
        self._sound.__exit__(kind, error, trace)

    def take(self, frame: Samples) -> None:
        """Play one frame after those before it: a `VirtualRoom`'s listener."""
        self._waiting.append(frame)
        if sum(len(part) for part in self._waiting) >= BLOCK_S * RATE_HZ:
            self._flush()
            while self._sound.read(0.0) is not None:
                pass  # the microphone's frames are nobody's here
            self._sound.pop_events()

    def _flush(self) -> None:
        if self._waiting:
            self._sound.play(np.concatenate(self._waiting))
            self._waiting = []
