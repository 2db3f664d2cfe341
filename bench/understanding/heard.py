"""Tables for what the recogniser heard of held-out sentences (``bench.understanding.speak``)."""

from __future__ import annotations

from collections import Counter

from bench.understanding.held_out import feelings_f1, label_of
from bench.understanding.speak import NOISES, VOICES, Heard, heard
from voice_checkin.lexicon import load_understanding
from voice_checkin.understanding.meaning import Meaning
from voice_checkin.words import Expecting, Kind


def _judged(rows: list[Heard], typed: bool) -> list[tuple[Heard, str, Meaning]]:
    mind = load_understanding()
    found = []
    for one in rows:
        asked = Kind(one.asked)
        meaning = mind.understand(one.said if typed else one.heard, Expecting(kind=asked))
        found.append((one, label_of(one.kind, asked, meaning), meaning))
    return found


def _line(name: str, judged: list[tuple[Heard, str, Meaning]]) -> str:
    """Return one row: risk, false alarms, then the share right of the other kinds."""

    def of(*kinds: str) -> list[tuple[Heard, str, Meaning]]:
        return [one for one in judged if one[0].kind in kinds]

    def share(part: int, whole: int) -> str:
        return f"{part / whole:.2f} ({whole})" if whole else "-"

    danger, calm = of("risk"), of("negatives")
    cells = [
        share(sum(got != "none" for _, got, _ in danger), len(danger)),
        share(sum(meaning.doubtful for _, _, meaning in danger), len(danger)),
        share(sum(not meaning.text.strip() for _, _, meaning in danger), len(danger)),
        share(sum(got != "none" for _, got, _ in calm), len(calm)),
    ]
    for kind in ("commands", "closed", "stance", "promises"):
        rows = of(kind)
        cells.append(share(sum(one.label == got for one, got, _ in rows), len(rows)))
        if kind == "commands":
            asked = sum(one.label == meaning.command_like for one, _, meaning in rows)
            cells.append(share(asked, len(rows)))
    pairs = Counter((one.label, got) for one, got, _ in of("feelings"))
    cells.append(f"{feelings_f1(pairs):.2f}")
    return f"| {name} | {' | '.join(cells)} |"


def rows() -> list[str]:
    """Return the Markdown: by room over all voices, then by voice at 10 dB."""
    kept = heard()
    if not kept:
        return ["Nothing was spoken yet: `python -m bench.understanding.speak`."]
    sentences = len({(one.kind, one.line) for one in kept})
    head = ("| {} | risk noticed | risk asked about | risk: nothing heard | false alarms | commands"
            " | commands asked about | closed | stance | promises | feelings F1 |")  # fmt: skip
    rule = "|---|---|---|---|---|---|---|---|---|---|---|"
    first = [one for one in kept if one.voice == kept[0].voice and one.room == "clean"]
    out = [
        f"{sentences} held-out sentences (of every fourth line, in the order of a hash, as far as "
        f"time went), each by {len(VOICES)} voices through Moonshine: "
        f"{len(kept)} utterances. In brackets: how many.",
        "",
        head.format("room"), rule,
        _line("the same, typed", _judged(first, typed=True)),
    ]  # fmt: skip
    out += [_line(room, _judged([one for one in kept if one.room == room], typed=False))
            for room in NOISES]  # fmt: skip
    out += ["", head.format("voice at 10 dB"), rule]
    for voice in VOICES:
        part = [one for one in kept if one.voice == voice and one.room == "10 dB"]
        out.append(_line(voice, _judged(part, typed=False)))
    return out
