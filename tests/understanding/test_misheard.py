"""Numbers and commands that were misheard are found by their sound, and never taken for granted."""

from __future__ import annotations

from pathlib import Path
from shutil import copytree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.understanding.misheard import digest, heard_as
from voice_checkin.errors import BadInput
from voice_checkin.lexicon import load_understanding
from voice_checkin.resources import dialogs_folder
from voice_checkin.words import Expecting, Kind

pytestmark = pytest.mark.mind

MIND = load_understanding()
SCALE = Expecting(kind=Kind.SCALE)


@pytest.mark.parametrize(
    ("heard", "number"),
    [("Therefore,", 4), ("Line.", 9), ("The arrow out of ten.", 0)],
)
def test_what_a_recogniser_wrote_for_a_number_is_taken_for_it_and_read_back(
    heard: str, number: int
) -> None:
    meaning = MIND.understand(heard, SCALE)

    assert (meaning.scale, meaning.sounded) == (number, True)
    assert meaning.why[0].startswith("sounds.learned")


@pytest.mark.parametrize("heard", ["a four", "for", "eight out of ten", "maybe a six and a half"])
def test_a_number_that_was_heard_is_no_guess(heard: str) -> None:
    assert MIND.understand(heard, SCALE).scale is not None
    assert not MIND.understand(heard, SCALE).sounded


@pytest.mark.parametrize(
    "said",
    ["i don't know", "ask me later", "i'd rather not say", "pretty wound up", "it was a long day",
     "can we stop", "sorry what was the question", "he hit me last night", "i want to die",
     "leave me alone", "my mother called", "busy", "stop", "skip it", "hmm"],
)  # fmt: skip
def test_other_answers_are_no_number(said: str) -> None:
    assert MIND.understand(said, SCALE).scale is None


def test_bye_for_five_is_asked_about_and_ends_nothing() -> None:
    asked, free = MIND.understand("Bye.", SCALE), MIND.understand("Bye.")

    assert (asked.command, asked.doubtful) == (None, True)
    assert free.command == "stop"
    assert MIND.understand("Stop.", SCALE).command == "stop"


@pytest.mark.parametrize(("heard", "command"), [("Step.", "stop"), ("Skype.", "skip")])
def test_what_a_recogniser_wrote_for_a_command_is_asked_about(heard: str, command: str) -> None:
    meaning = MIND.understand(heard)

    assert (meaning.command, meaning.command_like) == (None, command)
    assert meaning.why[-1].startswith("command.sounds")


@pytest.mark.parametrize(
    "said",
    ["stop", "hurt", "lonely", "tired", "a long day", "nothing much", "work was hell", "yes", "six",
     "i love you", "my mum called", "the kids were ill"],
)  # fmt: skip
def test_other_answers_sound_like_no_command(said: str) -> None:
    assert MIND.understand(said).command_like is None


def test_most_commands_of_voices_that_taught_nothing_are_found_or_asked_about() -> None:
    rows = heard_as("commands_held_out")
    meanings = [(name, MIND.understand(heard)) for name, heard in rows]

    assert sum(name in (m.command, m.command_like) for name, m in meanings) >= 0.8 * len(rows)
    assert sum(m.command not in (None, name) for name, m in meanings) <= 0.04 * len(rows)


def test_where_no_number_was_asked_for_none_is_guessed() -> None:
    for kind in Kind:
        if kind is not Kind.SCALE:
            assert MIND.understand("Therefore,", Expecting(kind=kind)).scale is None


def test_most_numbers_of_voices_that_taught_nothing_are_found() -> None:
    rows = heard_as("numbers_held_out")
    meanings = [(int(number), MIND.understand(heard, SCALE).scale) for number, heard in rows]

    assert sum(scale == number for number, scale in meanings) >= 0.85 * len(rows)
    assert sum(scale not in (None, number) for number, scale in meanings) <= 0.04 * len(rows)


@pytest.mark.parametrize("name", ["numbers", "commands"])
def test_the_weights_were_made_from_the_recordings_that_are_here(name: str) -> None:
    path = dialogs_folder() / "understanding" / f"misheard_{name}.npz"
    with np.load(path, allow_pickle=False) as data:
        assert str(data["corpus"]) == digest(name)


@given(st.text(max_size=200))
def test_no_text_is_too_strange(text: str) -> None:
    scale = MIND.understand(text, SCALE).scale

    assert scale is None or 0 <= scale <= 10


def test_damaged_weights_are_named(tmp_path: Path) -> None:
    folder = tmp_path / "dialogs"
    copytree(dialogs_folder(), folder)
    (folder / "understanding" / "misheard_commands.npz").write_bytes(b"PK not an archive")

    with pytest.raises(BadInput, match=r"misheard_commands\.npz is damaged"):
        load_understanding(folder)
