"""flite, another family of voices for rehearsal partners, where it is installed."""

from __future__ import annotations

import re
import shutil
import subprocess

from voice_checkin.errors import VoiceError
from voice_checkin.sound.wav import parse_wav
from voice_checkin.speaking.level import finished, speakable
from voice_checkin.speaking.seams import Speech

NATURAL_WPM = 183
"""A stretch that makes the nightly script's wordings come at the wanted rate (voice slt)."""


class FliteSynthesizer:
    """One flite voice, such as ``slt``.  Speaks a rehearsal's lines only, into a pipe."""

    def __init__(self, voice: str = "slt") -> None:
        self.voice = voice
        self.name = f"flite:{voice}"
        self._program: str | None = None

    def load(self) -> None:
        self._program = shutil.which("flite")
        if self._program is None:
            raise VoiceError("flite is not installed: install Debian's 'flite', or use espeak.")
        if not re.fullmatch(r"[a-z0-9_]{1,20}", self.voice):
            raise VoiceError(f"'{self.voice}' is not the name of a flite voice, such as slt.")

    def render(self, text: str, rate_wpm: int) -> Speech:
        stretch = f"duration_stretch={NATURAL_WPM / rate_wpm:.2f}"
        command = [str(self._program), "-voice", self.voice, "--setf", stretch,
                   "-t", speakable(text), "-o", "/dev/stdout"]  # fmt: skip
        try:
            done = subprocess.run(command, capture_output=True, check=True, timeout=20)  # noqa: S603
        except (subprocess.SubprocessError, OSError):
            raise VoiceError(f"flite could not speak with the voice '{self.voice}'.") from None
        return Speech(samples=finished(parse_wav(done.stdout, "flite")))
