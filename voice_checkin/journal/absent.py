"""Stands in for a journal that cannot be opened: it keeps nothing beyond this evening."""

from __future__ import annotations

from collections.abc import Callable

from voice_checkin.errors import JournalError
from voice_checkin.journal.memory import MemoryJournal
from voice_checkin.journal.seams import Scope


class AbsentJournal(MemoryJournal):
    """Implements `journal.seams.Journal`; what it cannot reach it does not claim to forget.

    ``erase`` deletes the journal that could not be opened, and raises where it cannot.
    """

    def __init__(self, fault: JournalError, erase: Callable[[], None]) -> None:
        super().__init__()
        self._fault = fault
        self._erase = erase

    def forget(self, scope: Scope, evening: str | None = None) -> int:
        match scope:
            case "voices":
                raise self._fault
            case "everything":
                self._erase()
                super().__init__()
                return 1
            case "tonight":
                return super().forget(scope, evening)
