"""From the command to the first audible word, in a process of its own.

``python -m bench.start``: the time from starting Python to the first non-silent sample that the
session hands to the (virtual) device, five times.  Writes ``bench/START.md``.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

OUT = Path(__file__).parent / "START.md"


def first_word() -> None:
    """Do what ``voice-checkin`` does up to the first sample, with a room for a device."""
    from voice_checkin.clock import SampleClock
    from voice_checkin.journal.memory import MemoryJournal
    from voice_checkin.rehearsal.room import VirtualRoom
    from voice_checkin.rehearsal.run import rehearsal_facts
    from voice_checkin.scripts import load_always, load_script
    from voice_checkin.session.step import StepEars
    from voice_checkin.session.wiring import (
        LazyMind,
        build_session,
        load_decoder,
        load_ears,
        load_mouth,
    )
    from voice_checkin.settings import Settings

    settings, room = Settings(), VirtualRoom()
    clock = SampleClock()
    mouth, decoder, ears = load_mouth(settings), load_decoder(settings), load_ears()
    journal = MemoryJournal()
    journal.begin_evening("nightly", clock.wall())
    session = build_session(
        script=load_script("nightly"), always=load_always(),
        facts=rehearsal_facts({"a": "Ana", "b": "Ben"}, settings, clock.wall()), memory=journal,
        understand=LazyMind(), sound=room, voice=mouth, ears=StepEars(ears, decoder, clock),
        clock=clock,
    )  # fmt: skip
    session.begin()
    for _ in range(200):
        pair = room.read()
        if pair is not None and abs(pair.far).max() > 50:
            break
    print(f"{time.monotonic_ns()}", flush=True)
    os._exit(0)  # what loads in the background is not part of the first word


def main() -> None:
    if len(sys.argv) > 1:
        first_word()
        return
    times = []
    for _ in range(5):
        begin = time.monotonic_ns()
        done = subprocess.run([sys.executable, "-m", "bench.start", "once"], check=True,
                              capture_output=True, text=True)  # fmt: skip
        times.append((int(done.stdout.split()[-1]) - begin) / 1e9)
    lines = [
        "# From the command to the first word",
        "",
        f"`python -m bench.start` on {os.cpu_count()} cores ({platform.machine()}), "
        f"{datetime.now(UTC):%Y-%m-%d}, five runs, Moonshine and espeak: median "
        f"{median(times):.1f} s, from {min(times):.1f} to {max(times):.1f} s"
        ". A device's own start comes on top (PulseAudio: up to 1.8 s).",
        "",
    ]
    OUT.write_text("\n".join(lines), encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
