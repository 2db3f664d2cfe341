"""Searches the writable memory of a running process, as a core image would hold it."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import pytest

reads_memory = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc/PID/mem")
_BLOCK, _OVERLAP = 1 << 22, 1 << 12


def blocks_of(process: int | str) -> Iterator[bytes]:
    """Yield the process's writable memory in blocks that overlap by 4 KiB."""
    folder = Path(f"/proc/{process}")
    try:
        memory = (folder / "mem").open("rb", buffering=0)
    except PermissionError:
        pytest.skip("this machine lets nobody read a process's memory")
    with memory:
        for line in (folder / "maps").read_text().splitlines():
            place, rights, *rest = line.split()
            if "w" not in rights or any(part.startswith("[v") for part in rest):
                continue
            start, end = (int(part, 16) for part in place.split("-"))
            for at in range(start, end, _BLOCK):
                memory.seek(at)
                try:
                    block = memory.read(min(_BLOCK + _OVERLAP, end - at))
                except OSError:
                    continue
                if np.frombuffer(block, np.uint8).any():
                    yield block


def found_in_memory(
    process: int | str, needles: Mapping[str, bytes | re.Pattern[bytes]]
) -> dict[str, int]:
    """Return how often each of a few needles, of at most 4 KiB, stands in the memory."""
    found = dict.fromkeys(needles, 0)
    for block in blocks_of(process):
        for name, needle in needles.items():
            found[name] += (
                block.count(needle) if isinstance(needle, bytes) else len(needle.findall(block))
            )
    return found


def numbers_in_memory(process: int | str, needles: Mapping[str, bytes]) -> dict[str, int]:
    """Do the same for hundreds of needles that stand at even addresses, as numbers do."""
    found = dict.fromkeys(needles, 0)
    by_head: dict[int, list[str]] = {}
    for name, needle in needles.items():
        by_head.setdefault(int.from_bytes(needle[:8], sys.byteorder), []).append(name)
    heads = np.array(sorted(by_head), dtype=np.uint64)
    likely = np.zeros(1 << 16, dtype=bool)
    likely[heads & np.uint64(0xFFFF)] = True
    for block in blocks_of(process):
        for phase in range(0, 8, 2):
            words = np.frombuffer(block, np.uint64, (len(block) - phase) // 8, phase)
            places = np.flatnonzero(likely[words & np.uint64(0xFFFF)])
            places = places[np.isin(words[places], heads)]
            for place in places.tolist():
                at = phase + 8 * place
                for name in by_head[int(words[place])]:
                    needle = needles[name]
                    found[name] += block[at : at + len(needle)] == needle
    return found
