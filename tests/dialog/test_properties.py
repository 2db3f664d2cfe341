"""What holds in every conversation, whatever people say: generated ones."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.dialog.conversation import EVENING, US, Conversation, always_lines, script_of
from tests.dialog.everywhere import HELD, at
from voice_checkin.dialog.actions import End, Listen, Say, Wait
from voice_checkin.dialog.facts import Facts
from voice_checkin.dialog.machine import GRACE, Machine
from voice_checkin.scripts import script_names
from voice_checkin.understanding.meaning import TimeAnswer

pytestmark = pytest.mark.mind

COMMANDS = ["repeat", "back", "skip", "pause", "resume", "time_out", "help", "louder", "forget"]
SAYINGS: list[dict[str, Any]] = [
    {"text": "yes", "yes_no": "yes"},
    {"text": "no", "yes_no": "no"},
    {"text": "i don't know", "yes_no": "unsure"},
    {"text": "four", "scale": 4.0},
    {"text": "nine", "scale": 9.0},
    {"text": "something about the house"},
    {"text": "a short word", "spoken_s": 3.0},
    {"text": "and then it went on and on", "spoken_s": 45.0},
    {"text": "i felt hurt and small", "feelings": ("hurt",)},
    {"text": "that is not how it was", "stance": "defend"},
    {"text": "it makes sense that you were hurt", "stance": "validate"},
    {"text": "i am sorry i lied", "stance": "apologize"},
    {"text": "in half an hour", "time": TimeAnswer(minutes=30)},
    {"text": "six", "scale": 6.0, "confidence": 0.2},
    {"text": "he did me", "doubtful": True},
    *({"text": name, "command": name} for name in COMMANDS),
]
EVENTS = st.one_of(
    st.sampled_from([("hear", i) for i in range(len(SAYINGS))]),
    st.sampled_from([("silent", 0), ("limit", 0), ("both", 0), ("stranger", 0)]),
)
PLANS = st.lists(EVENTS, max_size=60)
MUTUAL = [
    (name, key)
    for name in script_names()
    for key, node in script_of(name).nodes.items()
    if node.step and node.beat.ask is not None and key.endswith(".1")
]
"""Script and question, where both have their say."""
MUTUAL_FROM = {name: script_of(name).nodes[key].beat.beat for name, key in reversed(MUTUAL)}
TALKED = [("hear", SAYINGS.index(said)) for said in SAYINGS if "spoken_s" in said][::-1]
"""One talks long and the other little; what follows are generated turns."""
DIALOGS = st.sampled_from(script_names())


def act(talk: Conversation, event: tuple[str, int]) -> None:
    kind, index = event
    if isinstance(talk.after, Wait) and not talk.after.pause and kind == "silent":
        talk.now = talk.after.until
        talk.take(talk.machine.wake(talk.now))
        return
    match kind:
        case "hear":
            talk.hear(**SAYINGS[index])
        case "limit":
            talk.take(talk.machine.over_limit(talk.now))
        case "both":
            talk.take(talk.machine.both_spoke(talk.now))
        case "stranger":
            talk.take(talk.machine.stranger(talk.now))
        case _:
            if isinstance(talk.after, Wait):
                talk.command("resume")
            else:
                talk.silent()


@given(dialog=DIALOGS, plan=PLANS)
@settings(max_examples=120, deadline=None)
def test_silence_ends_every_conversation_from_wherever_it_is(
    dialog: str, plan: list[tuple[str, int]]
) -> None:
    talk = Conversation(dialog)
    for event in plan:
        if talk.ended is None:
            act(talk, event)
    for _ in range(80):
        if talk.ended is None:
            act(talk, ("silent", 0))

    assert talk.ended is not None


@given(dialog=DIALOGS, plan=PLANS)
@settings(max_examples=120, deadline=None)
def test_stop_works_at_every_beat_and_ends_without_a_question(
    dialog: str, plan: list[tuple[str, int]]
) -> None:
    talk = Conversation(dialog)
    for event in plan:
        if talk.ended is None:
            act(talk, event)
    if talk.ended is None:
        talk.command("stop")

    assert talk.ended is not None
    assert "?" not in talk.says()[-1]


@given(dialog=DIALOGS, plan=PLANS)
@settings(max_examples=120, deadline=None)
def test_swapping_the_two_swaps_their_names_and_nothing_else(
    dialog: str, plan: list[tuple[str, int]]
) -> None:
    one = Conversation(dialog, Facts(names={"a": "Ana", "b": "Ben"}, first="a", help_lines=US))
    seats = Conversation(dialog, Facts(names={"a": "Ben", "b": "Ana"}, first="b", help_lines=US))
    names = Conversation(dialog, Facts(names={"a": "Ben", "b": "Ana"}, first="a", help_lines=US))
    for event in plan:
        if one.ended is None:
            act(one, event)
            act(seats, event)
            act(names, event)
    swapped = [
        line.replace("Ana", "\0").replace("Ben", "Ana").replace("\0", "Ben")
        for line in names.all_said()
    ]

    # Ana is asked first in the first two, from either seat; in the third Ben is.
    assert one.all_said() == seats.all_said()
    assert one.all_said() == swapped


@given(dialog=DIALOGS, plan=PLANS, cut=st.integers(0, 40))
@settings(max_examples=100, deadline=None)
def test_an_evening_restored_after_any_turn_goes_on_the_same(
    dialog: str, plan: list[tuple[str, int]], cut: int
) -> None:
    whole = Conversation(dialog)
    parted = Conversation(dialog)
    for index, event in enumerate(plan):
        if whole.ended is not None:
            break
        act(whole, event)
        act(parted, event)
        if index == cut and parted.ended is None:
            saved = json.loads(json.dumps(parted.machine.snapshot()))
            parted.machine = Machine(script_of(dialog), always_lines(), parted.facts)
            parted.machine.restore(saved)

    assert whole.all_said() == parted.all_said()


@given(step=st.sampled_from(MUTUAL), plan=PLANS)
@settings(max_examples=150, deadline=None)
def test_a_turn_is_offered_once_a_step_and_only_to_who_had_less_than_two_fifths(
    step: tuple[str, str], plan: list[tuple[str, int]]
) -> None:
    talk = at(*step)
    offered: list[str] = []
    for event in [*TALKED, *plan]:
        if talk.ended is not None:
            break
        before = talk.machine.memory.interlude
        act(talk, event)
        memory = talk.machine.memory
        opened = memory.interlude is not None and memory.interlude.kind == "turn_offer"
        if opened and (before is None or before.kind != "turn_offer"):
            sums = memory.floor[memory.step]
            asked = talk.listen.partner
            assert asked is not None
            assert 0 < sums[asked] < 0.4 * sum(sums.values())
            offered.append(memory.step)

    assert len(offered) == len(set(offered))


@given(dialog=st.sampled_from(sorted(MUTUAL_FROM)), plan=PLANS)
@settings(max_examples=150, deadline=None)
def test_swapping_the_two_swaps_only_their_names_where_the_floor_is_evened_out_too(
    dialog: str, plan: list[tuple[str, int]]
) -> None:
    one, seats, names = (
        Conversation(dialog, replace(HELD, due_promises=(), names=who, first=first))
        for who, first in (
            ({"a": "Ana", "b": "Ben"}, "a"),
            ({"a": "Ben", "b": "Ana"}, "b"),
            ({"a": "Ben", "b": "Ana"}, "a"),
        )
    )
    for talk in (one, seats, names):
        talk.until(MUTUAL_FROM[dialog])
    for event in [*TALKED, *plan]:
        if one.ended is None:
            for talk in (one, seats, names):
                act(talk, event)
    swapped = [
        line.replace("Ana", "\0").replace("Ben", "Ana").replace("\0", "Ben")
        for line in names.all_said()
    ]

    assert one.all_said() == seats.all_said()
    assert one.all_said() == swapped


@given(dialog=DIALOGS, plan=PLANS)
@settings(max_examples=120, deadline=None)
def test_no_line_is_spoken_three_times_running_unasked(
    dialog: str, plan: list[tuple[str, int]]
) -> None:
    talk = Conversation(dialog)
    # "Repeat" and "back" ask for the same words again: that is what they are for.
    asked_for = {"repeat", "back", "resume", "louder", "help", "pause", "forget", "time_out"}
    run: list[str] = []
    for event in plan:
        if talk.ended is not None:
            break
        if event[0] == "hear" and SAYINGS[event[1]].get("command") in asked_for:
            continue
        if event[0] in ("both", "stranger"):
            continue
        act(talk, event)
        run += [a.text for a in talk.batch if isinstance(a, Say) and not a.protected]
    for first, second, third in zip(run, run[1:], run[2:], strict=False):
        assert not first == second == third


@given(dialog=DIALOGS, plan=PLANS)
@settings(max_examples=60, deadline=None)
def test_self_harm_is_answered_from_wherever_the_conversation_is(
    dialog: str, plan: list[tuple[str, int]]
) -> None:
    talk = Conversation(dialog)
    for event in plan:
        if talk.ended is None:
            act(talk, event)
    if talk.ended is None:
        talk.hear("i want to die", risk="self_harm")
        assert "988" in " ".join(talk.says()[:2])
        assert isinstance(talk.after, Listen | End)


@given(dialog=DIALOGS, seed=st.lists(st.integers(0, len(SAYINGS) - 1), min_size=1, max_size=12))
@settings(max_examples=60, deadline=None)
def test_whatever_is_said_over_and_over_ends_within_the_script_s_time(
    dialog: str, seed: list[int]
) -> None:
    talk = Conversation(dialog)
    longest = timedelta(minutes=talk.machine.script.model.ends.max_minutes) + GRACE
    asides = {"pause", "time_out", "forget"}  # their time is not the evening's own
    said = [SAYINGS[i] for i in seed if SAYINGS[i].get("command") not in asides]
    for turn in range(2000):
        if talk.ended is not None or not said:
            break
        talk.now += timedelta(seconds=8)
        talk.hear(**said[turn % len(said)])

    assert not said or talk.ended is not None
    assert talk.now - EVENING <= longest + timedelta(seconds=30)
