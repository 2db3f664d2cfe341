"""Takes a turn back that was closed too early: its speaker only drew breath.  Pure.

It also keeps what was learned of each partner's pauses, so that the same pause is waited for the
next time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from voice_checkin.dialog.actions import End, Listen, Wait
from voice_checkin.session.pauses import LONGEST_WAIT_S, PauseMemory
from voice_checkin.session.turn_over import TurnOver
from voice_checkin.words import PartnerId, Seconds

ONGOING_S: Seconds = LONGEST_WAIT_S
"""Speech that goes on within this time of a closed turn may belong to it."""
QUESTION_HEARD = 0.45
"""The share of a question after which words spoken over it can be its answer."""
OTHER_HEARD = 0.75
"""The same where the question is for the other partner: who spoke last needs no invitation to go
on, and who is asked waits for more of the question."""


@dataclass(frozen=True, slots=True)
class Closed:
    """The state before the last turn was taken, should it prove to have gone on."""

    snapshot: dict[str, object]
    over: TurnOver
    listen: Listen


class Reopening:
    """Holds the last turn until it stands; ``joining``: first words that go on from others."""

    def __init__(self, joining: Iterable[str] = ()) -> None:
        self._joining = frozenset(joining)
        self._closed: Closed | None = None
        self._memories: defaultdict[PartnerId | None, PauseMemory] = defaultdict(PauseMemory)

    def memory(self, partner: PartnerId | None) -> PauseMemory:
        return self._memories[partner]

    def close(self, snapshot: dict[str, object], over: TurnOver, listen: Listen) -> None:
        """Note a turn as it is taken."""
        self._closed = Closed(snapshot, over, listen)

    def settle(self) -> None:
        """Let the last turn stand."""
        self._closed = None

    def at(self, at: Seconds, next_: Listen | Wait, *, heard: float) -> Closed | None:
        """Return the turn that speech from ``at`` on belongs to, if it does.

        ``heard`` is the share of the next question that was audible by then.
        """
        closed = self._closed
        if closed is None:
            return None
        least = 1.0
        if isinstance(next_, Listen):
            least = QUESTION_HEARD if _same(closed, next_) else OTHER_HEARD
        if at > closed.over.ended + ONGOING_S or heard >= least:
            return None
        return self._reopen(at)

    def resumed(self, id_: int, at: Seconds) -> Closed | None:
        """Return the turn that this segment was part of, now that it goes on."""
        closed = self._closed
        return self._reopen(at) if closed is not None and id_ in closed.over.ids else None

    def by_words(self, over: TurnOver, next_: Listen | Wait | End | None) -> Closed | None:
        """Return the turn that words spoken over the next question go on from, if they do.

        "And the kids were loud", or the voice of the one who spoke last, is no answer of the other.
        """
        closed = self._closed
        if closed is None or over.started > closed.over.ended + ONGOING_S:
            return None
        first = over.text.lower().split()[:1]
        joins = bool(first) and first[0].strip(",.") in self._joining
        same_voice = over.compared and over.speaker == closed.listen.partner is not None
        others = isinstance(next_, Listen) and not _same(closed, next_)
        return self._reopen(over.started) if joins or (same_voice and others) else None

    def _reopen(self, at: Seconds) -> Closed:
        closed, self._closed = self._closed, None
        assert closed is not None  # noqa: S101 - both callers looked
        self._memories[closed.listen.partner].closed_early(at - closed.over.ended)
        return closed


def _same(closed: Closed, next_: Listen) -> bool:
    return next_.partner in (None, closed.listen.partner)
