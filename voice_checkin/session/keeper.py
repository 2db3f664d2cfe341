"""What an evening keeps, and what happens when that fails: the talk is worth more than its record.

What both confirmed and could not be written is handed on with every later turn, until it is.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Literal, Protocol

from voice_checkin.dialog import crisis, troubles
from voice_checkin.dialog.actions import Action, End, Forget, Keep, Record
from voice_checkin.dialog.machine import Machine
from voice_checkin.errors import JournalError

log = logging.getLogger(__name__)


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


class Keeper:
    """Settles what each batch of the machine wants kept; returns the rest of it, to be said."""

    def __init__(self, machine: Machine, memory: Memory, wall: Callable[[], datetime]) -> None:
        self._machine = machine
        self._memory = memory
        self._wall = wall
        self._owed: list[Record] = []
        """Confirmed and not written yet."""
        self._known = False
        """The couple has heard that nothing can be kept."""
        self._quiet = False
        """Today is marked as a quiet day until the check after the crisis answer is answered."""
        self.kept = False
        """The last batch handed something to the journal."""

    def settle(self, batch: list[Action]) -> list[Action]:
        forgets = any(isinstance(action, Forget) for action in batch)
        records = [action.record for action in batch if isinstance(action, Keep)]
        self.kept = forgets or bool(records)
        if forgets:
            batch = self._forget(batch)
        keeps = self._machine.consented and not forgets
        if keeps:
            self._owed += records
        try:
            tried, failed = self._remember(batch, keeps=keeps), False
        except JournalError as error:
            log.warning("journal could not keep a turn: %s", type(error).__name__)
            tried = failed = True
        said = troubles.keeping(self._machine, batch, failed=failed, known=self._known)
        if tried and said is not None:
            self._known = failed
            batch = [*troubles.lines(self._machine, said), *batch]
        return [action for action in batch if not isinstance(action, Keep | Forget)]

    def _forget(self, batch: list[Action]) -> list[Action]:
        """Delete; where that fails, nobody is told that it was done."""
        try:
            for action in batch:
                if isinstance(action, Forget):
                    if action.scope != "voices":
                        self._owed.clear()
                    self._memory.forget(action.scope)
        except JournalError as error:
            log.warning("journal could not forget: %s", type(error).__name__)
            return troubles.not_forgotten(self._machine, batch)
        return batch

    def _remember(self, batch: list[Action], *, keeps: bool) -> bool:
        """Write the turn; False where there was nothing to write."""
        now = self._wall()
        machine = self._machine
        end = next((action for action in batch if isinstance(action, End)), None)
        self._mark_quiet(now.date(), checking=crisis.is_open(machine.memory.interlude))
        if end is not None and (machine.consented or end.quiet_today):
            self._memory.close_evening(
                now,
                completed=end.reason == "completed",
                quiet_on=now.date() if end.quiet_today else None,
                records=tuple(self._owed) if keeps else None,
            )
        elif keeps:
            self._memory.keep_turn(tuple(self._owed), machine.snapshot(), now)
        else:
            return False
        self._owed.clear()
        return True

    def _mark_quiet(self, today: date, *, checking: bool) -> None:
        """Mark the day before the check is asked: hanging up is no clear no either (S18)."""
        if checking != self._quiet and not self._machine.memory.done:
            self._memory.keep_quiet(today if checking else None)
            self._quiet = checking
