"""``voice-checkin journal``: see what is kept, take it along, or have it forgotten."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import cast

import click

from voice_checkin.errors import BadInput
from voice_checkin.journal.opening import erase_everything, open_journal, retention_of
from voice_checkin.journal.report import as_data, as_text
from voice_checkin.settings import Settings, load_settings
from voice_checkin.words import PartnerId

_QUESTIONS = {
    "tonight": "Forget what was kept tonight? It can't be brought back",
    "everything": "Forget everything, with the names and the voices? It can't be brought back",
    "voices": "Forget the voices? It can't be brought back",
}


@click.group("journal")
def command() -> None:
    """What is kept of the evenings: show it, export it, forget it."""


@command.command("show")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def show(as_json: bool) -> None:
    """Show everything that is kept, and the day on which each part goes."""
    settings, now = load_settings(), _now()
    with open_journal(settings, now) as journal:
        if as_json:
            found = as_data(journal, _names(settings), retention_of(settings))
            click.echo(json.dumps(found, ensure_ascii=False))
        else:
            click.echo(as_text(journal, _names(settings), retention_of(settings), now))


@command.command("export")
@click.argument("out", metavar="OUT.json", type=click.Path(path_type=Path, dir_okay=False))
def export(out: Path) -> None:
    """Write everything that is kept to a file.

    The file is readable by you alone, is not encrypted, and does not expire.
    """
    settings, now = load_settings(), _now()
    with open_journal(settings, now) as journal:
        found = as_data(journal, _names(settings), retention_of(settings))
    try:
        handle = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(found, file, ensure_ascii=False, indent=2)
            file.write("\n")
    except FileExistsError:
        raise BadInput(f"{out}: exists already; name another file.") from None
    except OSError as error:
        raise BadInput(f"{out}: cannot be written ({error.strerror}).") from None
    click.echo(f"{out}: written. It is not encrypted, and it does not expire.", err=True)


@command.command("forget")
@click.argument("scope", type=click.Choice(tuple(_QUESTIONS)))
@click.option("--yes", is_flag=True, help="Don't ask.")
def forget(scope: str, yes: bool) -> None:
    """Delete beyond recovery: what was kept tonight, everything, or the voices."""
    if not yes and not click.confirm(_QUESTIONS[scope], err=True):
        click.echo("Nothing was forgotten.", err=True)
        return
    if scope == "everything":
        # Without opening it: a damaged journal, or one whose key is gone, must go as well.
        erase_everything()
        click.echo("Everything is gone.", err=True)
        return
    settings, now = load_settings(), _now()
    with open_journal(settings, now) as journal:
        if scope == "voices":
            journal.forget("voices")
        for evening in journal.evenings_of(now) if scope == "tonight" else ():
            journal.forget("tonight", evening)
    click.echo("It's gone.", err=True)


def _now() -> datetime:
    return datetime.now().astimezone()


def _names(settings: Settings) -> Mapping[PartnerId, str]:
    return dict(zip(cast("tuple[PartnerId, ...]", ("a", "b")), settings.names or (), strict=False))
