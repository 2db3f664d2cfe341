"""What the machine remembers of one evening: plain data, so that it can be stored and restored."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter

from voice_checkin.dialog.schema import ScriptModel
from voice_checkin.understanding.meaning import Meaning, Promise, TimeAnswer
from voice_checkin.words import PartnerId, Seconds

SAVE_VERSION = 2
OLDEST_VERSION = 1


@dataclass(slots=True)
class Interlude:
    """Something held outside the script's beats: a break, a read-back, "are you sure"."""

    kind: str
    step: int = 0
    caller: str | None = None
    meaning: dict[str, Any] | None = None
    until: str | None = None
    since: str | None = None
    speaker: PartnerId | None = None
    confidence: float = 1.0
    spoken_s: Seconds | None = None
    under: str | None = None
    """What a pause must give back: only the check after the crisis answer."""


@dataclass(slots=True)
class Memory:
    """Everything that a restored evening needs, beside the script and the facts."""

    state: str
    began: str = ""
    consented: list[str] = field(default_factory=list)
    slots: dict[str, dict[str, str]] = field(default_factory=dict)
    scores: dict[str, dict[str, float]] = field(default_factory=dict)
    roles: dict[str, str] = field(default_factory=dict)
    visits: dict[str, int] = field(default_factory=dict)
    misses: int = 0
    silences: int = 0
    repeats: int = 0
    doubts: int = 0
    alike: int = 0
    """How often it was asked at this question whether words were a command."""
    left_running: int = 0
    contempt: int = 0
    both_at_once: int = 0
    told: str = ""
    """When it was last said that this is a program (S2)."""
    entries: dict[str, int] = field(default_factory=dict)
    history: list[str] = field(default_factory=list)
    light: bool = False
    parked: bool = False
    out_of_time: bool = False
    breaks: int = 0
    kept: int = 0
    step: str = ""
    """The mutual step that is under way; empty between them."""
    floor: dict[str, dict[str, float]] = field(default_factory=dict)
    """Seconds that each has spoken, by mutual step (S6)."""
    closed: list[str] = field(default_factory=list)
    """Mutual steps that were closed once: in none of them a turn is offered again."""
    leads: PartnerId | None = None
    """Who begins the next mutual step, where one had less of the last."""
    starts: dict[str, PartnerId] = field(default_factory=dict)
    """Who began each mutual step."""
    interlude: Interlude | None = None
    done: bool = False

    def to_data(self) -> dict[str, Any]:
        return asdict(self)

    def to_snapshot(self, script: ScriptModel) -> dict[str, object]:
        """Return plain data that says which script and version it belongs to."""
        return {
            "save": SAVE_VERSION,
            "script": script.script,
            "version": script.version,
            "memory": self.to_data(),
        }

    @classmethod
    def from_snapshot(cls, snapshot: dict[str, object], script: ScriptModel) -> Memory:
        """Rebuild; ValueError where it is of another script or a version too old."""
        save, memory = snapshot.get("save"), snapshot.get("memory")
        if not isinstance(save, int) or not OLDEST_VERSION <= save <= SAVE_VERSION:
            raise ValueError("the snapshot is of another version")
        if (snapshot.get("script"), snapshot.get("version")) != (script.script, script.version):
            raise ValueError("the snapshot is of another script")
        if not isinstance(memory, dict):
            raise ValueError("the snapshot holds no memory")  # noqa: TRY004
        return cls.from_data(memory)

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Memory:
        """Rebuild; unknown or missing keys and values of another kind raise ValueError."""
        if not set(data) <= {item.name for item in fields(cls)}:
            raise ValueError("not a snapshot of this program")
        memory = _READER.validate_python(data)
        held = memory.interlude
        for time in (memory.began, memory.told, held and held.until, held and held.since):
            if time and datetime.fromisoformat(time).tzinfo is None:
                raise ValueError("a time without a zone")
        return memory


_READER = TypeAdapter(Memory)


def pack(meaning: Meaning) -> dict[str, Any]:
    """Turn a meaning into plain data, for a read-back that outlives a restart."""
    return asdict(meaning)


def unpack(data: dict[str, Any]) -> Meaning:
    promise, time = data.get("promise"), data.get("time")
    if time and time.get("clock"):
        time = {**time, "clock": tuple(time["clock"])}
    return Meaning(**{
        **data,
        "feelings": tuple(data.get("feelings", ())),
        "why": tuple(data.get("why", ())),
        "promise": Promise(**promise) if promise else None,
        "time": TimeAnswer(**time) if time else None,
    })  # fmt: skip
