"""The first evening: names are read back, and kept only after a yes."""

from __future__ import annotations

import pytest

from tests.dialog.conversation import US, Conversation
from voice_checkin.dialog.books import first_name
from voice_checkin.dialog.facts import Facts

pytestmark = pytest.mark.session


def first_evening() -> Conversation:
    return Conversation("setup", Facts(help_lines=US)).until("name")


@pytest.mark.parametrize(
    ("said", "name"),
    [("Ana", "Ana"), ("my name is ana.", "Ana"), ("I'm Ben", "Ben"), ("um, it's Ben.", "Ben"),
     ("call me Jo please", "Jo"), ("", "")],
)  # fmt: skip
def test_a_first_name_is_found_in_what_is_said(said: str, name: str) -> None:
    assert first_name(said) == name


def test_a_name_is_read_back_and_kept_after_a_yes() -> None:
    talk = first_evening()
    talk.hear("my name is ana")
    asked = talk.says()
    talk.yes()

    assert asked == ["I heard Ana. Is that right?"]
    assert [(r.partner, r.text) for r in talk.kept()] == [("a", "Ana")]


def test_a_wrong_name_is_asked_again_and_then_left() -> None:
    talk = first_evening()
    for _ in range(3):
        talk.hear("anna banana")
        talk.no()

    assert talk.kept() == []
    assert (talk.listen.beat, talk.listen.partner) == ("name", "b")


def test_everybody_hears_the_help_card() -> None:
    talk = first_evening()
    while talk.ended is None:
        talk.command("skip")

    assert "In danger, call 911." in talk.all_said()
    assert any("988" in line for line in talk.all_said())


def test_a_voice_is_learned_only_after_a_yes_and_declining_is_fine() -> None:
    talk = Conversation("setup", Facts(help_lines=US)).until("voice_ok")
    talk.no()
    assert "That's fine. I'll go by whose turn it is." in talk.says()
    assert (talk.listen.beat, talk.listen.partner) == ("voice_ok", "b")
    talk.yes()
    assert (talk.listen.beat, talk.listen.partner) == ("voice_say_1", "b")


def test_voices_are_forgotten_when_somebody_says_so() -> None:
    talk = Conversation("setup", Facts(help_lines=US)).until("voice_say_1")
    talk.hear("forget my voice", command="forget")
    talk.yes()

    assert "Done. I no longer know your voices." in talk.says()
    assert talk.forgets() == ["voices"]
    assert talk.ended is None
