"""Conversations on paper: what two people do, and every word that follows.

Each file of ``conversations/`` lies in a folder named for what people do; its transcript lies
beside it.  ``pytest tests/dialog --update-golden`` writes them anew; read the difference.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.dialog.transcript import Transcript, read_plan, unused
from voice_checkin.scripts import script_names

pytestmark = pytest.mark.mind

FOLDER = Path(__file__).parent / "conversations"
FILES = sorted(FOLDER.rglob("*.yaml"))
LEAST = 6
"""Conversations on paper that every script has."""


@pytest.mark.parametrize("path", FILES, ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_the_conversation_goes_as_it_is_written_down(
    path: Path, request: pytest.FixtureRequest
) -> None:
    talk = Transcript(read_plan(path))
    page = talk.hold()
    written = path.with_suffix(".txt")
    if request.config.getoption("--update-golden", default=False):
        written.write_text(page, encoding="utf-8")

    assert unused(talk) == {}
    assert written.read_text(encoding="utf-8") == page


def test_every_script_has_six_conversations_on_paper() -> None:
    held = Counter(read_plan(path).dialog for path in FILES)

    assert {name: held[name] for name in script_names() if held[name] < LEAST} == {}


def test_no_transcript_is_left_without_its_conversation() -> None:
    assert [p.name for p in FOLDER.rglob("*.txt") if not p.with_suffix(".yaml").exists()] == []
