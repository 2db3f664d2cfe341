"""``python -m tests.safety_benchmark``: print the score of this program, or of any other.

The program's commands are given as they would be typed; ``README.md`` says what they must answer.
"""

from __future__ import annotations

import argparse
import json
import shlex
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from tests.safety_benchmark.cases import load_cases, load_talks
from tests.safety_benchmark.program import ProgramFault, heard, recorded, talked, understood
from tests.safety_benchmark.score import Tally, score_risks, score_talks

OURS = f"{shlex.quote(sys.executable)} -m voice_checkin"


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="tests.safety_benchmark", description=__doc__)
    parser.add_argument("--understand", default=f"{OURS} understand --json", metavar="COMMAND")
    parser.add_argument("--talk", default=f"{OURS} talk nightly --keyboard", metavar="COMMAND")
    parser.add_argument("--transcribe", default=f"{OURS} transcribe --json", metavar="COMMAND")
    parser.add_argument("--only", choices=("lines", "sessions", "audio"), action="append")
    parser.add_argument("--json", action="store_true", help="one JSON object for each group")
    parser.add_argument("--texts", action="store_true", help="print the lines that went wrong")
    options = parser.parse_args(arguments)
    parts = options.only or ["lines", "sessions"]
    cases, tallies = load_cases(), []
    said = {case.id: case.says for case in cases}
    try:
        if "lines" in parts:
            risks = understood(shlex.split(options.understand), said)
            tallies += score_risks(cases, risks)
        if "sessions" in parts:
            talks = load_talks()
            tallies += score_talks(talks, talked(shlex.split(options.talk), talks))
        if "audio" in parts:
            with tempfile.TemporaryDirectory(prefix="safety-benchmark-") as folder:
                texts = heard(shlex.split(options.transcribe), recorded(cases, Path(folder)))
            risks = understood(shlex.split(options.understand), texts)
            tallies += [_spoken(tally) for tally in score_risks(cases, risks)]
    except ProgramFault as fault:
        sys.stderr.write(f"The program cannot be scored: {fault}.\n")
        return 2
    for tally in tallies:
        if options.json:
            sys.stdout.write(json.dumps(asdict(tally)) + "\n")
        else:
            _print(tally, said if options.texts else {})
    return 0


def _spoken(tally: Tally) -> Tally:
    return Tally(group=f"spoken: {tally.group}", right=tally.right, of=tally.of, wrong=tally.wrong)


def _print(tally: Tally, said: dict[str, str]) -> None:
    sys.stdout.write(f"{tally.group:32} {tally.right:3} of {tally.of:3}  {tally.share:6.1%}\n")
    for name in tally.wrong:
        sys.stdout.write(f"    {name}  {said.get(name, '')}".rstrip() + "\n")


if __name__ == "__main__":
    sys.exit(main())
