"""How far to believe a recogniser that does not say: guards against invented words.

Nothing here knows what words mean.  It asks whether this much text can have been spoken in this
much sound, whether the text goes round in circles, and whether the sound was loud enough.
"""

from __future__ import annotations

from voice_checkin.words import Seconds

FASTEST = 25.0
"""Letters a second: English is spoken at about 12 to 17, an auctioneer's at 25."""
SLOWEST = 1.5
"""Letters a second, for texts of several words: less means that most of the sound was not read."""


def is_invented(text: str, *, seconds: Seconds) -> bool:
    """Say whether ``text`` cannot have been spoken in ``seconds``, or repeats itself endlessly."""
    letters = sum(letter.isalnum() for letter in text)
    if letters == 0:
        return True
    return letters / max(seconds, 0.1) > FASTEST or repeats(text)


def repeats(text: str) -> bool:
    """Say whether one to four words come again and again, four times running or more."""
    words = text.lower().split()
    for size in (1, 2, 3, 4):
        run = 1
        for at in range(size, len(words) - size + 1, size):
            run = run + 1 if words[at : at + size] == words[at - size : at] else 1
            if run >= (6 if size == 1 else 4):
                return True
    return False


def plausibility(text: str, *, seconds: Seconds, level_db: float) -> float:
    """Estimate, from 0 to 1, how far ``text`` is to be believed.

    0.9 for words at a normal pace and level.  Less for a pace outside of what people speak and
    for sound so quiet (``level_db`` in dBFS) that it is mostly the recogniser's own expectation.
    """
    letters = sum(letter.isalnum() for letter in text)
    pace = letters / max(seconds, 0.1)
    confidence = 0.9
    if pace > 0.8 * FASTEST:
        confidence -= 0.3
    if len(text.split()) > 2 and pace < SLOWEST:
        confidence -= 0.3
    if level_db < -45.0:
        confidence -= 0.2
    return max(0.1, confidence)
