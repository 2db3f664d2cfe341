"""The safety rules that a conversation keeps by itself, at every question of every script.

The numbers are those of docs/safety.md.  Each rule was broken once in the code to see its test
fail.
"""

from __future__ import annotations

import json
from datetime import datetime, time, timedelta
from typing import Any, get_args

import pytest

from tests.dialog.conversation import EVENING, NAMES, US, Conversation, script_of
from tests.dialog.everywhere import ASIDES, HELD, MATTERS, asides, at, everywhere, questions
from voice_checkin.dialog.actions import End, Keep, Listen, Say, Wait
from voice_checkin.dialog.facts import Facts
from voice_checkin.locales import available, load_help_lines
from voice_checkin.scripts import load_always, script_names
from voice_checkin.understanding.meaning import Promise, Refused, TimeAnswer
from voice_checkin.words import Kind, PartnerId, other

pytestmark = [pytest.mark.mind, pytest.mark.timeout(60)]

PROGRAM = "I'm a program, not a therapist."
STOP = ["We're stopping here tonight.", "If anyone is ever in danger, step away and call 911."]
REPAIR = ("acknowledge", "repair", "rebuilding", "outside_view", "weekly")
"""Conversations that ask first whether it is a good moment (S21)."""
GATED = (*REPAIR, "safety")
"""Conversations that are not begun late (S22)."""
OPENING = frozenset({"consent", "room", "wound_up", "willing", "another_time"})
"""Beats of those that hold nothing of what the conversation is about."""


def end_of(talk: Conversation) -> tuple[list[str], End | None]:
    return talk.says(), talk.ended


# -- S1, S2 ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", script_names())
@pytest.mark.parametrize("who", [0, 1])
def test_s1_one_no_ends_every_conversation_and_hands_nothing_on(name: str, who: int) -> None:
    talk = Conversation(name, HELD)
    for _ in range(who):
        talk.yes()
    talk.no()

    assert talk.ended is not None
    assert (talk.ended.reason, talk.ended.quiet_today) == ("declined", False)
    assert talk.kept() == []
    assert not talk.machine.consented


@pytest.mark.parametrize("name", script_names())
def test_s1_without_two_yeses_nothing_but_consent_is_ever_asked(name: str) -> None:
    for answers in ([], ["yes"]):
        talk = Conversation(name, HELD)
        for _ in answers:
            talk.yes()
        for _ in range(6):
            if talk.ended is None:
                assert talk.listen.beat in ("consent", "readback", "who")
                talk.hear("well, maybe", yes_no="unsure")

        assert talk.ended is not None
        assert talk.kept() == []


@pytest.mark.parametrize("name", script_names())
def test_s2_every_conversation_says_in_its_first_two_lines_what_it_is(name: str) -> None:
    assert PROGRAM in " ".join(Conversation(name, HELD).says()[:2])


def test_s2_after_three_hours_it_is_said_again_once_and_for_every_script() -> None:
    wrong = []
    for name in script_names():
        talk = at(name, MATTERS)
        talk.command("pause")
        talk.now += timedelta(hours=2, minutes=50)
        talk.command("resume")
        early = PROGRAM in talk.says()
        talk.command("pause")
        talk.now += timedelta(minutes=20)
        talk.command("resume")
        late = talk.says().count(PROGRAM)
        talk.command("repeat")
        if early or late != 1 or PROGRAM in talk.says():
            wrong.append(name)

    assert wrong == []


# -- S6: the floor ---------------------------------------------------------------------------------


def mutual_steps() -> list[tuple[str, str, str]]:
    """Return script, mutual step and the first question of it."""
    found: dict[tuple[str, str], str] = {}
    for name in script_names():
        for key, node in script_of(name).nodes.items():
            if node.step:
                found.setdefault((name, node.step), key)
    return [(name, step, key) for (name, step), key in found.items()]


def shared(name: str, key: str, seconds: dict[str, float]) -> Conversation:
    """Hold one mutual step; each answer lasts as long as ``seconds`` says of who gives it."""
    talk = at(name, key)
    step = talk.machine.memory.step
    for _ in range(40):
        interlude = talk.machine.memory.interlude
        if talk.ended or interlude is not None or talk.machine.memory.step != step:
            return talk
        talk.answer(spoken_s=seconds[talk.listen.partner or "a"])
    raise AssertionError(f"{name}: {step} does not close")


def test_s6_conversations_in_which_both_have_their_say_share_the_floor() -> None:
    shared_in = {name for name, _, _ in mutual_steps()}

    # In the others one of the two is being heard, or nothing but numbers and names is asked.
    assert shared_in == {"nightly", "weekly", "rebuilding", "safety", "outside_view"}


@pytest.mark.parametrize(("name", "step", "key"), mutual_steps())
@pytest.mark.parametrize("quiet", ["a", "b"])
def test_s6_who_had_little_of_the_floor_is_offered_a_turn_once_and_begins_the_next(
    name: str, step: str, key: str, quiet: PartnerId
) -> None:
    talk = shared(name, key, {quiet: 4.0, other(quiet): 30.0})
    line = talk.says()[-1]

    assert talk.listen.beat == "turn_offer"
    assert talk.listen.partner == quiet
    assert line.startswith(f"{NAMES[quiet]}, ")
    assert line.endswith("?")
    assert len(line.split()) <= 15

    talk.hear("only that I am glad to be here", spoken_s=3.0)
    memory = talk.machine.memory
    assert "always.turn.offer" not in talk.ids()
    assert memory.step != step
    assert memory.step == "" or talk.listen.partner == quiet
    assert memory.leads == quiet


@pytest.mark.parametrize(("name", "step", "key"), mutual_steps())
@pytest.mark.parametrize("seconds", [{"a": 25.0, "b": 20.0}, {"a": 1.5, "b": 0.3}])
def test_s6_where_both_had_their_share_or_little_was_said_nobody_is_asked_again(
    name: str, step: str, key: str, seconds: dict[str, float]
) -> None:
    talk = shared(name, key, seconds)

    assert talk.machine.memory.interlude is None
    assert not any("add" in line for line in talk.all_said())


def test_s6_a_pass_is_fine_and_is_not_asked_for_again() -> None:
    for passed in ("no", "skip", "silence"):
        talk = shared("nightly", "day.1", {"a": 30.0, "b": 4.0})
        if passed == "silence":
            talk.silent()
        else:
            talk.no() if passed == "no" else talk.command("skip")
        assert talk.listen.beat == "helped"
    unsaid = at("nightly", "day.1")
    unsaid.answer(spoken_s=40.0)
    unsaid.command("skip")

    assert unsaid.listen.beat == "helped"
    assert unsaid.listen.partner == "b"


def test_s6_what_is_said_of_it_counts_and_blames_nobody() -> None:
    always = load_always()
    said = [
        text.lower()
        for lines in (always.turn_offer, always.turn_taken, always.turn_thanks)
        for line in lines
        for text in line.say
    ]
    telling = ("more", "less", "much", "long", "quiet", "silent", "only", "other", "turn", "fair")

    assert [text for text in said for word in telling if word in text.split()] == []


def test_s6_the_sums_outlive_a_power_cut_and_a_turn_that_was_taken_back() -> None:
    talk = at("nightly", "day.1")
    talk.answer(spoken_s=30.0)
    saved = json.loads(json.dumps(talk.machine.snapshot()))
    talk.answer(spoken_s=2.0)
    assert talk.listen.beat == "turn_offer"
    talk.machine.restore(saved)
    talk.take(talk.machine.resume(talk.now))
    talk.answer(spoken_s=25.0)

    assert talk.listen.beat == "helped"


# -- S8, S9: violence, fear, control ---------------------------------------------------------------


def hard_stops(talk_at: Any) -> list[tuple[list[str], End | None, object]]:
    """Reach one place three ways, and stop for three causes; what is left in the memory too."""
    found = []
    for last in ({"risk": "violence"}, {"risk": "coercion"}, {"stance": "contempt"}):
        talk = talk_at()
        talk.hear("you are pathetic", stance="contempt")
        before = len(talk.actions)
        talk.hear("what was said", **last)
        left = {**talk.machine.snapshot()["memory"], "contempt": 0}  # type: ignore[dict-item]
        found.append((end_of(talk)[0], talk.ended, (talk.actions[before:], left)))
    return found


def test_s8_the_stop_is_the_same_at_every_question_whatever_its_cause() -> None:
    wrong = []
    for name in script_names():
        for key, node in script_of(name).nodes.items():
            if node.beat.ask is not None:
                first, *others = hard_stops(lambda name=name, key=key: at(name, key))
                if any(other != first for other in others) or first[0] != STOP:
                    wrong.append(f"{name}:{key}")

    assert wrong == []


def test_s8_danger_stops_it_in_one_turn_wherever_the_conversation_is() -> None:
    stopped = End(reason="stopped")
    wrong = []
    for risk in ("violence", "coercion"):
        for place, talk in everywhere():
            talk.hear("he hit me", risk=risk)
            if end_of(talk) != (STOP, stopped) or any(isinstance(a, Keep) for a in talk.batch):
                wrong.append((risk, place))

    assert wrong == []


def test_s9_the_words_of_a_disclosure_are_nowhere_afterwards() -> None:
    """Not in the memory that is stored after every turn, not in a record, not in a line."""
    canary = "xylocanaria"
    wrong = []
    for risk in ("violence", "coercion", "self_harm"):
        for place, talk in everywhere():
            talk.hear(f"{canary} hurts me", risk=risk)
            traces = [
                json.dumps(talk.machine.snapshot()),
                *talk.all_said(),
                *map(repr, talk.kept()),
            ]
            if talk.ended is None:
                talk.no()
                traces += [json.dumps(talk.machine.snapshot()), *talk.says()]
            if any(canary in trace for trace in traces):
                wrong.append((risk, place))

    assert wrong == []


# -- S12: promises that control --------------------------------------------------------------------


def test_s12_no_refused_promise_is_kept_wherever_it_is_made() -> None:
    wrong = []
    for kind in get_args(Refused):
        promise = Promise(who="you", what="that", by="every day", refused=kind)
        for place, talk in questions():
            talk.hear("that you do that every day", promise=promise)
            if talk.says()[:2] != [
                "I don't keep that kind of promise.", "A counsellor can help with it.",
            ] or any("that you" in r.text for r in talk.kept()):  # fmt: skip
                wrong.append((kind, place))

    assert wrong == []


def test_s12_whatever_is_kept_as_both_peoples_own_words_is_looked_at_as_a_promise() -> None:
    """A shared line, a plan or a limit can control as well as a promise can.

    What refuses them is the understanding of promises, so the beat that takes the words has to
    wait for one.  Two kinds of words are let be: a title is no commitment, a stop word is one word.
    """
    free, single = [], ("stop_word", "first_name")
    for name in script_names():
        nodes = script_of(name).nodes.values()
        kept = {
            entry.text
            for node in nodes
            for result in (*node.beat.results, *(node.beat.decide or ()))
            for entry in result.keep
            if entry.kind in ("promise", "agreement") and entry.name not in single
        }
        for node in nodes:
            takes = {slot for result in node.beat.results for slot in result.remember}
            if takes & kept and node.beat.expect and node.beat.expect.kind is not Kind.PROMISE:
                free.append((name, node.key))

    assert free == []


# -- S15-S18: self-harm ----------------------------------------------------------------------------


def test_s15_the_number_is_in_the_first_two_sentences_everywhere_and_in_every_place() -> None:
    wrong = []
    for locale in sorted(available()):
        lines = load_help_lines(locale).spoken()
        number = lines.get("crisis") or lines["emergency"]
        facts = Facts(names=NAMES, help_lines=lines, completed=HELD.completed)
        for place, talk in everywhere(facts):
            talk.hear("i want to die", risk="self_harm")
            said = talk.says()
            text = " ".join(said)
            if not (
                number in " ".join(said[:2])
                and "not a crisis service" in text
                and "can't call" in text
                and all(a.protected for a in talk.batch if isinstance(a, Say))
                and talk.listen.beat == "crisis_check"
            ):
                wrong.append((locale, place))

    assert wrong == []


def test_s16_it_is_heard_again_and_again_with_no_time_between() -> None:
    wrong = []
    for place, talk in everywhere():
        talk.hear("i want to die", risk="self_harm")
        first = talk.says()[:3]
        talk.no()
        if talk.ended is None:
            talk.hear("i want to die", risk="self_harm")
            if talk.says()[:3] != first:
                wrong.append(place)

    assert wrong == []


OTHER_WAYS_OUT = {
    "yes": lambda talk: talk.yes(),
    "unsure": lambda talk: talk.hear("i don't know", yes_no="unsure"),
    "silence": lambda talk: talk.silent(),
    "skip": lambda talk: talk.command("skip"),
    "stop": lambda talk: talk.command("stop"),
    "a faint no": lambda talk: talk.no(confidence=0.3),
    "the other's no": lambda talk: talk.no(speaker="b"),
    "the cover phrase": lambda talk: talk.take(talk.machine.cover()),
    "violence": lambda talk: talk.hear("he hit me", risk="violence"),
    "once more": lambda talk: talk.hear("i want to die", risk="self_harm"),
}


@pytest.mark.parametrize("way", OTHER_WAYS_OUT)
def test_s18_only_a_clear_no_of_the_same_person_lets_the_day_go_on(way: str) -> None:
    wrong = []
    for name in script_names():
        talk = at(name, MATTERS)
        talk.hear("i want to die", risk="self_harm", speaker="a")
        OTHER_WAYS_OUT[way](talk)
        if talk.ended is None or not talk.ended.quiet_today:
            wrong.append(name)

    assert wrong == []


@pytest.mark.parametrize("between", ["a child", "a power cut", "both at once"])
def test_s18_nothing_in_between_loses_the_check(between: str) -> None:
    talk = at("nightly", MATTERS)
    talk.hear("i want to die", risk="self_harm")
    match between:
        case "a child":
            talk.take(talk.machine.stranger(talk.now))
            talk.command("resume")
        case "a power cut":
            talk.take(talk.machine.resume(talk.now))
        case _:
            talk.take(talk.machine.both_spoke(talk.now))

    assert talk.listen.beat == "crisis_check"
    talk.hear("what now")
    assert talk.ended is not None
    assert talk.ended.quiet_today


@pytest.mark.parametrize("name", script_names())
def test_s18_on_a_quiet_day_no_conversation_is_begun_or_taken_up(name: str) -> None:
    quiet = Facts(names=NAMES, help_lines=US, completed=HELD.completed, quiet_on=EVENING.date())
    begun = Conversation(name, quiet)
    taken_up = at(name, MATTERS)
    taken_up.machine.facts = quiet
    taken_up.take(taken_up.machine.resume(taken_up.now))
    morning = Conversation(name, quiet, EVENING + timedelta(days=1))

    for talk in (begun, taken_up):
        assert talk.says() == ["Let's keep today quiet. I'm here tomorrow. Good night."]
        assert talk.ended == End(reason="stopped")
        assert talk.kept() == []
    assert morning.listen.beat == "consent"


# -- S20-S22, S24 ----------------------------------------------------------------------------------


def test_s20_a_third_voice_pauses_everything_and_not_a_word_is_said_of_the_topic() -> None:
    wrong = []
    for place, talk in everywhere():
        talk.take(talk.machine.stranger(talk.now))
        quiet = talk.says() in ([], ["We pause here. Say resume when you both want to go on."])
        if not quiet or not isinstance(talk.after, Wait):
            wrong.append(place)

    assert wrong == []


def test_s20_a_child_in_a_break_does_not_take_its_time_away() -> None:
    talk = at("nightly", MATTERS)
    ASIDES["a break"](talk)
    waits = talk.after
    talk.take(talk.machine.stranger(talk.now))

    assert talk.after == waits


@pytest.mark.parametrize(
    ("said", "pauses"),
    [
        ("the kids are here", True), ("the children are listening", True),
        ("sorry, the baby's awake", True), ("wait, my mother is at the door", True),
        ("someone's coming", True), ("we're not alone", True),
        ("not in front of the kids", True), ("our son is in the room now", True),
        ("the kids are here every weekend and it wears me out", False),
        ("my mother is coming on sunday", False), ("the kids are tired", False),
        ("I felt that we are not alone in this", False),
    ],
)  # fmt: skip
def test_s20_who_says_that_a_child_can_hear_is_taken_at_their_word(
    said: str, *, pauses: bool
) -> None:
    wrong = []
    for place, talk in questions():
        talk.hear(said)
        if isinstance(talk.after, Wait) is not pauses:
            wrong.append(place)

    assert wrong == []


def content_of(talk: Conversation, answers: dict[str, dict[str, Any]]) -> list[str]:
    """Answer to the end; return the beats that were asked beyond the opening."""
    asked = []
    for _ in range(60):
        if talk.ended is not None:
            return [beat for beat in asked if beat not in OPENING]
        asked.append(talk.listen.beat)
        given = answers.get(talk.listen.beat)
        if given is not None:
            talk.hear(**given)
        elif talk.listen.beat == "another_time":
            talk.command("skip")
        elif talk.listen.expecting.kind is Kind.FEELING:
            talk.hear("hurt", feelings=("hurt",))
        else:
            talk.answer()
    return asked


@pytest.mark.parametrize("name", REPAIR)
def test_s21_a_drink_or_a_child_in_the_room_puts_it_off_and_no_reason_is_said(name: str) -> None:
    talk = Conversation(name, HELD)
    drunk = content_of(talk, {"room": {"text": "no, we had some wine", "yes_no": "no"}})
    said = " ".join(talk.all_said()[talk.all_said().index(talk.all_said()[-1]) - 1 :])

    assert drunk == []
    assert talk.ended == End(reason="booked")
    assert not any(word in said.lower() for word in ("drink", "wine", "because", "sober"))


def clock(text: str) -> datetime:
    hour, minute = (int(part) for part in text.split(":"))
    return EVENING.replace(hour=hour, minute=minute)


@pytest.mark.parametrize("name", GATED)
@pytest.mark.parametrize("hour", ["21:30", "21:31", "22:00", "23:59", "00:30", "04:59"])
def test_s22_nothing_heavy_begins_after_the_evening_hour(name: str, hour: str) -> None:
    talk = Conversation(name, HELD, clock(hour))

    assert content_of(talk, {}) == []
    assert not any(r.kind == "done" for r in talk.kept())


@pytest.mark.parametrize("name", GATED)
def test_s22_nor_within_an_hour_of_bedtime_but_well_before_it(name: str) -> None:
    facts = Facts(
        names=NAMES, help_lines=US, completed=HELD.completed,
        cut_off=time(23, 0), bedtime=time(22, 30),
    )  # fmt: skip

    assert content_of(Conversation(name, facts, clock("21:30")), {}) == []
    assert content_of(Conversation(name, facts, clock("21:29")), {}) != []


@pytest.mark.parametrize("name", GATED)
def test_s22_the_couple_s_own_hour_counts_to_the_minute(name: str) -> None:
    facts = Facts(
        names=NAMES, help_lines=US, completed=HELD.completed,
        cut_off=time(20, 30), bedtime=time(23, 59),
    )  # fmt: skip

    assert content_of(Conversation(name, facts, clock("20:30")), {}) == []
    assert content_of(Conversation(name, facts, clock("20:29")), {}) != []


def test_s22_no_hour_after_the_evening_hour_is_booked() -> None:
    late, early = (TimeAnswer(clock=(hour, 0), day="tomorrow") for hour in (22, 18))
    places = [(name, "another_time") for name in GATED] + [("nightly", "slot")]
    wrong = []
    for name, key in places:
        talk = at(name, key)
        talk.hear("tomorrow at ten in the evening", time=late)
        if not isinstance(talk.after, Listen) or talk.kept():
            wrong.append((name, "was booked late"))
        talk.hear("tomorrow at ten in the evening", time=late)
        if talk.kept():
            wrong.append((name, "was booked late at last"))
        talk = at(name, key)
        talk.hear("tomorrow at six in the evening", time=early)
        if [r.due.hour for r in talk.kept() if r.due] != [18]:
            wrong.append((name, "was not booked"))

    assert wrong == []


def test_a_day_without_an_hour_is_read_back_before_it_is_booked() -> None:
    vague = TimeAnswer(clock=(9, 0), day="tomorrow", vague=True)
    wrong = []
    for name, key in [(name, "another_time") for name in GATED] + [("nightly", "slot")]:
        talk = at(name, key)
        talk.hear("tomorrow morning", time=vague)
        if talk.kept() or "Tomorrow at nine o'clock. Is that right?" not in talk.says():
            wrong.append((name, "was not read back"))
        talk.hear("yes", yes_no="yes")
        if [r.due.hour for r in talk.kept() if r.due] != [9]:
            wrong.append((name, "was not booked"))

    assert wrong == []


def test_s24_stop_is_heard_everywhere_in_one_turn_and_answered_in_one_plain_line() -> None:
    wrong = []
    for place, talk in everywhere():
        talk.command("stop")
        if end_of(talk) != (["We stop here. Good night."], End(reason="stopped")):
            wrong.append(place)

    assert wrong == []


def test_s24_stop_is_heard_whoever_says_it_and_however_faintly() -> None:
    wrong = []
    for place, talk in questions():
        talk.hear("stop", command="stop", speaker="b", confidence=0.05)
        if talk.ended is None:
            wrong.append(place)

    assert wrong == []


def test_a_break_and_a_pause_are_taken_from_a_read_back_too() -> None:
    wrong = []
    for place, talk in asides():
        before = talk.after
        talk.command("time_out")
        named = isinstance(talk.after, Listen) and talk.after.beat in ("break_ask", "break_other")
        if not (named or isinstance(talk.after, Wait) or isinstance(before, Wait)):
            wrong.append((place, talk.after))

    assert [place for place in wrong if "the call back" not in place[0]] == []
