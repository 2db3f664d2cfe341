"""Who has the floor: the times and the rule for people who cut in.  Pure."""

from __future__ import annotations

from voice_checkin.session.reopening import QUESTION_HEARD
from voice_checkin.understanding.meaning import Meaning
from voice_checkin.words import Patience, Seconds

BARGE_PATIENCE = Patience(start_s=1.0, pause_s=0.6, limit_s=60.0)
"""After an interruption: decide soon whether somebody took the floor."""
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
    if meaning.command_like == "stop":
        return True  # it is asked whether it was
    asked = heard >= QUESTION_HEARD
    if words in backchannels:
        answers = meaning.yes_no is not None or meaning.choice is not None
        return asked and answers and listening
    return asked
