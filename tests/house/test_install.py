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


def test_the_wheel_carries_every_conversation_and_sound(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    wanted = [*(ROOT / "dialogs").rglob("*.yaml"), *(ROOT / "audio").glob("*.wav")]

    assert [
        str(path) for path in wanted
        if f"voice_checkin/data/{path.relative_to(ROOT).as_posix()}" not in names
    ] == []  # fmt: skip


def test_it_runs_from_an_empty_environment_elsewhere(wheel: Path, tmp_path: Path) -> None:
    venv.create(tmp_path / "venv", with_pip=False, symlinks=True)
    python = tmp_path / "venv" / "bin" / "python"
    site = Path(
        subprocess.run(
            [str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
            check=True, capture_output=True, text=True,
        ).stdout.strip()
    )  # fmt: skip
    zipfile.ZipFile(wheel).extractall(site)
    # The libraries come from this environment, by path alone: no .pth of it is read there, so the
    # checkout's own folder stays out of sight.
    environment = {**os.environ, "PYTHONPATH": sysconfig.get_path("purelib")}
    code = (
        "import sys; from voice_checkin.cli.app import run; import voice_checkin.resources as r;"
        "print(r.dialogs_folder()); sys.exit(run(sys.argv[1:]))"
    )
    for arguments in (["dialogs", "check"], ["dialogs", "list"]):
        done = subprocess.run(
            [str(python), "-c", code, *arguments],
            cwd=tmp_path, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert str(site) in done.stdout.splitlines()[0]
    assert "nightly" in done.stdout
