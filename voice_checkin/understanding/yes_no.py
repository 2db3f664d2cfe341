"""Yes, no or unsure: a whole short answer anywhere; a longer one only when it was asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from voice_checkin.understanding.classifier import Verdict, Weighed
from voice_checkin.understanding.phrases import Phrases, Tokens, find, opening
from voice_checkin.words import YesNo

_LONGEST = 40
"""Tokens of an answer to a yes-or-no question that is still looked at."""

_DENIALS = frozenset(("no", "not", "never"))

_LONGEST_CLOSING = 12
"""Tokens of an answer whose last word may be all that counts."""

_SURE = 0.9
"""The learned judge is believed before turns and first words, from here on: "no objections"."""

_NO_ANSWER = 0.85
"""From here on it is believed that nothing was answered: "no wonder the bath's cold"."""


@dataclass(frozen=True, slots=True)
class YesNoWords:
    """Data for closed answers."""

    whole: Phrases
    opens: dict[YesNo, frozenset[Tokens]]
    turns: tuple[Tokens, ...]
    not_turns: frozenset[str]
    """Words after which a "no" was none: "but no idea"."""
    unsure_after: tuple[Tokens, ...]


def yes_no_of(
    said: Tokens, asked: bool, words: YesNoWords, weighed: Weighed | None = None
) -> tuple[YesNo, str] | None:
    """Return the answer and what decided it; ``asked``: a yes-or-no question is open."""
    whole = words.whole.match(said)
    if whole is not None:
        return cast(YesNo, whole[0]), f"yes_no: {whole[1]}"
    if not asked or not said or len(said) > _LONGEST:
        return None
    verdict = weighed.of("yes_no") if weighed else None
    learned, share = _learned(weighed, verdict)
    turned = _turned(said, words)
    taken_back = turned is not None and turned[0] == "no"  # consent is never learned against that
    if learned is not None and share >= _SURE and not (taken_back and learned[0] == "yes"):
        return learned
    if turned is not None:
        return turned
    if verdict is not None and verdict.shares["none"] >= _NO_ANSWER:
        return None
    return _opening(said, words) or _closing(said) or learned


def _closing(said: Tokens) -> tuple[YesNo, str] | None:
    """Return a yes or no that a short answer ends with: "they got all of it i think yes"."""
    last = said[-1]
    if last == "yes" and len(said) <= _LONGEST_CLOSING and _DENIALS.isdisjoint(said):
        return "yes", "yes_no closes: yes"
    if last == "no" and len(said) <= _LONGEST_CLOSING and "yes" not in said:
        return "no", "yes_no closes: no"
    return None


def _learned(
    weighed: Weighed | None, verdict: Verdict | None
) -> tuple[tuple[YesNo, str] | None, float]:
    """Return what the learned judge believes, and how much; 0 where it believes nothing."""
    if weighed is None or verdict is None:
        return None, 0.0
    name, share = verdict.best()
    if share < weighed.threshold("yes_no", name):
        return None, 0.0
    return (cast(YesNo, name), f"yes_no.learned {share:.2f}: {verdict.run}"), share


def _turned(said: Tokens, words: YesNoWords) -> tuple[YesNo, str] | None:
    for turn in words.turns:
        place = find(said, turn)
        after = said[place + len(turn) : place + len(turn) + 1]
        chosen_from = turn[0] == "or" and said[max(0, place - 1) : place] == ("yes",)
        if place >= 0 and not chosen_from and not words.not_turns.intersection(after):
            return ("yes" if turn[-1] == "yes" else "no"), f"yes_no turned: {' '.join(turn)}"
    return None


def _opening(said: Tokens, words: YesNoWords) -> tuple[YesNo, str] | None:
    rest = said
    first: tuple[YesNo, str] | None = None
    while rest:
        found = _opened(rest, words)
        if found is not None:
            first = found
            break
        size = opening(rest, words.whole.before)
        if not size:
            return None
        rest = rest[size:]
    if first is None:
        return None
    answer, phrase = first
    after = rest[len(phrase.split()) :]
    if answer != "unsure" and any(find(after, doubt) >= 0 for doubt in words.unsure_after):
        return "unsure", f"yes_no: {phrase}, then unsure"
    if len(phrase.split()) == 1 and phrase in ("yes", "no", "okay", "right"):
        # "yeah no", "no yeah": the second word is the answer.
        second = _opened(after[:6], words)
        if second is not None and second[1] in ("yes", "no", "not really", "definitely", "sure"):
            return second[0], f"yes_no: {phrase} {second[1]}"
        if second is not None and second[0] != answer and (phrase != "no" or second[0] != "yes"):
            return second[0], f"yes_no: {phrase} {second[1]}"
    return answer, f"yes_no opens: {phrase}"


def _opened(said: Tokens, words: YesNoWords) -> tuple[YesNo, str] | None:
    best: tuple[YesNo, str] | None = None
    longest = 0
    for answer, phrases in words.opens.items():
        size = opening(said, phrases)
        if size > longest:
            best, longest = (answer, " ".join(said[:size])), size
    return best
