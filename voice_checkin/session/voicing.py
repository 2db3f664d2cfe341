"""A voice that may fail: another one speaks, and where there is none a chime says that it ends."""

from __future__ import annotations

import logging
from collections.abc import Callable

from voice_checkin.dialog.actions import ChimeName
from voice_checkin.events import Samples, WorkerFailed
from voice_checkin.session.seams import Voice
from voice_checkin.session.workers import attempt
from voice_checkin.speaking.seams import Speech, Synthesizer
from voice_checkin.words import Seconds

MOST_LINES = 2
"""Lines in a row that could not be spoken: then there is no voice any more."""

log = logging.getLogger(__name__)


class WithSpare:
    """Implements `Synthesizer`: what the first cannot render, the spare one does.

    The spare voice is loaded when it is needed for the first time; what that raises is raised.
    """

    def __init__(self, first: Synthesizer, spare: Callable[[], Synthesizer]) -> None:
        self.name = first.name
        self._first = first
        self._make = spare
        self._spare: Synthesizer | None = None

    def load(self) -> None:
        self._first.load()

    def render(self, text: str, rate_wpm: int) -> Speech:
        speech = attempt("voice", lambda: self._first.render(text, rate_wpm))
        if not isinstance(speech, WorkerFailed):
            return speech
        log.warning("the voice failed (%s); the spare one speaks", speech.error)
        if self._spare is None:
            self._spare = self._make()
        return self._spare.render(text, rate_wpm)


class CarefulVoice:
    """Implements `session.seams.Voice` and never raises: a chime stands in for a lost line."""

    def __init__(self, voice: Voice) -> None:
        self._voice = voice
        self._faults = 0

    @property
    def is_lost(self) -> bool:
        """Nothing can be said any more."""
        return self._faults >= MOST_LINES

    def speech(self, text: str, *, breath: Seconds = 0.0) -> Samples:
        samples = attempt("voice", lambda: self._voice.speech(text, breath=breath))
        if isinstance(samples, WorkerFailed):
            log.error("a line could not be spoken: %s", samples.error)
            self._faults += 1
            return self._voice.chime("stopped")
        self._faults = 0
        return samples

    def chime(self, name: ChimeName) -> Samples:
        return self._voice.chime(name)

    def adjust(self, what: str) -> None:
        self._voice.adjust(what)
