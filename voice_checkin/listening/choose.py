"""Which recogniser listens tonight."""

from __future__ import annotations

from pathlib import Path

from voice_checkin.errors import BadInput
from voice_checkin.listening.models import MODELS, installed, model_folder
from voice_checkin.listening.moonshine import MoonshineRecognizer
from voice_checkin.listening.seams import Recognizer
from voice_checkin.listening.vosk import VoskRecognizer

NAMES = ("auto", "moonshine", "vosk")


def choose_recognizer(name: str, models_folder: Path, *, model: Path | None = None) -> Recognizer:
    """Return the recogniser, not loaded yet.

    ``auto`` takes Vosk where an English model is installed, else Moonshine.  ``model`` is a
    folder to use instead of the installed one.  Raises `BadInput` for an unknown name; `load`
    tells about models.
    """
    if name not in NAMES:
        raise BadInput(f"There is no recogniser '{name}': choose one of {', '.join(NAMES)}.")
    vosk = MODELS[0].name
    if name == "auto":
        name = "vosk" if installed(vosk, models_folder) and model is None else "moonshine"
    if name == "moonshine":
        return MoonshineRecognizer(model)
    return VoskRecognizer(model or model_folder(vosk, models_folder))
