"""Scripts as pages that a counsellor can read.  Pure: scripts in, lines of text out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from voice_checkin.dialog.always import Always
from voice_checkin.dialog.check import script_lines
from voice_checkin.dialog.compile import Compiled
from voice_checkin.dialog.schema import Beat, Group, Line, Result, When
from voice_checkin.dialog.translate import mark

_ASKS = {
    "each": "each partner in turn",
    "first": "the one who is first tonight",
    "second": "the other one",
    "partner": "the partner whose round it is",
    "other": "the other partner",
    "hurt": "the one who is hurt",
    "caused": "the one who caused the hurt",
    "either": "either of them",
}

_MUTUAL = "both have their say: the quieter one is offered a turn before it closes"


def page(script: Compiled) -> Iterator[str]:
    """Yield a script as Markdown."""
    model = script.model
    yield f"# {model.title}"
    yield ""
    yield f"{model.about} At most {model.ends.max_minutes:g} minutes."
    for entry in model.beats:
        yield ""
        if isinstance(entry, Group):
            yield f"## With each partner: {entry.each}"
            if entry.mutual:
                yield _MUTUAL
            for beat in entry.beats:
                yield ""
                yield from _beat(beat, "###")
        else:
            yield from _beat(entry, "##")


def _beat(beat: Beat, mark: str) -> Iterator[str]:
    yield f"{mark} {beat.beat}"
    if beat.only_if is not None:
        yield f"Only if {_when(beat.only_if)}."
    for line in beat.tell or ():
        yield f"- says: {_say(line)}"
    if beat.ask is not None and beat.line is not None and beat.expect is not None:
        yield f"- asks {_ASKS[beat.ask]}: {_say(beat.line)}"
        yield f"- waits for: {beat.expect.kind.value.replace('_', ' ')}"
        if beat.mutual:
            yield f"- {_MUTUAL}"
        for line in beat.again:
            yield f"- asked again: {_say(line)}"
    for result in (*beat.results, *(beat.decide or ())):
        yield f"- {_result(result)}"
    for what, target in (
        ("if refused", beat.if_refused),
        ("if silent", beat.if_silent),
        ("if not understood", beat.if_lost),
        ("then", beat.then),
    ):
        if target is not None:
            yield f"- {what}: {target}"


def _result(result: Result) -> str:
    parts = [f"if {_when(result.when)}" if result.when else "otherwise"]
    parts += [f"says {_say(line)}" for line in result.say]
    parts += [f"keeps a {entry.kind}" for entry in result.keep]
    if result.then:
        parts.append(f"goes to {result.then}")
    return ", ".join(parts)


def _when(when: When) -> str:
    words = []
    for name in sorted(when.model_fields_set):
        value = getattr(when, name)
        shown = ", ".join(value) if isinstance(value, tuple) else value
        words.append(name.replace("_", " ") if value is True else
                     f"{name.replace('_', ' ')} {shown}")  # fmt: skip
    return " and ".join(words)


def _say(line: Line) -> str:
    return " / ".join(f'"{text}"' for text in line.say)


def translation_page(scripts: Iterable[Compiled], always: Always, language: str) -> Iterator[str]:
    """Yield a file of all lines with their marks, in English, to be translated in place."""
    yield f"language: {language}"
    yield f"partner_one: {always.partner_one}"
    yield f"partner_two: {always.partner_two}"
    yield "lines:"
    parts = [(script.model.script, script_lines(script.model)) for script in scripts]
    for name, lines in [*parts, ("always", always.lines())]:
        yield f"  # {name}"
        for line in lines:
            said = ", ".join(f'"{text}"' for text in line.say)
            yield f'  {line.id}: {{of: "{mark(line)}", say: [{said}]}}'


def lines_page(scripts: Iterable[Compiled], always: Always) -> Iterator[str]:
    """Yield every line by id, for a counsellor's review."""
    yield "# All the lines"
    yield ""
    yield "Made by `voice-checkin dialogs lines`. In braces: names and words that are filled in."
    for script in scripts:
        yield ""
        yield f"## {script.model.script}: {script.model.title}"
        yield ""
        for line in script_lines(script.model):
            yield f"- `{line.id}` {_say(line)}"
    yield ""
    yield "## always: in every conversation"
    yield ""
    for line in always.lines():
        yield f"- `{line.id}` {_say(line)}"
