"""Tells the watchers of a session what happens, and counts turns, lines and beats."""

from __future__ import annotations

from collections.abc import Sequence

from voice_checkin.clock import Clock
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


class Chronicle:
    """Holds no state that the session acts on."""

    def __init__(self, watchers: Sequence[Watcher], clock: Clock) -> None:
        self._watchers = watchers
        self._clock = clock
        self._turns = 0
        self._beats: set[str] = set()
        self.lines = 0

    def queued(self, item: Item) -> None:
        if isinstance(item.action, Say) and item.offset_s == 0.0:
            self._publish(LineQueued(line_id=item.action.line_id, text=item.action.text,
                                     to=item.action.to, handle=item.handle,
                                     at=self._clock.now()))  # fmt: skip

    def started(self, item: Item | None, event: PlayStarted) -> None:
        if item is not None and isinstance(item.action, Say):
            line = item.action.line_id
            self._publish(LineStarted(line_id=line, handle=event.handle, at=event.at))

    def ended(self, item: Item, event: PlayEnded) -> None:
        if isinstance(item.action, Say):
            self._publish(LineEnded(line_id=item.action.line_id, handle=event.handle, at=event.at,
                                    heard_s=item.heard_s,
                                    interrupted=event.interrupted))  # fmt: skip

    def asked(self, beat: str) -> None:
        self._beats.add(beat)

    def listening(self, listen: Listen, at: Seconds) -> None:
        self._publish(Listening(beat=listen.beat, partner=listen.partner,
                                expecting=listen.expecting, at=at))  # fmt: skip

    def waiting(self, wait: Wait, at: Seconds) -> None:
        self._publish(Waiting(wait=wait, at=at))

    def turn(self, after: Listen | Wait | End | None, text: str, meaning: Meaning | None,
             speaker: PartnerId | None, confidence: float, started: Seconds, ended: Seconds,
             interrupted: str | None) -> None:  # fmt: skip
        self._turns += 1
        asked = after.partner if isinstance(after, Listen) else None
        beat = after.beat if isinstance(after, Listen | Wait) else ""
        self._publish(TurnTaken(number=self._turns, beat=beat, asked=asked, speaker=speaker,
                                text=text, meaning=meaning, started=started, ended=ended,
                                at=self._clock.now(), confidence=confidence,
                                interrupted=interrupted))  # fmt: skip

    def over(self, end: End) -> Ended:
        ended = Ended(end=end, beats=len(self._beats), lines=self.lines, at=self._clock.now())
        self._publish(ended)
        return ended

    def _publish(self, event: Published) -> None:
        for watcher in self._watchers:
            watcher.notice(event)
