"""Talk in the room that is nobody's turn: a television, a radio, people next door.

Who is asked is silent while the assistant speaks; a television is not.  What sounds like a voice
all through our own lines is taken for the background, and only what is clearly louder counts as
a person, until our lines are quiet again.  In a room without such talk nothing is held back, so
that somebody who sits far away is heard as before.
"""

from __future__ import annotations

from collections import deque
from itertools import islice

import numpy as np

from voice_checkin.listening.levels import SILENCE_DB, to_db

TELLING_DB = 10.0
"""Only chunks of which the canceller took less than this tell what else is in the room: where it
takes more, it takes a television too."""
MAY_BE_VOICE = 0.2
"""Probability of voice.  0 to 4 % of the telling chunks of our own lines reach it in rooms without
talk, noise of 5 dB and echoes of -6 dB included; 32 % or more with a television 10 dB below."""
PRESENT = 0.2
"""The share of such chunks that makes a background."""
WINDOW = 62
"""Telling chunks that say whether there is one: 2 s.  How loud it is, all that are kept say.  The
share is of a whole window, however few there are yet: the first third of a second of somebody who
cuts in must not make a background of them."""
LONGEST_AGO = 190
"""Chunks of our own lines, 6 s, after which they are forgotten."""
ABOVE_DB = 3.5
"""A person is this much louder than the loud parts of the background."""
LEAST_ABOVE_DB = 3.0
BELOW_TALKERS_DB = 3.0
"""People who are known need not come nearer than this to their usual level."""
SOFTER_DB = 5.0
SOFT_CHUNKS = 31
"""Speech over our own line that is so much softer, for a second of voice, than the talkers known is
background from then on: a television that was switched on meanwhile."""
LONG_CHUNKS = 156
"""Where nobody is known yet, whoever cuts in on our first line and talks for 5 s without a breath
is background too, until 2 s of our next line have been quiet: a television that opened the evening
held its first turn open for 20 to 60 s in 6 of 16 rooms."""
TALKERS = 8
SMOOTH = 4
"""Chunks over which a level is taken: 128 ms."""
HOLD = 7
"""Chunks, 224 ms: a voice goes on through its softer syllables."""


class Background:
    """Fed every chunk and every segment; says whether a chunk may be a person's."""

    def __init__(self) -> None:
        self._heard: deque[tuple[int, bool, float]] = deque(maxlen=LONGEST_AGO)
        self._now = 0  # chunks of our own lines so far
        self._powers: deque[float] = deque([0.0] * SMOOTH, maxlen=SMOOTH)
        self._talkers: deque[float] = deque(maxlen=TALKERS)
        self._since_loud = HOLD
        self._cut_in: list[float] = []
        self.threshold_db: float | None = None
        """What a person must reach; None where there is no such background."""

    def may_be_person(self, level_db: float, *, speaking: bool) -> bool:
        """Take the level of every chunk, in order; tell whether a person may be in it.

        ``speaking``: somebody is, so that softer syllables count for a while.
        """
        self._powers.append(10 ** (level_db / 10))
        if self.threshold_db is None:
            return True
        loud = to_db(sum(self._powers) / SMOOTH) >= self.threshold_db
        self._since_loud = 0 if loud else self._since_loud + 1
        return self._since_loud < HOLD if speaking else loud

    def over_line(self, probability: float, *, near_db: float, clean_db: float) -> None:
        """Take a chunk of our own line over which nobody has been heard."""
        self._now += 1
        while self._heard and self._heard[0][0] < self._now - LONGEST_AGO:
            self._heard.popleft()
        if clean_db > near_db - TELLING_DB:
            self._heard.append((self._now, probability >= MAY_BE_VOICE, clean_db))
        self._judge()

    def cut_in(self, level_db: float | None, probability: float = 0.0) -> None:
        """Take a chunk of speech that began over our own line; None where there is none.

        Only voice counts: who answers in two words over the end of a line, and then thinks, must
        not be softer than others for their silence.
        """
        if level_db is None:
            self._cut_in = []
        elif probability >= MAY_BE_VOICE and len(self._cut_in) < LONG_CHUNKS:
            self._cut_in.append(level_db)
            self._is_it_background()

    def talker(self, level_db: float) -> None:
        """Take the level of an utterance that did not begin over our own line."""
        self._talkers.append(level_db)

    def _is_it_background(self) -> None:
        count = len(self._cut_in)
        if count == SOFT_CHUNKS and self._talkers:
            mean_db = to_db(float(np.mean([10 ** (level / 10) for level in self._cut_in])))
            found = mean_db < self._usual_db() - SOFTER_DB
        else:
            found = count == LONG_CHUNKS and not self._talkers
        if found:
            self._heard.extend((self._now, True, level) for level in self._cut_in)
            self._judge()

    def _usual_db(self) -> float:
        """The middle level of those who have spoken lately."""
        return float(np.median(self._talkers)) if self._talkers else SILENCE_DB

    def _judge(self) -> None:
        voices = [level for _, is_voice, level in self._heard if is_voice]
        lately = list(islice(reversed(self._heard), WINDOW))
        share = sum(is_voice for _, is_voice, _ in lately) / WINDOW
        if share < PRESENT:
            self.threshold_db = None
            return
        loud = float(np.quantile(voices, 0.9))
        self.threshold_db = loud + ABOVE_DB
        if self._talkers:
            known = max(self._usual_db() - BELOW_TALKERS_DB, loud + LEAST_ABOVE_DB)
            self.threshold_db = min(self.threshold_db, known)
