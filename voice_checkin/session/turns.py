"""Decides when a turn is over.  Pure: fed events with their times, asked for its next deadline.

A turn ends by silence, and how much silence depends on what was asked and on the words so far
(Nuance's complete and incomplete time-outs, VoiceXML 2.0 section 4.1).  It knows nothing of
sound, threads or the dialog.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import Enum

from voice_checkin.events import Heard
from voice_checkin.words import PartnerId, Patience, Seconds, Transcript, Word

COMPLETE_S: Seconds = 0.45
"""Silence after a whole answer to a closed question, or after "that's all".  A pause inside a
word or between two digits is shorter; people's own gaps are about 0.2 s (Levinson & Torreira
2015), and half a second is the least that LiveKit went back to."""
UNFINISHED_S: Seconds = 2.7
"""Silence after "um", "because", "I felt": hesitant speakers pause for 2 to 2.5 s."""
NEAR_LIMIT = 0.75
"""The part of the floor's time after which a chime sounds (45 s of 60)."""
CARRIED = -1
"""Stands for the words of a turn that was taken back; segments count from 0."""
STUCK_S: Seconds = 15.0
"""A decode that takes longer than this is given up, so that a turn cannot hang."""


class Completeness(Enum):
    """What the words so far say about the end of the turn."""

    COMPLETE = "complete"
    OPEN = "open"
    UNFINISHED = "unfinished"


@dataclass(frozen=True, slots=True)
class TurnOver:
    """The person is done.  ``text`` is everything they said; empty only at the time limit."""

    text: str
    confidence: float
    started: Seconds
    ended: Seconds
    words: tuple[Word, ...]
    recogniser: str
    speaker: PartnerId | None
    compared: bool
    """The voice was compared with both partners': without a ``speaker`` it is unsure whose."""
    both: bool
    """Both partners' voices were in it, at once or one after the other."""
    strangers: bool
    fresh: str
    """What was said after a turn was taken back; empty where none was."""
    overlapped: bool
    """Speech began while the assistant was audible: words may be wrong."""


@dataclass(frozen=True, slots=True)
class SilenceOver:
    """Nobody spoke within the patience."""


@dataclass(frozen=True, slots=True)
class NearLimit:
    """Three quarters of the floor's time are used: a chime."""


@dataclass(slots=True)
class _Piece:
    """One segment of the turn, decoded or not yet."""

    revision: int
    started: Seconds
    ended: Seconds
    overlapped: bool
    submitted: Seconds
    heard: Heard | None = None


@dataclass(slots=True)
class PauseMemory:
    """How long one partner pauses inside a turn, learned over the evening.

    Keeps the longest recent pauses that were followed by more words; the wait after open speech
    grows to cover them.  Never below the beat's patience: a hasty start must not teach haste.
    """

    _pauses: list[Seconds] = field(default_factory=list)

    def learn(self, pause: Seconds) -> None:
        self._pauses = [*self._pauses[-11:], pause]

    def wait(self, patience_s: Seconds) -> Seconds:
        """Return the silence that ends an open turn, in seconds."""
        if len(self._pauses) < 3:
            return patience_s
        long = sorted(self._pauses)[int(0.8 * (len(self._pauses) - 1))]
        return min(max(patience_s, 1.25 * long), UNFINISHED_S)


class TurnTaker:
    """Follows one listening turn from the chime to its end."""

    def __init__(self, judge: Callable[[str], Completeness]) -> None:
        self._judge = judge
        self._patience = Patience()
        self._opened: Seconds | None = None
        self._silence_from: Seconds = 0.0
        self._speaking = False
        self._last_end: Seconds | None = None
        self._pieces: dict[int, _Piece] = {}
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
        self._opened, self._pieces = None, {}
        self._last_end, self._gap_started = None, None

    def carry(self, over: TurnOver) -> None:
        """Take back a turn that was closed too early: the person went on speaking."""
        heard = Heard(
            id=CARRIED, revision=0, started=over.started, ended=over.ended,
            transcript=_transcript(over), speaker=over.speaker, strangers=over.strangers,
            compared=over.compared,
        )  # fmt: skip
        self._pieces[CARRIED] = _Piece(
            0, over.started, over.ended, over.overlapped, over.ended, heard
        )

    def speech_started(self, at: Seconds) -> None:
        if self._gap_started is not None and self._pieces:
            self._memory.learn(at - self._gap_started)
        self._speaking, self._gap_started = True, None

    def segment(self, id_: int, revision: int, started: Seconds, ended: Seconds,
                *, overlapped: bool, at: Seconds) -> None:  # fmt: skip
        """Note that speech paused and that its samples went to the decoder."""
        self._speaking = False
        self._last_end = self._gap_started = ended
        self._pieces[id_] = _Piece(revision, started, ended, overlapped, at)

    def resumed(self, id_: int, at: Seconds) -> None:
        """Note that speech went on; the decode of ``id_`` will come again, longer."""
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
        return " ".join(
            p.heard.transcript.text.strip() for p in self._ordered() if p.heard is not None
        )

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

    def _ordered(self) -> list[_Piece]:
        return sorted(self._pieces.values(), key=lambda piece: piece.started)

    def _end_at(self) -> Seconds:
        last = max(piece.ended for piece in self._pieces.values())
        waiting = [p.submitted for p in self._pieces.values() if p.heard is None]
        if waiting:
            return max(waiting) + STUCK_S
        match self._judge(self.text()):
            case Completeness.COMPLETE:
                return last + COMPLETE_S
            case Completeness.UNFINISHED:
                return last + max(UNFINISHED_S, self._patience.pause_s)
            case Completeness.OPEN:
                return last + self._memory.wait(self._patience.pause_s)

    def _over(self) -> TurnOver:
        pieces = [p for p in self._ordered() if p.heard is not None]
        heards = [p.heard for p in pieces if p.heard is not None]
        speakers = {h.speaker for h in heards if h.speaker is not None}
        texts = [h.transcript for h in heards]
        over = TurnOver(
            text=" ".join(t.text.strip() for t in texts),
            confidence=min((t.confidence for t in texts), default=1.0),
            started=min((p.started for p in self._pieces.values()), default=self._silence_from),
            ended=max((p.ended for p in self._pieces.values()), default=self._silence_from),
            words=tuple(
                replace(w, started=w.started + h.started, ended=w.ended + h.started)
                for h in heards
                for w in h.transcript.words
            ),
            recogniser=texts[0].recogniser if texts else "",
            both=len(speakers) == 2 or any(h.both for h in heards),
            compared=any(h.compared for h in heards),
            speaker=speakers.pop() if len(speakers) == 1 else None,
            strangers=any(h.strangers for h in heards),
            fresh=" ".join(h.transcript.text.strip() for h in heards if h.id != CARRIED)
            if CARRIED in self._pieces
            else "",
            overlapped=any(p.overlapped for p in pieces[:1]),
        )
        self.close()
        return over


def _transcript(over: TurnOver) -> Transcript:
    return Transcript(
        text=over.text, confidence=over.confidence, words=(), recogniser=over.recogniser
    )
