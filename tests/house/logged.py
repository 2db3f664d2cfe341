"""Captures the log of whole evenings, and looks for words in it."""

from __future__ import annotations

import contextlib
import io
import logging
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from voice_checkin.logs import set_up_logging


@dataclass
class Log:
    """The log as it is written, and every record of our own as it was before any filter."""

    written: io.StringIO = field(default_factory=io.StringIO)
    ours: list[logging.LogRecord] = field(default_factory=list)

    def alone(self) -> None:
        """Keep the log from the test runner, which takes four times as long to write it."""
        root = logging.getLogger()
        root.handlers = [one for one in root.handlers if type(one) is logging.StreamHandler]

    def parts(self) -> list[str]:
        """Return all that our records hold beside their fixed texts."""
        found = []
        for record in self.ours:
            given = record.args if isinstance(record.args, tuple) else (record.args,)
            found += [str(one) for one in given if one]
            found += [str(record.exc_info[1])] if record.exc_info else []
        return found

    def holds(self, said: Iterable[str]) -> list[str]:
        """Return what was said, or a word of it, that stands in the log."""
        parts = "\n".join(self.parts()).lower()
        whole = self.written.getvalue().lower()
        words = {word for text in said for word in re.findall(r"\w{4,}", text.lower())}
        texts = {text.lower() for text in said if " " in text.strip()}
        return [one for one in words if one in parts] + [one for one in texts if one in whole]


class _Keeper(logging.Handler):
    def __init__(self, log: Log) -> None:
        super().__init__(logging.DEBUG)
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        self._log.ours.append(record)


@contextlib.contextmanager
def everything_logged() -> Iterator[Log]:
    """Set the log up at its most talkative, and keep it."""
    root, ours = logging.getLogger(), logging.getLogger("voice_checkin")
    before = root.handlers, root.level, logging.raiseExceptions
    found = Log()
    set_up_logging("debug", found.written)
    keeper = _Keeper(found)
    ours.addHandler(keeper)
    try:
        yield found
    finally:
        ours.removeHandler(keeper)
        logging.captureWarnings(capture=False)
        root.handlers, logging.raiseExceptions = before[0], before[2]
        root.setLevel(before[1])
