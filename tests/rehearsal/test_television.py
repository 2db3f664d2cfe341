"""A television 10 dB below the partners, all evening: it is nobody's turn.

The words are given to the assistant as they were said, so that this holds the ears and the turns
and not a small recogniser's luck with two voices at once.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from voice_checkin.events import Samples
from voice_checkin.rehearsal.measure import Measure
from voice_checkin.rehearsal.run import Rehearsal
from voice_checkin.rehearsal.script import RehearsalScript, load_rehearsal
from voice_checkin.session.published import LineEnded, Published, TurnTaken
from voice_checkin.session.step import nominal_decode_s
from voice_checkin.settings import Settings
from voice_checkin.words import Expecting, Transcript

pytestmark = [pytest.mark.loop, pytest.mark.timeout(240)]

SCRIPT = load_rehearsal(Path(__file__).parent / "scripts" / "television_near.yaml")


class Told:
    """A recogniser that is told what was said last."""

    name = "told"

    def __init__(self) -> None:
        self.rehearsal: Rehearsal | None = None

    def load(self) -> None:
        """Nothing to load."""

    def decode(self, samples: Samples, hint: Expecting) -> Transcript:
        spoken = self.rehearsal.spoken if self.rehearsal else []
        text = spoken[-1].text if spoken else "the weather in the north"
        return Transcript(text=text, confidence=0.9, recogniser=self.name)


class Turns:
    """A watcher that keeps turns and interrupted lines."""

    measure: Measure | None = None

    def __init__(self) -> None:
        self.names: dict[str, str] = {}
        self.turns: list[TurnTaken] = []
        self.interrupted: list[str] = []

    def notice(self, event: Published) -> None:
        match event:
            case TurnTaken():
                self.turns.append(event)
            case LineEnded(interrupted=True):
                self.interrupted.append(event.line_id)
            case _:
                pass


def hold(plan: RehearsalScript) -> tuple[Measure, Turns, Rehearsal]:
    told, turns = Told(), Turns()
    rehearsal = Rehearsal(
        plan,
        Settings(locale="us"),
        real_time=False,
        keep=False,
        wall=datetime(2026, 11, 23, 20, 0, tzinfo=UTC),
        recognizer=told,
        cost=nominal_decode_s,  # the same evening on a busy machine
    )
    told.rehearsal = rehearsal
    return rehearsal.run([turns]), turns, rehearsal


@pytest.mark.parametrize("echo_db", [-20.0, None], ids=["an echo", "no echo"])
def test_a_nightly_check_in_is_held_over_a_television(echo_db: float | None) -> None:
    room = SCRIPT.room.model_copy(update={"echo_db": echo_db})
    measure, turns, rehearsal = hold(SCRIPT.model_copy(update={"room": room}))

    assert measure.summary()["completed"], measure.turns
    # Until two seconds of its own lines have been heard, nobody can know that a television is on.
    assert set(turns.interrupted) <= {"nightly.consent"}
    assert len(turns.interrupted) <= 1
    assert not any(turn["cut_off"] for turn in measure.turns)
    # Each turn is what somebody said, from its beginning to its end; what was not said took none.
    heard = [turn for turn in turns.turns if turn.text]
    assert len(heard) == len(rehearsal.spoken)
    # A word of the television's that follows at once may be in it, in one or two of twenty-two.
    pairs = list(zip(heard, rehearsal.spoken, strict=True))
    off = [max(abs(t.started - s.started), abs(t.ended - s.ended)) for t, s in pairs]
    assert max(off) < 1.2
    assert sum(seconds > 0.5 for seconds in off) <= 2


def test_somebody_who_says_nothing_is_waited_for_although_the_television_talks() -> None:
    say = [{"Ana": {"text": "yes please"}}, {"Ben": {"text": "yes please"}}]
    plan = RehearsalScript.model_validate({"room": SCRIPT.room.model_dump(), "say": say})
    measure, turns, _ = hold(plan)

    assert measure.summary()["ended"] == "left"
    assert turns.interrupted == []
    assert {turn.text for turn in turns.turns} <= {"", "yes please", "yes"}
