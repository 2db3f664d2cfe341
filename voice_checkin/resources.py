"""Finds ``dialogs/`` and ``audio/``: inside the installed package, or beside it in a checkout."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def _folder(name: str) -> Path:
    installed = _PACKAGE / "data" / name
    # An editable install has no copy inside the package: the checkout's own folder serves.
    return installed if installed.is_dir() else _PACKAGE.parent / name


def dialogs_folder() -> Path:
    """Return the folder that holds every line the assistant can say."""
    return _folder("dialogs")


def audio_folder() -> Path:
    """Return the folder that holds the chimes."""
    return _folder("audio")
