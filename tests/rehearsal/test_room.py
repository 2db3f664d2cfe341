"""The virtual room behaves like a room, to the sample."""

from __future__ import annotations

import time
from typing import get_args

import numpy as np
import numpy.typing as npt
import pytest

from tests.ears.holding import check_that_a_hold_pauses_and_loses_nothing
from voice_checkin.events import FramePair, PlayEnded, PlayStarted, Samples
from voice_checkin.rehearsal.audible import Audible
from voice_checkin.rehearsal.noises import SPEECH_RMS, Steady, Sudden, steady, sudden
from voice_checkin.rehearsal.room import VirtualRoom
from voice_checkin.rehearsal.script import RoomSettings
from voice_checkin.speaking.tone import ToneSynthesizer
from voice_checkin.words import FRAME_SAMPLES, RATE_HZ

pytestmark = pytest.mark.session


def heard(room: VirtualRoom, seconds: float) -> tuple[Samples, Samples]:
    pairs: list[FramePair] = []
    for _ in range(round(seconds * RATE_HZ / FRAME_SAMPLES)):
        pair = room.read()
        assert pair is not None
        pairs.append(pair)
    return np.concatenate([p.near for p in pairs]), np.concatenate([p.far for p in pairs])


def hum(seconds: float) -> Samples:
    return ToneSynthesizer().render("x", round(60 / seconds)).samples


def rms(values: npt.NDArray[np.generic]) -> float:
    return float(np.sqrt(np.mean(values.astype(float) ** 2)))


def test_an_empty_room_is_silent() -> None:
    near, far = heard(VirtualRoom(), 0.5)

    assert not near.any()
    assert not far.any()


def test_a_partner_is_heard_from_the_promised_sample_to_the_promised_sample() -> None:
    room = VirtualRoom()
    heard(room, 0.5)
    voice = hum(1.0)
    started, ended = room.speak(voice, 0.1234)
    near, _ = heard(room, 2.0)
    begin = round((started - 0.5) * RATE_HZ)

    assert ended - started == len(voice) / RATE_HZ
    np.testing.assert_array_equal(near[begin : begin + len(voice)], voice)
    assert not near[:begin].any()
    assert not near[begin + len(voice) :].any()


def test_two_people_at_once_are_both_in_the_air() -> None:
    room = VirtualRoom()
    voice = hum(1.0)
    room.speak(voice)
    room.speak(voice)
    near, _ = heard(room, 1.0)

    np.testing.assert_array_equal(near[: len(voice)], 2 * voice[: len(near)])


def test_what_is_played_is_the_reference_and_comes_back_later_and_softer() -> None:
    room = VirtualRoom(RoomSettings(echo_db=-20, delay_ms=60))
    line = np.random.default_rng(1).integers(-9000, 9000, 4000).astype(np.int16)
    room.play(line)
    near, far = heard(room, 1.5)
    np.testing.assert_array_equal(far[: len(line)], line)

    lags = np.correlate(near[: len(line) + 2000].astype(float), line.astype(float))
    assert int(np.argmax(np.abs(lags))) == round(0.06 * RATE_HZ)
    direct = near[960 : 960 + len(line)].astype(float)
    assert 20 * np.log10(rms(direct) / rms(line)) == pytest.approx(-20, abs=2)


@pytest.mark.parametrize("kind", get_args(Steady))
def test_noise_is_as_far_below_the_voice_as_was_asked(kind: Steady) -> None:
    noise = steady(kind, 10, seed=7)
    loud = noise[np.abs(noise) > 0.02 * np.abs(noise).max()]

    assert 20 * np.log10(SPEECH_RMS / rms(loud)) == pytest.approx(10, abs=0.5)


def test_the_same_seed_makes_the_same_room() -> None:
    settings = RoomSettings(noise_snr_db=20, noise="babble", echo_db=-10)
    rooms = [VirtualRoom(settings, seed=3) for _ in range(2)]
    rooms.append(VirtualRoom(settings, seed=4))
    one, two, other = (heard(room, 0.5)[0] for room in rooms)

    np.testing.assert_array_equal(one, two)
    assert not np.array_equal(one, other)


def test_noise_goes_on_longer_than_its_loop() -> None:
    near, _ = heard(VirtualRoom(RoomSettings(noise_snr_db=10, noise="white")), 41)

    assert min(rms(part) for part in np.array_split(near, 41)) > 300


@pytest.mark.parametrize("kind", get_args(Sudden))
def test_a_sudden_sound_is_short_and_about_as_loud_as_a_voice(kind: Sudden) -> None:
    sound = sudden(kind)

    assert 0.1 < len(sound) / RATE_HZ < 1
    assert SPEECH_RMS < np.abs(sound.astype(int)).max() < 6 * SPEECH_RMS


def test_time_that_computing_took_passes_before_the_next_sound() -> None:
    room = VirtualRoom()
    room.charge(0.25)
    handle = room.play(hum(0.5))
    heard(room, 1.0)
    started, ended = room.pop_events()

    assert isinstance(started, PlayStarted)
    assert started.at == pytest.approx(0.25)
    assert isinstance(ended, PlayEnded)
    assert ended.handle == handle
    assert ended.heard_s == pytest.approx(0.5)


def test_computing_while_something_plays_delays_nothing() -> None:
    room = VirtualRoom()
    room.play(hum(0.5))
    heard(room, 0.1)
    room.charge(0.2)
    room.play(hum(0.5))
    heard(room, 1.5)
    starts = [e.at for e in room.pop_events() if isinstance(e, PlayStarted)]

    assert starts == pytest.approx([0.0, 0.5])


def test_stop_silences_what_plays_and_what_waits() -> None:
    room = VirtualRoom()
    room.charge(0.3)
    held = room.play(hum(0.5))
    room.stop()
    heard(room, 0.1)
    after = room.play(hum(0.5))
    heard(room, 0.2)
    room.stop()
    _, far = heard(room, 0.5)
    ends = [e for e in room.pop_events() if isinstance(e, PlayEnded)]

    assert [(e.handle, e.interrupted) for e in ends] == [(held, True), (after, True)]
    assert ends[1].heard_s == pytest.approx(0.21, abs=0.011)
    assert not far[200:].any()


def test_a_hold_pauses_and_loses_nothing() -> None:
    check_that_a_hold_pauses_and_loses_nothing(VirtualRoom())


def test_both_sides_are_kept_side_by_side_only_when_asked() -> None:
    room, other = VirtualRoom(keep=True), VirtualRoom()
    for each in (room, other):
        each.speak(hum(0.3), 0.2)
        each.play(hum(0.4))
    near, far = heard(room, 1.0)
    heard(other, 1.0)

    np.testing.assert_array_equal(room.recording()[0], near)
    np.testing.assert_array_equal(room.recording()[1], far)
    assert [len(side) for side in other.recording()] == [0, 0]


def test_a_visitor_hears_people_and_assistant_and_no_echo() -> None:
    blocks: list[Samples] = []
    room = VirtualRoom(RoomSettings(echo_db=0, delay_ms=50), listener=blocks.append)
    voice, line = hum(0.3), hum(0.4)
    room.speak(voice, 0.5)
    room.play(line)
    heard(room, 1.0)
    visitor = np.concatenate(blocks)

    np.testing.assert_array_equal(visitor[: len(line)], line)
    np.testing.assert_array_equal(visitor[8000 : 8000 + len(voice)], voice)
    assert not visitor[len(line) : 8000].any()


def test_in_real_time_a_second_takes_a_second() -> None:
    room = VirtualRoom(real_time=True)
    began = time.monotonic()
    heard(room, 0.5)

    assert time.monotonic() - began == pytest.approx(0.5, abs=0.1)


def test_audible_is_what_has_sound_and_not_what_was_queued() -> None:
    audible = Audible()
    silence, tone = np.zeros(160, dtype=np.int16), np.full(160, 900, dtype=np.int16)
    for index, frame in enumerate([silence, tone, tone, silence, tone, *[silence] * 5, tone]):
        audible.note(frame, index / 100)

    assert audible.first(0.0) == pytest.approx(0.01)
    assert audible.first(0.02) == pytest.approx(0.02)
    assert audible.first(0.06) == pytest.approx(0.10)
    assert audible.first(0.5) is None
    assert audible.last(0.0, 0.08) == pytest.approx(0.05)
    assert audible.last(0.0, 0.03) == pytest.approx(0.03)
    assert audible.last(0.055, 0.09) is None
