"""A pre-allocated ring of samples for one writer and one reader, without a lock.

The writer only moves ``_written``, the reader only ``_taken``; both are plain integers, whose
assignment is atomic.  So an audio callback can write while another thread reads.
"""

from __future__ import annotations

import numpy as np

from voice_checkin.events import Samples


class SampleRing:
    """Holds up to ``capacity`` int16 samples.  What was read is overwritten with zeros."""

    def __init__(self, capacity: int) -> None:
        self._buffer: Samples = np.zeros(capacity, dtype=np.int16)
        self._capacity = capacity
        self._written = 0
        self._taken = 0

    @property
    def ready(self) -> int:
        """Samples that can be read."""
        return self._written - self._taken

    @property
    def free(self) -> int:
        """Samples that can be written."""
        return self._capacity - (self._written - self._taken)

    def write(self, samples: Samples) -> bool:
        """Copy ``samples`` in, or copy nothing and return False where they do not all fit."""
        count = len(samples)
        if count > self.free:
            return False
        start = self._written % self._capacity
        first = min(count, self._capacity - start)
        self._buffer[start : start + first] = samples[:first]
        self._buffer[: count - first] = samples[first:]
        self._written += count
        return True

    def read_into(self, out: Samples) -> bool:
        """Fill ``out`` completely, or leave it and return False where too little is there."""
        count = len(out)
        if count > self.ready:
            return False
        start = self._taken % self._capacity
        first = min(count, self._capacity - start)
        out[:first] = self._buffer[start : start + first]
        out[first:] = self._buffer[: count - first]
        self._buffer[start : start + first] = 0
        self._buffer[: count - first] = 0
        self._taken += count
        return True

    def clear(self) -> None:
        """Drop and overwrite everything; only while nobody writes."""
        self._buffer[:] = 0
        self._taken = self._written
