"""``tools/audit``: what it makes of pip-audit's answers; pip-audit itself is not run here."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.house

ROOT = Path(__file__).resolve().parents[2]
FINE: dict[str, Any] = {"name": "click", "version": "8.1", "vulns": []}
BAD = {**FINE, "vulns": [{"id": "PYSEC-1", "fix_versions": ["8.2"], "aliases": []}]}
UNKNOWN = {"name": "vosk", "skip_reason": "Dependency not found on PyPI"}


@pytest.mark.parametrize(
    ("answer", "code", "sentence"),
    [
        ([FINE], 0, "No vulnerability is known"),
        ([FINE, BAD], 1, "Raise these versions"),
        ([BAD, UNKNOWN], 1, "Raise these versions"),
        ([FINE, UNKNOWN], 2, "no clean bill"),
        ([], 2, "no clean bill"),
        (None, 2, "is there a network?"),
    ],
    ids=["clean", "a vulnerability", "one and one unknown", "one unknown", "nothing", "offline"],
)
def test_the_audit_tells_clean_from_vulnerable_and_from_not_looked_up(
    answer: list[dict[str, Any]] | None, code: int, sentence: str, tmp_path: Path
) -> None:
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "python").symlink_to(sys.executable)
    text = "" if answer is None else json.dumps({"dependencies": answer, "fixes": []})
    (programs / "pip-audit").write_text(f"#!/bin/sh\nprintf '%s' '{text}'\nexit 1\n")
    (programs / "pip-audit").chmod(0o755)
    done = subprocess.run(
        [ROOT / "tools" / "audit"], capture_output=True, text=True, check=False,
        env={**os.environ, "VOICE_CHECKIN_AUDIT_ENV": str(tmp_path)},
    )  # fmt: skip

    assert done.returncode == code, done.stdout + done.stderr
    assert sentence in done.stderr
    assert ("PYSEC-1, fixed in 8.2" in done.stdout) == (code == 1)
