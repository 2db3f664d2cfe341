"""Decides when a turn is over.  Pure: fed events with their times, asked for its next deadline.

A turn ends by silence, and how much silence depends on what was asked and on the words so far
(Nuance's complete and incomplete time-outs, VoiceXML 2.0 section 4.1).  It knows nothing of
sound, threads or the dialog.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from voice_checkin.events import Heard
from voice_checkin.session.pauses import LONGEST_WAIT_S, PauseMemory
from voice_checkin.session.turn_over import Piece, TurnOver
from voice_checkin.words import Patience, Seconds

COMPLETE_S: Seconds = 0.45
"""Silence after a whole answer to a closed question, or after "that's all".  A pause inside a
word or between two digits is shorter; people's own gaps are about 0.2 s (Levinson & Torreira
2015), and half a second is the least that LiveKit went back to."""
UNFINISHED_S: Seconds = LONGEST_WAIT_S
"""Silence after "um", "because", "I felt"."""
WHOLE_S: Seconds = 0.8
"""Least silence after a whole thought that nobody asked to be deep."""
WHOLE_SHARE = 0.6
"""The part of a beat's patience that is enough after a whole thought, said without a pause."""
DEEP_S: Seconds = 2.0
"""A beat this patient asks for a feeling: its silence is never shortened."""
URGENT_S: Seconds = 0.7
"""Silence after words of self-harm, whatever was asked: a breath is shorter, and a number that can
be called is in the air three seconds after the last word (S15)."""
NEAR_LIMIT = 0.75
"""The part of the floor's time after which a chime sounds (45 s of 60)."""
STUCK_S: Seconds = 15.0
"""A decode that takes longer than this is given up, so that a turn cannot hang."""


class Completeness(Enum):
    """What the words so far say about the end of the turn."""

    COMPLETE = "complete"
    WHOLE = "whole"
    """A sentence that can stand alone; more may follow."""
    OPEN = "open"
    UNFINISHED = "unfinished"
    URGENT = "urgent"


@dataclass(frozen=True, slots=True)
class SilenceOver:
    """Nobody spoke within the patience."""


@dataclass(frozen=True, slots=True)
class NearLimit:
    """Three quarters of the floor's time are used: a chime."""


class TurnTaker:
    """Follows one listening turn from the chime to its end."""

    def __init__(self, judge: Callable[[str], Completeness]) -> None:
        self._judge = judge
        self._patience = Patience()
        self._opened: Seconds | None = None
        self._silence_from: Seconds = 0.0
        self._speaking = False
        self._last_end: Seconds | None = None
        self._pieces: dict[int, Piece] = {}
        self._carried: frozenset[int] = frozenset()
        self._past: frozenset[int] = frozenset()
        self._warned = False
        self._memory = PauseMemory()
        self._gap_started: Seconds | None = None

    @property
    def has_speech(self) -> bool:
        """Somebody is speaking, or has spoken words that are not judged yet."""
        return self._speaking or bool(self._pieces)

    @property
    def is_open(self) -> bool:
        return self._opened is not None

    @property
    def is_hearing(self) -> bool:
        """A turn is open, and somebody has begun it."""
        return self.is_open and self.has_speech

    def open(
        self,
        patience: Patience,
        at: Seconds,
        *,
        memory: PauseMemory | None = None,
        judge: Callable[[str], Completeness] | None = None,
    ) -> None:
        """Begin to wait for an answer.  Speech that began before, over the question, counts."""
        self._patience, self._opened, self._silence_from = patience, at, at
        self._warned = False
        self._memory = memory or self._memory
        self._judge = judge or self._judge

    def wait_again(self, patience: Patience, at: Seconds) -> None:
        """Go on waiting after a soft word, keeping what has been said."""
        self._patience, self._opened, self._silence_from = patience, at, at

    def close(self) -> None:
        """Stop waiting and drop what was said."""
        self._past |= frozenset(self._pieces)
        self._opened, self._pieces, self._carried = None, {}, frozenset()
        self._last_end, self._gap_started = None, None

    def carry(self, over: TurnOver, *, without: int | None = None) -> None:
        """Take back a turn that was closed too early: the person went on speaking.

        ``without``: the segment that went on itself, and will come again with all its words.
        """
        self._pieces |= {piece.id: piece for piece in over.pieces if piece.id != without}
        self._carried = frozenset(self._pieces) | self._carried
        self._past -= over.ids

    def free(self, over: TurnOver) -> None:
        """Let what was no turn after all become one, should it go on."""
        self._past -= over.ids

    def is_past(self, id_: int) -> bool:
        """Tell whether a segment belongs to a turn that was closed."""
        return id_ in self._past

    def speech_started(self, at: Seconds) -> None:
        if self._gap_started is not None and self._pieces:
            self._memory.learn(at - self._gap_started)
        self._speaking, self._gap_started = True, None

    def segment(self, id_: int, revision: int, started: Seconds, ended: Seconds,
                *, overlapped: bool, at: Seconds) -> None:  # fmt: skip
        """Note that speech paused and that its samples went to the decoder."""
        if self.is_past(id_):
            return
        self._speaking = False
        self._last_end = self._gap_started = ended
        self._pieces[id_] = Piece(id_, revision, started, ended, overlapped, at)

    def resumed(self, id_: int, at: Seconds) -> None:
        """Note that speech went on; the decode of ``id_`` will come again, longer."""
        if self.is_past(id_):
            return
        self.speech_started(at)
        if id_ in self._pieces:
            self._pieces[id_].heard = None

    def heard(self, heard: Heard) -> None:
        """Take a decode; one that is not the newest of its segment is passed over."""
        piece = self._pieces.get(heard.id)
        if piece is not None and piece.revision == heard.revision:
            piece.heard = heard
            if not heard.transcript.text.strip() and not self._speaking:
                # Speech without words: a cough, a door.  The wait begins anew, kindly.
                del self._pieces[heard.id]
                if not self._pieces:
                    self._silence_from, self._last_end = heard.ended, None

    def text(self) -> str:
        """Return the words so far."""
        return TurnOver(tuple(self._ordered())).text

    def deadline(self) -> Seconds | None:
        """Return when `poll` wants to be called next, unless something happens before."""
        if self._opened is None:
            return None
        times = [self._limit_at()]
        if not self._warned:
            times.append(self._warn_at())
        if not self._speaking:
            if self._pieces:
                times.append(self._end_at())
            else:
                times.append(self._silence_from + self._patience.start_s)
        return min(times)

    def poll(self, now: Seconds) -> TurnOver | SilenceOver | NearLimit | None:
        """Say what time has decided, at most one thing."""
        if self._opened is None:
            return None
        if now >= self._limit_at():
            return self._over()
        if not self._speaking:
            if self._pieces and now >= self._end_at():
                return self._over()
            if not self._pieces and now >= self._silence_from + self._patience.start_s:
                return SilenceOver()
        if not self._warned and now >= self._warn_at() and self.has_speech:
            self._warned = True
            return NearLimit()
        return None

    def _first(self) -> Seconds | None:
        starts = [p.started for p in self._pieces.values()]
        return min(starts) if starts else None

    def _limit_at(self) -> Seconds:
        assert self._opened is not None  # noqa: S101 - callers check
        first = self._first()
        begun = self._opened if first is None else max(first, self._opened)
        # Silence before the first word is the beat's patience, not the floor's time.
        if first is None and not self._speaking:
            begun += self._patience.start_s
        return begun + self._patience.limit_s

    def _warn_at(self) -> Seconds:
        return self._limit_at() - (1 - NEAR_LIMIT) * self._patience.limit_s

    def _ordered(self) -> list[Piece]:
        return sorted(self._pieces.values(), key=lambda piece: piece.started)

    def _end_at(self) -> Seconds:
        last = max(piece.ended for piece in self._pieces.values())
        waiting = [p.submitted for p in self._pieces.values() if p.heard is None]
        if waiting:
            return max(waiting) + STUCK_S
        match self._judge(self.text()):
            case Completeness.COMPLETE:
                return last + COMPLETE_S
            case Completeness.URGENT:
                return last + URGENT_S
            case Completeness.UNFINISHED:
                return last + max(UNFINISHED_S, self._patience.pause_s)
            case Completeness.WHOLE:
                return last + self._memory.wait(self._after_whole())
            case Completeness.OPEN:
                return last + self._memory.wait(self._patience.pause_s)

    def _after_whole(self) -> Seconds:
        """Return the silence after a whole thought: less, unless its speaker has paused before."""
        patience = self._patience.pause_s
        if patience >= DEEP_S or len(self._pieces) > 1:
            return patience
        return min(patience, max(WHOLE_S, WHOLE_SHARE * patience))

    def _over(self) -> TurnOver:
        over = TurnOver(tuple(self._ordered()), self._carried, self._silence_from)
        self.close()
        return over
