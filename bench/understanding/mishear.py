"""What the recogniser makes of harmless answers, for the judge of danger to learn from.

``python -m bench.understanding.mishear``: the sample answers of every conversation and part of the
calm training sentences, by four voices that the held-out recordings don't have, in two rooms; about
five minutes.  Writes ``tests/corpus/train/heard_calm.tsv``.  Ordinary words that were misheard read
strangely, and what reads strangely was taken for danger.
"""

from __future__ import annotations

import re

from bench.understanding.material import FOLDER
from bench.understanding.speak import sound_of
from voice_checkin.listening.choose import choose_recognizer
from voice_checkin.listening.models import models_folder
from voice_checkin.rehearsal.director import sample_answers
from voice_checkin.scripts import load_script, script_names
from voice_checkin.speaking.choose import choose_voice
from voice_checkin.words import Expecting

OUT = FOLDER / "train" / "heard_calm.tsv"
VOICES = {"espeak:en-us+f2": 150, "espeak:en-us+m7": 150, "flite:slt": 150, "espeak:en-us+m2": 165}
ROOMS_DB = (25.0, 10.0)
EVERY = 3
"""Every third calm sentence: enough to show what mishearing does to them."""

DANGER = {"die", "dead", "kill", "killed", "hit", "choke", "hurt"}
"""Heard where nobody said it, such a word must not be learned as harmless."""


def harmless() -> list[str]:
    """Return the answers that a conversation expects, and calm sentences."""
    answers = {text for name in script_names() for text in sample_answers(load_script(name))}
    calm = [row for row in (FOLDER / "train" / "calm.tsv").read_text("utf-8").splitlines()
            if row.startswith("none\t")][::EVERY]  # fmt: skip
    said = answers | {row.split("\t")[1] for row in calm}
    return sorted(text for text in said if text.count(" ") >= 1)


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z]+", text.lower())


def main() -> None:
    """Speak them all, and keep what was heard otherwise than it was said."""
    ears = choose_recognizer("moonshine", models_folder())
    ears.load()
    found: set[str] = set()
    for name, pace in VOICES.items():
        voice = choose_voice(name)
        for text in harmless():
            for snr_db in ROOMS_DB:
                heard = ears.decode(sound_of(text, name, voice, pace, snr_db), Expecting()).text
                introduced = DANGER & set(_words(heard)) - set(_words(text))
                if heard.count(" ") >= 1 and not introduced:
                    found.add(" ".join(heard.lower().replace("\t", " ").split()))
    rows = [f"none\t{text}" for text in sorted(found)]
    head = "# label\theard: harmless answers as a recogniser heard them; for training only"
    OUT.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    print(f"{OUT.name}: {len(rows)} sentences")


if __name__ == "__main__":
    main()
