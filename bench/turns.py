"""All that is claimed of two people in a room, in one command.

``python -m bench.turns``: end-pointing, interruptions, who spoke, and what listening costs, one
after the other; each writes its own page.
"""

from __future__ import annotations

import subprocess
import sys
import time

PARTS = ("bench.timing", "bench.interruptions", "bench.attribution", "bench.listening")


def main() -> None:
    """Run every part; a part that fails ends it."""
    began = time.perf_counter()
    for part in PARTS:
        print(f"-- {part}", flush=True)
        subprocess.run([sys.executable, "-m", part], check=True)
        print(f"-- {(time.perf_counter() - began) / 60:.1f} minutes so far", flush=True)


if __name__ == "__main__":
    main()
