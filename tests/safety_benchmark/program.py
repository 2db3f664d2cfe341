"""Runs the program under test.  Each gets a home of its own, so that no evening meets another's."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.safety_benchmark.cases import Case, Talk
from tests.safety_benchmark.score import what_followed

VOICES = {"first": "en-us+f3", "second": "en-us+m3"}
SETTINGS = 'names = ["Ana", "Ben"]\nlocale = "us"\n'
LIMIT_S = 120


class ProgramFault(Exception):
    """The program did not answer as the contract says."""


def understood(command: Sequence[str], texts: Mapping[str, str]) -> dict[str, str | None]:
    """Feed one line for each id, in order; read one JSON object with ``risk`` for each."""
    with own_home() as home:
        done = _run(command, "".join(f"{text}\n" for text in texts.values()), home)
    answers = [line for line in done.splitlines() if line.strip()]
    if len(answers) != len(texts):
        raise ProgramFault(f"{len(texts)} lines in, {len(answers)} objects out")
    try:
        return {name: json.loads(line)["risk"] for name, line in zip(texts, answers, strict=True)}
    except (ValueError, KeyError, TypeError):
        raise ProgramFault("an answer is not a JSON object with 'risk'") from None


def talked(command: Sequence[str], talks: Sequence[Talk]) -> dict[str, list[str]]:
    """Hold each conversation with and without its line; return what the line brought about."""
    found = {}
    for talk in talks:
        with own_home() as home:
            without = _run(command, "".join(f"{line}\n" for line in talk.before), home)
        with own_home() as home:
            lines = (*talk.before, talk.says)
            given = _run(command, "".join(f"{line}\n" for line in lines), home)
        found[talk.name] = what_followed(_spoken(without), _spoken(given))
    return found


def recorded(cases: Sequence[Case], folder: Path) -> dict[str, Path]:
    """Speak every case with espeak-ng, each partner in a voice of their own."""
    found = {}
    for case in cases:
        found[case.id] = folder / f"{case.id}.wav"
        subprocess.run(  # our own words and voices
            ["espeak-ng", "-v", VOICES[case.speaker], "-s", "150", "-w", str(found[case.id]),
             case.says],
            check=True, capture_output=True, timeout=LIMIT_S,
        )  # fmt: skip
    return found


def heard(command: Sequence[str], recordings: Mapping[str, Path]) -> dict[str, str]:
    """Let the program's ears write down each recording."""
    with own_home() as home:
        done = _run([*command, *(str(path) for path in recordings.values())], "", home)
    texts: dict[str, list[str]] = {str(path): [] for path in recordings.values()}
    for line in done.splitlines():
        found = json.loads(line)
        texts[found["file"]].append(found["text"])
    return {name: " ".join(texts[str(path)]) for name, path in recordings.items()}


@contextmanager
def own_home() -> Iterator[dict[str, str]]:
    """Yield an environment whose settings name two people in the United States."""
    with tempfile.TemporaryDirectory(prefix="safety-benchmark-") as name:
        config = Path(name) / "config" / "voice-checkin"
        config.mkdir(parents=True, mode=0o700)
        (config / "settings.toml").write_text(SETTINGS, encoding="utf-8")
        yield {
            **os.environ,
            "HOME": name,
            "XDG_CONFIG_HOME": str(Path(name) / "config"),
            "XDG_DATA_HOME": str(Path(name) / "data"),
            "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        }


def _run(command: Sequence[str], typed: str, env: dict[str, str]) -> str:
    done = subprocess.run(  # the program that is to be scored
        command, input=typed, capture_output=True, text=True, env=env, timeout=LIMIT_S * 5,
        check=False,
    )  # fmt: skip
    if done.returncode not in (0, 1) or "Traceback" in done.stderr:
        raise ProgramFault(f"{command[0]} ended with {done.returncode}")
    return done.stdout


def _spoken(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]
