"""Finds the numbers in plain tokens: halves, quarters, percent, and what only looks like one.

Which of them is meant is decided in `numbers`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from voice_checkin.understanding.phrases import Tokens, find

LOW, HIGH = 0.0, 10.0

_PARTS = {"half": 2, "halves": 2, "third": 3, "thirds": 3, "quarter": 4, "quarters": 4,
          "fifth": 5, "fifths": 5, "tenth": 10, "tenths": 10}  # fmt: skip
_STATED = (
    ("it", "is"),
    ("it", "was"),
    ("i", "am"),
    ("that", "is"),
    ("i", "would"),
    ("more", "than"),
)
"""After a "not", these begin anew: "no it was not, it was two"."""
_COUNTED = frozenset(("had", "got", "have", "were", "took", "made", "missed"))
"""Before a number, and two words later a unit: "I had four missed calls"."""
_COULD_NOT = re.compile(
    r"\bcould not (be|get|go) (any )?(\w+er|more|worse)\b|\bnot ask for better\b"
)
"""Before a number, these rule out all others: "couldn't be closer, ten"."""
_SCALES = (5.0, 20.0, 50.0, 100.0)
"""Ends of other scales that people answer on: "four stars out of five"."""
_POINTS = frozenset(("star", "stars", "mark", "marks", "point", "points"))


@dataclass(frozen=True, slots=True)
class NumberWords:
    """Data for numbers; see ``dialogs/understanding/numbers.yaml``."""

    values: dict[str, float]
    homophones: dict[str, float]
    hedges: frozenset[str]
    units: frozenset[str]
    """Words after which a number counts something else: hours, kids, o'clock."""
    not_after: frozenset[str]
    """Words before "one" that make it a pronoun, and before any number a clock."""
    corrections: tuple[Tokens, ...]
    past: tuple[Tokens, ...]
    present: tuple[Tokens, ...]
    mine: tuple[Tokens, ...]
    fixed: tuple[tuple[Tokens, float], ...]
    """Phrases that stand for a number, asked for one only: "right in the middle"."""
    idioms: tuple[Tokens, ...]
    """Phrases whose number counts nothing: "on cloud nine"."""
    clock: tuple[Tokens, ...]
    """What stands before "at" where a number is an hour: "we had our tea at seven"."""
    unsure: frozenset[Tokens]
    """Commands that a recogniser writes for a number: "bye" for five or nine."""


@dataclass(frozen=True, slots=True)
class Number:
    value: float
    start: int
    end: int
    denied: bool = False


def without_scale(said: Tokens) -> Tokens:
    """Leave out the scale itself: "out of ten", "from zero to ten"."""
    result: list[str] = []
    i = 0
    ten = ("ten", "10")
    while i < len(said):
        here = said[i : i + 4]
        if here[:2] == ("out", "of") and len(here) > 2 and here[2] in ten:
            i += 3
        elif len(here) > 1 and here[0] in ("over", "of") and here[1] in ten and result:
            i += 2
        elif len(here) == 4 and here[0] in ("from", "of", "between") \
                and here[1] in ("zero", "one", "0", "1", "nought", "nothing") \
                and here[2] in ("to", "and", "through") and here[3] in ten:  # fmt: skip
            i += 4
        elif here[:3] in (("zero", "to", "ten"), ("one", "to", "ten"), ("0", "to", "10")):
            i += 3
        else:
            result.append(said[i])
            i += 1
    return tuple(result)


def of_hundred(said: Tokens, words: NumberWords) -> Tokens:
    """Write percent as tenths: "seventy percent" is "7"."""
    for place, token in enumerate(said):
        size = 1 if token.startswith("percent") else 0
        if said[place : place + 2] == ("per", "cent"):
            size = 2
        start = place - 1
        if start > 0 and _value(said[start - 1], words) is not None:
            start -= 1  # "twenty five", "one hundred"
        if start > 0 and said[start - 1 : start + 1] == ("a", "hundred"):
            start -= 1
        if not size or start < 0:
            continue
        many = said[start:place]
        whole = many in (("hundred",), ("a", "hundred"), ("one", "hundred"))
        value = 100.0 if whole else (_read(said, start, words) or (0.0, 0))[0]
        if 0 < value <= 100:
            return (*said[:start], f"{value / 10:g}", *said[place + size :])
    return said


def of_other_scale(said: Tokens, words: NumberWords) -> Tokens:
    """Write what was told on another scale as tenths: "four stars out of five" is "8"."""
    place = find(said, ("out", "of"))
    if place < 1:
        return said
    last = place - 1 if said[place - 1] in _POINTS else place
    rest = place + 2
    while said[rest : rest + 1] and said[rest] in ("a", "the", "possible"):
        rest += 1
    if rest >= len(said):
        return said
    whole = 100.0 if said[rest] == "hundred" else _value(said[rest], words)
    after = said[rest + 1 : rest + 2]
    if whole not in _SCALES or (after and after[0] not in words.hedges | _POINTS):
        return said  # "five out of twenty guests"
    for start in range(max(0, last - 5), last):
        value, end = _read(said, start, words) or (whole + 1, 0)
        if end == last and value <= whole:
            return (*said[:start], f"{value * HIGH / whole:g}", *said[rest + 1 :])
    return said


def numbers_in(said: Tokens, words: NumberWords) -> list[Number]:
    said = _without_idioms(said, words)
    found: list[Number] = []
    i = 0
    while i < len(said):
        read = _read(said, i, words)
        if read is None:
            i += 1
            continue
        value, end = read
        before = said[max(0, i - 4, found[-1].end if found else 0) : i]
        after = said[end] if end < len(said) else ""
        skipped = (
            after in words.units
            or _on_clock(said, i, end, words)
            or (before and before[-1] in words.not_after)
            or (before[-1:] and before[-1] in _COUNTED and said[end + 1 : end + 2]
                and said[end + 1] in words.units)
            or _beyond(before, value)
            or said[max(0, i - 2) : i] == ("out", "of")
        )  # fmt: skip
        pronoun = said[i] == "one" and (
            after in ("of", "thing", "more", "day", "another", "who", "that", "big", "word")
            or (before and before[-1] in ("that", "this", "no", "any", "every", "the", "which",
                                          "another", "good", "hard", "tough", "easy", "first",
                                          "last", "next", "only", "my", "big", "not"))
            or (found and before[-2:-1] in (("a",), ("an",)) and before[-1] not in words.hedges)
        )  # fmt: skip
        if after == "out" and said[end + 1 : end + 2] == ("of",):
            # Out of something that is not ten: not our scale.
            i = min(len(said), end + 3)
            continue
        if not skipped and not pronoun:
            found.append(Number(value, i, end, _denied(before)))
        i = end
    return found


def _without_idioms(said: Tokens, words: NumberWords) -> Tokens:
    """Blank what only sounds like a number; every other token keeps its place."""
    for idiom in words.idioms:
        place = find(said, idiom)
        if place >= 0:
            said = (*said[:place], *("",) * len(idiom), *said[place + len(idiom) :])
    return said


def _denied(before: Tokens) -> bool:
    """Tell whether the number that follows was ruled out: "not a ten", "nobody gets a ten"."""
    plain = tuple(token for token in before if token not in ("a", "an"))
    if "nobody" in before or "never" in before or plain[-2:] == ("anything", "but"):
        return True
    if "not" not in before or _COULD_NOT.search(" ".join(before)):
        return False
    after = before[before.index("not") + 1 :]
    if {"only", "sure", "know", "much", "bad", "great", "good", "too", "bit"} & set(after):
        return False
    return not any(find(after, stated) >= 0 for stated in _STATED)


def _on_clock(said: Tokens, start: int, end: int, words: NumberWords) -> bool:
    """Tell whether a number is part of an hour: "ten past nine", "quarter to eight", "at seven"."""
    if said[max(0, start - 1) : start] == ("at",):
        before = said[: start - 1]
        told = any(before[-len(phrase) :] == phrase for phrase in words.clock)
        if told or said[end : end + 3] == ("in", "the", "morning"):
            return True
    if said[end : end + 1] == ("past",) and end + 1 < len(said):
        return _value(said[end + 1], words) is not None
    return said[max(0, start - 2) : start] in (("quarter", "to"), ("quarter", "past"))


def _beyond(before: Tokens, value: float) -> bool:
    """Tell whether a number at the end of the scale is passed: "more than ten", "below zero"."""
    if value == HIGH:
        return find(before, ("more", "than")) >= 0 or before[-1:] in (("over",), ("above",))
    return value == LOW and before[-1:] in (("below",), ("under",))


def _read(said: Tokens, i: int, words: NumberWords) -> tuple[float, int] | None:
    """Read one number that starts at ``i``; return it and where it ends."""
    token = said[i]
    if token in ("minus", "negative"):
        inner = _read(said, i + 1, words) if i + 1 < len(said) else None
        return (-max(inner[0], 1.0), inner[1]) if inner else None
    value = _value(token, words)
    if value is None:
        if said[i : i + 2] in (("point", "five"), ("a", "half")):
            return 0.5, i + 2
        return None
    end = i + 1
    parts = _PARTS.get(said[end], 0) if end < len(said) else 0
    if parts > 2 and 0 < value < parts:
        return HIGH * value / parts, end + 1  # "three quarters"
    if value >= 20 and value % 10 == 0 and end < len(said):
        unit = _value(said[end], words)
        if unit is not None and 0 < unit < 10 and unit == int(unit):
            return value + unit, end + 1
    if end < len(said) and said[end] in ("hundred", "thousand", "million", "billion"):
        return value * 100 + 100, end + 1
    if value >= 100 and said[end : end + 1] == ("and",) and end + 1 < len(said):
        rest = _value(said[end + 1], words)
        if rest is not None:
            return value + rest, end + 2
    if said[end : end + 1] == ("point",) and end + 1 < len(said):
        part = _value(said[end + 1], words)
        if part is not None and 0 <= part < 10:
            return value + part / 10, end + 2
    for half in (("and", "a", "half"), ("and", "half"), ("n", "a", "half"), ("in", "a", "half"),
                 ("a", "half"), ("half",)):  # fmt: skip
        if said[end : end + len(half)] == half:
            return value + 0.5, end + len(half)
    if said[end : end + 3] in (("and", "three", "quarters"), ("and", "a", "quarter")):
        return value + (0.75 if said[end + 1] == "three" else 0.25), end + 3
    return value, end


def _value(token: str, words: NumberWords) -> float | None:
    if token[:1].isdigit():
        try:
            return float(token.replace(",", "."))
        except ValueError:
            return None  # a time of day: 8:40
    return words.values.get(token)
