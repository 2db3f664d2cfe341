"""From frames to segments, alone in the room and while the assistant speaks."""

from __future__ import annotations

import numpy as np
import pytest

from tests.ears.voices import (
    RATE,
    assistant,
    clipped,
    echoed,
    mixed,
    noise,
    say,
    silence,
)
from voice_checkin.events import (
    EarEvent,
    FramePair,
    Samples,
    Segment,
    SegmentClosed,
    SpeechResumed,
    SpeechStarted,
)
from voice_checkin.listening.ears import Ears
from voice_checkin.listening.levels import level_db, levelled, voiced_level_db
from voice_checkin.listening.seams import VAD_SAMPLES
from voice_checkin.listening.shifts import EchoShift
from voice_checkin.listening.vad import ScriptedVoice, SileroVoice
from voice_checkin.sound.echo import EchoCanceller
from voice_checkin.sound.linear import LinearCanceller
from voice_checkin.words import Expecting, Kind

pytestmark = pytest.mark.ears


def hear(ears: Ears, near: Samples, far: Samples | None = None) -> list[EarEvent]:
    far = np.zeros_like(near) if far is None else far
    return [
        event
        for at in range(0, len(near) - 159, 160)
        for event in ears.process(
            FramePair(near=near[at : at + 160], far=far[at : at + 160], index=at // 160)
        )
    ]


def starts(events: list[EarEvent]) -> list[SpeechStarted]:
    return [event for event in events if isinstance(event, SpeechStarted)]


def segments(events: list[EarEvent]) -> list[Segment]:
    return [event for event in events if isinstance(event, Segment)]


def test_an_answer_is_bounded_where_it_was_said() -> None:
    answer = say("I was tired and a bit sad today.")
    events = hear(Ears(SileroVoice()), mixed((1.0, answer), (0, noise(80_000, -70)), seconds=5))
    assert [type(event) for event in events] == [SpeechStarted, Segment, SegmentClosed]
    segment = segments(events)[0]
    assert segment.started == pytest.approx(1.0, abs=0.1)
    assert segment.ended == pytest.approx(1.0 + len(answer) / RATE, abs=0.15)
    assert len(segment.samples) / RATE == pytest.approx(segment.ended - segment.started, abs=0.5)
    assert not segment.while_speaking
    assert starts(events)[0].seen - 1.0 < 0.3


def test_someone_who_pauses_to_think_gives_the_same_segment_again_longer() -> None:
    first, second = say("I think"), say("maybe a seven")
    gap = len(first) / RATE + 0.5
    sound = mixed((0.5, first), (0.5 + gap, second), (0, noise(80_000, -70)), seconds=5)
    events = hear(Ears(SileroVoice()), sound)
    found = segments(events)
    assert [(segment.id, segment.revision) for segment in found] == [(1, 1), (1, 2)]
    assert found[1].started == found[0].started
    assert len(found[1].samples) > len(found[0].samples) + 0.5 * RATE
    assert [type(event) for event in events].index(SpeechResumed) == 2


def test_what_is_expected_travels_with_the_segment() -> None:
    ears = Ears(ScriptedVoice([0.9] * 5 + [0.0]))
    ears.expect(Expecting(kind=Kind.SCALE))
    found = segments(hear(ears, noise(30 * VAD_SAMPLES, -30)))
    assert found[0].hint == Expecting(kind=Kind.SCALE)


def test_the_beginning_before_the_detector_woke_up_is_kept() -> None:
    ears = Ears(ScriptedVoice([0.0] * 20 + [0.9] * 5 + [0.0]), level=False)
    sound = np.arange(60 * VAD_SAMPLES, dtype=np.int32).astype(np.int16)
    segment = segments(hear(ears, sound))[0]
    onset = 20 * VAD_SAMPLES
    assert segment.started == onset / RATE
    assert segment.samples[0] == sound[onset - RATE // 4]
    assert segment.samples[-1] == sound[25 * VAD_SAMPLES + RATE // 5 - 1]


def test_what_was_said_does_not_stay_in_the_ears() -> None:
    ears = Ears(ScriptedVoice([0.9] * 5 + [0.0]))
    hear(ears, noise(30 * VAD_SAMPLES, -20))
    kept = np.count_nonzero(ears._history._buffer)
    hear(ears, silence(1.0))
    assert kept < 0.5 * RATE
    assert np.count_nonzero(ears._history._buffer) == 0
    ears.finish()


@pytest.mark.parametrize("db", [-50.0, -35.0, -15.0])
def test_far_and_near_speakers_reach_the_recogniser_equally_loud(db: float) -> None:
    events = hear(Ears(SileroVoice()), mixed((0.5, say("I was tired today.", db=db)), seconds=4))
    segment = segments(events)[-1]
    assert segment.level_db == pytest.approx(db, abs=2.5)
    assert voiced_level_db(segment.samples) == pytest.approx(-23, abs=3)


def test_levelling_never_clips() -> None:
    peaky = silence(0.5)
    peaky[4000] = 30_000
    peaky[::7] += 50
    assert np.abs(levelled(peaky, -60.0).astype(int)).max() < 32_768


def test_noise_alone_is_nobody() -> None:
    for db in (-60, -40, -30):
        assert not starts(hear(Ears(SileroVoice()), noise(5 * RATE, db)))


# -- while the assistant speaks ------------------------------------------------------------------


def test_the_echo_goes_down_by_25_db_once_the_cancellers_are_warm() -> None:
    far = assistant(6.0)
    near = echoed(far, delay_ms=80, db=-6)
    webrtc, linear = EchoCanceller(), LinearCanceller()
    frames = [(near[at : at + 160], far[at : at + 160]) for at in range(0, len(far), 160)]
    clean = np.concatenate([webrtc.process(*frame) for frame in frames])
    left = np.concatenate([linear.process(*frame) for frame in frames])
    late = slice(3 * RATE, None)
    assert level_db(near[late]) - level_db(clean[late]) >= 25
    assert level_db(near[late]) - level_db(left[late]) >= 20


@pytest.mark.parametrize(
    ("db", "delay_ms", "voice"),
    [(-6, 20, "en-us"), (-6, 200, "en-us+f3"), (-10, 120, "en-us+f3"), (-20, 60, "en-us")],
)
def test_the_assistant_does_not_take_its_echo_for_a_person(
    db: float, delay_ms: float, voice: str
) -> None:
    """10 s each here; over 60 s each, in six rooms, there was none either."""
    far = assistant(10.0, voice)
    near = clipped(echoed(far, delay_ms=delay_ms, db=db) + noise(len(far), -65).astype(float))
    assert starts(hear(Ears(SileroVoice(), EchoCanceller()), near, far)) == []


@pytest.mark.parametrize("moved_ms", [0.7, 8, -11])
def test_a_path_that_jumps_is_not_taken_for_a_person(moved_ms: float) -> None:
    """As when a device's clock is put right: the linear canceller is lost for a second."""
    far = assistant(9.0)
    before, after = (echoed(far, delay_ms=delay, db=-6) for delay in (60, 60 + moved_ms))
    near = np.concatenate([before[: 5 * RATE], after[5 * RATE :]])
    assert starts(hear(Ears(SileroVoice(), EchoCanceller()), near, far)) == []


def test_a_person_is_heard_soon_after_the_path_has_jumped() -> None:
    far = assistant(8.0)
    before = echoed(far, delay_ms=60, db=-6)
    echo = np.concatenate([before[: 4 * RATE], before[4 * RATE - 128 : -128]])
    person = say("Wait a moment, I need a break.", "en-us+m1", db=-26.0)
    near = mixed((0, echo), (0, noise(len(far), -65)), (5.2, person), seconds=8.0)
    found = starts(hear(Ears(SileroVoice(), EchoCanceller()), near, far))
    assert 0 < found[0].seen - 5.2 <= 0.3


def test_an_echo_that_comes_later_or_sooner_is_found_and_a_person_is_no_echo() -> None:
    echo = say("Take your time, there is no hurry at all.").astype(np.float32) / 32768
    person = say("Wait a moment, I need a break.", "en-us+m1").astype(np.float32) / 32768
    for moved in (-300, -7, 12, 1500):
        shifts = EchoShift()
        for at in range(RATE // 2, RATE, 160):
            heard = echo[at - moved : at - moved + 160]
            shifts.hear(clipped(heard * 32768), echo[at : at + 160])
        assert shifts.find() == moved
    shifts = EchoShift()
    for at in range(RATE // 2, RATE, 160):
        both = echo[at : at + 160] + 0.5 * person[at : at + 160]
        shifts.hear(clipped(both * 32768), echo[at : at + 160])
    assert shifts.find() is None
    assert not shifts.lost()


@pytest.mark.parametrize(("person_db", "within_s"), [(0.0, 0.25), (-6.0, 0.3)])
@pytest.mark.parametrize(("echo_db", "delay_ms"), [(-6, 20), (-10, 200)])
def test_a_person_who_cuts_in_is_noticed_at_once(
    person_db: float, within_s: float, echo_db: float, delay_ms: float
) -> None:
    far = assistant(6.0)
    level = -20 + echo_db + person_db
    person = say("Wait a moment, I need a break.", "en-us+m1", db=level)
    near = mixed(
        (0, echoed(far, delay_ms=delay_ms, db=echo_db)),
        (0, noise(len(far), -65)),
        (4.2, person),
        seconds=6.0,
    )
    found = starts(hear(Ears(SileroVoice(), EchoCanceller()), near, far))
    assert found
    assert found[0].while_speaking
    assert 0 < found[0].seen - 4.2 <= within_s


def a_cough(seed: int) -> Samples:
    """200 ms of noise with a sharp beginning: no pitch, as loud as a person."""
    rng = np.random.default_rng(seed)
    shape = np.exp(-np.arange(3200) / 900) * np.minimum(1, np.arange(3200) / 80)
    return clipped(8000 * rng.standard_normal(3200) * shape)


def test_coughs_and_doors_do_not_interrupt() -> None:
    far = assistant(10.0)
    parts = [(0.0, echoed(far, delay_ms=60, db=-10)), (0.0, noise(len(far), -65))]
    parts += [(3.0 + index, a_cough(index)) for index in range(6)]
    near = mixed(*parts, seconds=10.0)
    assert starts(hear(Ears(SileroVoice(), EchoCanceller()), near, far)) == []


def test_without_a_canceller_the_assistant_hears_nobody_in_its_own_echo() -> None:
    far = assistant(8.0)
    near = echoed(far, delay_ms=60, db=-6)
    assert starts(hear(Ears(SileroVoice()), near, far)) == []


def test_an_answer_right_after_a_line_is_heard() -> None:
    far = np.concatenate([assistant(4.0), silence(3.0)])
    near = mixed(
        (0, echoed(far, delay_ms=60, db=-6)),
        (4.15, say("yes, let's do it", "en-us+m1", db=-26)),
        (0, noise(len(far), -65)),
        seconds=7.0,
    )
    events = hear(Ears(SileroVoice(), EchoCanceller()), near, far)
    assert starts(events)[0].at == pytest.approx(4.15, abs=0.15)
    assert segments(events)[-1].ended > 4.7
