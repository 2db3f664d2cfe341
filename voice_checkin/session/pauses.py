"""What is learned of how a partner pauses, over one evening.  Pure."""

from __future__ import annotations

from dataclasses import dataclass, field

from voice_checkin.words import Seconds

LONGEST_WAIT_S: Seconds = 3.0
"""No learned wait is longer: hesitant speakers pause for 2 to 2.5 s, and the voice detector hears
the ends of words a little early and their beginnings a little late."""


@dataclass(slots=True)
class PauseMemory:
    """How long one partner pauses inside a turn, learned over the evening.

    Keeps the longest recent pauses that were followed by more words; the wait after open speech
    grows to cover them.  Never below the beat's patience: a hasty start must not teach haste.
    Whoever was answered too early once is given that long from then on: nobody is to be talked
    over twice for the same pause.
    """

    _pauses: list[Seconds] = field(default_factory=list)
    _least: Seconds = 0.0

    def learn(self, pause: Seconds) -> None:
        self._pauses = [*self._pauses[-11:], pause]

    def closed_early(self, pause: Seconds) -> None:
        """Take the pause after which a turn that had been closed went on."""
        self._least = max(self._least, pause)

    def wait(self, patience_s: Seconds) -> Seconds:
        """Return the silence that ends an open turn, in seconds; never less than asked for."""
        long = 1.1 * self._least
        if len(self._pauses) >= 3:
            long = max(long, 1.25 * sorted(self._pauses)[int(0.8 * (len(self._pauses) - 1))])
        return max(patience_s, min(long, LONGEST_WAIT_S))
