"""Makes the partners speak at the right moment, and notes the truth about each turn."""

from __future__ import annotations

import random
import re
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from voice_checkin.dialog.compile import Compiled
from voice_checkin.dialog.schema import Group
from voice_checkin.events import Samples
from voice_checkin.lexicon import understand
from voice_checkin.rehearsal.noises import sudden
from voice_checkin.rehearsal.room import VirtualRoom
from voice_checkin.rehearsal.script import RehearsalScript, Saying
from voice_checkin.session.published import (
    LineQueued,
    LineStarted,
    Listening,
    Published,
    TurnTaken,
    Waiting,
)
from voice_checkin.understanding.meaning import Meaning
from voice_checkin.words import RATE_HZ, Expecting, Kind, PartnerId, Seconds

REACTION_S = (0.25, 0.4)
"""People leave about 0.2 s between turns (Levinson & Torreira 2015); a partner who was just asked
by name, a little more."""
AFTER_SOUND_S: Seconds = 0.8
"""From a cough to the answer that follows it."""
IN_BREAK_S: Seconds = 1.0
MOST_REPEATS = 2
COMMAND_LIKE, WHO = "command_like", "who"
READ_BACKS = frozenset(("readback", COMMAND_LIKE))
"""The beats in which the assistant asks whether it heard right."""
ANSWERS: dict[Kind, Callable[[Meaning], object]] = {
    Kind.YES_NO: lambda meaning: meaning.yes_no,
    Kind.SCALE: lambda meaning: meaning.scale,
    Kind.TIME: lambda meaning: meaning.time,
}
"""What is read back of an answer; of any other its words."""
ASIDE = frozenset((COMMAND_LIKE, WHO))
"""Questions that no rehearsal foresees."""

Entry: TypeAlias = tuple[tuple[PartnerId, Saying], ...]
"""What is said at one moment: by one partner, or by both at once."""


class Speaker(Protocol):
    """A partner's voice."""

    def samples(self, saying: Saying) -> Samples: ...


@dataclass(frozen=True, slots=True)
class Spoken:
    """What a partner truly said, and when: what every measurement is held against."""

    partner: PartnerId
    text: str
    started: Seconds
    ended: Seconds
    barge_in: bool = False


class Director:
    """A watcher that answers as the rehearsal says, or with the dialog's own samples."""

    def __init__(
        self,
        script: RehearsalScript,
        dialog: Compiled,
        speakers: Mapping[PartnerId, Speaker],
        room: VirtualRoom,
        *,
        seed: int = 1,
    ) -> None:
        self._dialog = dialog
        self._speakers = speakers
        self._room = room
        self._names: dict[PartnerId, str] = dict(zip(("a", "b"), script.names, strict=True))
        self._random = random.Random(seed)
        self._entries: deque[Entry] | None = None
        if script.say is not None:
            first = script.names[0].lower()
            self._entries = deque(
                tuple(("a" if name.lower() == first else "b", saying)
                      for name, saying in entry.items())
                for entry in script.say
            )  # fmt: skip
        self._visits: dict[tuple[str, PartnerId], int] = {}
        self._breaths: dict[int, Seconds] = {}
        self._answer_given: Spoken | None = None
        self._answered_beat = ""
        self._asked = Expecting()
        self._heard_right = False
        self._repeats = 0
        self.spoken: list[Spoken] = []
        self.on_spoken: Callable[[Spoken], None] = lambda _spoken: None

    def notice(self, event: Published) -> None:
        match event:
            case LineQueued():
                self._breaths[event.handle] = event.breath_s
            case LineStarted():
                self._barge_in(event)
            case Listening():
                if event.beat not in READ_BACKS:
                    self._asked = event.expecting
                self._answer(event)
            case TurnTaken() if event.beat not in READ_BACKS:
                said = self._answer_given
                self._heard_right = said is not None and self._is_right(said.text, event)
            case Waiting():
                self._say_all(self._next(None), IN_BREAK_S)
            case _:
                pass

    def _is_right(self, said: str, event: TurnTaken) -> bool:
        """Tell whether the partner would say yes to what is read back."""
        heard = event.meaning
        if heard is not None and heard.command_like is not None:
            return understand(said, self._asked).command == heard.command_like
        answer = ANSWERS.get(self._asked.kind)
        if answer is not None and heard is not None and answer(heard) is not None:
            return answer(understand(said, self._asked)) == answer(heard)
        return _words(said) == _words(event.text)

    def _answer(self, event: Listening) -> None:
        if self._room.speaking:
            return
        delay = self._random.uniform(*REACTION_S)
        if self._entries is None:
            if event.beat not in READ_BACKS and event.beat != WHO:
                self._answer_given = None
            self._say_all((self._sample(event),), delay)
            return
        entry = self._again(event) if event.beat in ASIDE else self._next(event.partner)
        while entry and all(saying.sound for _, saying in entry):
            delay += self._say_all(entry, delay) + AFTER_SOUND_S
            entry = self._next(event.partner)
        if entry and event.beat not in ASIDE:
            self._repeats, self._answered_beat = 0, event.beat
            self._answer_given = None
        elif not entry:
            entry = self._again(event)
        self._say_all(entry, delay)

    def _again(self, event: Listening) -> Entry:
        """Answer a question that comes again although the list has nothing for it.

        Whether a yes is read back depends on the recogniser and not on the script, so a partner
        confirms what was heard right, denies what was not, and repeats an answer that was missed.
        """
        given = self._answer_given
        if given is not None and event.beat == WHO:
            return ((given.partner, Saying(text=self._names[given.partner])),)
        if given is None or (given.partner != event.partner and event.beat not in ASIDE):
            return ()
        if event.beat in READ_BACKS:
            return ((given.partner, Saying(text="yes" if self._heard_right else "no")),)
        if event.beat != self._answered_beat or self._repeats >= MOST_REPEATS:
            return ()
        self._repeats += 1
        return ((given.partner, Saying(text=given.text)),)

    def _next(self, asked: PartnerId | None) -> Entry:
        """Take the next entry if it is for the one who is asked; nothing otherwise."""
        entry: Entry = self._entries[0] if self._entries else ()
        if not entry or any(saying.barge_in_ms is not None for _, saying in entry):
            return ()
        if asked is not None and not any(who == asked or saying.anyway for who, saying in entry):
            return ()
        if self._entries:
            self._entries.popleft()
        return entry

    def _barge_in(self, event: LineStarted) -> None:
        if not self._entries or self._room.speaking:
            return
        entry = self._entries[0]
        if all(saying.barge_in_ms is None for _, saying in entry):
            return
        self._entries.popleft()
        # Counted from what is heard of the line, not from the breath before it.
        line = event.at + self._breaths.get(event.handle, 0.0)
        self._say_all(entry, line - self._room.now, barge_in=True)

    def _say_all(self, entry: Entry, delay_s: Seconds, *, barge_in: bool = False) -> Seconds:
        """Let everybody in the entry speak; return how long the longest takes."""
        longest: Seconds = 0.0
        for who, saying in entry:
            later = (saying.barge_in_ms or 0.0) / 1000 if barge_in else 0.0
            longest = max(longest, self._say(who, saying, delay_s + later, barge_in=barge_in))
        return longest

    def _say(self, who: PartnerId, saying: Saying, delay_s: Seconds, *, barge_in: bool) -> Seconds:
        if saying.sound is not None:
            noise = sudden(saying.sound, saying.level_db)
            self._room.speak(noise, max(0.0, delay_s))
            return len(noise) / RATE_HZ
        samples = self._speakers[who].samples(saying) if not saying.silent else None
        if samples is None or not len(samples):
            return 0.0
        started, ended = self._room.speak(samples, max(0.0, delay_s))
        spoken = Spoken(who, saying.text, started, ended, barge_in)
        self.spoken.append(spoken)
        if self._answer_given is None and not barge_in:
            self._answer_given = spoken
        self.on_spoken(spoken)
        return ended - started

    def _sample(self, event: Listening) -> tuple[PartnerId, Saying]:
        if event.beat == WHO and self.spoken:
            last = self.spoken[-1].partner
            return last, Saying(text=self._names[last])
        if event.beat in READ_BACKS and self._answer_given is not None:
            given = self._answer_given.partner
            return given, Saying(text="yes" if self._heard_right else "no")
        partner: PartnerId = event.partner or "a"
        key = (event.beat, partner)
        visit = self._visits[key] = self._visits.get(key, -1) + 1
        text = sample_for(self._dialog, event.beat, partner, visit)
        if text is None:
            text = {Kind.YES_NO: "yes", Kind.SCALE: "five"}.get(event.expecting.kind, "skip")
        return partner, Saying(text=text)


def sample_answers(dialog: Compiled) -> Iterator[str]:
    """Yield every sample answer of a dialog."""
    for entry in dialog.model.beats:
        for beat in entry.beats if isinstance(entry, Group) else (entry,):
            yield from beat.sample


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", text.lower())


def sample_for(dialog: Compiled, beat: str, partner: PartnerId, visit: int) -> str | None:
    """Return the dialog's own sample answer; later visits go on through the list by twos."""
    for entry in dialog.model.beats:
        for candidate in entry.beats if isinstance(entry, Group) else (entry,):
            if candidate.beat == beat and candidate.sample:
                place = 2 * visit + (0 if partner == "a" else 1)
                if place < len(candidate.sample):
                    return candidate.sample[place]
                return candidate.sample[-2:][0 if partner == "a" else -1]
    return None
