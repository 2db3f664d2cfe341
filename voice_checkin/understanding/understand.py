"""The order of judges: danger first, then commands, answers, feelings, promise and stance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from voice_checkin.understanding.choice import choice_of
from voice_checkin.understanding.classifier import Judges, Weighed
from voice_checkin.understanding.counting import NumberWords
from voice_checkin.understanding.feelings import FeelingWords, feelings_of
from voice_checkin.understanding.meaning import Meaning, Promise, TimeAnswer
from voice_checkin.understanding.misheard import LONGEST, LONGEST_COMMAND, Misheard
from voice_checkin.understanding.normalize import Spelling, tokens
from voice_checkin.understanding.numbers import is_ruled_out, scale_of
from voice_checkin.understanding.phrases import Phrases, Tokens, find
from voice_checkin.understanding.promise import PromiseWords, promise_of
from voice_checkin.understanding.risk import RiskWords, risk_of
from voice_checkin.understanding.stance import StanceWords, stance_of
from voice_checkin.understanding.times import TimeWords, time_of
from voice_checkin.understanding.yes_no import YesNoWords, yes_no_of
from voice_checkin.words import Command, Expecting, Kind, Stance, Transcript, YesNo

_ANYTIME: frozenset[Command] = frozenset({"stop", "time_out", "forget", "help"})
"""Commands that win over an option or a time that sounds the same."""

_BRIEF: frozenset[Stance] = frozenset({"validate", "stonewall", "minimize", "apologize"})
"""Stances that a few words can take, even where they are an answer too: "whatever"."""

_TOLD: tuple[Tokens, ...] = tuple(
    tuple(opening.split())
    for opening in (
        "i told", "he told", "he said", "i said", "i will", "we will", "you get", "you always",
        "it was", "thanks for", "thank you for",
        "what about", "well what about",
    )
)  # fmt: skip
"""Openings of what is told or promised: only the table of phrases finds a command in such words."""

_CLOSED = frozenset({Kind.YES_NO, Kind.SCALE, Kind.TIME, Kind.NAME, Kind.CHOICE})
"""What is asked for where a feeling counts only if it is named."""

_SHORT, _SURE_OF_FEELING = 3, 0.9
"""In so few tokens the learned judge must be this sure of a feeling; so sure that there is none, it
is believed against the words.  Of sentences kept back from training, all eight of those were."""

_LONG_COMMAND, _SURE_OF_LONG = 10, 0.98
"""In more tokens than this the learned judge must be surer of a command: most longer ones tell."""
_SURE_WHICH = 0.9
"""How sure it must be of the one command, beside that there is one."""
_LONGEST_COMMAND = 20
"""Tokens of an utterance in which it looks for one at all."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All the data that the judges use, compiled."""

    spelling: Spelling
    commands: Phrases
    told: tuple[Tokens, ...]
    """Phrases beside which the learned judge's command is none: "more time for just us"."""
    yes_no: YesNoWords
    numbers: NumberWords
    times: TimeWords
    feelings: FeelingWords
    stance: StanceWords
    promise: PromiseWords
    risk: RiskWords
    learned: Judges | None = None
    misheard_numbers: Misheard | None = None
    misheard_commands: Misheard | None = None


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
        kind = expecting.kind
        said = tokens(text, words.spelling)
        weighed = words.learned.weigh(said) if words.learned and said else None
        why: list[str] = []
        danger = risk_of(said, words.risk, weighed)
        if danger is not None:
            why.append(danger.why)
        offer = promise_of(said, True, words.promise, None) if kind is Kind.PROMISE else None
        if danger is not None and danger.kind == "coercion" and offer and _is_offer(said, offer[0]):
            danger = None  # "you can check my phone", offered: a promise that is kindly refused
        known = words.commands.match(said) or (offer and offer[0].refused)
        if known and danger is not None and danger.why.startswith("risk.learned"):
            danger = None  # what a table or rule knows word for word is not left to that judge
        if danger is not None and danger.kind is not None:
            return Meaning(
                text=text,
                feelings=feelings_of(said, words.feelings),
                risk=danger.kind,
                why=tuple(why),
            )
        choice = choice_of(said, expecting.options, words.spelling) \
            if kind is Kind.CHOICE else None  # fmt: skip
        time = time_of(said, words.times) if kind is Kind.TIME else None
        answer = yes_no_of(said, kind is Kind.YES_NO, words.yes_no, weighed)
        scale = scale_of(said, kind is Kind.SCALE, words.numbers)
        command = self._command(text, said, kind, weighed, answer, scale, choice, time)
        misheard = kind is Kind.SCALE and said in words.numbers.unsure
        if misheard:
            command = None  # "bye", for five or nine, must not end the evening
        named = cast(Command, command[0]) if command else None
        if named is not None:
            answer = scale = None
        feelings = feelings_of(said, words.feelings) if named is None else ()
        sounded = None
        if kind is Kind.SCALE and not (named or scale or answer or feelings or danger):
            sounded = self._sounding(text, said)
        promise = stance = None
        if named is None and kind not in (Kind.SCALE, Kind.TIME, Kind.NAME, Kind.YES_NO):
            if not feelings or kind is Kind.PROMISE:
                promise = promise_of(said, kind is Kind.PROMISE, words.promise, weighed)
            if kind is not Kind.CHOICE:
                stance = stance_of(said, words.stance, weighed)
            if stance and (answer or scale) and len(said) <= 5 and stance[0] not in _BRIEF:
                stance = None
        told = alike = None
        if weighed and named is None and kind not in _CLOSED:
            if feelings and _names_no_feeling(said, weighed):
                feelings = ()
            elif not feelings:
                told = _feeling_told(said, weighed)
                feelings = (told[0],) if told else ()
        settled = answer or scale or sounded or choice or time or promise or danger or feelings
        if not (named or settled or misheard or kind is Kind.NAME):
            alike = self._command_like(text, said)
        scale = scale or sounded
        why += [part[1] for part in (command, answer, scale, told, choice, promise, alike, stance)
                if part]  # fmt: skip
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
            doubtful=misheard or danger is not None,
            sounded=sounded is not None,
            command_like=cast(Command, alike[0]) if alike else None,
            why=tuple(why),
        )

    def _command(
        self,
        text: str,
        said: Tokens,
        kind: Kind,
        weighed: Weighed | None,
        answer: tuple[YesNo, str] | None,
        scale: tuple[float | None, str] | None,
        choice: tuple[str, str, bool] | None,
        time: TimeAnswer | None,
    ) -> tuple[str, str] | None:
        """Return the command: a phrase from the table, or one that the learned judge is sure of."""
        words = self.lexicon
        found = words.commands.match(said)
        if found is not None:
            named = cast(Command, found[0])
            if named in _ANYTIME:
                return named, f"command: {found[1]}"
            if (choice and choice[2]) or (time and named == "pause"):
                return None
            if kind is Kind.YES_NO and words.yes_no.whole.match(said):
                return None  # "go on then" answers the question that was asked
            return named, f"command: {found[1]}"
        if weighed is None or len(said) > _LONGEST_COMMAND or choice or time:
            return None
        if self._is_told(said):
            return None  # "thanks for saving that", misheard for "saying": nothing is forgotten
        if answer or (scale and kind is Kind.SCALE):
            return None
        understood = stance_of(said, words.stance, None)
        if understood and understood[0] == "validate":
            return None  # "i hear you"
        verdict = weighed.of("command")
        name, share = verdict.best()
        least = weighed.threshold("command", name)
        if len(said) > _LONG_COMMAND:
            least = max(least, _SURE_OF_LONG)
        if 1 - verdict.shares["none"] < least or share < _SURE_WHICH:
            return None
        alike = self._alike(text, said)
        if alike is not None and alike[0] != name:
            return None  # "Step." is no "faster"
        return name, f"command.learned {share:.2f}: {verdict.run}"

    def _sounding(self, text: str, said: Tokens) -> tuple[float, str] | None:
        """Return the number that was perhaps misheard, for a question that asked for one."""
        misheard = self.lexicon.misheard_numbers
        if not 0 < len(said) <= LONGEST or is_ruled_out(said, self.lexicon.numbers):
            return None
        found = misheard.best(text) if misheard else None
        return (float(found[0]), f"sounds.learned {found[1]:.2f}") if found else None

    def _is_told(self, said: Tokens) -> bool:
        opened = any(said[: len(opening)] == opening for opening in _TOLD)
        return opened or any(find(said, phrase) >= 0 for phrase in self.lexicon.told)

    def _alike(self, text: str, said: Tokens) -> tuple[str, float] | None:
        """Return the command that the whole of a short utterance sounds like, and how much."""
        misheard = self.lexicon.misheard_commands
        return misheard.best(text) if misheard and 0 < len(said) <= LONGEST_COMMAND else None

    def _command_like(self, text: str, said: Tokens) -> tuple[str, str] | None:
        """Return the command that was perhaps misheard, where nothing else was understood."""
        found = None if self._is_told(said) else self._alike(text, said)
        return (found[0], f"command.sounds {found[1]:.2f}") if found else None

    def tokens(self, text: str) -> Tokens:
        """Return the plain words of ``text``, as the judges see them."""
        return tokens(text, self.lexicon.spelling)


def _feeling_told(said: Tokens, weighed: Weighed) -> tuple[str, str] | None:
    """Return the feeling that is told without its name: "my stomach was in knots"."""
    verdict = weighed.of("feeling")
    name, share = verdict.best()
    least = _SURE_OF_FEELING if len(said) <= _SHORT else weighed.threshold("feeling", name)
    return (name, f"feeling.learned {share:.2f}: {verdict.run}") if share >= least else None


def _names_no_feeling(said: Tokens, weighed: Weighed) -> bool:
    """Tell whether a feeling's word says something else: "the fridge is empty"."""
    return len(said) > _SHORT and weighed.of("feeling").shares["none"] >= _SURE_OF_FEELING


def _is_offer(said: Tokens, promise: Promise) -> bool:
    opening = said[:2]
    return promise.refused is not None and opening in (
        ("i", "will"), ("i", "promise"), ("i", "can"), ("i", "am"), ("you", "can"),
        ("you", "could"), ("we", "will"), ("i", "could"), ("i", "would"), ("let", "you"),
    )  # fmt: skip
