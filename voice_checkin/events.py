"""Frozen values that cross threads.  The session's inbox holds nothing else.

Times are seconds of the sample clock.  Printable as JSON, except for samples; what people said
is in `Heard` only, and `Heard` is never logged.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from voice_checkin.words import Expecting, PartnerId, Seconds, Transcript

Samples: TypeAlias = npt.NDArray[np.int16]
"""Mono, 16 kHz unless a rate stands beside it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FramePair:
    """10 ms of what the microphone heard and, at the same index, of what we played."""

    near: Samples
    far: Samples
    index: int


# From the ears ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeechStarted:
    """Somebody began to speak; ``at`` is the first voiced sample, ``seen`` when it was certain."""

    at: Seconds
    seen: Seconds
    while_speaking: bool = False
    """The assistant's own voice was in the air."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeechLikely:
    """Somebody may have begun to speak over us: `SpeechStarted` or `SpeechUnlikely` follows."""

    at: Seconds
    seen: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeechUnlikely:
    """It was nobody: a click, a syllable of our own, a cough."""

    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """Speech up to a short pause, to be decoded.

    The same ``id`` comes again with a higher ``revision``, and all samples from its start, when
    speech goes on after a short pause; once ``closed`` that id is finished.
    """

    id: int
    revision: int
    started: Seconds
    ended: Seconds
    samples: Samples = field(repr=False)
    hint: Expecting = field(default_factory=Expecting)
    while_speaking: bool = False
    level_db: float = 0.0
    """RMS of the voiced part, dBFS."""
    over_talk: bool = False
    """Somebody else's talk, a television's, went on behind it: words are likely to be wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentClosed:
    """The pause grew long enough that what follows is another segment."""

    id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeechResumed:
    """Speech went on after a pause that had produced a `Segment`."""

    id: int
    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Partial:
    """Words so far, from a recogniser that gives them while a person speaks."""

    id: int
    text: str = field(repr=False)


EarEvent: TypeAlias = (
    SpeechLikely | SpeechUnlikely | SpeechStarted | SpeechResumed | Segment | SegmentClosed
)

# From the decoder ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A decoded segment.  ``transcript.text`` may be empty: speech without words."""

    id: int
    revision: int
    started: Seconds
    ended: Seconds
    transcript: Transcript = field(repr=False)
    second: str = field(default="", repr=False)
    """What the recogniser made of it when it looked again; empty where it did not."""
    speaker: PartnerId | None = None
    """By voice, where partners have enrolled and the match is sure."""
    compared: bool = False
    """Both have enrolled: without a ``speaker`` it is unsure who spoke."""
    strangers: bool = False
    """A voice that is neither partner's, or a child's (S20)."""
    both: bool = False
    """Both partners' voices at once."""
    decode_s: Seconds = 0.0


# From the mouth -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayStarted:
    """The first audible sample of a queued sound has left."""

    handle: int
    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayEnded:
    """A queued sound is over, by itself or cut off after ``heard_s``."""

    handle: int
    at: Seconds
    heard_s: Seconds
    interrupted: bool = False


# From the machine ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceLost:
    """No frame came for about a second, or the stream failed."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceBack:
    """The device was found again by name and reopened."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerFailed:
    """A worker's body raised; ``error`` is the exception's type name, never its text."""

    worker: str
    error: str
    over: bool = False
    """It has failed too often and is not started again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hangup:
    """Ctrl-C, end of a rehearsal, or a signal: finish kindly, now."""


SessionEvent: TypeAlias = (
    SpeechLikely
    | SpeechUnlikely
    | SpeechStarted
    | SpeechResumed
    | Segment
    | SegmentClosed
    | Partial
    | Heard
    | PlayStarted
    | PlayEnded
    | DeviceLost
    | DeviceBack
    | WorkerFailed
    | Hangup
)
