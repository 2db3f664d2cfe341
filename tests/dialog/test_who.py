"""Whose answer it was: consent, an apology and a promise are nobody's but their own (issue 6).

With voices that are known the session says who spoke, or that it is unsure; without, it takes the
one who was asked to have spoken (`tests/session/test_who.py`).
"""

from __future__ import annotations

import json

import pytest

from tests.dialog.conversation import NAMES, Conversation, script_of
from tests.dialog.everywhere import HELD, at
from voice_checkin.dialog.actions import Keep, Listen
from voice_checkin.dialog.facts import Turn
from voice_checkin.dialog.schema import Beat
from voice_checkin.scripts import script_names
from voice_checkin.understanding.meaning import Meaning, Promise
from voice_checkin.words import Kind, PartnerId, other

pytestmark = [pytest.mark.mind, pytest.mark.timeout(60)]

OF_ONE = [
    (name, key)
    for name in script_names()
    for key, node in script_of(name).nodes.items()
    if node.beat.matters and node.beat.ask not in (None, "either")
]
"""Every question whose answer matters, of one of the two."""
WORDS = {
    Kind.YES_NO: Meaning(text="yes", yes_no="yes"),
    Kind.PROMISE: Meaning(
        text="I will call at noon by friday",
        promise=Promise(who="me", what="call at noon", by="by friday"),
    ),
}
APOLOGY = Meaning(text="I am sorry that I hurt you, it was my fault", stance="apologize")


def words_for(beat: Beat) -> Meaning:
    assert beat.expect is not None
    return WORDS.get(beat.expect.kind, APOLOGY)


def said_by(talk: Conversation, speaker: PartnerId | None, meaning: Meaning) -> None:
    talk.take(talk.machine.hear(Turn(meaning=meaning, now=talk.now, speaker=speaker)))


def state(talk: Conversation) -> str:
    """Return what an answer could change, written down; how long somebody spoke is left out."""
    memory = talk.machine.memory.to_data()
    left_out = ("interlude", "doubts", "floor", "silences")
    return json.dumps({k: v for k, v in memory.items() if k not in left_out}, sort_keys=True)


def is_consent(beat: Beat) -> bool:
    return beat.beat == "consent"


def is_promise(beat: Beat) -> bool:
    return any(entry.kind == "promise" for result in beat.results for entry in result.keep)


def is_apology(beat: Beat) -> bool:
    return any(r.when is not None and r.when.says_sorry is not None for r in beat.results)


def test_consent_apologies_and_kept_promises_are_all_marked_as_what_matters() -> None:
    unmarked = [
        f"{name}:{key}"
        for name in script_names()
        for key, node in script_of(name).nodes.items()
        if is_consent(node.beat) or is_promise(node.beat) or is_apology(node.beat)
        if not node.beat.matters
    ]
    beats = [script_of(name).nodes[key].beat for name, key in OF_ONE]

    assert unmarked == []
    for kind in (is_consent, is_promise, is_apology):
        assert any(kind(beat) for beat in beats)


@pytest.mark.parametrize(("name", "key"), OF_ONE)
def test_who_answers_for_the_other_is_thanked_and_nothing_is_taken_from_them(
    name: str, key: str
) -> None:
    talk = at(name, key, HELD)
    asked, before = talk.listen.partner, state(talk)
    assert asked is not None
    said_by(talk, other(asked), words_for(script_of(name).nodes[key].beat))

    assert talk.says() == [f"Thank you. This one is for {NAMES[asked]}."]
    assert isinstance(talk.after, Listen)
    assert talk.listen.partner == asked
    assert state(talk) == before
    assert not any(isinstance(action, Keep) for action in talk.batch)


@pytest.mark.parametrize(("name", "key"), OF_ONE)
@pytest.mark.parametrize("named", ["the other", "nobody"])
def test_what_nobody_knows_the_voice_of_is_asked_for_and_never_guessed(
    name: str, key: str, named: str
) -> None:
    talk = at(name, key, HELD)
    asked, before = talk.listen.partner, state(talk)
    assert asked is not None
    said_by(talk, None, words_for(script_of(name).nodes[key].beat))
    assert talk.says() == ["Please say your name. Who was that?"]
    assert state(talk) == before

    name_said = NAMES[other(asked)] if named == "the other" else "me of course"
    said_by(talk, None, Meaning(text=name_said))
    assert talk.listen.partner == asked
    assert state(talk) == before
    assert not any(isinstance(action, Keep) for action in talk.batch)


@pytest.mark.parametrize(("name", "key"), OF_ONE)
def test_a_name_or_a_sure_voice_makes_it_the_answer_of_the_one_who_was_asked(
    name: str, key: str
) -> None:
    meaning = words_for(script_of(name).nodes[key].beat)
    known = at(name, key, HELD)
    said_by(known, known.listen.partner, meaning)
    result = state(known)

    for by_name in (True, False):
        talk = at(name, key, HELD)
        asked = talk.listen.partner
        assert asked is not None
        said_by(talk, None, meaning)
        text = NAMES[asked] if by_name else "me"
        said_by(talk, None if by_name else asked, Meaning(text=text))
        assert state(talk) == result


def test_a_question_that_does_not_matter_is_not_held_up_by_an_unsure_voice() -> None:
    talk = at("nightly", "day.1", HELD)
    said_by(talk, None, Meaning(text="busy"))

    assert talk.listen.partner == "b"
