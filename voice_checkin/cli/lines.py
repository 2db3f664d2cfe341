"""Typed and piped lines, of bounded length: one that never ends must not fill the memory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TextIO

MOST_LETTERS = 10_000
"""Ten minutes of speech; what comes after them in one line is dropped."""


def read_line(stream: TextIO) -> str | None:
    """Return the next line without its end; None when there are no more."""
    part = line = stream.readline(MOST_LETTERS)
    while part and not part.endswith("\n"):
        part = stream.readline(MOST_LETTERS)
    return line.rstrip("\r\n") if line else None


def read_lines(stream: TextIO) -> Iterator[str]:
    """Give all lines that there are, as they come."""
    while (line := read_line(stream)) is not None:
        yield line
