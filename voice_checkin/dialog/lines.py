"""Fills lines with names and values, and says numbers and times as people do.  Pure."""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping
from datetime import datetime

from voice_checkin.dialog.schema import Line

PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
PLACEHOLDERS = frozenset({
    "partner", "other", "first", "second", "hurt", "caused",
    "event", "feeling", "score", "promise", "time", "wish", "word", "answer", "understood",
    "heard", "back_at", "place", "crisis", "emergency", "due_promise",
})  # fmt: skip
"""All that a line can be filled with.  Checked when a script is loaded."""

_ONES = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
         "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen",
         "eighteen", "nineteen")  # fmt: skip
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_TENS = ("", "", "twenty", "thirty", "forty", "fifty")
MOST_HEARD_WORDS = 12
"""People's own words are read back up to this many, so that a line stays one breath."""


def choose(line: Line, night: int) -> str:
    """Return one wording; the same on a replay of the same night."""
    if len(line.say) == 1:
        return line.say[0]
    return line.say[zlib.crc32(f"{line.id}:{night}".encode()) % len(line.say)]


def fill(text: str, values: Mapping[str, str]) -> str:
    """Put values in; one that is not known leaves its place empty rather than be guessed."""
    filled = PLACEHOLDER.sub(lambda match: values.get(match.group(1), ""), text)
    filled = re.sub(r"\s+", " ", filled).strip()
    return filled[:1].upper() + filled[1:]


def placeholders(text: str) -> tuple[str, ...]:
    return tuple(PLACEHOLDER.findall(text))


def clip(words: str) -> str:
    """Shorten a person's words for reading back."""
    parts = words.split()
    return " ".join(parts[:MOST_HEARD_WORDS]).rstrip(" .,;:!?")


def spoken_number(value: float) -> str:
    """Say 0 to 59, and halves: "six and a half"."""
    whole = int(value)
    if abs(value - whole) < 0.05:
        return _count(whole)
    if abs(value - whole - 0.5) < 0.05:
        return f"{_count(whole)} and a half" if whole else "a half"
    return f"{_count(whole)} point {_count(round((value - whole) * 10))}"


def _count(value: int) -> str:
    if value < 20:
        return _ONES[value]
    tens, ones = divmod(value, 10)
    return _TENS[tens] if not ones else f"{_TENS[tens]} {_ONES[ones]}"


def spoken_time(when: datetime, now: datetime) -> str:
    """Say a clock time: "twenty to nine", "tomorrow at ten o'clock", or with a day of the week."""
    minute, hour = when.minute, when.hour % 12 or 12
    following = hour % 12 + 1
    if minute == 0:
        text = f"{_count(hour)} o'clock"
    elif minute == 15:
        text = f"a quarter past {_count(hour)}"
    elif minute == 30:
        text = f"half past {_count(hour)}"
    elif minute == 45:
        text = f"a quarter to {_count(following)}"
    elif minute % 5 == 0:
        text = (
            f"{_count(minute)} past {_count(hour)}"
            if minute < 30
            else f"{_count(60 - minute)} to {_count(following)}"
        )
    else:
        text = f"{_count(hour)} {'oh ' if minute < 10 else ''}{_count(minute)}"
    days = (when.date() - now.date()).days
    if days == 0:
        return text
    return f"tomorrow at {text}" if days == 1 else f"{_WEEKDAYS[when.weekday()]} at {text}"
