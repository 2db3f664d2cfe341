"""A number from zero to ten, as people say it: halves, ranges, corrections, days.

Works on plain tokens.  No number, one out of range or a refusal gives None: never a guess.
"""

from __future__ import annotations

from dataclasses import dataclass

from voice_checkin.understanding.phrases import Tokens, find

LOW, HIGH = 0.0, 10.0
_SOFT = frozenset(
    ("a", "an", "the", "maybe", "perhaps", "even", "like", "possibly", "say", "about", "more")
)
"""Words between two numbers that change nothing."""


_OTHERS, _ME = frozenset(("he", "she", "they")), frozenset(("i", "me", "my", "mine", "it"))
_NOT_ABOUT_ME = frozenset((("we", "live"), ("we", "left"), ("what", "is"), ("what", "does")))
"""Openings of what is told or asked: a number in it is no answer."""
_COUNTED = frozenset(("had", "got", "have", "were", "took", "made", "missed"))
"""Before a number, and two words later a unit: "I had four missed calls"."""


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


@dataclass(frozen=True, slots=True)
class _Number:
    value: float
    start: int
    end: int
    denied: bool = False


def scale_of(said: Tokens, asked: bool, words: NumberWords) -> tuple[float, str] | None:
    """Return the number meant, rounded to halves, and what decided it.

    ``asked``: a number is waited for.  Otherwise only an utterance that is a number and
    nothing more counts.
    """
    if len(said) > 60 or said[:2] in _NOT_ABOUT_ME or _of_another(said):
        return None
    said = _without_scale(said)
    numbers = _numbers(said, words)
    if not asked:
        bare = [t for t in said if t not in words.hedges]
        if not numbers or sum(n.end - n.start for n in numbers) < len(bare) - 1:
            return None
    if not numbers:
        return _sounding_like(said, words) if asked else None
    chosen = _choose(said, numbers, words)
    if chosen is None or not LOW <= chosen[0] <= HIGH:
        return None
    return round(chosen[0] * 2) / 2, chosen[1]


def _of_another(said: Tokens) -> bool:
    """Tell whether a sentence is about somebody else alone."""
    return said[:1] != () and said[0] in _OTHERS and _ME.isdisjoint(said)


def _without_scale(said: Tokens) -> Tokens:
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


def _numbers(said: Tokens, words: NumberWords) -> list[_Number]:
    found: list[_Number] = []
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
            or (before and before[-1] in words.not_after)
            or (before[-1:] and before[-1] in _COUNTED and said[end + 1 : end + 2]
                and said[end + 1] in words.units)
            or _beyond(before, value)
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
            denied = "not" in before and not {"only", "sure", "know"} & set(before)
            if "than" in before or before[-1:] in (("under",), ("below",), ("above",)):
                denied = denied or "not" in before
            found.append(_Number(value, i, end, denied))
        i = end
    return found


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
    if token[0].isdigit():
        try:
            return float(token.replace(",", "."))
        except ValueError:
            return None  # a time of day: 8:40
    return words.values.get(token)


def _choose(said: Tokens, numbers: list[_Number], words: NumberWords) -> tuple[float, str] | None:
    if any(not n.denied for n in numbers):
        numbers = [n for n in numbers if not n.denied]
    else:
        return None
    if len(numbers) == 1:
        return numbers[0].value, f"number {numbers[0].value:g}"
    after_cue = _after_last(said, words.corrections)
    if after_cue >= 0:
        later = [n for n in numbers if n.start >= after_cue]
        if later and len(later) < len(numbers):
            return _choose(said, later, words)
    by_day = _of_today(said, numbers, words)
    if by_day is not None and len(by_day) < len(numbers):
        return _choose(said, by_day, words)
    for phrase in words.mine:
        place = _last(said, phrase)
        later = [n for n in numbers if n.start >= place] if place >= 0 else []
        if later and len(later) < len(numbers):
            return _choose(said, later, words)
    last, first = numbers[-1], numbers[-2]
    between = [t for t in said[first.end : last.start] if t not in _SOFT]
    if last.value - first.value in (0.0, 0.5, -0.5) and between in ([], ["or"]) \
            and first.value != last.value and last.value != int(last.value):  # fmt: skip
        return last.value, "number said again with a half"
    moved = {"went", "gone", "dropped", "started", "climbed", "jumped", "up", "down", "moved"}
    joins: tuple[list[str], ...] = (
        ["or"],
        ["to"],
        ["and"],
        [],
        ["through"],
        ["till"],
        ["or", "maybe"],
        ["between", "and"],
    )
    if between in joins:
        if between == ["to"] and moved & set(said) and find(said, ("up", "and", "down")) < 0:
            return last.value, "the number it came to"
        return (first.value + last.value) / 2, f"between {first.value:g} and {last.value:g}"
    return last.value, "the last number said"


def _of_today(said: Tokens, numbers: list[_Number], words: NumberWords) -> list[_Number] | None:
    """Keep the numbers of today, where others are of yesterday."""
    marks = [(p, False) for phrase in words.past for p in _all(said, phrase)]
    marks += [(p, True) for phrase in words.present for p in _all(said, phrase)]
    if not marks:
        return None
    clause_of = {n: sum(1 for i, t in enumerate(said[: n.start]) if t in ("but", "and", "then"))
                 for n in numbers}  # fmt: skip
    kept: list[_Number] = []
    for number in numbers:
        near = [
            (abs(place - number.start) + (0 if _clause(said, place) == clause_of[number] else 8),
             now)
            for place, now in marks
        ]  # fmt: skip
        distance, now = min(near)
        if now or distance > 12:
            kept.append(number)
    if kept:
        return kept
    # Every number stands beside a mark of the past: the last one said is the nearest to now.
    return [numbers[-1]]


def _clause(said: Tokens, place: int) -> int:
    return sum(1 for token in said[:place] if token in ("but", "and", "then"))


def _all(said: Tokens, phrase: Tokens) -> list[int]:
    places = []
    place = find(said, phrase)
    while place >= 0:
        places.append(place)
        place = find(said, phrase, place + 1)
    return places


def _last(said: Tokens, phrase: Tokens) -> int:
    places = _all(said, phrase)
    return places[-1] if places else -1


def _after_last(said: Tokens, phrases: tuple[Tokens, ...]) -> int:
    return max(
        (_last(said, phrase) + len(phrase) for phrase in phrases if _last(said, phrase) >= 0),
        default=-1,
    )


def _sounding_like(said: Tokens, words: NumberWords) -> tuple[float, str] | None:
    """A word that a recogniser writes for a number, alone but for hedges; or a set phrase."""
    for phrase, value in words.fixed:
        if find(said, phrase) >= 0 and ("not" in phrase or "not" not in said):
            return value, f"stands for {value:g}"
    core = [token for token in said if token not in words.hedges]
    if not core and any(t in words.homophones for t in said):
        core = [t for t in said if t in words.homophones][-1:]
    half = core[1:] in (["and", "a", "half"], ["and", "half"], ["half"])
    if core and (len(core) == 1 or half) and core[0] in words.homophones:
        return words.homophones[core[0]] + (0.5 if half else 0.0), f"sounds like: {core[0]}"
    return None
