"""Faults of scripts: one broken file for each code, and the traps of YAML."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voice_checkin.dialog.check import CODES, script_lines
from voice_checkin.dialog.loader import MAX_BYTES, load
from voice_checkin.dialog.parse import parse_script
from voice_checkin.errors import ScriptError
from voice_checkin.resources import dialogs_folder
from voice_checkin.scripts import (
    load_always,
    load_script,
    load_translation,
    schema_text,
    script_names,
)

pytestmark = pytest.mark.mind

BROKEN = sorted((Path(__file__).parent / "broken").glob("*.yaml"))
BROKEN_LINES = sorted((Path(__file__).parent / "broken" / "lines").glob("*.yaml"))


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_each_broken_script_is_refused_with_its_code_and_place(path: Path) -> None:
    with pytest.raises(ScriptError) as refused:
        parse_script(path.read_text(encoding="utf-8"), path.name)
    code = path.name.split("_")[0]
    found = [text for text in refused.value.diagnostics if f" {code} " in text]

    assert found, refused.value.diagnostics
    name, line, column = found[0].split(" ", 1)[0].split(":")
    assert name == path.name
    assert int(line) >= 1
    assert int(column) >= 1


@pytest.mark.parametrize("path", BROKEN_LINES, ids=lambda path: path.stem)
def test_each_broken_translation_is_refused_with_its_code_and_place(path: Path) -> None:
    with pytest.raises(ScriptError) as refused:
        load_translation(path)
    code = path.name.split("_")[0]

    assert any(
        re.match(rf"{re.escape(str(path))}:\d+:\d+ {code} ", text)
        for text in refused.value.diagnostics
    ), refused.value.diagnostics


def test_every_code_has_a_broken_example() -> None:
    shown = {path.name.split("_")[0] for path in (*BROKEN, *BROKEN_LINES)}

    assert set(CODES) - shown == {"D90"}  # too large to keep here; tested below


def test_a_file_too_large_to_be_a_script_is_refused() -> None:
    with pytest.raises(ScriptError, match="D90"):
        parse_script("#" * (MAX_BYTES + 1), "large.yaml")


def test_all_faults_are_told_at_once() -> None:
    text = (Path(__file__).parent / "broken" / "D12_only_one_re_prompt.yaml").read_text()
    text = text.replace("how was your day?", "did this treatment help? Yes?")
    with pytest.raises(ScriptError) as refused:
        parse_script(text, "many.yaml")

    codes = {diagnostic.split()[1] for diagnostic in refused.value.diagnostics}
    assert {"D12", "D32", "D34"} <= codes


@pytest.mark.parametrize(
    ("written", "read"),
    [("yes", "yes"), ("no", "no"), ("on", "on"), ("21:30", "21:30"), ("010", "010"),
     ("2026-11-23", "2026-11-23"), ("1_000", "1_000"), ("7", 7), ("0.5", 0.5), ("true", True),
     ("~", None), ('"7"', "7")],
)  # fmt: skip
def test_what_a_person_wrote_is_what_is_read(written: str, read: object) -> None:
    assert load(f"a: {written}", "x.yaml").data == {"a": read}


@given(st.text(max_size=400))
@settings(max_examples=300, deadline=None)
def test_no_text_does_more_than_be_refused(text: str) -> None:
    with pytest.raises(ScriptError):
        parse_script(text, "x.yaml")


@pytest.mark.parametrize("name", script_names())
def test_every_conversation_is_in_order(name: str) -> None:
    assert load_script(name).model.script == name


def test_line_ids_are_unique_over_all_conversations() -> None:
    ids = [line.id for line in load_always().lines()]
    for name in script_names():
        ids += [line.id for line in script_lines(load_script(name).model)]

    assert len(ids) == len(set(ids))


def test_the_schema_for_editors_is_current() -> None:
    """Made by ``voice-checkin dialogs schema > dialogs/schema.json``."""
    assert (dialogs_folder() / "schema.json").read_text(encoding="utf-8") == schema_text() + "\n"


def test_every_script_tells_editors_its_schema() -> None:
    for name in script_names():
        first = (dialogs_folder() / f"{name}.yaml").read_text(encoding="utf-8").splitlines()[0]
        assert first == "# yaml-language-server: $schema=schema.json"
