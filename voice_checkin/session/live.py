"""Drives a session with a real device: ears, decoder and mouth on threads of their own.

The session's thread owns all state; the others post to its inbox.  The inbox's time-out is the
only timer.
"""

from __future__ import annotations

import queue
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial

from voice_checkin.clock import SteadyWall
from voice_checkin.events import FramePair, Hangup, Segment, SessionEvent, WorkerFailed
from voice_checkin.listening.decoder import Decoder
from voice_checkin.listening.ears import Ears
from voice_checkin.session.session import Session
from voice_checkin.session.workers import MOST_FAULTS, Worker, attempt
from voice_checkin.sound.seams import Sound
from voice_checkin.speaking.prerender import Mouth
from voice_checkin.words import FRAME_SAMPLES, RATE_HZ, Expecting, Seconds

LOOK_S: Seconds = 0.05
"""The longest that the session sleeps: sample time may run while nothing happens."""


class FrameClock:
    """Session time from the frames that the microphone gave; written by the ears alone."""

    def __init__(self) -> None:
        self._frames = 0
        self._wall = SteadyWall()

    def frame(self) -> None:
        self._frames += 1

    def now(self) -> Seconds:
        return self._frames * FRAME_SAMPLES / RATE_HZ

    def wall(self) -> datetime:
        return self._wall()


class Live:
    """The threads around one session.  It is `EarControl` for the session it runs."""

    def __init__(
        self, sound: Sound, ears: Ears, decoder: Decoder, mouth: Mouth, clock: FrameClock
    ) -> None:
        self._sound = sound
        self._ears = ears
        self._decoder = decoder
        self._mouth = mouth
        self._clock = clock
        self._inbox: queue.SimpleQueue[SessionEvent] = queue.SimpleQueue()
        self._segments: queue.SimpleQueue[Segment | None] = queue.SimpleQueue()

    def expect(self, hint: Expecting) -> None:
        self._ears.expect(hint)

    def submit(self, segment: Segment) -> None:
        self._decoder.announce(segment)
        self._segments.put(segment)

    def hang_up(self) -> None:
        """End the evening from a signal or another thread."""
        self._inbox.put(Hangup())

    def run(self, session: Session, *, resumed: bool = False) -> list[str]:
        """Hold the conversation; return the names of threads that did not stop."""
        deaf = Worker("sound", self._let_pass, self._inbox.put)
        workers = [
            Worker("ears", self._hear, self._inbox.put, rest=deaf),
            Worker("decoder", self._decode, self._inbox.put),
            Worker("mouth", self._mouth.work, self._inbox.put),
        ]
        for worker in workers:
            worker.start()
        try:
            session.begin(resumed=resumed)
            self._loop(session)
        finally:
            for worker in workers:
                worker.stop()
            self._segments.put(None)
            self._mouth.finish()
            stuck = [worker.name for worker in workers if not worker.join()]
        return stuck

    def _loop(self, session: Session) -> None:
        faults = 0  # of the mind: a turn that it cannot take is asked for again
        while session.over is None:
            deadline = session.deadline()
            left = LOOK_S if deadline is None else deadline - self._clock.now()
            try:
                event = self._inbox.get(timeout=min(max(left, 0.001), LOOK_S))
            except queue.Empty:
                event = None
            failed = attempt("mind", partial(self._step, session, event))
            if isinstance(failed, WorkerFailed):
                faults += 1
                session.handle(replace(failed, over=faults >= MOST_FAULTS))

    def _step(self, session: Session, event: SessionEvent | None) -> None:
        if event is not None:
            session.handle(event)
        deadline = session.deadline()
        if deadline is not None and self._clock.now() >= deadline:
            session.poll()

    def _hear(self, stopped: Callable[[], bool]) -> None:
        while not stopped():
            pair = self._read()
            if pair is not None:
                for heard in self._ears.process(pair):
                    self._inbox.put(heard)

    def _let_pass(self, stopped: Callable[[], bool]) -> None:
        """Go on without ears: what is said last is still played, and time goes on."""
        while not stopped():
            self._read()

    def _read(self) -> FramePair | None:
        pair = self._sound.read(0.5)
        for event in self._sound.pop_events():
            self._inbox.put(event)
        if pair is not None:
            self._clock.frame()
        return pair

    def _decode(self, stopped: Callable[[], bool]) -> None:
        while not stopped():
            segment = self._segments.get()
            if segment is None:
                return
            heard = self._decoder.decode(segment)
            if heard is not None:
                self._inbox.put(heard)
