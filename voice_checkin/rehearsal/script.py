"""A rehearsal's script: who speaks with which voice, in which room, and what they say."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from voice_checkin.dialog.loader import Document, load
from voice_checkin.errors import BadInput, ScriptError
from voice_checkin.rehearsal.noises import Steady, Sudden
from voice_checkin.scripts import read_text

MOST_ITEMS = 500
PartnerName = Annotated[str, StringConstraints(pattern=r"^[^\W\d_][\w' -]{0,29}$")]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PartnerVoice(_Model):
    voice: str = "espeak:en-us+f3"
    rate: int = Field(default=150, ge=80, le=300)
    level_db: float = Field(default=0.0, ge=-30, le=10)
    """How much louder or softer than usual: the distance from the microphone."""


class RoomSettings(_Model):
    noise_snr_db: float | None = Field(default=None, ge=-10, le=60)
    noise: Steady = "brown"
    echo_db: float | None = Field(default=None, ge=-60, le=0)
    delay_ms: float = Field(default=60, ge=0, le=500)


class Saying(_Model):
    """One thing to say.

    Without text, or ``silent``, the partner lets the question pass.  With ``anyway`` it is said
    although somebody else was asked.  ``sound`` is a noise that a person makes instead: it
    answers nothing, and what is next in the list follows it.
    """

    text: str = Field(default="", max_length=2000)
    pause_ms: float = Field(default=700, ge=0, le=10_000)
    barge_in_ms: float | None = Field(default=None, ge=0, le=60_000)
    anyway: bool = False
    silent: bool = False
    voice: str | None = None
    """Said by somebody else in the room, with this voice."""
    sound: Sudden | None = None
    level_db: float = Field(default=0.0, ge=-40, le=12)
    """For ``sound``: against a voice."""


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
    enrolled: bool = False
    """The assistant knows both voices."""
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
    """Let ``- ana: yes`` stand for ``- ana: {text: yes}``; numbers are what is said, too."""
    if not isinstance(item, dict):
        return item
    sayings: dict[str, object] = {}
    for name, value in item.items():
        saying = dict(value) if isinstance(value, dict) else {"text": value}
        if not isinstance(saying.get("text", ""), str | dict | list):
            saying["text"] = _spoken(saying["text"])
        sayings[name] = value if isinstance(value, list) else saying
    return sayings


def _spoken(value: object) -> str:
    return "" if value is None else str(value).lower()


def _validate(data: object, document: Document) -> RehearsalScript | None:
    try:
        script = RehearsalScript.model_validate(data)
    except ValidationError as error:
        for item in error.errors(include_input=False, include_url=False):
            where = ".".join(str(part) for part in item["loc"]) or "the rehearsal"
            document.fault(item["loc"], "R01", f"{where}: {_plain(item['type'], item['msg'])}")
        return None
    if len({name.lower() for name in script.partners}) < 2:
        document.fault(("partners",), "R03", "partners: two names that differ are needed")
    known = {name.lower() for name in script.partners}
    for index, entry in enumerate(script.say or ()):
        strangers = [name for name in entry if name.lower() not in known]
        if strangers or not entry:
            who = " or ".join(script.partners)
            document.fault(("say", index), "R02", f"say.{index}: must be said by {who}")
    return None if document.faults else script


def _plain(kind: str, message: str) -> str:
    """Say pydantic's most common complaints in a person's words."""
    match kind:
        case "extra_forbidden":
            return "there is no such key"
        case "too_short" | "too_long":
            return (
                message.replace("Dictionary", "it").replace("Tuple", "it").replace("item", "entry")
            )
        case "string_pattern_mismatch":
            return "a name has up to 30 letters"
        case _:
            return message[:1].lower() + message[1:]
