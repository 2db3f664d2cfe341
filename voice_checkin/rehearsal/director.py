"""Makes the partners speak at the right moment, and notes the truth about each turn."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from voice_checkin.dialog.compile import Compiled
from voice_checkin.dialog.schema import Group
from voice_checkin.rehearsal.partners import PartnerSpeaker
from voice_checkin.rehearsal.room import VirtualRoom
from voice_checkin.rehearsal.script import RehearsalScript, Saying
from voice_checkin.session.published import (
    LineEnded,
    LineQueued,
    LineStarted,
    Listening,
    Published,
    Waiting,
)
from voice_checkin.words import Kind, PartnerId, Seconds

REACTION_S = (0.25, 0.4)
"""People leave about 0.2 s between turns (Levinson & Torreira 2015); a partner who was just asked
by name, a little more."""


@dataclass(slots=True)
class Spoken:
    """What a partner truly said, and when: what every measurement is held against."""

    partner: PartnerId
    text: str
    started: Seconds
    ended: Seconds
    barge_in: bool = False
    asked: str = ""
    reply_at: Seconds | None = None
    silenced_at: Seconds | None = None
    taken: bool = field(default=False)


class Director:
    """A watcher that answers as the rehearsal says, or as the dialog's samples do."""

    def __init__(
        self,
        script: RehearsalScript,
        dialog: Compiled,
        speakers: dict[PartnerId, PartnerSpeaker],
        room: VirtualRoom,
        *,
        seed: int = 1,
    ) -> None:
        self._dialog = dialog
        self._speakers = speakers
        self._room = room
        self._random = random.Random(seed)
        self._items: deque[tuple[PartnerId, Saying]] | None = None
        if script.say is not None:
            first = script.names[0].lower()
            self._items = deque(
                ("a" if name.lower() == first else "b", saying)
                for entry in script.say
                for name, saying in entry.items()
            )
        self._visits: dict[tuple[str, PartnerId], int] = {}
        self._lines: dict[int, str] = {}
        self._question = ""
        self._armed = False
        self.spoken: list[Spoken] = []
        self.on_spoken: Callable[[Spoken], None] = lambda _spoken: None

    def notice(self, event: Published) -> None:
        match event:
            case LineQueued():
                self._lines[event.handle] = event.text
                self._question = event.text
            case LineStarted():
                self._barge_in()
            case Listening():
                self._answer(event)
            case LineEnded() if event.interrupted and self.spoken:
                last = self.spoken[-1]
                if last.barge_in and last.silenced_at is None:
                    last.silenced_at = event.at
            case Waiting():
                self._in_break()
            case _:
                pass

    def _next(self, partner: PartnerId | None) -> tuple[PartnerId, Saying] | None:
        if self._items is None or not self._items:
            return None
        who, saying = self._items[0]
        if saying.barge_in_ms is not None:
            return None
        if partner is not None and who != partner and not saying.anyway:
            return None
        self._items.popleft()
        return who, saying

    def _answer(self, event: Listening) -> None:
        if self._room.speaking:
            return
        found = self._sample(event) if self._items is None else self._next(event.partner)
        if found is None:
            return
        who, saying = found
        self._say(who, saying, self._random.uniform(*REACTION_S))

    def _barge_in(self) -> None:
        if not self._items or self._room.speaking:
            return
        who, saying = self._items[0]
        if saying.barge_in_ms is not None:
            self._items.popleft()
            self._say(who, saying, saying.barge_in_ms / 1000, barge_in=True)

    def _in_break(self) -> None:
        found = self._next(None)
        if found is not None:
            self._say(*found, 1.0)

    def _say(
        self, who: PartnerId, saying: Saying, delay_s: Seconds, *, barge_in: bool = False
    ) -> None:
        samples = self._speakers[who].samples(saying)
        if not len(samples):
            return
        started, ended = self._room.speak(samples, delay_s)
        spoken = Spoken(who, saying.text, started, ended, barge_in, self._question)
        self.spoken.append(spoken)
        self.on_spoken(spoken)

    def _sample(self, event: Listening) -> tuple[PartnerId, Saying] | None:
        partner: PartnerId = event.partner or "a"
        key = (event.beat, partner)
        visit = self._visits[key] = self._visits.get(key, -1) + 1
        text = sample_for(self._dialog, event.beat, partner, visit)
        if text is None:
            text = {Kind.YES_NO: "yes", Kind.SCALE: "five"}.get(event.expecting.kind, "skip")
        return partner, Saying(text=text)


def sample_for(dialog: Compiled, beat: str, partner: PartnerId, visit: int) -> str | None:
    """Return the dialog's own sample answer; later visits go on through the list by twos."""
    for entry in dialog.model.beats:
        for candidate in entry.beats if isinstance(entry, Group) else (entry,):
            if candidate.beat == beat and candidate.sample:
                place = 2 * visit + (0 if partner == "a" else 1)
                if place < len(candidate.sample):
                    return candidate.sample[place]
                return candidate.sample[-2:][0 if partner == "a" else -1]
    return None
