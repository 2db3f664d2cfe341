"""The three sounds that are not speech, from ``audio/``."""

from __future__ import annotations

from pathlib import Path

from voice_checkin.errors import BadInput
from voice_checkin.events import Samples
from voice_checkin.resources import audio_folder
from voice_checkin.sound.wav import read_wav

NAMES = ("listening", "floor", "stopped")


def load_chimes(folder: Path | None = None) -> dict[str, Samples]:
    """Return samples by name.  Raises `BadInput` naming a chime that is missing."""
    folder = folder or audio_folder()
    chimes = {}
    for name in NAMES:
        path = folder / f"{name}.wav"
        if not path.is_file():
            raise BadInput(f"{path}: the chime is missing; 'python audio/make.py' makes it.")
        chimes[name] = read_wav(path)
    return chimes
