"""Who only listens to a rehearsal hears all of it, in order and without holes."""

from __future__ import annotations

import numpy as np
import pytest

from voice_checkin.events import FramePair, Samples
from voice_checkin.rehearsal.loudspeaker import AHEAD_S, Loudspeaker
from voice_checkin.rehearsal.room import VirtualRoom
from voice_checkin.words import FRAME_SAMPLES, RATE_HZ, Seconds

pytestmark = pytest.mark.session


class Device(VirtualRoom):
    """Gives as many frames as time has passed, and a coming one to whoever waits for it."""

    def __init__(self) -> None:
        super().__init__(keep=True)
        self.elapsed = 0

    def read(self, timeout_s: Seconds = 1.0) -> FramePair | None:
        if self.elapsed == 0 and timeout_s == 0:
            return None
        self.elapsed = max(0, self.elapsed - 1)
        return super().read(timeout_s)


def test_every_frame_is_played_once_and_in_order() -> None:
    device = Device()
    frames: list[Samples] = [
        np.full(FRAME_SAMPLES, index + 1, dtype=np.int16) for index in range(55)
    ]
    with Loudspeaker(device) as speaker:
        for frame in frames:
            device.elapsed += 1
            speaker.take(frame)
    played = device.recording()[1]
    begin = int(np.flatnonzero(played)[0])

    np.testing.assert_array_equal(
        played[begin : begin + 55 * FRAME_SAMPLES], np.concatenate(frames)
    )
    assert begin >= AHEAD_S * RATE_HZ
