"""What the couple can set, kept as TOML; every value has a default that works."""

from __future__ import annotations

import json
import os
import tomllib
from datetime import time
from pathlib import Path
from typing import Annotated, Literal

import platformdirs
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)
from pydantic_core import PydanticCustomError

from voice_checkin.errors import SettingsError

_APP = "voice-checkin"
MAX_SETTINGS_BYTES = 8 * 1024

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=30,
                                        pattern=r"^[^\W\d_][\w' .-]*$")]  # fmt: skip


def _local(hour: time) -> time:
    """Refuse an hour of another zone, and one that was written as a number of seconds."""
    if hour.tzinfo is not None:
        raise PydanticCustomError("hour", "write an hour such as 21:30")
    return hour


def _in_this_process(voice: str) -> str:
    """Refuse flite: it is told its lines as a program's arguments, which anybody here can read."""
    if voice.partition(":")[0] == "flite":
        raise PydanticCustomError("voice", "flite speaks in rehearsals only; use espeak or piper")
    return voice


Hour = Annotated[time, AfterValidator(_local)]


class Settings(BaseModel):
    """All settings.  Unknown keys are refused, so that a typing slip is noticed."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    names: tuple[Name, Name] | None = None
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Z]{2})?$")] = "en"
    """Of what is said: ``en``, or a file of ``dialogs/lines``.  What is understood is English."""
    locale: Literal["us", "uk", "ie", "eu", "other"] = "other"
    recognizer: Literal["auto", "moonshine", "vosk"] = "auto"
    voice: Annotated[str, AfterValidator(_in_this_process)] = Field(
        default="espeak:en-us", max_length=200
    )
    rate_wpm: int = Field(default=150, ge=90, le=220)
    volume: float = Field(default=0.7, ge=0.05, le=1.0)
    input_device: str | None = Field(default=None, max_length=200)
    output_device: str | None = Field(default=None, max_length=200)
    patience: float = Field(default=1.0, ge=0.5, le=3.0)
    """Multiplies every waiting time of the scripts."""
    cut_off: Hour = time(21, 30)
    bedtime: Hour = time(22, 30)
    cover_phrase: str | None = Field(default=None, max_length=60)
    keep_words_days: int = Field(default=30, ge=1, le=365)
    keep_numbers_days: int = Field(default=180, ge=1, le=730)


def config_folder() -> Path:
    """Return the folder for settings (``XDG_CONFIG_HOME`` is honoured)."""
    return Path(platformdirs.user_config_dir(_APP))


def data_folder() -> Path:
    """Return the folder for the journal and models (``XDG_DATA_HOME`` is honoured)."""
    return Path(platformdirs.user_data_dir(_APP))


def settings_path() -> Path:
    return config_folder() / "settings.toml"


def load_settings(path: Path | None = None) -> Settings:
    """Read settings; a missing file gives the defaults.

    Raises `SettingsError` naming the file and the key, never the value.
    """
    path = path or settings_path()
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_SETTINGS_BYTES + 1)
    except FileNotFoundError:
        return Settings()
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read ({error.strerror}).") from None
    if len(raw) > MAX_SETTINGS_BYTES:
        raise SettingsError(
            f"{path}: larger than {MAX_SETTINGS_BYTES // 1024} KiB; not a settings file."
        )
    try:
        return Settings.model_validate(tomllib.loads(raw.decode("utf-8")))
    except UnicodeDecodeError:
        raise SettingsError(
            f"{path}: not UTF-8 text; delete it or run 'voice-checkin setup'."
        ) from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path}: not valid TOML ({error}).") from None
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        key = ".".join(str(part) for part in first["loc"]) or "the file"
        raise SettingsError(f"{path}: {key}: {first['msg']}.") from None
    except (ValueError, RecursionError):
        # A number of thousands of digits, or thousands of lists in each other.
        raise SettingsError(f"{path}: not valid TOML.") from None


def save_settings(settings: Settings, path: Path | None = None) -> None:
    """Write settings whole or not at all, readable by this user only."""
    path = path or settings_path()
    lines = []
    for key, value in settings.model_dump(exclude_none=True).items():
        lines.append(f"{key} = {_toml(value)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.parent.chmod(0o700)
        fresh = path.with_suffix(".new")
        fresh.unlink(missing_ok=True)  # what an earlier writer left may be open to others
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")
        fresh.replace(path)
    except OSError as error:
        raise SettingsError(f"{path}: cannot be written ({error.strerror}).") from None


def _toml(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int() | float():
            return repr(value)
        case time():
            return value.isoformat()
        case tuple() | list():
            return "[" + ", ".join(_toml(item) for item in value) + "]"
        case _:
            # TOML's strings are JSON's, but for one character that JSON lets through.
            return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")
