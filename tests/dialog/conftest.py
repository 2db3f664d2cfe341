"""Rewrites the transcripts of tests/dialog/conversations with ``--update-golden``."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="Write the transcripts of tests/dialog/conversations anew; read their difference.",
    )
