"""Who spoke, for partners who have enrolled.  Optional: nothing depends on it.

A print is the mean of `features.look` over a few utterances; a new utterance belongs to the
nearer print where it is nearer by a margin, the wider the shorter it is, else it is unsure.
Measured on synthetic voices (``python -m bench.attribution``, ``bench/ATTRIBUTION.md``), not on
people.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Self

import numpy as np

from voice_checkin.events import Samples
from voice_checkin.listening.features import SIZE, Floats, VoiceLook, look, second_pitch
from voice_checkin.words import PartnerId, Seconds, other

ENROL_LEAST = 3
"""Utterances that make a print; 6 are better (98.1 % instead of 97.3 % right)."""
LONG_S: Seconds = 0.7
SHORT_S: Seconds = 0.45
"""Of voiced sound: a word such as "yes" has 0.3 s, and 0.2 s is the least that can be looked at."""
MARGIN_LONG, MARGIN_SHORT, MARGIN_WORD = 0.3, 0.8, 1.0
"""How much nearer one print must be, in mean squared deviations: so that hardly any utterance,
"yes" and "no" among them, is taken for the other partner's (``bench/ATTRIBUTION.md``)."""
SENTENCE_S: Seconds = 1.0
"""Of voiced sound: only from here on can a voice be called a stranger's.  A word or two is far
from every print, as it holds few of a voice's sounds; it is still much nearer to its own."""
STRANGE = 3.0
"""Further than this from both prints is a stranger, or a partner who is hard to recognise."""
SECOND, SECOND_STRANGE, MIXED = 0.12, 0.3, 4.6
"""Two at once: at least this share of the voiced frames has a second pitch, and it, how far the
sound is from both voices and how little nearer it is to one of them add up to this much.  A sound
that is like neither of them may be one rough voice: single ones had a share of up to 0.28."""
CHILD_HZ = 270.0
"""Middle pitch: women speak at 165 to 255 Hz, children under about ten above that."""

_WITHIN = np.square(np.array([
    2.42, 1.16, 2.21, 1.53, 0.95, 1.26, 0.83, 0.74, 0.66, 0.53, 0.45, 0.45, 0.39, 0.36, 0.32, 0.30,
    1.78, 0.62, 1.57, 0.86, 0.58, 0.54, 0.45, 0.39, 0.39, 0.31, 0.32, 0.27, 0.21, 0.18, 0.15, 0.15,
    0.10, 0.12,
]))  # fmt: skip
"""Variance of each number from utterance to utterance of one voice (the 13 voices above)."""
_PRIOR = 8.0
"""How many utterances `_WITHIN` counts for, against those that were enrolled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VoicePrint:
    """What is kept of a voice: `SIZE` means, as many sums of squares, and of how many utterances.

    Numbers only, stored as JSON; no sound can be made from it.
    """

    means: tuple[float, ...]
    squares: tuple[float, ...]
    """Squared deviations from the means, summed."""
    count: int
    pitch_hz: float

    def __post_init__(self) -> None:
        if len(self.means) != SIZE or len(self.squares) != SIZE or self.count < 1:
            raise ValueError("not a voice print of this version")

    def to_bytes(self) -> bytes:
        return json.dumps(asdict(self)).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Self | None:
        """Return a stored print; None where it is of another version or damaged."""
        try:
            values = json.loads(data)
            return cls(
                means=tuple(map(float, values["means"])),
                squares=tuple(map(float, values["squares"])),
                count=int(values["count"]),
                pitch_hz=float(values["pitch_hz"]),
            )
        except (ValueError, TypeError, LookupError):
            return None


def enrol(utterances: Iterable[Samples]) -> VoicePrint | None:
    """Make a print; None where fewer than `ENROL_LEAST` utterances are long enough."""
    return enrol_looks(map(look, utterances))


def enrol_looks(found_looks: Iterable[VoiceLook | None]) -> VoicePrint | None:
    """Make a print of utterances that were looked at before: their sound need not be kept."""
    looks = [found for found in found_looks if found and found.voiced_s >= SHORT_S]
    if len(looks) < ENROL_LEAST:
        return None
    values = np.array([found.values for found in looks])
    means = values.mean(axis=0)
    return VoicePrint(
        means=tuple(map(float, means)),
        squares=tuple(map(float, np.square(values - means).sum(axis=0))),
        count=len(looks),
        pitch_hz=float(np.median([found.pitch_hz for found in looks])),
    )


class Learner:
    """Listens in on a set-up.  It is asked as `Voices` is, names nobody, and keeps no sound."""

    ready = False

    def __init__(self) -> None:
        self._fresh: list[VoiceLook | None] = []
        self._looks: dict[PartnerId, list[VoiceLook | None]] = {}

    def __call__(self, samples: Samples) -> tuple[PartnerId | None, bool]:
        self._fresh.append(look(samples))
        return None, False

    def both(self, _samples: Samples) -> bool:
        """Nobody is known yet."""
        return False

    def turn(self, partner: PartnerId | None) -> None:
        """A turn is over: it was this partner's, or is to be let go."""
        fresh, self._fresh = self._fresh, []
        if partner is not None:
            self._looks.setdefault(partner, []).extend(fresh)

    def prints(self) -> dict[PartnerId, VoicePrint]:
        """Return the prints of those who said enough."""
        made = {partner: enrol_looks(looks) for partner, looks in self._looks.items()}
        return {partner: one for partner, one in made.items() if one is not None}


class Voices:
    """Implements `decoder.WhoSpoke` for whichever partners have a print."""

    def __init__(self, prints: Mapping[PartnerId, VoicePrint] | None = None) -> None:
        self._prints: dict[PartnerId, VoicePrint] = dict(prints or {})

    @property
    def prints(self) -> dict[PartnerId, VoicePrint]:
        return dict(self._prints)

    @property
    def ready(self) -> bool:
        """Both have enrolled."""
        return len(self._prints) == 2

    def forget(self, partner: PartnerId | None = None) -> None:
        """Delete one print, or all."""
        if partner is None:
            self._prints.clear()
        else:
            self._prints.pop(partner, None)

    def keep(self, partner: PartnerId, voice: VoicePrint) -> None:
        self._prints[partner] = voice

    def __call__(self, samples: Samples) -> tuple[PartnerId | None, bool]:
        """Return who it was, None where unsure, and whether it was surely neither of the two.

        With one partner enrolled a near voice is still None: it could be the other's.
        """
        if not self.ready:
            return None, False
        found = look(samples)
        return (None, False) if found is None else self._judge(found)

    def both(self, samples: Samples) -> bool:
        """Tell whether the two speak at once in it, as far as voices and pitches tell."""
        found = look(samples) if self.ready else None
        if found is None or found.voiced_s < LONG_S:
            return False
        share = second_pitch(samples)
        distances = sorted(self._distances(found).values())
        mixed = 20.0 * share + distances[0] - 0.5 * (distances[1] - distances[0])
        least = SECOND if distances[0] <= STRANGE else SECOND_STRANGE
        return share >= least and mixed > MIXED

    def _distances(self, found: VoiceLook) -> dict[PartnerId, float]:
        spread = self._spread()
        return {
            partner: float(np.mean(np.square(found.values - np.array(known.means)) / spread))
            for partner, known in self._prints.items()
        }

    def _judge(self, found: VoiceLook) -> tuple[PartnerId | None, bool]:
        distances = self._distances(found)
        nearest: PartnerId = min(distances, key=lambda partner: distances[partner])
        is_long = found.voiced_s >= LONG_S
        is_sentence = found.voiced_s >= SENTENCE_S
        if is_sentence and distances[nearest] > STRANGE:
            return None, True
        if is_sentence and self._sounds_like_a_child(found):
            return None, True
        margin = MARGIN_SHORT if found.voiced_s >= SHORT_S else MARGIN_WORD
        if is_long:
            margin = MARGIN_LONG
        if distances[other(nearest)] - distances[nearest] < margin:
            return None, False
        return nearest, False

    def _spread(self) -> Floats:
        """Variance of each number, between what is known of voices and what was enrolled."""
        squares = sum((np.array(known.squares) for known in self._prints.values()), np.zeros(SIZE))
        degrees = sum(known.count - 1 for known in self._prints.values())
        spread: Floats = (_PRIOR * _WITHIN + squares) / (_PRIOR + degrees)
        return spread

    def _sounds_like_a_child(self, found: VoiceLook) -> bool:
        highest = max(known.pitch_hz for known in self._prints.values())
        # A partner with a high voice, or an excited one, is no child.
        return found.pitch_hz > max(CHILD_HZ, 1.3 * highest)
