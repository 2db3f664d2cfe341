"""A real sound system without hardware: PulseAudio with two null sinks, private to the tests.

``room`` is the air: what is played into it, the microphone hears (``room.monitor``).  ``speaker``
is where the assistant's voice goes.  As root PulseAudio only warns; it needs no extra flag.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from voice_checkin.events import Samples
from voice_checkin.sound.devices import restart_library
from voice_checkin.sound.wav import write_wav

_SINK = "module-null-sink sink_name={name} rate=48000"


class Pulse:
    """The running server."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.folder = folder
        self.environment = environment

    def control(self, *words: str) -> str:
        """Run ``pactl``."""
        done = subprocess.run(
            ["pactl", *words], env=self.environment, capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    def load_sink(self, name: str) -> str:
        return self.control("load-module", *_SINK.format(name=name).split())

    def aim(self) -> None:
        """Make the room the default microphone and the speaker the default speaker."""
        self.control("set-default-source", "room.monitor")
        self.control("set-default-sink", "speaker")

    def say(self, samples: Samples, sink: str = "room") -> subprocess.Popen[bytes]:
        """Play into a sink, as a person in the room would; returns at once."""
        path = self.folder / "said.wav"
        write_wav(path, samples)
        return subprocess.Popen(
            ["paplay", "-d", sink, "--latency-msec=50", str(path)], env=self.environment
        )


@pytest.fixture(scope="session")
def pulse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pulse]:
    if shutil.which("pulseaudio") is None or shutil.which("pactl") is None:
        pytest.skip("pulseaudio is not installed")
    folder = tmp_path_factory.mktemp("pulse")
    runtime, home = folder / "run", folder / "home"
    for path in (runtime, home):
        path.mkdir(mode=0o700)
    environment = {
        **os.environ,
        "XDG_RUNTIME_DIR": str(runtime),
        "PULSE_RUNTIME_PATH": str(runtime / "pulse"),
        "HOME": str(home),
    }
    environment.pop("PULSE_SERVER", None)
    server = subprocess.Popen(
        [
            "pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--log-target=stderr",
            "-L", "module-native-protocol-unix",
            "-L", _SINK.format(name="room"),
            "-L", _SINK.format(name="speaker"),
        ],
        env=environment,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    running = Pulse(folder, environment)
    _wait_for(running)
    running.aim()
    patch = pytest.MonkeyPatch()
    for name in ("XDG_RUNTIME_DIR", "PULSE_RUNTIME_PATH", "HOME"):
        patch.setenv(name, environment[name])
    restart_library()
    yield running
    patch.undo()
    server.terminate()
    server.wait(timeout=10)
    restart_library()


def _wait_for(running: Pulse) -> None:
    deadline = time.monotonic() + 10
    while True:
        try:
            running.control("info")
        except subprocess.CalledProcessError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return


@pytest.fixture(scope="session")
def tone() -> Samples:
    """Two seconds at 440 Hz, -12 dBFS."""
    times = np.arange(32_000) / 16_000
    return np.asarray(8_000 * np.sin(2 * np.pi * 440 * times), dtype=np.int16)
