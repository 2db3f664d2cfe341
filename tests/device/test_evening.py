"""A whole spoken evening through a real sound device, with partners who play into the room."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest

from tests.device.conftest import Pulse
from voice_checkin.dialog.facts import Facts
from voice_checkin.events import Samples
from voice_checkin.journal.memory import MemoryJournal
from voice_checkin.rehearsal.director import Director
from voice_checkin.rehearsal.partners import PartnerSpeaker
from voice_checkin.rehearsal.script import PartnerVoice, RehearsalScript
from voice_checkin.scripts import load_always, load_script
from voice_checkin.session.live import FrameClock, Live
from voice_checkin.session.published import Published, TurnTaken
from voice_checkin.session.wiring import (
    build_session,
    lines_ahead,
    load_decoder,
    load_ears,
    load_mind,
    load_mouth,
)
from voice_checkin.settings import Settings
from voice_checkin.sound.device import DeviceSound
from voice_checkin.words import RATE_HZ, PartnerId, Seconds

pytestmark = [pytest.mark.device, pytest.mark.timeout(400)]


class PulseRoom:
    """Lets the director's partners speak into PulseAudio's room."""

    def __init__(self, pulse: Pulse, clock: FrameClock) -> None:
        self._pulse = pulse
        self._clock = clock
        self._until = 0.0

    @property
    def speaking(self) -> bool:
        return self._clock.now() < self._until

    def speak(self, samples: Samples, delay_s: Seconds = 0.0) -> tuple[Seconds, Seconds]:
        begin = self._clock.now() + delay_s
        self._until = begin + len(samples) / RATE_HZ
        threading.Timer(delay_s, self._pulse.say, [samples]).start()
        return begin, self._until


class Turns:
    def __init__(self) -> None:
        self.taken: list[TurnTaken] = []

    def notice(self, event: Published) -> None:
        if isinstance(event, TurnTaken):
            self.taken.append(event)


def test_a_nightly_check_in_through_microphone_and_speaker(pulse: Pulse) -> None:
    settings = Settings(names=("Ana", "Ben"))
    names: dict[PartnerId, str] = {"a": "Ana", "b": "Ben"}
    script, always, facts = load_script("nightly"), load_always(), Facts(names=names)
    journal, clock = MemoryJournal(), FrameClock()
    journal.begin_evening("nightly", datetime(2026, 11, 23, 20, tzinfo=UTC))
    mouth, decoder, ears = load_mouth(settings), load_decoder(settings), load_ears()
    mouth.want(lines_ahead(script, always, facts))
    speakers = {
        "a": PartnerSpeaker("Ana", PartnerVoice(voice="espeak:en-us+f2")),
        "b": PartnerSpeaker("Ben", PartnerVoice(voice="espeak:en-us+m7")),
    }
    for speaker in speakers.values():
        speaker.load()
    director = Director(
        RehearsalScript(),
        script,
        speakers,
        PulseRoom(pulse, clock),  # type: ignore[arg-type]
    )
    turns = Turns()
    with DeviceSound() as sound:
        live = Live(sound, ears, decoder, mouth, clock)
        session = build_session(
            script=script, always=always, facts=facts, memory=journal, understand=load_mind(),
            sound=sound, voice=mouth, ears=live, clock=clock, watchers=[director, turns],
        )  # fmt: skip
        stuck = live.run(session)
        overflows = sound.overflows

    assert stuck == []
    assert session.over is not None
    assert session.over.end.reason == "completed"
    assert len([turn for turn in turns.taken if turn.text]) >= 10
    # A busy machine may drop a block now and then; the callback itself never waits.
    assert overflows < 10
