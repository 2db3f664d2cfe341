"""The lines that hold in every conversation, as ``dialogs/always.yaml`` gives them."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from voice_checkin.dialog.schema import Line

Lines = Annotated[tuple[Line, ...], Field(min_length=1)]


class Always(BaseModel):
    """Every situation that the assistant must have words for.  All are required."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    partner_one: str
    partner_two: str
    program: Lines
    take_your_time: Lines
    take_your_time_both: Lines
    leave: Lines
    skipped: Lines
    passed_back: Lines
    who: Lines
    one_at_a_time: Lines
    turn_offer: Lines
    turn_taken: Lines
    turn_thanks: Lines
    readback_score: Lines
    readback_words: Lines
    readback_answer: Lines
    readback_time: Lines
    command_like: Lines
    ask_once_more: Lines
    not_kept: Lines
    unsure_to_stay: Lines
    contempt: Lines
    hard_stop: Lines
    stopped: Lines
    cover: Lines
    gone: Lines
    time_is_up: Lines
    first_beat: Lines
    pause: Lines
    resumed: Lines
    break_offer: Lines
    break_ask: Lines
    break_other: Lines
    break_again: Lines
    break_set: Lines
    break_soothe: Lines
    break_back: Lines
    break_tomorrow: Lines
    break_end: Lines
    forget_ask: Lines
    forget_sure: Lines
    voices_forgotten: Lines
    forgotten: Lines
    not_forgotten: Lines
    louder: Lines
    quieter: Lines
    slower: Lines
    faster: Lines
    help_general: Lines
    help_yes_no: Lines
    help_scale: Lines
    help_words: Lines
    help_card: Lines
    promise_refused: Lines
    welcome_back: Lines
    quiet_today: Lines
    crisis: Lines
    crisis_local: Lines
    crisis_repeat: Lines
    crisis_check: Lines
    crisis_end: Lines
    cannot_keep: Lines
    keeps_again: Lines
    not_all_kept: Lines
    not_kept_tonight: Lines
    cannot_forget: Lines
    in_use: Lines
    my_mistake: Lines
    back_again: Lines
    cannot_go_on: Lines

    def lines(self) -> list[Line]:
        found: list[Line] = []
        for name in type(self).model_fields:
            value = getattr(self, name)
            if isinstance(value, tuple):
                found += value
        return found
