"""pyttsx3's espeak-ng: nothing on disk, nothing from the system, safe between threads."""

from __future__ import annotations

import ctypes.util
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from voice_checkin.events import Samples
from voice_checkin.speaking.choose import choose_voice

pytestmark = pytest.mark.voice

LINE = "Thank you for saying that, it was not easy."


def run(code: str, folder: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        check=True,
        text=True,
        env={"TMPDIR": str(folder), "HOME": str(folder), "PYTHONPATH": ":".join(sys.path)},
    )
    return done.stdout


def test_a_line_that_holds_peoples_words_is_never_written_to_a_file(tmp_path: Path) -> None:
    found = run(
        f"""
from voice_checkin.speaking.choose import choose_voice
def written():
    fields = dict(line.split(": ") for line in open("/proc/self/io").read().splitlines())
    return int(fields["wchar"])
voice = choose_voice("espeak:en-us")
before = written()
samples = voice.render({LINE!r}, 150).samples
print(len(samples) > 16000, written() - before)
""",
        tmp_path,
    )

    assert found.split() == ["True", "0"]
    assert list(tmp_path.iterdir()) == []


def test_the_packages_own_library_speaks_where_the_system_has_none(tmp_path: Path) -> None:
    found = run(
        """
from voice_checkin.speaking.choose import choose_voice
choose_voice("espeak:en-us").render("hello", 150)
for line in open("/proc/self/maps"):
    if "libespeak" in line: print(line.split()[-1])
""",
        tmp_path,
    )

    assert found
    assert all("espeakng_loader" in line for line in found.split())


@pytest.mark.skipif(ctypes.util.find_library("espeak-ng") is None, reason="no system espeak-ng")
def test_the_systems_library_speaks_where_the_package_is_missing(tmp_path: Path) -> None:
    found = run(
        """
import sys
sys.modules["espeakng_loader"] = None
from voice_checkin.speaking.choose import choose_voice
print(choose_voice("espeak:en-us").render("hello there", 150).seconds > 0.3)
""",
        tmp_path,
    )

    assert found.strip() == "True"


def test_two_voices_at_once_don_t_get_into_each_others_words() -> None:
    voices = [choose_voice("espeak:en-us+f3"), choose_voice("espeak:en-us+m3")]
    alone = [voice.render(LINE, 150).samples for voice in voices]
    together: list[list[Samples]] = [[], []]

    def speak(index: int) -> None:
        for _ in range(5):
            together[index].append(voices[index].render(LINE, 150).samples)

    threads = [threading.Thread(target=speak, args=(index,)) for index in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert not np.array_equal(alone[0], alone[1])
    for index in (0, 1):
        # Where in a wave a line begins depends on the line before: lengths are alike, not samples.
        assert {len(samples) // 800 for samples in together[index]} <= {
            len(alone[index]) // 800 + step for step in (-1, 0, 1)
        }


def test_two_runs_of_the_same_lines_sound_the_same(tmp_path: Path) -> None:
    code = """
import hashlib
from voice_checkin.speaking.choose import choose_voice
voices = [choose_voice("espeak:en-us+f3"), choose_voice("espeak:en-us")]
for text in ("maybe five", "yes", "maybe five"):
    for voice in voices:
        print(hashlib.sha256(voice.render(text, 150).samples.tobytes()).hexdigest())
"""

    assert run(code, tmp_path) == run(code, tmp_path)
