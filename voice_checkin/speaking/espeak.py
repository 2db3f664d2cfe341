"""espeak-ng through pyttsx3's own binding, rendered into memory.

pyttsx3's `say` blocks in a player and cannot be interrupted, and its `save_to_file` puts every
line, people's own words included, on disk.  Its driver module binds the library's retrieval
mode, which does neither: see docs/decisions/0002.
"""

from __future__ import annotations

import ctypes
import re
import threading
from importlib import import_module
from typing import Any

import numpy as np

from voice_checkin.errors import VoiceError
from voice_checkin.events import Samples
from voice_checkin.sound.resample import resample
from voice_checkin.speaking.level import finished, speakable
from voice_checkin.speaking.seams import Speech
from voice_checkin.words import RATE_HZ

_SYNCHRONOUS = 2
_UTF8 = 1
_CHUNK_MS = 100
_NAME = re.compile(r"^[a-z]{2,3}(-[a-z0-9-]+)*(\+[A-Za-z0-9]+)?\Z")
TRUE_RATE = 0.92
"""espeak-ng's idea of words a minute to ours: told 150 it spoke the 58 wordings of the nightly
script at 155 to 168 words a minute, told 138 at about 150 (en-us, en-us+f3, +m3, en-gb+f4)."""
_NEEDS = "espeak-ng is missing: run 'pip install espeakng-loader', or install Debian's 'espeak-ng'."


class _Library:
    """The one espeak-ng of this process.  Its voice and rate are global, hence the lock."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self._binding: Any = None
        self._rate_hz = 0
        self._blocks: list[bytes] = []
        self._current: tuple[str, int] | None = None

    def load(self) -> None:
        with self.lock:
            if self._binding is not None:
                return
            data = _bundled()
            try:
                binding = import_module("pyttsx3.drivers._espeak")
            except (RuntimeError, OSError, ImportError):
                raise VoiceError(_NEEDS) from None
            rate = binding.Initialize(_SYNCHRONOUS, _CHUNK_MS, data, 0)
            if rate <= 0:
                raise VoiceError(_NEEDS)
            binding.SetSynthCallback(self._take)
            self._binding, self._rate_hz = binding, rate

    def _take(self, wave: Any, count: int, _events: Any) -> int:
        if wave and count > 0:
            self._blocks.append(ctypes.string_at(wave, count * 2))
        return 0

    def choose(self, voice: str, rate_wpm: int) -> bool:
        """Set voice and rate; False where there is no such voice.  The lock is held."""
        if self._current == (voice, rate_wpm):
            return True
        # British English is called "en" in the library's list, "en-gb" everywhere else.
        known = re.sub(r"^en-gb(?=\+|$)", "en", voice)
        variant = voice.partition("+")[2]
        if variant and variant not in self._variants():
            return False  # the library takes any variant and speaks without it
        if self._binding.SetVoiceByName(known.encode()) != 0:
            return False
        self._binding.SetParameter(self._binding.RATE, round(rate_wpm * TRUE_RATE), 0)
        self._current = (voice, rate_wpm)
        return True

    def _variants(self) -> set[str]:
        """Return the names that may stand after a plus sign, such as ``f3``."""
        wanted = self._binding.VOICE()
        wanted.languages = b"variant"
        found = self._binding.ListVoices(ctypes.pointer(wanted))
        return {voice.identifier.decode().rpartition("/")[2] for voice in found}

    def render(self, text: str) -> Samples:
        """Return samples at 16 kHz.  The lock is held."""
        self._blocks = []
        # Some voices flutter at random, from a seed taken off the clock: a rehearsal that is
        # held again should sound the same.  Libraries before 1.52 have no such call.
        seed = getattr(self._binding.dll, "espeak_ng_SetRandSeed", None)
        if seed is not None:
            seed(1)
        raw = speakable(text).encode("utf-8")
        self._binding.cSynth(
            raw, len(raw) + 1, 0, self._binding.POS_CHARACTER, 0, _UTF8, None, None
        )
        self._binding.Synchronize()
        samples = np.frombuffer(b"".join(self._blocks), dtype=np.int16)
        self._blocks = []
        return resample(samples, self._rate_hz, RATE_HZ) if len(samples) else samples


def _bundled() -> bytes | None:
    """Load the library that a package carries, so that the system needs none."""
    try:
        loader = import_module("espeakng_loader")
        # Locally: piper carries an espeak-ng of its own, and shared symbols would mix the two.
        ctypes.CDLL(loader.get_library_path(), mode=ctypes.RTLD_LOCAL)
        # pyttsx3 asks for the library by its system name; one that is loaded under that name
        # already is what it gets.
        ctypes.CDLL("libespeak-ng.so.1")
        return str(loader.get_data_path()).encode()
    except (ImportError, OSError, RuntimeError):
        return None


_LIBRARY = _Library()


class EspeakSynthesizer:
    """One espeak-ng voice, such as ``en-us`` or ``en-us+f3``."""

    def __init__(self, voice: str = "en-us") -> None:
        self.voice = voice
        self.name = f"espeak:{voice}"

    def load(self) -> None:
        _LIBRARY.load()
        if not _NAME.match(self.voice):
            raise VoiceError(f"'{self.voice}' is not an espeak voice's name, such as en-us+f3.")
        with _LIBRARY.lock:
            if not _LIBRARY.choose(self.voice, 150):
                raise VoiceError(
                    f"espeak-ng has no voice '{self.voice}'; 'espeak-ng --voices' lists them."
                )

    def render(self, text: str, rate_wpm: int) -> Speech:
        with _LIBRARY.lock:
            _LIBRARY.choose(self.voice, rate_wpm)
            samples = _LIBRARY.render(text)
        return Speech(samples=finished(samples))
