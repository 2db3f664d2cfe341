"""``voice-checkin dialogs``: list, check, show and draw the conversations."""

from __future__ import annotations

from pathlib import Path

import click

from voice_checkin.cli import output
from voice_checkin.dialog.check import CODES
from voice_checkin.dialog.parse import parse_script
from voice_checkin.errors import BadInput, ScriptError
from voice_checkin.resources import dialogs_folder
from voice_checkin.scripts import (
    load_always,
    load_script,
    load_translation,
    read_text,
    schema_text,
    script_names,
    translation_files,
)


@click.group("dialogs")
def command() -> None:
    """List, check, show or draw the conversations."""


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def list_(*, as_json: bool) -> None:
    """Name every conversation."""
    for name in script_names():
        model = load_script(name).model
        if as_json:
            output.json_line({"name": name, "title": model.title, "about": model.about})
        else:
            output.line(f"{name:14} {model.title}. {model.about}")


@command.command("check")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="[FILE...]")
def check(files: tuple[Path, ...]) -> None:
    """Report every fault of the scripts as file:line:column CODE sentence."""
    found: list[str] = []
    paths = list(files) or [dialogs_folder() / f"{name}.yaml" for name in script_names()]
    for path in paths:
        try:
            parse_script(read_text(path), str(path))
        except ScriptError as error:
            found += error.diagnostics
    if not files:
        try:
            load_always()
        except ScriptError as error:
            found += error.diagnostics
    if not files and not found:
        for path in translation_files().values():
            try:
                load_translation(path)
            except ScriptError as error:
                found += error.diagnostics
    if found:
        raise ScriptError(found)
    output.note(f"{len(paths)} scripts are in order.")


@command.command("show")
@click.argument("name")
@click.option("--language", metavar="LANG", help="In another language, where it is translated.")
def show(name: str, language: str | None) -> None:
    """Print a conversation as a page to read."""
    from voice_checkin.dialog.page import page

    known = translation_files()
    if language not in (None, "en", *known):
        raise BadInput(f"No translation into '{language}'. There are: {', '.join(('en', *known))}.")
    for text in page(load_script(name, translations=known.get(language or ""))):
        output.line(text)


@command.command("draw")
@click.argument("name")
@click.option("--svg", type=click.Path(path_type=Path), metavar="OUT.svg",
              help="Write a picture with Graphviz instead.")  # fmt: skip
def draw(name: str, *, svg: Path | None) -> None:
    """Draw a conversation as a Mermaid diagram, or as SVG."""
    from voice_checkin.dialog.draw import mermaid, render_svg

    script = load_script(name)
    if svg is None:
        output.line(mermaid(script))
        return
    picture = render_svg(script)
    try:
        svg.write_bytes(picture)
    except OSError as error:
        raise BadInput(f"{svg}: cannot be written ({error.strerror}).") from None


@command.command("lines")
@click.option("--translate", metavar="LANG",
              help="Print them as a file to translate, for dialogs/lines/LANG.yaml.")  # fmt: skip
def lines(translate: str | None) -> None:
    """Print every line of every conversation as one page, for a review of the words."""
    from voice_checkin.dialog.page import lines_page, translation_page

    scripts = [load_script(name) for name in script_names()]
    always = load_always()
    made = (
        translation_page(scripts, always, translate) if translate else lines_page(scripts, always)
    )
    for text in made:
        output.line(text)


@command.command("schema")
def schema() -> None:
    """Print the JSON schema of a script, as dialogs/schema.json holds it for editors."""
    output.line(schema_text())


@command.command("explain")
@click.argument("code")
def explain(code: str) -> None:
    """Say what a fault's CODE means."""
    meaning = CODES.get(code.upper())
    if meaning is None:
        raise BadInput(f"There is no code '{code}'. There are: {', '.join(CODES)}.")
    output.line(f"{code.upper()}: {meaning}")
