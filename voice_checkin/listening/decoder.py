"""Segments in, heard words out: the body of the decoder's thread, and of a rehearsal's step.

Decoding has a thread of its own because it takes longer than a frame: the ears must notice an
interruption while the assistant is still making out what was said before.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

import numpy as np

from voice_checkin.events import Heard, Samples, Segment
from voice_checkin.listening.seams import Recognizer
from voice_checkin.words import RATE_HZ, PartnerId

OVER_TALK = 0.45
"""The most that words are trusted with a television behind them: what matters is read back."""


class WhoSpoke(Protocol):
    """Tells whose voice a segment holds: a partner and whether it is a stranger's.

    ``ready``: it knows both voices, so that None means unsure.
    """

    @property
    def ready(self) -> bool: ...

    def __call__(self, samples: Samples) -> tuple[PartnerId | None, bool]: ...

    def both(self, samples: Samples) -> bool:
        """Tell whether both voices are in it at once."""
        ...


SHIFT = RATE_HZ // 50
"""Silence before the second look: 20 ms, two of the recogniser's own frames.  Words that were heard
clearly come again; invented ones seldom do."""


class Decoder:
    """Decodes one segment at a time; a revision that a newer one has replaced is not decoded.

    Words for which ``is_grave`` says so are decoded a second time, a little later in the sound.

    ``announce`` is called by whoever submits (before the segment waits in a queue), ``decode``
    by the one thread that decodes.
    """

    def __init__(
        self,
        recognizer: Recognizer,
        *,
        who: WhoSpoke | None = None,
        is_grave: Callable[[str], bool] | None = None,
        timer: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._recognizer = recognizer
        self._who = who
        self._is_grave = is_grave
        self._timer = timer
        self._newest = (0, 0)

    def announce(self, segment: Segment) -> None:
        """Note that ``segment`` will be decoded: earlier revisions of it need not be."""
        self._newest = max(self._newest, (segment.id, segment.revision))

    def decode(self, segment: Segment) -> Heard | None:
        """Return what was said, or None for a revision that is out of date.

        The segment's samples are overwritten afterwards.
        """
        newest_id, newest_revision = self._newest
        if segment.id == newest_id and segment.revision < newest_revision:
            segment.samples[:] = 0
            return None
        began = self._timer()
        transcript = self._recognizer.decode(segment.samples, segment.hint)
        second = self._look_again(segment, transcript.text)
        if segment.over_talk:
            transcript = replace(transcript, confidence=min(transcript.confidence, OVER_TALK))
        speaker, stranger, both = (None, False, False)
        if self._who is not None and transcript.text:
            both = self._who.both(segment.samples)
            if not both:
                speaker, stranger = self._who(segment.samples)
        segment.samples[:] = 0
        return Heard(
            id=segment.id,
            revision=segment.revision,
            started=segment.started,
            ended=segment.ended,
            transcript=transcript,
            second=second,
            speaker=speaker,
            strangers=stranger,
            both=both,
            compared=self._who is not None and self._who.ready,
            decode_s=self._timer() - began,
        )

    def _look_again(self, segment: Segment, text: str) -> str:
        if self._is_grave is None or not text or not self._is_grave(text):
            return ""
        shifted: Samples = np.concatenate([np.zeros(SHIFT, dtype=np.int16), segment.samples])
        second = self._recognizer.decode(shifted, segment.hint).text
        shifted[:] = 0
        return second
