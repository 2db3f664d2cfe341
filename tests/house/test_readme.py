"""The README keeps its promises: its commands, its links and what they install."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

pytestmark = pytest.mark.house

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md"),
         ROOT / "dialogs" / "README.md", ROOT / "bench" / "README.md"]  # fmt: skip


def commands() -> list[str]:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    return [line.split("#")[0].strip() for block in blocks for line in block.splitlines()]


def test_the_readme_has_two_commands_and_they_can_be_run() -> None:
    assert commands() == ["./start", "./check"]
    for name in ("start", "check", "tools/install.sh"):
        subprocess.run(["sh", "-n", str(ROOT / name)], check=True)
    assert all((ROOT / name).stat().st_mode & 0o111 for name in ("start", "check", ".ci/run"))


def test_ci_runs_the_readme_s_test_command() -> None:
    assert "exec ./check" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_link_leads_to_a_file(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)[^)]*\)", page.read_text(encoding="utf-8"))

    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("kind", ["runtime", "dev"])
def test_every_dependency_is_locked_with_hashes_and_without_an_address(kind: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = list(project["dependencies"])
    if kind == "dev":
        wanted += project["optional-dependencies"]["dev"]
    names = {re.split(r"[<>=!\[]", item)[0].lower().replace("_", "-") for item in wanted}
    lock = (ROOT / f"requirements-{kind}.lock").read_text(encoding="utf-8")
    locked = {name.lower() for name in re.findall(r"^([A-Za-z0-9_.-]+)==", lock, re.MULTILINE)}

    assert names - locked == set()
    assert "--hash=sha256:" in lock
    assert "http" not in lock


def test_the_first_screen_says_what_it_is_not() -> None:
    first = (ROOT / "README.md").read_text(encoding="utf-8")[:1400]

    assert "not a therapist" in first
    assert "No clinician" in first
