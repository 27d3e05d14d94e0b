"""Muted and bypassed nodes, and pinned outputs (design 3)."""

from __future__ import annotations

import pytest
from flows import draw, logged, registry_with, run, steps

from runtime.engine.events import Event, NodeOutputs
from runtime.engine.run import Run

pytestmark = pytest.mark.anyio


async def test_a_token_passes_a_muted_node() -> None:
    flow = (
        draw("start: event.button", "end: toy.step")
        .node("log", "util.console", mode="mute")
        .exec("start.Out > log.In", "log.Out > end.In")
        .flow()
    )
    _, told = await run(flow)
    assert steps(told) == ["start", "end"]
    assert "token log.Out > end.In" in told


async def test_a_muted_block_is_skipped_with_its_bodies() -> None:
    flow = (
        draw("start: event.button", "body: toy.step", "end: toy.step")
        .node("loop", "flow.for_each", mode="mute")
        .exec("start.Out > loop.In", "loop.Do > body.In", "loop.Done > end.In")
        .flow()
    )
    _, told = await run(flow)
    assert steps(told) == ["start", "end"]


@pytest.mark.parametrize("muted", ["keep", "sum"])
async def test_reading_a_muted_node_is_an_error_that_says_what_to_do(muted: str) -> None:
    flow = (
        draw("start: event.button", "out: flow.output")
        .node("keep", "toy.keep", inputs={"Value": 1}, mode="mute" if muted == "keep" else "normal")
        .node("sum", "toy.sum", mode="mute" if muted == "sum" else "normal")
        .exec("start.Out > keep.In", "keep.Out > out.In")
        .data("keep.Value > sum.A", "sum.Result > out.Value")
        .flow()
    )
    result, _ = await run(flow)
    assert f"({muted})" in str(result.error)
    assert "it is muted, so it has no outputs: switch it on, bypass it, or mock its outputs" in str(result.error)


async def test_a_bypassed_node_hands_its_matching_inputs_on() -> None:
    flow = (
        draw("start: event.button", "log: util.console")
        .node("keep", "toy.keep", inputs={"Value": 7}, mode="bypass")
        .node("sum", "toy.sum", inputs={"B": 9}, mode="bypass")
        .exec("start.Out > keep.In", "keep.Out > log.In")
        .data("keep.Value > sum.A", "sum.Result > log.Message")
        .flow()
    )
    _, told = await run(flow)
    assert logged(told) == ["info: 7"]


async def test_a_bypassed_node_that_misses_an_input_still_lets_the_token_pass() -> None:
    flow = (
        draw("start: event.button", "end: toy.step")
        .node("log", "util.console", mode="bypass")
        .exec("start.Out > log.In", "log.Out > end.In")
        .flow()
    )
    _, told = await run(flow)
    assert steps(told) == ["start", "log", "end"]


async def test_pinned_outputs_stand_for_the_node() -> None:
    flow = (
        draw("start: event.button", "log: util.console", "join: string.concat")
        .node("keep", "toy.keep", pinned_outputs={"Value": "mocked"})
        .node("refuse", "toy.refuse", pinned_outputs={"Result": 5})
        .exec("start.Out > keep.In", "keep.Out > log.In")
        .data("keep.Value > join.A", "refuse.Result > join.B", "join.Result > log.Message")
        .flow()
    )
    _, told = await run(flow)
    assert logged(told) == ["info: mocked5"]
    assert "keep has Value='mocked'" in told
    assert "refuse has Result=5" in told


async def test_reading_an_output_that_is_not_pinned_says_so_also_where_it_has_a_default() -> None:
    flow = (
        draw("start: event.button", "log: util.console")
        .node("loop", "flow.for_each", pinned_outputs={"Key": "0"})
        .exec("start.Out > loop.In", "loop.Done > log.In")
        .data("loop.Value > log.Message")
        .flow()
    )
    result, told = await run(flow)
    assert "reads Value of For Each (loop), which For Each (loop) is mocked without: pin it too" in str(result.error)
    assert "loop has Key='0'" in told


async def test_a_mocked_block_runs_no_body_and_a_mocked_node_does_not_fail() -> None:
    flow = (
        draw("start: event.button", "body: toy.step", "end: toy.step")
        .node("loop", "flow.for_each", pinned_outputs={"Key": "0"})
        .node("risk", "toy.risk", inputs={"Message": "no luck"}, pinned_outputs={"Success": True})
        .exec("start.Out > loop.In", "loop.Do > body.In", "loop.Done > risk.In", "risk.Success > end.In")
        .flow()
    )
    _, told = await run(flow)
    assert steps(told) == ["start", "loop", "risk", "end"]


async def test_what_is_mocked_is_told_as_mocked() -> None:
    flow = (
        draw("keep: toy.keep", "sum: toy.sum")
        .node("start", "event.interval", inputs={"IntervalMs": 1000}, pinned_outputs={"Tick": 7})
        .node("refuse", "toy.refuse", pinned_outputs={"Result": 5})
        .exec("start.Out > keep.In")
        .data("refuse.Result > sum.A", "start.Tick > sum.B", "sum.Result > keep.Value")
        .flow()
    )
    events: list[Event] = []
    await Run(flow, registry_with(), sink=events.append).execute()
    told = {event.node_id: (event.outputs, event.mocked) for event in events if isinstance(event, NodeOutputs)}
    assert told == {
        "start": ({"Tick": 7}, True),
        "refuse": ({"Result": 5}, True),
        "sum": ({"Result": 12}, False),
        "keep": ({"Value": 12}, False),
    }
