"""Nothing that people say reaches the log, whoever writes it."""

from __future__ import annotations

import io
import logging
import sys
import warnings
from collections.abc import Iterator

import pytest

from voice_checkin.logs import set_up_logging

pytestmark = pytest.mark.journal

SAID = "xylocanaria"


@pytest.fixture
def out() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before = root.handlers, root.level, logging.raiseExceptions
    stream = io.StringIO()
    set_up_logging("debug", stream)
    yield stream
    logging.captureWarnings(capture=False)
    root.handlers, logging.raiseExceptions = before[0], before[2]
    root.setLevel(before[1])


def test_our_own_ids_and_times_are_logged(out: io.StringIO) -> None:
    logging.getLogger("voice_checkin.session.session").info("turn %d took %.1f s", 3, 0.25)

    assert "INFO voice_checkin.session.session: turn 3 took 0.2 s" in out.getvalue()


def test_an_exceptions_text_is_left_out_and_its_kind_kept(out: io.StringIO) -> None:
    try:
        int(SAID)
    except ValueError:
        logging.getLogger("voice_checkin.session.workers").exception("worker %s failed", "mind")

    assert "worker mind failed (ValueError)" in out.getvalue()
    assert SAID not in out.getvalue()
    assert "Traceback" not in out.getvalue()


@pytest.mark.parametrize("level", [logging.DEBUG, logging.INFO])
def test_what_other_libraries_chat_about_is_dropped(out: io.StringIO, level: int) -> None:
    logging.getLogger("transitions.core").log(level, "state for %s", SAID)
    logging.getLogger("voice_checkin_imitation").log(level, SAID)

    assert out.getvalue() == ""


def test_a_librarys_warning_is_noted_without_its_words(out: io.StringIO) -> None:
    logging.getLogger("comtypes").warning("could not say %s", SAID, stack_info=True)

    assert "WARNING comtypes: a message from test_logs, line" in out.getvalue()
    assert SAID not in out.getvalue()


def test_pythons_warnings_are_treated_alike(out: io.StringIO) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(capture=True)
        warnings.warn(SAID, UserWarning, stacklevel=1)
        logging.captureWarnings(capture=False)

    assert "py.warnings" in out.getvalue()
    assert SAID not in out.getvalue()


def test_a_line_that_cannot_be_put_together_does_not_spill_its_parts(
    out: io.StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    logging.getLogger("voice_checkin.x").info("number %d", SAID)

    assert SAID not in out.getvalue() + capsys.readouterr().err


def test_the_process_has_no_words_in_its_title() -> None:
    assert "setproctitle" not in sys.modules
