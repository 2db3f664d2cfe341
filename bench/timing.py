"""Turn-taking, measured in rehearsals: gaps by kind of answer, cut-offs, interruptions, floor.

``python -m bench.timing [--rooms quiet,20dB,...] [--dialogs nightly,...]``: every conversation in
every room, in sample time; decoding costs what it costs on this machine.  Writes
``bench/TIMING.md``.  Times vary with the machine; quote them with it.
"""

from __future__ import annotations

import argparse
import os
import platform
import time
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from voice_checkin.dialog.schema import Group
from voice_checkin.rehearsal.run import Rehearsal
from voice_checkin.rehearsal.script import RehearsalScript
from voice_checkin.scripts import load_script
from voice_checkin.settings import Settings

ROOMS: dict[str, dict[str, Any]] = {
    "quiet": {},
    "noise 20 dB": {"noise_snr_db": 20},
    "noise 10 dB": {"noise_snr_db": 10},
    "echo -20 dB": {"echo_db": -20, "delay_ms": 60},
    "echo -10 dB": {"echo_db": -10, "delay_ms": 120},
    "echo -6 dB": {"echo_db": -6, "delay_ms": 20},
}
CLOSED = {"yes_no", "scale", "choice", "time"}
OUT = Path(__file__).parent / "TIMING.md"


def kinds_of(dialog: str) -> dict[str, str]:
    """Return each beat's kind of answer."""
    found = {}
    for entry in load_script(dialog).model.beats:
        for beat in entry.beats if isinstance(entry, Group) else (entry,):
            if beat.expect is not None:
                found[beat.beat] = beat.expect.kind.value
    return found


def rehearse(dialog: str, room: dict[str, Any]) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    plan = RehearsalScript.model_validate({"dialog": dialog, "room": room})
    wall = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)
    run = Rehearsal(plan, Settings(locale="us"), real_time=False, keep=False, wall=wall)
    measure = run.run()
    return measure.turns, {**measure.summary(), **measure.floor_shares()}


def percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rooms", default=",".join(ROOMS))
    parser.add_argument("--dialogs", default="nightly")
    chosen = parser.parse_args()
    gaps: dict[str, list[float]] = defaultdict(list)
    by_room: dict[str, list[float]] = defaultdict(list)
    turns = cut = completed = held = 0
    began = time.perf_counter()
    for room in chosen.rooms.split(","):
        for dialog in chosen.dialogs.split(","):
            kinds = kinds_of(dialog)
            records, end = rehearse(dialog, ROOMS[room])
            held += 1
            completed += end["completed"]
            for record in records:
                if not record["said"]:
                    continue
                turns += 1
                cut += record["cut_off"]
                if record["gap_ms"] is not None:
                    kind = kinds.get(record["beat"], "read-back")
                    gaps["closed" if kind in CLOSED else "free"].append(record["gap_ms"])
                    gaps[f"- {kind}"].append(record["gap_ms"])
                    by_room[room].append(record["gap_ms"])
            print(f"{room:12} {dialog:14} {end}", flush=True)
    lines = [
        "# Turn-taking in rehearsals",
        "",
        f"`python -m bench.timing --rooms {chosen.rooms!r} --dialogs {chosen.dialogs!r}` on "
        f"{os.cpu_count()} cores ({platform.machine()}), {datetime.now(UTC):%Y-%m-%d}: "
        f"{turns} turns in {held} conversations, {completed} completed, "
        f"{time.perf_counter() - began:.0f} s.",
        "",
        "`gap_ms`: from the partner's last sample to the assistant's first audible one.",
        "",
        "| answers | turns | median | 95th percentile |",
        "|---|---|---|---|",
    ]
    for name, values in sorted(gaps.items(), key=lambda item: (item[0].startswith("-"), item[0])):
        row = (name, len(values), f"{median(values):.0f}", f"{percentile(values, 0.95):.0f}")
        lines.append("| " + " | ".join(str(cell) for cell in row) + " |")
    lines += ["", "| room | turns | median |", "|---|---|---|"]
    lines += [f"| {r} | {len(v)} | {median(v):.0f} |" for r, v in by_room.items()]
    lines += ["", f"Closed before the partner had finished: {cut} of {turns} turns.", ""]
    OUT.write_text("\n".join(lines), encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
