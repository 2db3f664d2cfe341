"""Whether our own voice is in the air, and whether what is heard meanwhile can be a person.

Works on levels only: what we play (far), what the microphone hears (near), the echo that the
linear canceller predicts in it, and what is left after either canceller.  A person is loud in
what is left; an echo that was taken out is not.
"""

from __future__ import annotations

from collections import deque

import numpy as np

from voice_checkin.events import Samples
from voice_checkin.listening.levels import FULL_SCALE, SILENCE_DB, power_of, to_db
from voice_checkin.listening.residue import Residue
from voice_checkin.sound.linear import Floats
from voice_checkin.words import FRAME_SAMPLES, RATE_HZ, Seconds

_FRAMES_A_SECOND = RATE_HZ // FRAME_SAMPLES
FAR_FLOOR_DB = -60.0
"""Quieter than this we play silence or dither."""
TAIL_S: Seconds = 0.45
"""How long our voice may linger after its last sample: 200 ms through devices, 250 ms of room."""
WARM_UP_S: Seconds = 1.5
"""Of our own sound, after which WebRTC's canceller has found the path.  With 0.5 s, 4 of 24
simulated rooms let it take its own echo for a person between 0.9 and 1.4 s (see bench)."""
LOUDER_DB = 3.0
"""Before that a person must be this much louder than what we play: no echo comes back amplified."""
KEPT_DB = 15.0
"""A person's voice loses less than this in WebRTC's canceller; an echo more, once it is warm."""
TRUST_DB = 15.0
"""The linear canceller is trusted where it usually takes this much off the echo.  With 12 dB,
2 of 14 rooms let it take an echo for a person while it was still learning, in the first second."""
AGREED_DB = 18.0
"""WebRTC's canceller must have let through a chunk that was at most this much quieter than the
loudest that the microphone heard around it: an echo that moved or drifts escapes the linear one
for a moment, and hardly ever both."""
AGREED_CHUNKS = 1
AGREED_WITHIN = 8
"""Chunks: 256 ms."""
NOBODY_DB = 37.0
HOLD_CHUNKS = 3
"""A person who was louder than the echo is still there this much later: 96 ms, a syllable's dip."""
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
        self._near = self._clean = self._left = self._echo = 0.0
        self._frames = 0
        self.near_db = self.clean_db = self.left_db = SILENCE_DB
        self._taken_db = 0.0
        self._residue = Residue()
        self._near_recent: deque[float] = deque(maxlen=4)  # chunks, dB
        self._agreed: deque[bool] = deque(maxlen=AGREED_WITHIN)
        self._new_db = SILENCE_DB  # what stands out of the usual residue
        self._floor_db = -70.0
        self._since_person = HOLD_CHUNKS

    def hear_far(self, far: Samples) -> None:
        """Take the 10 ms that we play."""
        far_power = power_of(far)
        self._far_recent.append(far_power)
        if to_db(far_power) > FAR_FLOOR_DB:
            self._since_far = 0
            self._far_frames += 1
        else:
            self._since_far += 1

    def hear(self, *, near: Samples, clean: Samples, left: Samples, echo: Floats | None) -> None:
        """Take the same 10 ms from the microphone, and what the cancellers made of it.

        ``clean``: what WebRTC left; ``left``: what the linear one left, and ``echo`` the echo that
        it predicted (full scale 1), None where it did not run.
        """
        self._near += power_of(near)
        self._clean += power_of(clean)
        self._left += power_of(left)
        if echo is not None:
            self._echo += float(np.mean(echo**2))
            self._residue.hear(left.astype(np.float32) / FULL_SCALE, echo)
        self._frames += 1

    def chunk(self) -> None:
        """Close the chunk: its levels are those of the frames since the last one."""
        if self._frames == 0:
            return
        self.near_db = to_db(self._near / self._frames)
        self.clean_db = to_db(self._clean / self._frames)
        self.left_db = to_db(self._left / self._frames)
        echo_db = to_db(self._echo / self._frames)
        self._near = self._clean = self._left = self._echo = 0.0
        self._frames = 0
        # Follows a falling level at once and a rising one at 3 dB a second.
        self._floor_db = min(self._floor_db + 0.1, max(self.clean_db, -85.0))
        if self.audible:
            # Where WebRTC's canceller took off so much, there is nobody but us.
            nobody = self.clean_db < self.near_db - NOBODY_DB
            self._new_db = self._residue.chunk(nobody=nobody, floor_db=LEAST_DB)
            self._learn_taken(echo_db, nobody=nobody)
        self._near_recent.append(self.near_db)
        self._agreed.append(self.clean_db > max(LEAST_DB, max(self._near_recent) - AGREED_DB))
        self._since_person = 0 if self._is_louder() else self._since_person + 1

    def _learn_taken(self, echo_db: float, *, nobody: bool) -> None:
        """Follow how much of an echo the linear canceller usually takes off, people left out."""
        if min(echo_db, self.near_db) < LEAST_DB:
            return
        taken = min(echo_db - self.left_db, 40.0)
        if taken > self._taken_db:
            self._taken_db += 0.15 * (taken - self._taken_db)
        else:
            # Slowly down, as somebody who talks over us makes it look worse than it is.
            self._taken_db -= min(1.5 if nobody else 0.05, self._taken_db - taken)

    @property
    def audible(self) -> bool:
        """Our voice, or its echo, may be in the air."""
        return self._since_far < int(TAIL_S * _FRAMES_A_SECOND)

    @property
    def warm(self) -> bool:
        """WebRTC's canceller has heard enough of us."""
        return self._cancelled and self._far_frames >= int(WARM_UP_S * _FRAMES_A_SECOND)

    @property
    def trusted(self) -> bool:
        """The linear canceller has found the path."""
        return self.warm and self._taken_db >= TRUST_DB

    @property
    def is_person(self) -> bool:
        """What was heard just now cannot be our echo alone, by its level."""
        return self._since_person < HOLD_CHUNKS

    @property
    def agreed(self) -> bool:
        """WebRTC's canceller too has heard a person in the last quarter of a second."""
        return not self.warm or sum(self._agreed) >= AGREED_CHUNKS

    def nobody(self) -> None:
        """Take it back: what seemed a person was our own voice."""
        self._since_person = HOLD_CHUNKS

    def _is_louder(self) -> bool:
        """Say whether the last chunk is louder than our echo can have been."""
        least = max(LEAST_DB, self._floor_db + FLOOR_MARGIN_DB)
        if self.trusted:
            return self._new_db > least
        if self.clean_db < least:
            return False
        if not self.warm:
            far_db = to_db(max(self._far_recent, default=0.0))
            return self.near_db > far_db + LOUDER_DB
        return self.clean_db > self.near_db - KEPT_DB
