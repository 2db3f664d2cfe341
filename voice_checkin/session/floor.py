"""Who has the floor: the times and the rule for people who cut in.  Pure."""

from __future__ import annotations

from dataclasses import dataclass

from voice_checkin.dialog.actions import Listen
from voice_checkin.session.pauses import LONGEST_WAIT_S
from voice_checkin.session.turns import TurnOver
from voice_checkin.understanding.meaning import Meaning
from voice_checkin.words import Patience, Seconds

BARGE_PATIENCE = Patience(start_s=1.0, pause_s=0.6, limit_s=60.0)
"""After an interruption: decide soon whether somebody took the floor."""
ONGOING_S: Seconds = LONGEST_WAIT_S
"""Speech that goes on within this time of a closed turn belonged to it, unless the next question
can be answered already."""
QUESTION_HEARD = 0.45
"""The share of a question after which words spoken over it can be its answer."""
NEVER: Seconds = 10**9


def takes_floor(
    text: str, meaning: Meaning, *, heard: float, listening: bool, backchannels: frozenset[str]
) -> bool:
    """Tell an interruption from a cough, an "mm-hm" and words that can't be an answer yet.

    ``heard`` is the share of the question that was audible, ``listening`` whether one is open.
    """
    words = text.lower().strip(" .,!?")
    if not words:
        return False
    asked = heard >= QUESTION_HEARD
    if words in backchannels:
        answers = meaning.yes_no is not None or meaning.choice is not None
        return asked and answers and listening
    return asked


@dataclass(frozen=True, slots=True)
class Undo:
    """The state before the last turn was taken, should it prove to have gone on."""

    snapshot: dict[str, object]
    over: TurnOver
    listen: Listen

    def goes_on(self, at: Seconds, *, heard: float) -> bool:
        """Tell whether speech from ``at`` on belongs to that turn.

        ``heard`` is the share of the next question that was audible by then.
        """
        return at <= self.over.ended + ONGOING_S and heard < QUESTION_HEARD
