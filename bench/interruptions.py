"""Interruptions, frame by frame: how soon a person who talks over the assistant is noticed.

``python -m bench.interruptions [--seconds 120]``: in every room the assistant talks without end,
first alone (its own echo must interrupt nobody), then with people cutting in.  It falls silent as
soon as somebody is likely, and goes on if nobody was.  The room without echo shows what the voice
detector itself needs for the same sentences, where nothing is held.  Then noises, in which nobody
speaks.  No recogniser and no clock: times are samples.  One process a core.  Writes
``bench/INTERRUPTIONS.md``.
"""

from __future__ import annotations

import argparse
import os
import platform
import time
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import cycle
from pathlib import Path
from statistics import median

import numpy as np

from bench.timing import percentile
from tests.ears.voices import RATE, assistant, clipped, echoed, noise, say
from voice_checkin.events import FramePair, Samples, SpeechLikely, SpeechStarted
from voice_checkin.listening.ears import Ears
from voice_checkin.listening.vad import SileroVoice
from voice_checkin.rehearsal.noises import Floats, Steady, steady, sudden
from voice_checkin.sound.echo import EchoCanceller
from voice_checkin.words import FRAME_SAMPLES

OUT = Path(__file__).parent / "INTERRUPTIONS.md"
ECHOES = [(db, delay) for db in (-20.0, -10.0, -6.0) for delay in (20, 60, 120, 200)]
PEOPLE = (("en-us+m1", "en-gb+f2", "en-us+f4", "en-gb+m4"),
          ("Wait a moment, I need a break.", "No, stop.", "Hold on.", "Sorry, can I say something?",
           "Stop please.", "I didn't mean that.", "Can you say that again?", "Yes."))  # fmt: skip
LEVELS_DB = (6.0, 0.0, -6.0)
"""Of the person's voice against the echo of ours, at the microphone."""
NOISES: tuple[tuple[Steady, float], ...] = (("brown", 20.0), ("pink", 10.0), ("babble", 10.0),
                                            ("television", 10.0))  # fmt: skip
"""Below the partners' usual voice, in dB."""
SUDDEN_EVERY_S = 4.0
JUMPS = "jumps"
EVERY_S = 5.0
LATE_S = 1.0
"""Later than this an interruption counts as missed."""
FIRST_S = 6.0
STOPS_S = 0.03
"""From noticing to silence: one block of a device, and 10 ms of fade."""


@dataclass(frozen=True, slots=True)
class Room:
    """What the microphone hears of the assistant alone, or of it and a noise."""

    name: str
    far: Samples
    near: Samples
    echo_db: float
    noisy: bool = False
    """Nobody cuts in here: whether the noise does is what is asked."""


def rooms(seconds: float) -> Iterator[Room]:
    """Yield each room; the last ones jump, as when a device's clock is put right."""
    far = assistant(seconds)
    air = noise(len(far), -65).astype(float)
    for db, delay in ECHOES:
        near = clipped(echoed(far, delay_ms=delay, db=db) + air)
        yield Room(f"echo {db:.0f} dB, {delay} ms", far, near, db)
    yield Room("no echo", np.zeros_like(far), clipped(air), -10.0)
    for name, most_ms in (("small", 1.2), ("large", 12.0)):
        near = clipped(_jumping(far, -6.0, most_ms) + air)
        yield Room(f"echo -6 dB, {name} {JUMPS}", far, near, -6.0)


def noisy_rooms(seconds: float) -> Iterator[Room]:
    """Yield rooms in which something is heard while the assistant talks, and nobody speaks."""
    far = assistant(seconds)
    echo = echoed(far, delay_ms=60, db=-10.0)
    sounds = [
        (f"{kind} {snr_db:.0f} dB below a voice", np.resize(steady(kind, snr_db, seed=7), len(far)))
        for kind, snr_db in NOISES
    ]
    sounds.append(("coughs, doors, knocks and clinks", _sudden(len(far))))
    for name, sound in sounds:
        yield Room(name, far, clipped(echo + sound), -10.0, noisy=True)


def _sudden(samples: int) -> Floats:
    """Return a sound as loud as a voice every few seconds, after the first."""
    out: Floats = np.zeros(samples, dtype=np.float32)
    kinds = cycle(("cough", "door", "knock", "clink"))
    for at in range(round(FIRST_S * RATE), samples - RATE, round(SUDDEN_EVERY_S * RATE)):
        sound = sudden(next(kinds))
        out[at : at + len(sound)] += sound[: samples - at]
    return out


def _jumping(far: Samples, db: float, most_ms: float) -> Samples:
    """Let the delay change by up to ``most_ms`` every few seconds."""
    random = np.random.default_rng(11)
    steady = echoed(far, delay_ms=0, db=db)
    out = np.zeros_like(steady)
    at, delay = 0, 150.0
    while at < len(far):
        end = min(len(far), at + round(random.uniform(2.0, 6.0) * RATE))
        shift = round(delay * RATE / 1000)
        places = np.arange(at, end) - shift
        out[at:end] = np.where(places >= 0, steady[np.maximum(places, 0)], 0)
        at, delay = end, float(np.clip(delay + random.uniform(-most_ms, most_ms), 100, 200))
    return out


def starts(near: Samples, far: Samples) -> list[SpeechLikely | SpeechStarted]:
    """Return every start of speech that the ears suspect or believe in."""
    ears = Ears(SileroVoice(), EchoCanceller())
    found: list[SpeechLikely | SpeechStarted] = []
    for index, at in enumerate(range(0, len(near) - FRAME_SAMPLES, FRAME_SAMPLES)):
        part = slice(at, at + FRAME_SAMPLES)
        pair = FramePair(near=near[part], far=far[part], index=index)
        events = ears.process(pair)
        found += [e for e in events if isinstance(e, SpeechLikely | SpeechStarted)]
    return found


def seen(events: list[SpeechLikely | SpeechStarted], kind: type) -> list[float]:
    return [event.seen for event in events if isinstance(event, kind)]


@dataclass(frozen=True, slots=True)
class Took:
    """From the first sample of a person, in ms; None where it did not happen within `LATE_S`."""

    silent: float | None
    certain: float | None


@dataclass(slots=True)
class Found:
    """What came of one room: of each cut-in, by level, when it fell silent and was certain (ms)."""

    room: str
    minutes: float
    held: int
    false: int
    noisy: bool
    took: dict[float, list[Took]] = field(default_factory=lambda: defaultdict(list))

    def all(self) -> list[Took]:
        return [one for those in self.took.values() for one in those]


def try_room(room: Room) -> Found:
    """Let the assistant talk alone, then let people cut in, each level in its turn."""
    alone = starts(room.near, room.far)
    false = len(seen(alone, SpeechStarted))
    held = len(seen(alone, SpeechLikely)) - false
    found = Found(room.name, len(room.near) / RATE / 60, held, false, room.noisy)
    if room.noisy:
        return found
    near = room.near.astype(np.int32)
    voices, words = (cycle(those) for those in PEOPLE)
    begins: list[tuple[float, float]] = []
    at = FIRST_S
    for level_db in cycle(LEVELS_DB):
        if at + EVERY_S >= len(near) / RATE:
            break
        person = say(next(words), next(voices), db=-20.0 + room.echo_db + level_db)
        begin = round(at * RATE)
        near[begin : begin + len(person)] += person
        begins.append((at, level_db))
        at += max(EVERY_S, len(person) / RATE + 1.5) + 0.37
    events = starts(clipped(near), room.far)
    for begin_s, level_db in begins:
        found.took[level_db].append(_took(events, begin_s))
    return found


def _took(events: list[SpeechLikely | SpeechStarted], begin_s: float) -> Took:
    within = [event for event in events if 0 < event.seen - begin_s <= LATE_S]
    certain = next((e.seen for e in within if isinstance(e, SpeechStarted)), None)
    if certain is None:
        return Took(None, None)
    # Of several holds the last one before, as it went on after the others.
    held = [at for at in seen(within, SpeechLikely) if at <= certain]
    silent = max(held, default=certain) + STOPS_S
    return Took((silent - begin_s) * 1000, (certain - begin_s) * 1000)


def row(name: str, took: list[Took], *more: object) -> str:
    cells = [name, *more]
    for kind in ("silent", "certain"):
        ms = [one for took_ in took if (one := getattr(took_, kind)) is not None]
        cells += [f"{median(ms):.0f}", f"{percentile(ms, 0.95):.0f}"] if ms else ["", ""]
    cells.append(sum(one.certain is None for one in took))
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=120.0, help="of talk in each room")
    parser.add_argument("--rooms", default="", help="only rooms whose name has this in it")
    chosen = parser.parse_args()
    began = time.perf_counter()
    every = [*rooms(chosen.seconds), *noisy_rooms(chosen.seconds)]
    wanted = [room for room in every if chosen.rooms in room.name]
    results: list[Found] = []
    noises: list[Found] = []
    with ProcessPoolExecutor() as pool:
        for found in pool.map(try_room, wanted):
            (noises if found.noisy else results).append(found)
            missed = sum(one.certain is None for one in found.all())
            print(found.room, f"{found.false} false, {missed} missed", flush=True)
    minutes = sum(found.minutes for found in results)
    lines = [
        "# Interruptions",
        "",
        f"`python -m bench.interruptions --seconds {chosen.seconds:g}` on {os.cpu_count()} cores "
        f"({platform.machine()}), {datetime.now(UTC):%Y-%m-%d}, "
        f"{time.perf_counter() - began:.0f} s.",
        "",
        f"Interrupted by its own echo: {sum(found.false for found in results)} times in "
        f"{minutes:.0f} minutes of talk; silent for a tenth of a second for it: "
        f"{sum(found.held for found in results)} times.",
        "",
        "From the first sample of a person who talks over the assistant until it has fallen "
        "silent, and until it is certain that somebody talks, in ms. Missed: not certain within "
        f"{LATE_S:g} s.",
        "",
        "| the person against the echo | tried | silent: median | 95th percentile "
        "| certain: median | 95th percentile | missed |",
        "|---|---|---|---|---|---|---|",
    ]
    everything = [one for found in results for one in found.all()]
    for level in LEVELS_DB:
        those = [one for found in results for one in found.took[level]]
        lines.append(row(f"{level:+.0f} dB", those, len(those)))
    steady = [one for found in results if JUMPS not in found.room for one in found.all()]
    lines += [
        row("all", everything, len(everything)),
        row("all, without the rooms whose delay jumps", steady, len(steady)),
        "",
        "| room | own echo | silent: median | 95th percentile | certain: median "
        "| 95th percentile | missed |",
        "|---|---|---|---|---|---|---|",
        *(row(found.room, found.all(), found.false) for found in results),
        "",
        "Nobody speaks but the assistant, whose echo comes back at -10 dB after 60 ms:",
        "",
        "| what else is heard | minutes | interrupted | silent for a moment |",
        "|---|---|---|---|",
        *(
            f"| {found.room} | {found.minutes:.0f} | {found.false} | {found.held} |"
            for found in noises
        ),
    ]
    text = "\n".join(lines) + "\n"
    OUT.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
