"""Any rate to any rate, whole sounds or block by block (soxr).  Never called in a callback."""

from __future__ import annotations

from typing import Any

import numpy as np
import soxr

from voice_checkin.events import Samples


def resample(samples: Samples, from_hz: int, to_hz: int) -> Samples:
    """Return the whole sound at another rate, clipped to 16 bits."""
    if from_hz == to_hz or len(samples) == 0:
        return samples
    return np.asarray(soxr.resample(samples, from_hz, to_hz), dtype=np.int16)


class StreamResampler:
    """Converts mono int16 blocks; what comes out lags, but its time axis stays true."""

    def __init__(self, from_hz: int, to_hz: int) -> None:
        self._same = from_hz == to_hz
        self._stream: Any = (
            None if self._same else soxr.ResampleStream(from_hz, to_hz, 1, dtype="int16")
        )

    def push(self, block: Samples, *, last: bool = False) -> Samples:
        """Return as many converted samples as are certain, all of them with ``last``."""
        if self._same:
            return block
        return np.asarray(self._stream.resample_chunk(block, last=last), dtype=np.int16)
