"""``voice-checkin`` and ``voice-checkin talk NAME``: one evening, spoken or typed."""

from __future__ import annotations

import contextlib
import select
import signal
import sys
from collections.abc import Iterator, Sequence
from datetime import datetime
from types import FrameType

import click

from voice_checkin.cli import output
from voice_checkin.cli.lines import read_line
from voice_checkin.clock import SystemClock
from voice_checkin.dialog.always import Always
from voice_checkin.dialog.compile import Compiled
from voice_checkin.dialog.facts import Facts
from voice_checkin.errors import DeviceError, JournalDamaged, JournalError
from voice_checkin.journal.facts import build_facts
from voice_checkin.journal.memory import MemoryJournal
from voice_checkin.journal.opening import open_journal
from voice_checkin.journal.seams import Journal
from voice_checkin.listening.decoder import WhoSpoke
from voice_checkin.locales import load_help_lines
from voice_checkin.scripts import find_translation, load_always, load_script
from voice_checkin.session.evening import Evening, Memory
from voice_checkin.session.live import FrameClock, Live
from voice_checkin.session.published import (
    Ended,
    LineQueued,
    Listening,
    Published,
    TurnTaken,
    Waiting,
    Watcher,
)
from voice_checkin.session.typed import TypedSession
from voice_checkin.session.wiring import (
    LazyMind,
    build_machine,
    build_session,
    known_voices,
    lines_ahead,
    load_decoder,
    load_ears,
    load_mind,
    load_mouth,
)
from voice_checkin.settings import Settings, load_settings
from voice_checkin.sound.device import DeviceSound
from voice_checkin.sound.devices import has_devices

NO_DEVICE = (
    "There is no microphone or speaker here: try 'voice-checkin rehearse' to hear two simulated "
    "partners, or 'voice-checkin --keyboard' to type."
)


@click.command("talk")
@click.argument("name")
@click.option("--keyboard", is_flag=True, help="Type instead of speaking.")
@click.option("--language", metavar="CODE", help="Say the lines in this language (en).")
def command(name: str, *, keyboard: bool, language: str | None) -> None:
    """Hold the conversation NAME; 'voice-checkin dialogs list' names them all."""
    hold(name, keyboard=keyboard, language=language)


def hold(name: str, *, keyboard: bool, language: str | None = None) -> None:
    """Hold one conversation to its end."""
    settings = load_settings()
    lines = find_translation(language or settings.language)
    script, always = load_script(name, translations=lines), load_always(translations=lines)
    if not keyboard and not has_devices():
        raise DeviceError(NO_DEVICE)
    now = datetime.now().astimezone()
    with _journal(settings, now) as journal:
        facts, snapshot = _begin(journal, settings, name, now)
        if keyboard:
            machine = build_machine(script, always, facts, snapshot)
            clock = SystemClock()
            evening = Evening(
                machine, load_mind(), journal, clock.wall, cover_phrase=settings.cover_phrase
            )
            watch = _Screen(facts, show_heard=False)
            TypedSession(evening, _read_line, clock, [watch.notice]).run(
                resumed=snapshot is not None
            )
            return
        voices = known_voices(journal.voices())
        speak(script, always, facts, journal, settings, snapshot, who=voices)


def speak(
    script: Compiled,
    always: Always,
    facts: Facts,
    memory: Memory,
    settings: Settings,
    snapshot: dict[str, object] | None = None,
    *,
    who: WhoSpoke | None = None,
    watchers: Sequence[Watcher] = (),
) -> None:
    """Hold a conversation with the microphone and the speaker."""
    mouth, decoder, ears = load_mouth(settings), load_decoder(settings, who=who), load_ears()
    mind = LazyMind()
    mouth.want(lines_ahead(script, always, facts))
    frames = FrameClock()
    with DeviceSound(settings.input_device, settings.output_device) as sound:
        live = Live(sound, ears, decoder, mouth, frames)
        session = build_session(
            script=script, always=always, facts=facts, memory=memory,
            understand=mind, sound=sound, voice=mouth, ears=live, clock=frames,
            watchers=[_Screen(facts, show_heard=False), *watchers], patience=settings.patience,
            snapshot=snapshot, cover_phrase=settings.cover_phrase,
        )  # fmt: skip
        with _hang_up_on_signal(live):
            stuck = live.run(session, resumed=snapshot is not None)
        if stuck:
            output.note(f"Did not stop in time: {', '.join(stuck)}.")


@contextlib.contextmanager
def _journal(settings: Settings, now: datetime) -> Iterator[Journal]:
    """Open the journal; one that cannot be written lets the evening go on without it."""
    try:
        journal: Journal = open_journal(settings, now)
    except JournalDamaged:
        raise
    except JournalError as error:
        if type(error) is not JournalError:
            raise
        output.note(f"{error} Tonight is held without keeping anything.")
        journal = MemoryJournal()
    try:
        yield journal
    finally:
        journal.close()


def _begin(
    journal: Journal, settings: Settings, name: str, now: datetime
) -> tuple[Facts, dict[str, object] | None]:
    """Begin an evening, or take up tonight's unfinished one of the same name."""
    lines = load_help_lines(settings.locale).spoken()
    checkpoint = journal.unfinished(now)
    if checkpoint is not None and checkpoint.dialog == name:
        begun = journal.resume_evening(checkpoint)
        facts = build_facts(journal, settings, now, help_lines=lines, evening=begun)
        return facts, dict(checkpoint.snapshot)
    begun = journal.begin_evening(name, now)
    return build_facts(journal, settings, now, help_lines=lines, evening=begun), None


@contextlib.contextmanager
def _hang_up_on_signal(live: Live) -> Iterator[None]:
    def end(_number: int, _frame: FrameType | None) -> None:
        live.hang_up()

    before = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _read_line(prompt: str, until_s: float | None) -> str | None:
    """Read a typed line; an empty one when a break's time has come."""
    if sys.stdin.isatty():
        output.prompt(prompt)
    if until_s is not None and sys.stdin.isatty():
        ready, _, _ = select.select([sys.stdin], [], [], until_s)
        if not ready:
            return ""
    return read_line(sys.stdin)


class _Screen:
    """Shows the conversation as it goes; it keeps nothing."""

    def __init__(self, facts: Facts, *, show_heard: bool) -> None:
        self._facts = facts
        self._show_heard = show_heard

    def notice(self, event: Published) -> None:
        match event:
            case LineQueued():
                output.line(f"  {event.text}")
            case TurnTaken() if self._show_heard and event.text:
                who = self._facts.names.get(event.speaker or "a", "")
                output.line(f"{who}: {event.text}")
            case Waiting() if event.wait.until is not None:
                output.line(f"  (a break until {event.wait.until:%H:%M})")
            case Listening() | Ended() | _:
                pass
