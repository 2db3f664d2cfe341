"""Puts a rehearsal together and runs it: a session like any other, in a virtual room."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

import numpy as np

from voice_checkin.clock import SampleClock
from voice_checkin.dialog.compile import Compiled
from voice_checkin.dialog.facts import Facts
from voice_checkin.events import FramePair, Samples, Segment
from voice_checkin.journal.memory import MemoryJournal
from voice_checkin.listening.decoder import Decoder
from voice_checkin.listening.ears import Ears
from voice_checkin.listening.seams import Recognizer
from voice_checkin.listening.voices import Voices, enrol
from voice_checkin.locales import load_help_lines
from voice_checkin.rehearsal.director import Director, Speaker, Spoken, sample_answers
from voice_checkin.rehearsal.measure import Measure
from voice_checkin.rehearsal.partners import PartnerSpeaker
from voice_checkin.rehearsal.room import VirtualRoom
from voice_checkin.rehearsal.script import RehearsalScript, Saying
from voice_checkin.scripts import find_translation, load_always, load_script, script_names
from voice_checkin.session.keeper import Memory
from voice_checkin.session.published import Published
from voice_checkin.session.step import StepEars, run_steps
from voice_checkin.session.wiring import (
    TimedVoice,
    build_session,
    lines_ahead,
    load_decoder,
    load_ears,
    load_mind,
    load_mouth,
)
from voice_checkin.settings import Settings
from voice_checkin.words import FRAME_SAMPLES, RATE_HZ, PartnerId, Seconds

MOST_SECONDS: Seconds = 3600
ENROL_WITH = 6
"""Sentences of each partner, where a rehearsal says that they have enrolled."""


def rehearsal_facts(names: dict[PartnerId, str], settings: Settings, wall: datetime) -> Facts:
    """Return facts under which every conversation may be held: yesterday all others were."""
    yesterday = wall - timedelta(days=1)
    return Facts(
        names=names,
        completed=dict.fromkeys(script_names(), yesterday),
        help_lines=load_help_lines(settings.locale).spoken(),
    )


def _in_memory(dialog: str, wall: datetime) -> MemoryJournal:
    journal = MemoryJournal()
    journal.begin_evening(dialog, wall)
    return journal


def enrolled(script: Compiled, speakers: Mapping[PartnerId, PartnerSpeaker]) -> Voices:
    """Let both say a few of the conversation's sample answers, as `setup` lets a couple do.

    They are heard through the same ears as later: what those do to a voice must not tell two
    people apart.
    """
    texts = sorted({text for text in sample_answers(script) if text.count(" ") >= 4})[:ENROL_WITH]
    ears = load_ears()
    prints = {
        partner: enrol(
            part for text in texts for part in heard(ears, speaker.samples(Saying(text=text)))
        )
        for partner, speaker in speakers.items()
    }
    return Voices({partner: one for partner, one in prints.items() if one is not None})


def heard(ears: Ears, samples: Samples) -> list[Samples]:
    """Return the segments that ears make of one utterance."""
    silence: Samples = np.zeros(RATE_HZ, dtype=np.int16)
    sound: Samples = np.concatenate([silence, samples, silence])
    last: dict[int, Samples] = {}
    for index, at in enumerate(range(0, len(sound) - FRAME_SAMPLES + 1, FRAME_SAMPLES)):
        frame = sound[at : at + FRAME_SAMPLES]
        pair = FramePair(near=frame, far=silence[:FRAME_SAMPLES], index=index)
        for event in ears.process(pair):
            if isinstance(event, Segment):
                last[event.id] = event.samples
    return list(last.values())


class TurnWatcher(Protocol):
    """A watcher that wants the measurements and the names too."""

    measure: Measure | None
    names: dict[str, str]

    def notice(self, event: Published) -> None: ...


class Rehearsal:
    """One conversation between simulated partners.  ``run`` may be called once."""

    def __init__(
        self,
        plan: RehearsalScript,
        settings: Settings,
        *,
        real_time: bool,
        keep: bool,
        wall: datetime,
        facts: Facts | None = None,
        listener: Callable[[Samples], None] | None = None,
        cost: Callable[[Segment], Seconds] | None = None,
        decoder: Decoder | None = None,
        recognizer: Recognizer | None = None,
        memory: Memory | None = None,
        most_s: Seconds = MOST_SECONDS,
    ) -> None:
        """``cost``: what decoding a segment costs in the room, instead of what it took.

        With a ``decoder`` of one's own, nothing but what its timer says is charged; with a
        ``recognizer``, its words stand for those of the settings' one.  ``memory`` is a journal in
        which an evening was begun; otherwise nothing is written.
        """
        self._recognizer = recognizer
        self._plan = plan
        self._decoder = decoder
        self._memory = memory
        self._most_s = most_s
        self._settings = settings
        self._wall = wall
        self._facts = facts
        self._cost = cost
        self.room = VirtualRoom(plan.room, real_time=real_time, keep=keep, listener=listener)
        self.spoken: list[Spoken] = []

    def run(self, watchers: Sequence[TurnWatcher] = ()) -> Measure:
        """Hold it to its end and return what was measured."""
        plan, settings = self._plan, self._settings
        lines = find_translation(settings.language)
        script = load_script(plan.dialog, translations=lines)
        always = load_always(translations=lines)
        names: dict[PartnerId, str] = {"a": plan.names[0].title(), "b": plan.names[1].title()}
        facts = self._facts or rehearsal_facts(names, settings, self._wall)
        clock = SampleClock(self._wall)
        memory = self._memory or _in_memory(plan.dialog, self._wall)
        voices: dict[PartnerId, PartnerSpeaker] = {
            "a": PartnerSpeaker(names["a"], plan.partners[plan.names[0]]),
            "b": PartnerSpeaker(names["b"], plan.partners[plan.names[1]]),
        }
        for voice in voices.values():
            voice.load()
        speakers: dict[PartnerId, Speaker] = {"a": voices["a"], "b": voices["b"]}
        director = Director(plan, script, speakers, self.room)
        self.spoken = director.spoken
        measure = Measure(names, director.spoken, self.room.audible)
        mouth = load_mouth(settings)
        mouth.want(lines_ahead(script, always, facts))
        mouth.render_wanted()
        who = enrolled(script, voices) if plan.enrolled else None
        mind = load_mind()
        decoder = self._decoder
        if decoder is None and self._recognizer is not None:
            decoder = Decoder(self._recognizer, who=who)
        decoder = decoder or load_decoder(settings, who=who, mind=mind)
        ears = StepEars(load_ears(), decoder, clock, cost=self._cost)
        measured = self._decoder is None and self._cost is None
        for watcher in watchers:
            watcher.measure, watcher.names = measure, {str(k): v for k, v in names.items()}
        session = build_session(
            script=script,
            always=always,
            facts=facts,
            memory=memory,
            understand=mind,
            sound=self.room,
            voice=TimedVoice(mouth, self.room.charge) if measured else mouth,
            ears=ears,
            clock=clock,
            watchers=[director, measure, *watchers],
            cover_phrase=settings.cover_phrase,
        )
        session.begin()
        run_steps(session, self.room, ears, clock, most_s=self._most_s)
        return measure
