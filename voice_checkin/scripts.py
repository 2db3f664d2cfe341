"""Reads the dialog scripts from ``dialogs/`` and hands their text to the pure parser."""

from __future__ import annotations

import json
from pathlib import Path

from voice_checkin.dialog.always import Always
from voice_checkin.dialog.compile import Compiled
from voice_checkin.dialog.loader import MAX_BYTES
from voice_checkin.dialog.parse import parse_always, parse_script
from voice_checkin.dialog.schema import ScriptModel
from voice_checkin.dialog.translate import (
    Translation,
    parse_translation,
    translate,
    translate_always,
)
from voice_checkin.errors import BadInput
from voice_checkin.resources import dialogs_folder

ENGLISH = "en"
NOT_SCRIPTS = frozenset({"always", "feelings", "turns"})
"""Files of ``dialogs/`` that hold no conversation."""


def script_names(folder: Path | None = None) -> list[str]:
    """Return the names of all conversations, in order."""
    folder = folder or dialogs_folder()
    return sorted(p.stem for p in folder.glob("*.yaml") if p.stem not in NOT_SCRIPTS)


def read_text(path: Path) -> str:
    """Read a script's text.  Raises `BadInput` naming the file and what is wrong with it."""
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
        # A file that is too large was cut, perhaps within a letter; the parser says that it is.
        return raw.decode("utf-8", "replace" if len(raw) > MAX_BYTES else "strict")
    except UnicodeDecodeError:
        raise BadInput(f"{path}: not UTF-8 text.") from None
    except OSError as error:
        raise BadInput(f"{path}: cannot be read ({error.strerror}).") from None


def load_script(
    name: str, folder: Path | None = None, translations: Path | None = None
) -> Compiled:
    """Load a conversation by name; an unknown one is answered with those that exist.

    ``translations``: a file of lines in another language to lay over it.
    """
    folder = folder or dialogs_folder()
    known = script_names(folder)
    if name not in known:
        raise BadInput(f"There is no dialog called '{name}'. There are: {', '.join(known)}.")
    path = folder / f"{name}.yaml"
    script = parse_script(read_text(path), str(path))
    if translations is None:
        return script
    return translate(script, load_translation(translations, folder))


def load_always(folder: Path | None = None, translations: Path | None = None) -> Always:
    """Load the lines that hold in every conversation."""
    path = (folder or dialogs_folder()) / "always.yaml"
    always = parse_always(read_text(path), str(path))
    if translations is None:
        return always
    return translate_always(always, load_translation(translations, folder))


def translation_files(folder: Path | None = None) -> dict[str, Path]:
    """Return the translations that there are, by language."""
    found = ((folder or dialogs_folder()) / "lines").glob("*.yaml")
    return {path.stem: path for path in sorted(found)}


def find_translation(language: str, folder: Path | None = None) -> Path | None:
    """Return the file of a language's lines; None for English, which the scripts are written in."""
    if language == ENGLISH:
        return None
    known = translation_files(folder)
    if language not in known:
        there_are = ", ".join((ENGLISH, *known))
        raise BadInput(
            f"The lines are not there in the language '{language}'. There are: {there_are}. "
            "Another goes into the folder 'lines' of the dialogs: 'voice-checkin dialogs lines "
            "--translate' prints what to fill in."
        )
    return known[language]


def load_translation(path: Path, folder: Path | None = None) -> Translation:
    """Load a file of translated lines, checked against every conversation."""
    scripts = [load_script(name, folder) for name in script_names(folder)]
    return parse_translation(read_text(path), str(path), scripts, load_always(folder))


def schema_text() -> str:
    """Return the JSON schema of a script, for editors that underline as one writes."""
    return json.dumps(ScriptModel.model_json_schema(), indent=1, ensure_ascii=False)
