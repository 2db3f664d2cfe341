"""A journal that ends with the program: for rehearsals, for tests, and for a full disk."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from uuid import uuid4

from voice_checkin.dialog.actions import Record
from voice_checkin.journal.entries import (
    Begun,
    Checkpoint,
    Entry,
    holds_of,
    is_quiet,
    is_tonight,
    record_id,
    tidied,
)
from voice_checkin.journal.retention import CHECKPOINT_DAYS, Retention
from voice_checkin.journal.seams import Scope
from voice_checkin.words import PartnerId


class MemoryJournal:
    """Implements `journal.seams.Journal` without a file."""

    def __init__(self, *, retention: Retention | None = None) -> None:
        self._retention = retention or Retention()
        self._evening: Begun | None = None
        self._entries: dict[str, Entry] = {}
        self._known: dict[str, datetime] = {}
        self._checkpoint: Checkpoint | None = None
        self._nights = 0
        self._quiet_on: date | None = None
        self._voices: dict[PartnerId, bytes] = {}
        self._expired_on: date | None = None

    def begin_evening(self, dialog: str, now: datetime) -> Begun:
        self._checkpoint = None
        self._evening = Begun(id=uuid4().hex, dialog=dialog, night=self._nights, began=now)
        return self._evening

    def unfinished(self, now: datetime) -> Checkpoint | None:
        if self._checkpoint is not None and not is_tonight(self._checkpoint, now):
            self._checkpoint = None
        return self._checkpoint

    def resume_evening(self, checkpoint: Checkpoint) -> Begun:
        self._evening = Begun(
            id=checkpoint.evening, dialog=checkpoint.dialog, night=checkpoint.night,
            began=checkpoint.began,
        )  # fmt: skip
        return self._evening

    def keep_turn(
        self, records: Iterable[Record], snapshot: dict[str, object], now: datetime
    ) -> None:
        if self._evening is None:
            return
        self._begin(now)
        for record in records:
            self._put(record, now)
        self._checkpoint = Checkpoint(
            evening=self._evening.id, dialog=self._evening.dialog, night=self._evening.night,
            began=self._evening.began, saved_at=now, snapshot=copy.deepcopy(snapshot),
        )  # fmt: skip

    def keep(self, record: Record, now: datetime) -> None:
        if self._evening is not None:
            self._begin(now)
            self._put(record, now)

    def _begin(self, now: datetime) -> None:
        if self._expired_on != now.date():
            self.expire(now)
        if self._evening is not None and self._evening.id not in self._known:
            self._known[self._evening.id] = self._evening.began
            self._nights += 1

    def _put(self, given: Record, now: datetime) -> None:
        if self._evening is None:
            return
        record = tidied(given)
        identity = record_id(self._evening.id, record)
        self._entries.pop(identity, None)
        self._entries[identity] = Entry(
            id=identity, evening=self._evening.id, kept_at=now, record=record
        )

    def close_evening(
        self,
        now: datetime,
        *,
        completed: bool,  # noqa: ARG002  # the seam's
        quiet_on: date | None = None,
        records: Iterable[Record] | None = None,
    ) -> None:
        if records is not None:
            self.keep_turn(records, {}, now)
        self._evening = self._checkpoint = None
        self._quiet_on = quiet_on or self._quiet_on

    def keep_quiet(self, day: date | None) -> None:
        self._quiet_on = day

    def load_checkpoint(self) -> Checkpoint | None:
        return self._checkpoint

    def clear_checkpoint(self) -> None:
        self._checkpoint = None

    def recall(self, kind: str | None = None, *, evening: str | None = None) -> Sequence[Entry]:
        return [
            entry
            for entry in self._entries.values()
            if kind in (None, entry.record.kind) and evening in (None, entry.evening)
        ]

    def nights(self) -> int:
        return self._nights

    def quiet_on(self, now: datetime) -> date | None:
        today = now.date()
        marked = self._quiet_on
        return today if marked is not None and is_quiet(marked.isoformat(), today) else None

    def forget(self, scope: Scope, evening: str | None = None) -> int:
        match scope:
            case "everything":
                gone = len(self._entries) + len(self._voices) + len(self._known)
                self.__init__(retention=self._retention)  # type: ignore[misc]  # back to empty
                return gone
            case "voices":
                gone = len(self._voices)
                self._voices = {}
                return gone
            case "tonight":
                target = evening or (self._evening.id if self._evening else "")
                self._evening = None
                mine = [key for key, entry in self._entries.items() if entry.evening == target]
                for key in mine:
                    del self._entries[key]
                gone = len(mine) + (self._known.pop(target, None) is not None)
                if self._checkpoint is not None and self._checkpoint.evening == target:
                    self._checkpoint = None
                    gone += 1
                return gone

    def expire(self, now: datetime) -> int:
        self._expired_on = now.date()
        days = {"words": self._retention.words_days, "numbers": self._retention.numbers_days}
        old = [
            key
            for key, entry in self._entries.items()
            if entry.kept_at <= now - timedelta(days=days[holds_of(entry.record)])
        ]
        for key in old:
            del self._entries[key]
        last = now - timedelta(days=CHECKPOINT_DAYS)
        if self._checkpoint is not None and self._checkpoint.saved_at <= last:
            self._checkpoint = None
            return len(old) + 1
        return len(old)

    def keep_voice(self, partner: PartnerId, print_: bytes, now: datetime) -> None:  # noqa: ARG002  # the seam's
        self._voices[partner] = print_

    def voices(self) -> dict[PartnerId, bytes]:
        return dict(self._voices)

    def close(self) -> None:
        """Nothing to close."""
