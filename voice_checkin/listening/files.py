"""A recording through the ears: the same detector, end-pointing and recogniser as live."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from voice_checkin.events import EarEvent, FramePair, Heard, Samples, Segment, SegmentClosed
from voice_checkin.listening.decoder import Decoder
from voice_checkin.listening.ears import Ears
from voice_checkin.words import FRAME_SAMPLES


def frames_of(samples: Samples) -> Iterator[FramePair]:
    """Cut a recording into frames, the last one filled up with silence; nothing is played."""
    far: Samples = np.zeros(FRAME_SAMPLES, dtype=np.int16)
    for index, start in enumerate(range(0, len(samples), FRAME_SAMPLES)):
        near: Samples = np.zeros(FRAME_SAMPLES, dtype=np.int16)
        part = samples[start : start + FRAME_SAMPLES]
        near[: len(part)] = part
        yield FramePair(near=near, far=far, index=index)


def utterances(samples: Samples, ears: Ears, decoder: Decoder) -> Iterator[Heard]:
    """Give every segment of a recording, decoded once, when it is closed."""
    open_segment: Segment | None = None
    for event in _events(samples, ears):
        match event:
            case Segment():
                open_segment = event
            case SegmentClosed():
                if open_segment is not None:
                    heard = decoder.decode(open_segment)
                    open_segment = None
                    if heard is not None and heard.transcript.text:
                        yield heard
            case _:
                pass


def _events(samples: Samples, ears: Ears) -> Iterator[EarEvent]:
    for pair in frames_of(samples):
        yield from ears.process(pair)
    yield from ears.finish()
