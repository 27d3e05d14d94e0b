"""Flow nodes and the console, as far as the rules of execution do not cover them (tests/runtime/engine)."""

from __future__ import annotations

import pytest
from flows import draw, logged, run, steps

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(("condition", "way"), [(True, "yes"), (False, "no")])
async def test_branch_goes_one_of_two_ways(condition: bool, way: str) -> None:
    flow = (
        draw("start: event.button", "branch: flow.branch", "yes: toy.step", "no: toy.step")
        .set("branch", Condition=condition)
        .exec("start.Out > branch.In", "branch.True > yes.In", "branch.False > no.In")
        .flow()
    )
    _, told = await run(flow)
    assert steps(told) == ["start", "branch", way]


async def test_sequence_has_as_many_outputs_as_its_config_says() -> None:
    flow = (
        draw("start: event.button", "seq: flow.sequence", "a: toy.step", "b: toy.step")
        .config("seq", outputs=7)
        .exec("start.Out > seq.In", "seq.Out7 > b.In", "seq.Out2 > a.In")
        .flow()
    )
    _, told = await run(flow)
    assert steps(told) == ["start", "seq", "a", "b"]


@pytest.mark.parametrize(
    ("collection", "turns"),
    [
        (["a", "b"], ["0=a", "1=b"]),
        ({"x": 1, "y": [2]}, ["x=1", "y=[2]"]),
        ('["a"]', ["0=a"]),
        ('{"x": null}', ["x="]),
        ([], []),
    ],
)
@pytest.mark.parametrize("concurrency", [1, 4])
async def test_for_each_goes_through_lists_and_objects(collection: object, turns: list[str], concurrency: int) -> None:
    flow = (
        draw("start: event.button", "loop: flow.for_each", "log: util.console")
        .node("join", "string.template", config={"template": "{{key}}={{value}}"})
        .set("loop", Collection=collection, Concurrency=concurrency)
        .exec("start.Out > loop.In", "loop.Do > log.In")
        .data("loop.Key > join.key", "loop.Value > join.value", "join.Result > log.Message")
        .flow()
    )
    result, told = await run(flow)
    assert result.status == "succeeded"
    assert logged(told) == [f"info: {turn}" for turn in turns]


@pytest.mark.parametrize("text", ["hello", "5", "[1", "[" * 100_000])
async def test_for_each_refuses_text_that_is_no_collection(text: str) -> None:
    flow = draw("start: event.button", "loop: flow.for_each").set("loop", Collection=text)
    result, _ = await run(flow.exec("start.Out > loop.In").flow())
    assert "Collection: wants a list or an object, or JSON text of one, got " in str(result.error)
    assert len(str(result.error)) < 200


async def test_delay_lets_others_go_on() -> None:
    flow = (
        draw("start: event.button", "par: flow.parallel", "delay: flow.delay", "after: toy.step", "other: toy.step")
        .set("delay", DelayMs=1)
        .exec("start.Out > par.In", "par.Branch1 > delay.In", "delay.Out > after.In", "par.Branch2 > other.In")
        .flow()
    )
    _, told = await run(flow)
    assert steps(told) == ["start", "par", "delay", "other", "after"]


@pytest.mark.parametrize("level", ["debug", "info", "warn", "error"])
async def test_console_writes_at_its_level(level: str) -> None:
    flow = draw("start: event.button", "log: util.console").set("log", Message="hello", Level=level)
    _, told = await run(flow.exec("start.Out > log.In").flow())
    assert logged(told) == [f"{level}: hello"]


async def test_flow_outputs_are_told_apart_by_name_and_the_last_one_counts() -> None:
    flow = (
        draw("start: event.button", "a: flow.output", "b: flow.output", "c: flow.output")
        .config("b", name="other")
        .set("a", Value=1)
        .set("b", Value=2)
        .set("c", Value=3)
        .exec("start.Out > a.In", "a.Out > b.In", "b.Out > c.In")
        .flow()
    )
    result, told = await run(flow)
    assert result.outputs == {"Output": 3, "other": 2}
    assert told[-1] == "run succeeded"


async def test_a_parallel_without_wires_is_done_at_once() -> None:
    flow = (
        draw("start: event.button", "par: flow.parallel", "end: toy.step")
        .exec("start.Out > par.In", "par.Done > end.In")
        .flow()
    )
    _, told = await run(flow)
    assert steps(told) == ["start", "par", "end"]
