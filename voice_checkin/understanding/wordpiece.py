"""Cuts plain words into the pieces that the sentence model knows.  Pure; the pieces are data.

Greedy, the longest piece first, as the model's makers do it (WordPiece: Schuster & Nakajima 2012).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

START, END, UNKNOWN = "[CLS]", "[SEP]", "[UNK]"
INSIDE = "##"
"""Marks a piece that does not begin a word."""
LONGEST_WORD = 24
"""Letters of a word that are looked at."""


def pieces_of(words: Sequence[str], numbers: Mapping[str, int], most: int) -> list[int]:
    """Return the numbers of at most ``most`` pieces, start and end included."""
    found = [numbers[START]]
    for word in words:
        found += _word(word[:LONGEST_WORD], numbers)
        if len(found) >= most:
            break
    return [*found[: most - 1], numbers[END]]


def _word(word: str, numbers: Mapping[str, int]) -> list[int]:
    found = []
    start = 0
    while start < len(word):
        mark = INSIDE if start else ""
        for end in range(len(word), start, -1):
            number = numbers.get(mark + word[start:end])
            if number is not None:
                found.append(number)
                start = end
                break
        else:
            return [numbers[UNKNOWN]]
    return found
