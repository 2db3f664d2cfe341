"""The wheel, installed in an empty environment elsewhere, finds its conversations and sounds."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

pytestmark = [pytest.mark.house, pytest.mark.timeout(180)]

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder)],
        cwd=ROOT, check=True, capture_output=True,
    )  # fmt: skip
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def elsewhere(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the wheel and this one's libraries, and without the checkout."""
    folder = tmp_path_factory.mktemp("elsewhere")
    venv.create(folder / "venv", with_pip=False, symlinks=True)
    python = folder / "venv" / "bin" / "python"
    subprocess.run(
        [sys.executable, "-m", "pip", "--python", str(python), "install", "-qq", "--no-index",
         "--no-deps", "--disable-pip-version-check", str(wheel)],
        check=True, capture_output=True,
    )  # fmt: skip
    site = next((folder / "venv" / "lib").glob("python*/site-packages"))
    # A folder named in a .pth is looked in, but its own .pth files are not read: the editable
    # install's pointer to the checkout, which lies there, has no effect here.
    (site / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return folder


def run(elsewhere: Path, program: str, *arguments: str) -> str:
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("PYTHON")
    }
    done = subprocess.run(
        [str(elsewhere / "venv" / "bin" / program), *arguments],
        cwd=elsewhere, env={**environment, "HOME": str(elsewhere)}, capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_wheel_carries_every_conversation_and_sound(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    wanted = [
        path
        for path in [*(ROOT / "dialogs").rglob("*"), *(ROOT / "audio").glob("*.wav")]
        if path.is_file()
    ]

    assert len(wanted) > 20
    assert [
        str(path) for path in wanted
        if f"voice_checkin/data/{path.relative_to(ROOT).as_posix()}" not in names
    ] == []  # fmt: skip


def test_the_checkout_is_out_of_sight_there(elsewhere: Path) -> None:
    said = run(
        elsewhere, "python", "-c",
        "import sys, voice_checkin; print(voice_checkin.__file__, *sys.path, sep='\\n')",
    ).splitlines()  # fmt: skip

    assert Path(said[0]).is_relative_to(elsewhere)
    assert str(ROOT) not in said


def test_its_command_finds_the_conversations_inside_it(elsewhere: Path) -> None:
    run(elsewhere, "voice-checkin", "dialogs", "check")
    listed = run(elsewhere, "voice-checkin", "dialogs", "list")

    assert "nightly" in listed
    assert "Good evening" in run(elsewhere, "voice-checkin", "dialogs", "show", "nightly")


def test_its_command_understands_with_the_word_lists_inside_it(elsewhere: Path) -> None:
    done = subprocess.run(
        [str(elsewhere / "venv" / "bin" / "voice-checkin"), "understand", "--json"],
        cwd=elsewhere, input="stop\n", capture_output=True, text=True, check=False,
        env={n: v for n, v in os.environ.items() if not n.startswith("PYTHON")},
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    assert '"command": "stop"' in done.stdout


def test_it_finds_its_sounds_and_help_numbers_there(elsewhere: Path) -> None:
    said = run(
        elsewhere, "python", "-c",
        "from voice_checkin.resources import audio_folder, dialogs_folder\n"
        "from voice_checkin.speaking.chimes import load_chimes\n"
        "print(audio_folder()); print(dialogs_folder())\n"
        "print(min(len(samples) for samples in load_chimes().values()))",
    ).splitlines()  # fmt: skip

    assert all(Path(folder).is_relative_to(elsewhere) for folder in said[:2])
    assert (Path(said[1]) / "locales" / "uk.yaml").is_file()
    assert int(said[2]) > 100
