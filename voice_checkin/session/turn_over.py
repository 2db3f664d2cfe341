"""A turn that is over: its segments, and what they say together.  Pure."""

from __future__ import annotations

from dataclasses import dataclass, field

from voice_checkin.events import Heard
from voice_checkin.words import PartnerId, Seconds


@dataclass(slots=True)
class Piece:
    """One segment of the turn, decoded or not yet."""

    id: int
    revision: int
    started: Seconds
    ended: Seconds
    overlapped: bool
    submitted: Seconds
    heard: Heard | None = field(default=None, repr=False)

    @property
    def text(self) -> str:
        return self.heard.transcript.text.strip() if self.heard else ""


@dataclass(frozen=True, slots=True)
class TurnOver:
    """The person is done.  There is no text only at the time limit."""

    pieces: tuple[Piece, ...] = field(repr=False)
    """In order of time."""
    carried: frozenset[int] = frozenset()
    """Those that had been a turn already, which was taken back."""
    since: Seconds = 0.0
    """When silence began, where there are no pieces."""

    @property
    def _heards(self) -> list[Heard]:
        return [piece.heard for piece in self.pieces if piece.heard is not None]

    @property
    def ids(self) -> frozenset[int]:
        return frozenset(piece.id for piece in self.pieces)

    @property
    def text(self) -> str:
        """Everything they said."""
        return " ".join(piece.text for piece in self.pieces if piece.heard is not None)

    @property
    def fresh(self) -> str:
        """What was said after a turn was taken back; empty where none was."""
        later = [p.text for p in self.pieces if p.heard is not None and p.id not in self.carried]
        return " ".join(later) if self.carried else ""

    @property
    def second(self) -> str:
        """The text with what a second look made of some of it; empty where there was none."""
        if not any(heard.second for heard in self._heards):
            return ""
        return " ".join(heard.second or heard.transcript.text.strip() for heard in self._heards)

    @property
    def confidence(self) -> float:
        return min((heard.transcript.confidence for heard in self._heards), default=1.0)

    @property
    def started(self) -> Seconds:
        return min((piece.started for piece in self.pieces), default=self.since)

    @property
    def ended(self) -> Seconds:
        return max((piece.ended for piece in self.pieces), default=self.since)

    @property
    def overlapped(self) -> bool:
        """Speech began while the assistant was audible: words may be wrong."""
        return any(piece.overlapped for piece in self.pieces[:1])

    @property
    def _speakers(self) -> set[PartnerId]:
        return {heard.speaker for heard in self._heards if heard.speaker is not None}

    @property
    def speaker(self) -> PartnerId | None:
        return next(iter(self._speakers)) if len(self._speakers) == 1 else None

    @property
    def compared(self) -> bool:
        """The voice was compared with both partners': without a ``speaker`` it is unsure whose."""
        return any(heard.compared for heard in self._heards)

    @property
    def both(self) -> bool:
        """Both partners' voices were in it, at once or one after the other."""
        return len(self._speakers) == 2 or any(heard.both for heard in self._heards)

    @property
    def strangers(self) -> bool:
        return any(heard.strangers for heard in self._heards)

    def then(self, rest: TurnOver) -> TurnOver:
        """Return this turn and what was said since as one."""
        return TurnOver((*self.pieces, *rest.pieces), carried=self.ids)
