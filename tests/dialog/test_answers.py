"""What a script offers is understood as it is offered, and stolen by nothing else."""

from __future__ import annotations

import pytest

from voice_checkin.dialog.compile import Node
from voice_checkin.lexicon import load_understanding
from voice_checkin.scripts import load_script, script_names
from voice_checkin.words import Expecting, Kind, Option

pytestmark = pytest.mark.mind

CHOICES = [
    (name, key, node)
    for name in script_names()
    for key, node in load_script(name).nodes.items()
    if node.beat.expect is not None and node.beat.expect.kind is Kind.CHOICE
]


def expected(node: Node) -> Expecting:
    expect = node.beat.expect
    assert expect is not None
    options = tuple(Option(name, said) for name, said in expect.options.items())
    return Expecting(kind=expect.kind, options=options)


@pytest.mark.parametrize(
    ("name", "key", "node"), CHOICES, ids=lambda v: v if isinstance(v, str) else ""
)
def test_every_phrase_of_an_option_takes_that_option(name: str, key: str, node: Node) -> None:
    expecting = expected(node)
    understand = load_understanding().understand
    wrong = [
        (phrase, meaning.choice, meaning.command, meaning.risk)
        for option in expecting.options
        for phrase in (*option.phrases, option.name.replace("_", " "))
        if (meaning := understand(phrase, expecting)).choice != option.name
        or meaning.command is not None
        or meaning.risk is not None
    ]

    assert wrong == []


@pytest.mark.parametrize("name", script_names())
def test_no_sample_answer_is_mistaken_for_danger_or_for_a_command(name: str) -> None:
    understand = load_understanding().understand
    wrong = [
        (node.key, sample)
        for node in load_script(name).nodes.values()
        if node.beat.expect is not None
        for sample in node.beat.sample
        if (meaning := understand(sample, expected(node))).risk is not None
        or meaning.command is not None
    ]

    assert wrong == []
