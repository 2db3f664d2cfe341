"""Text of a script to a compiled script, or every fault in it.  Pure."""

from __future__ import annotations

from typing import TypeVar

from pydantic import BaseModel, ValidationError

from voice_checkin.dialog.always import Always
from voice_checkin.dialog.check import check_always, check_script
from voice_checkin.dialog.compile import Compiled, compile_script
from voice_checkin.dialog.loader import Document, Fault, load
from voice_checkin.dialog.schema import ScriptModel
from voice_checkin.errors import ScriptError

ModelT = TypeVar("ModelT", bound=BaseModel)


def parse_script(text: str, file: str) -> Compiled:
    """Parse and check one script.  Raises `ScriptError` with all its faults."""
    document = load(text, file)
    model = _shape(document, ScriptModel)
    if model is not None:
        check_script(model, document)
    _raise(document.faults)
    assert model is not None  # noqa: S101 - no model means faults
    return compile_script(model)


def parse_always(text: str, file: str) -> Always:
    """Parse and check ``always.yaml``."""
    document = load(text, file)
    model = _shape(document, Always)
    if model is not None:
        check_always(model, document)
    _raise(document.faults)
    assert model is not None  # noqa: S101
    return model


def _shape(document: Document, model: type[ModelT]) -> ModelT | None:
    if document.faults:
        return None
    try:
        return model.model_validate(document.data)
    except ValidationError as error:
        for item in error.errors(include_input=False, include_url=False):
            # The union of group and beat puts its own tags into the path: they are no keys.
            path = tuple(p for p in item["loc"] if p not in ("Group", "Beat"))
            where = ".".join(str(part) for part in path) or "the script"
            document.fault(path, "D80", f"{where}: {item['msg']}")
        return None


def _raise(faults: list[Fault]) -> None:
    if faults:
        seen = dict.fromkeys(str(fault) for fault in sorted(faults, key=lambda f: (f.line, f.code)))
        raise ScriptError(tuple(seen))
