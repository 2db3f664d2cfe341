"""``voice-checkin``: the command line's frame.  Commands are imported when they are asked for."""

from __future__ import annotations

import importlib
import io
import os
import sys
from typing import NoReturn

import click

from voice_checkin import __version__
from voice_checkin.cli import output
from voice_checkin.errors import VoiceCheckinError
from voice_checkin.logs import set_up_logging

COMMANDS = {
    "talk": "Hold one of the conversations by name.",
    "rehearse": "Two simulated partners hold a conversation in a virtual room.",
    "transcribe": "Write down what is said in recordings.",
    "understand": "Tell what a line of text means.",
    "dialogs": "List, check, show or draw the conversations.",
    "models": "Recogniser models: list, install, find.",
    "journal": "What is kept: show, export, forget.",
    "setup": "Names, hours and the rest, once.",
    "doctor": "What is wrong with this machine, and what to do.",
}
"""Each is `voice_checkin.cli.NAME:command`; the sentences keep --help from importing them all."""


class LazyGroup(click.Group):
    """A group whose commands live in modules of their own: the first word should come soon."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"voice_checkin.cli.{cmd_name}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(
    cls=LazyGroup,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.option("--keyboard", is_flag=True, help="Type instead of speaking.")
@click.version_option(__version__, prog_name="voice-checkin")
@click.pass_context
def app(ctx: click.Context, *, keyboard: bool) -> None:
    """Tonight's check-in for two, by microphone and speaker, with no internet.

    It is a program for practising talking.  It is no therapy and no crisis service.
    """
    if ctx.invoked_subcommand is None:
        from voice_checkin.cli.talk import hold

        hold("nightly", keyboard=keyboard)


def main() -> NoReturn:
    """Run; every error that a person can mend is one sentence and exit code 2."""
    # Whatever the program makes is for this user alone.
    os.umask(0o077)
    _take_any_letters()
    sys.exit(run(sys.argv[1:]))


def _take_any_letters() -> None:
    """Let no letter that the terminal's encoding lacks end an evening; nor a closed input."""
    if sys.stdin is None:
        sys.stdin = io.StringIO()
    for stream in (sys.stdin, sys.stdout):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def run(arguments: list[str]) -> int:
    """Return the exit code for ``arguments``."""
    set_up_logging()
    try:
        result = app.main(arguments, prog_name="voice-checkin", standalone_mode=False)
    except VoiceCheckinError as error:
        output.note(str(error))
        return error.exit_code
    except click.ClickException as error:
        output.note(error.format_message())
        return 2
    except (click.Abort, KeyboardInterrupt):
        return 130
    except BrokenPipeError:
        # The reader has gone, as `| head` does; Python must not complain at exit either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        if os.environ.get("VOICE_CHECKIN_DEBUG"):
            raise
        output.note(
            f"Something went wrong in the program ({type(error).__name__}). Nothing that was kept "
            "is lost; VOICE_CHECKIN_DEBUG=1 shows where."
        )
        return 1
    return result if isinstance(result, int) else 0
