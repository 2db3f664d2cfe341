"""Teach which number was said from what a recogniser wrote.

``python -m bench.understanding.misheard [--speak]``: with ``--speak`` it first says every number in
the ways people say it, by ten voices that the held-out recordings don't have, quiet and over noise,
and keeps what was heard in ``tests/corpus/misheard/numbers.tsv``, and by the five held-out voices
in ``held_out.tsv`` (a quarter of an hour on one core).  Then, in seconds, it fits the pieces of
what was heard, with the short sentences of the training corpora as answers that are no number,
prints how many of the held-out voices' numbers are found, and writes
``dialogs/understanding/misheard.npz``.
"""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from bench.understanding.material import FOLDER, read_rows
from bench.understanding.speak import VOICES as HELD_OUT_VOICES
from bench.understanding.speak import sound_of
from bench.understanding.train import hashed
from voice_checkin.judges import MisheardNumbers
from voice_checkin.lexicon import load_understanding
from voice_checkin.listening.choose import choose_recognizer
from voice_checkin.listening.models import models_folder
from voice_checkin.speaking.choose import choose_voice
from voice_checkin.understanding.classifier import bucket
from voice_checkin.understanding.misheard import LONGEST, sounds
from voice_checkin.words import Expecting, Kind

OUT = Path(__file__).resolve().parents[2] / "dialogs" / "understanding" / "misheard.npz"
HEARD = FOLDER / "misheard" / "numbers.tsv"
HELD_OUT = FOLDER / "misheard" / "held_out.tsv"
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
NONE = len(NUMBERS)
BUCKETS = 1 << 14
LEAST = 0.75
"""The share from which a number is believed: of training sentences that were kept back, 1 in 350
is taken for one then."""
KEPT_BACK = 10
"""Every tenth sentence without a number teaches nothing."""
MIND = load_understanding()
SCALE = Expecting(kind=Kind.SCALE)


def speak(path: Path, voices: dict[str, int], rooms_db: tuple[float | None, ...]) -> None:
    """Say every number in every way, and keep what was heard."""
    ears = choose_recognizer("moonshine", models_folder())
    ears.load()
    rows = ["# number\tsaid\theard: numbers as a recogniser heard synthetic voices say them"]
    for name, pace in voices.items():
        voice = choose_voice(name)
        for number, word in enumerate(NUMBERS):
            for way in WAYS:
                said = way.format(word).replace("a eight", "an eight")
                for snr_db in rooms_db:
                    sound = sound_of(said, name, voice, pace, snr_db)
                    heard = " ".join(ears.decode(sound, SCALE).text.split())
                    rows.append(f"{number}\t{said}\t{heard}")
        print(f"{path.name}: {name}", flush=True)
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")


def read(path: Path) -> list[tuple[int, str]]:
    """Return number and what was heard, row by row."""
    rows = read_rows(f"misheard/{path.stem}")
    return [(int(number), heard) for number, _, heard in rows if heard]


def no_numbers() -> list[str]:
    """Return short sentences of the training corpora in which the rules find no number."""
    found = set()
    for path in (FOLDER / "train").glob("*.tsv"):
        for label, text, *asked in read_rows(f"train/{path.stem}"):
            is_number = asked[:1] == ["scale"] and label != "null"
            if text and not is_number and len(text.split()) <= LONGEST:
                found.add(text)
    return sorted(text for text in found if _by_rule(text) is None)


def _by_rule(text: str) -> float | None:
    meaning = MIND.understand(text, SCALE)
    return None if meaning.sounded else meaning.scale


def rows(texts: list[str]) -> csr_matrix:
    """Return one row a text: the pieces of its letters."""
    return hashed([(sounds(text),) for text in texts], BUCKETS)


def teach(texts: list[str], truth: list[int]) -> MisheardNumbers:
    linear = LogisticRegression(C=50, max_iter=500)
    with threadpool_limits(1):  # sums in one order: the same file every time
        linear.fit(rows(texts), truth)
    scale = np.maximum(np.abs(linear.coef_).max(axis=1) / 127, 1e-5).astype(np.float32)
    grams = np.round(linear.coef_ / scale[:, None]).astype(np.int8).T
    return MisheardNumbers(grams, scale, linear.intercept_.astype(np.float32), LEAST)


def report(judge: MisheardNumbers, kept_back: list[str]) -> None:
    """Print what becomes of numbers by voices that taught nothing, and of other answers."""
    rule: Counter[str] = Counter()
    both: Counter[str] = Counter()
    for number, heard in read(HELD_OUT):
        by_rule = _by_rule(heard)
        sounded = judge.number(heard) if by_rule is None else None
        rule[_verdict(by_rule, number)] += 1
        both[_verdict(sounded[0] if sounded else by_rule, number)] += 1
    wrong = sum(judge.number(text) is not None for text in kept_back)
    print(f"numbers by five other voices at 20 dB, rules alone: {dict(rule)}; with it: "
          f"{dict(both)}; {wrong} of {len(kept_back)} other answers taken for one")  # fmt: skip


def _verdict(found: float | None, number: int) -> str:
    return "lost" if found is None else "right" if found == number else "wrong"


def main() -> None:
    wants = argparse.ArgumentParser(description=__doc__)
    wants.add_argument("--speak", action="store_true", help="make the recordings' words anew")
    if wants.parse_args().speak:
        speak(HEARD, VOICES, (None, 12.0))
        speak(HELD_OUT, HELD_OUT_VOICES, (20.0,))
    others = no_numbers()
    kept_back = [text for text in others if bucket(text, KEPT_BACK) == 0]
    taught = [text for text in others if bucket(text, KEPT_BACK) != 0]
    numbers = read(HEARD)
    judge = teach(
        [heard for _, heard in numbers] + taught,
        [number for number, _ in numbers] + [NONE] * len(taught),
    )
    report(judge, kept_back)
    np.savez_compressed(
        OUT, grams=judge.grams, scale=judge.scale, bias=judge.bias, least=np.float32(judge.least)
    )
    print(f"{OUT.name}: {OUT.stat().st_size // 1024} KiB")


if __name__ == "__main__":
    main()
