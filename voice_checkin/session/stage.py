"""What is being said aloud: the sounds of one batch, in order, and how much of each was heard.

An interruption cuts them off; after a false one they go on from a quiet spot just before the cut.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from voice_checkin.dialog.actions import Chime, Quiet, Say
from voice_checkin.events import PlayEnded, PlayStarted, Samples
from voice_checkin.session.seams import Voice
from voice_checkin.sound.seams import Sound
from voice_checkin.words import RATE_HZ, Seconds

BREATH_S: Seconds = 0.15
"""Silence before a question that follows another line (voice.md).  After a person's turn there was
silence enough: the assistant's first sound comes at once."""
ECHO_S: Seconds = 0.2
"""A line lingers this long in devices and the room."""
NEARLY_OVER_S: Seconds = 0.25
"""With so little left a line is not held: an answer that comes early is no interruption."""
MOST_HOLDS = 2
"""Of one line, in vain: then it is said in spite of dishes or a dog, and only certain speech cuts
it."""
REWIND_S: Seconds = 0.6
"""How far before the cut a line is taken up again: about two words at 150 words a minute."""


@dataclass(slots=True)
class Item:
    """One sound of a batch; ``heard_s`` counts from the start of the whole sound."""

    action: Say | Chime | Quiet
    samples: Samples
    handle: int
    breath_s: Seconds = 0.0
    offset_s: Seconds = 0.0
    heard_s: Seconds = 0.0
    started: Seconds | None = None
    over: bool = False
    holds: int = 0
    """How often it fell silent in vain."""

    @property
    def is_protected(self) -> bool:
        """A safety line, which nobody may cut off by accident."""
        return isinstance(self.action, Say) and self.action.protected

    @property
    def share_heard(self) -> float:
        """0 to 1."""
        return self._share(self.heard_s)

    def share_at(self, at: Seconds) -> float:
        """Return how much had been heard by ``at``, 0 to 1, while it plays too."""
        if self.over or self.started is None:
            return self.share_heard
        return self._share(self.offset_s + max(0.0, at - self.started))

    def left_s(self, at: Seconds) -> Seconds:
        """Return how much of it has not been heard at ``at``."""
        return len(self.samples) / RATE_HZ * (1.0 - self.share_at(at))

    def _share(self, heard_s: Seconds) -> float:
        return min(1.0, heard_s * RATE_HZ / max(1, len(self.samples)))


class Stage:
    """Plays a batch's sounds through a `Sound` and keeps account of them."""

    def __init__(self, sound: Sound, voice: Voice, queued: Callable[[Item], None]) -> None:
        self._sound = sound
        self._voice = voice
        self._queued = queued
        self._items: list[Item] = []
        self._talked_until: Seconds | None = None
        self._held: tuple[Item, Seconds] | None = None

    @property
    def busy(self) -> bool:
        return any(not item.over for item in self._items)

    @property
    def current(self) -> Item | None:
        """The sound that is playing or about to."""
        return next((item for item in self._items if not item.over), None)

    def begin(self) -> None:
        """Forget the last batch."""
        self._items = []

    def perform(self, action: Say | Chime | Quiet) -> None:
        """Queue what an action sounds like."""
        match action:
            case Say():
                breath = BREATH_S if self._items and action.text.rstrip().endswith("?") else 0.0
                self._play(action, self._voice.speech(action.text, breath=breath), breath)
            case Chime():
                self._play(action, self._voice.chime(action.name))
            case Quiet():
                self._play(action, np.zeros(int(action.seconds * RATE_HZ), dtype=np.int16))

    def _play(self, action: Say | Chime | Quiet, samples: Samples, breath: Seconds = 0.0) -> None:
        item = Item(action, samples, self._sound.play(samples), breath_s=breath)
        self._items.append(item)
        self._queued(item)

    def item_of(self, handle: int) -> Item | None:
        return next((item for item in self._items if item.handle == handle), None)

    def started(self, event: PlayStarted) -> Item | None:
        """Note that a sound begins; return it if it is one of this batch."""
        item = self.item_of(event.handle)
        if item is not None:
            item.started = event.at
        return item

    def ended(self, event: PlayEnded) -> Item | None:
        """Note that a sound is over; return it if it was one of this batch."""
        item = self.item_of(event.handle)
        if item is not None:
            item.heard_s = item.offset_s + event.heard_s
            item.over = True
            if not event.interrupted:
                item.heard_s = len(item.samples) / RATE_HZ
            if isinstance(item.action, Say) and item.heard_s > item.breath_s:
                self._talked_until = event.at
        return item

    def talked_over(self, at: Seconds) -> bool:
        """Tell whether words that began at ``at`` began over a line of ours, or its echo.

        A chime, or the moment after it, spoils no words.
        """
        current = self.current
        if current is not None and isinstance(current.action, Say):
            return True
        return self._talked_until is not None and at < self._talked_until + ECHO_S

    def cut(self) -> None:
        """Fall silent within one fade."""
        self._sound.stop()

    def hold(self, at: Seconds) -> None:
        """Fall silent in a line, until it is clear whether somebody speaks."""
        item = self.current
        if item is not None and item.holds < MOST_HOLDS and item.left_s(at) > NEARLY_OVER_S:
            self._held = item, at
            self._sound.hold(item.handle)

    def release(self, at: Seconds) -> None:
        """Go on: nobody did, or the line was cut."""
        if self._held is None:
            return
        item, since = self._held
        self._held = None
        item.holds += 1
        if item.started is not None:
            item.started += at - since  # the silence is not heard of the line
        self._sound.release()

    def hush(self) -> None:
        """Fall silent, but for a safety line."""
        if self.current is not None and not self.current.is_protected:
            self.cut()

    def last_line(self) -> Item | None:
        """The question: the last line of the batch."""
        lines = [item for item in self._items if isinstance(item.action, Say)]
        return lines[-1] if lines else None

    def go_on(self) -> bool:
        """Play what was cut off, from a quiet spot before the cut; False if nothing was left."""
        rest = [item for item in self._items if item.heard_s * RATE_HZ < len(item.samples) - 1]
        for item in rest:
            start = _quiet_spot(item.samples, int(item.heard_s * RATE_HZ))
            item.offset_s, item.started, item.over = start / RATE_HZ, None, False
            item.handle = self._sound.play(item.samples[start:])
            self._queued(item)
        return bool(rest)


def _quiet_spot(samples: Samples, cut: int) -> int:
    """Return the start of the quietest 20 ms in the `REWIND_S` before ``cut``, in samples."""
    step = RATE_HZ // 50
    first = max(0, cut - int(REWIND_S * RATE_HZ))
    windows = range(first, max(first + 1, cut - step), step)
    if cut <= step:
        return 0
    return min(
        windows, key=lambda at: float(np.abs(samples[at : at + step].astype(np.int32)).sum())
    )
