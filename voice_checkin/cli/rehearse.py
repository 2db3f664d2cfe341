"""``voice-checkin rehearse``: the whole loop, with simulated partners in a virtual room."""

from __future__ import annotations

import contextlib
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from voice_checkin.cli import output
from voice_checkin.errors import BadInput, DeviceError
from voice_checkin.rehearsal.loudspeaker import Loudspeaker
from voice_checkin.rehearsal.measure import Measure
from voice_checkin.rehearsal.run import Rehearsal
from voice_checkin.rehearsal.script import RehearsalScript, load_rehearsal
from voice_checkin.session.published import LineQueued, Published, TurnTaken
from voice_checkin.settings import Settings, load_settings
from voice_checkin.sound.device import DeviceSound
from voice_checkin.sound.devices import has_devices
from voice_checkin.sound.wav import write_wav


@click.command("rehearse")
@click.argument("script", required=False, type=click.Path(path_type=Path), metavar="[SCRIPT.yaml]")
@click.option("--dialog", metavar="NAME", help="The conversation to rehearse (nightly).")
@click.option("--fast", is_flag=True, help="Faster than real time, without playing it.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a turn, and a last one.")
@click.option("--language", metavar="CODE", help="Say the lines in this language (en).")
@click.option(
    "--wav",
    type=click.Path(path_type=Path),
    metavar="OUT.wav",
    help="Keep both sides: left the room, right the assistant.",
)
def command(
    script: Path | None,
    dialog: str | None,
    *,
    fast: bool,
    as_json: bool,
    language: str | None,
    wav: Path | None,
) -> None:
    """Let two simulated partners hold a conversation.

    It is real speech through a real recogniser in a virtual room.  Without SCRIPT.yaml they give
    the conversation's own sample answers.
    """
    plan = load_rehearsal(script) if script else RehearsalScript()
    if dialog is not None:
        plan = plan.model_copy(update={"dialog": dialog})
    if wav is not None and not wav.parent.is_dir():
        raise BadInput(f"{wav}: there is no folder {wav.parent}.")
    if wav is not None and wav.is_dir():
        raise BadInput(f"{wav}: is a folder; name a file.")
    if not fast:
        output.note("A rehearsal with two simulated partners; stop it with Ctrl-C.")
    printer = _Printer(as_json=as_json)
    settings = load_settings()
    settings = settings.model_copy(update={"language": language or settings.language})
    with contextlib.ExitStack() as stack:
        speaker = None if fast else _loudspeaker(settings, stack)
        rehearsal = Rehearsal(
            plan,
            settings,
            real_time=not fast,
            keep=wav is not None,
            wall=datetime.now().astimezone().replace(hour=20, minute=0),
            listener=speaker.take if speaker else None,
        )
        measure = rehearsal.run([printer])
    printer.rest(measure)
    if wav is not None:
        write_wav(wav, *rehearsal.room.recording())
        output.note(f"Written: {wav}.")
    shares = ", ".join(f"{name} {share} %" for name, share in measure.floor_shares().items())
    output.note(f"Floor: {shares}.")


def _loudspeaker(settings: Settings, stack: contextlib.ExitStack) -> Loudspeaker | None:
    """Open the speaker to listen by; a rehearsal goes on without."""
    if not has_devices():
        return None
    sound = DeviceSound(settings.input_device, settings.output_device)
    try:
        return stack.enter_context(Loudspeaker(sound))
    except DeviceError as error:
        output.note(f"You can't hear it: {error}")
        return None


class _Printer:
    """Prints each turn once all of it is known."""

    def __init__(self, *, as_json: bool) -> None:
        self._as_json = as_json
        self._printed = 0
        self.measure: Measure | None = None
        self.names: dict[str, str] = {}

    def notice(self, event: Published) -> None:
        if self._as_json:
            self._flush(-1)  # the last turn may still prove to go on
            return
        match event:
            case LineQueued():
                output.line(f"  {event.text}")
            case TurnTaken() if event.text:
                output.line(f"{self.names.get(event.speaker or '', '?')}: {event.text}")
            case _:
                pass

    def _flush(self, end: int | None = None) -> None:
        for turn in self.measure.turns[self._printed : end] if self.measure else ():
            output.json_line(turn)
            self._printed += 1

    def rest(self, measure: Measure) -> None:
        """Print what is left and how it ended."""
        if not self._as_json:
            ended = measure.summary()
            output.line(_sentence(ended, measure.turns))
            return
        self._flush()
        output.json_line(measure.summary())


def _sentence(ended: dict[str, Any], turns: list[dict[str, Any]]) -> str:
    gaps = sorted(turn["gap_ms"] for turn in turns if turn["gap_ms"] is not None)
    middle = f", median gap {gaps[len(gaps) // 2]} ms" if gaps else ""
    return f"Ended: {ended['ended']}, {len(turns)} turns in {ended['seconds']:.0f} s{middle}."
