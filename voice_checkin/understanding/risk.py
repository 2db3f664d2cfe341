"""Danger in what was said, suffered or done, past or feared; judged first, on every utterance.

Idioms are taken out, what stands in a film or a game is left aside, then the rules decide.  Words
that merely sound like danger make the utterance doubtful: the dialog asks again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import cast

from voice_checkin.understanding.classifier import Weighed
from voice_checkin.understanding.patterns import Rule
from voice_checkin.understanding.phrases import Tokens
from voice_checkin.words import Risk

_WINDOW, _STEP = 60, 45
"""Tokens looked at together, and how far the next window is: a thought said in 15 words is
whole in one of them."""
_MOST = 7
"""Windows of one turn; of a longer one the first and last halves of these.  7 hold 330 words,
more than the longest turn of a minute."""
_HARMLESS = 0.5
"""Under this probability of danger a rule is not believed but asked about.  On held-out sentences
rules found no danger under it, and nine false alarms (docs/decisions/0011)."""
_IDIOM_WORDS = 24
"""In a turn of so many words a known idiom or denial speaks for the whole of it."""
_BEYOND_IDIOM = 0.99
"""The learned judge is believed against an idiom from here on: "he burned my hand on purpose"."""
_BRIEF_WORDS, _BRIEF_LEAST = 5, 0.97
"""In so few words, "you made tea", the learned judge has little to go by and must be this sure."""
_LONG_LEAST = 0.95
"""In a long turn it reads pieces of twenty words that begin and end anywhere, and must be surer."""
_OWN = re.compile(r"\b(?:me|my|myself|i)\b")
_PLAYED = re.compile(r"^(?:in|play|playing|played|at|the) ")


@dataclass(frozen=True, slots=True)
class RiskWords:
    """Data of ``dialogs/understanding/risk.yaml``."""

    triggers: frozenset[str]
    idioms: tuple[re.Pattern[str], ...]
    fiction: tuple[re.Pattern[str], ...]
    rules: tuple[Rule, ...]
    doubtful: tuple[re.Pattern[str], ...]


@dataclass(frozen=True, slots=True)
class Danger:
    """The kind, or only a doubt, and what decided it."""

    kind: Risk | None
    doubtful: bool
    why: str


def risk_of(said: Tokens, words: RiskWords, weighed: Weighed | None) -> Danger | None:
    """Return the danger in ``said``, or None.  Harm to oneself comes before harm by another.

    A rule and the learned judge together decide, or the judge alone where it is sure.  Where a rule
    fits words that the judge takes for harmless, the turn is doubtful: it is asked about.
    """
    order = {"self_harm": 0, "violence": 1, "coercion": 2}
    found: list[Danger] = []
    for window in _windows(said, words.triggers):
        danger = _judge(" ".join(window), words, any(d.kind for d in found))
        if danger is not None:
            found.append(danger)
            if danger.kind == "self_harm":
                break
    best = min(found, key=lambda d: order.get(d.kind or "", 3), default=None)
    if weighed is None:
        return best
    if best is None:
        return _learned(said, words, weighed)
    share = 1 - weighed.gravest().shares["none"]
    if best.kind is not None and share < _HARMLESS and len(said) <= _IDIOM_WORDS:
        return Danger(None, True, f"{best.why}, but risk.learned {share:.2f}")
    return best


def _learned(said: Tokens, words: RiskWords, weighed: Weighed) -> Danger | None:
    verdict = weighed.gravest()
    kind, _ = verdict.best()
    share = 1 - verdict.shares["none"]
    if share < weighed.threshold("risk", kind) or any(
        p.search(" ".join(said[:_WINDOW])) for p in words.fiction
    ):
        return None
    why = f"risk.learned {share:.2f}: {verdict.run}"
    if len(said) <= _IDIOM_WORDS:  # a known idiom or denial, and no rule that fits
        text = " ".join(said)
        if share < _BEYOND_IDIOM and any(idiom.search(text) for idiom in words.idioms):
            return None
    if len(said) <= _BRIEF_WORDS and share < _BRIEF_LEAST:
        return None
    if len(said) > _IDIOM_WORDS and share < _LONG_LEAST:
        return None
    return Danger(cast(Risk, kind), False, why)


def _windows(said: Tokens, triggers: frozenset[str]) -> list[Tokens]:
    windows = []
    start = 0
    while True:
        window = said[start : start + _WINDOW]
        if len(said) <= _WINDOW or not triggers.isdisjoint(window):
            windows.append(window)
        if start + _WINDOW >= len(said):
            break
        start += _STEP
    half = _MOST // 2
    return windows if len(windows) <= _MOST else windows[:half] + windows[-half:]


def _judge(text: str, words: RiskWords, known: bool) -> Danger | None:
    """Judge one window; ``known``: some danger was found, so only a graver kind is looked for."""
    plain = text
    for idiom in words.idioms:
        plain = idiom.sub(" ~ ", plain)
    told = [match.group() for pattern in words.fiction if (match := pattern.search(plain))]
    # What was watched or read does not veto what was done to the speaker meanwhile.
    own_only = bool(told) and not any(_PLAYED.match(scene) for scene in told)
    if not told or own_only:
        for rule in words.rules:
            if known and rule.kind != "self_harm":
                break
            match = rule.pattern.search(plain)
            if match and (not own_only or _OWN.search(match.group())):
                return Danger(cast(Risk, rule.kind), False, rule.name)
    if not told:
        for number, pattern in enumerate(words.doubtful, 1):
            if pattern.search(plain):
                return Danger(None, True, f"risk.doubtful.{number}")
    return None
