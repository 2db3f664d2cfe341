"""The only place that prints: results to standard output, notes and progress to standard error."""

from __future__ import annotations

import json
import re
import sys
from typing import Any

_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
"""All but tab and line feed: remarks quote files and arguments, which must not steer a terminal."""


def line(text: str = "") -> None:
    """Print one line of the result."""
    print(text, flush=True)


def json_line(value: dict[str, Any]) -> None:
    """Print one JSON object on one line, at once: other programs read along."""
    print(json.dumps(value, ensure_ascii=False, separators=(", ", ": ")), flush=True)


def note(text: str) -> None:
    """Print a remark that is not part of the result."""
    print(_CONTROLS.sub("\ufffd", text), file=sys.stderr, flush=True)


def progress(text: str) -> None:
    """Overwrite the last progress line on a terminal; print nothing elsewhere."""
    if sys.stderr.isatty():
        print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)


def progress_done() -> None:
    """Leave the progress line."""
    if sys.stderr.isatty():
        print(file=sys.stderr, flush=True)


def prompt(text: str) -> None:
    """Ask for a typed line, on the terminal only."""
    print(text, end="", file=sys.stderr, flush=True)
