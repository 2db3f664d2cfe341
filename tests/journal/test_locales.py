"""Help lines: right, dated, sourced, and never made up."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import get_args

import pytest

from voice_checkin.errors import ScriptError
from voice_checkin.locales import FALLBACK, available, load_help_lines
from voice_checkin.settings import Settings

pytestmark = pytest.mark.journal

GOOD = """
place: Here
reviewed: 2026-11-23
crisis: {line: The Line, number: "988", say: call 988}
emergency: {number: "911", say: "911"}
sources: [https://example.org/]
"""


def written(folder: Path, text: str, name: str = "us") -> Path:
    (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


def test_every_place_that_can_be_set_has_a_file() -> None:
    settable = get_args(Settings.model_fields["locale"].annotation)

    assert available() == set(settable)


@pytest.mark.parametrize("locale", sorted(available()))
def test_no_file_is_older_than_twelve_months(locale: str) -> None:
    lines = load_help_lines(locale)

    assert not lines.is_stale(datetime.now(UTC).date()), f"look up {locale}.yaml again"
    assert lines.is_stale(lines.reviewed + timedelta(days=366))


@pytest.mark.parametrize(
    ("locale", "crisis", "emergency"),
    [
        ("us", "988", "911"), ("uk", "116 123", "999"), ("ie", "116 123", "112"),
        ("eu", None, "112"), ("other", None, None),
    ],
)  # fmt: skip
def test_each_place_says_its_own_numbers(
    locale: str, crisis: str | None, emergency: str | None
) -> None:
    lines = load_help_lines(locale)

    assert (lines.crisis.number if lines.crisis else None) == crisis
    assert lines.emergency.number == emergency
    spoken = lines.spoken()
    assert ("crisis" in spoken) is (crisis is not None)
    assert (crisis or "") in spoken.get("crisis", "")
    assert (emergency or "") in spoken["emergency"]


def test_an_unknown_place_gets_no_number(tmp_path: Path) -> None:
    spoken = load_help_lines("atlantis").spoken()

    assert spoken == {"emergency": "your local emergency number"}
    with pytest.raises(ScriptError, match=f"{FALLBACK}.yaml"):
        load_help_lines("atlantis", tmp_path)


def test_a_name_cannot_lead_out_of_the_folder(tmp_path: Path) -> None:
    inside = tmp_path / "locales"
    inside.mkdir()
    written(inside, GOOD.replace("911", "112"), FALLBACK)
    written(tmp_path, GOOD)

    assert load_help_lines("../us", inside).emergency.number == "112"


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('number: "988"', "number: 988", "crisis.number"),
        ("say: call 988", "say: call 989", "crisis.say"),
        ('say: "911"', 'say: "119"', "emergency.say"),
        ("[https://example.org/]", "[]", "sources"),
        ("[https://example.org/]", "[file:///etc]", "sources"),
        ("reviewed: 2026-11-23", "reviewed: lately", "reviewed"),
        ("place: Here", "place: Here\nowner: me", "owner"),
        ('number: "911", say: "911"', "say: call 911", "emergency.say"),
        (GOOD, "- just\n- a list", "the file"),
        (GOOD, "{[", "YAML"),
        (GOOD, "!!python/object/apply:os.getcwd []", "YAML"),
        (GOOD, "[" * 5_000, "YAML"),
        (GOOD, "x" * 20_000, "larger"),
    ],
)
def test_a_wrong_file_says_what_is_wrong(tmp_path: Path, old: str, new: str, fault: str) -> None:
    assert old in GOOD
    with pytest.raises(ScriptError, match=fault):
        load_help_lines("us", written(tmp_path, GOOD.replace(old, new)))


def test_a_good_file_is_read(tmp_path: Path) -> None:
    lines = load_help_lines("us", written(tmp_path, GOOD))

    assert lines.reviewed == date(2026, 11, 23)
    assert lines.spoken() == {"place": "Here", "crisis": "call 988", "emergency": "911"}
