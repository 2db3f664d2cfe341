"""Scripts, settings and rehearsals that somebody bent: a clear sentence, never a crash."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.house.hostile import TOKENS, call, home, quick, refused, rewritten
from tests.journal.people import home_environment
from voice_checkin.errors import SettingsError
from voice_checkin.resources import dialogs_folder
from voice_checkin.scripts import script_names
from voice_checkin.settings import Settings, load_settings, save_settings

pytestmark = [pytest.mark.house, pytest.mark.timeout(120)]

SCRIPTS = [(dialogs_folder() / f"{name}.yaml").read_text("utf-8") for name in script_names()]
REHEARSAL = """\
dialog: nightly
partners:
  ana: {voice: "espeak:en-us+f3", rate: 150}
  ben: {voice: "espeak:en-us+m1", level_db: -3}
room: {noise_snr_db: 25, noise: pink, echo_db: -20, delay_ms: 60}
enrolled: true
say:
  - ana: "yes"
  - ben: {text: "hang on... it was a long day", pause_ms: 1500}
  - ana: {text: "stop", barge_in_ms: 400, anyway: true}
  - ben: {silent: true}
  - ana: {sound: cough, level_db: 3}
"""
SETTINGS = """\
names = ["Ana", "Ben"]
language = "en"
locale = "us"
recognizer = "auto"
voice = "espeak:en-us"
rate_wpm = 150
volume = 0.7
input_device = "USB"
patience = 1.5
cut_off = 21:30:00
bedtime = "22:45"
cover_phrase = "did you feed the cat"
keep_words_days = 30
"""
ANY_YAML = st.one_of(
    st.text(max_size=200).map(str.encode),
    st.binary(max_size=200),
    st.lists(st.sampled_from([*TOKENS, "\n", " ", "  "]), max_size=30).map(
        lambda parts: "".join(parts).encode("utf-8", "surrogatepass")
    ),
)


def given_file(folder: Path, content: bytes | str, name: str = "given.yaml") -> Path:
    path = folder / name
    path.write_bytes(content.encode("utf-8", "surrogatepass") if isinstance(content, str)
                     else content)  # fmt: skip
    return path


@settings(quick, max_examples=250)
@given(content=st.sampled_from(SCRIPTS).flatmap(rewritten))
def test_a_script_that_somebody_broke_is_answered_with_its_faults(
    tmp_path: Path, content: str
) -> None:
    refused(call("dialogs", "check", given_file(tmp_path, content)))


@settings(quick, max_examples=100)
@given(content=ANY_YAML)
@example(content=b"? &a [*a]\n: 1\n")
@example(content=b"dialog: !!python/object/apply:os.system [true]")
@example(content="a: \ud800".encode("utf-8", "surrogatepass"))
def test_any_bytes_at_all_are_no_script_and_no_rehearsal(tmp_path: Path, content: bytes) -> None:
    path = given_file(tmp_path, content)
    with home(tmp_path):
        assert refused(call("dialogs", "check", path))
        assert refused(call("rehearse", path, "--fast", "--dialog", "no-such-talk"))


@settings(quick, max_examples=250)
@given(content=rewritten(REHEARSAL))
def test_a_rehearsal_that_somebody_broke_is_answered_with_its_faults(
    tmp_path: Path, content: str
) -> None:
    with home(tmp_path):
        path = given_file(tmp_path, content)
        assert refused(call("rehearse", path, "--fast", "--dialog", "no-such-talk"))


@pytest.mark.parametrize(
    "value", ["../../etc/passwd", "/etc/passwd", "nightly/../always", "a\\0b", "always", "lines/en"]
)
def test_no_name_of_a_conversation_leads_out_of_their_folder(tmp_path: Path, value: str) -> None:
    path = given_file(tmp_path, f'dialog: "{value}"\n')
    with home(tmp_path):
        for answer in (
            call("rehearse", path, "--fast"),
            call("talk", value.replace("\\0", "\0"), "--keyboard"),
            call("dialogs", "show", value),
            call("dialogs", "show", "nightly", "--language", value),
            call("talk", "nightly", "--keyboard", "--language", value),
            call("models", "path", value),
            call("models", "install", value, "--from", path),
        ):
            assert refused(answer)
            assert "root:" not in answer.err


DEEP = {
    "lists": "[" * 60_000,
    "maps": "{a: " * 50_000,
    "dashes": "- " * 100_000,
    "keys": "? " * 100_000,
    "indented": "\n".join(" " * level + "a:" for level in range(600)),
    "aliases": "a0: &a0 [x, x]\n"
    + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 60)),
    "alias keys": "? &a0 [x, x]\n: 1\n"
    + "".join(f"? &a{n} [*a{n - 1}, *a{n - 1}]\n: 1\n" for n in range(1, 40)),
    "one line": "a: " + "x" * (10 * 2**20),
    "wide": "".join(f"key{n}: 1\n" for n in range(20_000)),
    "umlauts": "\u00e4" * 200_000,
}


@pytest.mark.parametrize("name", DEEP)
def test_a_yaml_bomb_is_refused_at_once(tmp_path: Path, name: str) -> None:
    path = given_file(tmp_path, DEEP[name])
    # In a process of its own: a parser that recurses too deep ends it without a word.
    for command in (["dialogs", "check", str(path)], ["rehearse", str(path), "--fast"]):
        done = subprocess.run(
            [sys.executable, "-m", "voice_checkin", *command], cwd=tmp_path, text=True,
            env=home_environment(tmp_path), capture_output=True, check=False, timeout=20,
        )  # fmt: skip
        assert (done.returncode, done.stdout) == (2, "")
        assert "Traceback" not in done.stderr
        assert 10 < len(done.stderr) < 30_000


@settings(quick, max_examples=200)
@given(content=st.one_of(rewritten(SETTINGS), ANY_YAML))
@example(content='cut_off = "21:30Z"')
@example(content="cut_off = 3600")
@example(content="rate_wpm = " + "9" * 5_000)
@example(content="names = " + "[" * 30_000)
@example(content="a = " + "{a=" * 20_000)
@example(content="a" + ".a" * 30_000 + " = 1")
@example(content='voice = "' + "x" * 10_000_000 + '"')
def test_settings_that_somebody_broke_name_the_file(tmp_path: Path, content: str | bytes) -> None:
    with home(tmp_path):
        (tmp_path / "config" / "voice-checkin").mkdir(parents=True, exist_ok=True)
        path = given_file(tmp_path / "config" / "voice-checkin", content, "settings.toml")
        answer = call("journal", "show")
        assert not refused(answer) or str(path) in answer.err


@pytest.mark.parametrize(
    ("line", "key"),
    [("cut_off = 3600", "cut_off"), ('bedtime = "21:30Z"', "bedtime"), ("volume = nan", "volume"),
     ('names = ["A\\u0000", "B"]', "names"), ("thing = 1", "thing")],
)  # fmt: skip
def test_a_setting_that_cannot_be_used_is_named(tmp_path: Path, line: str, key: str) -> None:
    path = given_file(tmp_path, line, "settings.toml")
    with pytest.raises(SettingsError, match=key):
        load_settings(path)


PLAIN = st.text(st.characters(exclude_categories=("Cs",)), max_size=60)


@settings(quick, max_examples=200)
@given(cover=PLAIN, voice=PLAIN, device=PLAIN, hour=st.times(), volume=st.floats(0.05, 1.0))
@example(cover='"\\\n\r\t\x7f\x00\x1b\u2028', voice="", device="\\", hour=None, volume=0.5)
def test_what_is_saved_is_what_is_read_again(
    tmp_path: Path, cover: str, voice: str, device: str, hour: object, volume: float
) -> None:
    given = {"cover_phrase": cover, "voice": voice, "input_device": device, "volume": volume}
    chosen = Settings.model_validate({**given, **({"cut_off": hour} if hour else {})})
    path = tmp_path / "folder" / "settings.toml"
    save_settings(chosen, path)

    assert load_settings(path) == chosen


def test_settings_in_a_place_that_is_no_file_are_refused(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").mkdir()
    with pytest.raises(SettingsError, match="cannot be read"):
        load_settings(tmp_path / "settings.toml")


def test_a_typed_line_of_ten_megabytes_is_a_turn_like_any_other(tmp_path: Path) -> None:
    with home(tmp_path):
        told = call("understand", "--json", typed="yes " * 2_500_000 + "\nstop\n")
        held = call("talk", "nightly", "--keyboard", typed="x" * 10_000_000 + "\nstop\n")

    assert told.code == held.code == 0
    assert len(told.out.splitlines()) == 2
    assert len(told.out) < 30_000
    assert '"command": "stop"' in told.out.splitlines()[1]


def test_bytes_that_are_no_letters_end_no_evening(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "voice_checkin", "--keyboard"], cwd=tmp_path, capture_output=True,
        env={**home_environment(tmp_path), "LC_ALL": "en_US.UTF-8", "PYTHONIOENCODING": "utf-8"},
        input=b"\xff\xfe\x00\nstop\n", check=False, timeout=60,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    assert done.stderr == b""


def test_with_its_input_closed_an_evening_hangs_up(tmp_path: Path) -> None:
    done = subprocess.run(
        ["sh", "-c", f"exec {sys.executable} -m voice_checkin --keyboard <&-"], cwd=tmp_path,
        env=home_environment(tmp_path), capture_output=True, check=False, timeout=60,
    )  # fmt: skip

    assert (done.returncode, done.stderr) == (0, b"")
