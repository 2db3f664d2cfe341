"""What people said, as sound, is nowhere in memory once the turn was taken (S27)."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from tests.journal.people import home_environment
from tests.memory import numbers_in_memory, reads_memory
from voice_checkin.events import Samples
from voice_checkin.speaking.choose import choose_voice
from voice_checkin.words import RATE_HZ

pytestmark = [pytest.mark.ears, pytest.mark.timeout(180), reads_memory]

VEIL = 0x5A5A
"""The listener under test gets its sound veiled, so that it is in the clear only where it hears."""
WINDOW = 48
"""Samples of a needle: 3 ms, too long for chance."""
LOOKS = 40
"""Needles that are taken out of each segment as it is decoded."""
LISTENER = f"""
import sys
import numpy as np
from voice_checkin.clock import SampleClock
from voice_checkin.events import FramePair, Segment
from voice_checkin.listening.choose import choose_recognizer
from voice_checkin.listening.decoder import Decoder
from voice_checkin.listening.models import models_folder
from voice_checkin.session.wiring import load_ears
from voice_checkin.words import Expecting, Kind

class Spy:
    name = "spy"
    def __init__(self, inner):
        self.inner, self.windows = inner, []
    def load(self):
        self.inner.load()
    def decode(self, samples, hint):
        for at in np.linspace(0, len(samples) - {WINDOW}, {LOOKS}).astype(int):
            self.windows.append((samples[at : at + {WINDOW}] ^ np.int16({VEIL})).tobytes().hex())
        return self.inner.decode(samples, hint)

veiled = np.fromfile(sys.argv[1], dtype=np.int16)
spy = Spy(choose_recognizer("moonshine", models_folder()))
spy.load()
ears, decoder = load_ears(), Decoder(spy)
ears.expect(Expecting(kind=Kind.FREE))
far, texts = np.zeros(160, dtype=np.int16), []
hiss = np.random.default_rng(1)
def hear(near):
    global index
    for event in ears.process(FramePair(near=near, far=far, index=index)):
        if isinstance(event, Segment):
            decoder.announce(event)
            heard = decoder.decode(event)
            texts.append(heard.transcript.text if heard else "")
    index += 1
index = 0
for at in range(0, len(veiled) - 159, 160):
    hear(veiled[at : at + 160] ^ np.int16({VEIL}))
if sys.argv[2] == "at once":
    near = veiled ^ np.int16({VEIL})
for _ in range(int(sys.argv[3])):
    hear(hiss.integers(-3, 4, 160).astype(np.int16))
print("|".join(texts), *spy.windows, sep="\\n")
print("done", flush=True)
sys.stdin.readline()
"""


@dataclass(frozen=True)
class Left:
    """What was heard, and how often its sound stands in memory: by source and kind of number."""

    heard: str
    found: Counter[tuple[str, str]]


def speech() -> Samples:
    voice = choose_voice("espeak:en-us+f3")
    said = ("I felt alone on Sunday when you went out", "and I cried in the kitchen")
    parts = [voice.render(text, 150).samples for text in said]
    pause = np.zeros(int(0.4 * RATE_HZ), dtype=np.int16)
    return np.concatenate([pause, parts[0], pause, parts[1]])


def needles(source: str, windows: list[Samples]) -> dict[str, bytes]:
    """Return what to look for: the samples as they come, and as the engines take them."""
    found = {}
    for number, window in enumerate(windows):
        if np.abs(window.astype(np.int32)).max() > 500 and abs(int(window[0])) > 50:
            full = window / 32768.0
            found[f"{source}/int16/{number}"] = window.tobytes()
            found[f"{source}/float/{number}"] = full.astype(np.float32).tobytes()
            found[f"{source}/double/{number}"] = full.tobytes()
            found[f"{source}/unscaled/{number}"] = window.astype(np.float32).tobytes()
    assert len(found) > 20
    return found


def listen(folder: Path, how: str = "", silence_s: float = 6.0) -> Left:
    """Let a process hear the speech and then silence, and search its memory."""
    spoken = speech()
    (spoken ^ np.int16(VEIL)).tofile(folder / "veiled")
    with subprocess.Popen(
        [sys.executable, "-c", LISTENER, str(folder / "veiled"), how, str(int(silence_s * 100))],
        env=home_environment(folder), cwd=folder, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    ) as child:  # fmt: skip
        assert child.stdout is not None
        lines = []
        for line in child.stdout:
            if line == "done\n":
                break
            lines.append(line.strip())
        places = np.linspace(0, len(spoken) - WINDOW, 60).astype(int)
        decoded = [
            np.frombuffer(bytes.fromhex(line), np.int16) ^ np.int16(VEIL) for line in lines[1:]
        ]
        hits = numbers_in_memory(
            child.pid,
            needles("microphone", [spoken[at : at + WINDOW] for at in places])
            | needles("earlier", decoded[:-LOOKS])
            | needles("last", decoded[-LOOKS:]),
        )
        child.kill()
    found: Counter[tuple[str, str]] = Counter()
    for name, count in hits.items():
        source, kind, _ = name.split("/")
        found[source, kind] += count
    return Left(lines[0], +found)


def test_after_a_turn_no_sound_of_it_is_in_memory_but_the_engines_last(tmp_path: Path) -> None:
    """Moonshine leaves floats of what it decoded lately in memory that it has freed."""
    left = listen(tmp_path)

    assert "sunday" in left.heard.lower()
    assert set(left.found) <= {("last", "float"), ("last", "unscaled"), ("earlier", "float")}


def test_the_search_does_see_sound_that_is_kept(tmp_path: Path) -> None:
    assert listen(tmp_path, how="at once").found["microphone", "int16"] > 20
