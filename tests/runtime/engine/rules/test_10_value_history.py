"""Design 5.10: the value history of each pin, folded from events: in which run, step and turn it was computed."""

from __future__ import annotations

from typing import Any

import pytest
from flows import Drawing, draw, registry_with
from toys import Gates
from watched_run import WatchedRun

from runtime.engine.run import Run
from runtime.engine.values import Turn, ValueHistory
from runtime.ids import NodeId, PinName, RunId
from runtime.source import FlowSource

pytestmark = pytest.mark.anyio

SOURCE = FlowSource("the flow")
KEEP, LOOP = NodeId("keep"), NodeId("loop")


def loop(*items: object) -> Drawing:
    """start → loop over some items with `keep` in it."""
    flow = draw("start: event.button", "loop: flow.for_each", "keep: toy.keep").set("loop", Collection=list(items))
    return flow.exec("start.Out > loop.In", "loop.Do > keep.In").data("loop.Value > keep.Value")


async def ran(history: ValueHistory, flow: Drawing, source: FlowSource = SOURCE, **arguments: Any) -> RunId:
    made = Run(flow.flow(), registry_with(), sink=history, source=source, **arguments)
    await made.execute()
    return made.run_id


def values(history: ValueHistory, node: NodeId = KEEP, run_id: RunId | None = None) -> list[object]:
    return [kept.outputs["Value"] for kept in history.of_pin(SOURCE.key, node, PinName("Value"), run_id)]


async def test_every_value_of_a_pin_is_there_in_order_with_its_run_and_step() -> None:
    history = ValueHistory()
    first = await ran(history, loop("a", "b"))
    second = await ran(history, loop("c"))
    assert history.runs(SOURCE.key) == (first, second)
    assert values(history) == ["a", "b", "c"]
    assert values(history, run_id=first) == ["a", "b"]
    kept = history.of_node(SOURCE.key, KEEP)
    assert [each.run_id for each in kept] == [first, first, second]
    assert [each.step_id for each in kept] == [3, 4, 3]


async def test_a_value_knows_the_turns_of_all_loops_around_it() -> None:
    history = ValueHistory()
    flow = loop("a", "b").node("inner", "flow.for_each", inputs={"Collection": [1, 2]}).node("deep", "toy.keep")
    await ran(history, flow.exec("keep.Out > inner.In", "inner.Do > deep.In").data("inner.Value > deep.Value"))
    found = [(kept.outputs["Value"], kept.turns) for kept in history.of_node(SOURCE.key, NodeId("deep"))]
    inner = NodeId("inner")
    assert found == [
        (1, (Turn(inner, 4, 0), Turn(LOOP, 2, 0))),
        (2, (Turn(inner, 4, 1), Turn(LOOP, 2, 0))),
        (1, (Turn(inner, 8, 0), Turn(LOOP, 2, 1))),
        (2, (Turn(inner, 8, 1), Turn(LOOP, 2, 1))),
    ]


async def test_also_of_turns_at_the_same_time() -> None:
    history = ValueHistory()
    await ran(history, loop(*range(5)).set("loop", Concurrency=3))
    found = {kept.outputs["Value"]: kept.turns for kept in history.of_node(SOURCE.key, KEEP)}
    assert found == {number: (Turn(LOOP, 2, number),) for number in range(5)}


async def test_of_pure_nodes_and_mocks_too() -> None:
    history = ValueHistory()
    flow = draw("start: event.button", "keep: toy.keep", "sum: toy.sum").node(
        "mock", "toy.sum", pinned_outputs={"Result": 9}
    )
    flow.data("mock.Result > sum.A", "sum.Result > keep.Value")
    await ran(history, flow.exec("start.Out > keep.In"))
    found = {node: history.of_node(SOURCE.key, NodeId(node))[0] for node in ("mock", "sum", "keep")}
    assert {node: (kept.outputs, kept.mocked, kept.step_id) for node, kept in found.items()} == {
        "mock": ({"Result": 9}, True, 2),
        "sum": ({"Result": 9}, False, 2),
        "keep": ({"Value": 9}, False, 2),
    }


async def test_the_last_values_are_those_of_the_last_run_that_had_any() -> None:
    history = ValueHistory()
    first = await ran(history, loop("a", "b"))
    await ran(history, loop())
    assert history.last(SOURCE.key)[KEEP] == {"Value": "b"}
    assert history.last(SOURCE.key, first) == {
        LOOP: {"Key": "1", "Value": "b", "ErrorMessage": ""},
        KEEP: {"Value": "b"},
    }


async def test_the_inputs_of_the_last_run_are_kept() -> None:
    history = ValueHistory()
    flow = draw("start: event.button", "in: flow.input").config("in", name="Who")
    assert history.inputs(SOURCE.key) == {}
    await ran(history, flow, inputs={"Who": "Ada"})
    await ran(history, flow, inputs={"Who": "Bob"})
    assert history.inputs(SOURCE.key) == {"Who": "Bob"}


async def test_flows_are_kept_apart() -> None:
    history = ValueHistory()
    await ran(history, loop("mine"))
    await ran(history, loop("theirs"), FlowSource("another flow"))
    assert values(history) == ["mine"]


async def test_only_so_many_values_and_runs_are_kept() -> None:
    history = ValueHistory(most_values=3, most_runs=2)
    runs = [await ran(history, loop(*range(turns))) for turns in (10, 20, 30)]
    assert history.runs(SOURCE.key) == tuple(runs[1:])
    assert values(history) == [17, 18, 19, 27, 28, 29]


async def test_runs_that_are_on_are_kept_however_many_there_are() -> None:
    history = ValueHistory(most_runs=1)
    flow = loop("x").node("wait", "toy.wait", inputs={"Gate": "gate"}).exec("keep.Out > wait.In")
    gates = Gates()
    runs = [WatchedRun(flow.flow(), source=SOURCE, resources={Gates: gates}, also=history) for _ in range(3)]
    for watched in runs:
        await watched.until("wait started")
    assert values(history) == ["x"] * 3
    gates.open("gate")
    for watched in runs:
        await watched.result()
    await ran(history, loop("y"))
    assert values(history) == ["y"]
