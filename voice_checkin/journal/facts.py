"""What the journal tells the dialog before it starts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from voice_checkin.dialog.facts import DuePromise, Facts
from voice_checkin.journal.entries import Begun, Entry, first_asked, night_of
from voice_checkin.journal.seams import Journal
from voice_checkin.settings import Settings
from voice_checkin.words import PartnerId

MOST_DUE = 2
"""Promises asked about in one night, of each maker: one small thing each, and last week's."""
MOST_PARKED = 5
"""Topics that fit into one weekly talk."""


def build_facts(
    journal: Journal,
    settings: Settings,
    now: datetime,
    *,
    help_lines: Mapping[str, str],
    evening: Begun | None = None,
) -> Facts:
    """Gather what a script may ask about; ``evening`` is the one that is begun or resumed."""
    night = evening.night if evening is not None else journal.nights()
    tonight = evening.id if evening is not None else None
    names: dict[PartnerId, str] = {}
    if settings.names is not None:
        names = {"a": settings.names[0], "b": settings.names[1]}
    return Facts(
        names=names,
        first=first_asked(night),
        night=night,
        cut_off=settings.cut_off,
        bedtime=settings.bedtime,
        due_promises=_due(journal, now, tonight),
        parked=_parked(journal, tonight),
        completed={
            entry.record.name: _when(entry, now)
            for entry in journal.recall("done")
            if entry.evening != tonight
        },
        agreements={entry.record.name: entry.record.text for entry in journal.recall("agreement")},
        bookings={
            entry.record.name: entry.record.due
            for entry in journal.recall("booking")
            if entry.record.due is not None and night_of(entry.record.due) >= night_of(now)
        },
        quiet_on=journal.quiet_on(now),
        help_lines=dict(help_lines),
    )


def _when(entry: Entry, now: datetime) -> datetime:
    return entry.kept_at.astimezone(now.tzinfo)


def _due(journal: Journal, now: datetime, tonight: str | None) -> tuple[DuePromise, ...]:
    """Promises of earlier evenings that are neither reported on nor set for a later day."""
    reported = {
        entry.record.name for entry in journal.recall("outcome") if entry.evening != tonight
    }
    found: dict[PartnerId, list[DuePromise]] = {"a": [], "b": []}
    for entry in journal.recall("promise"):
        record = entry.record
        later = record.due is not None and night_of(record.due) > night_of(now)
        if entry.evening == tonight or entry.id in reported or later or record.partner is None:
            continue
        found[record.partner].append(
            DuePromise(id=entry.id, maker=record.partner, text=record.text, by=record.by)
        )
    return tuple(found["a"][-MOST_DUE:] + found["b"][-MOST_DUE:])


def _parked(journal: Journal, tonight: str | None) -> tuple[str, ...]:
    """Topics put aside since the last weekly talk, oldest first."""
    talks = [
        entry.kept_at
        for entry in journal.recall("done")
        if entry.record.name == "weekly" and entry.evening != tonight
    ]
    since = max(talks, default=None)
    topics = [
        entry.record.text
        for entry in journal.recall("parked")
        if entry.evening != tonight and (since is None or entry.kept_at > since)
    ]
    return tuple(topics[-MOST_PARKED:])
