"""The shape of a dialog script, as a counsellor writes it.  See ``dialogs/README.md``."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
)

from voice_checkin.words import Kind

BeatName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
Target = Annotated[str, StringConstraints(pattern=r"^(end\.)?[a-z][a-z0-9_]*$", max_length=48)]
LineIdText = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_.]*$", max_length=60)]
Spoken = Annotated[str, StringConstraints(min_length=1, max_length=300)]


def _listed(value: object) -> object:
    return (value,) if isinstance(value, str) else value


_EITHER = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}
OneOrSeveral = Annotated[tuple[Spoken, ...], BeforeValidator(_listed), WithJsonSchema(_EITHER)]
"""Several wordings of one thing; a single one needs no brackets."""
Names = Annotated[tuple[str, ...], BeforeValidator(_listed), WithJsonSchema(_EITHER)]
Slot = Literal[
    "event", "feeling", "score", "promise", "time", "wish", "word", "answer", "understood",
]  # fmt: skip
"""What the machine can remember of an evening, and say again.  A closed list."""

ENDINGS = ("completed", "declined", "stopped", "left", "booked")
DEFAULT_PATIENCE: dict[Kind, tuple[float, float, float]] = {
    # start, pause, limit in seconds: voice.md, "Time"
    Kind.YES_NO: (8.0, 0.6, 20.0),
    Kind.SCALE: (8.0, 0.8, 20.0),
    Kind.CHOICE: (9.0, 0.8, 25.0),
    Kind.TIME: (9.0, 0.9, 25.0),
    Kind.NAME: (8.0, 0.8, 20.0),
    Kind.FEELING: (15.0, 2.5, 60.0),
    Kind.PROMISE: (14.0, 1.8, 60.0),
    Kind.FREE: (12.0, 1.3, 60.0),
}


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Line(_Model):
    """One thing to say; several wordings may stand in ``say``, one is chosen by the night."""

    id: LineIdText
    say: OneOrSeveral
    protected: bool = False


class When(_Model):
    """Named conditions; all that are given must hold."""

    yes_no: Literal["yes", "no", "unsure"] | None = None
    choice: Names | None = None
    score_at_most: float | None = None
    score_at_least: float | None = None
    names_feeling: bool | None = None
    echoes_feeling: bool | None = None
    """The words name the feeling that was remembered, or its family."""
    stance: Names | None = None
    words_at_most: int | None = Field(default=None, ge=1)
    words_at_least: int | None = Field(default=None, ge=1)
    starts_with_i: bool | None = None
    has_if_or_but: bool | None = None
    owns_it: bool | None = None
    """ "mine", "my fault", "I chose it"."""
    says_sorry: bool | None = None
    blames_you: bool | None = None
    """A clause that begins "you": "you made me", "you always"."""
    leaves: bool | None = None
    """ "I'm not sure I want to stay": a complete answer."""
    says_enough: bool | None = None
    """ "that's all", "nothing more"."""
    promise: Literal["complete", "partial", "refused"] | None = None
    names_time: bool | None = None
    plain_word: bool | None = None
    """The words are no yes or no, no number and no choice: fit to be agreed on as a sign."""
    break_length: bool | None = None
    """The time lies 20 minutes to 24 hours ahead."""
    late_hour: bool | None = None
    """The time that was named lies after the couple's evening hour (S22)."""
    says_sign: bool | None = None
    """The couple's own word for a break; "time out" where they agreed on none."""
    # Facts and memory, for `decide` and `only_if`
    named: bool | None = None
    has_crisis_line: bool | None = None
    light: bool | None = None
    after_cut_off: bool | None = None
    promise_due: bool | None = None
    parked_tonight: bool | None = None
    done_within_days: dict[str, int] | None = None
    never_done: str | None = None
    every_score_at_most: float | None = None
    remembered: Slot | None = None
    """Of either of the two."""
    partner_said: Slot | None = None
    """Remembered of the one who is asked."""
    both_said: Slot | None = None
    """Remembered of each of the two."""
    visits_at_least: int | None = Field(default=None, ge=1)


class KeepEntry(_Model):
    """Something for the journal; only what S28 lists exists here."""

    kind: Literal["promise", "number", "parked", "agreement", "booking", "done", "outcome"]
    name: str = ""
    text: Slot | Literal["heard"] | None = None
    of: Literal["partner", "other", "hurt", "caused", "none"] = "partner"


class Result(_Model):
    """What follows an answer: the first result whose ``when`` holds; none given: always."""

    when: When | None = None
    say: tuple[Line, ...] = ()
    remember: dict[Slot, Literal["text", "name", "feeling", "scale", "promise", "time"]] = {}
    keep: tuple[KeepEntry, ...] = ()
    light: bool = False
    """From here on the evening keeps to the light track."""
    claim: Literal["hurt", "caused"] | None = None
    """The one who answered claims this role; the other has the other one."""
    then: Target | None = None
    """Where it leads; left out: on.  ``again`` asks the same person once more."""


class PatienceEntry(_Model):
    start_s: float | None = Field(default=None, ge=3, le=60)
    pause_s: float | None = Field(default=None, ge=0.4, le=5)
    limit_s: float | None = Field(default=None, ge=5, le=120)


class Expect(_Model):
    kind: Kind
    options: dict[str, tuple[str, ...]] = {}


class Beat(_Model):
    """One step.  Exactly one of ``tell``, ``ask`` and ``decide``."""

    beat: BeatName
    tell: tuple[Line, ...] | None = None
    decide: tuple[Result, ...] | None = None
    ask: Literal["each", "first", "second", "partner", "other", "hurt", "caused", "either"] | None \
        = None  # fmt: skip
    only_if: When | None = None
    line: Line | None = None
    again: tuple[Line, ...] = ()
    """Worded differently: narrower, then with an example."""
    leave: Line | None = None
    """Said when it is left; otherwise the general line of ``always.yaml``."""
    expect: Expect | None = None
    patience: PatienceEntry = PatienceEntry()
    change_of_floor: bool = False
    matters: bool = False
    mutual: bool = False
    """Both have their say here: who had less than 40 % of it is offered a turn before it closes."""
    stop_word: bool = False
    """The couple's own word for a break is agreed or tried here, so it stops nothing."""
    results: tuple[Result, ...] = ()
    retries: int = Field(default=2, ge=1, le=3)
    """How often ``again`` may lead back here before the beat is left."""
    help: Line | None = None
    if_refused: Target | None = None
    if_silent: Target | None = None
    if_lost: Target | None = None
    """After the last re-prompt without a match; left out: as if_silent."""
    then: Target | None = None
    sample: tuple[str, ...] = ()
    """What the first and the second partner say here in a rehearsal; more for later visits."""


class Group(_Model):
    """Beats that are held with each partner in turn: ``{partner}`` and ``{other}`` swap."""

    each: BeatName
    mutual: bool = False
    """As in a beat, for the whole round."""
    beats: tuple[Beat, ...] = Field(min_length=1)


class Ends(_Model):
    max_minutes: float = Field(ge=1, le=60)
    over: BeatName | None = None
    """The beat that closes an evening which has run out of time."""


class ScriptModel(_Model):
    script: BeatName
    version: int = Field(ge=1)
    title: str
    about: str
    ends: Ends
    roles: bool = False
    """Whether partners claim *hurt* and *caused* in it."""
    beats: tuple[Group | Beat, ...] = Field(min_length=1)
