"""What the dialog asks the session to do.  A batch ends with Listen, Wait or End, never two."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from voice_checkin.words import Expecting, PartnerId, Patience, Seconds

ChimeName: TypeAlias = Literal["listening", "floor", "stopped"]
FLOOR_QUIET_S: Seconds = 5.0
"""Silence at a change of floor: 5 s helps, 10 or 15 s adds nothing (content.md, finding 6)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Say:
    """Speak one line.  ``protected``: a safety line that talking over does not cut off."""

    line_id: str
    text: str
    to: PartnerId | None = None
    protected: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Chime:
    """Play one of the three sounds."""

    name: ChimeName


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiet:
    """Leave this much silence (the change of floor)."""

    seconds: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Listen:
    """Wait for an answer.  ``partner`` None: either of the two may answer."""

    beat: str
    partner: PartnerId | None
    expecting: Expecting
    patience: Patience
    matters: bool = False
    """Consent, apology, promise, deletion: who spoke must be sure, low confidence asks again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """A break or a pause: hear only commands and risk until ``until``, then wake the machine."""

    beat: str
    until: datetime
    pause: bool = False
    """Somebody says resume before that; ``until`` is only the end of patience."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjust:
    """Change how the assistant sounds, from the next line on."""

    what: Literal["louder", "quieter", "slower", "faster"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Something to keep: only what S28 lists.  Which fields are set depends on ``kind``."""

    kind: Literal["promise", "number", "parked", "agreement", "booking", "done", "outcome"]
    """agreement: a line both confirmed (a stop word, a topic left alone, a shared goal);
    booking: ``name`` a dialog, ``due`` when; done: ``name`` a dialog completed;
    outcome: a promise reported on, ``value`` 1 done, 0.5 partly, 0 not yet."""
    partner: PartnerId | None = None
    name: str = ""
    """The beat or dialog it belongs to; for outcome the id of the promise."""
    text: str = ""
    value: float | None = None
    by: str = ""
    """By when, in the maker's words."""
    due: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Keep:
    """Hand a record to the journal, once."""

    record: Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Forget:
    """Delete: what this evening kept, or everything."""

    scope: Literal["tonight", "everything", "voices"]


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """The conversation is over.  ``reason`` is for programs; it is the same for every hard stop.

    completed: the good night was reached; declined: no consent, nothing was written;
    stopped: somebody said stop, or the evening could not go on; left: nobody was there;
    booked: the conversation was put off to another hour; safety: the self-harm answer was given.
    """

    reason: Literal["completed", "declined", "stopped", "left", "booked", "safety"]
    quiet_today: bool = False
    """No relationship content until the next calendar day (S18)."""


Action: TypeAlias = Say | Chime | Quiet | Listen | Wait | Adjust | Keep | Forget | End
