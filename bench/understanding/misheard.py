"""Teach which number or command was said from what a recogniser wrote.

``python -m bench.understanding.misheard [--speak] [numbers|commands]``: with ``--speak`` it first
says every one of them in the ways people say it, by ten voices that the held-out recordings don't
have, quiet and over noise, and keeps what was heard in ``tests/corpus/misheard/numbers.tsv`` and
``commands.tsv``, and by the five held-out voices in ``numbers_held_out.tsv`` and
``commands_held_out.tsv`` (a quarter of an hour on one core).  Then, in seconds, it fits the pieces
of what was heard, with the short sentences of the training corpora as answers that are none of
them, prints how many the held-out voices' are found, and writes
``dialogs/understanding/misheard_numbers.npz`` and ``misheard_commands.npz``.
"""

from __future__ import annotations

import argparse
import hashlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from bench.understanding.material import FOLDER, read_rows
from bench.understanding.speak import VOICES as HELD_OUT_VOICES
from bench.understanding.speak import sound_of
from bench.understanding.train import hashed
from voice_checkin.judges import MisheardWords
from voice_checkin.lexicon import load_understanding
from voice_checkin.listening.choose import choose_recognizer
from voice_checkin.listening.models import models_folder
from voice_checkin.rehearsal.director import sample_answers
from voice_checkin.scripts import load_script, script_names
from voice_checkin.speaking.choose import choose_voice
from voice_checkin.understanding.classifier import bucket
from voice_checkin.understanding.meaning import Meaning
from voice_checkin.understanding.misheard import LONGEST, LONGEST_COMMAND, sounds
from voice_checkin.words import Expecting, Kind

OUT = Path(__file__).resolve().parents[2] / "dialogs" / "understanding"
VOICES = {
    "espeak:en-us+f2": 150, "espeak:en-us+m7": 150, "flite:slt": 150, "espeak:en-us+m2": 165,
    "espeak:en-gb+m2": 150, "espeak:en-gb+f5": 150, "flite:rms": 150, "espeak:en-us+f5": 140,
    "espeak:en-us+m1": 155, "espeak:en-us+f1": 150,
}  # fmt: skip
NUMBERS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
WAYS = (
    "{}", "a {}", "about a {}", "maybe {}", "I'd say {}", "{} out of ten", "um {}",
    "probably a {}", "{} tonight", "maybe a {}", "I'm a {}", "like a {}", "{} I think", "around {}",
    "it's a {}", "I'm at {}",
)  # fmt: skip
COMMANDS: dict[str, tuple[str, ...]] = {
    "stop": ("stop", "please stop", "stop please", "stop now", "stop it", "I want to stop",
             "let's stop", "stop stop", "can we stop"),
    "pause": ("pause", "pause please", "wait", "one moment", "hold on", "wait a moment"),
    "resume": ("resume", "go on", "continue", "carry on"),
    "repeat": ("repeat", "repeat please", "say that again", "again please", "once more", "pardon"),
    "back": ("back", "go back", "back please", "go back please"),
    "skip": ("skip", "skip it", "skip this", "next question", "skip please"),
    "time_out": ("time out", "time out please", "I need a break", "take a break"),
    "help": ("help", "help please", "what can I say", "I need help"),
    "louder": ("louder", "louder please", "speak up", "a bit louder"),
    "quieter": ("quieter", "quieter please", "a bit quieter", "not so loud"),
    "slower": ("slower", "slower please", "slow down", "a bit slower"),
    "faster": ("faster", "faster please", "speed up", "a bit faster"),
    "forget": ("forget that", "forget it", "delete that", "forget tonight"),
}  # fmt: skip
NONE = "none"
BUCKETS = 1 << 14
KEPT_BACK = 10
"""Every tenth sentence without any of them teaches nothing."""


@dataclass(frozen=True, slots=True)
class Matter:
    """What is listened for."""

    name: str
    labels: tuple[str, ...]
    sayings: tuple[tuple[str, str], ...]
    """Label and what is said."""
    longest: int
    """Words of an utterance that is looked at."""
    least: float
    """The share from which it is believed."""
    asked: Expecting
    found: Callable[[Meaning], str | None]
    """The label in what is understood of a text."""


def _number(meaning: Meaning) -> str | None:
    return None if meaning.scale is None else f"{meaning.scale:g}"


def _command(meaning: Meaning) -> str | None:
    return meaning.command or meaning.command_like


MATTERS = (
    Matter(
        "numbers", tuple(map(str, range(11))),
        tuple((str(value), way.format(word).replace("a eight", "an eight"))
              for value, word in enumerate(NUMBERS) for way in WAYS),
        LONGEST, 0.75, Expecting(kind=Kind.SCALE), _number,
    ),
    Matter(
        "commands", tuple(COMMANDS),
        tuple((name, said) for name, ways in COMMANDS.items() for said in ways),
        LONGEST_COMMAND, 0.4, Expecting(), _command,
    ),
)  # fmt: skip
"""The least shares: of training sentences that were kept back, 1 in 350 is taken for a number then,
and 1 in 200 asked whether it was a command."""


def speak(matter: Matter, path: Path, voices: dict[str, int],
          rooms_db: tuple[float | None, ...]) -> None:  # fmt: skip
    """Say everything in every way, and keep what was heard."""
    ears = choose_recognizer("moonshine", models_folder())
    ears.load()
    rows = [f"# label\tsaid\theard: {matter.name} as a recogniser heard synthetic voices say them"]
    for name, pace in voices.items():
        voice = choose_voice(name)
        for label, said in matter.sayings:
            for snr_db in rooms_db:
                sound = sound_of(said, name, voice, pace, snr_db)
                heard = " ".join(ears.decode(sound, matter.asked).text.split())
                rows.append(f"{label}\t{said}\t{heard}")
        print(f"{path.name}: {name}", flush=True)
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")


def heard_as(name: str) -> list[tuple[str, str]]:
    """Return label and what was heard, row by row."""
    return [(label, heard) for label, _, heard in read_rows(f"misheard/{name}") if heard]


def digest(name: str) -> str:
    """Return what ties the weights to the recordings they were made from."""
    return hashlib.sha256((FOLDER / "misheard" / f"{name}.tsv").read_bytes()).hexdigest()


def others(matter: Matter) -> list[str]:
    """Return short sentences of the training corpora, and sample answers, in which the other judges
    find none."""
    return sorted(text for text in _others(matter) if _found(matter, text) is None)


def _found(matter: Matter, text: str) -> str | None:
    return matter.found(load_understanding().understand(text, matter.asked))


def _others(matter: Matter) -> Iterator[str]:
    seen = set()
    for name in script_names():
        for text in sample_answers(load_script(name)):
            if text not in seen and len(text.split()) <= matter.longest:
                seen.add(text)
                yield text
    for path in sorted((FOLDER / "train").glob("*.tsv")):
        for label, text, *asked in read_rows(f"train/{path.stem}"):
            wanted = label in matter.labels and (asked[:1] == ["scale"] or not asked)
            if text and not wanted and text not in seen and len(text.split()) <= matter.longest:
                seen.add(text)
                yield text


def rows(texts: list[str]) -> csr_matrix:
    """Return one row a text: the pieces of its letters."""
    return hashed([(sounds(text),) for text in texts], BUCKETS)


def teach(matter: Matter, texts: list[str], truth: list[str]) -> MisheardWords:
    """Fit the pieces; one label more than the matter has: none of them."""
    labels = (*matter.labels, NONE)
    linear = LogisticRegression(C=50, max_iter=500)
    with threadpool_limits(1):  # sums in one order: the same file every time
        linear.fit(rows(texts), [labels.index(label) for label in truth])
    scale = np.maximum(np.abs(linear.coef_).max(axis=1) / 127, 1e-5).astype(np.float32)
    grams = np.round(linear.coef_ / scale[:, None]).astype(np.int8).T
    bias = linear.intercept_.astype(np.float32)
    return MisheardWords(matter.labels, grams, scale, bias, matter.least)


def counted(matter: Matter) -> Counter[str]:
    """Count what becomes of those said by voices that taught nothing."""
    rows = heard_as(f"{matter.name}_held_out")
    return Counter(_verdict(_found(matter, heard), label) for label, heard in rows)


def _verdict(found: str | None, label: str) -> str:
    return "lost" if found is None else "right" if found == label else "wrong"


def make(matter: Matter) -> None:
    """Teach one matter, write its weights, and print what they change."""
    path = OUT / f"misheard_{matter.name}.npz"
    load_understanding.cache_clear()
    texts, before = others(matter), counted(matter)
    kept_back = [text for text in texts if bucket(text, KEPT_BACK) == 0]
    taught = [text for text in texts if bucket(text, KEPT_BACK) != 0]
    heard = heard_as(matter.name)
    judge = teach(matter, [text for _, text in heard] + taught,
                  [label for label, _ in heard] + [NONE] * len(taught))  # fmt: skip
    np.savez_compressed(path, labels=np.array(judge.labels), grams=judge.grams, scale=judge.scale,
                        bias=judge.bias, least=np.float32(judge.least),
                        corpus=np.array(digest(matter.name)))  # fmt: skip
    load_understanding.cache_clear()
    wrong = sum(_found(matter, text) is not None for text in kept_back)
    print(f"{matter.name} by five other voices at 20 dB, the other judges alone: {dict(before)}; "
          f"with it: {dict(counted(matter))}; {wrong} of {len(kept_back)} other answers taken "
          f"for one\n{path.name}: {path.stat().st_size // 1024} KiB")  # fmt: skip


def main() -> None:
    """Make the weights of one or of all."""
    wants = argparse.ArgumentParser(description=__doc__)
    wants.add_argument("--speak", action="store_true", help="make the recordings' words anew")
    wants.add_argument("name", nargs="?", choices=[matter.name for matter in MATTERS])
    asked = wants.parse_args()
    folder = FOLDER / "misheard"
    wanted = [matter for matter in MATTERS if asked.name in (None, matter.name)]
    for matter in wanted:  # the other judges alone say what is none of them
        (OUT / f"misheard_{matter.name}.npz").unlink(missing_ok=True)
    for matter in wanted:
        if asked.speak:
            speak(matter, folder / f"{matter.name}.tsv", VOICES, (None, 12.0))
            held_out = folder / f"{matter.name}_held_out.tsv"
            speak(matter, held_out, HELD_OUT_VOICES, (20.0,))
        make(matter)


if __name__ == "__main__":
    main()
