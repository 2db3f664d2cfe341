"""A second language: lines by id in one file, and no Python touched."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.dialog.conversation import EVENING, NAMES, US
from voice_checkin.cli.app import run
from voice_checkin.dialog.actions import Action, End, Listen, Say
from voice_checkin.dialog.check import script_lines
from voice_checkin.dialog.facts import Facts, Turn
from voice_checkin.dialog.machine import Machine
from voice_checkin.dialog.page import translation_page
from voice_checkin.dialog.translate import parse_translation
from voice_checkin.scripts import (
    find_translation,
    load_always,
    load_script,
    load_translation,
    script_names,
)
from voice_checkin.understanding.meaning import Meaning
from voice_checkin.words import Kind

pytestmark = pytest.mark.mind

SPANISH = Path(__file__).parent / "lines" / "es.yaml"


def test_a_conversation_is_held_in_spanish_from_hello_to_good_night() -> None:
    script = load_script("slip", translations=SPANISH)
    always = load_always(translations=SPANISH)
    machine = Machine(script, always, Facts(names=NAMES, help_lines=US))
    batch: list[Action] = machine.begin(EVENING)
    said: list[str] = []
    for _ in range(30):
        said += [action.text for action in batch if isinstance(action, Say)]
        after = batch[-1]
        if isinstance(after, End):
            break
        assert isinstance(after, Listen)
        meaning = Meaning(text="s\u00ed", yes_no="yes")
        if after.expecting.kind is Kind.CHOICE:
            option = after.expecting.options[0]
            assert "te escuch\u00e9" in option.phrases
            meaning = Meaning(text=option.phrases[0], choice=option.name)
        batch = machine.hear(Turn(meaning=meaning, now=EVENING, speaker=after.partner))
    english = {text for line in script_lines(load_script("slip").model) for text in line.say}

    assert isinstance(batch[-1], End)
    assert batch[-1].reason == "completed"
    assert said[0] == "Hola, Ana y Ben."
    assert said[-1] == "Eso es todo. Buenas noches."
    assert not english & set(said)


def test_what_is_not_translated_stays_as_it_was() -> None:
    nightly = load_script("nightly", translations=SPANISH)

    assert nightly.model == load_script("nightly").model


def test_nobody_has_a_name_and_both_are_called_something_in_spanish() -> None:
    always = load_always(translations=SPANISH)

    assert (always.partner_one, always.partner_two) == ("Persona uno", "Persona dos")


def test_the_file_that_is_given_to_a_translator_is_a_translation_already() -> None:
    scripts = [load_script(name) for name in script_names()]
    page = "\n".join(translation_page(scripts, load_always(), "fr"))
    translation = parse_translation(page, "fr.yaml", scripts, load_always())

    assert translation.language == "fr"
    assert load_translation(SPANISH).language == "es"


@pytest.mark.parametrize("command", [["talk", "slip", "--keyboard"], ["rehearse", "--fast"]])
def test_a_language_that_is_not_there_is_answered_with_those_that_are(
    command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    code = run([*command, "--language", "xx"])
    said = capsys.readouterr().err

    assert code == 2
    assert "language 'xx'" in said
    assert "en" in said


def test_a_language_is_found_by_its_code_and_english_needs_no_file() -> None:
    assert find_translation("es", SPANISH.parents[1]) == SPANISH
    assert find_translation("en") is None
