"""Tells from the words so far whether a turn sounds finished.  Pure; the words are data."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from voice_checkin.session.turns import Completeness
from voice_checkin.understanding.meaning import Meaning
from voice_checkin.words import Expecting, Kind

_TOKEN = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)*")
CLOSED = frozenset({Kind.YES_NO, Kind.SCALE, Kind.CHOICE, Kind.TIME})
HARDLY = 0.5
"""Below this confidence words were hardly heard: over a television, or at an impossible pace."""
LEARNED = "risk.learned"
LEARNED_STANCE = "stance.learned"
LEARNED_COMMAND = "command.learned"
"""How the learned judges' reasons begin."""
LEADING_WORDS = 2
WHOLE_WORDS = 3
"""An answer of so many words that does not trail off can be all of it."""
_LONGEST = 4
"""Words in the longest ending that is looked for."""


@dataclass(frozen=True, slots=True)
class Endings:
    """Last words that promise more, and last words that say "done"."""

    unfinished: frozenset[str]
    finished: frozenset[str]

    @classmethod
    def of(cls, unfinished: Iterable[str], finished: Iterable[str]) -> Endings:
        return cls(frozenset(unfinished), frozenset(finished))

    def match(self, text: str) -> Completeness:
        """Judge by the last words alone; the longest ending that is known decides."""
        words = _TOKEN.findall(text.lower().replace("\u2019", "'"))[-_LONGEST:]
        for start in range(len(words)):
            ending = " ".join(words[start:])
            if ending in self.finished:
                return Completeness.COMPLETE
            if ending in self.unfinished:
                return Completeness.UNFINISHED
        return Completeness.OPEN


def judge(meaning: Meaning, expecting: Expecting, endings: Endings) -> Completeness:
    """Combine what was asked, what was understood and how the words end.

    A closed question with its answer is complete, unless the words trail off ("yes, but").
    """
    if not meaning.text.strip():
        return Completeness.OPEN
    if meaning.risk == "self_harm":
        return Completeness.URGENT
    # Violence and control wait like any words: their stop must not come sooner than another (S8).
    if meaning.command is not None:
        return Completeness.COMPLETE
    by_words = endings.match(meaning.text)
    if by_words is Completeness.COMPLETE:
        return by_words
    if meaning.sounded:
        return by_words  # perhaps all of it, perhaps how it begins
    answered = {
        Kind.YES_NO: meaning.yes_no is not None,
        Kind.SCALE: meaning.scale is not None,
        Kind.CHOICE: meaning.choice is not None,
        Kind.TIME: meaning.time is not None,
    }.get(expecting.kind, False)
    if by_words is Completeness.UNFINISHED:
        # A one-word answer can be one of these words itself ("just so-so", "maybe").
        short = len(meaning.text.split()) <= 2
        return Completeness.COMPLETE if answered and short else by_words
    if answered:
        return Completeness.COMPLETE
    count = len(meaning.text.split())
    if expecting.kind in CLOSED:
        # "I sing ... maybe five" (heard for "I think"): what answers nothing leads to more.
        return Completeness.UNFINISHED if count <= LEADING_WORDS else Completeness.OPEN
    return Completeness.WHOLE if count >= WHOLE_WORDS else Completeness.OPEN


class Reader:
    """Understands the words so far; the same words for the same question only once."""

    def __init__(self, understand: Callable[[str, Expecting], Meaning], endings: Endings) -> None:
        self._understand = understand
        self._endings = endings
        self._last: tuple[str, Expecting, Meaning] | None = None
        self._asked = False

    def mean(self, text: str, expecting: Expecting) -> Meaning:
        if self._last is None or self._last[:2] != (text, expecting):
            self._last = (text, expecting, self._understand(text, expecting))
        return self._last[2]

    def mean_turn(self, text: str, fresh: str, expecting: Expecting) -> Meaning:
        """Understand a turn; ``fresh`` is what was said after it was taken back.

        "Stop" said over the reply must not drown in the sentence it came after.
        """
        if fresh:
            alone = self.mean(fresh, expecting)
            stop = alone.command_like == "stop"
            if alone.command is not None or alone.risk is not None or stop:
                return alone
        return self.mean(text, expecting)

    def believed(
        self, meaning: Meaning, second: str, expecting: Expecting, *, confidence: float
    ) -> Meaning:
        """Return the meaning of a turn after a second look at its sound.

        Danger that only the learned judge saw, in words that were hardly heard or that are not
        there when listened to again, is asked about once: what reads strangely because it was
        misheard must not end an evening.  Danger in the next turn is believed.  Contempt that is
        not there twice is let go: nobody is asked to put more kindly what they never said.  A
        command that was learned, in words hardly heard, is only what they sound like.
        """
        if meaning.stance == "contempt" and meaning.why[-1].startswith(LEARNED_STANCE):
            again = bool(second) and self.mean(second, expecting).stance != "contempt"
            if again or confidence < HARDLY:
                meaning = replace(meaning, stance=None)
        guessed = any(why.startswith(LEARNED_COMMAND) for why in meaning.why)
        if guessed and confidence < HARDLY:  # "I need a bit", over a television
            meaning = replace(meaning, command=None, command_like=meaning.command)
        asked, self._asked = self._asked, False
        if meaning.risk is None or not meaning.why[0].startswith(LEARNED):
            return meaning
        gone = bool(second) and self.mean(second, expecting).risk is None
        if asked or not (gone or confidence < HARDLY):
            return meaning
        self._asked = True
        return replace(meaning, risk=None, doubtful=True)

    def judge_for(self, expecting: Expecting) -> Callable[[str], Completeness]:
        """Return what a `TurnTaker` asks about the words so far."""
        return lambda text: judge(self.mean(text, expecting), expecting, self._endings)
