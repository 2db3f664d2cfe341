"""The README keeps its promises: its commands, its links and what they install."""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import click
import pytest

from voice_checkin.cli.app import app

pytestmark = pytest.mark.house

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md"),
         ROOT / "dialogs" / "README.md", ROOT / "bench" / "README.md"]  # fmt: skip
SCRIPTS = ["start", "check", "tools/install.sh", "tools/lock", "tools/audit"]


def readme() -> str:
    return (ROOT / "README.md").read_text(encoding="utf-8")


def commands() -> list[str]:
    blocks = re.findall(r"```sh\n(.*?)```", readme(), re.DOTALL)
    return [line.split("#")[0].strip() for block in blocks for line in block.splitlines()]


def table_rows() -> list[str]:
    """Return each row of the commands' table, one for each word where a row names several."""
    rows = []
    for row in re.findall(r"^\| `voice-checkin ?(.*?)` \|", readme(), re.MULTILINE):
        words = row.replace("\\|", "|").split(" ")
        several = next((i for i, word in enumerate(words) if re.fullmatch(r"\w+\|.*", word)), None)
        if several is None:
            rows.append(row)
            continue
        # `dialogs list|check|show NAME`: every alternative, its own words after it.
        alternatives = " ".join(words[several:]).split("|")
        rows += [" ".join([*words[:several], alternative]) for alternative in alternatives]
    return rows


def test_the_readme_has_two_commands_and_they_can_be_run() -> None:
    assert commands() == ["./start", "./check"]
    for name in SCRIPTS:
        subprocess.run(["sh", "-n", str(ROOT / name)], check=True)
    assert all(
        (ROOT / name).stat().st_mode & 0o111 for name in ("start", "check", "tools/lock", ".ci/run")
    )


def test_the_shell_scripts_pass_their_linter() -> None:
    linter = shutil.which("shellcheck")
    if linter is None:
        pytest.skip("shellcheck is not on this machine")
    done = subprocess.run(
        [linter, "-x", *SCRIPTS, ".ci/run"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout


def test_ci_runs_the_readme_s_test_command() -> None:
    assert "exec ./check" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


@pytest.mark.parametrize("row", table_rows(), ids=lambda row: row or "alone")
def test_every_command_of_the_table_exists_with_its_options(row: str) -> None:
    words = row.replace("[", " ").replace("]", " ").split()
    command: click.Command = app
    context = click.Context(app)
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        found = command.get_command(context, words.pop(0))
        assert found is not None, row
        command = found
    options = {name for option in command.params for name in option.opts}

    assert {word for word in words if word.startswith("--")} <= options


def test_the_table_is_read_whole() -> None:
    rows = table_rows()

    assert "" in rows
    assert {"dialogs check", "dialogs show NAME", "models install", "journal forget"} <= set(rows)


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_link_leads_to_a_file(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)[^)]*\)", page.read_text(encoding="utf-8"))

    assert [link for link in links if not (page.parent / link).exists()] == []


def locked(kind: str) -> dict[str, str]:
    """Return the version of each locked package by its name."""
    lock = (ROOT / f"requirements-{kind}.lock").read_text(encoding="utf-8")
    return {
        name.lower(): version
        for name, version in re.findall(r"^([A-Za-z0-9_.-]+)==([^\s;\\]+)", lock, re.MULTILINE)
    }


@pytest.mark.parametrize("kind", ["runtime", "dev"])
def test_every_dependency_is_locked_with_hashes_and_without_an_address(kind: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = list(project["dependencies"])
    if kind == "dev":
        wanted += project["optional-dependencies"]["dev"]
    names = {re.split(r"[<>=!\[]", item)[0].lower().replace("_", "-") for item in wanted}
    lock = (ROOT / f"requirements-{kind}.lock").read_text(encoding="utf-8")

    # What builds the package is locked too: it is installed without build isolation.
    assert (names | {"hatchling", "editables"}) - locked(kind).keys() == set()
    assert lock.count("--hash=sha256:") >= len(locked(kind))
    assert re.findall(r"\w://|file:/|--\w*index|--find-links|\B/\w+/", lock) == []


def test_people_run_what_was_tested() -> None:
    tested = locked("dev")

    assert {n: v for n, v in locked("runtime").items() if tested.get(n) != v} == {}


def test_the_first_screen_says_what_it_is_not() -> None:
    first = readme()[:1400]

    assert "not a therapist" in first
    assert "No clinician" in first
