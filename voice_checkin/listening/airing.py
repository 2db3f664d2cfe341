"""Whether our own voice is in the air, and whether what is heard meanwhile can be a person.

Works on levels only: what we play (far), what the microphone hears (near), and what is left of
it after the echo canceller (clean).  A person is loud in clean; an echo that was cancelled is not.
"""

from __future__ import annotations

from collections import deque

from voice_checkin.events import Samples
from voice_checkin.listening.levels import SILENCE_DB, power_of, to_db
from voice_checkin.words import FRAME_SAMPLES, RATE_HZ, Seconds

_FRAMES_A_SECOND = RATE_HZ // FRAME_SAMPLES
FAR_FLOOR_DB = -60.0
"""Quieter than this we play silence or dither."""
TAIL_S: Seconds = 0.45
"""How long our voice may linger after its last sample: 200 ms through devices, 250 ms of room."""
WARM_UP_S: Seconds = 0.5
"""Of our own sound, after which the canceller has found the path.  Over 60 s of synthesised
speech it left nothing above -46 dBFS even in its first second (see bench)."""
LOUDER_DB = 3.0
"""Before that a person must be this much louder than what we play: no echo comes back amplified."""
KEPT_DB = 15.0
"""A person's voice loses less than this in the canceller; an echo more, once it has converged."""
FLOOR_MARGIN_DB = 8.0
"""A person is this much above the quiet of the room."""
LEAST_DB = -55.0
"""And never quieter than this: 20 dB below a person who speaks low two metres away."""


class Airing:
    """Fed every frame; judged every chunk."""

    def __init__(self, *, cancelled: bool) -> None:
        self._cancelled = cancelled
        self._since_far = 10**9  # frames since we were last audible
        self._far_frames = 0
        self._far_recent: deque[float] = deque(maxlen=int(TAIL_S * _FRAMES_A_SECOND))
        self._near = self._clean = 0.0
        self._frames = 0
        self.near_db = self.clean_db = SILENCE_DB
        self._floor_db = -70.0

    def frame(self, *, near: Samples, far: Samples, clean: Samples) -> None:
        """Take 10 ms of each."""
        far_power = power_of(far)
        self._far_recent.append(far_power)
        if to_db(far_power) > FAR_FLOOR_DB:
            self._since_far = 0
            self._far_frames += 1
        else:
            self._since_far += 1
        self._near += power_of(near)
        self._clean += power_of(clean)
        self._frames += 1

    def chunk(self) -> None:
        """Close the chunk: its levels are those of the frames since the last one."""
        if self._frames == 0:
            return
        self.near_db = to_db(self._near / self._frames)
        self.clean_db = to_db(self._clean / self._frames)
        self._near = self._clean = 0.0
        self._frames = 0
        # Follows a falling level within a few chunks and a rising one in about 10 s (3 dB/s).
        rise = 0.1
        self._floor_db = min(self._floor_db + rise, max(self.clean_db, -85.0))

    @property
    def audible(self) -> bool:
        """Our voice, or its echo, may be in the air."""
        return self._since_far < int(TAIL_S * _FRAMES_A_SECOND)

    @property
    def warm(self) -> bool:
        """The canceller has heard enough of us."""
        return self._cancelled and self._far_frames >= int(WARM_UP_S * _FRAMES_A_SECOND)

    @property
    def is_person(self) -> bool:
        """The last chunk's level cannot be our echo alone."""
        if self.clean_db < max(LEAST_DB, self._floor_db + FLOOR_MARGIN_DB):
            return False
        if not self.warm:
            far_db = to_db(max(self._far_recent, default=0.0))
            return self.near_db > far_db + LOUDER_DB
        return self.clean_db > self.near_db - KEPT_DB
