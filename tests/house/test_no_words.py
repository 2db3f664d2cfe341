"""What people say is in no log, no error and no title of a process: whole evenings, at DEBUG."""

from __future__ import annotations

import ast
import logging
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.dialog.test_conversations import FILES
from tests.dialog.transcript import Transcript, read_plan
from tests.house.hostile import call
from tests.house.logged import Log, everything_logged
from tests.journal.people import CANARY, home_environment
from tests.rehearsal.test_conversations import EVENING
from voice_checkin.clock import SampleClock
from voice_checkin.dialog.actions import Record
from voice_checkin.dialog.facts import Facts
from voice_checkin.errors import JournalError
from voice_checkin.events import SessionEvent, WorkerFailed
from voice_checkin.journal.keys import MemoryKey
from voice_checkin.journal.store import Store
from voice_checkin.lexicon import load_understanding
from voice_checkin.rehearsal.director import sample_for
from voice_checkin.rehearsal.run import Rehearsal, rehearsal_facts
from voice_checkin.rehearsal.script import RehearsalScript
from voice_checkin.scripts import load_always, load_script, script_names
from voice_checkin.session.evening import Evening
from voice_checkin.session.published import LineQueued, Listening, Published, TurnTaken
from voice_checkin.session.typed import TypedSession
from voice_checkin.session.wiring import build_machine
from voice_checkin.session.workers import Worker
from voice_checkin.settings import Settings
from voice_checkin.understanding.meaning import Meaning
from voice_checkin.words import Expecting, Kind, PartnerId

pytestmark = [pytest.mark.house, pytest.mark.timeout(240)]

PACKAGE = Path(__file__).parents[2] / "voice_checkin"
_LEVELS = ("debug", "info", "warning", "error", "exception", "critical")


@pytest.fixture
def log() -> Iterator[Log]:
    with everything_logged() as found:
        yield found


def test_every_text_of_our_log_is_fixed_in_the_code() -> None:
    """Only then is it enough to look at what is put into it."""
    built = []
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in _LEVELS
                and ast.unparse(node.func.value) in ("log", "logger", "_log", "logging")
                and not (node.args and isinstance(node.args[0], ast.Constant))
            ):
                built.append(f"{path.name}:{node.lineno}")

    assert built == []


def test_the_search_of_the_log_does_see_words(log: Log) -> None:
    logging.getLogger("voice_checkin.session").debug("somebody said %s", "I cleaned the kitchen")

    assert log.holds(["the kitchen"])
    assert not log.holds(["somebody"])


def test_no_conversation_on_paper_leaves_a_word_in_the_log(log: Log) -> None:
    said: list[str] = ["Ana", "Ben"]
    log.alone()
    for path in FILES:
        talk = Transcript(read_plan(path))
        said += talk.hold().splitlines()

    assert len(said) > 2_000
    assert log.holds(line.strip() for line in said) == []


@pytest.mark.parametrize("dialog", script_names())
def test_no_typed_evening_leaves_a_word_in_the_log(dialog: str, tmp_path: Path, log: Log) -> None:
    """The sample answers, with a word of one's own in each that is free."""
    script, clock = load_script(dialog), SampleClock(EVENING)
    seen: list[Published] = []

    def read(_prompt: str, until_s: float | None) -> str | None:
        clock.advance(5 + (until_s or 0))
        asked = next((one for one in reversed(seen) if isinstance(one, Listening)), None)
        if asked is None or len(seen) > 400:
            return "stop"
        sample = sample_for(script, asked.beat, asked.partner or "a", 0) or "yes"
        closed = asked.expecting.kind not in (Kind.FREE, Kind.PROMISE, Kind.FEELING, Kind.NAME)
        return sample if closed else f"{sample} {CANARY}"

    with Store(tmp_path, MemoryKey()).open(EVENING) as store:
        store.begin_evening(dialog, EVENING)
        names: dict[PartnerId, str] = {"a": "Ana", "b": "Ben"}
        machine = build_machine(
            script, load_always(), rehearsal_facts(names, Settings(locale="us"), EVENING)
        )
        evening = Evening(machine, load_understanding().understand, store, clock.wall)
        TypedSession(evening, read, clock, [seen.append]).run()
    said = [one.text for one in seen if isinstance(one, TurnTaken | LineQueued)]

    assert any(CANARY in text for text in said)
    assert log.holds([*said, "Ana", "Ben"]) == []
    assert CANARY not in log.written.getvalue()


class FullDisk:
    """A journal that takes nothing, and repeats what it was given in its complaint."""

    def keep_turn(self, records: Iterable[Record], snapshot: dict[str, object], now: datetime,
                  ) -> None:  # fmt: skip
        raise JournalError(f"{list(records)} {snapshot} at {now}")

    def forget(self, scope: str) -> int:
        raise JournalError(scope)

    def close_evening(self, now: datetime, *, completed: bool, quiet_on: date | None = None,
                      records: Iterable[Record] | None = None) -> None:  # fmt: skip
        raise JournalError(f"{records}")

    def keep_quiet(self, day: date | None) -> None:
        raise JournalError(f"{day}")


def test_a_journal_that_fails_is_logged_without_its_words(log: Log) -> None:
    typed = ["yes", "yes", "four", "five", f"the {CANARY} broke", "stop"]
    machine = build_machine(load_script("nightly"), load_always(), Facts())
    clock = SampleClock(EVENING)

    def heard(text: str, _: Expecting) -> Meaning:
        return Meaning(text=text, yes_no="yes") if text == "yes" else Meaning(text=text, scale=4.0)

    evening = Evening(machine, heard, FullDisk(), clock.wall)
    TypedSession(evening, lambda *_: typed.pop(0) if typed else None, clock).run()

    assert "journal could not keep a turn: JournalError" in log.written.getvalue()
    assert CANARY not in log.written.getvalue()
    assert log.holds([CANARY, f"the {CANARY} broke"]) == []


def test_a_thread_that_fails_tells_the_kind_of_its_fault_and_no_words(
    log: Log, capfd: pytest.CaptureFixture[str]
) -> None:
    seen: list[SessionEvent] = []

    def body(_: Any) -> None:
        raise ValueError(f"cannot make out '{CANARY}'")

    worker = Worker("decoder", body, seen.append)
    worker.start()
    assert worker.join()

    assert seen[0] == WorkerFailed(worker="decoder", error="ValueError")
    assert CANARY not in "".join(capfd.readouterr()) + log.written.getvalue()


SPOKEN = (("Ana", "yes"), ("Ben", "yes"), ("Ana", "four"), ("Ben", "six"),
          ("Ana", "my sister visited the hospital"), ("Ben", "I repaired the bicycle"),
          ("Ana", "stop"))  # fmt: skip


class Watch:
    """What was said and heard, and what the kernel calls us meanwhile."""

    def __init__(self) -> None:
        self.measure: Any = None
        self.names: dict[str, str] = {}
        self.said: list[str] = []
        self.titles: set[str] = set()

    def notice(self, event: Published) -> None:
        if isinstance(event, TurnTaken):
            self.said.append(event.text)
            self.titles |= titles("self")


def titles(process: int | str) -> set[str]:
    """Return what anybody on this machine can read of a process: its arguments and names."""
    folder = Path(f"/proc/{process}")
    paths = [folder / "cmdline", folder / "comm", *folder.glob("task/*/comm")]
    return {path.read_bytes().replace(b"\0", b" ").decode("utf-8", "replace") for path in paths}


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_spoken_evening_leaves_no_word_in_the_log_or_in_a_title(log: Log) -> None:
    watch = Watch()
    plan = RehearsalScript.model_validate({
        "dialog": "nightly",
        "say": [{name: {"text": text}} for name, text in SPOKEN],
    })  # fmt: skip
    settings = Settings(names=("Ana", "Ben"), locale="us")
    Rehearsal(plan, settings, real_time=False, keep=False, wall=EVENING).run([watch])
    said = [text for text in watch.said if text]

    assert len(said) >= 6
    assert any(re.search(r"hospital|bicycle|sister", text, re.IGNORECASE) for text in said)
    assert log.holds([*said, "Ana", "Ben"]) == []
    assert not re.search(r"hospital|bicycle|sister", " ".join(watch.titles), re.IGNORECASE)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_running_evening_has_no_word_in_its_title(tmp_path: Path) -> None:
    child = subprocess.Popen(
        [sys.executable, "-m", "voice_checkin", "--keyboard"], env=home_environment(tmp_path),
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert child.stdin is not None
    assert child.stdout is not None
    try:
        child.stdin.write(f"yes\nyes\nfour\nfive\nthe {CANARY} was busy\n")
        child.stdin.flush()
        shown = threading.Thread(target=lambda: [None for _ in child.stdout or ()], daemon=True)
        shown.start()
        until = time.monotonic() + 30
        journal = tmp_path / "data" / "voice-checkin" / "journal.db"
        while not journal.exists() and time.monotonic() < until:
            time.sleep(0.05)
        time.sleep(0.5)
        assert child.poll() is None
        assert any("voice_checkin" in one for one in titles(child.pid))
        assert not any(CANARY in one or "busy" in one for one in titles(child.pid))
    finally:
        child.kill()
        child.stdin.close()
        child.wait()
        shown.join(5)
        child.stdout.close()
        if child.stderr is not None:
            child.stderr.close()


def test_a_reader_that_goes_away_leaves_no_word_on_the_screen(tmp_path: Path) -> None:
    done = subprocess.run(
        ["sh", "-c", f"{sys.executable} -m voice_checkin --keyboard | head -n 1 >/dev/null"],
        env=home_environment(tmp_path), input=f"yes\nyes\nfour\nthe {CANARY} is here\n" * 20,
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip

    assert done.stderr == ""
    assert all(CANARY.encode() not in content for content in on_disk_raw(tmp_path))


def on_disk_raw(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in folder.rglob("*") if path.is_file()]


def test_a_voice_that_is_told_its_lines_as_arguments_is_not_the_assistants(tmp_path: Path) -> None:
    answer = call("setup", "--voice", "flite:slt")

    assert answer.code == 2
    assert "flite" in answer.err
