"""``voice-checkin doctor``: what is wrong with this machine, and what to do about it."""

from __future__ import annotations

import shutil
import stat
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import click
import numpy as np

from voice_checkin.cli import output
from voice_checkin.errors import VoiceCheckinError
from voice_checkin.settings import (
    Settings,
    config_folder,
    data_folder,
    load_settings,
    settings_path,
)

LEAST_FREE_MB = 100
QUIET_DB, LOUD_DB = -75.0, -6.0
"""A second of room below or above this: the microphone is off, or far too loud."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; ``remedy`` is empty where all is well."""

    what: str
    ok: bool
    found: str
    remedy: str = ""


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.option("--devices", is_flag=True, help="Look at the microphone and the speaker only.")
def command(*, as_json: bool, devices: bool) -> None:
    """Look at devices, levels, models, voice, disk and permissions; say the remedy for each."""
    checks: tuple[Callable[[], Iterator[Finding]], ...] = (_devices,)
    if not devices:
        checks = (_settings, _devices, _level, _models, _voice, _scripts, _disk, _permissions)
    worst = 0
    for check in checks:
        for finding in check():
            worst |= not finding.ok
            if as_json:
                output.json_line(
                    {
                        "what": finding.what,
                        "ok": finding.ok,
                        "found": finding.found,
                        "remedy": finding.remedy,
                    }
                )
            else:
                mark = "ok " if finding.ok else "!! "
                output.line(f"{mark}{finding.what}: {finding.found}")
                if finding.remedy:
                    output.line(f"   {finding.remedy}")
    sys.exit(1 if worst else 0)


def _attempt(what: str, work: Callable[[], str]) -> Finding:
    try:
        return Finding(what, True, work())
    except VoiceCheckinError as error:
        return Finding(what, False, "does not work", str(error))


def _known() -> Settings:
    try:
        return load_settings()
    except VoiceCheckinError:
        return Settings()


def _settings() -> Iterator[Finding]:
    def work() -> str:
        load_settings()
        path = settings_path()
        return str(path) if path.exists() else "none yet; the defaults serve"

    yield _attempt("settings", work)


def _devices() -> Iterator[Finding]:
    from voice_checkin.sound.devices import find_device

    settings = _known()
    for way, name in (("input", settings.input_device), ("output", settings.output_device)):
        what = "microphone" if way == "input" else "speaker"
        try:
            _, device = find_device(name, "input" if way == "input" else "output")
            yield Finding(what, True, device.name)
        except VoiceCheckinError as error:
            yield Finding(what, False, "not found", str(error))


def _level() -> Iterator[Finding]:
    """Record a second and tell how loud the room is; nothing of it is kept."""
    from voice_checkin.sound.device import DeviceSound
    from voice_checkin.sound.devices import has_devices

    if not has_devices():
        return
    settings = _known()
    try:
        with DeviceSound(settings.input_device, settings.output_device) as sound:
            frames = [pair.near for _ in range(150) if (pair := sound.read(1.0)) is not None]
    except VoiceCheckinError as error:
        yield Finding("level", False, "cannot record", str(error))
        return
    if not frames:
        yield Finding("level", False, "no sound came", "Check that the microphone is plugged in.")
        return
    heard = np.concatenate(frames).astype(np.float64) / 32768
    level = 20 * np.log10(max(float(np.sqrt(np.mean(heard**2))), 1e-7))
    if level < QUIET_DB:
        remedy = "Almost nothing was heard: is the microphone muted? Raise its level."
        yield Finding("level", False, f"{level:.0f} dBFS", remedy)
    elif level > LOUD_DB:
        remedy = "Far too loud: lower the microphone's level."
        yield Finding("level", False, f"{level:.0f} dBFS", remedy)
    else:
        yield Finding("level", True, f"a room at {level:.0f} dBFS")


def _models() -> Iterator[Finding]:
    def work() -> str:
        from voice_checkin.listening.choose import choose_recognizer
        from voice_checkin.listening.models import models_folder

        recognizer = choose_recognizer(_known().recognizer, models_folder())
        recognizer.load()
        return recognizer.name

    yield _attempt("recogniser", work)


def _voice() -> Iterator[Finding]:
    def work() -> str:
        from voice_checkin.speaking.choose import choose_voice

        voice = choose_voice(_known().voice)
        voice.render("good night", 150)
        return voice.name

    yield _attempt("voice", work)


def _scripts() -> Iterator[Finding]:
    def work() -> str:
        from voice_checkin.scripts import load_always, load_script, script_names
        from voice_checkin.speaking.chimes import load_chimes

        load_always()
        load_chimes()
        names = script_names()
        for name in names:
            load_script(name)
        return f"{len(names)} in order"

    yield _attempt("conversations", work)


def _disk() -> Iterator[Finding]:
    folder = _existing(data_folder())
    free = shutil.disk_usage(folder).free // 1_000_000
    remedy = "" if free >= LEAST_FREE_MB else f"Free at least {LEAST_FREE_MB} MB on that disk."
    yield Finding("disk", not remedy, f"{free} MB free at {folder}", remedy)


def _permissions() -> Iterator[Finding]:
    for folder in (config_folder(), data_folder()):
        if not folder.exists():
            yield Finding("folder", True, f"{folder} is made when it is needed")
            continue
        mode = stat.S_IMODE(folder.stat().st_mode)
        remedy = "" if not mode & 0o077 else f"Others can look in: chmod 700 {folder}"
        yield Finding("folder", not remedy, f"{folder} has mode {mode:04o}", remedy)


def _existing(folder: Path) -> Path:
    while not folder.exists():
        folder = folder.parent
    return folder
