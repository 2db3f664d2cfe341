"""Where speech begins, pauses and ends.  Pure: counts samples, knows no sound and no clock.

A pause of 250 ms already yields `Bounds`, so that decoding starts while the person may still go
on; if they do, the same segment comes again, longer, with a higher revision.  After 700 ms it is
closed.  Whether the *turn* is over is not decided here: that takes the words (see `session`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from voice_checkin.listening.seams import VAD_SAMPLES
from voice_checkin.words import RATE_HZ


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointTimes:
    """All in samples, judged in whole chunks of `VAD_SAMPLES`.

    Home Assistant needs 0.3 s of speech to start, Silero's own tools 0.25 s: both miss a quick
    "no".  Silero's minimum silence is 0.1 s, which would cut at every stop consonant.
    """

    on: float = 0.5
    """A chunk with this probability is voiced: Silero's own threshold."""
    off: float = 0.35
    """Below this it is silent; between the two a chunk is whatever the one before it was."""
    start: int = 3 * VAD_SAMPLES
    """96 ms of voiced chunks make speech."""
    gap: int = 3 * VAD_SAMPLES
    """Speech that has not been certain yet is given up after this much silence."""
    pause: int = 8 * VAD_SAMPLES
    """256 ms of silence: decode what there is."""
    close: int = 22 * VAD_SAMPLES
    """704 ms of silence: what follows is another segment."""
    resume: int = 2 * VAD_SAMPLES
    """64 ms of voiced chunks end a pause: a click does not."""
    dip: int = 2 * VAD_SAMPLES
    long: int = 12 * RATE_HZ
    """From here on a segment is closed at the next dip, and ..."""
    longest: int = 18 * RATE_HZ
    """... at this length anywhere: what is decoded at once stays bounded."""


@dataclass(frozen=True, slots=True)
class Started:
    """Speech is certain; all positions are in samples."""

    at: int
    seen: int


@dataclass(frozen=True, slots=True)
class Likely:
    """Speech may have begun; `Started` or `Unlikely` follows."""

    at: int
    seen: int


@dataclass(frozen=True, slots=True)
class Unlikely:
    at: int


@dataclass(frozen=True, slots=True)
class Bounds:
    """The segment so far: from its first voiced sample to its last."""

    id: int
    revision: int
    started: int
    ended: int


@dataclass(frozen=True, slots=True)
class Resumed:
    id: int
    at: int


@dataclass(frozen=True, slots=True)
class Closed:
    id: int


EndpointEvent: TypeAlias = Likely | Unlikely | Started | Bounds | Resumed | Closed


class Endpointer:
    """Turns one probability a chunk into events.  ``feed`` is to be called in order."""

    def __init__(self, times: EndpointTimes | None = None) -> None:
        self.times = times or EndpointTimes()
        self._position = 0
        self._id = 0
        self._voiced = False
        self._reset()

    def _reset(self) -> None:
        self._onset: int | None = None  # first voiced sample of what may become speech
        self._speech = 0  # voiced samples since then
        self._likely = False
        self._speaking = False
        self._paused = False
        self._revision = 0
        self._silence = 0
        self._last_voiced = 0
        self._back: int | None = None  # where voice came back inside a pause
        self._back_voiced = 0

    @property
    def in_speech(self) -> bool:
        """A segment is open, a short pause in it included."""
        return self._speaking

    @property
    def earliest_needed(self) -> int:
        """The first sample that a later event can still refer to."""
        return self._position if self._onset is None else self._onset

    @property
    def position(self) -> int:
        return self._position

    def feed(
        self,
        probability: float,
        *,
        start: int | None = None,
        on: float | None = None,
        likely: int | None = None,
    ) -> list[EndpointEvent]:
        """Take the next chunk; ``start`` and ``on`` raise the bar for new speech, for this chunk.

        ``start``: voiced samples that make speech.  ``on``: probability that counts as voiced.
        ``likely``: voiced samples that make speech likely, where that is to be told.
        """
        begin, end = self._position, self._position + VAD_SAMPLES
        self._position = end
        threshold = self.times.on if on is None else on
        self._voiced = (
            probability >= self.times.off
            if self._voiced and on is None
            else probability >= threshold
        )
        needed = self.times.start if start is None else start
        if not self._speaking:
            return self._wait_for_speech(begin, end, needed, likely)
        if self._paused:
            return self._in_pause(begin, end)
        return self._in_speech(end)

    def finish(self) -> list[EndpointEvent]:
        """No more sound: give what is open and close it."""
        if not self._speaking:
            return self._give_up(self._position)
        events: list[EndpointEvent] = []
        if not self._paused:
            events.append(self._bounds())
        events.append(self._close())
        return events

    # -- states ------------------------------------------------------------------------------

    def _wait_for_speech(
        self, begin: int, end: int, needed: int, likely: int | None
    ) -> list[EndpointEvent]:
        if not self._voiced:
            self._silence += VAD_SAMPLES
            if self._silence < self.times.gap:
                return []
            return self._give_up(end)
        if self._onset is None:
            self._onset = begin
        self._silence = 0
        self._speech += VAD_SAMPLES
        self._last_voiced = end
        if self._speech < needed:
            if likely is None or self._likely or self._speech < likely:
                return []
            self._likely = True
            return [Likely(at=self._onset, seen=end)]
        self._speaking = True
        self._id += 1
        return [Started(at=self._onset, seen=end)]

    def _give_up(self, at: int) -> list[EndpointEvent]:
        """Forget speech that was not certain; whoever was told of it is told so."""
        was_likely = self._likely
        self._reset()
        return [Unlikely(at=at)] if was_likely else []

    def _in_speech(self, end: int) -> list[EndpointEvent]:
        assert self._onset is not None  # noqa: S101 - a state without it has no name here
        if self._voiced:
            self._silence = 0
            self._last_voiced = end
            if end - self._onset >= self.times.longest:
                return [self._bounds(), self._close()]
            return []
        self._silence += VAD_SAMPLES
        if end - self._onset >= self.times.long and self._silence >= self.times.dip:
            return [self._bounds(), self._close()]
        if self._silence >= self.times.pause:
            self._paused = True
            return [self._bounds()]
        return []

    def _in_pause(self, begin: int, end: int) -> list[EndpointEvent]:
        self._silence += VAD_SAMPLES
        if self._voiced:
            if self._back is None:
                self._back = begin
            self._back_voiced += VAD_SAMPLES
            if self._back_voiced < self.times.resume:
                return []
            resumed = Resumed(id=self._id, at=self._back)
            self._paused = False
            self._silence = 0
            self._last_voiced = end
            self._back, self._back_voiced = None, 0
            return [resumed]
        self._back, self._back_voiced = None, 0
        if self._silence >= self.times.close:
            return [self._close()]
        return []

    def _bounds(self) -> Bounds:
        assert self._onset is not None  # noqa: S101 - only called while a segment is open
        self._revision += 1
        return Bounds(
            id=self._id, revision=self._revision, started=self._onset, ended=self._last_voiced
        )

    def _close(self) -> Closed:
        closed = Closed(id=self._id)
        self._reset()
        return closed
