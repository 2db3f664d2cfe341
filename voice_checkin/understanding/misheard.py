"""Numbers and commands that were misheard: "Therefore" for "a four", "Step" for "stop".

A small recogniser that hears one or two syllables without context writes whatever sentence is
likeliest.  What it writes still sounds like what was said, and it errs the same way every time, so
a judge can learn it.  What it finds is never taken for granted: it is read back.

The arithmetic is in `voice_checkin.judges`, outside of the mind, which holds no arrays.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Protocol

LONGEST = 8
"""Words of an answer that may hold a number; a longer one says something of its own."""
LONGEST_COMMAND = 4
"""The same of a command: in more words, those beside the misheard one are understood."""
_PIECES = range(1, 5)
_LETTERS = re.compile(r"[^a-z0-9 ]")


class Misheard(Protocol):
    """Tells what was said from words that sound like it."""

    def best(self, text: str) -> tuple[str, float] | None:
        """Return the likeliest label and its probability; None where none is likely."""
        ...


def sounds(text: str) -> Iterator[str]:
    """Yield the pieces of one to four letters, with the spaces and without, and the words."""
    words = _LETTERS.sub("", text.lower()).split()[: LONGEST + 1]
    for mark, joint in (("s", " "), ("z", "")):
        line = f"^{joint.join(words)[:80]}$"
        for size in _PIECES:
            for start in range(len(line) - size + 1):
                yield mark + line[start : start + size]
    for word in words:
        yield "w" + word
    yield f"n{len(words)}"
