"""What is kept, shown to the two whose it is: as data, and as text to read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from voice_checkin.journal.entries import Entry, holds_of
from voice_checkin.journal.retention import Retention
from voice_checkin.journal.seams import Journal
from voice_checkin.words import PartnerId

_HEADINGS = {
    "promise": "Promises", "outcome": "How promises went", "agreement": "Agreements",
    "parked": "Put aside for later", "booking": "Planned", "number": "Numbers",
    "done": "Conversations finished",
}  # fmt: skip
_OUTCOMES = {1.0: "done", 0.5: "partly", 0.0: "not yet"}


def as_data(
    journal: Journal, names: Mapping[PartnerId, str], retention: Retention
) -> dict[str, object]:
    """Return everything that is kept, ready for JSON, each with the day on which it goes."""
    return {
        "nights": journal.nights(),
        "voices": sorted(names.get(partner, partner) for partner in journal.voices()),
        "unfinished": journal.load_checkpoint() is not None,
        "entries": [_entry(entry, names, retention) for entry in journal.recall()],
    }


def as_text(
    journal: Journal, names: Mapping[PartnerId, str], retention: Retention, now: datetime
) -> str:
    """Return everything that is kept, by kind, newest last."""
    entries = list(journal.recall())
    voices = journal.voices()
    if not entries and not voices and journal.load_checkpoint() is None:
        return "Nothing is kept."
    promised = {entry.id: entry.record.text for entry in entries if entry.record.kind == "promise"}
    lines: list[str] = []
    for kind, heading in _HEADINGS.items():
        of_kind = [entry for entry in entries if entry.record.kind == kind]
        if of_kind:
            lines += ["", heading]
            lines += [
                f"  {_line(entry, names, promised, now)} (goes {_goes(entry, retention):%d %b %Y})"
                for entry in of_kind
            ]
    if voices:
        lines += ["", "Voices", f"  {' and '.join(names.get(one, one) for one in sorted(voices))}"]
    if journal.load_checkpoint() is not None:
        lines += ["", "An evening is unfinished; it is dropped at the next one."]
    return "\n".join(lines).strip()


def _line(
    entry: Entry, names: Mapping[PartnerId, str], promised: Mapping[str, str], now: datetime
) -> str:
    record = entry.record
    day = f"{entry.kept_at.astimezone(now.tzinfo):%d %b}"
    who = f"{names.get(record.partner, record.partner)}: " if record.partner else ""
    match record.kind:
        case "number":
            what = f"{record.name} {record.value:g}" if record.value is not None else record.name
        case "outcome":
            result = _OUTCOMES.get(record.value or 0.0, "not yet")
            what = f"{promised.get(record.name, 'a promise')}: {result}"
        case "booking":
            when = f"{record.due.astimezone(now.tzinfo):%a %d %b %H:%M}" if record.due else ""
            what = f"{record.name} {when}".strip()
        case "done":
            what = record.name
        case "promise" | "parked" | "agreement":
            by = f", {record.by}" if record.by and record.by not in record.text else ""
            what = f"{record.text}{by}"
    return f"{day}  {who}{what}"


def _entry(entry: Entry, names: Mapping[PartnerId, str], retention: Retention) -> dict[str, object]:
    record = entry.record
    return {
        "id": entry.id,
        "evening": entry.evening,
        "kind": record.kind,
        "partner": names.get(record.partner, record.partner) if record.partner else None,
        "name": record.name,
        "text": record.text,
        "value": record.value,
        "by": record.by,
        "due": record.due.isoformat() if record.due else None,
        "kept_at": entry.kept_at.isoformat(),
        "goes": _goes(entry, retention).isoformat(),
    }


def _goes(entry: Entry, retention: Retention) -> datetime:
    words = holds_of(entry.record) == "words"
    return entry.kept_at + timedelta(days=retention.words_days if words else retention.numbers_days)
