"""The command line as people and programs rely on it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import wave
from pathlib import Path

import pytest

from voice_checkin.cli.app import COMMANDS

pytestmark = pytest.mark.house

ROOT = Path(__file__).resolve().parents[2]


def run(*arguments: str, home: Path, typed: str = "") -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / "config"),
        "XDG_DATA_HOME": str(home / "data"),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
    }
    return subprocess.run(
        [sys.executable, "-m", "voice_checkin", *arguments],
        input=typed, capture_output=True, text=True, check=False, cwd=ROOT, env=environment,
        timeout=55,
    )  # fmt: skip


@pytest.mark.parametrize("name", ["", *COMMANDS])
def test_every_command_has_help_and_is_in_the_readme(name: str, tmp_path: Path) -> None:
    done = run(*filter(None, [name]), "--help", home=tmp_path)

    assert done.returncode == 0, done.stderr
    assert "Usage: voice-checkin" in done.stdout
    assert f"voice-checkin {name}".strip() in (ROOT / "README.md").read_text(encoding="utf-8")


def bad_files(folder: Path) -> dict[str, Path]:
    """Make one of each kind of file that cannot be used."""
    files = {name: folder / name for name in ("text.wav", "cut.wav", "broken.yaml", "r.yaml")}
    files["text.wav"].write_text("this is no sound", encoding="utf-8")
    with wave.open(str(files["cut.wav"]), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes(bytes(32_000))
    files["cut.wav"].write_bytes(files["cut.wav"].read_bytes()[:9_000])
    files["broken.yaml"].write_text("script: nightly\nscript: twice\n", encoding="utf-8")
    files["r.yaml"].write_text("dialog: nightly\nroom: {echo_db: loud}\n", encoding="utf-8")
    return files


@pytest.mark.parametrize(
    "arguments",
    [
        ["transcribe", "{text.wav}"],
        ["transcribe", "{cut.wav}"],
        ["transcribe", "nothing-here.wav"],
        ["transcribe", "{text.wav}", "--recognizer", "golden-ear"],
        ["dialogs", "check", "{broken.yaml}"],
        ["dialogs", "show", "tea-time"],
        ["dialogs", "draw", "tea-time"],
        ["dialogs", "explain", "D999"],
        ["talk", "tea-time", "--keyboard"],
        ["rehearse", "{r.yaml}"],
        ["rehearse", "nothing-here.yaml"],
        ["rehearse", "--dialog", "tea-time"],
        ["understand", "hello", "--expecting", "rain"],
        ["setup", "--cut-off", "25:99"],
        ["setup", "--locale", "the moon"],
        ["models", "install", "tea-time"],
        ["--nonsense"],
        ["nonsense"],
    ],
    ids=" ".join,
)
def test_bad_input_is_one_clear_sentence_and_exit_code_two(
    arguments: list[str], tmp_path: Path
) -> None:
    files = bad_files(tmp_path)
    given = [str(files.get(a.strip("{}"), a)) if a.startswith("{") else a for a in arguments]
    done = run(*given, home=tmp_path)

    assert done.returncode == 2, done.stdout + done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip()) > 10


def test_unreadable_settings_name_the_file_and_the_key(tmp_path: Path) -> None:
    path = tmp_path / "config" / "voice-checkin" / "settings.toml"
    path.parent.mkdir(parents=True)
    path.write_text("rate_wpm = 9000\n", encoding="utf-8")
    done = run("--keyboard", home=tmp_path)

    assert done.returncode == 2
    assert str(path) in done.stderr
    assert "rate_wpm" in done.stderr


def test_with_no_sound_device_it_says_so_and_what_to_try(tmp_path: Path) -> None:
    if os.environ.get("PULSE_SERVER"):
        pytest.skip("a sound device is here")
    done = run(home=tmp_path)

    assert done.returncode == 2
    assert "rehearse" in done.stderr
    assert "--keyboard" in done.stderr


def test_a_typed_evening_from_hello_to_good_night(tmp_path: Path) -> None:
    run("setup", "--names", "Ana", "Ben", "--locale", "us", home=tmp_path)
    typed = "\n".join(
        ["yes", "yes", "four", "six", "busy", "tired", "you made tea", "thank you", "you called",
         "thanks", "no", "no", "a walk", "sleep"]
    )  # fmt: skip
    done = run("--keyboard", home=tmp_path, typed=typed + "\n")

    assert done.returncode == 0, done.stderr
    assert "Ana, would you like to check in tonight?" in done.stdout
    assert "good night" in done.stdout.lower().splitlines()[-1]


def test_a_no_to_consent_leaves_nothing_on_disk(tmp_path: Path) -> None:
    done = run("--keyboard", home=tmp_path, typed="yes\nno\n")

    assert done.returncode == 0
    assert "That's fine" in done.stdout
    kept = json.loads(run("journal", "show", "--json", home=tmp_path).stdout)
    assert (kept["nights"], kept["entries"]) == (0, [])


def test_an_evening_that_was_broken_off_is_taken_up_again(tmp_path: Path) -> None:
    run("--keyboard", home=tmp_path, typed="yes\nyes\nfour\n")
    again = run("--keyboard", home=tmp_path, typed="six\nstop\n")

    assert "Welcome back." in again.stdout
    assert "wound up" in again.stdout


def test_understand_answers_line_by_line_with_the_contract_s_fields(tmp_path: Path) -> None:
    done = run("understand", "--json", home=tmp_path, typed="stop\nI'd say a six\n")
    answers = [json.loads(line) for line in done.stdout.splitlines()]

    assert [list(a) for a in answers] == [
        ["text", "command", "yes_no", "scale", "feelings", "stance", "promise", "risk"]
    ] * 2
    assert answers[0]["command"] == "stop"


def test_doctor_tells_what_is_wrong_and_what_to_do(tmp_path: Path) -> None:
    done = run("doctor", "--json", home=tmp_path)
    findings = [json.loads(line) for line in done.stdout.splitlines()]

    assert {"microphone", "speaker", "recogniser", "voice", "disk"} <= {f["what"] for f in findings}
    assert all(f["ok"] or f["remedy"] for f in findings)
