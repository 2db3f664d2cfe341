"""Lines rendered before they are needed, so that none waits for synthesis."""

from __future__ import annotations

import queue
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable

import numpy as np

from voice_checkin.events import Samples
from voice_checkin.speaking.seams import Synthesizer
from voice_checkin.speaking.spelling import spoken
from voice_checkin.words import RATE_HZ, Seconds

MOST_SAMPLES = 12 * 60 * RATE_HZ
"""Speech kept in memory: 12 minutes, 23 MB."""
_STEP = 1.25
RATES_WPM = (90, 220)
QUESTION_RATE = 0.95
"""Questions come a little slower than statements (voice.md): at 150, 143 words a minute."""


class Mouth:
    """A voice with its rate, volume and lines ahead.

    `speech` and `adjust` belong to the session's thread, `work` to the mouth's; a line that both
    want at once is rendered twice, which is cheaper than a wait.
    """

    def __init__(
        self,
        synthesizer: Synthesizer,
        chimes: dict[str, Samples],
        *,
        rate_wpm: int = 150,
        volume: float = 0.7,
        memory: int = MOST_SAMPLES,
    ) -> None:
        self._synthesizer = synthesizer
        self._chimes = chimes
        self._rate = rate_wpm
        self._volume = volume
        self._most = memory
        self._ready: OrderedDict[tuple[str, int], Samples] = OrderedDict()
        self._wanted: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._lock = threading.Lock()

    def want(self, texts: Iterable[str]) -> None:
        """Ask for lines to be rendered ahead, in this order."""
        for text in texts:
            self._wanted.put(text)

    def work(self, stopped: Callable[[], bool]) -> None:
        """Render what is wanted until told to stop: the body of the mouth's thread."""
        while not stopped():
            text = self._wanted.get()
            if text is None:
                return
            self._render(text)

    def finish(self) -> None:
        """Let `work` return."""
        self._wanted.put(None)

    def render_wanted(self) -> None:
        """Render all that is wanted here and now: for rehearsals in fast time."""
        while not self._wanted.empty():
            text = self._wanted.get()
            if text is not None:
                self._render(text)

    def speech(self, text: str, *, breath: Seconds = 0.0) -> Samples:
        """Return the line's samples after ``breath`` seconds of silence."""
        silence = np.zeros(int(breath * RATE_HZ), dtype=np.int16)
        return self._scaled(np.concatenate([silence, self._render(text)]))

    def chime(self, name: str) -> Samples:
        return self._scaled(self._chimes[name])

    def adjust(self, what: str) -> None:
        """Change rate or volume by a step that can be noticed, within sane limits."""
        match what:
            case "louder":
                self._volume = min(1.0, self._volume * _STEP)
            case "quieter":
                self._volume = max(0.1, self._volume / _STEP)
            case "slower":
                self._rate = max(RATES_WPM[0], int(self._rate / 1.15))
            case "faster":
                self._rate = min(RATES_WPM[1], int(self._rate * 1.15))
            case _:
                raise ValueError(what)

    def _scaled(self, samples: Samples) -> Samples:
        # 0.7 is the level the lines were made at; louder stops at the 16-bit edge.
        gain = self._volume / 0.7
        return np.asarray(np.clip(samples.astype(np.float32) * gain, -32767, 32767), dtype=np.int16)

    def _render(self, text: str) -> Samples:
        rate = round(self._rate * QUESTION_RATE) if _is_question(text) else self._rate
        key = (text, rate)
        with self._lock:
            if key in self._ready:
                self._ready.move_to_end(key)
                return self._ready[key]
        samples = self._synthesizer.render(spoken(text), key[1]).samples
        with self._lock:
            self._ready[key] = samples
            while sum(len(s) for s in self._ready.values()) > self._most and len(self._ready) > 1:
                self._ready.popitem(last=False)
        return samples


def _is_question(text: str) -> bool:
    return text.rstrip().endswith("?")
