"""What each recogniser does of its own: Moonshine's guards, Vosk's word lists, which is chosen."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.ears.test_contracts import korean_model
from tests.ears.voices import noise, say, silence
from voice_checkin.errors import BadInput, ModelMissing
from voice_checkin.listening.choose import choose_recognizer
from voice_checkin.listening.doubt import is_invented, plausibility, repeats
from voice_checkin.listening.grammar import UNKNOWN, closed_words
from voice_checkin.listening.moonshine import MoonshineRecognizer
from voice_checkin.listening.vosk import DOUBTFUL, VoskRecognizer, reconcile
from voice_checkin.words import Expecting, Kind, Option, Transcript

pytestmark = pytest.mark.ears


@pytest.fixture(scope="module")
def moonshine() -> MoonshineRecognizer:
    made = MoonshineRecognizer()
    made.load()
    return made


def a_door(seed: int) -> np.ndarray:
    """A knock: 90 ms of dying noise in half a second."""
    rng = np.random.default_rng(seed)
    knock = 12_000 * rng.standard_normal(1500) * np.exp(-np.arange(1500) / 300)
    return np.concatenate([np.zeros(3000), knock, np.zeros(3500)]).clip(-32768, 32767)


@pytest.mark.parametrize("seed", range(3))
def test_a_door_and_noise_have_no_words(moonshine: MoonshineRecognizer, seed: int) -> None:
    for samples in (
        a_door(seed).astype(np.int16),
        noise(16_000, -30, seed),
        noise(8_000, -50, seed),
    ):
        assert moonshine.decode(samples, Expecting(kind=Kind.YES_NO)).text == ""


def plain(text: str) -> list[str]:
    return re.findall(r"[a-z']+", text.lower())


def test_plain_answers_are_understood_and_believed(moonshine: MoonshineRecognizer) -> None:
    for text in ("yes", "Please stop, I need a break."):
        found = moonshine.decode(say(text, "en-us+m1"), Expecting(kind=Kind.YES_NO))
        assert plain(found.text) == plain(text)
        assert found.confidence > 0.7


def test_words_nobody_can_have_said_in_that_time_are_invented() -> None:
    assert is_invented("thank you for watching, and see you next time", seconds=0.6)
    assert is_invented("...", seconds=1.0)
    assert not is_invented("no", seconds=0.3)
    assert not is_invented("I was tired and a bit sad today.", seconds=2.0)


def test_a_recogniser_that_goes_round_in_circles_is_noticed() -> None:
    assert repeats("I was " * 4)
    assert repeats("so so so so so so")
    assert not repeats("no, no, no, no, that is not it")
    assert not repeats("I was tired and I was sad")


def test_doubt_grows_with_haste_and_quiet() -> None:
    normal = plausibility("I was tired today", seconds=1.5, level_db=-25)
    assert plausibility("I was tired today", seconds=0.65, level_db=-25) < normal
    assert plausibility("I was tired today", seconds=1.5, level_db=-50) < normal
    assert plausibility("I was tired today", seconds=15.0, level_db=-25) < normal


def test_every_closed_question_has_decoys_and_the_unknown() -> None:
    for hint in (
        Expecting(kind=Kind.YES_NO),
        Expecting(kind=Kind.SCALE),
        Expecting(kind=Kind.CHOICE, options=(Option("later", ("later on", "tomorrow")),)),
    ):
        words = closed_words(hint)
        assert words[-1] == UNKNOWN
        assert {"stop", "pause", "help", "guess", "step"} <= set(words)
    assert "tomorrow" in closed_words(
        Expecting(kind=Kind.CHOICE, options=(Option("later", ("tomorrow",)),))
    )
    assert closed_words(Expecting()) == ()
    assert closed_words(Expecting(kind=Kind.FEELING)) == ()


def heard(text: str, confidence: float = 1.0) -> Transcript:
    return Transcript(text=text, confidence=confidence, recogniser="vosk")


def test_a_forced_match_is_never_taken_for_consent() -> None:
    assert reconcile(heard("yes"), heard("yes", 0.6)).confidence == 1.0
    forced = reconcile(heard("yes"), heard("guess"))
    assert forced.confidence <= DOUBTFUL
    story = reconcile(heard("yes"), heard("yesterday I went for a run", 0.8))
    assert story.text == "yesterday I went for a run"
    assert reconcile(heard(""), heard("earth", 0.5)).text == "earth"


@pytest.fixture(scope="module")
def vosk() -> VoskRecognizer:
    words = ("네", "아니요", "다시", "그만", UNKNOWN)
    made = VoskRecognizer(korean_model(), words_for=lambda _hint: words)
    made.load()
    return made


def test_a_model_that_lacks_the_unknown_word_gets_no_word_list(vosk: VoskRecognizer) -> None:
    assert not vosk.takes_word_lists
    free = vosk.decode(say("오늘 힘들었어요", "ko"), Expecting(kind=Kind.YES_NO))
    assert not set(free.text.split()) <= {"네", "아니요", "다시", "그만"}, "nothing was forced"


def test_a_word_list_is_checked_against_free_decoding(vosk: VoskRecognizer) -> None:
    """With the list forced on, as a model with ``[unk]`` would take it."""
    vosk.takes_word_lists = True
    try:
        story = vosk.decode(
            say("오늘 정말 힘들었어요 그래서 일찍 잤어요", "ko"), Expecting(kind=Kind.YES_NO)
        )
        answer = vosk.decode(say("아니요", "ko"), Expecting(kind=Kind.YES_NO))
    finally:
        vosk.takes_word_lists = False
    assert story.confidence <= DOUBTFUL or len(story.text.split()) >= 4
    assert answer.text == "아니요"


def test_words_come_while_a_person_speaks(vosk: VoskRecognizer) -> None:
    sound = np.concatenate([say("오늘 힘들었어요", "ko"), silence(0.3)])
    stream = vosk.stream(Expecting())
    partials = [stream.add(sound[at : at + 3200]) for at in range(0, len(sound), 3200)]
    assert any(partials), "something was there before the end"
    final = stream.finish()
    assert final.text
    assert final.words
    assert all(0.0 <= word.confidence <= 1.0 for word in final.words)
    assert [word.started for word in final.words] == sorted(word.started for word in final.words)


def test_auto_is_moonshine_until_an_english_model_is_installed(tmp_path: Path) -> None:
    assert choose_recognizer("auto", tmp_path).name == "moonshine"
    (tmp_path / "vosk-small-en").symlink_to(korean_model())
    assert choose_recognizer("auto", tmp_path).name == "vosk"
    assert choose_recognizer("moonshine", tmp_path).name == "moonshine"
    with pytest.raises(BadInput, match="choose one of auto, moonshine, vosk"):
        choose_recognizer("whisper", tmp_path)


def test_a_missing_model_says_how_to_get_one(tmp_path: Path) -> None:
    for wanted in (
        choose_recognizer("vosk", tmp_path),
        choose_recognizer("vosk", tmp_path, model=tmp_path),
    ):
        with pytest.raises(ModelMissing, match="models install vosk-small-en"):
            wanted.load()
    with pytest.raises(ModelMissing, match="reinstall"):
        choose_recognizer("moonshine", tmp_path, model=tmp_path).load()


def test_a_damaged_model_is_refused(tmp_path: Path) -> None:
    shutil.copytree(korean_model() / "conf", tmp_path / "conf")
    (tmp_path / "am").mkdir()
    (tmp_path / "am" / "final.mdl").write_bytes(b"")
    with pytest.raises(BadInput, match="damaged Vosk model"):
        choose_recognizer("vosk", tmp_path, model=tmp_path).load()
    moonshine = tmp_path / "moonshine"
    moonshine.mkdir()
    for name in ("encoder_model.ort", "decoder_model_merged.ort", "tokenizer.bin"):
        (moonshine / name).write_bytes(b"cut off")
    with pytest.raises(BadInput, match="damaged"):
        choose_recognizer("moonshine", tmp_path, model=moonshine).load()


def test_files_that_only_look_like_a_model_end_in_a_sentence(tmp_path: Path) -> None:
    """In a process of its own: a native library that aborts must not take the tests with it."""
    source = korean_model()
    for path in source.rglob("*"):
        target = tmp_path / path.relative_to(source)
        target.parent.mkdir(parents=True, exist_ok=True)
        if path.is_file() and path.name not in ("Gr.fst", "HCLr.fst", "final.mdl"):
            shutil.copy(path, target)
    for name in ("graph/Gr.fst", "graph/HCLr.fst", "am/final.mdl"):
        (tmp_path / name).write_bytes(b"this is no model" * 1000)
    code = (
        "import sys; from pathlib import Path\n"
        "from voice_checkin.errors import BadInput\n"
        "from voice_checkin.listening.vosk import VoskRecognizer\n"
        "try: VoskRecognizer(Path(sys.argv[1])).load()\n"
        "except BadInput as error: sys.exit('refused: ' + str(error))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, timeout=60
    )
    assert "refused" in done.stderr
    assert "Traceback" not in done.stderr
