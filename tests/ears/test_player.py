"""What is played: order, stopping, and the account of what was heard."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from voice_checkin.events import PlayEnded, PlayStarted, Samples
from voice_checkin.sound.player import PlayQueue
from voice_checkin.sound.ring import SampleRing

pytestmark = pytest.mark.ears


def tone(samples: int, value: int = 8000) -> Samples:
    return np.full(samples, value, dtype=np.int16)


def test_sounds_play_one_after_the_other_and_then_there_is_silence() -> None:
    queue = PlayQueue()
    first, second = queue.play(tone(200, 1)), queue.play(tone(100, 2))
    block = np.concatenate([queue.pull(160), queue.pull(160)])
    assert block.tolist() == [1] * 200 + [2] * 100 + [0] * 20
    assert queue.pop_events() == [
        PlayStarted(handle=first, at=0.0),
        PlayEnded(handle=first, at=200 / 16000, heard_s=200 / 16000),
        PlayStarted(handle=second, at=200 / 16000),
        PlayEnded(handle=second, at=300 / 16000, heard_s=100 / 16000),
    ]
    assert not queue.busy
    assert queue.pop_events() == []


def test_stopping_fades_within_10_ms_and_says_how_much_was_heard() -> None:
    queue = PlayQueue()
    playing, waiting = queue.play(tone(16000)), queue.play(tone(16000))
    queue.pull(320)
    queue.pop_events()
    queue.stop()
    block = queue.pull(320)
    assert block[0] == 8000
    assert np.all(np.diff(block.astype(int)) <= 0), "the fade never gets louder"
    assert not block[160:].any()
    assert queue.pop_events() == [
        PlayEnded(handle=waiting, at=0.02, heard_s=0.0, interrupted=True),
        PlayEnded(handle=playing, at=0.03, heard_s=0.03, interrupted=True),
    ]
    assert not queue.pull(320).any()


def test_a_fade_longer_than_a_block_goes_on_in_the_next() -> None:
    queue = PlayQueue()
    queue.play(tone(16000))
    queue.pull(160)
    queue.stop(fade_s=0.02)
    queue.pull(160)
    queue.stop(fade_s=0.001)  # a second order while fading changes nothing
    block = queue.pull(160)
    assert 0 < block[0] < 4100
    assert block[-1] == 0
    assert not queue.busy


def test_what_is_queued_after_a_stop_is_played() -> None:
    queue = PlayQueue()
    queue.play(tone(16000))
    queue.pull(160)
    queue.stop()
    queue.play(tone(160, 5))
    assert queue.pull(320)[160:].tolist() == [5] * 160


def test_an_empty_sound_starts_and_ends_at_once() -> None:
    queue = PlayQueue()
    handle = queue.play(tone(0))
    assert not queue.pull(160).any()
    assert queue.pop_events() == [
        PlayStarted(handle=handle, at=0.0),
        PlayEnded(handle=handle, at=0.0, heard_s=0.0),
    ]


def test_volume_scales_what_leaves_the_speaker() -> None:
    queue = PlayQueue(volume=0.5)
    queue.play(tone(160))
    assert queue.pull(160).tolist() == [4000] * 160


def test_a_sound_changed_after_queueing_is_played_as_it_was() -> None:
    queue = PlayQueue()
    samples = tone(160, 7)
    queue.play(samples)
    samples[:] = 0
    assert queue.pull(160).tolist() == [7] * 160


def test_a_ring_gives_back_what_was_written_across_its_seam_and_forgets_it() -> None:
    ring = SampleRing(100)
    out = np.zeros(40, dtype=np.int16)
    for value in range(1, 9):
        assert ring.write(tone(40, value))
        assert ring.read_into(out)
        assert set(out.tolist()) == {value}
    assert not ring._buffer.any(), "what people said does not stay in memory"


def test_a_full_ring_takes_nothing_and_an_empty_one_gives_nothing() -> None:
    ring = SampleRing(100)
    assert ring.write(tone(80))
    assert not ring.write(tone(30))
    assert ring.ready == 80
    assert not ring.read_into(np.zeros(81, dtype=np.int16))


def test_two_threads_share_a_ring_without_losing_or_mixing_samples() -> None:
    ring = SampleRing(1000)
    total = 200_000
    got: list[int] = []

    def read() -> None:
        out = np.zeros(70, dtype=np.int16)
        while len(got) < total - 70:
            if ring.read_into(out):
                got.extend(out.tolist())

    reader = threading.Thread(target=read)
    reader.start()
    sent = 0
    while sent < total:
        block = (np.arange(sent, sent + 100) % 30_000).astype(np.int16)
        if ring.write(block):
            sent += 100
    reader.join(timeout=20)
    assert got == [index % 30_000 for index in range(len(got))]
    assert len(got) >= total - 70


def ramp(samples: int) -> Samples:
    return np.arange(1000, 1000 + samples, dtype=np.int16)


def test_a_hold_is_silent_within_10_ms_and_loses_nothing() -> None:
    queue = PlayQueue()
    handle = queue.play(ramp(4800))
    before = queue.pull(160)
    queue.hold(handle)
    fading, silent = queue.pull(160), queue.pull(1600)
    queue.release()
    after = queue.pull(4800)
    assert before.tolist() == ramp(160).tolist()
    assert fading[0] > 1000 > fading[-1] == 0
    assert not silent.any()
    assert after[160 : 4800 - 320].tolist() == ramp(4800)[480:].tolist()
    assert 0 < after[80] < 1000 + 400, "it comes back softly"
    assert queue.pop_events() == [
        PlayStarted(handle=handle, at=0.0),
        PlayEnded(handle=handle, at=0.4, heard_s=0.3),
    ]


def test_a_stop_in_a_hold_ends_the_sound_where_it_fell_silent() -> None:
    queue = PlayQueue()
    handle = queue.play(tone(16000))
    queue.pull(160)
    queue.hold(handle)
    queue.pull(800)
    queue.stop()
    assert not queue.pull(160).any()
    assert queue.pop_events()[-1] == PlayEnded(
        handle=handle, at=0.06, heard_s=0.02, interrupted=True
    )
    queue.play(tone(160))
    assert queue.pull(160).all(), "what comes after a stop is not held"


def test_a_stop_while_falling_silent_for_a_hold_never_gets_louder() -> None:
    queue = PlayQueue()
    handle = queue.play(tone(16000))
    queue.pull(160)
    queue.hold(handle)
    first = queue.pull(80)
    queue.stop()
    block = np.concatenate([first, queue.pull(320)])
    assert np.all(np.diff(block.astype(int)) <= 0)
    assert not block[240:].any(), "10 ms from the order on"
    assert not queue.busy


def test_a_hold_that_nobody_ends_is_over_by_itself() -> None:
    queue = PlayQueue()
    handle = queue.play(tone(16000))
    queue.hold(handle)
    assert any(queue.pull(160).all() for _ in range(80))


def test_only_the_sound_that_was_meant_is_held() -> None:
    queue = PlayQueue()
    first = queue.play(tone(80))
    queue.play(tone(1600))
    queue.hold(first)
    queue.pull(160)
    assert queue.pull(160).all(), "the next one is said"


def test_a_stop_at_once_in_the_middle_of_falling_silent_is_at_once() -> None:
    queue = PlayQueue()
    handle = queue.play(tone(16000))
    queue.pull(160)
    queue.hold(handle)
    queue.pull(80)
    queue.stop(0.0)
    queue.pull(2)
    assert isinstance(queue.pop_events()[-1], PlayEnded)
    assert not queue.busy


def test_a_hold_while_a_stop_fades_makes_nothing_louder() -> None:
    queue = PlayQueue()
    handle = queue.play(tone(16000))
    queue.pull(160)
    queue.stop()
    first = queue.pull(80)
    queue.hold(handle)
    block = np.concatenate([first, queue.pull(320)])
    assert np.all(np.diff(block.astype(int)) <= 0)
