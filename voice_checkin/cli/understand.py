"""``voice-checkin understand``: the mind alone, on lines of text."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import Any

import click

from voice_checkin.cli import output
from voice_checkin.cli.lines import read_lines
from voice_checkin.lexicon import load_understanding
from voice_checkin.understanding.meaning import Meaning
from voice_checkin.words import Expecting, Kind


@click.command("understand")
@click.argument("text", nargs=-1, metavar="[TEXT]...")
@click.option(
    "--expecting",
    default=Kind.FREE.value,
    metavar="KIND",
    show_default=True,
    help=f"What was asked for: {', '.join(kind.value for kind in Kind)}.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.option("--why", is_flag=True, help="Say which rules decided.")
def command(text: tuple[str, ...], expecting: str, as_json: bool, why: bool) -> None:
    """Tell what a line of text means; without TEXT, read standard input line by line."""
    try:
        kind = Kind(expecting)
    except ValueError:
        known = ", ".join(one.value for one in Kind)
        raise click.UsageError(f"--expecting takes one of {known}.") from None
    mind = load_understanding()
    for line in [" ".join(text)] if text else read_lines(sys.stdin):
        meaning = mind.understand(line, Expecting(kind=kind))
        fields = _fields(meaning, why)
        if as_json:
            output.json_line(fields)
        else:
            told = [f"{name}: {value}" for name, value in fields.items()
                    if name != "text" and value not in (None, [])]  # fmt: skip
            output.line("; ".join(told) or "nothing that is acted on")


def _fields(meaning: Meaning, why: bool) -> dict[str, Any]:
    scale = meaning.scale
    fields: dict[str, Any] = {
        "text": meaning.text,
        "command": meaning.command,
        "yes_no": meaning.yes_no,
        "scale": int(scale) if scale is not None and scale == int(scale) else scale,
        "feelings": list(meaning.feelings),
        "stance": meaning.stance,
        "promise": asdict(meaning.promise) if meaning.promise else None,
        "risk": meaning.risk,
    }
    if why:
        fields["why"] = list(meaning.why)
    return fields
