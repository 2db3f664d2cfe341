"""Holds what the session did against what the partners truly did.  Pure book-keeping.

Times of the assistant are those at which it could truly be heard (`Audible`): a chime counts as
its first sound after a turn, a breath of silence before a question does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from voice_checkin.rehearsal.audible import Audible
from voice_checkin.rehearsal.director import Spoken
from voice_checkin.session.published import (
    Ended,
    LineEnded,
    LineQueued,
    LineStarted,
    Listening,
    Published,
    TurnTaken,
    Waiting,
)
from voice_checkin.understanding.meaning import Meaning
from voice_checkin.words import Kind, PartnerId, Seconds

EARLY_S: Seconds = 0.15
"""An utterance closed this long before its true end was cut off; less is the voice dying away."""


class Measure:
    """A watcher that gives one record a turn and a last one for the whole rehearsal."""

    def __init__(
        self, names: dict[PartnerId, str], spoken: Sequence[Spoken], audible: Audible
    ) -> None:
        self._names = names
        self._spoken = spoken
        self._audible = audible
        self._used = 0
        self._pending: TurnTaken | None = None
        self._pending_question = ""
        self._line_at: Seconds | None = None
        self._too_early = False
        self._last: tuple[TurnTaken, int] | None = None
        """The turn that was written down last, and how much had been spoken before it."""
        self._question = ""
        self._kind = self._pending_kind = Kind.FREE
        self._texts: dict[int, str] = {}
        self.turns: list[dict[str, Any]] = []
        self.kinds: list[Kind] = []
        """The kind of answer that each turn asked for."""
        self.line_gaps_ms: list[int | None] = []
        """As ``gap_ms``, to the first line rather than to the first sound of any kind."""
        self.waits_ms: list[int] = []
        """From the last voiced frame until the turn was declared over: waiting and decoding."""
        self.ended: Ended | None = None
        self.floor_s: dict[PartnerId, Seconds] = {"a": 0.0, "b": 0.0}

    def notice(self, event: Published) -> None:
        match event:
            case LineQueued():
                self._texts[event.handle] = event.text
            case LineStarted():
                self._question = self._texts.get(event.handle, "")
                if self._pending is not None and self._line_at is None:
                    self._line_at = event.at
            case LineEnded() if not event.interrupted:
                self._settle(event.at)
            case Listening():
                self._settle(event.at)
                self._kind = event.expecting.kind
            case Waiting():
                self._settle(event.at)
            case TurnTaken():
                self._turn(event)
            case Ended():
                self._settle(event.at)
                self.ended = event
            case _:
                pass  # a line that was cut off may be one whose turn is taken back

    def _turn(self, event: TurnTaken) -> None:
        if self._pending is None:
            self._reopen(event)
        pending = self._pending
        if pending is not None and pending.text and event.started <= pending.started:
            # The person went on and the session took the turn back: both are one.  It was a fault
            # only if the assistant had been heard in between.
            talking = any(s.started <= pending.at < s.ended - EARLY_S for s in self._spoken)
            self._too_early |= talking and self._audible.last(pending.at, event.at) is not None
        else:
            self._settle(event.at)
            self._pending_question, self._pending_kind = self._question, self._kind
        self._pending, self._line_at = event, None

    def _reopen(self, event: TurnTaken) -> None:
        """Strike the last record out, where the turn was taken back after a whole line of reply."""
        if self._last is None or not self._last[0].text or event.started > self._last[0].started:
            return
        self._pending, used = self._last
        for spoken in self._spoken[used : self._used]:
            self.floor_s[spoken.partner] -= spoken.ended - spoken.started
        self._used, self._last = used, None
        self._pending_question = self.turns.pop()["asked"]
        self._pending_kind = self.kinds.pop()
        self.line_gaps_ms.pop()
        self.waits_ms.pop()

    def _settle(self, now: Seconds) -> None:
        """Write down the last turn, now that its reply has been heard or will not come."""
        turn, self._pending = self._pending, None
        if turn is None:
            return
        self._last = (turn, self._used)
        said = [s for s in self._spoken[self._used :] if s.started <= turn.at]
        if not turn.text:
            said = [s for s in said if s.ended <= turn.at]
        self._used += len(said)
        for spoken in said:
            self.floor_s[spoken.partner] += spoken.ended - spoken.started
        last = max(said, key=lambda spoken: spoken.ended) if said else None
        reply = self._audible.first(turn.at)
        if reply is not None and reply > now:
            reply = None
        barge = next((s for s in said if s.barge_in), None)
        silent_at = self._audible.last(barge.started, turn.at) if barge else None
        partner = last.partner if last else turn.asked
        early = last is not None and turn.at < last.ended - EARLY_S
        self.turns.append({
            "turn": turn.number,
            "asked": self._pending_question,
            "beat": turn.beat,
            "partner": self._names.get(partner, "") if partner else None,
            "said": " ".join(s.text for s in said),
            "heard": turn.text,
            "meaning": meaning_json(turn.meaning),
            "gap_ms": _gap_ms(last, reply),
            "cut_off": early or self._too_early,
            "barge_in_ms": round((silent_at - barge.started) * 1000)
            if barge is not None and silent_at is not None
            else None,
        })  # fmt: skip
        self.kinds.append(self._pending_kind)
        line = None if self._line_at is None else self._audible.first(self._line_at)
        self.line_gaps_ms.append(_gap_ms(last, line))
        self.waits_ms.append(round((turn.at - turn.ended) * 1000))
        self._too_early = False

    def summary(self) -> dict[str, Any]:
        """Return the last record: how it ended."""
        ended = self.ended
        return {
            "completed": ended is not None and ended.end.reason == "completed",
            "ended": ended.end.reason if ended else "hung_up",
            "beats": ended.beats if ended else 0,
            "lines": ended.lines if ended else 0,
            "seconds": round(ended.at, 1) if ended else 0.0,
        }

    def floor_shares(self) -> dict[str, int]:
        """Return each partner's share of the time they spoke, in percent (S6)."""
        total = sum(self.floor_s.values())
        return {
            self._names.get(who, who): round(100 * seconds / total) if total else 0
            for who, seconds in self.floor_s.items()
        }


def _gap_ms(last: Spoken | None, reply: Seconds | None) -> int | None:
    return None if last is None or reply is None else round((reply - last.ended) * 1000)


def meaning_json(meaning: Meaning | None) -> dict[str, Any] | None:
    """Return the fields of the `understand` contract, without the text."""
    if meaning is None:
        return None
    scale = meaning.scale
    promise = meaning.promise
    return {
        "command": meaning.command,
        "yes_no": meaning.yes_no,
        "scale": int(scale) if scale is not None and scale == int(scale) else scale,
        "feelings": list(meaning.feelings),
        "stance": meaning.stance,
        "promise": {"who": promise.who, "what": promise.what, "by": promise.by,
                    "refused": promise.refused} if promise else None,
        "risk": meaning.risk,
    }  # fmt: skip
