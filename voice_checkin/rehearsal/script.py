"""A rehearsal's script: who speaks with which voice, in which room, and what they say."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from voice_checkin.dialog.loader import Document, load
from voice_checkin.errors import BadInput, ScriptError
from voice_checkin.scripts import read_text

MOST_ITEMS = 500
PartnerName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z '-]{0,29}$")]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PartnerVoice(_Model):
    voice: str = "espeak:en-us+f3"
    rate: int = Field(default=150, ge=80, le=300)
    level_db: float = Field(default=0.0, ge=-30, le=10)
    """How much louder or softer than usual: the distance from the microphone."""


class RoomSettings(_Model):
    noise_snr_db: float | None = Field(default=None, ge=-10, le=60)
    noise: str = Field(default="brown", pattern="^(brown|pink|white|television)$")
    echo_db: float | None = Field(default=None, ge=-60, le=0)
    delay_ms: float = Field(default=60, ge=0, le=500)


class Saying(_Model):
    """One thing to say.  With ``anyway`` it is said although somebody else was asked."""

    text: str = Field(max_length=2000)
    pause_ms: float = Field(default=700, ge=0, le=10_000)
    barge_in_ms: float | None = Field(default=None, ge=0, le=60_000)
    anyway: bool = False


DEFAULT_PARTNERS = {
    "Ana": PartnerVoice(voice="espeak:en-us+f3"),
    "Ben": PartnerVoice(voice="espeak:en-us+m3"),
}


class RehearsalScript(_Model):
    dialog: str = "nightly"
    partners: dict[PartnerName, PartnerVoice] = Field(
        default_factory=lambda: dict(DEFAULT_PARTNERS), min_length=2, max_length=2
    )
    room: RoomSettings = RoomSettings()
    say: tuple[dict[str, Saying], ...] | None = Field(default=None, max_length=MOST_ITEMS)

    @property
    def names(self) -> tuple[str, str]:
        first, second = self.partners
        return first, second


def load_rehearsal(path: Path) -> RehearsalScript:
    """Read a rehearsal.  Raises `BadInput` or `ScriptError` with ``file:line`` for each fault."""
    document = load(read_text(path), str(path))
    data = document.data
    if not document.faults and not isinstance(data, dict):
        raise BadInput(f"{path}: a rehearsal is a list of keys such as dialog, partners and say.")
    if isinstance(data, dict) and isinstance(data.get("say"), list):
        data = {**data, "say": [_saying(item) for item in data["say"]]}
    if not document.faults:
        script = _validate(data, document)
        if script is not None:
            return script
    raise ScriptError(tuple(str(fault) for fault in document.faults))


def _saying(item: object) -> object:
    """Let ``- ana: yes`` stand for ``- ana: {text: yes}``."""
    if not isinstance(item, dict):
        return item
    return {
        name: value if isinstance(value, dict) else {"text": "" if value is None else str(value)}
        for name, value in item.items()
    }


def _validate(data: object, document: Document) -> RehearsalScript | None:
    try:
        script = RehearsalScript.model_validate(data)
    except ValidationError as error:
        for item in error.errors(include_input=False, include_url=False):
            where = ".".join(str(part) for part in item["loc"]) or "the rehearsal"
            document.fault(item["loc"], "R01", f"{where}: {item['msg']}")
        return None
    known = {name.lower() for name in script.partners}
    for index, entry in enumerate(script.say or ()):
        strangers = [name for name in entry if name.lower() not in known]
        if strangers or len(entry) != 1:
            who = ", ".join(script.partners)
            document.fault(("say", index), "R02", f"say item {index + 1}: name one of {who}")
    return None if document.faults else script
