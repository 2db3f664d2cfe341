"""A time that is named: a span from now, a time on the clock, or a day."""

from __future__ import annotations

from dataclasses import dataclass

from voice_checkin.understanding.meaning import WEEKDAYS, Day, TimeAnswer
from voice_checkin.understanding.phrases import Tokens, find

_PARTS: dict[str, int] = {"quarter": 15, "half": 30}


@dataclass(frozen=True, slots=True)
class TimeWords:
    """Data for times; see ``dialogs/understanding/times.yaml``."""

    values: dict[str, float]
    spans: tuple[tuple[Tokens, float], ...]
    """Set phrases in minutes, longest first: "half an hour"."""
    units: dict[str, float]
    """Minutes in a unit."""
    hours: tuple[tuple[Tokens, tuple[int, int]], ...]
    """Names of hours: noon, midnight."""
    parts: tuple[tuple[Tokens, tuple[int, int]], ...]
    """Parts of a day and when they begin: "tomorrow morning"."""
    morning: tuple[Tokens, ...]
    evening: tuple[Tokens, ...]


def time_of(said: Tokens, words: TimeWords) -> TimeAnswer | None:
    """Return the time that was named, the last one where it was corrected; None for none."""
    if not said or len(said) > 40:
        return None
    for cue in ("actually", "no", "sorry", "rather"):
        if cue in said[1:]:
            place = len(said) - 1 - said[::-1].index(cue)
            later = time_of(said[place + 1 :], words)
            if later is not None:
                return later
    day = _day(said)
    if day in WEEKDAYS:  # "on Saturday morning" says what "tomorrow morning" does
        said = tuple("tomorrow" if _weekday(token) else token for token in said)
    minutes = _span(said, words)
    if minutes is not None:
        return TimeAnswer(minutes=minutes)
    clock = _clock(said, words)
    if clock is None:
        for phrase, at in words.hours:
            if find(said, phrase) >= 0:
                return TimeAnswer(clock=at, day=day)
        for phrase, at in words.parts:
            if find(said, phrase) >= 0:
                return TimeAnswer(clock=at, day=day, vague=True)
        return TimeAnswer(day=day, vague=True) if day else None
    hour, minute = clock
    if hour > 12 or hour == 0:
        return TimeAnswer(clock=(hour % 24, minute), day=day)
    if any(find(said, p) >= 0 for p in words.morning):
        return TimeAnswer(clock=(hour % 12, minute), day=day)
    if any(find(said, p) >= 0 for p in words.evening):
        return TimeAnswer(clock=(hour % 12 + 12, minute), day=day)
    return TimeAnswer(clock=(hour, minute), day=day, ambiguous=True)


def _day(said: Tokens) -> Day | None:
    if "tomorrow" in said:
        return "tomorrow"
    named = [day for token in said if (day := _weekday(token))]
    if named:
        return named[-1]  # where it was corrected
    if {"today", "tonight"} & set(said) or find(said, ("this", "evening")) >= 0:
        return "today"
    return None


def _weekday(token: str) -> Day | None:
    return next((day for day in WEEKDAYS if token.removesuffix("'s") == day), None)


def _span(said: Tokens, words: TimeWords) -> float | None:
    for phrase, minutes in words.spans:
        if find(said, phrase) >= 0:
            return minutes
    for place, token in enumerate(said):
        unit = words.units.get(token)
        if unit is None or place == 0:
            continue
        amount, start = _amount(said, place, words)
        if amount is None:
            continue
        total = amount * unit
        rest = said[place + 1 : place + 6]
        if rest[:3] == ("and", "a", "half"):
            total += unit / 2
        elif unit > 1 and rest[:1] == ("and",) and "minutes" in rest:
            more, _ = _amount(said, place + 1 + rest.index("minutes"), words)
            total += more or 0.0
        del start
        return total
    return None


def _amount(said: Tokens, place: int, words: TimeWords) -> tuple[float | None, int]:
    """Read the number that ends before ``place``."""
    value = _number(said[place - 1], words)
    if value is None:
        half = said[max(0, place - 4) : place]
        if half[-3:] == ("and", "a", "half") and len(half) == 4:
            whole = _number(half[0], words)
            return (None if whole is None else whole + 0.5), place - 4
        return None, place
    if place >= 2:
        tens = _number(said[place - 2], words)
        if tens is not None and tens >= 20 and tens % 10 == 0 and value < 10:
            return tens + value, place - 2
    return value, place - 1


def _clock(said: Tokens, words: TimeWords) -> tuple[int, int] | None:
    for place, token in enumerate(said):
        if ":" in token or ("." in token and len(token.split(".")[-1]) == 2):
            left, _, right = token.replace(".", ":").partition(":")
            if int(left) < 24 and int(right) < 60:
                return int(left), int(right)
        if token in ("past", "to", "after", "till", "before") and 0 < place < len(said) - 1:
            named = _hour(said[place + 1], words)
            part = _PARTS.get(said[place - 1]) or _whole_minutes(said, place, words)
            if named is None or part is None:
                continue
            if token in ("past", "after"):
                return named % 24, part
            return (named - 1) % 24 or 12, 60 - part
    for place, token in enumerate(said):
        if token == "half" and place + 1 < len(said):  # noqa: S105 - a word, no password
            named = _hour(said[place + 1], words)
            if named is not None:
                return named, 30
        named = _hour(token, words)
        if named is None:
            continue
        minute = _after_hour(said, place + 1, words)
        return named, minute
    return None


def _whole_minutes(said: Tokens, place: int, words: TimeWords) -> int | None:
    end = place - 1 if said[place - 1] in ("minutes", "mins") else place
    if end < 1:
        return None
    value, _ = _amount(said, end, words)
    return int(value) if value is not None and 0 < value < 60 else None


def _after_hour(said: Tokens, place: int, words: TimeWords) -> int:
    if place >= len(said):
        return 0
    if said[place] in ("and", "oclock"):
        return 0
    value = _number(said[place], words)
    if value is None or value >= 60 or value < 10:
        return 0
    if value % 10 == 0 and place + 1 < len(said):
        unit = _number(said[place + 1], words)
        if unit is not None and 0 < unit < 10:
            return int(value + unit)
    return int(value)


def _hour(token: str, words: TimeWords) -> int | None:
    value = _number(token, words)
    return int(value) if value is not None and 1 <= value <= 23 and value == int(value) else None


def _number(token: str, words: TimeWords) -> float | None:
    if token.isascii() and token.isdigit() and len(token) < 4:
        return float(token)
    return words.values.get(token)
