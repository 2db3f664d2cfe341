"""A promise: who does what by when, and the kinds that are kindly refused and never kept (S12)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, cast

from voice_checkin.understanding.classifier import Weighed
from voice_checkin.understanding.meaning import Promise, Refused
from voice_checkin.understanding.patterns import Rule
from voice_checkin.understanding.phrases import Tokens

_LONGEST = 80
"""Tokens of a turn in which a promise is looked for."""


@dataclass(frozen=True, slots=True)
class PromiseWords:
    """Data of ``dialogs/understanding/promise.yaml``."""

    openings: tuple[Rule, ...]
    """How a promise begins; the kind is who makes it."""
    refused: tuple[Rule, ...]
    stops: tuple[re.Pattern[str], ...]
    """A promise to give such a thing up is a promise like any other."""
    by: tuple[re.Pattern[str], ...]
    never: tuple[re.Pattern[str], ...]
    """Talk that opens like a promise and is none: "I will say a six"."""


def promise_of(
    said: Tokens, asked: bool, words: PromiseWords, weighed: Weighed | None
) -> tuple[Promise, str] | None:
    """Return the promise and what decided it; ``asked``: a promise was waited for."""
    text = " ".join(said[:_LONGEST])
    if not text or any(pattern.search(text) for pattern in words.never):
        return None
    who: Literal["me", "you", "both"] | None = None
    what = text
    why = "promise asked for"
    best: re.Match[str] | None = None
    for rule in words.openings:
        match = rule.pattern.search(text)
        if match and (best is None or match.start() < best.start()):
            best, why = match, rule.name
            who = cast(Literal["me", "you", "both"], rule.kind)
    refused = _refused(text, words)
    if refused is None and asked and weighed is not None:
        verdict = weighed.of("promise")
        name, share = verdict.best()
        if verdict.shares["none"] >= weighed.threshold("promise", "none"):
            return None  # a story or a question: "he said he would be home"
        if name != "ok" and share >= weighed.threshold("promise", name) and not _stops(text, words):
            refused, why = cast(Refused, name), f"promise.learned {share:.2f}: {verdict.run}"
    if best is None and not asked:
        return None
    if best is not None:
        what = text[best.end() :].strip()
    elif len(said) < 2 and refused is None:
        return None
    by: str | None = None
    for pattern in words.by:
        match = pattern.search(what)
        if match:
            by = match.group().strip()
            what = f"{what[: match.start()].strip()} {what[match.end() :].strip()}".strip()
            break
    return Promise(who=who or "me", what=what or None, by=by, refused=refused), why


def _refused(text: str, words: PromiseWords) -> Refused | None:
    if _stops(text, words):
        return None
    for rule in words.refused:
        if rule.pattern.search(text):
            return cast(Refused, rule.kind)
    return None


def _stops(text: str, words: PromiseWords) -> bool:
    return any(pattern.search(text) for pattern in words.stops)
