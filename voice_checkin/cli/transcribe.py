"""``voice-checkin transcribe``: the ears alone, on recordings."""

from __future__ import annotations

from pathlib import Path

import click

from voice_checkin.cli.output import json_line, line
from voice_checkin.listening.choose import NAMES, choose_recognizer
from voice_checkin.listening.decoder import Decoder
from voice_checkin.listening.ears import Ears
from voice_checkin.listening.files import utterances
from voice_checkin.listening.models import models_folder
from voice_checkin.listening.vad import SileroVoice
from voice_checkin.sound.wav import read_wav


@click.command("transcribe")
@click.argument("files", nargs=-1, required=True, metavar="FILE.wav...", type=click.Path())
@click.option(
    "--recognizer",
    default="auto",
    metavar="NAME",
    show_default=True,
    help=f"One of {', '.join(NAMES)}.",
)
@click.option(
    "--model",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="A recogniser's model folder, instead of the installed one.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object for each utterance.")
def command(files: tuple[str, ...], recognizer: str, model: Path | None, as_json: bool) -> None:
    """Write down what is said in recordings.

    Any WAV does; a file in which nobody speaks gives no lines.
    """
    chosen = choose_recognizer(recognizer, models_folder(), model=model)
    # All files are read first: a slip in the last name should not cost the work on the others.
    recordings = [(name, read_wav(Path(name))) for name in files]
    chosen.load()
    decoder = Decoder(chosen)
    for name, samples in recordings:
        for heard in utterances(samples, Ears(SileroVoice()), decoder):
            found = {
                "file": name,
                "started": round(heard.started, 2),
                "ended": round(heard.ended, 2),
                "text": heard.transcript.text,
                "confidence": heard.transcript.confidence,
                "speaker": None,
            }
            if as_json:
                json_line(found)
            else:
                line(f"{heard.started:7.2f} {heard.ended:7.2f}  {heard.transcript.text}")
