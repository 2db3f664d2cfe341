"""The three sounds that are not speech."""

from __future__ import annotations

import importlib.util
import wave
from pathlib import Path
from types import ModuleType

import numpy as np
import numpy.typing as npt
import pytest

from voice_checkin.errors import BadInput
from voice_checkin.resources import audio_folder
from voice_checkin.speaking.chimes import NAMES, load_chimes
from voice_checkin.speaking.level import SPEECH_RMS_DB
from voice_checkin.words import RATE_HZ

pytestmark = pytest.mark.voice


def maker() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make", audio_folder() / "make.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def outline(samples: npt.NDArray[np.int16]) -> npt.NDArray[np.float64]:
    """Loudness in 16 steps: what a chime's shape is, whatever its pitch and length."""
    return np.array([np.sqrt(np.mean(part.astype(float) ** 2))
                     for part in np.array_split(samples, 16)])  # fmt: skip


def test_the_script_makes_the_very_files_that_are_shipped() -> None:
    make = maker()
    for name, values in make.chimes().items():
        with wave.open(str(audio_folder() / f"{name}.wav")) as file:
            assert file.getframerate() == RATE_HZ
            shipped = np.frombuffer(file.readframes(file.getnframes()), dtype="<i2")
        scaled = np.round(values / np.abs(values).max() * make.PEAKS[name] * 32767).astype("<i2")

        # One step apart at most: another machine's sine may round the other way.
        assert len(scaled) == len(shipped)
        assert np.abs(scaled.astype(int) - shipped).max() <= 1


def test_each_is_short() -> None:
    for samples in load_chimes().values():
        assert 0.1 < len(samples) / RATE_HZ < 0.4


def test_each_is_as_loud_as_the_voice_and_never_sharper() -> None:
    for samples in load_chimes().values():
        values = samples / 32768
        loud = values[np.abs(values) > 0.02]

        assert 20 * np.log10(np.sqrt(np.mean(loud**2))) == pytest.approx(SPEECH_RMS_DB, abs=1)
        assert np.abs(values).max() < 0.2


def test_none_begins_or_ends_with_a_click() -> None:
    for samples in load_chimes().values():
        assert abs(int(samples[0])) < 200
        assert abs(int(samples[-1])) < 200


def test_they_differ_in_shape_and_not_only_in_pitch() -> None:
    shapes = {name: outline(samples) for name, samples in load_chimes().items()}
    for first in NAMES:
        for second in NAMES:
            if first < second:
                likeness = float(np.corrcoef(shapes[first], shapes[second])[0, 1])
                assert likeness < 0.9, (first, second)


def test_a_missing_chime_is_named_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"listening\.wav.*make\.py"):
        load_chimes(tmp_path)
