"""Make the three chimes: different in shape, not only in pitch, short and quiet.

Run ``python audio/make.py``; the same samples come out each time.
"""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import numpy.typing as npt

RATE_HZ = 16_000
PEAKS = {"listening": 0.17, "floor": 0.16, "stopped": 0.135}
"""Each as loud as the voice, -23 dBFS RMS where it sounds: a full tone needs less of a peak."""

Wave = npt.NDArray[np.float64]


def tone(pitch_hz: float, seconds: float, *, attack_s: float = 0.012, decay: float = 5.0) -> Wave:
    """Return a soft bell: a sine with one faint overtone, rising fast and dying away."""
    times = np.arange(int(seconds * RATE_HZ)) / RATE_HZ
    body = np.sin(2 * np.pi * pitch_hz * times) + 0.2 * np.sin(4 * np.pi * pitch_hz * times)
    shape = np.minimum(times / attack_s, 1.0) * np.exp(-decay * times / seconds)
    fade = np.minimum((seconds - times) / 0.02, 1.0)
    return np.asarray(body * shape * fade)


def fall(high_hz: float, low_hz: float, seconds: float) -> Wave:
    """Return one breath of sound that swells, sinks in pitch and ebbs away."""
    times = np.arange(int(seconds * RATE_HZ)) / RATE_HZ
    part = times / seconds
    pitch = high_hz * (low_hz / high_hz) ** part
    phase = 2 * np.pi * np.cumsum(pitch) / RATE_HZ
    return np.asarray((np.sin(phase) + 0.2 * np.sin(2 * phase)) * np.sin(np.pi * part) ** 1.5)


def chimes() -> dict[str, Wave]:
    """One rising step: your turn.  Two equal knocks: change of floor.  One long fall: I stopped."""
    gap = np.zeros(int(0.05 * RATE_HZ))
    return {
        "listening": np.concatenate([tone(523.3, 0.07), tone(784.0, 0.13)]),
        "floor": np.concatenate([tone(440.0, 0.11, decay=7), gap, tone(440.0, 0.11, decay=7)]),
        "stopped": fall(440.0, 247.0, 0.36),
    }


def main() -> None:
    folder = Path(__file__).resolve().parent
    for name, values in chimes().items():
        scaled = np.round(values / np.abs(values).max() * PEAKS[name] * 32767).astype("<i2")
        with wave.open(str(folder / f"{name}.wav"), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE_HZ)
            file.writeframes(scaled.tobytes())


if __name__ == "__main__":
    main()
