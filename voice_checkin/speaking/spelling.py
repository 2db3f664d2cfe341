"""How text is spoken where writing and speech differ.  Pure."""

from __future__ import annotations

import re

_NUMBER = re.compile(r"\d{3,}(?: \d{3,})*")


def spoken(text: str) -> str:
    """Spell out telephone numbers: "988" is nine, eight, eight, and no quantity."""
    return _NUMBER.sub(lambda match: ", ".join(match.group().replace(" ", "")), text)
