"""Turn-taking, measured in rehearsals: gaps by kind of answer, cut-offs, the floor.

``python -m bench.timing [--rooms ...] [--part plain|hesitant]``: conversations in several rooms, in
sample time; decoding costs what it costs on this machine.  Most with the conversations' own sample
answers, one in each room with partners who pause for up to 2.5 s.  Writes ``bench/TIMING.md``.
Times vary with the machine; quote them with it.
"""

from __future__ import annotations

import argparse
import os
import platform
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from voice_checkin.rehearsal.measure import Measure
from voice_checkin.rehearsal.run import Rehearsal
from voice_checkin.rehearsal.script import RehearsalScript
from voice_checkin.settings import Settings
from voice_checkin.words import Kind

ROOMS: dict[str, dict[str, Any]] = {
    "quiet": {},
    "noise 20 dB": {"noise_snr_db": 20},
    "noise 10 dB": {"noise_snr_db": 10},
    "television 10 dB": {"noise": "television", "noise_snr_db": 10},
    "echo -20 dB, 20 ms": {"echo_db": -20, "delay_ms": 20},
    "echo -10 dB, 60 ms": {"echo_db": -10, "delay_ms": 60},
    "echo -6 dB, 120 ms": {"echo_db": -6, "delay_ms": 120},
    "echo -6 dB, 200 ms, noise 20 dB": {"echo_db": -6, "delay_ms": 200, "noise_snr_db": 20},
}
PAIRS = (
    ("espeak:en-us+f3", "espeak:en-us+m3"), ("espeak:en-gb+f4", "espeak:en-gb+m1"),
    ("piper", "flite:slt"),
)  # fmt: skip
PLAIN = ("nightly", "slip")
CLOSED = {Kind.YES_NO, Kind.SCALE, Kind.CHOICE, Kind.TIME}
OUT = Path(__file__).parent / "TIMING.md"

LEADING_ON = (
    "hang on... it was a long day at work", "I felt... really tired after the meeting",
    "you made dinner because... I was late", "thank you for... saying that to me",
    "um... the weekend plans", "a walk with... my sister in the park",
)  # fmt: skip
"""The words before the pause promise more."""
STANDING_ALONE = (
    "it was a long day... the boiler broke again", "I was tired... and the kids were loud",
    "you made dinner tonight... that helped me a lot", "thank you for that... I needed it",
    "the weekend plans... and the money", "a walk in the park... and a quiet coffee",
)  # fmt: skip
"""The words before the pause could be all of it."""
PAUSES_MS = (700, 1200, 1800, 2500)


@dataclass(slots=True)
class Held:
    """One turn: where, what kind, how long until an answer, and what of it was waiting."""

    room: str
    kind: Kind
    gap_ms: int | None
    wait_ms: int
    cut_off: bool
    said: str
    hesitant: bool
    """In a conversation whose partners pause for up to 2.5 s within their free answers."""

    @property
    def lost(self) -> bool:
        """The assistant answered before the partner had finished, and did not take it back."""
        return self.cut_off and (self.gap_ms is None or self.gap_ms < 0)

    @property
    def strayed(self) -> bool:
        """Something was misheard earlier, and this answer was given to another question."""
        return "..." in self.said and self.kind in CLOSED


@dataclass(slots=True)
class Tally:
    """All turns, and how the conversations ended."""

    turns: list[Held] = field(default_factory=list)
    ends: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def hold(self, plan: dict[str, Any], room: str) -> Measure:
        script = RehearsalScript.model_validate({**plan, "room": ROOMS[room]})
        wall = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)
        rehearsal = Rehearsal(script, Settings(locale="us"), real_time=False, keep=False, wall=wall)
        measure = rehearsal.run()
        for record, kind, wait in zip(measure.turns, measure.kinds, measure.waits_ms, strict=True):
            if record["said"]:
                self.turns.append(Held(room, kind, record["gap_ms"], wait, record["cut_off"],
                                       record["said"], "say" in plan))  # fmt: skip
        self.ends[measure.summary()["ended"]] += 1
        return measure


def partners(number: int) -> dict[str, dict[str, Any]]:
    first, second = PAIRS[number % len(PAIRS)]
    return {"ana": {"voice": first}, "ben": {"voice": second}}


def hesitant(number: int) -> dict[str, Any]:
    """Return a nightly check-in whose free answers hold pauses of each length in turn."""
    answers = [text for pair in zip(LEADING_ON, STANDING_ALONE, strict=True) for text in pair]
    answers = answers[number % len(answers) :] + answers[: number % len(answers)]
    pauses = [PAUSES_MS[(number + at) % len(PAUSES_MS)] for at in range(len(answers))]
    free: Iterator[dict[str, Any]] = iter(
        {"text": text, "pause_ms": pause} for text, pause in zip(answers, pauses, strict=True)
    )

    def said(text: str) -> dict[str, Any]:
        return {"text": text}

    say: list[dict[str, Any]] = [
        {"ana": said("yes")}, {"ben": said("yes please")},
        {"ana": said("a four")}, {"ben": said("six")},
        {"ana": next(free)}, {"ben": next(free)},  # the day
        {"ana": next(free)}, {"ben": next(free)}, {"ben": next(free)}, {"ana": next(free)},
        {"ana": next(free)}, {"ana": said("no thank you")},
        {"ben": next(free)}, {"ben": said("no thank you")},
        {"ana": next(free)}, {"ben": next(free)},
        *({name: said("a quiet coffee")} for name in ("ana", "ben") * 2),  # should it ask more
    ]  # fmt: skip
    return {"dialog": "nightly", "say": say, "partners": partners(number)}


def percentile(values: list[int], share: float) -> int:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def row(name: str, turns: list[Held]) -> str:
    gaps = [turn.gap_ms for turn in turns if turn.gap_ms is not None]
    if not gaps:
        return f"| {name} | 0 | | | | |"
    rest = [turn.gap_ms - turn.wait_ms for turn in turns if turn.gap_ms is not None]
    waits = [turn.wait_ms for turn in turns]
    return (f"| {name} | {len(gaps)} | {median(gaps):.0f} | {percentile(gaps, 0.95)} | "
            f"{median(waits):.0f} | {median(rest):.0f} |")  # fmt: skip


def cut_rows(turns: list[Held]) -> list[str]:
    """Return a row for each place of a pause: how many turns, and how many were cut off.

    First those in which the assistant was audible before they went on, then those of them that it
    did not take back.
    """
    leading, alone = set(LEADING_ON), set(STANDING_ALONE)
    groups = {
        "no pause": [t for t in turns if "..." not in t.said],
        "a pause of 0.7 to 2.5 s after words that promise more":
            [t for t in turns if any(text in t.said for text in leading)],
        "a pause of 0.7 to 2.5 s after words that could be all":
            [t for t in turns if any(text in t.said for text in alone)],
    }  # fmt: skip
    return [f"| {name} | {len(found)} | {sum(t.cut_off for t in found)} | "
            f"{sum(t.lost for t in found)} |"
            for name, found in groups.items()]  # fmt: skip


def page(tally: Tally, command: str, seconds: float) -> list[str]:
    turns = [turn for turn in tally.turns if not turn.strayed]
    closed = [turn for turn in turns if turn.kind in CLOSED]
    free = [turn for turn in turns if turn.kind not in CLOSED]
    head = ["| {} | turns | median | 95th percentile | waited and decoded | the rest |",
            "|---|---|---|---|---|---|"]  # fmt: skip
    ends = ", ".join(f"{end} {count}" for end, count in sorted(tally.ends.items()))
    return [
        "# Turn-taking in rehearsals", "",
        f"`{command}` on {os.cpu_count()} cores ({platform.machine()}), "
        f"{datetime.now(UTC):%Y-%m-%d}: {len(turns)} turns in {sum(tally.ends.values())} "
        f"conversations ({ends}), {seconds / 60:.0f} minutes. Recogniser: Moonshine; the English "
        "model of Vosk is in no package.", "",
        "In ms: from the partner's last sample to the assistant's first audible one. *Waited and "
        "decoded* is the limit of the method: from the last voiced frame until the turn was "
        "declared over. *The rest* is the voice detector's lag and the way to the speaker.", "",
        head[0].format("answers"), head[1],
        row("closed (yes or no, number, choice, time)", closed), row("free", free),
        row("- of partners who do not pause", [t for t in free if not t.hesitant]),
        row("- of partners who pause for up to 2.5 s", [t for t in free if t.hesitant]),
        *(row(f"- {kind.value}", [t for t in turns if t.kind is kind])
          for kind in Kind if any(t.kind is kind for t in turns)),
        "", head[0].format("room"), head[1],
        *(row(room, [t for t in turns if t.room == room]) for room in ROOMS
          if any(t.room == room for t in turns)),
        "", "Closed before the partner had finished: the assistant was heard. Where it took "
        "the turn back it fell silent, and both halves were understood as one answer; who has been "
        "answered too early once is waited for that long from then on.", "",
        "| answers | turns | assistant audible | words lost |", "|---|---|---|---|",
        *cut_rows(turns), "",
    ]  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rooms", nargs="*", default=list(ROOMS), choices=list(ROOMS))
    parser.add_argument("--part", choices=["plain", "hesitant"])
    chosen = parser.parse_args()
    tally = Tally()
    began = time.perf_counter()
    for number, room in enumerate(chosen.rooms):
        plans = []
        if chosen.part != "hesitant":
            plans += [{"dialog": name, "partners": partners(number)} for name in PLAIN]
        if chosen.part != "plain":
            plans.append(hesitant(number))
        for plan in plans:
            measure = tally.hold(plan, room)
            print(f"{room:32} {plan['dialog']:10} {measure.summary()} {measure.floor_shares()}",
                  flush=True)  # fmt: skip
    words = ["python -m bench.timing", *(["--part " + chosen.part] if chosen.part else [])]
    if chosen.rooms != list(ROOMS):
        words.append("--rooms " + " ".join(f"'{room}'" for room in chosen.rooms))
    lines = page(tally, " ".join(words), time.perf_counter() - began)
    OUT.write_text("\n".join(lines), encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
