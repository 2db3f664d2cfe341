"""The words themselves: one page for a review, and words that a tired person follows."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import readability

from voice_checkin.dialog.check import script_lines
from voice_checkin.dialog.page import lines_page
from voice_checkin.scripts import load_always, load_script, script_names

pytestmark = pytest.mark.mind

ROOT = Path(__file__).resolve().parents[2]
HIGHEST_GRADE = 6.0


def test_the_page_of_all_lines_is_current() -> None:
    """Made by ``voice-checkin dialogs lines > docs/lines.md``."""
    scripts = [load_script(name) for name in script_names()]
    page = "\n".join(lines_page(scripts, load_always())) + "\n"

    assert (ROOT / "docs" / "lines.md").read_text(encoding="utf-8") == page


@pytest.mark.parametrize("name", script_names())
def test_a_sixth_grader_can_follow_every_conversation(name: str) -> None:
    """Flesch-Kincaid over a script's sentences, a name standing in for each placeholder."""
    texts = [text for line in script_lines(load_script(name).model) for text in line.say]
    sentences = [
        re.sub(r"[^\w' ]", " ", re.sub(r"\{[a-z_]+\}", "Ben", sentence))
        for text in texts
        for sentence in re.split(r"(?<=[.?!])\s+", text)
    ]
    grades = readability.getmeasures(sentences, lang="en")["readability grades"]

    assert grades["Kincaid"] <= HIGHEST_GRADE
