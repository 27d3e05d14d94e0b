"""Design 5.4: block nodes fire their bodies and get control back when the bodies' tokens have ended."""

from __future__ import annotations

import pytest
from flows import draw, logged, run, steps

from runtime.errors import NodeFailure

pytestmark = pytest.mark.anyio


async def test_a_sequence_runs_its_outputs_in_order() -> None:
    flow = (
        draw("start: event.button", "seq: flow.sequence", "a: toy.step", "b: toy.step", "c: toy.step", "d: toy.step")
        .exec("start.Out > seq.In", "seq.Out1 > a.In", "a.Out > b.In", "seq.Out2 > c.In", "seq.Out3 > d.In")
        .flow()
    )
    _, told = await run(flow)
    assert steps(told) == ["start", "seq", "a", "b", "c", "d"]


async def test_a_loop_needs_no_wire_back_and_one_to_continue_means_the_same() -> None:
    loop = (
        draw("start: event.button", "loop: flow.for_each", "body: toy.step", "end: toy.step")
        .set("loop", Collection=[1, 2])
        .exec("start.Out > loop.In", "loop.Do > body.In", "loop.Done > end.In")
    )
    _, without = await run(loop.flow())
    _, back = await run(loop.exec("body.Out > loop.Continue").flow())
    assert steps(without) == steps(back) == ["start", "loop", "body", "body", "end"]
    assert [line for line in back if line not in without] == ["token body.Out > loop.Continue"] * 2


async def test_continue_of_an_outer_loop_ends_the_token_only() -> None:
    flow = (
        draw("start: event.button", "outer: flow.for_each", "inner: flow.for_each", "body: toy.step")
        .set("outer", Collection=["a", "b"])
        .set("inner", Collection=[1, 2])
        .exec("start.Out > outer.In", "outer.Do > inner.In", "inner.Do > body.In", "body.Out > outer.Continue")
        .flow()
    )
    _, told = await run(flow)
    assert steps(told) == ["start", "outer", "inner", "body", "body", "inner", "body", "body"]


async def test_break_ends_the_loop_at_once() -> None:
    flow = (
        draw("start: event.button", "loop: flow.for_each", "seq: flow.sequence", "a: toy.step", "b: toy.step")
        .node("end", "toy.step")
        .set("loop", Collection=[1, 2, 3])
        .exec("start.Out > loop.In", "loop.Do > seq.In", "seq.Out1 > a.In", "a.Out > loop.Break", "seq.Out2 > b.In")
        .exec("loop.Done > end.In")
        .flow()
    )
    result, told = await run(flow)
    assert steps(told) == ["start", "loop", "seq", "a", "end"]
    assert result.status == "succeeded"
    assert "seq finished" in told


async def test_break_of_the_outer_loop_from_within_the_inner_one() -> None:
    flow = (
        draw("start: event.button", "outer: flow.for_each", "inner: flow.for_each", "a: toy.step", "end: toy.step")
        .set("outer", Collection=[1, 2, 3])
        .set("inner", Collection=[1, 2, 3])
        .exec("start.Out > outer.In", "outer.Do > inner.In", "inner.Do > a.In", "a.Out > outer.Break")
        .exec("outer.Done > end.In")
        .flow()
    )
    _, told = await run(flow)
    assert steps(told) == ["start", "outer", "inner", "a", "end"]


async def test_break_from_within_a_parallel_cancels_the_other_branches() -> None:
    flow = (
        draw("start: event.button", "loop: flow.for_each", "par: flow.parallel", "wait: toy.wait", "a: toy.step")
        .node("end", "toy.step")
        .set("loop", Collection=[1, 2, 3])
        .set("wait", Gate="never")
        .exec("start.Out > loop.In", "loop.Do > par.In", "par.Branch1 > wait.In", "par.Branch2 > a.In")
        .exec("a.Out > loop.Break", "loop.Done > end.In", "par.Done > loop.Continue")
        .flow()
    )
    result, told = await run(flow)
    assert result.status == "succeeded"
    assert logged(told) == ["debug: cleaned up"]
    assert steps(told) == ["start", "loop", "par", "wait", "a", "end"]


async def test_break_of_a_loop_with_many_turns_at_once_cancels_the_other_turns() -> None:
    flow = (
        draw("start: event.button", "loop: flow.for_each", "branch: flow.branch", "wait: toy.wait", "end: toy.step")
        .set("loop", Collection=[False, True, False, False], Concurrency=3)
        .set("wait", Gate="never")
        .exec("start.Out > loop.In", "loop.Do > branch.In", "branch.True > loop.Break", "branch.False > wait.In")
        .exec("loop.Done > end.In")
        .data("loop.Value > branch.Condition")
        .flow()
    )
    result, told = await run(flow)
    assert result.status == "succeeded"
    assert steps(told)[-1] == "end"
    assert len([line for line in told if line.startswith("loop has")]) == 3, "the fourth turn never began"


async def test_break_from_outside_the_body_is_an_error_that_says_what_to_do() -> None:
    flow = (
        draw("start: event.button", "loop: flow.for_each")
        .set("loop", Collection=[1])
        .exec("start.Out > loop.Break")
        .flow()
    )
    result, told = await run(flow)
    assert isinstance(result.error, NodeFailure)
    assert "not in the loop's body reached Break: wire it from behind Do only" in str(result.error)
    assert steps(told) == ["start", "loop"]


async def test_what_is_left_for_later_holds_the_run_open_but_not_the_body() -> None:
    flow = (
        draw("start: event.button", "loop: flow.for_each", "later: toy.later", "open: toy.open")
        .set("loop", Collection=["a", "b"])
        .set("later", Gate="door")
        .set("open", Gate="door")
        .node("value", "util.console")
        .exec("start.Out > loop.In", "loop.Do > later.In", "later.Then > value.In", "value.Out > loop.Continue")
        .exec("loop.Done > open.In")
        .data("loop.Value > value.Message")
        .flow()
    )
    result, told = await run(flow)
    assert result.status == "succeeded"
    assert steps(told)[:5] == ["start", "loop", "later", "later", "open"], "the loop did not wait"
    assert sorted(steps(told)[5:]) == ["later", "later", "value", "value"]
    assert logged(told) == ["info: a", "info: b"], "each sees the values of the turn that left it"
