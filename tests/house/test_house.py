"""The rules of the house: layers, sizes, words and privacy of the code."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.house

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "voice_checkin"
MODULES = sorted(PACKAGE.rglob("*.py"))
MOST_LINES = 400


def names(paths: list[Path]) -> list[str]:
    return [str(path.relative_to(ROOT)) for path in paths]


def test_rooms_import_one_way_only() -> None:
    done = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports")],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stdout[-2000:]


def test_modules_stay_small() -> None:
    long = [p for p in MODULES if len(p.read_text(encoding="utf-8").splitlines()) > MOST_LINES]

    assert names(long) == []


def test_only_the_output_module_prints() -> None:
    printing = [
        path
        for path in MODULES
        if path.name != "output.py"
        and any(
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id == "print"
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        )
    ]

    assert names(printing) == []


def test_no_spoken_sentence_lives_in_python() -> None:
    """Every line of `dialogs/` that has four words or more, looked for in the code."""
    from voice_checkin.dialog.check import script_lines
    from voice_checkin.scripts import load_always, load_script, script_names

    lines = load_always().lines()
    for name in script_names():
        lines += script_lines(load_script(name).model)
    texts = {text for line in lines for text in line.say if len(text.split()) >= 4}
    code = "\n".join(path.read_text(encoding="utf-8") for path in MODULES)

    assert [text for text in texts if text in code] == []


@pytest.mark.parametrize("room", ["dialog", "understanding"])
def test_the_mind_reads_no_clock_no_file_and_no_chance(room: str) -> None:
    forbidden = {"time", "random", "pathlib", "threading", "socket", "os", "io", "numpy"}
    found = []
    for path in (PACKAGE / room).glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            modules: list[str] = []
            if isinstance(node, ast.Import):
                modules = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module:
                modules = [node.module]
            found += [f"{path.name}: {m}" for m in modules if m.split(".")[0] in forbidden]
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("open", "datetime.now"):
                found.append(f"{path.name}: {ast.unparse(node.func)}")

    assert found == []


def test_no_path_of_a_machine_and_no_registry_is_in_the_repository() -> None:
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    # Put together here, so that this file does not find itself.
    shape = re.compile(
        "|".join(("/wo" + "rk/", "/ro" + "ot/", "/ho" + "me/[a-z]", r"simple/ind" + "ex"))
    )
    found = []
    for name in tracked:
        path = ROOT / name
        if path.suffix in (".wav", ".png", ".svg") or not path.is_file():
            continue
        if shape.search(path.read_text(encoding="utf-8", errors="replace")):
            found.append(name)

    assert found == []


def test_importing_the_package_opens_no_socket_and_loads_no_downloader() -> None:
    code = (
        "import socket, sys\n"
        "def no(*a, **k): raise SystemExit('a socket was opened')\n"
        "socket.socket.connect = no\n"
        "import voice_checkin.cli.app, voice_checkin.cli.talk, voice_checkin.cli.rehearse\n"
        "bad = ('requests', 'urllib3', 'httpx', 'huggingface_hub')\n"
        "print([m for m in bad if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=ROOT
    )

    assert (done.returncode, done.stdout.strip()) == (0, "[]"), done.stderr[-500:]


@pytest.mark.parametrize("name", ["README.md", "CHANGELOG.md", "docs/architecture.md", ".ci/run"])
def test_what_a_newcomer_looks_for_is_there(name: str) -> None:
    assert (ROOT / name).stat().st_size > 100
