"""Deletion of everything: the file, its key, and the names in the settings.

The rename comes first: should the power fail half-way, the next opening goes on with it, and the
evening that follows finds nothing of the earlier ones.
"""

from __future__ import annotations

from pathlib import Path

from voice_checkin.errors import JournalError, SettingsError
from voice_checkin.journal.keys import KeyPlace, overwrite
from voice_checkin.settings import load_settings, save_settings


def erase(path: Path, key_place: KeyPlace, settings_file: Path | None = None) -> None:
    """Remove the database at ``path`` and its key, overwritten; a damaged one too."""
    try:
        if path.exists():
            path.replace(_leaving(path))
    except OSError as error:
        raise JournalError(f"{path}: cannot be removed ({error.strerror}).") from None
    key_place.destroy()
    finish(path, key_place)
    if settings_file is not None:
        forget_names(settings_file)


def finish(path: Path, key_place: KeyPlace) -> None:
    """Finish a deletion that a power cut interrupted; do nothing where there is none."""
    leaving, rollback = _leaving(path), path.with_name(path.name + "-journal")
    if leaving.exists():
        if not path.exists():
            key_place.destroy()
        overwrite(leaving)
    if rollback.exists() and not path.exists():
        overwrite(rollback)


def forget_names(settings_file: Path) -> None:
    """Take the names and the cover phrase out of the settings; devices and voices stay.

    A settings file that cannot be read is overwritten and removed: it may hold the names.
    """
    if not settings_file.exists():
        return
    try:
        kept = load_settings(settings_file).model_copy(update={"names": None, "cover_phrase": None})
    except SettingsError:
        overwrite(settings_file)
        return
    overwrite(settings_file)
    try:
        save_settings(kept, settings_file)
    except SettingsError as error:
        raise JournalError(str(error)) from None


def _leaving(path: Path) -> Path:
    return path.with_suffix(".leaving")
