"""Help lines by place: reads ``dialogs/locales/*.yaml`` and refuses what is wrong or stale.

A wrong number is worse than none.  An unknown place gets `FALLBACK`, which names no number.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from voice_checkin.errors import ScriptError
from voice_checkin.resources import dialogs_folder

FALLBACK = "other"
MAX_AGE = timedelta(days=365)
"""S19: a file that nobody has looked at for twelve months fails the build."""
MAX_BYTES = 16 * 1024

Number = Annotated[str, StringConstraints(pattern=r"^[0-9]{3}( [0-9]{3})?$")]
Phrase = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=60)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CrisisLine(_Model):
    """Whom to call or text when life feels too heavy; ``say`` follows "please"."""

    line: Phrase
    number: Number
    say: Phrase


class Emergency(_Model):
    """Whom to call in danger; ``say`` follows "call".  Without a number: the local one."""

    number: Number | None = None
    say: Phrase


class HelpLines(_Model):
    """One place's help lines, with the day on which they were last looked up."""

    place: Annotated[str, StringConstraints(max_length=40)]
    reviewed: date
    crisis: CrisisLine | None = None
    emergency: Emergency
    sources: tuple[Annotated[str, Field(pattern=r"^https?://\S+$")], ...]

    def is_stale(self, today: date) -> bool:
        return today - self.reviewed > MAX_AGE

    def spoken(self) -> dict[str, str]:
        """Return what fills ``{place}``, ``{crisis}`` and ``{emergency}``.

        ``crisis`` is left out where there is no line: the dialog then names the emergency number.
        """
        found = {"place": self.place, "emergency": self.emergency.say}
        if self.crisis is not None:
            found["crisis"] = self.crisis.say
        return {name: text for name, text in found.items() if text}


def locales_folder() -> Path:
    return dialogs_folder() / "locales"


def load_help_lines(locale: str, folder: Path | None = None) -> HelpLines:
    """Read one place's help lines; a place that has no file gets the fallback.

    Raises `ScriptError` naming the file and the fault.
    """
    folder = folder or locales_folder()
    known = available(folder)
    path = folder / f"{locale if locale in known else FALLBACK}.yaml"
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise ScriptError([f"{path}: cannot be read ({error.strerror})."]) from None
    if len(raw) > MAX_BYTES:
        raise ScriptError([f"{path}: larger than {MAX_BYTES // 1024} KiB; not help lines."])
    try:
        data = yaml.safe_load(raw)
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError, ValueError):
        raise ScriptError([f"{path}: not valid YAML."]) from None
    try:
        lines = HelpLines.model_validate(data)
    except ValidationError as error:
        raise ScriptError([
            f"{path}: {'.'.join(map(str, fault['loc'])) or 'the file'}: {fault['msg']}."
            for fault in error.errors(include_input=False, include_url=False)
        ]) from None  # fmt: skip
    if faults := list(_faults(lines)):
        raise ScriptError([f"{path}: {fault}" for fault in faults])
    return lines


def available(folder: Path | None = None) -> frozenset[str]:
    """Return the names of the places that have a file."""
    return frozenset(path.stem for path in (folder or locales_folder()).glob("*.yaml"))


def _faults(lines: HelpLines) -> list[str]:
    """Return what a shape check cannot see: spoken and written numbers that differ, no source."""
    found = []
    crisis, emergency = lines.crisis, lines.emergency
    if crisis is not None and crisis.number not in crisis.say:
        found.append("crisis.say: does not say crisis.number.")
    if emergency.number is not None and emergency.number not in emergency.say:
        found.append("emergency.say: does not say emergency.number.")
    if emergency.number is None and any(letter.isdigit() for letter in emergency.say):
        found.append("emergency.say: says a number that emergency.number does not give.")
    if (crisis is not None or emergency.number is not None) and not lines.sources:
        found.append("sources: a number needs one.")
    return found
