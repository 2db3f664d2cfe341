"""The ears alone: recordings to utterances, and the decoder that both live and files use."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from tests.ears.voices import mixed, noise, say, silence
from voice_checkin.cli.transcribe import command
from voice_checkin.errors import BadInput
from voice_checkin.events import Samples, Segment
from voice_checkin.listening.decoder import Decoder
from voice_checkin.listening.scripted import ScriptedRecognizer
from voice_checkin.sound.wav import write_wav
from voice_checkin.words import PartnerId, Transcript

pytestmark = pytest.mark.ears


def test_each_utterance_is_written_down_with_its_times(tmp_path: Path) -> None:
    path = tmp_path / "evening.wav"
    first, second = say("Please stop, I need a break.", "en-us+m1"), say("yes", "en-us+m1")
    write_wav(path, mixed((0.5, first), (4.5, second), (0, noise(96_000, -70)), seconds=6))
    done = CliRunner().invoke(command, [str(path), "--json", "--recognizer", "moonshine"])
    assert done.exit_code == 0, done.output
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [set(row) for row in rows] == [
        {"file", "started", "ended", "text", "confidence", "speaker"}
    ] * 2
    assert rows[0]["file"] == str(path)
    assert rows[0]["started"] == pytest.approx(0.5, abs=0.15)
    assert "need a break" in rows[0]["text"].lower()
    assert rows[1]["started"] == pytest.approx(4.5, abs=0.15)
    assert rows[1]["text"].lower().startswith("yes")
    plain = CliRunner().invoke(command, [str(path), "--recognizer", "moonshine"])
    assert rows[0]["text"] in plain.stdout


def test_a_recording_of_nobody_gives_no_lines_and_no_error(tmp_path: Path) -> None:
    for name, samples in (
        ("empty", silence(0)),
        ("quiet", silence(2)),
        ("hum", noise(32_000, -50)),
    ):
        write_wav(tmp_path / f"{name}.wav", samples)
        done = CliRunner().invoke(command, [str(tmp_path / f"{name}.wav"), "--json"])
        assert done.exit_code == 0, done.output
        assert done.stdout == ""


def test_a_slip_in_one_name_is_told_before_any_work(tmp_path: Path) -> None:
    write_wav(tmp_path / "good.wav", say("yes"))
    names = [str(tmp_path / "good.wav"), str(tmp_path / "evning.wav")]
    done = CliRunner().invoke(command, [*names, "--json"])
    assert isinstance(done.exception, BadInput)
    assert "evning.wav" in str(done.exception)
    assert done.stdout == ""


def segment(revision: int, id_: int = 1) -> Segment:
    samples = np.full(1600, 500, np.int16)
    return Segment(id=id_, revision=revision, started=1.0, ended=2.0, samples=samples)


def test_a_decoded_segment_keeps_its_times_and_its_sound_is_overwritten() -> None:
    ticks = iter([10.0, 10.25])
    decoder = Decoder(ScriptedRecognizer(["seven"]), timer=lambda: next(ticks))
    heard_segment = segment(1)
    heard = decoder.decode(heard_segment)
    assert heard is not None
    assert (heard.id, heard.revision, heard.started, heard.ended) == (1, 1, 1.0, 2.0)
    assert heard.transcript.text == "seven"
    assert heard.decode_s == 0.25
    assert not heard_segment.samples.any()


def test_a_revision_that_was_replaced_is_not_decoded() -> None:
    recognizer = ScriptedRecognizer(["new", "next"])
    decoder = Decoder(recognizer)
    old, new, other = segment(1), segment(2), segment(1, id_=2)
    for item in (old, new):
        decoder.announce(item)
    assert decoder.decode(old) is None
    assert not old.samples.any()
    found = decoder.decode(new)
    assert found is not None
    assert found.transcript.text == "new"
    decoder.announce(other)
    assert decoder.decode(other) is not None
    assert len(recognizer.hints) == 2


def test_who_spoke_is_only_asked_where_there_were_words() -> None:
    asked: list[int] = []

    class Who:
        ready = True

        def __call__(self, samples: Samples) -> tuple[PartnerId | None, bool]:
            asked.append(len(samples))
            assert samples.any(), "before it is overwritten"
            return "b", False

        def both(self, samples: Samples) -> bool:
            return False

    decoder = Decoder(ScriptedRecognizer([Transcript(text="", confidence=0.0), "yes"]), who=Who())
    first, second = decoder.decode(segment(1)), decoder.decode(segment(1, id_=2))
    assert first is not None
    assert first.speaker is None
    assert second is not None
    assert (second.speaker, second.compared) == ("b", True)
    assert asked == [1600]


def test_words_that_would_end_an_evening_are_listened_to_twice() -> None:
    recognizer = ScriptedRecognizer(["a rope in the morning", "tomorrow morning", "fine"])
    decoder = Decoder(recognizer, is_grave=lambda text: "rope" in text)
    grave, plain = decoder.decode(segment(1)), decoder.decode(segment(1, id_=2))
    assert grave is not None
    assert (grave.transcript.text, grave.second) == ("a rope in the morning", "tomorrow morning")
    assert plain is not None
    assert (plain.transcript.text, plain.second) == ("fine", "")
