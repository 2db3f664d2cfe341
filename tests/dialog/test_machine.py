"""What the two meet in a conversation, whatever the script."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from tests.dialog.conversation import EVENING, NAMES, US, Conversation
from voice_checkin.dialog.actions import Keep, Listen, Wait
from voice_checkin.dialog.facts import DuePromise, Facts, Turn
from voice_checkin.dialog.machine import Machine
from voice_checkin.scripts import load_always, load_script
from voice_checkin.understanding.meaning import Meaning, Promise, TimeAnswer
from voice_checkin.words import Kind

pytestmark = pytest.mark.mind


def test_the_first_words_say_that_it_is_a_program_and_no_therapist() -> None:
    said = Conversation().says()

    assert "I'm a program, not a therapist." in said[:2]


def test_each_of_the_two_is_asked_for_consent_by_name() -> None:
    talk = Conversation()
    first = talk.listen
    talk.yes()

    assert (first.partner, first.matters) == ("a", True)
    assert (talk.listen.beat, talk.listen.partner) == ("consent", "b")


@pytest.mark.parametrize("who", [0, 1])
def test_one_no_ends_it_at_once_and_keeps_nothing(who: int) -> None:
    talk = Conversation()
    for _ in range(who):
        talk.yes()
    talk.no()

    assert talk.ended is not None
    assert talk.ended.reason == "declined"
    assert talk.kept() == []
    assert not talk.machine.consented


def test_an_unsure_consent_is_asked_once_more_and_then_left() -> None:
    talk = Conversation()
    talk.hear("i don't know", yes_no="unsure")
    again = talk.says()
    for _ in range(3):
        if talk.ended is None:
            talk.hear("maybe", yes_no="unsure")

    assert again == ["Ana, shall we do it: yes or no?"]
    assert talk.ended is not None
    assert talk.ended.reason == "declined"


def test_a_whole_evening_ends_with_good_night_and_is_kept_as_done() -> None:
    talk = Conversation()
    while talk.ended is None:
        talk.answer()

    assert talk.ended.reason == "completed"
    assert "night" in talk.says()[-1].lower()
    assert [r.name for r in talk.kept() if r.kind == "done"] == ["nightly"]


def test_the_order_of_the_two_alternates_by_night() -> None:
    talk = Conversation(facts=Facts(names=NAMES, first="b", help_lines=US))

    assert talk.listen.partner == "b"
    assert talk.says()[0].endswith("Ben and Ana.")


def test_without_names_the_two_are_still_told_apart() -> None:
    talk = Conversation(facts=Facts(help_lines=US))

    assert talk.says()[-1].startswith("Partner one,")


def test_silence_gets_patience_then_a_shorter_question_then_is_left() -> None:
    talk = Conversation().until("day")
    soft, again, left = (talk.silent(), talk.silent(), talk.silent())

    assert talk.says(soft)[0] in ("Take your time, Ana.", "No hurry, Ana.")
    assert talk.says(again) == ["Just one word for today, Ana. What fits?"]
    assert "leave" in talk.says(left)[0].lower()
    assert talk.listen.partner == "b"


def test_an_evening_in_which_nobody_speaks_ends_by_itself() -> None:
    talk = Conversation().until("wound_up")
    for _ in range(30):
        if talk.ended is None:
            talk.silent()

    assert talk.ended is not None
    assert talk.ended.reason == "left"


def test_no_match_is_asked_in_other_words_twice_and_then_left() -> None:
    talk = Conversation().until("wound_up")
    lines = [talk.says(talk.hear("blue"))[0] for _ in range(3)]

    assert len(set(lines)) == 3
    assert talk.listen.partner == "b"
    assert talk.kept() == []


def test_a_number_that_was_hardly_heard_is_read_back_and_never_guessed() -> None:
    talk = Conversation().until("wound_up")
    talk.hear("eight", scale=8.0, confidence=0.3)

    assert talk.says() == ["I heard eight. Is that right, Ana?"]
    assert talk.kept() == []
    talk.yes()
    assert [r.value for r in talk.kept()] == [8.0]


def test_a_number_that_the_words_only_sound_like_is_read_back() -> None:
    talk = Conversation().until("wound_up")
    talk.hear("Therefore", scale=4.0, sounded=True, confidence=0.9)

    assert talk.says() == ["I heard four. Is that right, Ana?"]
    talk.yes()
    assert [r.value for r in talk.kept()] == [4.0]


def test_words_that_sound_like_stop_are_asked_about_and_a_yes_ends_the_evening() -> None:
    talk = Conversation().until("day")
    talk.hear("Step.", command_like="stop")

    assert talk.says() == ["Did you say stop?"]
    talk.yes()
    assert talk.ended is not None
    assert talk.ended.reason == "stopped"


def test_words_that_sound_like_stop_twice_end_the_evening() -> None:
    talk = Conversation().until("day")
    talk.hear("Step.", command_like="stop")
    talk.hear("Tough.", command_like="stop")

    assert talk.ended is not None
    assert talk.ended.reason == "stopped"


@pytest.mark.parametrize("beat", ["day", "slot"], ids=["asked of one", "asked of both"])
def test_words_that_only_sounded_like_a_command_are_the_answer_after_a_no(beat: str) -> None:
    talk = Conversation().until(beat)
    asked = talk.listen
    talk.hear("Held.", command_like="help", speaker="a")
    talk.no(speaker="a")

    assert talk.ended is None
    assert "Let me ask once more" not in " ".join(talk.says())
    assert (talk.listen.beat, talk.listen.partner) != (asked.beat, asked.partner) or beat == "slot"


def test_an_answer_that_only_sounded_like_a_command_is_looked_at_like_any_other() -> None:
    talk = Conversation().until("day")
    talk.hear("Grow up.", command_like="stop", stance="contempt")
    talk.no()
    other = Conversation().until("day")
    other.hear("Step.", command_like="stop", speaker="b")
    other.no()

    assert talk.machine.memory.contempt == 1
    assert other.says() == ["Thank you. This one is for Ana."]


def test_a_no_that_was_hardly_heard_does_not_wave_a_stop_away() -> None:
    talk = Conversation().until("day")
    asked = talk.listen
    talk.hear("Step.", command_like="stop")
    talk.no(confidence=0.1)

    assert talk.listen == asked


def test_a_command_that_is_said_clearly_the_second_time_is_obeyed() -> None:
    for name, beat in (("skip", "day"), ("repeat", "day"), ("time_out", "break_ask")):
        talk = Conversation().until("day")
        talk.hear("Scoob.", command_like=name)
        talk.command(name)

        assert talk.says() != ["Did you say skip?"]
        assert talk.listen.beat == beat


def test_repeat_to_did_you_say_stop_says_that_once_more() -> None:
    talk = Conversation().until("day")
    talk.hear("Step.", command_like="stop")
    talk.command("repeat")

    assert talk.says() == ["Did you say stop?"]


def test_who_confirms_for_the_other_takes_no_break_of_their_own() -> None:
    talk = Conversation().until("day")
    talk.hear("Time now.", command_like="time_out", speaker="a")
    talk.yes(speaker="b")

    interlude = talk.machine.memory.interlude
    assert interlude is not None
    assert (interlude.kind, interlude.caller) == ("break_ask", "a")


def test_a_stop_that_is_never_heard_right_is_obeyed_the_third_time() -> None:
    talk = Conversation().until("day")
    for _ in range(3):
        if talk.ended is None:
            talk.hear("Step.", command_like="stop")
        if talk.ended is None:
            talk.silent()

    assert talk.ended is not None
    assert talk.ended.reason == "stopped"


def test_words_like_stop_are_asked_about_in_a_read_back_too() -> None:
    talk = Conversation().until("wound_up")
    asked = talk.listen
    talk.hear("eight", scale=8.0, confidence=0.3)
    talk.hear("Step.", command_like="stop")
    said = talk.says()
    talk.no()

    assert said == ["Did you say stop?"]
    assert talk.listen == asked
    assert talk.kept() == []


def test_who_says_nothing_to_it_is_asked_the_question_again() -> None:
    talk = Conversation().until("day")
    asked = talk.listen
    talk.hear("Scoob.", command_like="skip")
    talk.silent()

    assert talk.listen == asked


def test_a_wrong_readback_is_asked_again_and_then_not_kept() -> None:
    talk = Conversation().until("wound_up")
    for _ in range(4):
        if talk.listen.partner == "a" and talk.listen.beat in ("wound_up", "readback"):
            talk.hear("eight", scale=8.0, confidence=0.3)
            talk.no()

    assert talk.kept() == []
    assert any("won't keep it" in line for line in talk.all_said())


def test_who_is_silent_when_it_is_read_back_is_asked_once_more_and_then_let_be() -> None:
    talk = Conversation()
    talk.hear("no", yes_no="no", confidence=0.2)
    talk.silent()
    asked = talk.listen
    talk.hear("no", yes_no="no", confidence=0.2)
    talk.silent()

    assert (asked.beat, asked.partner) == ("consent", "a")
    assert talk.ended is not None
    assert talk.ended.reason == "declined"
    assert not talk.machine.consented


def test_consent_that_was_hardly_heard_is_asked_for_again() -> None:
    talk = Conversation()
    talk.yes(confidence=0.2)

    assert talk.says() == ["I want to be sure. Was that a yes, Ana?"]
    assert not talk.machine.consented


def test_who_answers_for_the_other_is_thanked_and_the_question_goes_back() -> None:
    talk = Conversation().until("day")
    talk.hear("he is tired", speaker="b")

    assert talk.says() == ["Thank you. This one is for Ana."]
    assert talk.listen.partner == "a"


def test_repeat_says_the_question_again_and_then_in_other_words() -> None:
    talk = Conversation().until("day")
    question = talk.says()[-1]
    first, second = talk.says(talk.command("repeat")), talk.says(talk.command("repeat"))

    assert first == [question]
    assert second != [question]


def test_back_returns_to_the_question_before() -> None:
    talk = Conversation().until("day")
    talk.command("back")

    assert (talk.listen.beat, talk.listen.partner) == ("wound_up", "b")


def test_skip_moves_on_without_a_word_about_why() -> None:
    talk = Conversation().until("day")
    talk.command("skip")

    assert talk.says()[0] in ("That's fine.", "Fine, we move on.")
    assert talk.listen.partner == "b"


@pytest.mark.parametrize("beat", ["consent", "wound_up", "day", "helped", "park", "tomorrow"])
def test_stop_ends_it_anywhere_with_one_plain_sentence(beat: str) -> None:
    talk = Conversation().until(beat)
    talk.command("stop")

    assert talk.says() == ["We stop here. Good night."]
    assert talk.ended is not None


@pytest.mark.parametrize("name", ["louder", "quieter", "slower", "faster"])
def test_the_voice_is_changed_and_the_question_put_again(name: str) -> None:
    talk = Conversation().until("day")
    question = talk.says()[-1]
    talk.command(name)

    assert talk.adjusts() == [name]
    assert talk.says()[-1] == question


def test_help_tells_what_fits_here_in_two_sentences() -> None:
    talk = Conversation().until("wound_up")
    talk.command("help")

    assert talk.says() == [
        "Here I wait for a number from zero to ten.",
        "You can say repeat, back, skip, pause, time out or stop.",
    ]


def test_the_help_card_names_the_numbers_of_the_place() -> None:
    talk = Conversation().until("day")
    talk.hear("help card", command="help")

    assert any("911" in line for line in talk.says())
    assert any("988" in line for line in talk.says())


def test_a_pause_waits_for_an_hour() -> None:
    talk = Conversation().until("day")
    talk.command("pause")
    waiting = talk.after
    talk.hear("did you feed the cat")
    still = talk.after
    talk.command("resume")

    assert isinstance(waiting, Wait)
    assert timedelta(minutes=59) < waiting.until - talk.now <= timedelta(hours=1)
    assert still == waiting
    assert talk.listen.beat == "day"


def test_a_pause_that_nobody_ends_is_the_end_of_the_evening() -> None:
    talk = Conversation().until("day")
    talk.command("pause")
    talk.now += timedelta(hours=1)
    talk.take(talk.machine.wake(talk.now))

    assert talk.says() == ["I'll stop here for tonight. Good night."]
    assert talk.ended is not None
    assert talk.ended.reason == "left"


def test_a_break_has_a_clock_time_and_calls_back() -> None:
    talk = Conversation().until("day")
    talk.command("time_out")
    talk.hear("in half an hour", time=TimeAnswer(minutes=30))
    asked_other = talk.listen.partner
    talk.yes()
    wait = talk.after
    assert isinstance(wait, Wait)
    assert wait.until is not None
    talk.now = wait.until
    talk.take(talk.machine.wake(talk.now))
    ready = talk.says()
    talk.yes()

    assert asked_other == "b"
    assert any("call you back then" in line for line in talk.all_said())
    assert ready == ["It's time. Are you both ready to go on?"]
    assert talk.listen.beat == "day"


def test_a_break_is_never_shorter_than_twenty_minutes_nor_longer_than_a_day() -> None:
    for minutes in (1.0, 3000.0):
        talk = Conversation().until("day")
        talk.command("time_out")
        for _ in range(2):
            talk.hear("then", time=TimeAnswer(minutes=minutes))
        if isinstance(talk.after, Listen):
            talk.yes()
        assert isinstance(talk.after, Wait)
        assert talk.after.until is not None
        length = talk.after.until - talk.now
        assert timedelta(minutes=20) <= length <= timedelta(hours=24)


def test_the_other_may_counter_the_return_time_once() -> None:
    talk = Conversation().until("day")
    talk.command("time_out")
    talk.hear("in half an hour", time=TimeAnswer(minutes=30))
    talk.hear("rather an hour", time=TimeAnswer(minutes=60))

    assert isinstance(talk.after, Wait)
    assert talk.after.until == talk.now + timedelta(minutes=60)


def test_not_ready_after_a_break_gives_one_new_time_and_then_tomorrow() -> None:
    talk = Conversation().until("day")
    talk.command("time_out")
    talk.hear("in half an hour", time=TimeAnswer(minutes=30))
    talk.yes()
    for _ in range(2):
        assert isinstance(talk.after, Wait)
        assert talk.after.until is not None
        talk.now = talk.after.until
        talk.take(talk.machine.wake(talk.now))
        talk.no()
        if isinstance(talk.after, Listen):
            talk.hear("twenty minutes", time=TimeAnswer(minutes=20))
            talk.yes()

    assert talk.ended is not None
    assert "another day" in talk.says()[0]


def test_forget_asks_for_a_clear_yes_before_anything_is_deleted() -> None:
    talk = Conversation().until("day")
    talk.command("forget")
    talk.hear("everything", choice="everything")
    before = list(talk.forgets())
    talk.yes()

    assert before == []
    assert talk.forgets() == ["everything"]
    assert talk.ended is not None


def test_forget_without_a_clear_yes_deletes_nothing() -> None:
    talk = Conversation().until("day")
    talk.command("forget")
    talk.hear("tonight", choice="tonight")
    talk.no()

    assert talk.forgets() == []
    assert talk.listen.beat == "day"


def test_violence_and_control_meet_the_same_stop_as_any_other() -> None:
    endings = []
    for meaning in ({"risk": "violence"}, {"risk": "coercion"}):
        talk = Conversation().until("day")
        talk.hear("he hit me", **meaning)
        endings.append((talk.says(), talk.ended))
    talk = Conversation().until("day")
    talk.hear("you are pathetic", stance="contempt")
    talk.hear("you are pathetic", stance="contempt")
    endings.append((talk.says(), talk.ended))

    assert endings[0] == endings[1] == endings[2]
    assert endings[0][0][0] == "We're stopping here tonight."


@pytest.mark.parametrize("beat", ["consent", "wound_up", "day", "park"])
def test_self_harm_is_answered_with_help_within_two_sentences(beat: str) -> None:
    talk = Conversation().until(beat)
    talk.hear("i want to die", risk="self_harm")
    said = talk.says()

    assert "988" in " ".join(said[:2])
    assert "I'm not a crisis service and I can't call for you." in said
    assert said[-1].endswith("are you thinking about ending your life?")


@pytest.mark.parametrize("answer", ["yes", "silence", "unsure", "something else"])
def test_anything_but_a_clear_no_keeps_the_rest_of_the_day_quiet(answer: str) -> None:
    talk = Conversation().until("day")
    talk.hear("i want to die", risk="self_harm")
    match answer:
        case "yes":
            talk.yes()
        case "silence":
            talk.silent()
        case "unsure":
            talk.hear("i don't know", yes_no="unsure")
        case _:
            talk.hear("whatever")

    assert talk.ended is not None
    assert talk.ended.quiet_today
    assert talk.kept() == [r for r in talk.kept() if r.kind == "number"]


def test_a_day_that_is_to_stay_quiet_is_kept_quiet() -> None:
    facts = Facts(names=NAMES, help_lines=US, quiet_on=EVENING.date())
    talk = Conversation(facts=facts)

    assert talk.ended is not None
    assert talk.says() == ["Let's keep today quiet. I'm here tomorrow. Good night."]


def test_risk_is_answered_in_a_pause_too() -> None:
    talk = Conversation().until("day")
    talk.command("pause")
    talk.hear("i want to die", risk="self_harm")

    assert "988" in " ".join(talk.says()[:2])


def test_a_place_without_a_crisis_line_has_no_number_made_up() -> None:
    local = {"place": "other", "crisis": "", "emergency": "your local emergency number"}
    talk = Conversation(facts=Facts(names=NAMES, help_lines=local)).until("day")
    talk.hear("i want to die", risk="self_harm")

    assert talk.says()[0] == "Please call your local emergency number, any time."
    assert not any(character.isdigit() for line in talk.says() for character in line)


def test_a_promise_that_is_due_is_asked_of_its_maker_alone() -> None:
    due = DuePromise(id="p1", maker="b", text="take out the bins")
    facts = Facts(names=NAMES, help_lines=US, due_promises=(due,))
    talk = Conversation(facts=facts).until("promise")

    assert talk.listen.partner == "b"
    talk.hear("did it", choice="done")
    assert [(r.name, r.value) for r in talk.kept() if r.kind == "outcome"] == [("p1", 1.0)]


def test_a_long_title_is_asked_for_once_more_and_then_left() -> None:
    talk = Conversation().until("park")
    long = "the way that you talk to me when your mother is here on sundays"
    talk.hear(long)
    talk.hear(long)

    assert not any(r.kind == "parked" for r in talk.kept())
    assert talk.listen.partner == "b"


def test_a_parked_title_gets_no_reply() -> None:
    talk = Conversation().until("park")
    talk.hear("the holiday plans")

    assert [r.text for r in talk.kept() if r.kind == "parked"] == ["the holiday plans"]
    assert talk.says()[0] == "The holiday plans. Parked for a better hour."


def test_ten_minutes_are_the_most() -> None:
    talk = Conversation().until("day")
    talk.now += timedelta(minutes=11)
    talk.answer()

    assert talk.says()[-2:-1] == ["That's our time for tonight."]
    assert talk.ended is not None


def test_an_evening_that_was_broken_off_goes_on_where_it_was() -> None:
    talk = Conversation().until("helped")
    saved = json.loads(json.dumps(talk.machine.snapshot()))
    fresh = Machine(load_script("nightly"), load_always(), talk.facts)
    fresh.restore(saved)
    batch = fresh.resume(talk.now)

    assert isinstance(batch[-1], Listen)
    assert batch[-1].beat == "helped"


@pytest.mark.parametrize(
    "change",
    [{"save": 99}, {"script": "other"}, {"version": 9}, {"memory": []}, {"memory": {"state": "x"}}],
)
def test_a_snapshot_that_does_not_fit_is_refused(change: dict[str, object]) -> None:
    talk = Conversation().until("day")
    with pytest.raises(ValueError, match="snapshot"):
        talk.machine.restore({**talk.machine.snapshot(), **change})


def test_nothing_is_kept_before_both_have_said_yes() -> None:
    talk = Conversation()
    talk.yes()

    assert not any(isinstance(action, Keep) for action in talk.actions)
    assert not talk.machine.consented


def test_a_long_pause_takes_nothing_from_the_evening() -> None:
    talk = Conversation().until("day")
    talk.command("pause")
    talk.now += timedelta(minutes=40)
    talk.command("resume")
    talk.answer()

    assert talk.ended is None
    assert talk.listen.beat == "day"


def test_asking_for_the_same_again_and_again_ends_with_the_evening_s_time() -> None:
    talk = Conversation().until("day")
    for _ in range(12):
        talk.now += timedelta(minutes=1)
        if talk.ended is None:
            talk.command("repeat")

    assert talk.ended is not None
    assert "That's our time for tonight." in talk.says()


def test_what_one_promised_is_kept_in_their_own_words_and_not_the_other_s() -> None:
    talk = Conversation("safety").until("small")
    for what in ("make tea", "call at noon"):
        promise = Promise(who="me", what=what, by="every day")
        talk.hear(f"I will {what} every day", promise=promise)
        talk.yes()
        talk.yes()
    kept = [(r.partner, r.text, r.by) for r in talk.kept() if r.kind == "promise"]

    assert kept == [
        ("a", "I will make tea every day", "every day"),
        ("b", "I will call at noon every day", "every day"),
    ]


def test_a_yes_of_unknown_origin_is_no_consent_until_it_has_a_name() -> None:
    talk = Conversation()
    turn = Turn(meaning=Meaning(text="yes", yes_no="yes"), now=talk.now, speaker=None)
    talk.take(talk.machine.hear(turn))
    asked = talk.says()
    talk.take(talk.machine.hear(Turn(meaning=Meaning(text="it was Ben"), now=talk.now)))
    after = talk.says()

    assert asked == ["Please say your name. Who was that?"]
    assert after[0] == "Thank you. This one is for Ana."
    assert talk.listen.partner == "a"
    assert talk.machine.memory.consented == []


def test_a_talk_that_was_refused_does_not_open_the_next() -> None:
    facts = Facts(names=NAMES, help_lines=US, completed={"safety": EVENING})
    talk = Conversation("acknowledge", facts)
    for _ in range(60):
        if talk.ended is None and talk.listen.beat == "impact":
            talk.command("skip")
        elif talk.ended is None and talk.listen.beat == "role_second":
            talk.no()
        elif talk.ended is None and talk.listen.expecting.kind is Kind.FEELING:
            talk.hear("hurt", feelings=("hurt",))
        elif talk.ended is None:
            talk.answer()

    assert talk.ended is not None
    assert not any(r.kind == "done" for r in talk.kept())
