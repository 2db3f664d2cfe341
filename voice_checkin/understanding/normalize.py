"""Any text to plain lower-case tokens, whatever a recogniser or a keyboard made of it.

Contractions are opened ("don't" and "dont" are both "do not") so that rules are written once.
The result is bounded: a text of any length costs at most a few milliseconds.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

MAX_CHARACTERS = 12_000
"""Of a longer text the first and last halves of this are kept: nobody speaks so long in a turn,
and a word of danger stands near either end of a typed one."""

_TOKEN = re.compile(r"\d+(?:[:.,]\d+)?|[^\W\d_]+(?:'[^\W\d_]+)*")
_MINUS = re.compile(r"(?<![\w.])[-\u2212\u2013](?=\d)")
_SUFFIXES = (("n't", "not"), ("'re", "are"), ("'ll", "will"), ("'ve", "have"), ("'m", "am"))
_TIME_SUFFIX = re.compile(r"(\d)(am|pm|a\.m\.?|p\.m\.?)\b")


@dataclass(frozen=True, slots=True)
class Spelling:
    """Words that are written or heard in several ways; all data."""

    words: Mapping[str, tuple[str, ...]]
    """One token to its plain tokens: "gonna" to "going to"."""
    pairs: Mapping[tuple[str, str], tuple[str, ...]]
    """Two tokens to what they mean together: "uh huh" to "uhhuh"."""
    fillers: frozenset[str]
    """Sounds that mean nothing and are left out."""
    after_ill: frozenset[str]
    """Verbs after which "ill" is "I will"."""


def _plain(text: str) -> str:
    if len(text) > MAX_CHARACTERS:
        half = MAX_CHARACTERS // 2
        text = f"{text[:half]} {text[-half:]}"
    text = unicodedata.normalize("NFKC", text).lower()
    for mark in "\u2019\u2018\u02bc`\u00b4":
        text = text.replace(mark, "'")
    text = text.replace("\u2044", "/").replace("1/2", " and a half ")
    text = re.sub(r"(\d) ?/ ?10\b", r"\1 out of 10", text)
    text = _TIME_SUFFIX.sub(r"\1 \2", text).replace("a.m", "am").replace("p.m", "pm")
    return _MINUS.sub(" minus ", text)


def _opened(token: str, spelling: Spelling) -> Sequence[str]:
    known = spelling.words.get(token)
    if known is not None:
        return known
    if "'" not in token:
        return (token,)
    for suffix, word in _SUFFIXES:
        if token.endswith(suffix) and len(token) > len(suffix):
            return (*_opened(token[: -len(suffix)], spelling), word)
    if token.endswith("'d"):
        return (token[:-2], "would")
    if token.endswith("'s"):
        return (token[:-2], "is") if token[:-2] in _IS_BEFORE_S else (token.replace("'", ""),)
    return (token.replace("'", ""),)


_IS_BEFORE_S = frozenset(
    (
        *("he", "she", "it", "that", "there", "what", "who", "where", "how", "here"),
        *("everything", "nothing", "something", "someone", "mine"),
    )
)


_HALF = 8_000
"""Characters that are read at either end: 16,000 are four times the longest turn of a minute."""


def tokens(text: str, spelling: Spelling) -> tuple[str, ...]:
    """Return plain tokens: opened, without fillers, without a word said twice in a row."""
    if len(text) > 2 * _HALF:
        text = f"{text[:_HALF]} {text[-_HALF:]}"
    raw = _TOKEN.findall(_plain(text))
    joined: list[str] = []
    position = 0
    while position < len(raw):
        pair = spelling.pairs.get((raw[position], raw[position + 1])) \
            if position + 1 < len(raw) else None  # fmt: skip
        if pair is not None:
            joined.extend(pair)
            position += 2
        else:
            joined.append(raw[position])
            position += 1
    result: list[str] = []
    for index, token in enumerate(joined):
        if token in spelling.fillers:
            continue
        if (
            token in ("ill",)
            and index + 1 < len(joined)
            and joined[index + 1] in spelling.after_ill
        ):
            opened: Sequence[str] = ("i", "will")
        else:
            opened = _opened(token, spelling)
        if len(opened) == 1 and result and result[-1] == opened[0]:
            continue
        result.extend(opened)
    return tuple(result)
