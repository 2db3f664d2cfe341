"""The order of judges: danger first, then commands, answers, feelings, promise and stance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from voice_checkin.understanding.choice import choice_of
from voice_checkin.understanding.feelings import FeelingWords, feelings_of
from voice_checkin.understanding.meaning import Meaning
from voice_checkin.understanding.normalize import Spelling, tokens
from voice_checkin.understanding.numbers import NumberWords, scale_of
from voice_checkin.understanding.phrases import Phrases, Tokens
from voice_checkin.understanding.promise import PromiseWords, promise_of
from voice_checkin.understanding.risk import RiskWords, risk_of
from voice_checkin.understanding.stance import StanceWords, stance_of
from voice_checkin.understanding.times import TimeWords, time_of
from voice_checkin.understanding.yes_no import YesNoWords, yes_no_of
from voice_checkin.words import Command, Expecting, Kind, Transcript

_ANYTIME: frozenset[Command] = frozenset({"stop", "time_out", "forget", "help"})
"""Commands that win over an option or a time that sounds the same."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All the data that the judges use, compiled."""

    spelling: Spelling
    commands: Phrases
    yes_no: YesNoWords
    numbers: NumberWords
    times: TimeWords
    feelings: FeelingWords
    stance: StanceWords
    promise: PromiseWords
    risk: RiskWords


@dataclass(frozen=True, slots=True)
class Understanding:
    """Turns words into meaning: pure, the same way every time."""

    lexicon: Lexicon

    def understand(
        self,
        text: str,
        expecting: Expecting = Expecting(),  # noqa: B008 - frozen, so safe to share
        transcript: Transcript | None = None,
    ) -> Meaning:
        """Return what ``text`` means while ``expecting`` is waited for.  Never raises."""
        del transcript  # confidences are weighed by the session, which reads back or asks again
        words = self.lexicon
        said = tokens(text, words.spelling)
        why: list[str] = []
        danger = risk_of(said, words.risk)
        if danger is not None:
            why.append(danger.why)
        if danger is not None and danger.kind is not None:
            return Meaning(
                text=text,
                feelings=feelings_of(said, words.feelings),
                risk=danger.kind,
                why=tuple(why),
            )
        kind = expecting.kind
        command = words.commands.match(said)
        choice = choice_of(said, expecting.options, words.spelling) \
            if kind is Kind.CHOICE else None  # fmt: skip
        time = time_of(said, words.times) if kind is Kind.TIME else None
        named = cast(Command, command[0]) if command else None
        if named not in _ANYTIME and ((choice and choice[2]) or (time and named == "pause")):
            named = None
        answer = yes_no_of(said, kind is Kind.YES_NO, words.yes_no) if named is None else None
        scale = scale_of(said, kind is Kind.SCALE, words.numbers) if named is None else None
        feelings = feelings_of(said, words.feelings) if named is None else ()
        promise = None
        stance = None
        if named is None and kind not in (Kind.SCALE, Kind.TIME, Kind.NAME, Kind.YES_NO):
            if not feelings or kind is Kind.PROMISE:
                promise = promise_of(said, kind is Kind.PROMISE, words.promise)
            short_answer = (answer or scale) and len(said) <= 5
            if not short_answer and kind is not Kind.CHOICE:
                stance = stance_of(said, words.stance)
        why += [f"command: {command[1]}"] if command and named else []
        why += [part[1] for part in (answer, scale, choice, promise, stance) if part]
        return Meaning(
            text=text,
            command=named,
            yes_no=answer[0] if answer else None,
            scale=scale[0] if scale else None,
            feelings=feelings,
            stance=stance[0] if stance else None,
            promise=promise[0] if promise else None,
            choice=choice[0] if choice else None,
            time=time,
            doubtful=danger is not None,
            why=tuple(why),
        )

    def tokens(self, text: str) -> Tokens:
        """Return the plain words of ``text``, as the judges see them."""
        return tokens(text, self.lexicon.spelling)
