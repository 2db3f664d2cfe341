"""A whole evening with the real mind and the real journal, killed again and again."""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.safety_benchmark.evenings import AFTERNOON, KEY, SETTINGS
from voice_checkin.clock import SampleClock
from voice_checkin.dialog.actions import End, Listen
from voice_checkin.dialog.compile import Compiled
from voice_checkin.journal.facts import build_facts
from voice_checkin.journal.keys import MemoryKey
from voice_checkin.journal.store import Store
from voice_checkin.lexicon import load_understanding
from voice_checkin.locales import load_help_lines
from voice_checkin.rehearsal.director import sample_for
from voice_checkin.scripts import load_always, load_script
from voice_checkin.session.evening import Evening, Understand
from voice_checkin.session.wiring import build_machine
from voice_checkin.understanding.meaning import Meaning
from voice_checkin.words import Expecting

pytestmark = [pytest.mark.journal, pytest.mark.timeout(300)]

KILLS = int(os.environ.get("VOICE_CHECKIN_KILLS", "200"))
MOST_WAIT_S = 0.012
"""A turn and its commit take about this long: kills fall before, into and after commits."""


def hold(
    folder: Path, script: Compiled, understand: Understand, heard: Callable[[str], None]
) -> str:
    """Hold or take up the evening with the script's sample answers; return how it ended."""
    lines, clock = load_help_lines("us").spoken(), SampleClock(AFTERNOON)
    name = script.model.script
    with Store(folder, MemoryKey(KEY)).open(AFTERNOON) as store:
        found = store.unfinished(AFTERNOON)
        begun = store.resume_evening(found) if found else store.begin_evening(name, AFTERNOON)
        facts = build_facts(store, SETTINGS, AFTERNOON, help_lines=lines, evening=begun)
        snapshot = dict(found.snapshot) if found else None
        machine = build_machine(script, load_always(), facts, snapshot)
        evening = Evening(machine, understand, store, clock.wall)
        batch = evening.resume() if found else evening.begin()
        while isinstance(wait := batch[-1], Listen):
            clock.advance(4)
            text = sample_for(script, wait.beat, wait.partner or "a", 0) or "yes"
            batch = evening.hear(understand(text, wait.expecting), speaker=wait.partner)
            heard(wait.beat)
    assert isinstance(wait, End)
    return wait.reason


def kept(folder: Path) -> Counter[tuple[object, ...]]:
    """Return what the journal holds, each with how often."""
    with Store(folder, MemoryKey(KEY)).open(AFTERNOON) as store:
        assert store.nights() <= 1
        return Counter(
            (r.kind, r.partner, r.name, r.text, r.value, r.due)
            for r in (entry.record for entry in store.recall())
        )


def killed(folder: Path, script: Compiled, understand: Understand, chance: random.Random) -> bool:
    """Hold the evening in a process of its own and kill it; False where it was over by then."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            ended = hold(folder, script, understand, lambda _: os.write(writing, b".") and None)
            os._exit(0 if ended == "completed" else 3)
        finally:
            os._exit(4)
    os.close(writing)
    for _ in range(chance.randrange(6)):
        os.read(reading, 1)
    time.sleep(chance.uniform(0, MOST_WAIT_S))
    os.kill(child, signal.SIGKILL)
    os.close(reading)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return not over(folder)
    assert os.WEXITSTATUS(status) == 0
    return False


def over(folder: Path) -> bool:
    """Tell whether the evening was closed: it was held, and there is nothing to take up."""
    with Store(folder, MemoryKey(KEY)).open(AFTERNOON) as store:
        return store.nights() == 1 and store.unfinished(AFTERNOON) is None


@pytest.mark.parametrize("name", ["nightly", "weekly"])
def test_killed_two_hundred_times_no_evening_loses_or_doubles_what_was_confirmed(
    name: str, tmp_path: Path
) -> None:
    script, mind = load_script(name), load_understanding().understand
    meanings: dict[tuple[str, Expecting], Meaning] = {}

    def asked(text: str, expecting: Expecting) -> Meaning:
        return meanings.setdefault((text, expecting), mind(text, expecting))

    def remembered(text: str, expecting: Expecting) -> Meaning:
        # No forked process may ask the encoder, whose threads stay behind.
        return meanings[text, expecting]

    beats: list[str] = []
    assert hold(tmp_path / "whole", script, asked, beats.append) == "completed"
    expected = kept(tmp_path / "whole")
    assert len(beats) > 8
    assert expected

    chance, kills, evening, at_once = random.Random(11), 0, 0, 0
    while kills < KILLS // 2:
        folder, before = tmp_path / str(evening), kills
        while killed(folder, script, remembered, chance):
            kills += 1
            assert kept(folder) <= expected, "nothing is doubled, and nothing was made up"
        evening, at_once = evening + 1, at_once + (kills == before)
        assert kept(folder) == expected
    assert evening > at_once, "some evenings were killed on their way and came to their end"
