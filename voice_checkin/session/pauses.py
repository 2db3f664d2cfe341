"""What is learned of how a partner pauses, over one evening.  Pure."""

from __future__ import annotations

from dataclasses import dataclass, field

from voice_checkin.words import Seconds

LONGEST_WAIT_S: Seconds = 2.7
"""No learned wait is longer: hesitant speakers pause for 2 to 2.5 s."""


@dataclass(slots=True)
class PauseMemory:
    """How long one partner pauses inside a turn, learned over the evening.

    Keeps the longest recent pauses that were followed by more words; the wait after open speech
    grows to cover them.  Never below the beat's patience: a hasty start must not teach haste.
    """

    _pauses: list[Seconds] = field(default_factory=list)

    def learn(self, pause: Seconds) -> None:
        self._pauses = [*self._pauses[-11:], pause]

    def wait(self, patience_s: Seconds) -> Seconds:
        """Return the silence that ends an open turn, in seconds; never less than asked for."""
        if len(self._pauses) < 3:
            return patience_s
        long = sorted(self._pauses)[int(0.8 * (len(self._pauses) - 1))]
        return min(max(patience_s, 1.25 * long), LONGEST_WAIT_S)
