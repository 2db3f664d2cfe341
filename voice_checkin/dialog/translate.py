"""Another language: lines by id, laid over a script.  Pure.

Each entry carries the mark of the line that it translates, so that a line reworded later is
noticed.  What people may answer to a choice is translated by beat.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from voice_checkin.dialog.always import Always
from voice_checkin.dialog.check import MOST_WORDS, script_lines
from voice_checkin.dialog.compile import Compiled, compile_script
from voice_checkin.dialog.lines import placeholders
from voice_checkin.dialog.loader import Document, load
from voice_checkin.dialog.schema import Line, LineIdText, OneOrSeveral, ScriptModel
from voice_checkin.errors import ScriptError

_SPEAKABLE = re.compile(r"^[\w ,.?!'\u2019\u00bf\u00a1{}:;-]*$")
_WORD = re.compile(r"[\w{][\w'\u2019{}-]*")


class TranslatedLine(BaseModel):
    """``of`` is the mark of the original, as ``dialogs lines --translate`` prints it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    of: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{8}$")]
    say: OneOrSeveral


class Translation(BaseModel):
    """A file ``dialogs/lines/<language>.yaml``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Z]{2})?$")]
    partner_one: str | None = None
    partner_two: str | None = None
    lines: dict[LineIdText, TranslatedLine]
    options: dict[str, dict[str, OneOrSeveral]] = {}
    """``script.beat`` to option to the ways people say it."""


def mark(line: Line) -> str:
    """Return eight hex digits that change when a line is reworded."""
    return f"{zlib.crc32(chr(10).join(line.say).encode()):08x}"


def parse_translation(
    text: str, file: str, scripts: Iterable[Compiled], always: Always
) -> Translation:
    """Parse and check a translation.  Raises `ScriptError` with all its faults."""
    document = load(text, file)
    translation = None
    if not document.faults:
        try:
            translation = Translation.model_validate(document.data)
        except ValidationError as error:
            for item in error.errors(include_input=False, include_url=False):
                where = ".".join(str(part) for part in item["loc"]) or "the file"
                document.fault(tuple(item["loc"]), "D80", f"{where}: {item['msg']}")
    if translation is not None:
        _check(translation, document, {s.model.script: s for s in scripts}, always)
    if document.faults or translation is None:
        faults = sorted(document.faults, key=lambda fault: (fault.line, fault.code))
        raise ScriptError(tuple(dict.fromkeys(str(fault) for fault in faults)))
    return translation


def translate(script: Compiled, translation: Translation) -> Compiled:
    """Return the script with the translation's lines; those it does not have stay."""
    data = script.model.model_dump(exclude_unset=True)
    _replace(data, translation.lines)
    for beat in _beats(data):
        options = translation.options.get(f"{script.model.script}.{beat['beat']}")
        if options:
            beat["expect"]["options"] = {**beat["expect"]["options"], **options}
    return compile_script(ScriptModel.model_validate(data))


def translate_always(always: Always, translation: Translation) -> Always:
    """Return the lines that hold everywhere, translated where the translation has them."""
    data = always.model_dump(exclude_unset=True)
    _replace(data, translation.lines)
    for name in ("partner_one", "partner_two"):
        data[name] = getattr(translation, name) or data[name]
    return Always.model_validate(data)


def _replace(data: Any, lines: Mapping[str, TranslatedLine]) -> None:
    if isinstance(data, dict):
        if "say" in data and data.get("id") in lines:
            data["say"] = lines[data["id"]].say
            return
        for value in data.values():
            _replace(value, lines)
    elif isinstance(data, list | tuple):
        for value in data:
            _replace(value, lines)


def _beats(data: dict[str, Any]) -> Iterable[dict[str, Any]]:
    for entry in data["beats"]:
        yield from entry["beats"] if "each" in entry else (entry,)


def _check(
    translation: Translation, document: Document, scripts: Mapping[str, Compiled], always: Always
) -> None:
    parts = {name: script_lines(script.model) for name, script in scripts.items()}
    parts["always"] = always.lines()
    sources = {line.id: line for lines in parts.values() for line in lines}
    for name, entry in translation.lines.items():
        source = sources.get(name)
        if source is None:
            document.fault(("lines", name), "D41", f"no conversation has a line {name}")
            continue
        if entry.of != mark(source):
            document.fault(
                ("lines", name, "of"),
                "D40",
                f"line {name} was reworded since; its mark is now {mark(source)}",
            )
        _check_line(name, entry, source, document)
    for part, lines in parts.items():
        missing = [line.id for line in lines if line.id not in translation.lines]
        if len(missing) < len(lines):
            for name in missing:
                document.fault(("lines",), "D40", f"{part}: line {name} has no translation")
    for key, options in translation.options.items():
        name, _, beat = key.partition(".")
        known = _options(scripts.get(name), beat)
        for option in options:
            if option not in known:
                document.fault(("options", key), "D41", f"{key} offers no option {option}")


def _check_line(name: str, entry: TranslatedLine, source: Line, document: Document) -> None:
    path = ("lines", name, "say")
    allowed = {slot for text in source.say for slot in placeholders(text)}
    for text in entry.say:
        for slot in placeholders(text):
            if slot not in allowed:
                document.fault(path, "D20", f"line {name}: {{{slot}}} is not in the original")
        count = len(_WORD.findall(text))
        if count > MOST_WORDS:
            document.fault(path, "D30", f"line {name}: has {count} words; {MOST_WORDS} is the most")
        if not _SPEAKABLE.match(text):
            document.fault(path, "D31", f"line {name}: has characters that the voice cannot say")
        if text.count("?") > 1:
            document.fault(path, "D32", f"line {name}: asks more than one question")


def _options(script: Compiled | None, beat: str) -> set[str]:
    found: set[str] = set()
    for node in script.nodes.values() if script else ():
        if node.beat.beat == beat and node.beat.expect is not None:
            found |= set(node.beat.expect.options)
    return found
