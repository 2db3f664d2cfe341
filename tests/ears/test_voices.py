"""Who spoke: for partners who have enrolled, and never a guess."""

from __future__ import annotations

import numpy as np
import pytest

from tests.ears.voices import clipped, noise, say, silence
from voice_checkin.events import Samples
from voice_checkin.listening.voices import Learner, VoicePrint, Voices, enrol

pytestmark = pytest.mark.ears

ENROL = (
    "I was tired today and went to bed early.",
    "My mother called and it was difficult.",
    "Thank you for making dinner this evening.",
    "I was proud that I went for a run.",
    "Maybe we can talk about it tomorrow.",
    "He listened to me when I came home.",
)
TEST = (
    "I felt hurt when you walked away.",
    "We argued about money again.",
    "I can see how much this hurt you.",
    "I'm sorry that I shouted at you.",
    "I promise to call you at lunch.",
)
PAIRS = [("en-us+f3", "en-us+m3"), ("en-us+m1", "en-us+m7"), ("en-us+f2", "en-us+f1")]


def mix(one: Samples, two: Samples) -> Samples:
    size = min(len(one), len(two))
    return clipped(one[:size].astype(float) + two[:size].astype(float))


def print_of(voice: str) -> VoicePrint:
    made = enrol([say(text, voice) for text in ENROL])
    assert made is not None
    return made


@pytest.fixture(scope="module", params=PAIRS, ids=["+".join(pair) for pair in PAIRS])
def couple(request: pytest.FixtureRequest) -> tuple[Voices, str, str]:
    first, second = request.param
    return Voices({"a": print_of(first), "b": print_of(second)}), first, second


def test_partners_who_enrolled_are_told_apart_and_never_taken_for_each_other(
    couple: tuple[Voices, str, str],
) -> None:
    voices, first, second = couple
    for wanted, voice in (("a", first), ("b", second)):
        found = [voices(say(text, voice, db=-30)) for text in TEST]
        assert {speaker for speaker, _ in found} <= {wanted, None}
        assert [speaker for speaker, _ in found].count(wanted) >= len(TEST) - 1
        assert not any(strange for _, strange in found)


def test_a_short_word_is_left_unsure_and_noise_is_nobody(couple: tuple[Voices, str, str]) -> None:
    voices, first, _ = couple
    assert voices(say("no", first)[:3000]) == (None, False)
    assert voices(noise(16_000, -25)) == (None, False)
    assert voices(silence(1.0)) == (None, False)
    assert voices(silence(0.0)) == (None, False)


def test_a_third_voice_is_noticed() -> None:
    voices = Voices({"a": print_of("en-us+m1"), "b": print_of("en-us+m7")})
    found = [voices(say(text, "en-us+f3")) for text in TEST]
    assert all(speaker is None for speaker, _ in found)
    assert sum(strange for _, strange in found) >= 3


def test_two_at_once_are_noticed_and_one_alone_is_not_taken_for_two(
    couple: tuple[Voices, str, str],
) -> None:
    voices, first, second = couple
    mixed = [
        mix(say(one, first), say(two, second))
        for one, two in zip(TEST, TEST[1:] + TEST[:1], strict=True)
    ]
    alone = [voices.both(say(text, voice)) for voice in (first, second) for text in (*TEST, *ENROL)]

    # As two at once, or as a voice that is neither's: both stop the answer from being taken.
    assert sum(voices.both(sound) or voices(sound)[1] for sound in mixed) >= 3
    assert sum(alone) == 0


def test_two_at_once_is_never_said_of_a_word_nor_where_voices_are_not_known() -> None:
    voices = Voices({"a": print_of("en-us+f3"), "b": print_of("en-us+m3")})
    assert not voices.both(mix(say("yes", "en-us+f3"), say("no", "en-us+m3")))
    both = mix(say(TEST[0], "en-us+f3"), say(TEST[1], "en-us+m3"))
    voices.forget("b")
    assert not voices.both(both)


def test_with_one_print_or_none_nobody_is_named() -> None:
    voices = Voices({"a": print_of("en-us+f3")})
    assert voices(say(TEST[0], "en-us+f3")) == (None, False)
    assert Voices()(say(TEST[0])) == (None, False)


def test_a_print_can_be_forgotten() -> None:
    voices = Voices({"a": print_of("en-us+f3"), "b": print_of("en-us+m3")})
    voices.forget("a")
    assert set(voices.prints) == {"b"}
    voices.forget()
    assert voices.prints == {}


def test_too_little_speech_makes_no_print() -> None:
    assert enrol([say(ENROL[0]), say(ENROL[1])]) is None
    assert enrol([silence(2.0)] * 6) is None
    with pytest.raises(ValueError, match="not a voice print"):
        VoicePrint(means=(1.0,), squares=(1.0,), count=3, pitch_hz=100.0)


def test_a_print_holds_numbers_and_no_sound() -> None:
    made = print_of("en-us+m3")
    assert len(made.means) == len(made.squares) == 34
    assert all(isinstance(value, float) and np.isfinite(value) for value in made.means)


def test_a_stored_print_comes_back_and_a_damaged_one_is_left_aside() -> None:
    made = print_of("en-us+f3")
    assert VoicePrint.from_bytes(made.to_bytes()) == made
    for damaged in (b"", b"no json", b"[]", b'{"means": [1], "squares": [1], "count": 1}'):
        assert VoicePrint.from_bytes(damaged) is None


def test_a_learner_keeps_only_the_turns_that_were_given_to_learning() -> None:
    learner = Learner()
    assert learner(say(ENROL[0], "en-us+m1")) == (None, False)
    learner.turn(None)  # the yes to a question is no sample
    for text in ENROL[:4]:
        learner(say(text, "en-us+f3"))
        learner.turn("a")
    learner(say(ENROL[0], "en-us+m3"))
    learner.turn("b")  # too little

    assert set(learner.prints()) == {"a"}
    assert learner.prints()["a"] == enrol([say(text, "en-us+f3") for text in ENROL[:4]])
