"""Recordings and models that are cut or bent; and who may read what the program makes."""

from __future__ import annotations

import contextlib
import io
import json
import os
import stat
import struct
import sys
import tracemalloc
import wave
import zipfile
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.house.hostile import bent, call, home, quick, refused
from voice_checkin.errors import BadInput
from voice_checkin.sound.wav import MOST_SECONDS, parse_wav, read_wav

pytestmark = [pytest.mark.house, pytest.mark.timeout(120)]


@cache
def recording(channels: int = 1, width: int = 2, rate: int = 16_000) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(width)
        file.setframerate(rate)
        file.writeframes(bytes(range(240)) * 20)
    return out.getvalue()


# Recordings ---------------------------------------------------------------------------------


@settings(quick, max_examples=300)
@given(
    content=st.one_of(
        st.builds(recording, st.integers(1, 8), st.integers(1, 4), st.integers(1, 200_000)).flatmap(
            bent
        ),
        st.binary(max_size=300),
    )
)
def test_a_recording_that_is_bent_is_refused_or_heard(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "given.wav"
    path.write_bytes(content)
    # Reading comes before the recogniser, which an empty folder is not: one or the other refuses.
    assert refused(call("transcribe", path, "--model", tmp_path))
    with contextlib.suppress(BadInput):
        assert len(parse_wav(content, "given")) < 16_000 * MOST_SECONDS


@pytest.mark.parametrize(
    ("rate", "channels", "bits", "promised"),
    [(16_000, 1, 16, 0xFFFFFFF0), (16_000, 1, 16, 0xFFFFFFFF), (192_000, 8, 32, 0xFFFFFFF0)],
)
def test_a_header_that_promises_four_gigabytes_takes_no_memory(
    tmp_path: Path, rate: int, channels: int, bits: int, promised: int
) -> None:
    align = channels * bits // 8
    layout = struct.pack("<HHIIHH", 1, channels, rate, rate * align, align, bits)
    content = b"RIFF" + struct.pack("<I", 0xFFFFFFFF) + b"WAVEfmt " + struct.pack("<I", 16) + layout
    path = tmp_path / "given.wav"
    path.write_bytes(content + b"data" + struct.pack("<I", promised) + bytes(3_200))
    tracemalloc.start()
    try:
        assert refused(call("transcribe", path, "--model", tmp_path))
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()


def test_a_day_of_sound_in_one_file_is_refused_before_it_is_unpacked() -> None:
    head = struct.pack("<HHIIHH", 1, 1, 4_000, 4_000, 1, 8)
    size = 4_000 * (MOST_SECONDS + 1)
    content = b"RIFF" + struct.pack("<I", size) + b"WAVEfmt " + struct.pack("<I", 16) + head
    tracemalloc.start()
    try:
        with pytest.raises(BadInput, match="longer than 3 hours"):
            parse_wav(content + b"data" + struct.pack("<I", size) + bytes(size), "given")
        assert tracemalloc.get_traced_memory()[1] < 4 * size
    finally:
        tracemalloc.stop()


@pytest.mark.skipif(sys.platform != "linux", reason="/dev/zero")
def test_a_file_without_an_end_is_not_read_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("voice_checkin.sound.wav.MAX_BYTES", 1_000_000)
    with pytest.raises(BadInput, match="no end"):
        read_wav(Path("/dev/zero"))


@pytest.mark.parametrize("target", ["", "no-such-folder/out.wav", "file.txt/out.wav"])
def test_a_recording_is_not_rehearsed_for_a_place_it_cannot_be_written_to(
    tmp_path: Path, target: str
) -> None:
    (tmp_path / "file.txt").write_text("mine")
    with home(tmp_path):
        assert refused(call("rehearse", "--fast", "--dialog", "slip", "--wav", tmp_path / target))
    assert (tmp_path / "file.txt").read_text() == "mine"


# Models -------------------------------------------------------------------------------------


@cache
def archive(method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as zipped:
        for name in ("am/final.mdl", "conf/mfcc.conf", "conf/model.conf", "graph/HCLG.fst"):
            zipped.writestr(f"model/{name}", b"some" * 200)
    return out.getvalue()


@settings(quick, max_examples=200)
@given(
    content=st.sampled_from([zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED, zipfile.ZIP_LZMA,
                             zipfile.ZIP_BZIP2]).map(archive).flatmap(bent)
)  # fmt: skip
def test_a_model_that_is_bent_is_refused_and_leads_nowhere(tmp_path: Path, content: bytes) -> None:
    with home(tmp_path):
        given = tmp_path / "model.zip"
        given.write_bytes(content)
        refused(call("models", "install", "vosk-small-en", "--from", given))
    there = {path.name for path in tmp_path.iterdir()}
    assert there <= {"model.zip", "data"}


@pytest.mark.parametrize(
    "name", ["../evil", "/evil", "a/../../evil", "..\\evil", "model/../../evil"]
)
def test_a_model_cannot_write_beside_its_folder(tmp_path: Path, name: str) -> None:
    given = tmp_path / "model.zip"
    with zipfile.ZipFile(given, "w") as zipped:
        zipped.writestr(name, b"evil")
    with home(tmp_path):
        assert refused(call("models", "install", "vosk-small-en", "--from", given))
    assert not list(tmp_path.rglob("*evil*"))


# Whose it is --------------------------------------------------------------------------------


def test_whatever_the_program_makes_is_for_this_user_alone(tmp_path: Path) -> None:
    from tests.house.test_commands import run as start

    before = os.umask(0o022)  # as most systems have it: the tests of others may have changed it
    try:
        (tmp_path / "model.zip").write_bytes(archive())
        (tmp_path / "config" / "voice-checkin").mkdir(parents=True)
        for folder in (tmp_path / "config", tmp_path / "config" / "voice-checkin"):
            folder.chmod(0o755)
        (tmp_path / "config" / "voice-checkin" / "settings.new").write_text("left by a power cut")
        given = [tmp_path / "model.zip", tmp_path / "config", tmp_path / "short.yaml"]
        given[2].write_text("dialog: slip\nsay: [{ana: no}]\n", encoding="utf-8")
        for arguments, typed in (
            (("models", "install", "vosk-small-en", "--from", str(given[0])), ""),
            (("setup", "--names", "Ana", "Ben", "--recognizer", "moonshine"), ""),
            (("--keyboard",), "yes\nyes\nfour\n"),
            (("journal", "export", str(tmp_path / "out.json")), ""),
            (("rehearse", str(given[2]), "--fast", "--wav", str(tmp_path / "out.wav")), ""),
            (("dialogs", "draw", "nightly", "--svg", str(tmp_path / "out.svg")), ""),
        ):
            done = start(*arguments, home=tmp_path, typed=typed)
            assert done.returncode == 0, done.stderr
    finally:
        os.umask(before)
    made = [path for path in tmp_path.rglob("*") if path not in given]
    assert {path.name for path in made} >= {
        "settings.toml", "journal.key", "journal.db", "out.json", "out.wav", "out.svg", "final.mdl"
    }  # fmt: skip
    assert json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    for path in made:
        mode = stat.S_IMODE(path.stat().st_mode)
        assert mode == (0o700 if path.is_dir() else 0o600), path
