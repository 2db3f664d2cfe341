"""One spoken conversation, from hello to good night.

A reactor: `handle` takes events in order of time, `poll` takes the passing of time, and nothing
here blocks, waits or reads a clock of its own.  Threads and rehearsals both drive it
(`session.live`, `session.step`), so that what is rehearsed is what runs.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

from voice_checkin.clock import Clock
from voice_checkin.dialog.actions import Action, Adjust, Chime, End, Listen, Quiet, Say, Wait
from voice_checkin.events import (
    DeviceBack,
    DeviceLost,
    Hangup,
    Heard,
    PlayEnded,
    PlayStarted,
    Segment,
    SessionEvent,
    SpeechLikely,
    SpeechResumed,
    SpeechStarted,
    SpeechUnlikely,
    WorkerFailed,
)
from voice_checkin.session.account import Account
from voice_checkin.session.completeness import Endings, Reader
from voice_checkin.session.evening import Evening
from voice_checkin.session.floor import BARGE_PATIENCE, NEVER, takes_floor
from voice_checkin.session.published import Ended, Watcher
from voice_checkin.session.reopening import Closed, Reopening
from voice_checkin.session.seams import EarControl, Voice
from voice_checkin.session.stage import Item, Stage
from voice_checkin.session.turn_over import TurnOver
from voice_checkin.session.turns import Completeness, NearLimit, SilenceOver, TurnTaker
from voice_checkin.session.voicing import CarefulVoice
from voice_checkin.sound.seams import Sound
from voice_checkin.understanding.meaning import Meaning
from voice_checkin.words import Expecting, PartnerId, Patience, Seconds

log = logging.getLogger(__name__)


class Session:
    """Wires one evening to sound.  ``over`` is set once the last line has been heard."""

    def __init__(
        self,
        *,
        evening: Evening,
        sound: Sound,
        voice: Voice,
        ears: EarControl,
        clock: Clock,
        endings: Endings,
        backchannels: frozenset[str],
        joining: frozenset[str] = frozenset(),
        watchers: Sequence[Watcher] = (),
        patience: float = 1.0,
    ) -> None:
        self._evening = evening
        self._voice = CarefulVoice(voice)
        self._ears = ears
        self._clock = clock
        self._reader = Reader(evening.understand, endings)
        self._backchannels = backchannels
        self._account = Account(watchers, clock.now)
        self._patience = patience
        self._stage = Stage(sound, self._voice, self._account.queued)
        self._taker = TurnTaker(lambda _text: Completeness.OPEN)
        self._after: Listen | Wait | End | None = None
        self._barged = False
        self._reopening = Reopening(joining)
        self.over: Ended | None = None
        self.fault: str | None = None
        """The part that gave up, where that ended the evening."""

    # -- driving -----------------------------------------------------------------------------

    def begin(self, *, resumed: bool = False) -> None:
        """Say hello, or take up an evening that was broken off."""
        self._perform(self._evening.resume() if resumed else self._evening.begin())

    def deadline(self) -> Seconds | None:
        """Return when `poll` must be called next at the latest."""
        times = [t for t in (self._taker.deadline(), self._wake_at()) if t is not None]
        return min(times) if times and self.over is None else None

    def poll(self) -> None:
        """Act on time that has passed."""
        if self.over is not None:
            return
        now = self._clock.now()
        wake = self._wake_at()
        if wake is not None and now >= wake and not self._taker.has_speech:
            self._perform(self._evening.wake())
            return
        match self._taker.poll(now):
            case TurnOver() as over:
                self._turn_over(over)
            case SilenceOver():
                self._silence_over()
            case NearLimit():
                self._stage.perform(Chime(name="floor"))
            case None:
                pass

    def handle(self, event: SessionEvent) -> None:
        """Take one event; what is not named here is the ears' and the decoder's business."""
        if self.over is not None:
            return
        match event:
            case PlayStarted():
                self._account.started(self._stage.started(event), event)
            case PlayEnded():
                self._play_ended(event)
            case SpeechLikely():
                if self._can_be_cut:
                    self._stage.hold(event.seen)
            case SpeechUnlikely():
                self._stage.release(event.at)
            case SpeechStarted():
                self._speech_started(event)
            case SpeechResumed():
                self._speech_resumed(event)
            case Segment():
                self._taker.segment(
                    event.id, event.revision, event.started, event.ended,
                    overlapped=event.while_speaking and self._stage.talked_over(event.started),
                    at=self._clock.now(),
                )  # fmt: skip
                self._ears.submit(event)
            case Heard():
                self._heard(event)
            case DeviceBack():
                self._stage.hush()
                self._perform(self._evening.come_back())
            case DeviceLost():
                log.warning("the microphone or speaker is gone; plug it in again")
                self._reopening.settle()
                self._taker.close()
            case WorkerFailed():
                self._part_failed(event)
            case Hangup():
                self._stage.cut()
                self._finish(End(reason="stopped"))
            case _:
                pass

    def _part_failed(self, failed: WorkerFailed) -> None:
        """Own up to what was lost, or end the evening where a part is gone for good."""
        log.error("%s failed: %s", failed.worker, failed.error)
        if failed.worker == "sound" and failed.over:
            self.fault = failed.worker  # and nothing can be heard any more, no good night either
            self._finish(End(reason="stopped"))
        elif failed.worker == "mouth" or isinstance(self._after, End):
            pass  # a line is rendered when it is said, and what is ending ends
        elif failed.over:
            self.fault = failed.worker
            self._reopening.settle()
            self._stage.hush()
            self._perform(self._evening.cannot_go_on())
        elif failed.worker == "mind" or self._barged or self._taker.is_hearing:
            self._reopening.settle()
            self._perform(self._evening.ask_again())

    # -- speaking ----------------------------------------------------------------------------

    def _perform(self, batch: Sequence[Action]) -> None:
        self._taker.close()
        self._barged = False
        self._stage.begin()
        for action in batch:
            match action:
                case Say() | Chime() | Quiet():
                    self._stage.perform(action)
                case Adjust():
                    self._voice.adjust(action.what)
                case Listen():
                    self._after = action
                    self._account.beats.add(action.beat)
                    self._ears.expect(action.expecting)
                    self._stage.perform(Chime(name="listening"))
                case Wait() | End():
                    self._after = action
                case _:
                    raise AssertionError(type(action).__name__)
        if self._voice.is_lost:
            self.fault, self._after = "voice", End(reason="stopped")
        if not self._stage.busy:
            self._arrive()

    def _arrive(self) -> None:
        """Everything has been said: listen, wait, or be done."""
        now = self._clock.now()
        match self._after:
            case Listen() as listen:
                self._listen(listen, now)
                self._account.listening(listen)
            case Wait() as wait:
                self._open(Expecting(), Patience(start_s=NEVER, pause_s=0.8, limit_s=NEVER), now)
                self._account.waiting(wait)
            case End() as end:
                self._finish(end)
            case None:
                pass

    def _finish(self, end: End) -> None:
        self._taker.close()
        self.over = self._account.over(end)

    def _play_ended(self, event: PlayEnded) -> None:
        item = self._stage.ended(event)
        if item is None:
            return
        self._account.played(item, event)
        if not self._stage.busy and not self._barged and not self._taker.is_open:
            self._arrive()

    # -- listening ---------------------------------------------------------------------------

    def _listen(self, to: Listen, now: Seconds) -> None:
        self._open(to.expecting, to.patience.longer(self._patience), now, to.partner)

    def _open(self, expecting: Expecting, patience: Patience, at: Seconds,
              partner: PartnerId | None = None) -> None:  # fmt: skip
        judge = self._reader.judge_for(expecting)
        self._taker.open(patience, at, memory=self._reopening.memory(partner), judge=judge)

    def _speech_started(self, event: SpeechStarted) -> None:
        self._taker.speech_started(event.at)
        if not self._is_asked_or_cut and not self._went_on(event.at):
            self._cut_in(event.at)
        self._stage.release(event.seen)

    @property
    def _is_asked_or_cut(self) -> bool:
        return self._barged or (self._taker.is_open and not self._in_pause)

    @property
    def _can_be_cut(self) -> bool:
        """A line is being said that gives way to speech.

        Words over a safety line are judged; over a chime they are an early answer.
        """
        item = self._stage.current
        gives_way = item is not None and isinstance(item.action, Say) and not item.is_protected
        return gives_way and not self._is_asked_or_cut and not isinstance(self._after, End)

    def _cut_in(self, at: Seconds) -> None:
        """Give way to speech over a line, until its words tell what it was."""
        if not self._can_be_cut:
            return
        self._barged = True
        self._stage.cut()
        self._open(_expecting(self._after), BARGE_PATIENCE, at)

    @property
    def _in_pause(self) -> bool:
        return isinstance(self._after, Wait) and self._after.pause

    def _went_on(self, at: Seconds) -> bool:
        """Take back a turn that was closed while its speaker drew breath."""
        item, question = self._stage.current, self._stage.last_line()
        cut_before = item is not None and item.share_heard > 0
        if cut_before or not isinstance(self._after, Listen | Wait):
            return False
        heard = 0.0 if question is None else question.share_at(at)
        closed = self._reopening.at(at, self._after, heard=heard)
        if closed is None:
            return False
        self._take_back(closed, at)
        return True

    def _speech_resumed(self, event: SpeechResumed) -> None:
        if self._taker.is_past(event.id):
            closed = self._reopening.resumed(event.id, event.at)
            if closed is None:
                return  # the turn stands; only danger is looked for in its words
            self._take_back(closed, event.at, without=event.id)
        self._taker.resumed(event.id, event.at)

    def _take_back(self, closed: Closed, at: Seconds, *, without: int | None = None) -> None:
        self._stage.cut()
        self._reopen(closed)
        self._listen(closed.listen, at)
        self._taker.carry(closed.over, without=without)

    def _reopen(self, closed: Closed) -> None:
        self._barged = False
        self._stage.begin()
        self._evening.machine.restore(closed.snapshot)
        self._after = closed.listen

    def _heard(self, heard: Heard) -> None:
        self._taker.heard(heard)
        said = self._taker.text()
        if self._evening.is_cover(said) or self._evening.is_cover(heard.transcript.text):
            # At once, in the middle of whatever is said or asked (S14).
            self._stage.cut()
            self._take(Meaning(text=said or heard.transcript.text), heard.speaker, 1.0,
                       heard.started, heard.ended, None)  # fmt: skip
            return
        if self._taker.is_open and not self._taker.is_past(heard.id):
            return
        # Spoken over a safety line or the good night, or after its turn was taken: only what
        # cannot wait is acted on (S16).
        text = heard.transcript.text
        meaning = self._reader.mean(text, Expecting())
        if meaning.risk is not None or meaning.command == "stop":
            self._stage.cut()
            self._take(meaning, heard.speaker, heard.transcript.confidence, heard.started,
                       heard.ended, None)  # fmt: skip

    def _turn_over(self, over: TurnOver) -> None:
        closed = self._reopening.by_words(over, self._after) if self._barged else None
        if closed is not None:
            self._reopen(closed)
            over = closed.over.then(over)
        expecting = _expecting(self._after)
        meaning = self._reader.mean_turn(over.text, over.fresh, expecting)
        meaning = self._reader.believed(meaning, over.second, expecting, confidence=over.confidence)
        urgent = meaning.risk is not None or meaning.command is not None
        question = self._stage.last_line()
        heard = 1.0 if question is None else question.share_heard
        listening = self._after if isinstance(self._after, Listen) else None
        floor = takes_floor(over.text, meaning, heard=heard, listening=listening is not None,
                            backchannels=self._backchannels)  # fmt: skip
        if self._barged and not (urgent or floor):
            self._taker.free(over)
            self._back_to_line()
            return
        if not over.text.strip():
            self._perform(self._evening.over_limit())
            return
        interrupted = question if self._barged else None
        asked = listening.partner if listening else None
        # Who was invited, unless voices tell; where those are unsure, the machine may ask.
        speaker = over.speaker if over.compared else asked
        # Words over the assistant's own voice are unreliable (voice-anchors 5.4).
        least = 0.45 if over.overlapped and not urgent else 1.0
        confidence = min(over.confidence, least)
        if listening and not self._barged:
            self._reopening.close(self._evening.machine.snapshot(), over, listening)
        if (over.strangers or (over.both and asked)) and not urgent:
            self._account.turn(self._after, meaning, text=over.text, speaker=speaker,
                               confidence=confidence, started=over.started,
                               ended=over.ended)  # fmt: skip
            aside = self._evening.stranger if over.strangers else self._evening.both_spoke
            self._perform(aside())
            return
        self._take(meaning, speaker, confidence, over.started, over.ended, interrupted)

    def _take(self, meaning: Meaning, speaker: PartnerId | None, confidence: float,
              started: Seconds, ended: Seconds, interrupted: Item | None) -> None:  # fmt: skip
        line = interrupted.action.line_id if (
            interrupted is not None and isinstance(interrupted.action, Say)
        ) else None  # fmt: skip
        self._account.turn(self._after, meaning, text=meaning.text, speaker=speaker,
                           confidence=confidence, started=started, ended=ended,
                           interrupted=line)  # fmt: skip
        batch = self._evening.hear(meaning, speaker=speaker, confidence=confidence,
                                   interrupted=line, spoken_s=ended - started)  # fmt: skip
        if self._evening.is_settled:
            self._reopening.settle()
        self._perform(batch)

    def _silence_over(self) -> None:
        if self._barged:
            self._back_to_line()
            return
        self._reopening.settle()
        self._account.turn(self._after, None)
        self._perform(self._evening.silent())

    def _back_to_line(self) -> None:
        """Go on with the line that nobody meant to interrupt."""
        self._barged = False
        if not self._stage.go_on():
            self._arrive()

    def _wake_at(self) -> Seconds | None:
        if isinstance(self._after, Wait):
            left = (self._after.until - self._clock.wall()).total_seconds()
            return self._clock.now() + max(0.0, left)
        return None


def _expecting(after: Listen | Wait | End | None) -> Expecting:
    return after.expecting if isinstance(after, Listen) else Expecting()
