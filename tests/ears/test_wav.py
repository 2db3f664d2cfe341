"""Recordings of every form that people have, and those that cannot be used."""

from __future__ import annotations

import struct
import wave
from pathlib import Path

import numpy as np
import pytest

from tests.ears.voices import say
from voice_checkin.errors import BadInput
from voice_checkin.sound.wav import MAX_BYTES, parse_wav, read_wav, write_wav

pytestmark = pytest.mark.ears


def written(
    path: Path, data: bytes, *, channels: int = 1, width: int = 2, rate: int = 16000
) -> Path:
    with path.open("wb") as file, wave.open(file, "wb") as out:
        out.setnchannels(channels)
        out.setsampwidth(width)
        out.setframerate(rate)
        out.writeframes(data)
    return path


def header(data: bytes, *, tag: int, bits: int, channels: int = 1, rate: int = 16000) -> bytes:
    align = channels * bits // 8
    layout = struct.pack("<HHIIHH", tag, channels, rate, rate * align, align, bits)
    body = b"WAVEfmt " + struct.pack("<I", 16) + layout + b"data" + struct.pack("<I", len(data))
    return b"RIFF" + struct.pack("<I", len(body) + len(data)) + body + data


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    speech = say("I'm here.")
    write_wav(tmp_path / "a.wav", speech)
    assert np.array_equal(read_wav(tmp_path / "a.wav"), speech)


def test_stereo_is_averaged(tmp_path: Path) -> None:
    left, right = np.full(100, 1000, np.int16), np.full(60, 3000, np.int16)
    write_wav(tmp_path / "a.wav", left, right)
    assert read_wav(tmp_path / "a.wav").tolist() == [2000] * 60 + [500] * 40


def test_8_khz_is_raised_to_16_and_48_lowered(tmp_path: Path) -> None:
    for rate in (8000, 44100, 48000):
        values = 8000 * np.sin(2 * np.pi * 300 * np.arange(rate) / rate)
        path = written(tmp_path / "a.wav", values.astype("<i2").tobytes(), rate=rate)
        found = read_wav(path)
        assert len(found) == pytest.approx(16000, abs=2)
        expected = 8000 * np.sin(2 * np.pi * 300 * np.arange(16000) / 16000)
        middle = slice(2000, 14000)
        assert np.abs(found[middle] - expected[middle]).max() < 100


@pytest.mark.parametrize(
    ("tag", "bits", "data"),
    [
        (1, 8, bytes([128, 192, 64])),
        (1, 16, struct.pack("<3h", 0, 16384, -16384)),
        (1, 24, b"\x00\x00\x00\x00\x00\x40\x00\x00\xc0"),
        (1, 32, struct.pack("<3i", 0, 2**30, -(2**30))),
        (3, 32, struct.pack("<3f", 0.0, 0.5, -0.5)),
        (3, 64, struct.pack("<3d", 0.0, 0.5, -0.5)),
    ],
)
def test_every_width_gives_the_same_sound(tag: int, bits: int, data: bytes) -> None:
    assert parse_wav(header(data, tag=tag, bits=bits), "a").tolist() == [0, 16384, -16384]


def test_floats_that_are_no_numbers_do_not_harm() -> None:
    data = struct.pack("<3f", float("nan"), float("inf"), float("-inf"))
    assert parse_wav(header(data, tag=3, bits=32), "a").tolist() == [0, 32767, -32768]


def test_a_recording_without_a_sample_is_silence(tmp_path: Path) -> None:
    assert len(read_wav(written(tmp_path / "a.wav", b""))) == 0


def test_a_stream_that_did_not_know_its_length_is_read_to_its_end() -> None:
    content = bytearray(header(struct.pack("<2h", 5, 6), tag=1, bits=16))
    content[40:44] = b"\xff\xff\xff\xff"
    assert parse_wav(bytes(content), "a").tolist() == [5, 6]


GOOD = header(b"\x01\x00" * 100, tag=1, bits=16)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"hello, this is no sound at all", "not a WAV"),
        (b"RIFF", "not a WAV"),
        (GOOD[:30], "cut off before"),
        (GOOD[:36], "cut off before"),
        (GOOD[:-20], "cut off: 180 bytes of sound where 200"),
        (header(b"\0" * 100, tag=2, bits=16), "format 2"),
        (header(b"\0" * 100, tag=1, bits=12), "contradicts|unknown"),
        (header(b"\0" * 100, tag=1, bits=16, channels=9), "9 channels"),
        (header(b"\0" * 100, tag=1, bits=16, rate=500), "500 Hz"),
        (header(b"\0" * 100, tag=1, bits=16, channels=0), "0 channels"),
    ],
)
def test_what_cannot_be_used_is_refused_by_name_with_a_remedy(
    tmp_path: Path, content: bytes, reason: str
) -> None:
    path = tmp_path / "evening.wav"
    path.write_bytes(content)
    with pytest.raises(BadInput, match=reason) as refusal:
        read_wav(path)
    assert str(path) in str(refusal.value)
    assert "sox" in str(refusal.value)


def test_missing_unreadable_and_enormous_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no such file"):
        read_wav(tmp_path / "a.wav")
    with pytest.raises(BadInput, match="cannot be read"):
        read_wav(tmp_path)
    huge = tmp_path / "huge.wav"
    with huge.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    with pytest.raises(BadInput, match="larger than"):
        read_wav(huge)
    with pytest.raises(BadInput, match="cannot be written"):
        write_wav(tmp_path / "nowhere" / "a.wav", np.zeros(1, np.int16))
