"""How a turn stands to the other: it chooses the next line and is never spoken as a label.

A judge that learned from labelled sentences and the first rule that fits decide together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from voice_checkin.understanding.classifier import Weighed
from voice_checkin.understanding.patterns import Rule
from voice_checkin.understanding.phrases import Tokens
from voice_checkin.words import Stance

_LONGEST = 120
"""Tokens of a turn that are looked at: its first half and its last."""

_WITNESS = 0.4
"""What a rule adds to the learned judge's probability of its stance; chosen by folds."""

_BRIEF = 4
"""Tokens of a turn that is left to the rules."""


@dataclass(frozen=True, slots=True)
class StanceWords:
    """Data of ``dialogs/understanding/stance.yaml``: rules in order, first match decides."""

    rules: tuple[Rule, ...]


def stance_of(
    said: Tokens, words: StanceWords, weighed: Weighed | None
) -> tuple[Stance, str] | None:
    """Return the stance and what decided it, or None for talk that takes none.

    The learned judge decides; the rule that fits first weighs as one more witness.
    """
    if not said:
        return None
    if len(said) > _LONGEST:
        said = said[: _LONGEST // 2] + said[-_LONGEST // 2 :]
    text = " ".join(said)
    rule = next((rule for rule in words.rules if rule.pattern.search(text)), None)
    # "What I heard is" opens a reflection, whatever is reflected.
    if weighed is None or (rule is not None and rule.kind == "validate"):
        return (cast(Stance, rule.kind), rule.name) if rule else None
    verdict = weighed.of("stance")
    shares = {
        label: share + (_WITNESS if rule is not None and label == rule.kind else 0.0)
        for label, share in verdict.shares.items()
    }
    best = max(shares, key=shares.__getitem__)
    if best == "none":
        return None
    if len(said) <= _BRIEF:
        # "Thank you", "you called": too little for the learned judge; the rule alone decides.
        return (cast(Stance, rule.kind), rule.name) if rule else None
    witnessed = best == "contempt" and rule is not None  # no mere guess: its threshold is for those
    if shares[best] < weighed.threshold("stance", best) and not witnessed:
        return None
    if rule is not None and rule.kind == best:
        return cast(Stance, best), f"{rule.name}, stance.learned {verdict.shares[best]:.2f}"
    return cast(Stance, best), f"stance.learned {verdict.shares[best]:.2f}: {verdict.run}"
