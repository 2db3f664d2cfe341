"""Lines are ready before they are needed, at the loudness and rate that people asked for."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from voice_checkin.speaking.chimes import load_chimes
from voice_checkin.speaking.prerender import RATES_WPM, Mouth
from voice_checkin.speaking.seams import Speech
from voice_checkin.speaking.tone import ToneSynthesizer
from voice_checkin.words import RATE_HZ

pytestmark = pytest.mark.voice


class CountingTone(ToneSynthesizer):
    """Counts what it renders."""

    def __init__(self) -> None:
        self.rendered: list[tuple[str, int]] = []

    def render(self, text: str, rate_wpm: int) -> Speech:
        self.rendered.append((text, rate_wpm))
        return super().render(text, rate_wpm)


def mouth(tone: CountingTone | None = None, **options: int) -> Mouth:
    return Mouth(tone or CountingTone(), load_chimes(), **options)


def test_a_line_rendered_ahead_is_not_rendered_again() -> None:
    tone = CountingTone()
    speaker = mouth(tone)
    speaker.want(["Good night.", "Thank you, Ana."])
    speaker.render_wanted()
    speaker.speech("Good night.")

    assert [text for text, _ in tone.rendered] == ["Good night.", "Thank you, Ana."]


def test_a_thread_of_its_own_renders_ahead_and_stops_when_told() -> None:
    tone = CountingTone()
    speaker = mouth(tone)
    thread = threading.Thread(target=speaker.work, args=(lambda: False,))
    thread.start()
    speaker.want(["One.", "Two."])
    speaker.finish()
    thread.join(5)

    assert not thread.is_alive()
    assert [text for text, _ in tone.rendered] == ["One.", "Two."]


def test_a_question_comes_after_a_breath_and_a_little_slower() -> None:
    tone = CountingTone()
    speaker = mouth(tone, rate_wpm=150)
    question = speaker.speech("Ana, how was your day?", breath=0.15)
    speaker.speech("Thank you, Ana.")
    breath = int(0.15 * RATE_HZ)

    assert not question[:breath].any()
    assert question[breath : breath + 200].any()
    assert [rate for _, rate in tone.rendered] == [142, 150]


def test_louder_and_quieter_change_lines_and_chimes_alike() -> None:
    speaker = mouth()
    before = [np.abs(speaker.speech("Yes.")).max(), np.abs(speaker.chime("floor")).max()]
    speaker.adjust("louder")
    after = [np.abs(speaker.speech("Yes.")).max(), np.abs(speaker.chime("floor")).max()]

    ratios = [new / old for old, new in zip(before, after, strict=True)]
    assert ratios == pytest.approx([1.25, 1.25], rel=0.01)


def test_nobody_can_make_it_silent_shout_or_race() -> None:
    tone = CountingTone()
    speaker = mouth(tone)
    for what in ("quieter", "slower"):
        for _ in range(30):
            speaker.adjust(what)
    assert np.abs(speaker.speech("Yes.")).max() > 150
    assert tone.rendered[-1][1] == RATES_WPM[0]

    for what in ("louder", "faster"):
        for _ in range(60):
            speaker.adjust(what)
    assert np.abs(speaker.speech("Yes.").astype(int)).max() <= 32767
    assert tone.rendered[-1][1] == RATES_WPM[1]


def test_an_unknown_wish_is_a_mistake_in_the_program() -> None:
    with pytest.raises(ValueError, match="sing"):
        mouth().adjust("sing")


def test_an_evening_of_lines_does_not_fill_the_memory() -> None:
    tone = CountingTone()
    speaker = mouth(tone, memory=5 * RATE_HZ)
    for number in range(40):
        speaker.speech(f"Line number {number} of the evening.")
    kept = sum(len(samples) for samples in speaker._ready.values())

    assert kept <= 5 * RATE_HZ
    speaker.speech("Line number 39 of the evening.")
    assert len(tone.rendered) == 40
