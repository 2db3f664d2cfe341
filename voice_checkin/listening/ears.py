"""Frames to events: echo out, voice activity, end-pointing, levels.  One thread, no clock.

Time is counted in samples from the first frame.  The only sound that is kept is what an open
segment and its pre-roll need; it is overwritten as soon as the segment is closed.
"""

from __future__ import annotations

import numpy as np

from voice_checkin.events import (
    EarEvent,
    FramePair,
    Samples,
    Segment,
    SegmentClosed,
    SpeechLikely,
    SpeechResumed,
    SpeechStarted,
    SpeechUnlikely,
)
from voice_checkin.listening.airing import Airing
from voice_checkin.listening.background import Background
from voice_checkin.listening.endpoint import (
    Bounds,
    Closed,
    Endpointer,
    EndpointEvent,
    EndpointTimes,
    Likely,
    Resumed,
    Started,
    Unlikely,
)
from voice_checkin.listening.history import History
from voice_checkin.listening.levels import levelled, voiced_level_db
from voice_checkin.listening.seams import VAD_SAMPLES, VoiceActivity
from voice_checkin.listening.shifts import EchoShift
from voice_checkin.sound.echo import Canceller
from voice_checkin.sound.linear import LinearCanceller
from voice_checkin.words import FRAME_SAMPLES, RATE_HZ, Expecting

PRE_ROLL = int(0.25 * RATE_HZ)
"""Kept before the first voiced sample: the detector is late for soft beginnings."""
POST_ROLL = int(0.2 * RATE_HZ)
"""Kept after the last voiced sample, where there was time for it: final consonants."""
PRE_ROLL_TALK = int(0.15 * RATE_HZ)
POST_ROLL_TALK = int(0.05 * RATE_HZ)
"""With talk in the background, which is all that the rest would add: of 28 answers over a
television 10 dB below, word errors fell from 99 to 82 %."""
OVER_LINE_START = 4 * VAD_SAMPLES
"""128 ms of voice make an interruption: with the 32 ms that a chunk takes, and as much until the
detector is sure, still inside the 250 ms in which a person must be noticed."""
LONE_START = 8 * VAD_SAMPLES
"""256 ms where only the linear canceller believes in a person."""
OVER_LINE_LIKELY = 2 * VAD_SAMPLES
"""64 ms of voice make one likely: worth falling silent for, before it is certain.  In 30 minutes
of talk in 15 rooms our own echo did so once (see bench/INTERRUPTIONS.md)."""
OVER_LINE_ON = 0.6
"""While we speak a chunk counts as voice from here on."""


class Ears:
    """Feeds every frame to ``canceller`` (where there is one), then to ``vad``.

    ``load`` readies both engines; otherwise the first frames do.
    """

    def __init__(
        self,
        vad: VoiceActivity,
        canceller: Canceller | None = None,
        *,
        times: EndpointTimes | None = None,
        level: bool = True,
    ) -> None:
        self._vad = vad
        self._canceller = canceller
        self._linear = LinearCanceller()
        self._shifts = EchoShift()
        self._endpointer = Endpointer(times)
        self._airing = Airing(cancelled=canceller is not None)
        self._background = Background()
        self._history = History(int(self._endpointer.times.longest + 3 * RATE_HZ))
        self._level = level
        self._hint = Expecting()
        self._chunk: Samples = np.zeros(VAD_SAMPLES + FRAME_SAMPLES, dtype=np.int16)
        self._filled = 0
        self._over_line = False
        self._trusted = False
        self._last_db = 0.0
        """Level of the segment that is open."""

    def load(self) -> None:
        """Load the engines now rather than with the first frame."""
        silence: Samples = np.zeros(VAD_SAMPLES, dtype=np.int16)
        self._vad(silence)
        self._vad.reset()
        if self._canceller is not None:
            self._canceller.process(silence[:FRAME_SAMPLES], silence[:FRAME_SAMPLES])

    def expect(self, hint: Expecting) -> None:
        """Tell what kind of answer is waited for; segments carry it to the recogniser."""
        self._hint = hint

    @property
    def in_speech(self) -> bool:
        """A segment is open, a short pause in it included."""
        return self._endpointer.in_speech

    @property
    def level_db(self) -> float:
        """RMS of the last chunk after cancelling, dBFS; for `doctor` and lights."""
        return self._airing.clean_db

    def process(self, pair: FramePair) -> list[EarEvent]:
        """Take the next 10 ms; return what it made certain, in order."""
        clean = self._cancel(pair)
        self._history.add(clean)
        self._chunk[self._filled : self._filled + FRAME_SAMPLES] = clean
        self._filled += FRAME_SAMPLES
        if self._filled < VAD_SAMPLES:
            return []
        probability = self._vad(self._chunk[:VAD_SAMPLES])
        rest = self._filled - VAD_SAMPLES
        self._chunk[:rest] = self._chunk[VAD_SAMPLES : self._filled]
        self._chunk[rest:] = 0
        self._filled = rest
        return self._judge(probability)

    def _cancel(self, pair: FramePair) -> Samples:
        """Return the frame without our own voice, as far as the cancellers can."""
        near = pair.near
        self._airing.hear_far(pair.far)
        if self._canceller is None:
            self._airing.hear(near=near, clean=near, left=near, echo=None)
            return near
        clean = self._canceller.process(near, pair.far)
        if not self._airing.audible:
            self._airing.hear(near=near, clean=clean, left=clean, echo=None)
            return clean
        left = self._linear.process(near, pair.far)
        echo = self._linear.predicted
        self._shifts.hear(near, echo)
        self._airing.hear(near=near, clean=clean, left=left, echo=echo)
        trusted = self._airing.trusted
        if self._trusted and not trusted:
            self._linear.doubt()
        self._trusted = trusted
        return left if trusted else clean

    def finish(self) -> list[EarEvent]:
        """No more frames: give what is open, closed.  For files and the end of an evening."""
        events = self._translate(self._endpointer.finish())
        self._history.forget_before(self._endpointer.position + VAD_SAMPLES)
        return events

    def _judge(self, probability: float) -> list[EarEvent]:
        self._airing.chunk()
        airing, background = self._airing, self._background
        speaking = self._endpointer.in_speech
        may_be_person = background.may_be_person(airing.clean_db, speaking=speaking)
        if airing.audible and not speaking:
            near_db, clean_db = airing.near_db, airing.clean_db
            background.over_line(probability, near_db=near_db, clean_db=clean_db)
        background.cut_in(airing.clean_db if speaking and self._over_line else None, probability)
        if not may_be_person:
            probability = 0.0
        if airing.audible:
            if not self._airing.is_person or self._echo_moved():
                probability = 0.0
            start = OVER_LINE_START if self._airing.agreed else LONE_START
            events = self._endpointer.feed(
                probability, start=start, on=OVER_LINE_ON, likely=OVER_LINE_LIKELY
            )
        else:
            events = self._endpointer.feed(probability)
        translated = self._translate(events)
        keep = self._endpointer.earliest_needed
        self._history.forget_before(keep - PRE_ROLL - VAD_SAMPLES)
        return translated

    def _echo_moved(self) -> bool:
        """Follow an echo that comes at another time than before, and say whether it did."""
        shift = self._shifts.find() if self._canceller is not None else None
        if shift is None:
            if self._canceller is not None and self._airing.trusted and self._shifts.lost():
                self._airing.nobody()
                return True
            return False
        self._airing.nobody()
        if self._airing.trusted:
            self._linear.shift(shift)
            self._shifts.forget()
        return True

    def _translate(self, events: list[EndpointEvent]) -> list[EarEvent]:
        out: list[EarEvent] = []
        for event in events:
            match event:
                case Likely(at=at, seen=seen):
                    out.append(SpeechLikely(at=at / RATE_HZ, seen=seen / RATE_HZ))
                case Unlikely(at=at):
                    out.append(SpeechUnlikely(at=at / RATE_HZ))
                case Started(at=at, seen=seen):
                    self._over_line = self._airing.audible
                    out.append(
                        SpeechStarted(
                            at=at / RATE_HZ, seen=seen / RATE_HZ, while_speaking=self._over_line
                        )
                    )
                case Bounds():
                    out.append(self._segment(event))
                case Resumed(id=id_, at=at):
                    out.append(SpeechResumed(id=id_, at=at / RATE_HZ))
                case Closed(id=id_):
                    if not self._over_line:
                        self._background.talker(self._last_db)
                    out.append(SegmentClosed(id=id_))
        return out

    def _segment(self, bounds: Bounds) -> Segment:
        voiced = self._history.copy(bounds.started, bounds.ended)
        level = voiced_level_db(voiced)
        voiced[:] = 0
        talk = self._background.threshold_db is not None
        before, after = (PRE_ROLL_TALK, POST_ROLL_TALK) if talk else (PRE_ROLL, POST_ROLL)
        samples = self._history.copy(bounds.started - before, bounds.ended + after)
        self._last_db = level
        if self._level:
            raw, samples = samples, levelled(samples, level)
            raw[:] = 0
        return Segment(
            id=bounds.id,
            revision=bounds.revision,
            started=bounds.started / RATE_HZ,
            ended=bounds.ended / RATE_HZ,
            samples=samples,
            hint=self._hint,
            while_speaking=self._over_line,
            level_db=level,
            over_talk=talk,
        )
