"""No network, and no sound on the disk: what the kernel saw of a whole spoken rehearsal."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.journal.people import CANARY, home_environment

pytestmark = [pytest.mark.loop, pytest.mark.timeout(240)]

WRITES = re.compile(
    r'(?:open(?:at)?\([^"]*"([^"]*)", [^)]*O_(?:WRONLY|RDWR|CREAT)|creat\("([^"]*)")'
)
SOCKET = re.compile(r"(?:socket|connect|bind|send\w+)\(.*AF_(?:INET|PACKET|NETLINK)")
HARMLESS = ("/dev/", "/proc/")


def traced(
    home: Path, *command: str, typed: str = "", source: str = ""
) -> tuple[subprocess.CompletedProcess[str], list[str]]:
    """Run a command of the program under strace, with no network interface at all."""
    trace = home / "trace"
    done = subprocess.run(
        ["unshare", "--net", "--map-root-user", "strace", "-f", "--seccomp-bpf", "-qq",
         "-e", "trace=%network,open,openat,creat", "-o", str(trace), sys.executable,
         *(("-c", source) if source else ("-m", "voice_checkin", *command))],
        env=home_environment(home), capture_output=True, text=True, cwd=home, check=False,
        input=typed,
    )  # fmt: skip
    lines = trace.read_text(errors="replace").splitlines() if trace.exists() else []
    if not lines:
        pytest.skip(f"this machine allows no strace in a namespace: {done.stderr[:200]}")
    return done, lines


def opened_for_writing(trace: list[str]) -> set[str]:
    found = {name for line in trace for one in WRITES.findall(line) for name in one if name}
    return {name for name in found if not name.startswith(HARMLESS)}


def test_a_spoken_evening_without_any_network_opens_no_socket_and_writes_no_file(
    tmp_path: Path,
) -> None:
    done, trace = traced(tmp_path, "rehearse", "--dialog", "slip", "--fast", "--json")
    last = json.loads(done.stdout.splitlines()[-1])

    assert last["completed"], done.stderr
    assert set(last) == {"completed", "ended", "beats", "lines", "seconds"}
    assert "Floor: " in done.stderr
    assert [line for line in trace if SOCKET.search(line)] == []
    assert opened_for_writing(trace) == set()


def test_a_typed_evening_writes_its_journal_and_its_key_and_nothing_else(tmp_path: Path) -> None:
    said = f"yes\nyes\nfour\nfive\nthe {CANARY} was busy\nstop\n"
    done, trace = traced(tmp_path, "talk", "nightly", "--keyboard", typed=said)

    assert done.returncode == 0, done.stderr
    assert [line for line in trace if SOCKET.search(line)] == []
    written = {Path(name).name for name in opened_for_writing(trace)}
    assert written
    assert written <= {"journal.db", "journal.db-journal", "journal.key", "journal.new"}
    assert CANARY not in done.stderr


def test_the_search_of_the_trace_does_see_sockets_and_files(tmp_path: Path) -> None:
    source = (
        "import socket; socket.socket(socket.AF_INET).close();"
        f"open({str(tmp_path / 'sound.raw')!r}, 'wb').close()"
    )
    _, trace = traced(tmp_path, source=source)

    assert [line for line in trace if SOCKET.search(line)]
    assert opened_for_writing(trace) == {str(tmp_path / "sound.raw")}
