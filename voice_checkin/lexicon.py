"""Reads the data of the understanding from ``dialogs/`` and compiles it.

Every scalar is read as text, so YAML's own ideas about ``yes`` and ``21:30`` never apply.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
import yaml

from voice_checkin.dialog.loader import too_deep
from voice_checkin.errors import BadInput
from voice_checkin.judges import Head, LearnedJudges, MisheardWords
from voice_checkin.resources import dialogs_folder
from voice_checkin.sentence_model import SentenceModel
from voice_checkin.understanding.classifier import QUESTIONS
from voice_checkin.understanding.counting import NumberWords
from voice_checkin.understanding.feelings import FeelingWords
from voice_checkin.understanding.meaning import Meaning
from voice_checkin.understanding.normalize import Spelling, tokens
from voice_checkin.understanding.patterns import compiled, rules
from voice_checkin.understanding.phrases import Phrases, Tokens
from voice_checkin.understanding.promise import PromiseWords
from voice_checkin.understanding.risk import RiskWords
from voice_checkin.understanding.stance import StanceWords
from voice_checkin.understanding.times import TimeWords
from voice_checkin.understanding.understand import Lexicon, Understanding
from voice_checkin.understanding.yes_no import YesNoWords
from voice_checkin.words import Expecting, Transcript

_Loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


def _read(path: Path) -> dict[str, Any]:
    try:
        text = path.read_text(encoding="utf-8")
        # The base loader makes text, lists and maps, and nothing else.
        data = None if too_deep(text) else yaml.load(text, Loader=_Loader)  # noqa: S506
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise BadInput(f"{path.name} cannot be read: {type(error).__name__}") from None
    if not isinstance(data, dict):
        raise BadInput(f"{path.name} is not a map of names")
    return data


@cache
def load_understanding(folder: Path | None = None, *, learned: bool = True) -> Understanding:
    """Read and compile everything, once for a process, and warm it up.

    Without ``learned`` the rules judge alone: what makes the weights does not need the old ones.

    Raises:
        BadInput: a file is missing or says one phrase twice with different meanings.
    """
    dialogs = folder or dialogs_folder()
    words = dialogs / "understanding"
    spelling = _spelling(_read(words / "spelling.yaml"))
    commands = _read(words / "commands.yaml")
    try:
        lexicon = Lexicon(
            spelling=spelling,
            commands=_commands(commands, spelling),
            told=_split(commands["told"]),
            yes_no=_yes_no(_read(words / "yes_no.yaml"), spelling),
            numbers=_numbers(_read(words / "numbers.yaml")),
            times=_times(_read(words / "times.yaml")),
            feelings=_feelings(_read(dialogs / "feelings.yaml"), spelling),
            stance=_stance(_read(words / "stance.yaml")),
            promise=_promise(_read(words / "promise.yaml")),
            risk=_risk(_read(words / "risk.yaml")),
            learned=_learned(words / "learned.npz", words / "sentences.onnx") if learned else None,
            misheard_numbers=_misheard(words / "misheard_numbers.npz") if learned else None,
            misheard_commands=_misheard(words / "misheard_commands.npz") if learned else None,
        )
    except (KeyError, ValueError, re.error) as error:
        raise BadInput(f"{words.name}: {error}") from None
    except (AttributeError, IndexError, TypeError):
        raise BadInput(f"{words.name}: a file has not the shape that is expected") from None
    understanding = Understanding(lexicon)
    for text in ("yes", "a six", "he told me to stop yesterday and i felt hurt"):
        understanding.understand(text)
    return understanding


def understand(
    text: str,
    expecting: Expecting = Expecting(),  # noqa: B008 - frozen, so safe to share
    transcript: Transcript | None = None,
) -> Meaning:
    """Understand with the installed data."""
    return load_understanding().understand(text, expecting, transcript)


def _split(phrases: list[str]) -> tuple[Tokens, ...]:
    return tuple(tuple(phrase.split()) for phrase in phrases)


def _spelling(data: dict[str, Any]) -> Spelling:
    return Spelling(
        words={word: tuple(plain.split()) for word, plain in data["words"].items()},
        pairs={
            (pair.split()[0], pair.split()[1]): tuple(plain.split())
            for pair, plain in data["pairs"].items()
        },
        fillers=frozenset(data["fillers"]),
        after_ill=frozenset(data["after_ill"]),
    )


def _commands(data: dict[str, Any], spelling: Spelling) -> Phrases:
    return Phrases.of(data["commands"], data["before"], data["after"], spelling)


def _yes_no(data: dict[str, Any], spelling: Spelling) -> YesNoWords:
    def plain(phrases: list[str]) -> frozenset[Tokens]:
        return frozenset(tokens(phrase, spelling) for phrase in phrases) - {()}

    return YesNoWords(
        whole=Phrases.of(
            {"yes": data["yes"], "no": data["no"], "unsure": data["unsure"]},
            data["before"],
            data["after"],
            spelling,
        ),
        opens={
            "yes": plain(data["opens_yes"]),
            "no": plain(data["opens_no"]),
            "unsure": plain(data["opens_unsure"]),
        },
        turns=_split(data["turns"]),
        not_turns=frozenset(data["not_turns"]),
        unsure_after=_split(data["unsure_after"]),
    )


def _numbers(data: dict[str, Any]) -> NumberWords:
    return NumberWords(
        values={word: float(value) for word, value in data["values"].items()},
        homophones={word: float(value) for word, value in data["homophones"].items()},
        hedges=frozenset(data["hedges"]),
        units=frozenset(data["units"]),
        not_after=frozenset(data["not_after"]),
        corrections=_split(data["corrections"]),
        past=_split(data["past"]),
        present=_split(data["present"]),
        mine=_split(data["mine"]),
        fixed=tuple((tuple(k.split()), float(v)) for k, v in data["fixed"].items()),
        idioms=_split(data["idioms"]),
        clock=_split(data["clock"]),
        unsure=frozenset(_split(data["unsure"])),
    )


def _times(data: dict[str, Any]) -> TimeWords:
    def at(text: str) -> tuple[int, int]:
        hour, minute = text.split(":")
        return int(hour), int(minute)

    return TimeWords(
        values={word: float(value) for word, value in data["values"].items()},
        spans=tuple((tuple(k.split()), float(v)) for k, v in data["spans"].items()),
        units={word: float(value) for word, value in data["units"].items()},
        hours=tuple((tuple(k.split()), at(v)) for k, v in data["hours"].items()),
        parts=tuple((tuple(k.split()), at(v)) for k, v in data["parts"].items()),
        morning=_split(data["morning"]),
        evening=_split(data["evening"]),
    )


def _feelings(data: dict[str, Any], spelling: Spelling) -> FeelingWords:
    tables: dict[str, dict[str, list[tuple[Tokens, str]]]] = {"words": {}, "framed": {}}
    for name, kinds in data["feelings"].items():
        for kind, phrases in kinds.items():
            for phrase in phrases:
                key = tokens(phrase, spelling)
                tables[kind].setdefault(key[0], []).append((key, name))
    plain = {
        key: tuple(tokens(phrase, spelling) for phrase in data[key])
        for key in ("denials", "not_denials", "ends_denial", "thoughts", "ends_thought", "idioms")
    }
    return FeelingWords(
        sure={first: tuple(found) for first, found in tables["words"].items()},
        framed={first: tuple(found) for first, found in tables["framed"].items()},
        frames=frozenset(data["frames"]),
        denials=plain["denials"],
        not_denials=plain["not_denials"],
        ends_denial=frozenset(plain["ends_denial"]),
        thoughts=plain["thoughts"],
        ends_thought=plain["ends_thought"],
        idioms=plain["idioms"],
    )


def _stance(data: dict[str, Any]) -> StanceWords:
    return StanceWords(rules(data["stances"], data["groups"], "stance"))


def _promise(data: dict[str, Any]) -> PromiseWords:
    groups = data["groups"]
    return PromiseWords(
        openings=rules(data["openings"], groups, "promise"),
        refused=rules(data["refused"], groups, "promise.refused"),
        stops=tuple(compiled(pattern, groups) for pattern in data["stops"]),
        by=tuple(compiled(pattern, groups) for pattern in data["by"]),
        never=tuple(compiled(pattern, groups) for pattern in data["never"]),
    )


def _risk(data: dict[str, Any]) -> RiskWords:
    groups = data["groups"]
    return RiskWords(
        triggers=frozenset(data["triggers"]),
        idioms=tuple(compiled(pattern, groups) for pattern in data["idioms"]),
        fiction=tuple(compiled(pattern, groups) for pattern in data["fiction"]),
        rules=rules(data["rules"], groups, "risk"),
        doubtful=tuple(compiled(pattern, groups) for pattern in data["doubtful"]),
    )


@contextmanager
def _whole(path: Path) -> Iterator[None]:
    """Name the file of weights that turns out to be damaged while it is read."""
    try:
        yield
    except (OSError, ValueError, KeyError, TypeError, BadZipFile, zlib.error):
        raise BadInput(f"{path.name} is damaged: tools/train makes it anew") from None


def _learned(path: Path, model_path: Path) -> LearnedJudges | None:
    """Read the learned judges; without their files the rules judge alone (they are made so)."""
    if not path.is_file() or not model_path.is_file():
        return None
    model = sentence_model(model_path)
    with _whole(path), np.load(path, allow_pickle=False) as data:
        heads = json.loads(str(data["about"]))["heads"]
        if not {head["name"] for head in heads} >= QUESTIONS:
            raise ValueError("weights of another version")
        return LearnedJudges(
            model=model,
            heads={
                head["name"]: Head(tuple(head["labels"]), head["start"], head["thresholds"])
                for head in heads
            },
            grams=data["grams"],
            scale=data["scale"],
            trust=data["trust"],
            bias=data["bias"],
        )


def _misheard(path: Path) -> MisheardWords | None:
    if not path.is_file():
        return None
    with _whole(path), np.load(path, allow_pickle=False) as data:
        return MisheardWords(
            labels=tuple(map(str, data["labels"])),
            grams=data["grams"],
            scale=data["scale"],
            bias=data["bias"],
            least=float(data["least"]),
        )


def sentence_model(path: Path) -> SentenceModel:
    """Read the sentence model; a damaged file is named."""
    with _whole(path):
        return SentenceModel.load(path.read_bytes())
