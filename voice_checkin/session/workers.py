"""The one wrapper around whatever may fail: a fault becomes an event, never a dead thread."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from voice_checkin.events import SessionEvent, WorkerFailed
from voice_checkin.words import Seconds

MOST_FAULTS = 3
"""A body that fails this often, one time soon after the other, is not started again."""
HEALTHY_S: Seconds = 60.0
"""Earlier faults of a body that ran for so long are forgiven."""
JOIN_S = 3.0

T = TypeVar("T")
Body = Callable[[Callable[[], bool]], None]


def attempt(part: str, work: Callable[[], T]) -> T | WorkerFailed:
    """Return what ``work`` returns, or its fault by type: texts may hold words."""
    try:
        return work()
    except Exception as error:  # noqa: BLE001 - reported by type, and acted on by the session
        return WorkerFailed(worker=part, error=type(error).__name__)


class Worker:
    """A named thread that runs ``body(stopped)`` until it returns or has failed too often.

    ``rest`` is what must still be done when the body is given up.
    """

    def __init__(
        self,
        name: str,
        body: Body,
        report: Callable[[SessionEvent], None],
        *,
        rest: Worker | None = None,
    ) -> None:
        self.name = name
        self._body = body
        self._report = report
        self._rest = rest
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Ask the body to return."""
        self._stop.set()
        if self._rest is not None:
            self._rest.stop()

    def join(self) -> bool:
        """Wait for the thread; False if it did not stop in time."""
        self._thread.join(JOIN_S)
        return not self._thread.is_alive()

    def _run(self) -> None:
        faults = 0
        while faults < MOST_FAULTS:
            began = time.monotonic()
            failed = attempt(self.name, lambda: self._body(self._stop.is_set))
            if failed is None:
                return
            faults = 1 if time.monotonic() - began > HEALTHY_S else faults + 1
            self._report(replace(failed, over=faults >= MOST_FAULTS))
            if self._stop.is_set():
                return
        if self._rest is not None:
            self._rest._run()
