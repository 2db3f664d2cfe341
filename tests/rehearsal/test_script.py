"""A rehearsal's script says what it means, and every fault in it has a place."""

from __future__ import annotations

from pathlib import Path

import pytest

from voice_checkin.errors import BadInput
from voice_checkin.rehearsal.script import RehearsalScript, load_rehearsal
from voice_checkin.scripts import script_names

pytestmark = pytest.mark.session

SCRIPTS = sorted((Path(__file__).parent / "scripts").glob("*.yaml"))
CONTRACT = """
dialog: nightly
partners:
  ana: {voice: "espeak:en-us+f3", rate: 150}
  ben: {voice: "espeak:en-us+m1", rate: 150}        # or "piper", where the extra is installed
room: {noise_snr_db: 25, echo_db: -20, delay_ms: 60}  # left out: a quiet room, no echo
say:
  - ana: "yes"
  - ben: "yes, let's do it"
  - ana: "I'd say a six"
  - ben: {text: "hang on... I think... it was a long day", pause_ms: 1500}
  - ana: {text: "stop", barge_in_ms: 400}
"""


def load(tmp_path: Path, text: str) -> RehearsalScript:
    path = tmp_path / "script.yaml"
    path.write_text(text, encoding="utf-8")
    return load_rehearsal(path)


def test_the_contracts_own_example_loads(tmp_path: Path) -> None:
    script = load(tmp_path, CONTRACT)

    assert script.names == ("ana", "ben")
    assert script.room.noise_snr_db == 25
    assert script.say is not None
    assert [next(iter(entry.values())).barge_in_ms for entry in script.say] == [None] * 4 + [400]


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_every_example_loads_and_names_a_dialog_that_exists(path: Path) -> None:
    assert load_rehearsal(path).dialog in script_names()


def test_left_out_means_a_quiet_room_and_the_dialogs_own_answers(tmp_path: Path) -> None:
    script = load(tmp_path, "dialog: nightly\n")

    assert script.say is None
    assert script.room.noise_snr_db is None
    assert script.room.echo_db is None


@pytest.mark.parametrize(
    ("written", "said"),
    [("yes", "yes"), ("no", "no"), ("on", "on"), ("6", "6"), ("010", "010"), ("true", "true"),
     ("21:30", "21:30"), ("{text: 7}", "7"), ("", ""), ('"..."', "...")],
)  # fmt: skip
def test_what_is_written_is_what_is_said(tmp_path: Path, written: str, said: str) -> None:
    script = load(tmp_path, f"say:\n  - ana: {written}\n")

    assert script.say is not None
    assert script.say[0]["ana"].text == said


def test_both_at_once_stand_in_one_entry(tmp_path: Path) -> None:
    script = load(tmp_path, "say:\n  - ana: yes\n    ben: no\n")

    assert script.say is not None
    assert list(script.say[0]) == ["ana", "ben"]


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ("say:\n  - ana: yes\n  - carl: hello\n", 3, "must be said by Ana or Ben"),
        ("dialog: nightly\nnoise: 3\n", 2, "there is no such key"),
        ("say:\n  - ana: {text: yes, barge_in: 3}\n", 2, "there is no such key"),
        ("room: {delay_ms: -5}\n", 1, "greater than or equal to 0"),
        ("room:\n  noise: jazz\n", 2, "television"),
        ("partners:\n  ana: {voice: piper}\n", 2, "at least 2"),
        ("partners:\n  ana: {}\n  Ana: {}\n", 2, "two names that differ"),
        ("say:\n  - ana: {sound: shout}\n", 2, "cough"),
        ("say: yes\n", 1, "valid"),
        ("say:\n  - ana: [a, b]\n", 2, "valid"),
        ("say:\n  - {}\n", 2, "must be said by"),
        ("dialog: nightly\ndialog: weekly\n", 2, "twice"),
        ("say: &x\n  - *x\n", 1, "aliases"),
        ("say: [\n", 2, "YAML"),
    ],
)
def test_a_fault_has_a_file_a_line_and_a_reason(
    tmp_path: Path, text: str, line: int, why: str
) -> None:
    with pytest.raises(BadInput) as caught:
        load(tmp_path, text)

    assert f"script.yaml:{line}" in str(caught.value)
    assert why in str(caught.value)


@pytest.mark.parametrize("text", ["", "42", "- a\n- b\n", "nonsense"])
def test_something_that_is_no_rehearsal_is_called_that(tmp_path: Path, text: str) -> None:
    with pytest.raises(BadInput, match="rehearsal is"):
        load(tmp_path, text)


def test_files_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    (tmp_path / "bytes.yaml").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "huge.yaml").write_text("say:\n" + "  - ana: yes\n" * 40_000)
    for name in ("missing.yaml", "bytes.yaml", "huge.yaml", "."):
        with pytest.raises(BadInput, match=str(tmp_path)):
            load_rehearsal(tmp_path / name)
