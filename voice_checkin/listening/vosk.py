"""Vosk, with a model folder that the couple installed: partials, and word confidences.

A word list makes short answers surer, but Vosk forces any sound on to it, with confidence 1.0
where the model does not know ``[unk]`` (vosk-api issues 1339, 1017).  So a list is only used with
``[unk]`` in the model's vocabulary, and each such decode is checked against a free one: where the
two disagree the answer is reported with low confidence and the dialog asks again.
"""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from voice_checkin.errors import BadInput, ModelMissing
from voice_checkin.events import Samples
from voice_checkin.listening.grammar import UNKNOWN, closed_words
from voice_checkin.words import RATE_HZ, Expecting, Transcript, Word

_PARTS = ("am/final.mdl", "conf/mfcc.conf", "conf/model.conf")
_GRAPHS = (("graph/HCLG.fst",), ("graph/HCLr.fst", "graph/Gr.fst"))
"""A static graph, or a dynamic one, which word lists need."""
DOUBTFUL = 0.4
"""Confidence of an answer on which the word list and free decoding disagree."""
STORY_WORDS = 4
"""From this many freely decoded words on it was no short answer: the free text is taken."""


class VoskRecognizer:
    """``model`` is a model's folder.  ``words_for`` gives a closed question's word list."""

    name = "vosk"

    def __init__(
        self, model: Path, words_for: Callable[[Expecting], Sequence[str]] = closed_words
    ) -> None:
        self._folder = model
        self._words_for = words_for
        self._engine: Any = None
        self._model: Any = None
        self.takes_word_lists = False
        """The model knows ``[unk]`` and has a dynamic graph; known after `load`."""

    def load(self) -> None:
        """Load the model.  Raises `ModelMissing` or `BadInput` with the remedy."""
        if self._model is not None:
            return
        check_vosk_folder(self._folder)
        try:
            # Needed only where Vosk is used.
            vosk: Any = importlib.import_module("vosk")
        except (ImportError, OSError) as error:
            raise ModelMissing(
                f"Vosk cannot be loaded on this machine ({type(error).__name__}): "
                "use '--recognizer moonshine'."
            ) from None
        vosk.SetLogLevel(-1)
        model = vosk.Model.__new__(vosk.Model)
        # The class raises a bare Exception; the handle tells the same.
        model._handle = vosk._c.vosk_model_new(str(self._folder).encode())
        if model._handle == vosk._ffi.NULL:
            raise BadInput(f"{self._folder}: Vosk cannot read this model. {_remedy()}")
        self._engine, self._model = vosk, model
        dynamic = (self._folder / "graph" / "HCLr.fst").is_file()
        self.takes_word_lists = dynamic and model.vosk_model_find_word(UNKNOWN) >= 0

    def decode(self, samples: Samples, hint: Expecting) -> Transcript:
        """Return the words; for closed questions checked against a word list."""
        nothing = Transcript(text="", confidence=0.0, recogniser=self.name)
        if len(samples) == 0 or not samples.any():
            return nothing
        self.load()
        free = self._run(samples, None)
        listed = self._list_for(hint)
        if not listed:
            return free
        return reconcile(self._run(samples, listed), free)

    def stream(self, hint: Expecting) -> VoskStream:
        """Return a decoder to be fed while a person speaks; it is decoded freely."""
        self.load()
        del hint  # word lists cannot be checked against a free decode half way
        return VoskStream(self._recognizer(None), self.name)

    def _list_for(self, hint: Expecting) -> Sequence[str]:
        if not self.takes_word_lists:
            return ()
        words = self._words_for(hint)
        if not words:
            return ()
        known = [word for word in words if self._model.vosk_model_find_word(word) >= 0]
        return [*(word for word in known if word != UNKNOWN), UNKNOWN]

    def _recognizer(self, words: Sequence[str] | None) -> Any:
        extra = [] if words is None else [json.dumps(list(words), ensure_ascii=False)]
        recognizer = self._engine.KaldiRecognizer(self._model, float(RATE_HZ), *extra)
        recognizer.SetWords(True)
        return recognizer

    def _run(self, samples: Samples, words: Sequence[str] | None) -> Transcript:
        return VoskStream(self._recognizer(words), self.name).finish(samples)


class VoskStream:
    """One utterance as it is spoken."""

    def __init__(self, recognizer: Any, name: str) -> None:
        self._recognizer = recognizer
        self._name = name
        self._done: list[Word] = []

    def add(self, samples: Samples) -> str:
        """Take more sound and return the words so far, which may still change."""
        if self._recognizer.AcceptWaveform(samples.tobytes()):
            # Vosk ends a phrase by its own rules; what is the end is decided elsewhere.
            self._done += _words(self._recognizer.Result())
            tail = ""
        else:
            tail = str(json.loads(self._recognizer.PartialResult()).get("partial", ""))
        return " ".join([*(word.text for word in self._done), *([tail] if tail else [])])

    def finish(self, samples: Samples | None = None) -> Transcript:
        """Take the last of the sound and return everything."""
        if samples is not None:
            self.add(samples)
        words = tuple(self._done + _words(self._recognizer.FinalResult()))
        spoken = [word for word in words if word.text != UNKNOWN]
        confidence = sum(word.confidence for word in spoken) / len(spoken) if spoken else 0.0
        return Transcript(
            text=" ".join(word.text for word in spoken),
            confidence=round(confidence, 3),
            words=words,
            recogniser=self._name,
        )


def reconcile(listed: Transcript, free: Transcript) -> Transcript:
    """Choose between what the word list and what free decoding made of the same sound.

    Same words: the list's confidence.  The list found nothing, or a story was told: the free
    text.  Otherwise the list's words, but doubtful.
    """
    heard = listed.text.split()
    if not heard or len(free.text.split()) >= STORY_WORDS:
        return free
    if heard == free.text.split():
        return listed
    return Transcript(
        text=listed.text,
        confidence=min(listed.confidence, DOUBTFUL),
        words=listed.words,
        recogniser=listed.recogniser,
    )


def _words(result: str) -> list[Word]:
    return [
        Word(
            text=str(word["word"]),
            started=float(word["start"]),
            ended=float(word["end"]),
            confidence=float(word["conf"]),
        )
        for word in json.loads(result).get("result", [])
    ]


def check_vosk_folder(folder: Path) -> None:
    """Raise `ModelMissing` where there is no model, `BadInput` where files of one are missing."""
    if not folder.is_dir():
        raise ModelMissing(f"{folder}: there is no model folder here. {_remedy()}")
    missing = [part for part in _PARTS if not _is_whole(folder / part)]
    if not any(all(_is_whole(folder / part) for part in graph) for graph in _GRAPHS):
        missing.append("graph/")
    if len(missing) == len(_PARTS) + 1:
        raise ModelMissing(f"{folder}: not a Vosk model. {_remedy()}")
    if missing:
        raise BadInput(
            f"{folder}: a damaged Vosk model ({', '.join(missing)} missing or empty). {_remedy()}"
        )


def _is_whole(path: Path) -> bool:
    return path.is_file() and path.stat().st_size > 0


def _remedy() -> str:
    return (
        "Get one with 'voice-checkin models install vosk-small-en', "
        "or use '--recognizer moonshine'."
    )
