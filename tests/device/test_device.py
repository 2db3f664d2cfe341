"""A whole duplex through PortAudio and PulseAudio: playing, hearing, stopping, losing a device."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import pytest

from tests.device.conftest import Pulse
from tests.ears.holding import check_that_a_hold_pauses_and_loses_nothing
from tests.ears.voices import assistant, say
from voice_checkin.errors import DeviceError
from voice_checkin.events import (
    DeviceBack,
    DeviceLost,
    EarEvent,
    FramePair,
    PlayEnded,
    PlayStarted,
    Samples,
    Segment,
    SpeechStarted,
)
from voice_checkin.listening.ears import Ears
from voice_checkin.listening.levels import level_db
from voice_checkin.listening.vad import SileroVoice
from voice_checkin.sound.device import DeviceSound
from voice_checkin.sound.devices import has_devices, list_devices
from voice_checkin.sound.echo import EchoCanceller

pytestmark = [pytest.mark.device, pytest.mark.timeout(120)]


def frames(sound: DeviceSound, seconds: float) -> list[FramePair]:
    pairs = [sound.read(timeout_s=3.0) for _ in range(round(seconds * 100))]
    assert all(pair is not None for pair in pairs)
    return [pair for pair in pairs if pair is not None]


def until(sound: DeviceSound, done: Callable[[list[object]], bool], seconds: float) -> list[object]:
    events: list[object] = []
    deadline = time.monotonic() + seconds
    while not done(events) and time.monotonic() < deadline:
        sound.read(timeout_s=0.1)
        events += sound.pop_events()
    return events


def test_the_machine_lists_its_microphone_and_speaker(pulse: Pulse) -> None:
    assert has_devices()
    assert any(device.default_input for device in list_devices())
    assert any(device.default_output for device in list_devices())


def test_an_unknown_device_is_named_with_what_there_is(pulse: Pulse) -> None:
    with pytest.raises(DeviceError, match=r"microphone 'Blue Yeti' is not there.*'pulse'"):
        DeviceSound(input_name="Blue Yeti").__enter__()
    with pytest.raises(DeviceError, match="speaker 'Boombox' is not there"):
        DeviceSound(output_name="Boombox").__enter__()


def test_a_tone_played_is_accounted_for_and_a_person_is_heard(pulse: Pulse, tone: Samples) -> None:
    with DeviceSound() as sound:
        frames(sound, 2.0)
        sound.pop_events()
        handle = sound.play(tone)
        person = pulse.say(say("Good evening, here I am."))
        pairs = frames(sound, 4.0)
        person.wait(timeout=10)
        started, ended = sound.pop_events()
    assert isinstance(started, PlayStarted)
    assert isinstance(ended, PlayEnded)
    assert (started.handle, ended.handle) == (handle, handle)
    assert ended.heard_s == pytest.approx(2.0)
    assert not ended.interrupted
    assert ended.at - started.at == pytest.approx(2.0)
    assert [pair.index for pair in pairs] == list(range(pairs[0].index, pairs[0].index + 400))
    far = np.concatenate([pair.far for pair in pairs])
    near = np.concatenate([pair.near for pair in pairs])
    assert np.count_nonzero(far) > 31_000, "the reference is what was played"
    assert level_db(near) > -45, "the microphone heard the person"


def test_a_voice_that_is_stopped_is_silent_within_30_ms(pulse: Pulse, tone: Samples) -> None:
    with DeviceSound() as sound:
        frames(sound, 2.0)
        sound.play(np.tile(tone, 3))
        frames(sound, 1.0)
        before = sound.pop_events()[-1]
        assert isinstance(before, PlayStarted)
        stopped = time.monotonic()
        sound.stop()
        events = until(sound, lambda found: any(isinstance(e, PlayEnded) for e in found), 2.0)
        took = time.monotonic() - stopped
    ended = events[-1]
    assert isinstance(ended, PlayEnded)
    assert ended.interrupted
    assert 0.5 < ended.heard_s < 3.0
    # One block of 20 ms until the callback sees it, 10 ms of fade, one block to read it.
    assert took < 0.15
    assert sound.slowest_callback_s < 0.02


def test_a_hold_pauses_and_loses_nothing(pulse: Pulse) -> None:
    with DeviceSound() as sound:
        frames(sound, 2.0)
        sound.pop_events()
        check_that_a_hold_pauses_and_loses_nothing(sound)


def test_a_device_that_is_unplugged_is_missed_and_found_again(pulse: Pulse, tone: Samples) -> None:
    with DeviceSound() as sound:
        frames(sound, 2.5)
        time_before = sound.read()
        sound.play(np.tile(tone, 10))
        for sink in ("room", "speaker"):
            for line in pulse.control("list", "short", "modules").splitlines():
                if f"sink_name={sink}" in line:
                    pulse.control("unload-module", line.split()[0])
        events = until(sound, lambda found: any(isinstance(e, DeviceLost) for e in found), 20)
        assert any(isinstance(event, DeviceLost) for event in events)
        assert any(isinstance(event, PlayEnded) and event.interrupted for event in events)
        later = sound.play(tone)
        for sink in ("room", "speaker"):
            pulse.load_sink(sink)
        pulse.aim()
        events = until(sound, lambda found: any(isinstance(e, DeviceBack) for e in found), 30)
        assert any(isinstance(event, DeviceBack) for event in events)
        pair = sound.read(timeout_s=5)
        assert pair is not None
        assert time_before is not None
        assert pair.index > time_before.index, "session time goes on, it does not start again"
        events += until(
            sound,
            lambda found: any(isinstance(e, PlayEnded) and e.handle == later for e in found),
            10,
        )
        assert any(isinstance(e, PlayEnded) and e.handle == later for e in events), (
            "what was said while the device was gone is said when it is back"
        )


def delays(pairs: list[FramePair]) -> list[float]:
    """Return for each second by how many ms the microphone is behind the speaker."""
    near, far = (
        np.concatenate(those).astype(float)
        for those in ([p.near for p in pairs], [p.far for p in pairs])
    )
    found = []
    for at in range(0, len(near) - 24_000, 16_000):
        heard, played = near[at : at + 24_000], far[at : at + 16_000]
        match = np.fft.irfft(np.fft.rfft(heard, 40_000) * np.conj(np.fft.rfft(played, 40_000)))
        found.append(float(np.argmax(match[:8_000])) / 16)
    return found


@pytest.mark.timeout(240)
def test_through_a_loop_from_speaker_to_microphone_only_the_person_is_heard(pulse: Pulse) -> None:
    """A busy machine lets PulseAudio lose sound, and the loop's delay then jumps: not what is
    tried here (`tests/ears` does), so such a try does not count."""
    for _ in range(4):
        before, person, delay = interrupted_through_a_loop(pulse)
        if max(delay) - min(delay) < 0.5:
            break
    else:
        pytest.xfail(f"the loop never held still: {delay} ms")
    assert before == [], delay
    starts = [event for event in person if isinstance(event, SpeechStarted)]
    assert starts
    assert starts[0].while_speaking
    assert [event for event in person if isinstance(event, Segment)]


def interrupted_through_a_loop(
    pulse: Pulse,
) -> tuple[list[SpeechStarted], list[EarEvent], list[float]]:
    """Return who was heard before the person spoke, what came after, and the loop's delays."""
    loop = pulse.control(
        "load-module", "module-loopback", "source=speaker.monitor", "sink=room", "latency_msec=40"
    )
    ears = Ears(SileroVoice(), EchoCanceller())
    ears.load()
    try:
        with DeviceSound() as sound:
            frames(sound, 2.5)
            sound.play(assistant(18.0))
            # PulseAudio's loop changes its own delay by up to 10 ms in its first seconds.
            first, alone = frames(sound, 5.0), frames(sound, 8.0)
            person = pulse.say(say("Please stop, I need a break now.", "en-us+m1", db=-20.0))
            last = frames(sound, 4.0)
            person.wait(timeout=10)
    finally:
        pulse.control("unload-module", loop)
    # Only now: a busy machine would fall behind, and hear the person after the last frame.
    for pair in first:
        ears.process(pair)
    before = [event for pair in alone for event in ears.process(pair)]
    after = [event for pair in last for event in ears.process(pair)]
    return [e for e in before if isinstance(e, SpeechStarted)], after, delays(first[200:] + alone)
