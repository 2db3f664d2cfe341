"""Which of a few options was taken, by the phrases that the script gives for each."""

from __future__ import annotations

from collections.abc import Sequence

from voice_checkin.understanding.normalize import Spelling, tokens
from voice_checkin.understanding.phrases import Tokens, find
from voice_checkin.words import Option

_DENIES = frozenset({"not", "never", "no", "without", "than"})
_TURNS = frozenset({"actually", "no", "wait", "sorry", "rather", "mean"})


def choice_of(
    said: Tokens, options: Sequence[Option], spelling: Spelling
) -> tuple[str, str, bool] | None:
    """Return the option's name, what decided it, and whether it was the whole utterance.

    Two different options with nothing that tells which was meant give None.
    """
    found: list[tuple[int, int, str, str]] = []
    for option in options:
        for phrase in (*option.phrases, option.name.replace("_", " ")):
            key = tokens(phrase, spelling)
            if not key:
                continue
            if key == said:
                return option.name, f"choice: {phrase}", True
            place = find(said, key)
            while place >= 0:
                before = said[max(0, place - 2) : place]
                if not (_DENIES & set(before)) or _DENIES & set(key):
                    found.append((place, len(key), option.name, phrase))
                place = find(said, key, place + 1)
    # A longer phrase that covers a shorter one decides: "not yet" over "yet".
    kept = [
        one
        for one in found
        if not any(
            other is not one
            and other[1] > one[1]
            and other[0] <= one[0]
            and other[0] + other[1] >= one[0] + one[1]
            for other in found
        )
    ]
    if not kept:
        return None
    kept.sort()
    names = {name for _, _, name, _ in kept}
    if len(names) > 1:
        last = kept[-1]
        if _TURNS & set(said[kept[0][0] + kept[0][1] : last[0]]):
            return last[2], f"choice corrected: {last[3]}", False
        longest = max(size for _, size, _, _ in kept)
        longer = {name for _, size, name, _ in kept if size == longest}
        if len(longer) > 1 or "or" in said or longest < 2:
            return None
        kept = [one for one in kept if one[1] == longest]
    return kept[0][2], f"choice: {kept[0][3]}", False
