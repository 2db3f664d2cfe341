"""Holds what the session did against what the partners truly did.  Pure book-keeping."""

from __future__ import annotations

from typing import Any

from voice_checkin.rehearsal.director import Spoken
from voice_checkin.session.published import (
    Ended,
    LineEnded,
    LineQueued,
    LineStarted,
    Listening,
    Published,
    TurnTaken,
)
from voice_checkin.understanding.meaning import Meaning
from voice_checkin.words import PartnerId, Seconds

EARLY_S: Seconds = 0.15
"""An utterance closed this long before its true end was cut off; less is the voice dying away."""


class Measure:
    """A watcher that gives one record a turn and a last one for the whole rehearsal."""

    def __init__(self, names: dict[PartnerId, str], spoken: list[Spoken]) -> None:
        self._names = names
        self._spoken = spoken
        self._used = 0
        self._waiting: TurnTaken | None = None
        self._asked = ""
        self._question = ""
        self._texts: dict[int, str] = {}
        self._silenced: Seconds | None = None
        self.turns: list[dict[str, Any]] = []
        self.ended: Ended | None = None
        self.floor_s: dict[PartnerId, Seconds] = {"a": 0.0, "b": 0.0}

    def notice(self, event: Published) -> None:
        match event:
            case LineQueued():
                self._texts[event.handle] = event.text
            case LineStarted():
                self._reply(event.at)
                self._question = self._texts.get(event.handle, "")
            case LineEnded() if event.interrupted:
                self._silenced = event.at
            case Listening():
                self._asked = self._question
            case TurnTaken():
                self._flush(None)
                self._waiting = event
                self._asked = self._question
            case Ended():
                self._flush(None)
                self.ended = event
            case _:
                pass

    def _reply(self, at: Seconds) -> None:
        self._flush(at)

    def _flush(self, reply_at: Seconds | None) -> None:
        turn, self._waiting = self._waiting, None
        if turn is None:
            return
        said = [s for s in self._spoken[self._used :] if s.started <= turn.at]
        if not turn.text:
            said = [s for s in said if s.ended <= turn.at]
        self._used += len(said)
        for spoken in said:
            self.floor_s[spoken.partner] += spoken.ended - spoken.started
        last = said[-1] if said else None
        gap = None
        if last is not None and reply_at is not None:
            gap = round((reply_at - last.ended) * 1000)
        barge = next((s for s in said if s.barge_in), None)
        stopped = barge.silenced_at if barge is not None else None
        if barge is not None and stopped is None:
            stopped = self._silenced
        self._silenced = None
        partner = last.partner if last else turn.asked
        self.turns.append({
            "turn": turn.number,
            "asked": self._asked,
            "beat": turn.beat,
            "partner": self._names.get(partner, "") if partner else None,
            "said": " ".join(s.text for s in said) if said else "",
            "heard": turn.text,
            "meaning": meaning_json(turn.meaning),
            "gap_ms": gap,
            "cut_off": last is not None and turn.at < last.ended - EARLY_S,
            "barge_in_ms": round((stopped - barge.started) * 1000)
            if barge is not None and stopped is not None
            else None,
        })  # fmt: skip

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
