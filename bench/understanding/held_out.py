"""How well the understanding does on sentences that no rule was written for.

``python -m bench.understanding.held_out [--set unseen|hard] [--misses]``: a table by kind over
``tests/corpus/held_out``; over ``unseen``, which was written later and on whose totals only the
least share of danger was chosen; or over ``hard``, written around what the judges got wrong.
``--misses`` names the file and line of each miss, never its words.
"""

from __future__ import annotations

import argparse
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from bench.understanding.material import learned
from voice_checkin.lexicon import load_understanding
from voice_checkin.understanding.meaning import Meaning
from voice_checkin.words import Expecting, Kind

FOLDER = Path(__file__).parents[2] / "tests" / "corpus" / "held_out"
UNSEEN, HARD = FOLDER.with_name("unseen"), FOLDER.with_name("hard")
ASKED = {"feelings": Kind.FEELING, "promises": Kind.PROMISE}
"""What was asked where the file itself does not say; free speech elsewhere."""

Pairs = Counter[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One held-out sentence: where it stands, what was asked, and what it should mean."""

    kind: str
    line: int
    asked: Kind
    named: bool
    """Whether the file itself names what was asked."""
    label: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One sentence: where it stands, and the label wanted and given."""

    kind: str
    line: int
    want: str
    got: str


def label_of(kind: str, asked: Kind, meaning: Meaning) -> str:
    """Return what was understood, written as the label in the file of this kind."""
    if kind in ("risk", "negatives"):
        return meaning.risk or "none"
    if kind == "stance":
        return meaning.stance or "none"
    if kind == "commands":
        return meaning.command or "none"
    if kind == "feelings":
        return ",".join(sorted(meaning.feelings)) or "-"
    if kind == "promises":
        promise = meaning.promise
        return "none" if promise is None else promise.refused or "ok"
    if asked is Kind.SCALE:
        return "null" if meaning.scale is None else f"{meaning.scale:g}"
    return meaning.yes_no or "null"


def lines(folder: Path = FOLDER) -> list[Line]:
    """Read every sentence of a set that no judge learned from, in the order of the files."""
    found = []
    for path in sorted(folder.glob("*.tsv")):
        rows = path.read_text(encoding="utf-8").splitlines()
        for number, row in enumerate(rows, start=1):
            if not row or row.startswith("#"):
                continue
            want, text, *rest = row.split("\t")
            if text in learned():
                continue  # "yes" and the like were written for both
            if path.stem == "feelings":
                want = ",".join(sorted(want.split(",")))
            asked = Kind(rest[0]) if rest else ASKED.get(path.stem, Kind.FREE)
            found.append(
                Line(kind=path.stem, line=number, asked=asked, named=bool(rest), label=want,
                     text=text)
            )  # fmt: skip
    return found


def judge(folder: Path = FOLDER) -> list[Judged]:
    """Understand every sentence of a set."""
    mind = load_understanding()
    judged = []
    for one in lines(folder):
        got = label_of(one.kind, one.asked, mind.understand(one.text, Expecting(kind=one.asked)))
        kind = f"{one.kind}: {one.asked}" if one.named else one.kind
        judged.append(Judged(kind=kind, line=one.line, want=one.label, got=got))
    return judged


def scores(pairs: Pairs, label: str) -> tuple[float, float, float]:
    """Return recall, precision and F1 of a label, each 0-1."""
    right = pairs[label, label]
    said = sum(n for (want, _), n in pairs.items() if want == label)
    found = sum(n for (_, got), n in pairs.items() if got == label)
    both = said + found
    return (
        right / said if said else 0.0,
        right / found if found else 0.0,
        2 * right / both if both else 0.0,
    )


def feelings_f1(pairs: Pairs) -> float:
    """Return the F1 over single names, so that one of two feelings counts for half."""
    right = said = found = 0
    for (want, got), n in pairs.items():
        names, heard = set(want.split(",")) - {"-"}, set(got.split(",")) - {"-"}
        right += n * len(names & heard)
        said += n * len(names)
        found += n * len(heard)
    return 2 * right / (said + found) if said + found else 0.0


def table(judged: list[Judged]) -> list[str]:
    """Return the rows: each kind as a whole, then each of its labels."""
    kinds: dict[str, Pairs] = {}
    for one in judged:
        kinds.setdefault(one.kind, Pairs())[one.want, one.got] += 1
    out = [
        "| kind | label | sentences | right | recall | precision | F1 |",
        "|---|---|---|---|---|---|---|",
    ]
    for kind, pairs in kinds.items():
        total = pairs.total()
        right = sum(n for (want, got), n in pairs.items() if want == got)
        out.append(f"| {kind} | all | {total} | {right} ({right / total:.1%}) | | | |")
        if kind in ("feelings", "negatives", "closed: scale"):
            continue
        for label in dict.fromkeys(want for want, _ in pairs):
            recall, precision, f1 = scores(pairs, label)
            said = sum(n for (want, _), n in pairs.items() if want == label)
            out.append(
                f"| {kind} | {label} | {said} | {pairs[label, label]} "
                f"| {recall:.2f} | {precision:.2f} | {f1:.2f} |"
            )
    return [*out, "", *_totals(kinds)]


def _totals(kinds: dict[str, Pairs]) -> list[str]:
    """Return one line for each aim that this set has sentences for."""
    out = []
    for kind, says in (("risk", "risk of any kind raised"), ("negatives", "false alarms")):
        if pairs := kinds.get(kind):
            raised = sum(n for (_, got), n in pairs.items() if got != "none")
            out.append(f"{says}: {raised} of {pairs.total()} ({raised / pairs.total():.1%})")
    if stance := kinds.get("stance"):
        labels = sorted({want for want, _ in stance})
        macro = sum(scores(stance, label)[2] for label in labels) / len(labels)
        out.append(f"stance macro-F1: {macro:.3f}")
    if commands := kinds.get("commands"):
        stories = sum(n for (want, got), n in commands.items() if want == "none" != got)
        out.append(f"stories taken for a command: {stories}")
    if feelings := kinds.get("feelings"):
        out.append(f"feelings F1 over names: {feelings_f1(feelings):.3f}")
    return out


def main() -> None:
    """Print the table and, where asked for, the misses."""
    wants = argparse.ArgumentParser(description=__doc__)
    wants.add_argument("--misses", action="store_true", help="name the file and line of each miss")
    wants.add_argument("--set", choices=["held_out", "unseen", "hard"], default="held_out")
    chosen = wants.parse_args()
    judged = judge(FOLDER.with_name(chosen.set))
    rows = table(judged)
    if chosen.misses:
        rows.append("")
        rows += [
            f"{one.kind.split(':')[0]}.tsv:{one.line}: wanted {one.want}, got {one.got}"
            for one in judged
            if one.want != one.got
        ]
    print("\n".join(rows))


if __name__ == "__main__":
    main()
