"""A recogniser that says what it was told to: for tests, and for rehearsing without a model."""

from __future__ import annotations

from collections.abc import Iterable

from voice_checkin.events import Samples
from voice_checkin.words import Expecting, Transcript


class ScriptedRecognizer:
    """Gives its texts in order, one a decode, then empty ones.  Digital silence has no words."""

    name = "scripted"

    def __init__(self, texts: Iterable[str | Transcript] = ()) -> None:
        self._texts = list(texts)
        self.hints: list[Expecting] = []
        """What was expected at each decode."""

    def load(self) -> None:
        """Nothing to load."""

    def decode(self, samples: Samples, hint: Expecting) -> Transcript:
        if not samples.any():
            return Transcript(text="", confidence=0.0, recogniser=self.name)
        self.hints.append(hint)
        said = self._texts.pop(0) if self._texts else ""
        if isinstance(said, Transcript):
            return said
        return Transcript(text=said, confidence=1.0 if said else 0.0, recogniser=self.name)
