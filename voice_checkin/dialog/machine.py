"""Walks a compiled script.  transitions answers only "which beat next"; it acts on nothing.

The order in `hear` is the safety of the product: risk, then what is being settled aside, then the
commands that always work, then the beat.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from transitions import Machine as Graph
from transitions import MachineError

from voice_checkin.dialog import alike, asking, balance, breaks, crisis, interludes, troubles
from voice_checkin.dialog.actions import FLOOR_QUIET_S, Action, Chime, End, Keep, Quiet, Record
from voice_checkin.dialog.always import Always, Lines
from voice_checkin.dialog.books import apply_results
from voice_checkin.dialog.compile import END, Compiled
from voice_checkin.dialog.conditions import holds, is_company, is_time_out, is_unsure_to_stay
from voice_checkin.dialog.facts import Facts, Turn
from voice_checkin.dialog.memory import Memory
from voice_checkin.dialog.schema import ENDINGS
from voice_checkin.dialog.wording import Wording
from voice_checkin.understanding.meaning import Meaning
from voice_checkin.words import PartnerId

TOLD_AGAIN = timedelta(hours=3)
"""After so long it is said again that this is a program (S2)."""
MOST_STEPS = 300
LASTING = frozenset({"break", "pause", "break_ask", "break_other", "break_back", crisis.CHECK})
"""What is still open after the power failed; the rest is let go and the question put again."""
GRACE = timedelta(minutes=2)
"""Beyond the script's time, for the one question that is still open."""


class _Place:
    """What transitions moves about: a state and nothing else."""

    state = ""


@dataclass(frozen=True, slots=True)
class Position:
    """Where the conversation is: for watchers, rehearsals and tests."""

    beat: str
    partner: PartnerId | None
    visit: int


class Machine(Wording):
    """One conversation.  Feed it turns and the passing of time; it returns what to do."""

    def __init__(self, script: Compiled, always: Always, facts: Facts) -> None:
        super().__init__(script, always, facts)
        self._place = _Place()
        self.faults = 0
        """Turns that met a fault of the program and were asked for again; tests want none."""
        states = [*script.nodes, *(f"{END}{name}" for name in ENDINGS)]
        self._graph = Graph(
            model=self._place,
            states=states,
            initial=script.first,
            auto_transitions=False,
            send_event=True,
            ignore_invalid_triggers=False,
        )
        for source, name, dest in script.edges():
            self._graph.add_transition(name, source, dest)
        self._graph.add_transition("out_of_time", list(script.nodes), self._over_state())

    # -- what the session calls --------------------------------------------------------------

    @property
    def consented(self) -> bool:
        """Both have said yes (S1): until then nothing is written."""
        return len(self.memory.consented) == 2

    @property
    def position(self) -> Position:
        node = self.script.nodes.get(self.memory.state)
        if node is None:
            return Position(self.memory.state, None, 0)
        visit = self.memory.entries.get(node.beat.beat, 0)
        return Position(node.beat.beat, self.asked(node), visit)

    def begin(self, now: datetime) -> list[Action]:
        """Say hello."""
        self.memory.began = self.memory.told = now.isoformat()
        self.out = []
        if self.facts.keeping == "in_use":
            return troubles.in_use(self)
        if self.facts.quiet_on == now.date():
            return self._quiet_day()
        return troubles.told(self, self.enter(now))

    def resume(self, now: datetime, welcome: Lines | None = None) -> list[Action]:
        """Take up an evening that was broken off, at the beat where it was.

        Where its snapshot did not fit, as after an update, there is none, and it begins anew.
        """
        if not self.memory.began:
            return self.begin(now)
        self.out = []
        if self.memory.done:
            return self.finish("stopped")
        if self.facts.quiet_on == now.date() and not crisis.is_open(self.memory.interlude):
            return self._quiet_day()
        self.say(welcome or self.always.welcome_back)
        self.memory.began = now.isoformat()  # what lay between is not the evening's own time
        if self.memory.interlude is not None and self.memory.interlude.kind in LASTING:
            return interludes.again(self, now)
        self.memory.interlude = None
        return self.ask(now)

    def _quiet_day(self) -> list[Action]:
        self.say(self.always.quiet_today)
        return self.finish("stopped")

    def hear(self, turn: Turn) -> list[Action]:
        """Take one utterance."""
        before = self.snapshot()
        self.out = []
        try:
            return self._hear(turn)
        except (MachineError, LookupError, AttributeError, ValueError, RecursionError):
            self.restore(before)
            self.out = []
            self.faults += 1
            self.say(self.always.ask_once_more)
            return self.ask(turn.now)

    def _hear(self, turn: Turn) -> list[Action]:
        memory, meaning, now = self.memory, turn.meaning, turn.now
        memory.silences = memory.left_running = 0
        if meaning.risk == "self_harm":
            return crisis.answer_aloud(self, turn)
        if meaning.risk is not None:
            return self.hard_stop()
        if memory.done:
            return self.finish("stopped")
        if memory.interlude is not None:
            return interludes.hear(self, turn)
        if meaning.command != "stop" and self._out_of_time(now, GRACE):
            return self.time_is_up(now)
        node = self.node
        if breaks.is_stop_word(self, meaning) and not node.beat.stop_word:
            meaning = replace(meaning, command="time_out")
        elif node.beat.stop_word and is_time_out(meaning.text):
            meaning = replace(meaning, command=None)  # tried or agreed on here
        if meaning.command is not None:
            return interludes.command(self, meaning, turn)
        if is_company(meaning):
            return breaks.pause(self, now)
        if meaning.command_like is not None:
            if memory.alike < alike.MOST:
                return alike.ask(self, turn)
            if meaning.command_like == "stop":
                return interludes.command(self, replace(meaning, command="stop"), turn)
        return self.take(replace(turn, meaning=meaning))

    def take(self, turn: Turn) -> list[Action]:
        """Take words for an answer: whose it is, whether it was heard, and what follows from it."""
        node, meaning, now = self.node, turn.meaning, turn.now
        asked = self.asked(node)
        if asked is not None and turn.speaker is None and node.beat.matters:
            return asking.who(self, turn)
        balance.note(self, turn, asked)
        if asked is not None and turn.speaker not in (None, asked):
            self.say(self.always.passed_back, asked)
            return self.listen(now)
        if meaning.stance == "contempt" and node.beat.expect is not None:
            return asking.contempt(self, asked) or self.listen(now)
        if asking.is_unsure(self, meaning, turn.confidence):
            return asking.doubt(self, turn)
        return self.answer(meaning, now)

    def silent(self, now: datetime) -> list[Action]:
        """Nobody spoke within the patience: wait kindly, ask shorter, then leave it."""
        self.out = []
        if self.memory.done:
            return self.finish("left")
        if self.memory.interlude is not None:
            return interludes.silent(self, now)
        return asking.unanswered(self, now)

    def over_limit(self, now: datetime) -> list[Action]:
        """The floor's time is over and no words came of it."""
        self.out = []
        if self.memory.interlude is not None:
            return interludes.silent(self, now)
        return self.miss(now)

    def both_spoke(self, now: datetime) -> list[Action]:
        """Two at once."""
        self.out = []
        if self.memory.done:
            return self.finish("stopped")
        if self.memory.interlude is not None:
            return interludes.again(self, now)
        return (
            self.time_is_up(now) if self._out_of_time(now, GRACE) else breaks.both_spoke(self, now)
        )

    def stranger(self, now: datetime) -> list[Action]:
        """A third voice, or a child's: pause, and say nothing of the topic (S20)."""
        self.out = []
        return self.finish("stopped") if self.memory.done else breaks.pause(self, now)

    def cover(self) -> list[Action]:
        """Someone said the couple's cover phrase: be an ordinary timer, at once (S14)."""
        self.out = []
        self.say(self.always.cover)
        return self.finish("stopped")

    def wake(self, now: datetime) -> list[Action]:
        """A break is over."""
        self.out = []
        return interludes.wake(self, now)

    def snapshot(self) -> dict[str, object]:
        """Return plain data from which `restore` gives the same continuation."""
        return self.memory.to_snapshot(self.script.model)

    def restore(self, snapshot: dict[str, object]) -> None:
        """Take up a snapshot; ValueError where it is of another script or a version too old."""
        restored = Memory.from_snapshot(snapshot, self.script.model)
        if restored.state not in self._graph.states:
            raise ValueError("the snapshot is at a beat that is not in the script")
        node = self.script.nodes.get(restored.state)
        if node is not None and node.beat.expect is None:
            raise ValueError("the snapshot is at a beat that asks nothing")
        self.memory = restored
        self._graph.set_state(self.memory.state)

    # -- moving ------------------------------------------------------------------------------

    def go(self, name: str) -> None:
        """Let transitions take the step ``name``."""
        self._graph.dispatch(name)
        self.memory.state = str(self._place.state)
        memory = self.memory
        memory.misses = memory.silences = memory.doubts = memory.repeats = memory.alike = 0

    def jump(self, key: str) -> None:
        """Go back to a beat that was asked before."""
        self._graph.set_state(key)
        self.memory.state = key
        memory = self.memory
        memory.misses = memory.silences = memory.doubts = memory.alike = 0
        self.memory.step = balance.step_of(self, key)

    def enter(self, now: datetime) -> list[Action]:
        """Say and decide what needs nobody, up to the next question or the end."""
        for _ in range(MOST_STEPS):
            if balance.moved(self):
                offer = balance.close(self, may_offer=not self._out_of_time(now))
                if offer is not None:
                    return offer
            if self.memory.state.startswith(END):
                return self.finish(self.memory.state.removeprefix(END))
            node, beat = self.node, self.node.beat
            if not holds(beat.only_if, self.scene(now)):
                self.go("next")
            elif beat.tell is not None:
                self.say(beat.tell)
                self.go("next")
            elif beat.decide is not None:
                apply_results(self, beat.decide, None, now)
            elif self._out_of_time(now):
                return self.time_is_up(now)
            else:
                self.memory.entries[beat.beat] = self.memory.entries.get(beat.beat, -1) + 1
                if not self.memory.history or self.memory.history[-1] != node.key:
                    self.memory.history.append(node.key)
                return self.ask(now)
        raise ValueError(f"{self.script.model.script}: beats follow each other without a question")

    def time_is_up(self, now: datetime) -> list[Action]:
        """Bring the evening to its close."""
        self.memory.out_of_time = True
        self.say(self.always.time_is_up)
        self.go("out_of_time")
        return self.enter(now)

    def ask(self, now: datetime) -> list[Action]:
        """Put the beat's question."""
        if balance.moved(self):  # a turn was being offered, and something came in between
            return self.enter(now)
        node, told = self.node, self.memory.told
        if told and now - datetime.fromisoformat(told) >= TOLD_AGAIN:
            self.memory.told = now.isoformat()
            self.say(self.always.program)
        if node.beat.change_of_floor:
            self.out += [Chime(name="floor"), Quiet(seconds=FLOOR_QUIET_S)]
        if node.beat.line is not None:
            self.say((node.beat.line,), self.asked(node))
        return self.listen(now)

    def listen(self, _now: datetime) -> list[Action]:
        """Wait for the beat's answer."""
        self.out.append(self.listen_for(self.node))
        return self.out

    def answer(self, meaning: Meaning, now: datetime) -> list[Action]:
        """Match an utterance with the beat's results."""
        node = self.node
        self.memory.visits[node.key] = self.memory.visits.get(node.key, 0) + 1
        if meaning.promise is not None and meaning.promise.refused is not None:
            self.say(self.always.promise_refused, self.asked(node))
            return self.leave("refused", now, quietly=True)
        if not meaning.text.strip():
            return self.miss(now)
        if is_unsure_to_stay(node.beat, self.scene(now, meaning)):
            self.say(self.always.unsure_to_stay)
            return self.finish("stopped")
        if not node.beat.results:
            self.go("next")
            return self.enter(now)
        state = self.memory.state
        if not apply_results(self, node.beat.results, meaning, now):
            return self.miss(now)
        if self.memory.state == state:  # `again`: the result's own line has asked
            return self.listen(now)
        return self.enter(now)

    def miss(self, now: datetime) -> list[Action]:
        """Words that fit nothing: another wording, then an example, then leave it."""
        node, memory = self.node, self.memory
        memory.misses += 1
        if memory.misses <= min(node.beat.retries, len(node.beat.again)):
            self.say(node.beat.again[memory.misses - 1 :][:1], self.asked(node))
            return self.listen(now)
        return self.leave("lost", now)

    def leave(self, name: str, now: datetime, *, quietly: bool = False) -> list[Action]:
        """Leave the beat kindly and go on."""
        if not quietly:
            general = self.always.skipped if name == "refused" else self.always.leave
            own = self.node.beat.leave
            self.say((own,) if own is not None and name != "refused" else general)
        self.go(name)
        return self.enter(now)

    def hard_stop(self) -> list[Action]:
        """Stop for the night.  The same for every cause, to the byte (S8)."""
        self.memory.floor = {}  # whether the last words were counted would tell the causes apart
        self.say(self.always.hard_stop)
        return self.finish("stopped")

    def finish(self, reason: str, *, quiet_today: bool = False) -> list[Action]:
        quiet_today = quiet_today or crisis.is_open(self.memory.interlude)  # no clear no was said
        self.memory.interlude = None
        if reason == "completed" and not self.memory.done:
            record = Record(kind="done", name=self.script.model.script)
            self.out.append(Keep(record=record))
        self.memory.done = True
        self.out.append(End(reason=reason, quiet_today=quiet_today))  # type: ignore[arg-type]
        return self.out

    # -- saying and keeping ------------------------------------------------------------------

    def _over_state(self) -> str:
        over = self.script.model.ends.over
        return self.script.entry.get(over, f"{END}stopped") if over else f"{END}stopped"

    def _out_of_time(self, now: datetime, grace: timedelta = timedelta()) -> bool:
        if self.memory.out_of_time or not self.memory.began:
            return False
        spent = now - datetime.fromisoformat(self.memory.began)
        return spent > timedelta(minutes=self.script.model.ends.max_minutes) + grace
