"""The one wrapper around every worker's body: a fault becomes an event, never a dead thread."""

from __future__ import annotations

import threading
from collections.abc import Callable

from voice_checkin.events import SessionEvent, WorkerFailed

MOST_FAULTS = 3
"""A body that fails this often is not started again."""
JOIN_S = 3.0


class Worker:
    """A named thread that runs ``body(stopped)`` until it returns or has failed too often."""

    def __init__(
        self,
        name: str,
        body: Callable[[Callable[[], bool]], None],
        report: Callable[[SessionEvent], None],
    ) -> None:
        self.name = name
        self._body = body
        self._report = report
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Ask the body to return."""
        self._stop.set()

    def join(self) -> bool:
        """Wait for the thread; False if it did not stop in time."""
        self._thread.join(JOIN_S)
        return not self._thread.is_alive()

    def _run(self) -> None:
        for _ in range(MOST_FAULTS):
            try:
                self._body(self._stop.is_set)
            except Exception as error:  # noqa: BLE001 - reported by type: texts may hold words
                self._report(WorkerFailed(worker=self.name, error=type(error).__name__))
            else:
                return
            if self._stop.is_set():
                return
