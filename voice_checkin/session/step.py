"""Drives a session in one thread and in sample time: for rehearsals in fast time and for tests.

Decoding takes as long in the room as it took on this machine, so that what is measured is what a
couple would meet; everything else costs under a millisecond a frame and is not counted.  Where a
rehearsal must be the same on a busy machine too, decoding costs what `nominal_decode_s` says.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from voice_checkin.clock import SampleClock
from voice_checkin.events import Heard, Segment
from voice_checkin.listening.decoder import Decoder
from voice_checkin.listening.ears import Ears
from voice_checkin.session.session import Session
from voice_checkin.sound.seams import Sound
from voice_checkin.words import FRAME_SAMPLES, RATE_HZ, Expecting, Seconds

FRAME_S: Seconds = FRAME_SAMPLES / RATE_HZ


def nominal_decode_s(segment: Segment) -> Seconds:
    """Return what decoding costs on two quiet cores (bench/LISTENING.md): 60 ms and a tenth."""
    return 0.06 + 0.1 * len(segment.samples) / RATE_HZ


class StepEars:
    """`EarControl` that decodes at once and hands the words over when they would be ready."""

    def __init__(
        self,
        ears: Ears,
        decoder: Decoder,
        clock: SampleClock,
        *,
        cost: Callable[[Segment], Seconds] | None = None,
    ) -> None:
        self.ears = ears
        self._decoder = decoder
        self._clock = clock
        self._cost = cost
        self._ready: deque[tuple[Seconds, Heard]] = deque()
        self._busy_until: Seconds = 0.0

    def expect(self, hint: Expecting) -> None:
        self.ears.expect(hint)

    def submit(self, segment: Segment) -> None:
        self._decoder.announce(segment)
        heard = self._decoder.decode(segment)
        if heard is not None:
            begin = max(self._busy_until, self._clock.now())
            took = heard.decode_s if self._cost is None else self._cost(segment)
            self._busy_until = begin + took
            self._ready.append((self._busy_until, heard))

    def due(self) -> list[Heard]:
        """Return what is decoded by now."""
        heard: list[Heard] = []
        while self._ready and self._ready[0][0] <= self._clock.now():
            heard.append(self._ready.popleft()[1])
        return heard


def run_steps(
    session: Session, sound: Sound, ears: StepEars, clock: SampleClock, *, most_s: Seconds = 7200
) -> None:
    """Run a session to its end, or for ``most_s`` seconds of sample time."""
    while session.over is None and clock.now() < most_s:
        pair = sound.read()
        if pair is None:
            continue
        clock.advance(FRAME_S)
        for event in sound.pop_events():
            session.handle(event)
        for heard in ears.ears.process(pair):
            session.handle(heard)
        for decoded in ears.due():
            session.handle(decoded)
        deadline = session.deadline()
        if deadline is not None and clock.now() >= deadline:
            session.poll()
