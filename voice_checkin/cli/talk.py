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
from voice_checkin.cli.keeping import Tonight, tonight
from voice_checkin.cli.lines import read_line
from voice_checkin.clock import SystemClock
from voice_checkin.dialog.always import Always
from voice_checkin.dialog.compile import Compiled
from voice_checkin.dialog.facts import Facts
from voice_checkin.errors import DeviceError, PartFailed
from voice_checkin.listening.decoder import WhoSpoke
from voice_checkin.scripts import find_translation, load_always, load_script
from voice_checkin.session.evening import Evening
from voice_checkin.session.keeper import Memory
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
GIVEN_UP = (
    "The evening ended early: a part of the program failed too often ({part}). What was kept is "
    "safe. See 'voice-checkin doctor', then start again to take the evening up."
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
    with tonight(settings, name, datetime.now().astimezone()) as found:
        if keyboard:
            _type(script, always, found, settings)
        else:
            speak(script, always, found.facts, found.memory, settings, found.snapshot,
                  who=found.voices)  # fmt: skip
    if found.facts.keeping == "in_use":
        raise click.exceptions.Exit(2)


def _type(script: Compiled, always: Always, found: Tonight, settings: Settings) -> None:
    machine = build_machine(script, always, found.facts, found.snapshot)
    clock = SystemClock()
    evening = Evening(
        machine, load_mind(), found.memory, clock.wall, cover_phrase=settings.cover_phrase
    )
    watch = _Screen(found.facts, show_heard=False)
    session = TypedSession(evening, _read_line, clock, [watch.notice])
    session.run(resumed=found.snapshot is not None)


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
    mind = LazyMind()
    mouth, ears = load_mouth(settings), load_ears()
    decoder = load_decoder(settings, who=who, mind=mind)
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
        if session.fault is not None:
            raise PartFailed(GIVEN_UP.format(part=session.fault))


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
            case Waiting() if not event.wait.pause:
                output.line(f"  (a break until {event.wait.until:%H:%M})")
            case Listening() | Ended() | _:
                pass
