"""One conversation's mind and memory together: the machine, and what it wants kept.

Both ways of holding a conversation, by voice and by keyboard, stand on this.  What comes out is
what a person meets: lines, chimes, waiting.  Keeping, forgetting and the checkpoint after every
turn happen in here, so that neither way can leave them out.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

from rapidfuzz import fuzz

from voice_checkin.dialog import crisis, troubles
from voice_checkin.dialog.actions import Action
from voice_checkin.dialog.facts import Turn
from voice_checkin.dialog.machine import Machine
from voice_checkin.session.keeper import Keeper, Memory
from voice_checkin.understanding.meaning import Meaning
from voice_checkin.words import Expecting, PartnerId, Seconds

COVER_RATIO = 88
"""How alike words must be to be the cover phrase: a recogniser's one slip in a short sentence."""
COVER_WORDS = 3
"""From here on it is found inside a longer sentence too; a shorter one would be met by chance."""

Understand = Callable[[str, Expecting], Meaning]


class Evening:
    """Feeds the machine and settles what it wants kept; returns the rest of each batch."""

    def __init__(
        self,
        machine: Machine,
        understand: Understand,
        memory: Memory,
        wall: Callable[[], datetime],
        *,
        cover_phrase: str | None = None,
    ) -> None:
        self.machine = machine
        self._understand = understand
        self._keeper = Keeper(machine, memory, wall)
        self._wall = wall
        self._cover = _plain(cover_phrase or "")

    def begin(self) -> list[Action]:
        return self._settle(self.machine.begin(self._wall()))

    def resume(self) -> list[Action]:
        return self._settle(self.machine.resume(self._wall()))

    def come_back(self) -> list[Action]:
        """The microphone or speaker was gone and is there again."""
        back = self.machine.always.back_again
        return self._settle(self.machine.resume(self._wall(), back))

    def is_cover(self, text: str) -> bool:
        """Tell whether the couple's cover phrase was said, alone or inside a longer sentence."""
        wanted, said = self._cover.split(), _plain(text).split()
        if not wanted or not said:
            return False
        least = len(wanted) - 1 if len(wanted) >= COVER_WORDS else len(said)
        most = len(wanted) + 1 if len(wanted) >= COVER_WORDS else len(said)
        return any(
            fuzz.ratio(" ".join(said[start : start + size]), self._cover) >= COVER_RATIO
            for size in range(least, most + 1)
            for start in range(max(1, len(said) - size + 1))
        )

    @property
    def is_settled(self) -> bool:
        """The last turn stands: it is kept, it ended the evening, or life may be in danger."""
        memory = self.machine.memory
        return self._keeper.kept or memory.done or crisis.is_open(memory.interlude)

    def understand(self, text: str, expecting: Expecting) -> Meaning:
        return self._understand(text, expecting)

    def hear(
        self,
        meaning: Meaning,
        *,
        speaker: PartnerId | None,
        confidence: float = 1.0,
        interrupted: str | None = None,
        spoken_s: Seconds | None = None,
    ) -> list[Action]:
        if self.is_cover(meaning.text):
            return self._settle(self.machine.cover())
        turn = Turn(
            meaning=meaning,
            now=self._wall(),
            speaker=speaker,
            confidence=confidence,
            interrupted=interrupted,
            spoken_s=spoken_s,
        )
        return self._settle(self.machine.hear(turn))

    def silent(self) -> list[Action]:
        return self._settle(self.machine.silent(self._wall()))

    def over_limit(self) -> list[Action]:
        return self._settle(self.machine.over_limit(self._wall()))

    def both_spoke(self) -> list[Action]:
        return self._settle(self.machine.both_spoke(self._wall()))

    def stranger(self) -> list[Action]:
        return self._settle(self.machine.stranger(self._wall()))

    def wake(self) -> list[Action]:
        return self._settle(self.machine.wake(self._wall()))

    def ask_again(self) -> list[Action]:
        """A part of the program lost what was said."""
        return self._settle(troubles.ask_again(self.machine, self._wall()))

    def cannot_go_on(self) -> list[Action]:
        """A part of the program is gone; the checkpoint stays, so that it can be taken up."""
        return troubles.cannot_go_on(self.machine)

    def _settle(self, batch: list[Action]) -> list[Action]:
        return self._keeper.settle(batch)


def _plain(text: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", text.lower()))
