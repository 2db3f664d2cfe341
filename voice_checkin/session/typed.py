"""The same conversations, typed: no sound, no threads, the same mind and memory."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Protocol

from voice_checkin.clock import Clock
from voice_checkin.dialog.actions import Action, Adjust, Chime, End, Listen, Quiet, Say, Wait
from voice_checkin.session.evening import Evening
from voice_checkin.session.published import Ended, LineQueued, Listening, Published, TurnTaken
from voice_checkin.session.published import Waiting as WaitingPublished
from voice_checkin.understanding.meaning import Meaning
from voice_checkin.words import Expecting, PartnerId

_PREFIX = re.compile(r"^\s*([^\W\d_][\w' -]{0,29}?)\s*:\s*(.*)$", re.DOTALL)
MOST_TYPED = 2000
"""Characters of one typed turn that are looked at."""


class Keyboard(Protocol):
    """Where typed turns come from; None when there are no more."""

    def __call__(self, prompt: str, until_s: float | None) -> str | None: ...


class TypedSession:
    """Holds a conversation line by line.  An empty line is a silence; "Ben: yes" is Ben's."""

    def __init__(
        self,
        evening: Evening,
        read: Keyboard,
        clock: Clock,
        watchers: Sequence[Callable[[Published], None]] = (),
    ) -> None:
        self._evening = evening
        self._read = read
        self._clock = clock
        self._watchers = watchers
        self._turns = 0
        self._lines = 0
        self._beats: set[str] = set()

    def run(self, *, resumed: bool = False) -> Ended:
        """Hold the conversation to its end; input that ends hangs up."""
        batch = self._evening.resume() if resumed else self._evening.begin()
        while True:
            after = self._show(batch)
            if isinstance(after, End):
                ended = Ended(
                    end=after, beats=len(self._beats), lines=self._lines, at=self._clock.now()
                )
                self._publish(ended)
                return ended
            batch = self._next(after)

    def _next(self, after: Listen | Wait) -> list[Action]:
        partner = after.partner if isinstance(after, Listen) else None
        expecting = after.expecting if isinstance(after, Listen) else Expecting()
        until = after.until if isinstance(after, Wait) else None
        left = (until - self._clock.wall()).total_seconds() if until is not None else None
        if left is not None and left <= 0:
            return self._evening.wake()
        name = self._evening.machine.name(partner) if partner else "either"
        typed = self._read(f"{name}> ", left)
        if typed is None:
            return [End(reason="stopped")]
        speaker, text = self._who(typed[:MOST_TYPED], partner)
        if not text:
            if isinstance(after, Wait):
                return [after] if after.pause else self._evening.wake()
            self._note(after, speaker, "", None)
            return self._evening.silent()
        meaning = self._evening.understand(text, expecting)
        self._note(after, speaker, text, meaning)
        return self._evening.hear(meaning, speaker=speaker)

    def _who(self, typed: str, asked: PartnerId | None) -> tuple[PartnerId | None, str]:
        match = _PREFIX.match(typed)
        partners: tuple[PartnerId, PartnerId] = ("a", "b")
        if match:
            for partner in partners:
                if match.group(1).lower() == self._evening.machine.name(partner).lower():
                    return partner, match.group(2).strip()
        return asked, typed.strip()

    def _show(self, batch: list[Action]) -> Listen | Wait | End:
        now = self._clock.now()
        for action in batch:
            match action:
                case Say():
                    self._lines += 1
                    self._publish(
                        LineQueued(
                            line_id=action.line_id,
                            text=action.text,
                            to=action.to,
                            handle=0,
                            at=now,
                        )
                    )
                case Listen():
                    self._beats.add(action.beat)
                    self._publish(
                        Listening(
                            beat=action.beat,
                            partner=action.partner,
                            expecting=action.expecting,
                            at=now,
                        )
                    )
                    return action
                case Wait():
                    self._publish(WaitingPublished(wait=action, at=now))
                    return action
                case End():
                    return action
                case Chime() | Quiet() | Adjust():
                    pass  # nothing to hear
                case _:
                    raise AssertionError(type(action).__name__)
        raise AssertionError("a batch ends with Listen, Wait or End")

    def _note(
        self, after: Listen | Wait, speaker: PartnerId | None, text: str, meaning: Meaning | None
    ) -> None:
        self._turns += 1
        self._publish(
            TurnTaken(
                number=self._turns,
                beat=after.beat,
                asked=after.partner if isinstance(after, Listen) else None,
                speaker=speaker,
                text=text,
                meaning=meaning,
                at=self._clock.now(),
            )
        )

    def _publish(self, event: Published) -> None:
        for watcher in self._watchers:
            watcher(event)
