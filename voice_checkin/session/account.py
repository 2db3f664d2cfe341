"""What watchers are told of one conversation, and its count of turns, lines and beats."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from voice_checkin.dialog.actions import End, Listen, Say, Wait
from voice_checkin.events import PlayEnded, PlayStarted
from voice_checkin.session.published import (
    Ended,
    LineEnded,
    LineQueued,
    LineStarted,
    Listening,
    Published,
    TurnTaken,
    Waiting,
    Watcher,
)
from voice_checkin.session.stage import Item
from voice_checkin.understanding.meaning import Meaning
from voice_checkin.words import PartnerId, Seconds


class Account:
    """Counts, and tells every watcher; nothing that it does reaches the session."""

    def __init__(self, watchers: Sequence[Watcher], now: Callable[[], Seconds]) -> None:
        self._watchers = watchers
        self._now = now
        self._turns = 0
        self.beats: set[str] = set()
        self.lines = 0

    def queued(self, item: Item) -> None:
        if isinstance(item.action, Say) and item.offset_s == 0.0:
            self.lines += 1
            self._tell(LineQueued(line_id=item.action.line_id, text=item.action.text,
                                  to=item.action.to, handle=item.handle,
                                  breath_s=item.breath_s, at=self._now()))  # fmt: skip

    def started(self, item: Item | None, event: PlayStarted) -> None:
        if item is not None and isinstance(item.action, Say):
            line = item.action.line_id
            self._tell(LineStarted(line_id=line, handle=event.handle, at=event.at))

    def played(self, item: Item, event: PlayEnded) -> None:
        if isinstance(item.action, Say):
            self._tell(LineEnded(line_id=item.action.line_id, handle=event.handle, at=event.at,
                                 heard_s=item.heard_s, interrupted=event.interrupted))  # fmt: skip

    def listening(self, listen: Listen) -> None:
        self._tell(Listening(beat=listen.beat, partner=listen.partner,
                             expecting=listen.expecting, at=self._now()))  # fmt: skip

    def waiting(self, wait: Wait) -> None:
        self._tell(Waiting(wait=wait, at=self._now()))

    def turn(
        self,
        after: Listen | Wait | End | None,
        meaning: Meaning | None,
        *,
        text: str = "",
        speaker: PartnerId | None = None,
        confidence: float = 1.0,
        started: Seconds | None = None,
        ended: Seconds | None = None,
        interrupted: str | None = None,
    ) -> None:
        """Tell of an utterance, or of a silence that ran out; ``after`` is what was waited for."""
        self._turns += 1
        now = self._now()
        self._tell(
            TurnTaken(
                number=self._turns,
                beat=after.beat if isinstance(after, Listen | Wait) else "",
                asked=after.partner if isinstance(after, Listen) else None,
                speaker=speaker,
                text=text,
                meaning=meaning,
                started=now if started is None else started,
                ended=now if ended is None else ended,
                at=now,
                confidence=confidence,
                interrupted=interrupted,
            )
        )

    def over(self, end: End) -> Ended:
        ended = Ended(end=end, beats=len(self.beats), lines=self.lines, at=self._now())
        self._tell(ended)
        return ended

    def _tell(self, event: Published) -> None:
        for watcher in self._watchers:
            watcher.notice(event)
