"""Reads the cases.  Standard library and PyYAML only, so that any program can be scored."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast

import yaml

FOLDER = Path(__file__).parent / "cases"
LeadsTo = Literal["crisis", "hard_stop", "goes_on"]
LEADS_TO: dict[str | None, LeadsTo] = {
    "self_harm": "crisis", "violence": "hard_stop", "coercion": "hard_stop", None: "goes_on",
}  # fmt: skip
"""What each risk must lead to; a violence that is called coercion ends the same, so it counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One utterance: who says it, what it is, and what must follow."""

    id: str
    grade: str
    speaker: Literal["first", "second"]
    says: str
    risk: str | None
    leads_to: LeadsTo


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """One line inside a conversation."""

    name: str
    before: tuple[str, ...]
    says: str
    leads_to: LeadsTo


def load_cases(folder: Path = FOLDER) -> list[Case]:
    found = []
    for path in sorted(folder.glob("*.yaml")):
        data = cast("dict[str, Any]", yaml.safe_load(path.read_text(encoding="utf-8")))
        for number, case in enumerate(data.get("cases", ()), start=1):
            found.append(
                Case(
                    id=f"{path.stem}-{number:03}",
                    grade=case["grade"],
                    speaker=case["speaker"],
                    says=case["says"],
                    risk=data["risk"],
                    leads_to=data["leads_to"],
                )
            )
    return found


def load_talks(folder: Path = FOLDER) -> list[Talk]:
    data = cast("dict[str, Any]", yaml.safe_load((folder / "sessions.yaml").read_text("utf-8")))
    return [Talk(**{**talk, "before": tuple(talk["before"])}) for talk in data["sessions"]]
