"""The named conditions of the script language: pure predicates on a meaning, memory and facts."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import SequenceMatcher
from typing import Any

from voice_checkin.dialog.facts import Facts
from voice_checkin.dialog.memory import Memory
from voice_checkin.dialog.schema import Beat, When
from voice_checkin.dialog.times import when_of
from voice_checkin.understanding.meaning import Meaning
from voice_checkin.words import Kind, PartnerId

_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)*")
_OWN = re.compile(
    r"\b(mine|my (own )?(fault|choice|responsibility|doing|decision|mistake)|i chose|on me|"
    r"my hands|down to me|nobody else'?s?|no one else'?s?|i'?m responsible|i am responsible|"
    r"it was me|i take responsibility|i own)\b"
)
_SORRY = re.compile(r"\b(sorry|apologi[sz]e|regret|forgive)\b")
_LEAVE = re.compile(
    r"\b(not sure (that )?i (want|wanna|can|should) (to )?(stay|be (with|in)|keep|carry|go on)|"
    r"don'?t know (if|whether) i (want|can|wanna) (to )?(stay|do this|keep|carry|go on)|"
    r"(want|wanna|need) (to )?(leave (you|him|her|this|us)|break up|separate|divorce)|"
    r"don'?t (want|wanna) to (stay|be (with you|together|in this))|might leave|"
    r"not sure about us|thinking (of|about) leaving|(want|wanna) out)\b"
)
_LEAVE_FOR_SURE = re.compile(
    # Whole clauses only: "not sure I want to stay late" is about an evening, not about the two.
    r"\b((not sure (that |if )?i|don'?t know (if|whether) i) (still )?(want|wanna) (to )?"
    r"(stay|be with you|be in this)|"
    r"i (really )?don'?t (want|wanna) (to )?(stay|be with you|be together)|"
    r"i('m| am)? (want|wanna|thinking (of|about)) (to )?(leave|leaving) (you|him|her|us)|"
    r"i (want|wanna|need) (to (break up|separate|divorce)|a (divorce|separation))|"
    r"not sure about us)"
    r"( with (you|him|her)| in this( relationship| marriage)?| together| married)?"
    r"( any ?more| any longer| at all)?$"
)
_COMPANY = re.compile(
    # Whole utterances only: "the kids are here" interrupts, a sentence that tells of them does not.
    r"((oh|sorry|wait|hang on|hold on|shh|um|uh|no) )*"
    r"((the|our|my|your) )?(kids?|children|child|son|daughter|baby|boys|girls|mother|mom|mum|"
    r"father|dad|parents|neighbou?rs?|someone|somebody)"
    r"( is|'s| are|'re) (here|up|awake|listening|watching|coming( in)?|in the room|at the door)"
    r"( now| again)?|"
    r"(we're|we are) not alone( now| any ?more)?|not in front of (the|our) (kids|children)"
)
_TIME_OUT = ("time out", "timeout")
_ALIKE = 0.7
"""How alike two spellings of the couple's word must be: a recogniser splits and mishears it."""
_ENOUGH = re.compile(
    r"\b(that'?s (all|it|everything)|nothing (else|more)|no more|i'?m done|that is (all|it)|"
    r"enough for (tonight|today|now)|(no|nope)[, ]*$)"
)
_BLAME = re.compile(
    r"\b(you (made|make|always|never|started|did|were|are|forced|drove|pushed)|"
    r"because of you|your fault)\b"
)


def words(text: str) -> list[str]:
    """Return lower-case words without punctuation."""
    return [word.replace("\u2019", "'") for word in _WORD.findall(text.lower())]


@dataclass(frozen=True, slots=True)
class Scene:
    """All that a condition may look at."""

    facts: Facts
    memory: Memory
    node: str
    partner: PartnerId | None
    now: datetime
    meaning: Meaning | None = None

    @property
    def plain(self) -> str:
        return " ".join(words(self.meaning.text)) if self.meaning else ""


def holds(when: When | None, scene: Scene) -> bool:
    """Tell whether every condition that is given holds; none given holds always."""
    if when is None:
        return True
    return all(
        _holds(name, getattr(when, name), scene)
        for name in when.model_fields_set
        if getattr(when, name) is not None
    )


def is_unsure_to_stay(beat: Beat, scene: Scene) -> bool:
    """Tell whether "I'm not sure I want to stay" was said where the script has no answer to it."""
    kind = beat.expect.kind if beat.expect else None
    own = any(result.when is not None and result.when.leaves for result in beat.results)
    open_ = kind in (Kind.FREE, Kind.FEELING, Kind.PROMISE)
    return open_ and not own and leaves_for_sure(scene.plain)


def leaves_for_sure(text: str) -> bool:
    """Tell whether the words can only be about staying together."""
    return bool(_LEAVE_FOR_SURE.search(" ".join(words(text))))


def says_enough(text: str) -> bool:
    """Tell whether somebody says that they are done: "that's all", "nothing more"."""
    return bool(_ENOUGH.search(" ".join(words(text))))


def is_company(meaning: Meaning) -> bool:
    """Tell whether somebody says that a child or a third person can hear (S20)."""
    return meaning.yes_no != "yes" and bool(_COMPANY.fullmatch(" ".join(words(meaning.text))))


def is_time_out(text: str) -> bool:
    """Tell whether the words are "time out" and nothing else."""
    return " ".join(words(text)) in _TIME_OUT


def is_plain(meaning: Meaning) -> bool:
    """Tell whether the words are no answer to anything that is asked by rule."""
    return (meaning.yes_no, meaning.scale, meaning.choice, meaning.time) == (None,) * 4


def _holds(name: str, wanted: object, scene: Scene) -> bool:
    checks = _OF_WORLD if name in _OF_WORLD else _OF_WORDS
    value = checks[name](wanted, scene)
    return value is wanted if isinstance(wanted, bool) else value


def _score(scene: Scene) -> float | None:
    return scene.meaning.scale if scene.meaning else None


def _break_length(_wanted: object, scene: Scene) -> bool:
    time = scene.meaning.time if scene.meaning else None
    when = when_of(time, scene.now) if time else None
    if when is None:
        return False
    return timedelta(minutes=19.5) <= when - scene.now <= timedelta(hours=24, minutes=1)


def _late_hour(_wanted: object, scene: Scene) -> bool:
    time = scene.meaning.time if scene.meaning else None
    when = when_of(time, scene.now) if time else None
    return when is not None and _after_cut_off(scene.facts, when)


def _says_sign(_wanted: object, scene: Scene) -> bool:
    agreed = next(iter(scene.memory.slots.get("word", {}).values()), "")
    said, sign = "".join(words(scene.plain)), "".join(words(agreed))
    if not sign:
        return is_time_out(scene.plain)
    return sign in said or SequenceMatcher(None, sign, said).ratio() >= _ALIKE


def _echoes(_wanted: object, scene: Scene) -> bool:
    """The remembered feeling's own word, or another that the couple's list puts beside it."""
    said = scene.memory.slots.get("feeling", {}).values()
    heard = scene.meaning.feelings if scene.meaning else ()
    return any(word in heard or word in scene.plain.split() for word in said)


def _promise(wanted: object, scene: Scene) -> bool:
    promise = scene.meaning.promise if scene.meaning else None
    if promise is None:
        return False
    if promise.refused is not None:
        return wanted == "refused"
    whole = promise.what is not None and promise.by is not None
    return wanted == ("complete" if whole else "partial")


_OF_WORDS: dict[str, Callable[[Any, Scene], bool]] = {
    "yes_no": lambda w, s: s.meaning is not None and s.meaning.yes_no == w,
    "choice": lambda w, s: s.meaning is not None and s.meaning.choice in w,
    "score_at_most": lambda w, s: (n := _score(s)) is not None and n <= w,
    "score_at_least": lambda w, s: (n := _score(s)) is not None and n >= w,
    "names_feeling": lambda _w, s: s.meaning is not None and bool(s.meaning.feelings),
    "echoes_feeling": _echoes,
    "stance": lambda w, s: s.meaning is not None and s.meaning.stance in w,
    "words_at_most": lambda w, s: len(words(s.plain)) <= w,
    "words_at_least": lambda w, s: len(words(s.plain)) >= w,
    "starts_with_i": lambda _w, s: bool(re.match(r"(um |uh |well |so |okay )*i\b", s.plain)),
    "has_if_or_but": lambda _w, s: bool(re.search(r"\b(if|but|however)\b", s.plain)),
    "owns_it": lambda _w, s: bool(_OWN.search(s.plain)),
    "says_sorry": lambda _w, s: bool(_SORRY.search(s.plain)),
    "blames_you": lambda _w, s: bool(_BLAME.search(s.plain)),
    "leaves": lambda _w, s: bool(_LEAVE.search(s.plain)),
    "says_enough": lambda _w, s: says_enough(s.plain),
    "promise": _promise,
    "names_time": lambda _w, s: s.meaning is not None and s.meaning.time is not None,
    "break_length": _break_length,
    "late_hour": _late_hour,
    "says_sign": _says_sign,
    "plain_word": lambda _w, s: s.meaning is not None and is_plain(s.meaning),
}


def _done_within(wanted: dict[str, int], scene: Scene) -> bool:
    for dialog, days in wanted.items():
        done = scene.facts.completed.get(dialog)
        if done is None or scene.now - done > timedelta(days=days):
            return False
    return True


def _every_score(wanted: float, scene: Scene) -> bool:
    scores = scene.memory.scores.get("wound_up", {})
    return len(scores) == 2 and all(value <= wanted for value in scores.values())


def _promise_due(_wanted: object, scene: Scene) -> bool:
    return any(promise.maker == scene.partner for promise in scene.facts.due_promises)


_OF_WORLD: dict[str, Callable[[Any, Scene], bool]] = {
    "has_crisis_line": lambda _w, s: bool(s.facts.help_lines.get("crisis")),
    "named": lambda _w, s: bool(s.facts.names),
    "light": lambda _w, s: s.memory.light or s.facts.light,
    "after_cut_off": lambda _w, s: _after_cut_off(s.facts, s.now),
    "promise_due": _promise_due,
    "parked_tonight": lambda _w, s: s.memory.parked,
    "done_within_days": _done_within,
    "never_done": lambda w, s: w not in s.facts.completed,
    "every_score_at_most": _every_score,
    "remembered": lambda w, s: bool(s.memory.slots.get(w)),
    "partner_said": lambda w, s: bool(s.memory.slots.get(w, {}).get(s.partner or "")),
    "both_said": lambda w, s: all(s.memory.slots.get(w, {}).get(p) for p in ("a", "b")),
    "visits_at_least": lambda w, s: s.memory.visits.get(s.node, 0) >= w,
}


def _after_cut_off(facts: Facts, now: datetime) -> bool:
    """After the couple's hour, within an hour of bedtime (S22), or in the small hours."""
    minutes = now.hour * 60 + now.minute
    cut_off = facts.cut_off.hour * 60 + facts.cut_off.minute
    bed = facts.bedtime.hour * 60 + facts.bedtime.minute
    to_bed = (bed - minutes) % (24 * 60)
    return minutes >= cut_off or to_bed <= 60 or minutes < 5 * 60
