"""A number from zero to ten, as people say it: halves, ranges, corrections, days.

Works on plain tokens.  No number, one out of range or a refusal gives None: never a guess.
"""

from __future__ import annotations

from voice_checkin.understanding.counting import (
    HIGH,
    LOW,
    Number,
    NumberWords,
    numbers_in,
    of_hundred,
    of_other_scale,
    without_scale,
)
from voice_checkin.understanding.phrases import Tokens, find

_SOFT = frozenset(
    ("a", "an", "the", "maybe", "perhaps", "even", "like", "possibly", "say", "about", "more")
)
"""Words between two numbers that change nothing."""


_OTHERS, _ME = frozenset(("he", "she", "they")), frozenset(("i", "me", "my", "mine", "it"))
_NOT_ABOUT_ME = frozenset((("we", "live"), ("we", "left"), ("what", "is"), ("what", "does")))
"""Openings of what is told or asked: a number in it is no answer."""
_FROM = (("from", "a"), ("from", "an"))
_LONG_PAST = (("last", "year"), ("last", "month"), ("last", "week"), ("yesterday",))
_COMPARED = frozenset(("as", "than", "like", "same", "better", "worse"))
_FAR_APART = 2.0
"""Two numbers that are only joined by "and" and lie further apart are of two things."""
_THEIRS = frozenset(("his", "hers", "yours", "theirs"))
_THEM = (("him",), ("her",), ("them",))
_NEXT = frozenset(("and", "but", "so"))
_NEARER = (("more", "like"), ("nearer",), ("nearer", "to"), ("closer", "to"))
"""Before two numbers that are compared: the first is meant."""
_MIDDLE = frozenset(("middle", "half", "halfway", "centre", "center", "average"))


def scale_of(said: Tokens, asked: bool, words: NumberWords) -> tuple[float, str] | None:
    """Return the number meant, rounded to halves, and what decided it.

    ``asked``: a number is waited for.  Otherwise only an utterance that is a number and
    nothing more counts.
    """
    if len(said) > 60 or said[:2] in _NOT_ABOUT_ME or _of_another(said) or _long_ago(said, words):
        return None
    said = without_scale(said)
    if asked:
        said = of_other_scale(of_hundred(said, words), words)
    numbers = numbers_in(said, words)
    if not asked:
        bare = [t for t in said if t not in words.hedges]
        if not numbers or sum(n.end - n.start for n in numbers) < len(bare) - 1:
            return None
    if not numbers or (asked and len(said) > 1 and _holds_number(said, words)):
        return _sounding_like(said, words) if asked else None
    chosen = (_measured(said, numbers) if asked else None) or _choose(said, numbers, words)
    if chosen is None or not LOW <= chosen[0] <= HIGH:
        return None
    return round(chosen[0] * 2) / 2, chosen[1]


def is_ruled_out(said: Tokens, words: NumberWords) -> bool:
    """Tell whether a number was heard that is no answer: "he'd say eight", "not a ten"."""
    if _of_another(said) or _long_ago(said, words):
        return True
    return any(n.denied or n.value > HIGH for n in numbers_in(without_scale(said), words))


def _measured(said: Tokens, numbers: list[Number]) -> tuple[float, str] | None:
    """Read what is told from an end of the scale or its middle: "one short of ten"."""
    first, rest = numbers[0], said[numbers[0].end :]
    from_top = set(rest[:4]) & {"ten", "10", "top", "full"}
    if rest[:1] == ("short",) or (rest[:1] == ("off",) and from_top):
        return HIGH - first.value, "so much off the top"
    if find(said, ("half", "a", "point", "off")) >= 0:
        return HIGH - 0.5, "half a point off the top"
    if rest[:1] in (("above",), ("over",), ("below",), ("under",)) and _MIDDLE & set(rest[1:3]):
        sign = 1 if rest[0] in ("above", "over") else -1
        return HIGH / 2 + sign * first.value, "told from the middle"
    return None


def _of_another(said: Tokens) -> bool:
    """Tell whether a sentence is about somebody else alone."""
    theirs = said[:1] != () and said[0] in _OTHERS
    return (theirs or (said[:2] == ("you", "would") and "say" in said)) and _ME.isdisjoint(said)


def _long_ago(said: Tokens, words: NumberWords) -> bool:
    """Tell whether only another day is told of: "yesterday I'd have said six"."""
    if any(find(said, now) >= 0 for now in words.present):
        return False
    for day in _LONG_PAST:
        if said[:2] == ("it", "was") and said[-len(day) :] == day:
            return said[-len(day) - 1] not in _COMPARED
    numbers = numbers_in(said, words)
    if said[:1] != ("yesterday",) or len(numbers) != 1 or numbers[0].end != len(said):
        return False
    told = [token for token in said[: numbers[0].start] if token not in ("a", "an", "about")]
    return told[-1] in ("was", "said")


def _choose(said: Tokens, numbers: list[Number], words: NumberWords) -> tuple[float, str] | None:
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
    own = [n for n in numbers if not _is_theirs(said, n, words)]
    if own and len(own) < len(numbers):
        return _choose(said, own, words)
    for phrase in words.mine:
        place = _last(said, phrase)
        later = [n for n in numbers if n.start >= place] if place >= 0 else []
        if later and len(later) < len(numbers):
            return _choose(said, later, words)
    last, first = numbers[-1], numbers[-2]
    compared = _compared(said, first, last)
    if compared is not None:
        return compared
    between = [t for t in said[first.end : last.start] if t not in _SOFT]
    if last.value - first.value in (0.0, 0.5, -0.5) and between in ([], ["or"]) \
            and first.value != last.value and last.value != int(last.value):  # fmt: skip
        return last.value, "number said again with a half"
    if between == ["and"] and abs(last.value - first.value) > _FAR_APART and "between" not in said:
        return None
    if len(numbers) == 2 and said[max(0, last.start - 2) : last.start] in _FROM:
        return first.value, "the number it came to"
    moved = {"went", "gone", "dropped", "started", "climbed", "jumped", "up", "down", "moved"}
    joins: tuple[list[str], ...] = (
        ["or"],
        ["or", "is", "it"],
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


def _is_theirs(said: Tokens, number: Number, words: NumberWords) -> bool:
    """Tell whether a number is the other one's: "his was four", "six for him"."""
    before = _bare(said[: number.start])[-2:]
    if len(before) == 2 and before[0] in _THEIRS and before[1] in ("is", "was"):
        return True
    after, rest = said[number.end : number.end + 2], said[number.end + 2 :]
    if after[:1] in (("is",), ("was",)):
        return after[1:] != () and after[1] in _THEIRS
    if after[:1] != ("for",) or (rest and rest[0] not in _NEXT and rest[0] not in words.values):
        return False
    return after[1:] in _THEM or (after[1:] == ("you",) and find(said, ("for", "me")) >= 0)


def _compared(said: Tokens, first: Number, last: Number) -> tuple[float, str] | None:
    """Read two numbers with "than": "less than nine more than seven", "nearer three than four"."""
    before, between = _bare(said[: first.start]), _bare(said[first.end : last.start])
    if between == ("than",) and any(before[-len(words) :] == words for words in _NEARER):
        return first.value, "nearer the first"
    ends = before[-2:], between[-2:]
    less, more = ("less", "than"), ("more", "than")
    inside = ends == (less, more) and first.value > last.value
    inside = inside or (ends == (more, less) and first.value < last.value)
    if inside and set(between[:-2]) <= {"and", "but"}:
        return (first.value + last.value) / 2, f"between {first.value:g} and {last.value:g}"
    return None


def _bare(said: Tokens) -> Tokens:
    return tuple(token for token in said if token not in ("a", "an", "the"))


def _of_today(said: Tokens, numbers: list[Number], words: NumberWords) -> list[Number] | None:
    """Keep the numbers of today, where others are of yesterday."""
    marks = [(p, False) for phrase in words.past for p in _all(said, phrase)]
    marks += [(p, True) for phrase in words.present for p in _all(said, phrase)]
    if not marks:
        return None
    clauses = {_clause(said, place) for place, _ in marks}
    kept: list[Number] = []
    for number in numbers:
        own = _clause(said, number.start)
        if own not in clauses:
            kept.append(number)
            continue
        distance, now = min(
            (abs(place - number.start) + (0 if _clause(said, place) == own else 8), now)
            for place, now in marks
        )
        if now or distance > 12:
            kept.append(number)
    if kept:
        return kept
    # Every number stands beside a mark of the past: the last one said is the nearest to now.
    return [numbers[-1]]


def _clause(said: Tokens, place: int) -> int:
    return sum(1 for token in said[:place] if token in ("but", "and", "then", "though"))


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


def _holds_number(said: Tokens, words: NumberWords) -> bool:
    """Tell whether a set phrase with a number's word in it was said: "not even a one"."""
    return any(
        find(said, phrase) >= 0
        for phrase, _ in words.fixed
        if any(token in words.values for token in phrase)
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
