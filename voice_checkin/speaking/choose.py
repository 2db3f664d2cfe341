"""From a voice's name in the settings to a loaded synthesiser."""

from __future__ import annotations

from pathlib import Path

from voice_checkin.errors import VoiceError
from voice_checkin.speaking.espeak import EspeakSynthesizer
from voice_checkin.speaking.flite import FliteSynthesizer
from voice_checkin.speaking.piper import PiperSynthesizer
from voice_checkin.speaking.seams import Synthesizer
from voice_checkin.speaking.tone import ToneSynthesizer


def choose_voice(spec: str) -> Synthesizer:
    """Return a loaded voice for ``espeak:NAME``, ``piper[:MODEL]``, ``flite:NAME`` or ``tone``.

    Raises `VoiceError` naming the voice and the remedy.
    """
    kind, _, name = spec.partition(":")
    voice: Synthesizer
    match kind:
        case "espeak":
            voice = EspeakSynthesizer(name or "en-us")
        case "piper":
            voice = PiperSynthesizer(Path(name) if name else None)
        case "flite":
            voice = FliteSynthesizer(name or "slt")
        case "tone":
            voice = ToneSynthesizer()
        case _:
            raise VoiceError(
                f"There is no voice '{spec}'; try espeak:en-us, espeak:en-gb+f4 or piper."
            )
    voice.load()
    return voice
