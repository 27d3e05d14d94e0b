"""Differences between values, in words that a person can act on."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.ids import new_future_id, new_run_id
from runtime.recording.differences import comparable, differences

PLAIN = st.none() | st.booleans() | st.integers(-2, 2) | st.text(alphabet="ab", max_size=2)


def json_of(plain: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    keys = st.text(alphabet="ab", max_size=1)
    return st.recursive(
        plain,
        lambda value: st.lists(value, max_size=3) | st.dictionaries(keys, value, max_size=3),
        max_leaves=8,
    )


WHOLE = json_of(PLAIN)
JSON = json_of(PLAIN | st.floats(allow_nan=False))


def told(recorded: object, now: object) -> list[str]:
    return [str(difference) for difference in differences(recorded, now, "out")]


@given(JSON)
def test_a_value_does_not_differ_from_itself(value: object) -> None:
    assert told(value, value) == []


@given(WHOLE, WHOLE)
def test_values_differ_somewhere_exactly_if_their_json_differs(one: object, other: object) -> None:
    assert bool(told(one, other)) == (json.dumps(one, sort_keys=True) != json.dumps(other, sort_keys=True))


@pytest.mark.parametrize(
    ("recorded", "now", "lines"),
    [
        ("world", "moon", ['out: recorded "world", now "moon"']),
        (1, 2, ["out: recorded 1, now 2"]),
        (1, True, ["out: recorded 1, now true"]),
        (1, 1.0, []),
        ("1", 1, ['out: recorded "1", now 1']),
        (None, "", ['out: recorded null, now ""']),
        ({"a": 1}, {"b": 1}, ["out.a: recorded 1, now nothing", "out.b: recorded nothing, now 1"]),
        ([1, 2], [1], ["out[1]: recorded 2, now nothing"]),
        ({"a": [{"b": 1}]}, {"a": [{"b": 2}]}, ["out.a[0].b: recorded 1, now 2"]),
        ([], {}, ["out: recorded [], now {}"]),
    ],
)
def test_each_place_is_named_with_both_sides(recorded: object, now: object, lines: list[str]) -> None:
    assert told(recorded, now) == lines


def test_long_texts_are_shown_from_where_they_part() -> None:
    same = "x" * 500
    (line,) = told(f"{same} and so it was", f"{same} and so it is")
    assert line == 'out: recorded …"xxx and so it was", now …"xxx and so it is"'.replace("xxx", "x" * 9)


def test_ids_are_compared_by_their_order_and_durations_not_at_all() -> None:
    def results() -> object:
        a, b, run = new_future_id(), new_future_id(), new_run_id()
        return [{"FutureResponseId": a, "ElapsedMs": id(a)}, {"FutureResponseId": b}, f"{run}: {a}"]

    assert comparable(results()) == comparable(results())
    assert comparable([new_future_id()] * 2) != comparable([new_future_id(), new_future_id()])


def test_a_word_like_an_id_is_none() -> None:
    assert comparable("fut_short run_away") == "fut_short run_away"
