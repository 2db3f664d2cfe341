"""Who spoke: partners who have enrolled, told apart by voice, and third voices.

``python -m bench.attribution``: every pair of ten synthetic voices, heard through the same ears as
in a session, enrolled with six sentences and tried with other words.  Writes ``ATTRIBUTION.md``.
"""

from __future__ import annotations

import argparse
import os
import platform
import time
from collections import Counter, defaultdict
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import combinations, repeat
from pathlib import Path

from tests.ears.voices import clipped
from voice_checkin.events import Samples
from voice_checkin.listening.ears import Ears
from voice_checkin.listening.features import look
from voice_checkin.listening.vad import SileroVoice
from voice_checkin.listening.voices import LONG_S, SENTENCE_S, SHORT_S, Voices, enrol
from voice_checkin.rehearsal.run import heard
from voice_checkin.sound.echo import EchoCanceller
from voice_checkin.speaking.choose import choose_voice
from voice_checkin.words import PartnerId

OUT = Path(__file__).parent / "ATTRIBUTION.md"
VOICES = ("espeak:en-us+f3", "espeak:en-us+m3", "espeak:en-us+m1", "espeak:en-gb+f2",
          "espeak:en-us+m7", "espeak:en-gb+f5", "flite:slt", "flite:rms", "flite:awb",
          "flite:kal16")  # fmt: skip
ENROL = ("I was tired today and went to bed early.", "My mother called and it was difficult.",
         "Thank you for making dinner this evening.", "I was proud that I went for a run.",
         "Maybe we can talk about it tomorrow.", "He listened to me when I came home.")  # fmt: skip
TRY = ("Yes.", "No.", "Yes please.", "Yeah, I do.", "Seven.", "Okay.", "No, not tonight.",
       "I felt hurt when you walked away.", "We argued about money again.",
       "I can see how much this hurt you.", "I'm sorry that I shouted at you.",
       "I promise to call you at lunch.")  # fmt: skip
SIZES = ((SHORT_S, "under 0.45 s"), (LONG_S, "0.45 to 0.7 s"), (SENTENCE_S, "0.7 to 1 s"),
         (1e9, "over 1 s"))  # fmt: skip


def segments(voice: str, texts: tuple[str, ...]) -> list[Samples]:
    """Return what the ears make of each text."""
    engine, ears = choose_voice(voice), Ears(SileroVoice(), EchoCanceller())
    found: list[Samples] = []
    for text in texts:
        found += heard(ears, engine.render(text, 150).samples)[:1]
    return found


def size_of(samples: Samples) -> str:
    seen = look(samples)
    if seen is None:
        return "under 0.2 s"
    return next(name for most, name in SIZES if seen.voiced_s < most)


@dataclass(slots=True)
class Tally:
    """What was decided, by the length of the utterance or the kind of mixture."""

    own: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    third: Counter[str] = field(default_factory=Counter)
    both: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    alarms: int = 0

    def add(self, other: Tally) -> None:
        for mine, theirs in ((self.own, other.own), (self.both, other.both)):
            for name, found in theirs.items():
                mine[name] += found
        self.third += other.third
        self.alarms += other.alarms


Said = dict[str, list[Samples]]


def try_pair(first: str, second: str, voices: Voices, tried: Said) -> Tally:
    """Let two partners who have enrolled speak, then everybody else, then both at once."""
    tally = Tally()
    pair: tuple[tuple[PartnerId, str], ...] = (("a", first), ("b", second))
    for partner, voice in pair:
        for samples in tried[voice]:
            who, strange = voices(samples)
            tally.alarms += voices.both(samples)
            result = "strange" if strange else "unsure" if who is None else "wrong"
            tally.own[size_of(samples)]["right" if who == partner else result] += 1
    for voice in VOICES:
        if voice in (first, second):
            continue
        for samples in tried[voice]:
            if size_of(samples) == SIZES[-1][1]:
                who, strange = voices(samples)
                result = "unsure" if who is None else "taken for a partner"
                tally.third["noticed" if strange else result] += 1
    for one, two in zip(tried[first], tried[second], strict=False):
        size = min(len(one), len(two))
        for softer_db in (0, 6, 10):
            soft = two[:size].astype(float) * 10 ** (-softer_db / 20)
            mixed = clipped(one[:size].astype(float) + soft)
            found = look(mixed)
            lasts = found is not None and found.voiced_s >= LONG_S
            name = f"{softer_db} dB apart, " + ("0.7 s or more" if lasts else "shorter")
            tally.both[name][heard_as(voices, mixed)] += 1
    return tally


def main() -> None:
    argparse.ArgumentParser(description=__doc__).parse_args()
    began = time.perf_counter()
    tally = Tally()
    with ProcessPoolExecutor() as pool:
        tried = dict(zip(VOICES, pool.map(segments, VOICES, repeat(TRY)), strict=True))
        prints = {}
        for voice, parts in zip(VOICES, pool.map(segments, VOICES, repeat(ENROL)), strict=True):
            made = enrol(parts)
            assert made is not None, voice
            prints[voice] = made
        jobs = [
            pool.submit(try_pair, first, second,
                        Voices({"a": prints[first], "b": prints[second]}), tried)
            for first, second in combinations(VOICES, 2)
        ]  # fmt: skip
        for job in jobs:
            tally.add(job.result())
    write(tally.own, tally.third, tally.both, tally.alarms, time.perf_counter() - began)


def heard_as(voices: Voices, samples: Samples) -> str:
    """Say what the decoder would make of it."""
    if voices.both(samples):
        return "two at once"
    who, strange = voices(samples)
    return "a stranger" if strange else "unsure" if who is None else "one of them"


def write(own: dict[str, Counter[str]], third: Counter[str], both: dict[str, Counter[str]],
          alarms: int, took_s: float) -> None:  # fmt: skip
    columns = ("right", "unsure", "strange", "wrong")
    lines = [
        "# Who spoke",
        "",
        f"`python -m bench.attribution` on {os.cpu_count()} cores ({platform.machine()}), "
        f"{datetime.now(UTC):%Y-%m-%d}, {took_s:.0f} s: every pair of {len(VOICES)} synthetic "
        "voices (espeak-ng and flite). Not measured on people.",
        "",
        "| voiced sound | utterances | right | unsure | taken for a stranger | wrong |",
        "|---|---|---|---|---|---|",
    ]
    for name in ("under 0.2 s", *(name for _, name in SIZES)):
        found = own[name]
        if count := found.total():
            shares = " | ".join(f"{100 * found[one] / count:.1f} %" for one in columns)
            lines.append(f"| {name} | {count} | {shares} |")
    total: Counter[str] = Counter()
    for found in own.values():
        total += found
    shares = " | ".join(f"{100 * total[one] / total.total():.1f} %" for one in columns)
    lines += [f"| all | {total.total()} | {shares} |", ""]
    parts = ", ".join(f"{100 * n / third.total():.0f} % {k}" for k, n in third.most_common())
    lines += [f"A third voice's sentences ({third.total()}): {parts}.", ""]
    kinds = ("two at once", "a stranger", "unsure", "one of them")
    lines += [f"| two at once | mixtures | {' | '.join(kinds)} |", "|---|---|---|---|---|---|"]
    for name in sorted(both, key=lambda name: (int(name.split()[0]), name)):
        found = both[name]
        shares = " | ".join(f"{100 * found[kind] / found.total():.0f} %" for kind in kinds)
        lines.append(f"| {name} | {found.total()} | {shares} |")
    share = 100 * alarms / total.total()
    lines += [
        "",
        f"One voice alone taken for two at once: {alarms} of {total.total()} ({share:.1f} %).",
        "",
    ]
    lines.append("Where it is unsure and the answer counts, the assistant asks who it was.")
    text = "\n".join(lines) + "\n"
    OUT.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
