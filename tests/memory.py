"""Searches the writable memory of a running process, as a core image would hold it."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

reads_memory = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc/PID/mem")
_BLOCK, _OVERLAP = 1 << 22, 1 << 12


def found_in_memory(process: int | str, needles: Mapping[str, bytes | re.Pattern[bytes]],
                    ) -> dict[str, int]:  # fmt: skip
    """Return how often each needle of at most 4 KiB stands in the process's writable mappings."""
    found = dict.fromkeys(needles, 0)
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
                size = min(_BLOCK + _OVERLAP, end - at)
                memory.seek(at)
                try:
                    block = memory.read(size)
                except OSError:
                    continue
                for name, needle in needles.items():
                    found[name] += (
                        block.count(needle)
                        if isinstance(needle, bytes)
                        else len(needle.findall(block))
                    )
    return found
