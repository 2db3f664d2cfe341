"""Where speech begins, pauses and ends, on tables of probabilities: one character a chunk.

``#`` is a voiced chunk, ``.`` a silent one, ``+`` one between the two thresholds.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from voice_checkin.listening.endpoint import (
    Bounds,
    Closed,
    Endpointer,
    EndpointEvent,
    EndpointTimes,
    Likely,
    Resumed,
    Started,
    Unlikely,
)
from voice_checkin.listening.seams import VAD_SAMPLES

pytestmark = pytest.mark.ears

LEVELS = {"#": 0.9, ".": 0.05, "+": 0.42}


def run(table: str, times: EndpointTimes | None = None) -> list[EndpointEvent]:
    endpointer = Endpointer(times)
    return [event for mark in table for event in endpointer.feed(LEVELS[mark])]


def named(events: list[EndpointEvent]) -> list[str]:
    """Events with times in chunks, as short as the tables."""
    out = []
    for event in events:
        match event:
            case Started(at=at, seen=seen):
                out.append(f"started {at // VAD_SAMPLES} seen {seen // VAD_SAMPLES}")
            case Bounds(id=id_, revision=revision, started=started, ended=ended):
                span = f"{started // VAD_SAMPLES}-{ended // VAD_SAMPLES}"
                out.append(f"segment {id_}.{revision} {span}")
            case Resumed(id=id_, at=at):
                out.append(f"resumed {id_} at {at // VAD_SAMPLES}")
            case Closed(id=id_):
                out.append(f"closed {id_}")
    return out


@pytest.mark.parametrize(
    ("what", "table", "expected"),
    [
        ("silence", "." * 50, []),
        ("a click of 64 ms is not speech", "..##" + "." * 40, []),
        ("doubtful sound never begins speech", "+" * 60, []),
        (
            "a quick no",
            "..###" + "." * 22,
            ["started 2 seen 5", "segment 1.1 2-5", "closed 1"],
        ),
        (
            "a doubtful chunk inside a word belongs to it",
            "##+#" + "." * 22,
            ["started 0 seen 3", "segment 1.1 0-4", "closed 1"],
        ),
        (
            "a stop consonant does not undo a beginning",
            "##..#" + "." * 22,
            ["started 0 seen 5", "segment 1.1 0-5", "closed 1"],
        ),
        ("two clicks with a gap between are not speech", "##...##...." + "." * 22, []),
        (
            "a pause of 250 ms already gives the segment",
            "####" + "." * 8,
            ["started 0 seen 3", "segment 1.1 0-4"],
        ),
        ("a pause of 220 ms does not", "####" + "." * 7 + "#", ["started 0 seen 3"]),
        (
            "going on after a pause gives the same segment again, longer",
            "####" + "." * 10 + "####" + "." * 22,
            [
                "started 0 seen 3",
                "segment 1.1 0-4",
                "resumed 1 at 14",
                "segment 1.2 0-18",
                "closed 1",
            ],
        ),
        (
            "a click in a pause is not going on",
            "####" + "." * 10 + "#" + "." * 11,
            ["started 0 seen 3", "segment 1.1 0-4", "closed 1"],
        ),
        (
            "after a long pause it is another segment",
            "####" + "." * 22 + "####" + "." * 8,
            [
                "started 0 seen 3",
                "segment 1.1 0-4",
                "closed 1",
                "started 26 seen 29",
                "segment 2.1 26-30",
            ],
        ),
    ],
)
def test_speech_is_bounded_by_its_pauses(what: str, table: str, expected: list[str]) -> None:
    assert named(run(table)) == expected, what


def test_a_long_story_is_cut_at_its_next_short_dip() -> None:
    chunks = 12 * 16000 // VAD_SAMPLES
    events = named(run("#" * (chunks + 5) + ".." + "#" * 10))
    assert events == [
        "started 0 seen 3",
        f"segment 1.1 0-{chunks + 5}",
        "closed 1",
        f"started {chunks + 7} seen {chunks + 10}",
    ]


def test_a_story_without_any_dip_is_cut_without_losing_a_chunk() -> None:
    longest = -(-18 * 16000 // VAD_SAMPLES)
    events = named(run("#" * (longest + 5)))
    assert events[1:] == [
        f"segment 1.1 0-{longest}",
        "closed 1",
        f"started {longest} seen {longest + 3}",
    ]


def test_a_raised_bar_asks_for_more_and_surer_voice() -> None:
    endpointer = Endpointer()
    for _ in range(4):
        assert endpointer.feed(0.9, start=5 * VAD_SAMPLES, on=0.7) == []
    assert endpointer.feed(0.9, start=5 * VAD_SAMPLES, on=0.7) == [
        Started(at=0, seen=5 * VAD_SAMPLES)
    ]
    unsure = Endpointer()
    assert not [event for _ in range(40) for event in unsure.feed(0.6, on=0.7)]


def test_an_end_of_the_recording_closes_what_is_open() -> None:
    talking = Endpointer()
    for mark in "#####":
        talking.feed(LEVELS[mark])
    assert named(talking.finish()) == ["segment 1.1 0-5", "closed 1"]
    pausing = Endpointer()
    for mark in "#####.........":
        pausing.feed(LEVELS[mark])
    assert named(pausing.finish()) == ["closed 1"]
    quiet = Endpointer()
    quiet.feed(0.9)
    assert quiet.finish() == []


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ("..#" + "." * 10, []),
        ("..##" + "." * 10, [Likely(at=2, seen=4), Unlikely(at=7)]),
        ("..####", [Likely(at=2, seen=4), Started(at=2, seen=6)]),
        ("..##..##", [Likely(at=2, seen=4), Started(at=2, seen=8)]),
    ],
    ids=["a click is not", "nothing follows", "speech follows", "told once"],
)
def test_speech_over_a_line_is_likely_before_it_is_certain(
    table: str, expected: list[EndpointEvent]
) -> None:
    endpointer = Endpointer()
    found: list[EndpointEvent] = []
    for mark in table:
        found += endpointer.feed(LEVELS[mark], start=4 * VAD_SAMPLES, likely=2 * VAD_SAMPLES)
    in_chunks = [
        replace(event, **{at: getattr(event, at) // VAD_SAMPLES for at in ("at", "seen")
                          if hasattr(event, at)})
        for event in found
    ]  # fmt: skip
    assert in_chunks == expected
