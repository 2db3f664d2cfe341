"""The last seconds of what was heard, by absolute sample; overwritten when no longer needed."""

from __future__ import annotations

import numpy as np

from voice_checkin.events import Samples


class History:
    """A ring of ``capacity`` samples addressed by position since the start."""

    def __init__(self, capacity: int) -> None:
        self._buffer: Samples = np.zeros(capacity, dtype=np.int16)
        self._end = 0
        self._begin = 0

    @property
    def end(self) -> int:
        return self._end

    def add(self, samples: Samples) -> None:
        """Append; what is older than the capacity is lost."""
        size = len(self._buffer)
        start = self._end % size
        first = min(len(samples), size - start)
        self._buffer[start : start + first] = samples[:first]
        self._buffer[: len(samples) - first] = samples[first:]
        self._end += len(samples)
        self._begin = max(self._begin, self._end - size)

    def copy(self, begin: int, end: int) -> Samples:
        """Return a new array of the samples from ``begin`` to ``end``, as far as they are kept."""
        begin, end = max(begin, self._begin), min(end, self._end)
        if end <= begin:
            return np.zeros(0, dtype=np.int16)
        return self._buffer[np.arange(begin, end) % len(self._buffer)]

    def forget_before(self, position: int) -> None:
        """Overwrite everything before ``position``."""
        end = min(position, self._end)
        if end <= self._begin:
            return
        size = len(self._buffer)
        start, count = self._begin % size, end - self._begin
        first = min(count, size - start)
        self._buffer[start : start + first] = 0
        self._buffer[: count - first] = 0
        self._begin = end
