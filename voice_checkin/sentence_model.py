"""The sentence model of the learned judges: plain words to one sum a label, with onnxruntime.

A small English encoder (six layers of 384) that ``bench.understanding.finetune`` taught all the
questions at once; docs/decisions/0011 says from what, and what was measured.  Nothing is
downloaded: the file lies in ``dialogs/understanding``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import onnxruntime
from onnxruntime.capi.onnxruntime_pybind11_state import (
    Fail,
    InvalidArgument,
    InvalidGraph,
    InvalidProtobuf,
)

from voice_checkin.understanding.wordpiece import pieces_of

Floats: TypeAlias = npt.NDArray[np.float32]

_FAULTS = (Fail, InvalidArgument, InvalidGraph, InvalidProtobuf)

PROVIDER = "CPUExecutionProvider"
KEY = "voice_checkin"
"""Under which the file's own metadata hold pieces, heads and the digest of the corpus."""


@dataclass(frozen=True, slots=True)
class SentenceModel:
    """``sums`` is pure: the same words have the same sums."""

    session: Any
    numbers: Mapping[str, int]
    most_pieces: int
    heads: tuple[tuple[str, tuple[str, ...]], ...]
    """The questions and their labels, in the order of the columns."""
    corpus: str

    @classmethod
    def load(cls, data: bytes) -> SentenceModel:
        """Read what ``bench.understanding.finetune`` wrote; one thread, as the ears need theirs.

        Raises `ValueError` for anything else.
        """
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False
        options.log_severity_level = 3
        try:
            session = onnxruntime.InferenceSession(
                data, options, providers=["CPUExecutionProvider"]
            )
        except _FAULTS as fault:
            raise ValueError(type(fault).__name__) from None
        about = json.loads(session.get_modelmeta().custom_metadata_map[KEY])
        return cls(
            session=session,
            numbers={piece: number for number, piece in enumerate(about["pieces"])},
            most_pieces=about["most_pieces"],
            heads=tuple((name, tuple(labels)) for name, labels in about["heads"]),
            corpus=about["corpus"],
        )

    def sums(self, texts: Sequence[Sequence[str]]) -> Floats:
        """Return an array (texts, columns): before the exponential, for every label."""
        found = [self._sums(pieces_of(words, self.numbers, self.most_pieces)) for words in texts]
        return np.stack(found)

    def _sums(self, numbers: list[int]) -> Floats:
        (sums,) = self.session.run(None, {"pieces": np.array([numbers], dtype=np.int64)})
        return np.asarray(sums[0], dtype=np.float32)
