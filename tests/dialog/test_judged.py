"""The rules for words, tried on lines that people judged: none of the bad ones may pass."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest
import yaml

from voice_checkin.dialog.check import word_faults
from voice_checkin.scripts import load_always, load_script, script_names

pytestmark = pytest.mark.mind

FILE = Path(__file__).parent / "judged.yaml"
CODES = {"sides": "D35", "claims": "D34", "forgiving": "D36", "goodbyes": "D37"}


def judged() -> dict[str, list[str]]:
    return cast("dict[str, list[str]]", yaml.safe_load(FILE.read_text(encoding="utf-8")))


@pytest.mark.parametrize("kind", CODES)
def test_no_line_that_was_judged_wrong_is_let_into_a_script(kind: str) -> None:
    passed = [
        line
        for line in judged()[kind]
        if CODES[kind] not in {code for code, _ in word_faults(line, goodbye=kind == "goodbyes")}
    ]

    assert passed == []


def test_lines_that_were_judged_fine_are_let_in() -> None:
    refused = [(line, found) for line in judged()["fine"] if (found := list(word_faults(line)))]

    assert refused == []


def test_every_way_in_which_the_lines_stop_or_say_good_night_is_a_good_bye() -> None:
    """A line before an end is held to the rules for good-byes, whatever its id."""
    wrong = []
    for name in script_names():
        for node in load_script(name).nodes.values():
            beat = node.beat
            ends = [(beat.tell or ())] if (beat.then or "").startswith("end.") else []
            ends += [r.say for r in (*beat.results, *(beat.decide or ()))
                     if (r.then or "").startswith("end.")]  # fmt: skip
            wrong += [
                (line.id, found)
                for lines in ends
                for line in lines
                for text in line.say
                if (found := [c for c, _ in word_faults(text, goodbye=True) if c == "D37"])
            ]
    always = load_always()
    for line in (*always.stopped, *always.hard_stop, *always.gone, *always.forgotten):
        assert list(word_faults(line.say[0], goodbye=True)) == []

    assert wrong == []
