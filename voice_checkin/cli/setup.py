"""``voice-checkin setup``: names, hours and the rest.  Everything has a default that works."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

import click
from pydantic import ValidationError

from voice_checkin.cli import output
from voice_checkin.dialog.actions import Record
from voice_checkin.dialog.facts import Facts
from voice_checkin.dialog.lines import fill, placeholders
from voice_checkin.errors import BadInput, DeviceError
from voice_checkin.journal.opening import open_journal
from voice_checkin.listening.voices import Learner, VoicePrint
from voice_checkin.locales import available, load_help_lines
from voice_checkin.scripts import load_always, load_script
from voice_checkin.session.published import Published, TurnTaken
from voice_checkin.settings import Settings, load_settings, save_settings, settings_path
from voice_checkin.words import PartnerId

_PLACES = {
    "us": "United States", "uk": "United Kingdom", "ie": "Ireland",
    "eu": "European Union", "other": "anywhere else",
}  # fmt: skip


@click.command("setup")
@click.option("--names", nargs=2, metavar="ONE TWO", help="Your first names.")
@click.option("--locale", metavar="PLACE", help="us, uk, ie, eu or other: for the help card.")
@click.option("--cut-off", metavar="HH:MM", help="No repair talk after this hour (21:30).")
@click.option("--bedtime", metavar="HH:MM", help="When you usually sleep (22:30).")
@click.option("--voice", metavar="VOICE", help="Such as espeak:en-us, espeak:en-gb+f4, piper.")
@click.option("--recognizer", metavar="NAME", help="auto, moonshine or vosk.")
@click.option("--cover-phrase", metavar="WORDS", help="An ordinary sentence that ends it at once.")
@click.option("--spoken", is_flag=True, help="Ask aloud for names, and to learn your voices.")
@click.option("--defaults", is_flag=True, help="Ask nothing; keep what is there.")
def command(
    names: tuple[str, str] | None,
    locale: str | None,
    cut_off: str | None,
    bedtime: str | None,
    voice: str | None,
    recognizer: str | None,
    cover_phrase: str | None,
    *,
    spoken: bool,
    defaults: bool,
) -> None:
    """Set names, hours and place; all of it is optional, and none of it leaves this machine."""
    settings = load_settings()
    given: dict[str, Any] = {
        "names": names, "locale": locale, "cut_off": _hour(cut_off, "--cut-off"),
        "bedtime": _hour(bedtime, "--bedtime"), "voice": voice, "recognizer": recognizer,
        "cover_phrase": cover_phrase,
    }  # fmt: skip
    changes = {key: value for key, value in given.items() if value is not None}
    if spoken:
        names_heard, prints = spoken_setup(settings)
        changes["names"] = names_heard or settings.names
        _keep_voices(prints, _changed(settings, changes))
    elif not changes and not defaults and sys.stdin.isatty():
        changes = _ask(settings)
    save_settings(_changed(settings, changes))
    output.line(f"Saved: {settings_path()}")
    _read_card(changes.get("locale", settings.locale))


class HeardNames:
    """What a spoken set-up keeps: the two names, in memory, for the settings alone."""

    def __init__(self) -> None:
        self.names: dict[PartnerId, str] = {}

    def keep_turn(
        self, records: Iterable[Record], snapshot: dict[str, object], now: datetime
    ) -> None:
        del snapshot, now
        for record in records:
            if record.name == "first_name" and record.partner and record.text:
                self.names[record.partner] = record.text

    def forget(self, scope: str) -> int:
        del scope
        self.names = {}
        return 0

    def close_evening(
        self,
        now: datetime,
        *,
        completed: bool,
        quiet_on: date | None = None,
        records: Iterable[Record] | None = None,
    ) -> None:
        """Leave nothing behind."""

    def keep_quiet(self, day: date | None) -> None:
        """Leave nothing behind: setting up asks nothing that another day should wait for."""


class VoiceTurns:
    """A watcher that tells the learner whose turn it was, where a voice may be learned."""

    def __init__(self, learner: Learner) -> None:
        self._learner = learner

    def notice(self, event: Published) -> None:
        if isinstance(event, TurnTaken):
            self._learner.turn(event.asked if event.beat.startswith("voice_say") else None)


def spoken_setup(
    settings: Settings,
) -> tuple[tuple[str, str] | None, dict[PartnerId, VoicePrint]]:
    """Ask aloud for both names, None where one was declined, and for leave to learn voices."""
    from voice_checkin.cli.talk import NO_DEVICE, speak
    from voice_checkin.sound.devices import has_devices

    if not has_devices():
        raise DeviceError(NO_DEVICE)
    heard, learner = HeardNames(), Learner()
    facts = Facts(help_lines=load_help_lines(settings.locale).spoken())
    speak(
        load_script("setup"), load_always(), facts, heard, settings,
        who=learner, watchers=[VoiceTurns(learner)],
    )  # fmt: skip
    names = (heard.names["a"], heard.names["b"]) if len(heard.names) == 2 else None
    return names, learner.prints()


def _keep_voices(prints: dict[PartnerId, VoicePrint], settings: Settings) -> None:
    """Keep the prints encrypted, and say whose are known: two are needed to tell them apart."""
    if not prints:
        return
    now = datetime.now().astimezone()
    with contextlib.closing(open_journal(settings, now)) as journal:
        for partner, one in prints.items():
            journal.keep_voice(partner, one.to_bytes(), now)
        known = sorted(journal.voices())
    names = dict(zip(("a", "b"), settings.names or ("partner one", "partner two"), strict=True))
    output.line(f"Voices learned: {' and '.join(names[partner] for partner in known)}.")


def _hour(text: str | None, option: str) -> time | None:
    if text is None:
        return None
    try:
        return time.fromisoformat(text)
    except ValueError:
        raise BadInput(f"{option}: '{text}' is not a time such as 21:30.") from None


def _changed(settings: Settings, changes: dict[str, Any]) -> Settings:
    try:
        return Settings.model_validate({**settings.model_dump(), **changes})
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        key = str(first["loc"][0]).replace("_", "-")
        raise BadInput(f"--{key}: '{first['input']}' cannot be used: {first['msg']}.") from None


def _ask(settings: Settings) -> dict[str, Any]:
    """Ask on the terminal; Enter keeps what is there."""
    output.line("Enter keeps what stands in brackets. You can run this again at any time.")
    known = settings.names or ("", "")
    one = click.prompt("First name of one of you", default=known[0], show_default=bool(known[0]))
    two = click.prompt("First name of the other", default=known[1], show_default=bool(known[1]))
    places = ", ".join(f"{key} ({name})" for key, name in _PLACES.items() if key in available())
    output.line(f"Where are you, for the help card? {places}")
    changes: dict[str, Any] = {
        "locale": click.prompt("Place", default=settings.locale),
        "cut_off": _hour(
            click.prompt("No repair talk after", default=f"{settings.cut_off:%H:%M}"), "--cut-off"
        ),
        "bedtime": _hour(
            click.prompt("Usual bedtime", default=f"{settings.bedtime:%H:%M}"), "--bedtime"
        ),
    }
    if one.strip() and two.strip():
        changes["names"] = (one, two)
    return changes


def _read_card(locale: str) -> None:
    """Show everybody the same help card, so that nobody has to ask for it."""
    output.line("")
    values = load_help_lines(locale).spoken()
    for line in load_always().help_card:
        for text in line.say:
            if all(values.get(name) for name in placeholders(text)):
                output.line(fill(text, values))
