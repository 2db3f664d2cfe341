"""Thousands of turns of whatever people say, through the real mind, machine and journal.

One couple after another, each for several evenings on one journal: the corpus's sentences and
torn ones, odd letters, meanings that no words have, silence, talking at once, strangers, power
cuts and clocks that are set.  ``VOICE_CHECKIN_TURNS=10000`` holds more of them than an ordinary
run of the tests.
"""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

from tests.session.couple import Couple
from voice_checkin.journal.keys import MemoryKey
from voice_checkin.journal.memory import MemoryJournal
from voice_checkin.journal.seams import Journal
from voice_checkin.journal.store import Store

pytestmark = [pytest.mark.session, pytest.mark.timeout(900)]

TURNS = int(os.environ.get("VOICE_CHECKIN_TURNS", "1500"))


@pytest.mark.parametrize("part", range(4))
def test_whatever_is_said_no_turn_fails_and_every_evening_ends(part: int, tmp_path: Path) -> None:
    turns, couple, ended = 0, 0, Counter[str]()
    while turns < TURNS / 4:
        seed = couple * 4 + part
        two, folder = Couple(seed), tmp_path / str(couple)
        # Every third journal is a real one on the disk; writing it takes most of the time.
        journal: Journal = (
            MemoryJournal() if couple % 3 else Store(folder, MemoryKey("ab" * 48)).open(two.wall)
        )
        try:
            for _ in range(6):
                two.hold(journal)
        except Exception as error:
            error.add_note(f"the couple with seed {seed}, evening {sum(two.ended.values())}")
            raise
        finally:
            journal.close()
        turns, couple, ended = turns + two.turns, couple + 1, ended + two.ended
    assert len(ended) > 1
