"""Which values of a flow's nodes are looked at: the last ones, those of an iteration, those that a token sees."""

from __future__ import annotations

import pytest
from told_values import ToldRun

from editor.activity import RunActivity
from editor.seen_values import SeenValues
from runtime.ids import NodeId, PinName

BEFORE, LOOP, BODY, SOMETIMES, INNER, DEEP, AFTER = map(
    NodeId, ("before", "loop", "body", "sometimes", "inner", "deep", "after")
)


@pytest.fixture
def values() -> SeenValues:
    """A run: before, then a loop of three with a body, a node that runs in its second turn only, and a loop within."""
    activity = RunActivity()
    run = ToldRun(activity)
    run.gave(BEFORE, {"V": "before"})
    loop = run.begin(LOOP)
    for turn in range(3):
        run.give(LOOP, loop, {"V": turn})
        run.gave(BODY, {"V": f"body {turn}"}, loop, turn)
        if turn == 1:
            run.gave(SOMETIMES, {"V": "sometimes"}, loop, turn)
        inner = run.begin(INNER, loop, turn)
        for deep in range(2):
            run.give(INNER, inner, {"V": f"{turn}.{deep}"})
            run.gave(DEEP, {"V": f"deep {turn}.{deep}"}, inner, deep)
    run.gave(AFTER, {"V": "after"})
    return activity.values


def seen(values: SeenValues, *nodes: NodeId) -> list[object]:
    return [values.outputs_of(node).get("V") for node in nodes]


def test_the_last_values_are_seen_unless_an_iteration_is_picked(values: SeenValues) -> None:
    assert seen(values, BEFORE, LOOP, BODY, SOMETIMES, INNER, DEEP, AFTER) == [
        "before", 2, "body 2", "sometimes", "2.1", "deep 2.1", "after",
    ]  # fmt: skip


def test_a_picked_iteration_is_that_of_all_nodes_in_the_loop(values: SeenValues) -> None:
    values.pick(values.entries(BODY)[1])
    assert seen(values, BEFORE, LOOP, BODY, SOMETIMES, DEEP) == ["before", 1, "body 1", "sometimes", "deep 1.1"]
    values.pick(values.entries(BODY)[0])
    assert seen(values, LOOP, BODY, SOMETIMES, AFTER) == [0, "body 0", None, None]
    values.pick(None)
    assert seen(values, BODY) == ["body 2"]


def test_a_turn_is_picked_by_the_values_of_the_loop_itself(values: SeenValues) -> None:
    values.pick(values.entries(LOOP)[1])
    assert seen(values, LOOP, BODY, SOMETIMES) == [1, "body 1", "sometimes"]


def test_nested_loops_are_picked_turn_within_turn(values: SeenValues) -> None:
    values.pick(next(entry for entry in values.entries(DEEP) if entry.outputs["V"] == "deep 1.0"))
    assert seen(values, LOOP, BODY, INNER, DEEP, SOMETIMES) == [1, "body 1", "1.0", "deep 1.0", "sometimes"]


def test_of_a_loop_whose_turns_run_at_once_each_node_shows_the_same_turn() -> None:
    activity = RunActivity()
    run = ToldRun(activity)
    loop = run.begin(LOOP)
    for turn in range(3):
        run.give(LOOP, loop, {"V": turn})
    for turn in (2, 0, 1):
        run.gave(BODY, {"V": f"body {turn}"}, loop, turn)
    values = activity.values
    values.pick(next(entry for entry in values.entries(BODY) if entry.outputs["V"] == "body 0"))
    assert seen(values, LOOP, BODY) == [0, "body 0"]


def test_what_a_token_sees_goes_before_the_last_values_and_after_what_is_picked(values: SeenValues) -> None:
    values.standing = {BODY: {PinName("V"): "as the token sees it"}}
    assert seen(values, BODY, LOOP) == ["as the token sees it", 2]
    values.pick(values.entries(BODY)[0])
    assert seen(values, BODY) == ["body 0"]


def test_a_new_run_is_looked_at_as_it_goes_on_and_earlier_ones_are_kept() -> None:
    activity = RunActivity()
    for name in ("first", "second"):
        run = ToldRun(activity, name)
        run.gave(BODY, {"V": name})
    run = ToldRun(activity, "third")
    values = activity.values
    assert seen(values, BODY) == ["second"]
    values.pick(values.entries(BODY)[0])
    assert seen(values, BODY) == ["first"]
    ToldRun(activity, "fourth")
    assert values.picked is None
    assert values.last() == {BODY: {"V": "second"}}
