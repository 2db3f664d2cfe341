"""What the recogniser makes of training sentences, for the judges to learn from.

``python -m bench.understanding.mishear [NAME ...]``: the sample answers of every conversation and
part of the training sentences, by four voices that the held-out recordings don't have, in two
rooms; about three quarters of an hour.  Writes ``tests/corpus/train/heard_*.tsv``.  Ordinary words
that were misheard read strangely, and what reads strangely was taken for danger.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Iterator
from zlib import crc32

from bench.understanding.material import FOLDER, read_rows
from bench.understanding.speak import sound_of
from voice_checkin.listening.choose import choose_recognizer
from voice_checkin.listening.models import models_folder
from voice_checkin.listening.seams import Recognizer
from voice_checkin.rehearsal.director import sample_answers
from voice_checkin.scripts import load_script, script_names
from voice_checkin.speaking.choose import choose_voice
from voice_checkin.words import Expecting

TRAIN = FOLDER / "train"
VOICES = {"espeak:en-us+f2": 150, "espeak:en-us+m7": 150, "flite:slt": 150, "espeak:en-us+m2": 165}
ROOMS_DB = (25.0, 10.0)
EVERY = 3
"""Every third calm sentence: enough to show what mishearing does to them."""
SPOKEN: dict[str, dict[str, int]] = {
    "heard_danger": {"violence_plain": 2, "coercion_plain": 3, "self_harm_plain": 3,
                     "violence_sideways": 1, "coercion_sideways": 1, "self_harm_sideways": 1},
    "heard_closed": {"closed": 1, "closed_more": 1, "closed_indirect": 1},
    "heard_commands": {"commands": 2, "commands_more": 2, "commands_indirect": 1},
}  # fmt: skip
"""What is made: from which files, and every which of their lines one voice says once."""
LEAST_LEFT = 0.5
"""The part of the words that must be heard right for a sentence to mean still what was said."""

DANGER = {"die", "dead", "kill", "killed", "hit", "choke", "hurt"}
"""Heard where nobody said it, such a word must not be learned as harmless."""


def harmless() -> list[str]:
    """Return the answers that a conversation expects, and calm sentences."""
    answers = {text for name in script_names() for text in sample_answers(load_script(name))}
    calm = [text for label, text in _rows("calm") if label == "none"][::EVERY]
    return sorted(text for text in answers | set(calm) if text.count(" ") >= 1)


def _rows(name: str) -> list[tuple[str, str]]:
    return [(label, text) for label, text, *_ in read_rows(f"train/{name}")]


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z]+", text.lower())


def calm(listen: Callable[[str, str, float], str]) -> Iterator[tuple[str, str]]:
    """Let every voice say every harmless answer in every room."""
    for voice in VOICES:
        for text in harmless():
            for snr_db in ROOMS_DB:
                heard = listen(text, voice, snr_db)
                introduced = DANGER & set(_words(heard)) - set(_words(text))
                if heard.count(" ") >= 1 and not introduced:
                    yield "none", heard


def told(name: str, listen: Callable[[str, str, float], str]) -> Iterator[list[str]]:
    """Let one voice say each sentence of some files in one room; what is heard keeps its label."""
    rows = [
        row for file, every in SPOKEN[name].items() for row in read_rows(f"train/{file}")[::every]
    ]
    for label, text, *kind in rows:
        if kind == ["scale"]:
            continue  # numbers have a judge of their own
        number = crc32(text.encode())
        voice = list(VOICES)[number % len(VOICES)]
        heard = listen(text, voice, ROOMS_DB[number // 7 % len(ROOMS_DB)])
        said = _words(text)
        left = sum(word in _words(heard) for word in said) / len(said)
        if heard.count(" ") >= 1 and left >= LEAST_LEFT and _words(heard) != said:
            yield [label, heard, *kind]


def listener(ears: Recognizer) -> Callable[[str, str, float], str]:
    """Return what says a text with a voice at so many dB above the noise, and what is heard."""
    voices = {name: choose_voice(name) for name in VOICES}

    def listen(text: str, voice: str, snr_db: float) -> str:
        sound = sound_of(text, voice, voices[voice], VOICES[voice], snr_db)
        heard = ears.decode(sound, Expecting()).text
        return " ".join(heard.lower().replace("\t", " ").split())

    return listen


def main() -> None:
    """Speak them all, and keep what was heard."""
    wants = argparse.ArgumentParser(description=__doc__)
    wants.add_argument("names", nargs="*", help=f"only these of {', '.join(SPOKEN)}, heard_calm")
    wanted = wants.parse_args().names
    ears = choose_recognizer("moonshine", models_folder())
    listen = listener(ears)
    made: dict[str, Iterator[list[str]]] = {name: told(name, listen) for name in SPOKEN}
    made["heard_calm"] = ([label, text] for label, text in calm(listen))
    if unknown := set(wanted) - set(made):
        wants.error(f"no such corpus: {', '.join(sorted(unknown))}; there are {', '.join(made)}")
    ears.load()
    for name in wanted or made:
        rows = sorted({"\t".join(row) for row in made[name]})
        head = "# label\theard: training sentences as a recogniser heard them; for training only"
        (TRAIN / f"{name}.tsv").write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
        print(f"{name}: {len(rows)} sentences", flush=True)


if __name__ == "__main__":
    main()
