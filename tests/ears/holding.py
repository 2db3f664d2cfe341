"""What every `Sound` owes to `hold` and `release`, whether a device or a room."""

from __future__ import annotations

import numpy as np

from voice_checkin.events import PlayEnded, Samples
from voice_checkin.sound.seams import Sound
from voice_checkin.words import FRAME_SAMPLES, RATE_HZ

TONE_S, HOLD_S = 2.0, 0.3


def read(sound: Sound, seconds: float) -> Samples:
    """Return what was played meanwhile."""
    pairs = [sound.read(timeout_s=3.0) for _ in range(round(seconds * RATE_HZ / FRAME_SAMPLES))]
    return np.concatenate([pair.far for pair in pairs if pair is not None])


def check_that_a_hold_pauses_and_loses_nothing(sound: Sound) -> None:
    tone: Samples = np.full(int(TONE_S * RATE_HZ), 5000, dtype=np.int16)
    handle = sound.play(tone)
    read(sound, 0.5)
    sound.hold(handle)
    held = read(sound, HOLD_S)
    sound.release()
    after = read(sound, TONE_S + 1.0)
    assert np.count_nonzero(held == 0) > 0.15 * RATE_HZ, "a hold is silent"
    assert np.count_nonzero(after) > RATE_HZ, "it goes on"
    ended = [e for e in sound.pop_events() if isinstance(e, PlayEnded) and e.handle == handle]
    assert [(e.interrupted, round(e.heard_s, 1)) for e in ended] == [(False, TONE_S)]
