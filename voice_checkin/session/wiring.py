"""The composition root: the only place that knows every room's makers."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from voice_checkin.clock import Clock
from voice_checkin.dialog.actions import ChimeName
from voice_checkin.dialog.always import Always
from voice_checkin.dialog.check import script_lines
from voice_checkin.dialog.compile import Compiled
from voice_checkin.dialog.facts import Facts
from voice_checkin.dialog.lines import choose, fill, placeholders
from voice_checkin.dialog.loader import load
from voice_checkin.dialog.machine import Machine
from voice_checkin.errors import BadInput
from voice_checkin.events import Samples
from voice_checkin.lexicon import load_understanding
from voice_checkin.listening.choose import choose_recognizer
from voice_checkin.listening.decoder import Decoder, WhoSpoke
from voice_checkin.listening.ears import Ears
from voice_checkin.listening.models import models_folder
from voice_checkin.listening.vad import SileroVoice
from voice_checkin.listening.voices import VoicePrint, Voices
from voice_checkin.resources import dialogs_folder
from voice_checkin.scripts import read_text
from voice_checkin.session.completeness import Endings
from voice_checkin.session.evening import Evening, Understand
from voice_checkin.session.keeper import Memory
from voice_checkin.session.published import Watcher
from voice_checkin.session.seams import EarControl, Voice
from voice_checkin.session.session import Session
from voice_checkin.session.voicing import WithSpare
from voice_checkin.settings import Settings
from voice_checkin.sound.echo import EchoCanceller
from voice_checkin.sound.seams import Sound
from voice_checkin.speaking.chimes import load_chimes
from voice_checkin.speaking.choose import choose_voice
from voice_checkin.speaking.prerender import Mouth
from voice_checkin.understanding.meaning import Meaning
from voice_checkin.words import Expecting, PartnerId, Seconds


@dataclass(frozen=True, slots=True)
class TurnWords:
    """``dialogs/turns.yaml``: how turns end, and the sounds that take no turn."""

    endings: Endings
    backchannels: frozenset[str]
    joining: frozenset[str]


def load_turn_words(folder: Path | None = None) -> TurnWords:
    """Read the turn words.  Raises `BadInput` where the file is not as it should be."""
    path = (folder or dialogs_folder()) / "turns.yaml"
    document = load(read_text(path), str(path))
    data = document.data
    wanted = ("unfinished", "finished", "joining", "backchannels")
    if document.faults:
        raise BadInput(str(document.faults[0]))
    if not isinstance(data, dict) or any(not isinstance(data.get(key), list) for key in wanted):
        raise BadInput(f"{path}: needs the lists {', '.join(wanted)}.")
    unfinished, finished, joining, backchannels = (
        frozenset(str(item).lower() for item in data[key]) for key in wanted
    )
    return TurnWords(Endings(unfinished, finished), backchannels, joining)


def load_mind() -> Understand:
    """Load the understanding and warm it up, so that no turn pays for it."""
    understand: Understand = load_understanding().understand
    return understand


class LazyMind:
    """Loads the mind while the first lines are spoken: nobody has to wait for hello.

    The first call waits for it, and raises what loading raised.
    """

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="mind")
        self._mind = self._pool.submit(load_mind)
        self._pool.shutdown(wait=False)

    def __call__(self, text: str, expecting: Expecting) -> Meaning:
        return self._mind.result()(text, expecting)


def load_ears(*, cancel_echo: bool = True) -> Ears:
    """Load voice activity and echo cancelling."""
    ears = Ears(SileroVoice(), EchoCanceller() if cancel_echo else None)
    ears.load()
    return ears


def load_decoder(
    settings: Settings,
    timer: Callable[[], Seconds] = time.perf_counter,
    who: WhoSpoke | None = None,
    mind: Understand | None = None,
) -> Decoder:
    """Load the recogniser of the settings.  Raises `ModelMissing` or `BadInput`.

    What ``mind`` takes for danger is decoded twice (`completeness.Reader.believed`).
    """
    recognizer = choose_recognizer(settings.recognizer, models_folder())
    recognizer.load()

    def is_grave(text: str) -> bool:
        if mind is None:
            return False
        meaning = mind(text, Expecting())
        return meaning.risk is not None or meaning.stance == "contempt"

    return Decoder(recognizer, who=who, is_grave=is_grave, timer=timer)


def known_voices(stored: Mapping[PartnerId, bytes]) -> Voices:
    """Return the voices of those who enrolled; a print that cannot be read is left aside."""
    prints = {partner: VoicePrint.from_bytes(data) for partner, data in stored.items()}
    return Voices({partner: one for partner, one in prints.items() if one is not None})


def load_mouth(settings: Settings) -> Mouth:
    """Load the assistant's voice and chimes.  Raises `VoiceError`.

    espeak-ng is always there and stands in for another voice; nothing stands in for it, as flite
    shows its lines to every user of the machine.
    """
    voice = choose_voice(settings.voice)
    if not settings.voice.startswith("espeak"):
        voice = WithSpare(voice, lambda: choose_voice("espeak:en-us"))
    return Mouth(
        voice,
        load_chimes(),
        rate_wpm=settings.rate_wpm,
        volume=settings.volume,
    )


def build_session(
    *,
    script: Compiled,
    always: Always,
    facts: Facts,
    memory: Memory,
    understand: Understand,
    sound: Sound,
    voice: Voice,
    ears: EarControl,
    clock: Clock,
    watchers: Sequence[Watcher] = (),
    patience: float = 1.0,
    snapshot: dict[str, object] | None = None,
    cover_phrase: str | None = None,
) -> Session:
    """Put one evening together; with ``snapshot`` it takes up where it was."""
    machine = build_machine(script, always, facts, snapshot)
    words = load_turn_words()
    return Session(
        evening=Evening(machine, understand, memory, clock.wall, cover_phrase=cover_phrase),
        sound=sound,
        voice=voice,
        ears=ears,
        clock=clock,
        endings=words.endings,
        backchannels=words.backchannels,
        joining=words.joining,
        watchers=watchers,
        patience=patience,
    )


def build_machine(
    script: Compiled, always: Always, facts: Facts, snapshot: dict[str, object] | None = None
) -> Machine:
    """Make the machine; a snapshot that does not fit today's script is left aside."""
    machine = Machine(script, always, facts)
    if snapshot is not None:
        with contextlib.suppress(ValueError, KeyError, TypeError):
            machine.restore(snapshot)
    return machine


def lines_ahead(script: Compiled, always: Always, facts: Facts) -> Iterator[str]:
    """Yield what can be rendered before it is needed: lines that hold names at the most."""
    machine = Machine(script, always, facts)
    partners: tuple[PartnerId, ...] = ("a", "b") if facts.first == "a" else ("b", "a")
    names = {"partner", "other", "first", "second", *facts.help_lines}
    for line in (*script_lines(script.model), *always.lines()):
        text = choose(line, facts.night)
        used = set(placeholders(text))
        if used - names:
            continue
        for partner in partners if used & {"partner", "other"} else partners[:1]:
            yield fill(text, machine.values(partner))


class TimedVoice:
    """A voice whose rendering time is charged to a virtual room."""

    def __init__(self, mouth: Mouth, charge: Callable[[Seconds], None]) -> None:
        self._mouth = mouth
        self._charge = charge

    def speech(self, text: str, *, breath: Seconds = 0.0) -> Samples:
        began = time.perf_counter()
        samples = self._mouth.speech(text, breath=breath)
        self._charge(time.perf_counter() - began)
        return samples

    def chime(self, name: ChimeName) -> Samples:
        return self._mouth.chime(name)

    def adjust(self, what: str) -> None:
        self._mouth.adjust(what)
