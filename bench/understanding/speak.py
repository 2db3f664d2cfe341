"""Speak held-out sentences to the real recogniser and keep what it heard beside what was said.

``nice -n 15 python -m bench.understanding.speak [--every 4]``: every fourth line of each held-out
file, by five voices, in a clean room and with noise at 20 and 10 dB.  Writes
``tests/corpus/held_out/heard.jsonl``; a run that was broken off goes on where it stopped.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict, dataclass
from zlib import crc32

import numpy as np

from bench.understanding.held_out import FOLDER, lines
from voice_checkin.listening.choose import choose_recognizer
from voice_checkin.listening.models import models_folder
from voice_checkin.rehearsal.noises import Steady, steady
from voice_checkin.speaking.choose import choose_voice
from voice_checkin.speaking.seams import Synthesizer
from voice_checkin.words import RATE_HZ, Expecting

HEARD = FOLDER / "heard.jsonl"
VOICES = {
    "espeak:en-us+f3": 150, "espeak:en-gb+f4": 145, "espeak:en-us+m3": 160,
    "espeak:en-gb+m1": 150, "piper": 150,
}  # fmt: skip
"""Voice to words a minute: the pace of tired talk."""
NOISES: dict[str, float | None] = {"clean": None, "20 dB": 20.0, "10 dB": 10.0}
NOISE: Steady = "brown"
"""The noise of a rehearsal's room: a house with a fan, a road or rain outside."""
QUIET_S = 0.3
"""Before and behind the words, as the ears' segments have it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One sentence as one voice said it, and what the recogniser made of it."""

    kind: str
    line: int
    asked: str
    label: str
    said: str
    voice: str
    room: str
    heard: str
    confidence: float


def heard() -> list[Heard]:
    """Return what was kept; none where nothing was spoken yet."""
    if not HEARD.is_file():
        return []
    return [Heard(**json.loads(row)) for row in HEARD.read_text(encoding="utf-8").splitlines()]


def sound_of(
    text: str, name: str, voice: Synthesizer, pace: int, snr_db: float | None
) -> np.ndarray:
    """Return one sentence as a voice says it, in a room with that much noise."""
    quiet = np.zeros(int(QUIET_S * RATE_HZ), dtype=np.int16)
    words = voice.render(text, pace).samples
    sound = np.concatenate([quiet, words, quiet])
    if snr_db is None:
        return sound
    noise = steady(NOISE, snr_db, 11)
    start = crc32(f"{text}/{name}".encode()) % (len(noise) - 1)
    bed = np.take(noise, np.arange(start, start + len(sound)), mode="wrap")
    return np.clip(sound + bed, -32767, 32767).astype(np.int16)


def main() -> None:
    """Speak what is not in the file yet."""
    wants = argparse.ArgumentParser(description=__doc__)
    wants.add_argument("--every", type=int, default=4, help="of the lines of each file")
    wants.add_argument("--kinds", nargs="*", default=[], help="only these files: risk negatives")
    options = wants.parse_args()
    every, kinds = options.every, options.kinds
    done = {(one.kind, one.line, one.voice, one.room) for one in heard()}
    ears = choose_recognizer("moonshine", models_folder())
    ears.load()
    voices = {name: choose_voice(name) for name in VOICES}
    sample = [one for number, one in enumerate(lines()) if number % every == 0]
    sample = [one for one in sample if not kinds or one.kind in kinds]
    sample.sort(key=lambda one: crc32(one.text.encode()))  # a run broken off is a fair sample too
    with HEARD.open("a", encoding="utf-8") as kept:
        for one in sample:
            for name, voice in voices.items():
                for room, snr_db in NOISES.items():
                    if (one.kind, one.line, name, room) in done:
                        continue
                    sound = sound_of(one.text, name, voice, VOICES[name], snr_db)
                    words = ears.decode(sound, Expecting(kind=one.asked))
                    row = Heard(
                        kind=one.kind, line=one.line, asked=str(one.asked), label=one.label,
                        said=one.text, voice=name, room=room, heard=words.text,
                        confidence=words.confidence,
                    )  # fmt: skip
                    kept.write(json.dumps(asdict(row), ensure_ascii=False) + "\n")
            kept.flush()
    print(f"{HEARD.name}: {len(heard())} rows")


if __name__ == "__main__":
    main()
