"""Feelings that are named, without those that are denied or are a thought about the other."""

from __future__ import annotations

from dataclasses import dataclass

from voice_checkin.understanding.phrases import Tokens, find

_REACH = 4
"""How many tokens a "not" reaches to the feelings it denies."""
_BRIEF = 4
"""Tokens of an answer that needs no "I feel" around an ambiguous word."""
_LONGEST = 160
"""Tokens of a turn in which feelings are looked for."""


@dataclass(frozen=True, slots=True)
class FeelingWords:
    """Data of ``dialogs/feelings.yaml``, by first token."""

    sure: dict[str, tuple[tuple[Tokens, str], ...]]
    framed: dict[str, tuple[tuple[Tokens, str], ...]]
    frames: frozenset[str]
    denials: tuple[Tokens, ...]
    not_denials: tuple[Tokens, ...]
    ends_denial: frozenset[Tokens]
    thoughts: tuple[Tokens, ...]
    ends_thought: tuple[Tokens, ...]
    idioms: tuple[Tokens, ...]


def feelings_of(said: Tokens, words: FeelingWords) -> tuple[str, ...]:
    """Return the names of the feelings in the order said, each once."""
    said = said[:_LONGEST]
    open_places = _spoken(said, words)
    names: list[str] = []
    for place, (size, name, framed) in sorted(_named(said, words).items()):
        if not all(open_places[place : place + size]):
            continue
        if framed and not _in_frame(said, place, words):
            continue
        if not _denied(said, place, words) and name not in names:
            names.append(name)
    return tuple(names)


def _named(said: Tokens, words: FeelingWords) -> dict[int, tuple[int, str, bool]]:
    found: dict[int, tuple[int, str, bool]] = {}
    place = 0
    while place < len(said):
        best: tuple[int, str, bool] | None = None
        for table, framed in ((words.sure, False), (words.framed, True)):
            for phrase, name in table.get(said[place], ()):
                size = len(phrase)
                if said[place : place + size] == phrase and (best is None or size > best[0]):
                    best = (size, name, framed)
        if best is None:
            place += 1
        else:
            found[place] = best
            place += best[0]
    return found


def _spoken(said: Tokens, words: FeelingWords) -> list[bool]:
    """Mark tokens that may name a feeling: not inside an idiom or a thought about the other."""
    marks = [True] * len(said)
    for idiom in words.idioms:
        place = find(said, idiom)
        while place >= 0:
            marks[place : place + len(idiom)] = [False] * len(idiom)
            place = find(said, idiom, place + 1)
    for thought in words.thoughts:
        place = find(said, thought)
        while place >= 0:
            start = place + len(thought)
            ends = [end for phrase in words.ends_thought if (end := find(said, phrase, start)) >= 0]
            end = min(ends, default=len(said))
            marks[place:end] = [False] * (end - place)
            place = find(said, thought, start)
    return marks


def _in_frame(said: Tokens, place: int, words: FeelingWords) -> bool:
    if len(said) <= _BRIEF and not {"you", "we", "it"} & set(said[:place]):
        return True
    return place > 0 and said[place - 1] in words.frames


def _denied(said: Tokens, place: int, words: FeelingWords) -> bool:
    for start in range(place - 1, max(-1, place - _REACH - 3), -1):
        for phrase in words.ends_denial:
            if said[start : start + len(phrase)] == phrase and start + len(phrase) <= place:
                # A new clause began after any "not" further left.
                return _denies(said, start, place, words)
    return _denies(said, max(0, place - _REACH - 2), place, words)


def _denies(said: Tokens, start: int, place: int, words: FeelingWords) -> bool:
    span = said[start : place + 1]
    if any(find(span, phrase) >= 0 for phrase in words.not_denials):
        return False
    return any(find(span[:-1], phrase) >= 0 for phrase in words.denials)
