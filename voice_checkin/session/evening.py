"""One conversation's mind and memory together: the machine, and what it wants kept.

Both ways of holding a conversation, by voice and by keyboard, stand on this.  What comes out is
what a person meets: lines, chimes, waiting.  Keeping, forgetting and the checkpoint after every
turn happen in here, so that neither way can leave them out.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Literal, Protocol

from rapidfuzz import fuzz

from voice_checkin.dialog import crisis
from voice_checkin.dialog.actions import Action, End, Forget, Keep, Record
from voice_checkin.dialog.facts import Turn
from voice_checkin.dialog.machine import Machine
from voice_checkin.errors import JournalError
from voice_checkin.understanding.meaning import Meaning
from voice_checkin.words import Expecting, PartnerId, Seconds

COVER_RATIO = 88
"""How alike words must be to be the cover phrase: a recogniser's one slip in a short sentence."""

log = logging.getLogger(__name__)

Understand = Callable[[str, Expecting], Meaning]


class Memory(Protocol):
    """The part of the journal that a running conversation needs."""

    def keep_turn(
        self, records: Iterable[Record], snapshot: dict[str, object], now: datetime
    ) -> None:
        """Keep records and the checkpoint in one transaction; all or nothing."""
        ...

    def forget(self, scope: Literal["tonight", "everything", "voices"]) -> int: ...

    def close_evening(
        self,
        now: datetime,
        *,
        completed: bool,
        quiet_on: date | None = None,
        records: Iterable[Record] | None = None,
    ) -> None: ...

    def keep_quiet(self, day: date | None) -> None:
        """Keep a day free of relationship content; None takes it back."""
        ...


class Evening:
    """Feeds the machine and settles what it wants kept; returns the rest of each batch."""

    def __init__(
        self,
        machine: Machine,
        understand: Understand,
        memory: Memory,
        wall: Callable[[], datetime],
        *,
        cover_phrase: str | None = None,
    ) -> None:
        self.machine = machine
        self._understand = understand
        self._memory = memory
        self._wall = wall
        self._cover = _plain(cover_phrase or "")
        self.keeping_failed = False
        self._quiet = False
        """Today is marked as a quiet day until the check after the crisis answer is answered."""
        self.kept = False
        """The last batch handed something to the journal."""

    def begin(self) -> list[Action]:
        return self._settle(self.machine.begin(self._wall()))

    def resume(self) -> list[Action]:
        return self._settle(self.machine.resume(self._wall()))

    def understand(self, text: str, expecting: Expecting) -> Meaning:
        return self._understand(text, expecting)

    def hear(
        self,
        meaning: Meaning,
        *,
        speaker: PartnerId | None,
        confidence: float = 1.0,
        interrupted: str | None = None,
        spoken_s: Seconds | None = None,
    ) -> list[Action]:
        if self._cover and fuzz.ratio(_plain(meaning.text), self._cover) >= COVER_RATIO:
            return self._settle(self.machine.cover())
        turn = Turn(
            meaning=meaning,
            now=self._wall(),
            speaker=speaker,
            confidence=confidence,
            interrupted=interrupted,
            spoken_s=spoken_s,
        )
        return self._settle(self.machine.hear(turn))

    def silent(self) -> list[Action]:
        return self._settle(self.machine.silent(self._wall()))

    def over_limit(self) -> list[Action]:
        return self._settle(self.machine.over_limit(self._wall()))

    def both_spoke(self) -> list[Action]:
        return self._settle(self.machine.both_spoke(self._wall()))

    def stranger(self) -> list[Action]:
        return self._settle(self.machine.stranger(self._wall()))

    def wake(self) -> list[Action]:
        return self._settle(self.machine.wake(self._wall()))

    def _settle(self, batch: list[Action]) -> list[Action]:
        records = [action.record for action in batch if isinstance(action, Keep)]
        self.kept = any(isinstance(action, Keep | Forget) for action in batch)
        try:
            self._remember(batch, records)
        except JournalError as error:
            # The conversation is worth more than its record: go on, and say so once.
            log.warning("journal could not keep a turn: %s", type(error).__name__)
            if not self.keeping_failed:
                self.keeping_failed = True
                batch = [*self.machine.cannot_keep(), *batch]
        return [action for action in batch if not isinstance(action, Keep | Forget)]

    def _remember(self, batch: list[Action], records: list[Record]) -> None:
        now = self._wall()
        for action in batch:
            if isinstance(action, Forget):
                self._memory.forget(action.scope)
        end = next((action for action in batch if isinstance(action, End)), None)
        self._mark_quiet(now.date(), checking=crisis.is_open(self.machine.memory.interlude))
        keeps = self.machine.consented and not any(isinstance(a, Forget) for a in batch)
        if end is not None and (self.machine.consented or end.quiet_today):
            self._memory.close_evening(
                now,
                completed=end.reason == "completed",
                quiet_on=now.date() if end.quiet_today else None,
                records=records if keeps else None,
            )
        elif keeps:
            self._memory.keep_turn(records, self.machine.snapshot(), now)

    def _mark_quiet(self, today: date, *, checking: bool) -> None:
        """Mark the day before the check is asked: hanging up is no clear no either (S18)."""
        if checking != self._quiet and not self.machine.memory.done:
            self._memory.keep_quiet(today if checking else None)
            self._quiet = checking


def _plain(text: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", text.lower()))
