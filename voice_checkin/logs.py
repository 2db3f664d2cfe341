"""The log: ids, lengths, times and codes.  What people say is in none of it.

Our own lines are written so, and a test holds them to it.  Other people's libraries were not, so
theirs are dropped below "warning", and above it only their name and place are let through.
"""

from __future__ import annotations

import logging
import sys
from typing import TextIO

PACKAGE = "voice_checkin"
FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
LEVELS = ("debug", "info", "warning", "error")


class NoWords(logging.Filter):
    """Lets our records through without tracebacks, and of others' only that there was one."""

    def filter(self, record: logging.LogRecord) -> bool:
        ours = record.name == PACKAGE or record.name.startswith(f"{PACKAGE}.")
        # An exception's text and a traceback's source lines may quote what was being handled.
        if record.exc_info:
            kind = record.exc_info[0]
            note = f" ({kind.__name__})" if kind is not None else ""
        else:
            note = ""
        record.exc_info = record.exc_text = record.stack_info = None
        if ours:
            if note:
                record.msg, record.args = record.getMessage() + note, None
            return True
        record.msg = f"a message from {record.module}, line {record.lineno}, left out{note}"
        record.args = None
        return record.levelno >= logging.WARNING


def set_up_logging(level: str = "warning", stream: TextIO | None = None) -> logging.Handler:
    """Send the log to standard error, or to ``stream``; it is never kept in a file.

    ``level`` is one of `LEVELS`.  Replaces the handlers that are there.
    """
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(logging.Formatter(FORMAT))
    handler.addFilter(NoWords())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    logging.captureWarnings(capture=True)
    # A failure to write a record would otherwise print the record's own arguments.
    logging.raiseExceptions = False
    return handler
