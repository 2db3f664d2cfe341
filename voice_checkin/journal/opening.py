"""Puts the journal of this machine together: its folders, its key, its expiries."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from voice_checkin.journal.database import FILE_NAME, FolderLock
from voice_checkin.journal.forgetting import erase
from voice_checkin.journal.keys import FileKey, KeyPlace, choose_key_place, key_file
from voice_checkin.journal.retention import Retention
from voice_checkin.journal.store import Store
from voice_checkin.settings import Settings, config_folder, data_folder


def open_journal(settings: Settings, now: datetime) -> Store:
    """Open this user's journal; raises `JournalError`, `JournalLocked` or `JournalDamaged`."""
    config = config_folder()
    return Store(
        data_folder(),
        choose_key_place(config),
        retention=retention_of(settings),
        settings_file=config / "settings.toml",
    ).open(now)


def erase_everything() -> None:
    """Delete this user's journal without opening it, for one that is damaged or has no key."""
    folder, config = data_folder(), config_folder()
    places: list[KeyPlace] = [choose_key_place(config)]
    in_file: FileKey = key_file(config)
    if not isinstance(places[0], FileKey):
        places.append(in_file)
    if not folder.exists():
        erase(folder / FILE_NAME, places[0], config / "settings.toml")
        return
    lock = FolderLock(folder)
    lock.take()
    try:
        for place in places:
            erase(folder / FILE_NAME, place, config / "settings.toml")
    finally:
        lock.release()


def retention_of(settings: Settings) -> Retention:
    return Retention(words_days=settings.keep_words_days, numbers_days=settings.keep_numbers_days)


def journal_path() -> Path:
    return data_folder() / FILE_NAME
