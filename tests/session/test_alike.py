"""What only sounds like stop is asked about wherever stop would be obeyed."""

from __future__ import annotations

from voice_checkin.session.completeness import Endings, Reader
from voice_checkin.session.floor import takes_floor
from voice_checkin.understanding.meaning import Meaning
from voice_checkin.words import Expecting


def understand(text: str, _expecting: Expecting) -> Meaning:
    return Meaning(text=text, command_like="stop" if text == "Step." else None)


def test_it_takes_the_floor_however_little_of_the_line_was_heard() -> None:
    for like, wanted in (("stop", True), ("skip", False), (None, False)):
        meaning = Meaning(text="Step.", command_like=like)

        assert takes_floor(
            "Step.", meaning, heard=0.1, listening=True, backchannels=frozenset()
        ) is wanted  # fmt: skip


def test_it_does_not_drown_in_the_sentence_it_came_after() -> None:
    reader = Reader(understand, Endings.of([], []))

    after = reader.mean_turn("it was a long day at work Step.", "Step.", Expecting())
    alone = reader.mean_turn("it was a long day at work Really.", "Really.", Expecting())

    assert (after.text, after.command_like) == ("Step.", "stop")
    assert alone.text == "it was a long day at work Really."


def test_a_learned_command_in_words_that_were_hardly_heard_is_asked_about() -> None:
    reader = Reader(understand, Endings.of([], []))
    learned = Meaning(text="I need a bit.", command="time_out", why=("command.learned 0.98: a",))
    known = Meaning(text="Stop.", command="stop", why=("command: stop",))

    def believed(meaning: Meaning, confidence: float) -> Meaning:
        return reader.believed(meaning, "", Expecting(), confidence=confidence)

    asked = believed(learned, 0.45)
    assert (asked.command, asked.command_like) == (None, "time_out")
    assert believed(learned, 0.9).command == "time_out"
    assert believed(known, 0.45).command == "stop"
