"""``voice-checkin models``: what listens, and how to add a model."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from voice_checkin.cli.output import json_line, line
from voice_checkin.listening import models
from voice_checkin.listening.moonshine import MoonshineRecognizer

_BASE_URL = "VOICE_CHECKIN_MODELS_URL"
"""Environment variable for a mirror, as a house without internet has one."""


@click.group("models")
def command() -> None:
    """Recogniser models: list, install, path."""


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object for each model.")
def list_models(as_json: bool) -> None:
    """Show the models there are, and which are installed."""
    folder = models.models_folder()
    rows = [("moonshine-tiny-en", "Moonshine, tiny English model, inside its package", True, 0)]
    rows += [
        (pin.name, f"{pin.about}, {pin.licence}", models.installed(pin.name, folder), pin.bytes)
        for pin in models.MODELS
    ]
    for name, about, there, size in rows:
        if as_json:
            json_line({"name": name, "about": about, "installed": there, "bytes": size})
        else:
            state = "installed" if there else f"{size / 1e6:.0f} MB, not installed"
            line(f"{name:18} {state:22} {about}")


@command.command("path")
@click.argument("name", required=False)
@click.option("--json", "as_json", is_flag=True)
def path(name: str | None, as_json: bool) -> None:
    """Print the folder where models live, or that of one model."""
    folder = models.models_folder()
    if name == "moonshine-tiny-en":
        folder = MoonshineRecognizer().folder()
    elif name is not None:
        folder = models.model_folder(models.pin_of(name).name, folder)
    if as_json:
        json_line({"path": str(folder)})
    else:
        line(str(folder))


@command.command("install")
@click.argument("name")
@click.option(
    "--from",
    "source",
    type=click.Path(path_type=Path),
    metavar="FOLDER_OR_ZIP",
    help="Take the model from here instead of fetching it.",
)
def install(name: str, source: Path | None) -> None:
    """Fetch and install a model; nothing else in this program uses the internet."""
    folder = models.models_folder()
    pin = models.pin_of(name)
    where = models.install_from(source, name, folder) if source else _fetch(pin, folder)
    line(str(where))


def _fetch(pin: models.ModelPin, folder: Path) -> Path:
    bar = click.progressbar(length=pin.bytes, label=pin.archive, file=sys.stderr)
    with bar:
        return models.install(
            pin,
            folder,
            lambda done, _total: bar.update(done - bar.pos),
            base_url=os.environ.get(_BASE_URL),
        )
