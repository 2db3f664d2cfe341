"""The seam behind which the journal lives.  Both kinds run the same contract test."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Literal, Protocol, TypeAlias

from voice_checkin.dialog.actions import Record
from voice_checkin.journal.entries import Begun, Checkpoint, Entry
from voice_checkin.words import PartnerId

Scope: TypeAlias = Literal["tonight", "everything", "voices"]


class Journal(Protocol):
    """What is kept of the evenings.

    Nothing is written before the first `keep_turn` or `keep` of an evening.  Every method that
    reads or writes raises `JournalError`, whose text never holds anything a person said.
    """

    def begin_evening(self, dialog: str, now: datetime) -> Begun:
        """Start an evening.  One that was left unfinished is closed; nothing is written yet."""
        ...

    def unfinished(self, now: datetime) -> Checkpoint | None:
        """Return tonight's unfinished evening; one of an earlier night is closed instead."""
        ...

    def resume_evening(self, checkpoint: Checkpoint) -> Begun:
        """Go on with an unfinished evening."""
        ...

    def keep_turn(
        self, records: Iterable[Record], snapshot: dict[str, object], now: datetime
    ) -> None:
        """Keep records and the checkpoint in one transaction; all or nothing, never twice."""
        ...

    def keep(self, record: Record, now: datetime) -> None:
        """Keep one record."""
        ...

    def close_evening(
        self,
        now: datetime,
        *,
        completed: bool,
        quiet_on: date | None = None,
        records: Iterable[Record] | None = None,
    ) -> None:
        """End the evening and drop its checkpoint; why it ended is not kept.

        ``records`` are the last turn's, kept in the same transaction; None for an evening that
        keeps nothing.
        """
        ...

    def keep_quiet(self, day: date | None) -> None:
        """Keep a day free of relationship content, from now on; None takes it back.

        Holds at once, whether the evening is closed or broken off, and without its consent: a
        date is all that is kept.
        """
        ...

    def load_checkpoint(self) -> Checkpoint | None: ...

    def clear_checkpoint(self) -> None: ...

    def recall(self, kind: str | None = None, *, evening: str | None = None) -> Sequence[Entry]:
        """Return what is kept, oldest first."""
        ...

    def nights(self) -> int:
        """Return how many evenings both partners have said yes to."""
        ...

    def quiet_on(self, now: datetime) -> date | None:
        """Return today's date if today is to be kept free of relationship content."""
        ...

    def forget(self, scope: Scope, evening: str | None = None) -> int:
        """Delete beyond recovery; return how many things are gone.

        ``tonight`` is the running evening unless another's id is given.  After it, and after
        ``everything``, no more is kept until the next `begin_evening`.
        """
        ...

    def expire(self, now: datetime) -> int:
        """Delete what is older than its kind may be; return how many things are gone."""
        ...

    def keep_voice(self, partner: PartnerId, print_: bytes, now: datetime) -> None:
        """Hold a voice-print, replacing an earlier one."""
        ...

    def voices(self) -> dict[PartnerId, bytes]: ...

    def close(self) -> None: ...
