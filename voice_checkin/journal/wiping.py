"""Overwrites text in memory that Python would leave lying about until it needs the place."""

from __future__ import annotations

import ctypes
import sys


def wipe(text: str | bytes) -> None:
    """Overwrite a string or bytes that nobody else may hold or look at again.

    Only plain ASCII of some length, as keys and checkpoints are: shorter strings may be shared.
    Elsewhere than in CPython it does nothing.
    """
    if sys.implementation.name == "cpython" and text.isascii() and len(text) > 20:
        # What it holds stands at the end of the object, before one zero.
        ctypes.memset(id(text) + sys.getsizeof(text) - len(text) - 1, 0, len(text))
