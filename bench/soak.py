"""Hours of evenings in one process: is memory flat, is anything left open, does each one end?

``python -m bench.soak [--hours 2]``: rehearsals of every conversation in turn, each by simulated
partners in a virtual room through the real ears, recogniser and mind, until that many hours have
passed in the room.  The first round of all conversations warms up; what is measured after it is
compared with its end.  Writes ``bench/SOAK.md``.  The rooms run faster than the clock: two hours
take about half an hour on two cores.
"""

from __future__ import annotations

import argparse
import gc
import os
import platform
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from voice_checkin.rehearsal.run import Rehearsal
from voice_checkin.rehearsal.script import RehearsalScript
from voice_checkin.scripts import script_names
from voice_checkin.settings import Settings
from voice_checkin.words import Seconds

OUT = Path(__file__).parent / "SOAK.md"
PAIRS = (("espeak:en-us+f2", "espeak:en-us+m7"), ("flite:slt", "espeak:en-us+m2"))
EVENING = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Left:
    """What the process holds after one evening, and how that evening went."""

    dialog: str
    room_s: Seconds
    took_s: Seconds
    ended: str
    memory_mb: float
    threads: int
    handles: int


def resident_mb() -> float:
    """Return the resident memory in MB, as the kernel counts it."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def hold(dialog: str, pair: tuple[str, str]) -> Left:
    plan = RehearsalScript.model_validate(
        {"dialog": dialog, "partners": {"Ana": {"voice": pair[0]}, "Ben": {"voice": pair[1]}}}
    )
    began = time.monotonic()
    rehearsal = Rehearsal(
        plan, Settings(locale="us"), real_time=False, keep=False, wall=EVENING
    )  # fmt: skip
    measure = rehearsal.run()
    summary = measure.summary()
    room_s = rehearsal.room.now
    del rehearsal, measure
    gc.collect()
    return Left(
        dialog=dialog, room_s=room_s, took_s=time.monotonic() - began,
        ended=str(summary["ended"]), memory_mb=resident_mb(), threads=threading.active_count(),
        handles=sum(1 for _ in Path("/proc/self/fd").iterdir()),
    )  # fmt: skip


def page(evenings: list[Left], warm: int) -> str:
    """Return what was found, as the page that the docs show."""
    first, last = evenings[warm : warm * 2], evenings[-warm:]
    early, late = median(e.memory_mb for e in first), median(e.memory_mb for e in last)
    lasting = evenings[warm - 1 :]
    hours = sum(e.room_s for e in evenings) / 3600
    ended = {name: sum(e.ended == name for e in evenings) for name in {e.ended for e in evenings}}
    return "\n".join(
        [
            "# A long run",
            "",
            f"`python -m bench.soak` on {os.cpu_count()} cores ({platform.machine()}), "
            f"{datetime.now(UTC):%Y-%m-%d}: {len(evenings)} evenings of all {warm} conversations, "
            f"{hours:.1f} hours in the room, held in {sum(e.took_s for e in evenings) / 60:.0f} "
            "minutes by one process.",
            "",
            "| | after the second round | at the end | change |",
            "|---|---|---|---|",
            f"| memory, median of a round | {early:.0f} MB | {late:.0f} MB | "
            f"{100 * (late - early) / early:+.1f} % |",
            f"| threads, most | {max(e.threads for e in first)} | "
            f"{max(e.threads for e in last)} | |",
            f"| open handles, most | {max(e.handles for e in first)} | "
            f"{max(e.handles for e in last)} | |",
            "",
            f"Most memory after any evening but the first round: "
            f"{max(e.memory_mb for e in lasting):.0f} MB. How the evenings ended: "
            + ", ".join(f"{name} {count}" for name, count in sorted(ended.items()))
            + ".",
            "",
        ]
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--hours", type=float, default=2.0)
    hours = parser.parse_args().hours
    evenings: list[Left] = []
    names = script_names()
    while len(evenings) < 3 * len(names) or sum(e.room_s for e in evenings) < hours * 3600:
        pair = PAIRS[len(evenings) // len(names) % len(PAIRS)]
        left = hold(names[len(evenings) % len(names)], pair)
        evenings.append(left)
        print(
            f"{left.dialog:14} {left.ended:10} {left.room_s:5.0f} s in {left.took_s:4.0f} s, "
            f"{left.memory_mb:.0f} MB, {left.threads} threads, {left.handles} handles",
            flush=True,
        )
    text = page(evenings, len(names))
    OUT.write_text(text)
    print(text)


if __name__ == "__main__":
    main()
