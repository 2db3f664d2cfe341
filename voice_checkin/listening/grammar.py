"""The words that closed questions are answered with, for recognisers that take a word list.

Vosk replaces its vocabulary by such a list and forces whatever is said on to it: so every list
carries decoys, words that sound like its members and mean nothing here, and ``[unk]``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import get_args

from voice_checkin.words import Command, Expecting, Kind

UNKNOWN = "[unk]"
_COMMANDS = tuple(sorted({word for name in get_args(Command) for word in name.split("_")}))
_YES_NO = ("yes", "yeah", "yep", "no", "nope", "not", "maybe", "sure", "okay", "right", "know")
_NUMBERS = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "half", "point", "and", "a", "quarter", "about", "say", "say", "i'd",
)  # fmt: skip
_DECOYS = (
    "guess", "chess", "yet", "know", "now", "go", "knee", "heaven", "eleven", "fix", "sick",
    "date", "late", "wine", "then", "for", "to", "won", "top", "step", "ship", "boss", "cause",
    "earth", "did", "but", "the",
)  # fmt: skip


def closed_words(hint: Expecting) -> tuple[str, ...]:
    """Return this kind of question's words, decoys and ``[unk]`` included; () for open ones."""
    match hint.kind:
        case Kind.YES_NO:
            words: Iterable[str] = _YES_NO
        case Kind.SCALE:
            words = (*_NUMBERS, "not", "sure", "pass")
        case Kind.CHOICE:
            words = [
                word
                for option in hint.options
                for phrase in option.phrases
                for word in phrase.lower().split()
            ]
        case _:
            return ()
    return tuple(dict.fromkeys((*words, *_COMMANDS, *_DECOYS, UNKNOWN)))
