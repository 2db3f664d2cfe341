"""What makes a well-formed script a kind and safe one.  Pure; every fault has a code.

`CODES` tells a counsellor what each means; ``voice-checkin dialogs explain CODE`` prints it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from voice_checkin.dialog.always import Always
from voice_checkin.dialog.compile import END, Compiled, compile_script
from voice_checkin.dialog.lines import PLACEHOLDERS, placeholders
from voice_checkin.dialog.loader import Document, Path
from voice_checkin.dialog.paths import check_paths
from voice_checkin.dialog.schema import ENDINGS, Beat, Group, Line, ScriptModel
from voice_checkin.words import Kind

MOST_WORDS = 15
MOST_SECONDS = 9.0
"""A line of 15 words takes 6 s at 150 words a minute; placeholders may lengthen it a little."""

CODES = {
    "D01": "A beat leads to another that is not in the script.",
    "D02": "No path leads to this beat.",
    "D03": "From this beat no path leads to an end.",
    "D04": "Two beats or two lines have the same name.",
    "D05": "A beat must have exactly one of tell, ask and decide.",
    "D06": "Someone is asked, but there is no line, or it is not said what is expected.",
    "D07": "Beats lead in a circle in which nobody is asked.",
    "D08": "People can go round in a circle with no result that ends it by `visits_at_least`.",
    "D10": "An answer that matters needs `if_refused`: where does a skip lead?",
    "D11": "An answer that matters needs `if_silent`: where does silence lead?",
    "D12": "A question needs two re-prompts in `again`: one narrower, one with an example.",
    "D13": "A re-prompt is worded like the question.",
    "D15": "A choice needs options, and only a choice has them.",
    "D16": "A result names an option that the beat does not offer.",
    "D17": "A rehearsal needs two sample answers where people are asked.",
    "D18": "A role is asked that nobody claims in this script.",
    "D19": "Only what each of the two is asked in their own words can be `mutual`.",
    "D20": "A placeholder is not one of those that can be filled.",
    "D21": "A placeholder has no value on some path: a skip, a silence, a question to either.",
    "D30": "A line has more than fifteen words.",
    "D31": "A line has characters that the voice cannot say.",
    "D32": "A line asks more than one question.",
    "D33": "A question must come at the end of its line.",
    "D34": "A line claims to treat or diagnose (S3).",
    "D35": "A line takes a side, labels a person, or tells people to stay or leave (S5).",
    "D36": "A line asks for forgiveness (S7).",
    "D37": "A good-bye asks, offers, counts or blames (S24).",
    "D40": "A translation of a line is missing, or the line was reworded after it.",
    "D41": "A translation is of a line or an option that does not exist.",
    "D80": "The script has a key or a value that the language does not know.",
    "D90": "The file is too large to be a script.",
    "D91": "The file is not valid YAML.",
    "D92": "The file uses a part of YAML that scripts may not use.",
    "D93": "A key stands twice.",
}

_CLAIMS = re.compile(
    r"\b(diagnos\w*|treat(ment|s|ing)?|cure\w*|"
    r"heal(s|ing)? (your|the) (affair|marriage|relationship)|"
    r"disorder|depressi\w+|narcissis\w+|bipolar|ptsd|trauma\w*|patient(s)?\b(?! with)|"
    r"therapy)\b",
    re.IGNORECASE,
)
_SIDES = re.compile(
    r"\b((is|was|are|were) (the )?(right|wrong|guilty|unfair|to blame|toxic|overreacting)( one)?|"
    r"at fault|to blame|your fault|nothing wrong|has a point|i agree|on your side|"
    r"defensive(ness)?|stonewall\w*|contempt\w*|criticis\w*|criticiz\w*|manipulat\w*|"
    r"you always|you never|you started|you deserve|you owe|you must|too sensitive|takes two|"
    r"won this|has to change|(more|less) \w+ than|better for you both|"
    r"should (stay|leave|break up|divorce|separate|forgive)|i would (leave|stay|go)|"
    r"(two|both) should|time to (leave|break up|separate|divorce)|"
    r"stay together(?! if that is safe)|(stay with|leave) (him|her|them|your partner))\b",
    re.IGNORECASE,
)
_FORGIVE = re.compile(
    r"\b(forgiv\w+|let (it|that) go|move past|get over (it|that))\b", re.IGNORECASE
)
_HOOKS = re.compile(
    r"\b(streak|in a row|don't go|come back (soon|tomorrow)|miss you|before you go|a pity|"
    r"doing so well|are you sure you want to (stop|go|leave)|one more thing)\b|\?",
    re.IGNORECASE,
)
_SPEAKABLE = re.compile(r"^[A-Za-z0-9 ,.?!'{}_:;-]*$")
_GOODBYE = ("good_night", "stopped", "gone", "break_end", "forgotten", "hard_stop")


def check_script(model: ScriptModel, document: Document) -> None:
    """Add every fault of meaning to ``document``."""
    for path, beat in _beats(model):
        _check_form(beat, path, document)
    for index, entry in enumerate(model.beats):
        if isinstance(entry, Group) and entry.mutual and not any(map(_in_own_words, entry.beats)):
            text = f"round {entry.each}: is mutual, and asks for nothing in their own words"
            document.fault(("beats", index, "mutual"), "D19", text)
    _check_names(model, document)
    for path, line in _lines(document.data, ()):
        parsed = Line.model_validate(line)
        goodbye = any(part in parsed.id for part in _GOODBYE)
        _check_line(parsed, path, document, goodbye=goodbye)
    if not document.faults:
        script = compile_script(model)
        _check_graph(script, model, document)
        if not document.faults:
            check_paths(script, {beat.beat: path for path, beat in _beats(model)}, document)


def script_lines(model: ScriptModel) -> list[Line]:
    """Return every line of a script, in the order of its beats."""
    found: list[Line] = []
    for _, beat in _beats(model):
        found += beat.tell or ()
        found += [beat.line] if beat.line else []
        found += beat.again
        found += [line for line in (beat.leave, beat.help) if line is not None]
        for result in (*beat.results, *(beat.decide or ())):
            found += result.say
    return found


def check_always(model: Always, document: Document) -> None:
    ids = Counter(line.id for line in model.lines())
    for path, raw in _lines(document.data, ()):
        line = Line.model_validate(raw)
        _check_line(line, path, document, goodbye=str(path[0]) in _GOODBYE)
        if ids[line.id] > 1:
            document.fault(path, "D04", f"the line id {line.id} stands twice")


def _beats(model: ScriptModel) -> Iterator[tuple[Path, Beat]]:
    for index, entry in enumerate(model.beats):
        if isinstance(entry, Group):
            for inner, beat in enumerate(entry.beats):
                yield ("beats", index, "beats", inner), beat
        else:
            yield ("beats", index), entry


def _lines(data: object, path: Path) -> Iterator[tuple[Path, dict[str, object]]]:
    if isinstance(data, dict):
        if "id" in data and "say" in data:
            yield path, data
            return
        for key, value in data.items():
            yield from _lines(value, (*path, key))
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from _lines(value, (*path, index))


def _check_form(beat: Beat, path: Path, document: Document) -> None:
    def fault(code: str, text: str, *more: str | int) -> None:
        document.fault((*path, *more), code, f"beat {beat.beat}: {text}")

    given = [name for name in ("tell", "ask", "decide") if getattr(beat, name) is not None]
    if len(given) != 1:
        fault("D05", f"has {' and '.join(given) or 'none'} of tell, ask, decide; one is needed")
        return
    if beat.ask is None:
        return
    if beat.line is None or beat.expect is None:
        fault("D06", "asks, so it needs both `line` and `expect`")
        return
    for code, name in (("D10", "if_refused"), ("D11", "if_silent")):
        if beat.matters and getattr(beat, name) is None:
            fault(code, f"matters, so it must say `{name}` (`next` goes on)")
    if len(beat.again) < 2:
        fault("D12", f"has {len(beat.again)} of the two re-prompts", "again")
    said = {text.lower() for text in beat.line.say}
    for index, line in enumerate(beat.again):
        if said & {text.lower() for text in line.say}:
            fault("D13", "a re-prompt repeats the wording", "again", index)
        said |= {text.lower() for text in line.say}
    is_choice = beat.expect.kind is Kind.CHOICE
    if is_choice != bool(beat.expect.options):
        fault("D15", "options go with kind choice, and only with it", "expect")
    for index, result in enumerate(beat.results):
        unknown = set((result.when.choice if result.when else None) or ()) - set(
            beat.expect.options
        )
        if unknown:
            fault("D16", f"no option is called {', '.join(sorted(unknown))}", "results", index)
    if beat.mutual and (beat.ask != "each" or not _in_own_words(beat)):
        fault("D19", "is mutual, so it must ask each of the two in their own words", "mutual")
    if len(beat.sample) < 2:
        fault("D17", "needs a sample answer for each partner", "sample")


def _in_own_words(beat: Beat) -> bool:
    return beat.expect is not None and beat.expect.kind in (Kind.FREE, Kind.FEELING)


def _check_names(model: ScriptModel, document: Document) -> None:
    seen: dict[str, str] = {}
    targets = {beat.beat for _, beat in _beats(model)}
    endings = {f"{END}{name}" for name in ENDINGS}
    for path, beat in _beats(model):
        if beat.beat in seen:
            document.fault((*path, "beat"), "D04", f"two beats are called {beat.beat}")
        seen[beat.beat] = beat.beat
        named: list[tuple[Path, str | None]] = [
            (("then",), beat.then),
            (("if_refused",), beat.if_refused),
            (("if_silent",), beat.if_silent),
            (("if_lost",), beat.if_lost),
        ]
        for kind in ("results", "decide"):
            results = getattr(beat, kind) or ()
            named += [((kind, i, "then"), result.then) for i, result in enumerate(results)]
        for where, target in named:
            known = target is None or target in targets | endings | {"next", "again"}
            if not known:
                document.fault((*path, *where), "D01", f"there is no beat called {target}")
    over = model.ends.over
    if over is not None and over not in targets:
        document.fault(("ends", "over"), "D01", f"there is no beat called {over}")
    claims = any(r.claim for _, b in _beats(model) for r in (*b.results, *(b.decide or ())))
    for path, beat in _beats(model):
        if beat.ask in ("hurt", "caused") and not claims:
            document.fault((*path, "ask"), "D18", f"nobody claims the role {beat.ask}")
    ids = Counter(str(line["id"]) for _, line in _lines(document.data, ()))
    for path, line in _lines(document.data, ()):
        if ids[str(line["id"])] > 1:
            document.fault(path, "D04", f"the line id {line['id']} stands twice")


def _check_line(line: Line, path: Path, document: Document, *, goodbye: bool) -> None:
    for text in line.say:

        def fault(code: str, why: str) -> None:
            document.fault(path, code, f"line {line.id}: {why}")

        for name in placeholders(text):
            if name not in PLACEHOLDERS:
                fault("D20", f"{{{name}}} cannot be filled")
        count = len(re.findall(r"[A-Za-z0-9{][\w'{}-]*", text))
        if count > MOST_WORDS:
            fault("D30", f"has {count} words; {MOST_WORDS} is the most")
        if not _SPEAKABLE.match(text):
            fault("D31", "has characters that the voice cannot say")
        if text.count("?") > 1:
            fault("D32", "asks more than one question")
        elif "?" in text and not text.rstrip().endswith("?") and "Or " not in text \
                and "You can" not in text:  # fmt: skip
            fault("D33", "goes on after its question")
        for code, why in word_faults(text, goodbye=goodbye):
            fault(code, why)


def word_faults(text: str, *, goodbye: bool = False) -> Iterator[tuple[str, str]]:
    """Yield code and reason of what a line says that it may not (S3, S5, S7, S24)."""
    # The one therapy that is named is the kind of trained help the mission speaks of.
    plain = text.replace("Emotionally Focused Therapy", "")
    for pattern, code, why in (
        (_CLAIMS, "D34", "claims to treat or to diagnose"),
        (_SIDES, "D35", "takes a side, labels a person or tells people what to decide"),
        (_FORGIVE, "D36", "asks for forgiveness"),
    ):
        if pattern.search(plain):
            yield code, why
    if goodbye and _HOOKS.search(text):
        yield "D37", "a good-bye may not ask, offer, count or blame"


def _check_graph(script: Compiled, model: ScriptModel, document: Document) -> None:
    paths = {beat.beat: path for path, beat in _beats(model)}
    edges: dict[str, set[str]] = {key: set() for key in script.nodes}
    back: dict[str, set[str]] = {}
    for source, _name, dest in script.edges():
        edges[source].add(dest)
        back.setdefault(dest, set()).add(source)
    starts = {script.first}
    if model.ends.over is not None:
        starts.add(script.entry[model.ends.over])
    reached = _closure(starts, edges)
    ending = _closure({key for key in back if key.startswith(END)}, back)
    silent = {key: dests for key, dests in edges.items() if script.nodes[key].beat.ask is None}
    for key, node in script.nodes.items():
        where = (*paths[node.beat.beat], "beat")
        if key not in reached:
            document.fault(where, "D02", f"no path leads to the beat {node.beat.beat}")
        elif key not in ending:
            document.fault(where, "D03", f"no path leads from {node.beat.beat} to an end")
        after = set(silent.get(key, ()))
        if key in silent and key in _closure(after, silent):
            document.fault(where, "D07", f"{node.beat.beat} is in a circle without a question")


def _closure(starts: set[str], edges: dict[str, set[str]]) -> set[str]:
    found, todo = set(starts), list(starts)
    while todo:
        for dest in edges.get(todo.pop(), ()):
            if dest not in found:
                found.add(dest)
                todo.append(dest)
    return found
