"""Turns a named time into a moment.  Pure: "now" comes in."""

from __future__ import annotations

from datetime import datetime, timedelta

from voice_checkin.understanding.meaning import WEEKDAYS, Day, TimeAnswer

SHORTEST = timedelta(minutes=20)
LONGEST = timedelta(hours=24)


def when_of(time: TimeAnswer, now: datetime) -> datetime | None:
    """Return the next moment that fits what was named, or None.

    A clock time without morning or evening is the next one to come, by day if it is tomorrow or
    on a day of the week.
    """
    if time.minutes is not None:
        return now + timedelta(minutes=time.minutes)
    ahead = _days_ahead(time.day, now)
    if time.clock is None:
        return _at(now + timedelta(days=ahead), now.hour, now.minute) if ahead else None
    hour, minute = time.clock
    if ahead:
        return _at(now + timedelta(days=ahead), hour, minute)
    hours = (hour, hour + 12) if time.ambiguous and hour <= 12 else (hour,)
    moments = [_at(now + timedelta(days=days), h % 24, minute) for days in (0, 1) for h in hours]
    coming = [moment for moment in moments if moment > now]
    return min(coming) if coming else None


def _days_ahead(day: Day | None, now: datetime) -> int:
    """Return how many days ahead a named day is; a weekday's own name means the next week's."""
    if day == "tomorrow":
        return 1
    if day in WEEKDAYS:
        return (WEEKDAYS.index(day) - now.weekday()) % 7 or 7
    return 0


def into_break(when: datetime | None, now: datetime) -> datetime:
    """Bring a return time into what a break may be (S23): 20 minutes to 24 hours from now."""
    if when is None:
        return now + SHORTEST
    return min(max(when, now + SHORTEST), now + LONGEST)


def _at(day: datetime, hour: int, minute: int) -> datetime:
    return day.replace(hour=hour, minute=minute, second=0, microsecond=0)
