"""Design 5.4: a token at `Break` ends the loop from however deep within it; one at `Continue` ends only itself."""

from __future__ import annotations

import pytest
from flows import Drawing, draw, lines, logged, run, steps

from runtime.errors import NodeFailure

pytestmark = pytest.mark.anyio


def loop_around(*nodes: str) -> Drawing:
    """A loop of three turns, these nodes, and `end` behind the loop."""
    drawing = draw("start: event.button", "loop: flow.for_each", *nodes, "end: toy.step")
    return drawing.set("loop", Collection=[1, 2, 3]).exec("start.Out > loop.In", "loop.Done > end.In")


BEFORE = """
    run started at start
    start started
    start finished > Out
    token start.Out > loop.In
    loop started
    loop has Key='0', Value=1, ErrorMessage=''
"""
AFTER = """
    loop finished > Done
    token loop.Done > end.In
    end started
    end finished > Out
    run succeeded
"""


def whole(body: str) -> list[str]:
    """All that a run of `loop_around` tells whose body does this in its only turn."""
    return lines(BEFORE) + lines(body) + lines(AFTER)


async def test_break_ends_the_loop_and_no_further_turn_begins() -> None:
    _, told = await run(loop_around("a: toy.step").exec("loop.Do > a.In", "a.Out > loop.Break").flow())
    assert told == whole("""
        token loop.Do > a.In
        a started
        a finished > Out
        token a.Out > loop.Break
    """)


async def test_break_from_inside_a_branch_ends_the_loop() -> None:
    flow = loop_around("branch: flow.branch").set("branch", Condition=True)
    _, told = await run(flow.exec("loop.Do > branch.In", "branch.True > loop.Break").flow())
    assert told == whole("""
        token loop.Do > branch.In
        branch started
        branch finished > True
        token branch.True > loop.Break
    """)


async def test_break_from_inside_a_sequence_skips_its_other_outputs() -> None:
    flow = loop_around("seq: flow.sequence", "no: toy.step")
    flow.exec("loop.Do > seq.In", "seq.Out1 > loop.Break", "seq.Out2 > no.In", "seq.Out3 > no.In")
    _, told = await run(flow.flow())
    assert told == whole("""
        token loop.Do > seq.In
        seq started
        token seq.Out1 > loop.Break
        seq cancelled
    """)


async def test_break_from_inside_a_parallel_cancels_its_other_branches() -> None:
    flow = loop_around("par: flow.parallel", "wait: toy.wait", "no: toy.step").set("wait", Gate="never")
    flow.exec("loop.Do > par.In", "par.Branch1 > wait.In", "par.Branch2 > loop.Break", "par.Done > no.In")
    _, told = await run(flow.flow())
    assert told == whole("""
        token loop.Do > par.In
        par started
        token par.Branch1 > wait.In
        wait started
        token par.Branch2 > loop.Break
        wait logged debug: cleaned up
        wait cancelled
        par cancelled
    """)


async def test_break_of_the_outer_loop_from_inside_the_inner_one_ends_both() -> None:
    flow = loop_around("inner: flow.for_each", "no: toy.step").set("inner", Collection=["x", "y"])
    flow.exec("loop.Do > inner.In", "inner.Do > loop.Break", "inner.Done > no.In")
    _, told = await run(flow.flow())
    assert told == whole("""
        token loop.Do > inner.In
        inner started
        inner has Key='0', Value='x', ErrorMessage=''
        token inner.Do > loop.Break
        inner cancelled
    """)


async def test_break_of_the_inner_loop_goes_on_with_the_outer_one() -> None:
    flow = loop_around("inner: flow.for_each", "a: toy.step").set("inner", Collection=["x", "y"])
    flow.set("loop", Collection=[1, 2]).exec("loop.Do > inner.In", "inner.Do > inner.Break", "inner.Done > a.In")
    _, told = await run(flow.flow())
    assert steps(told) == ["start", "loop", "inner", "a", "inner", "a", "end"]


async def test_break_of_a_loop_with_many_turns_at_once_cancels_the_other_turns() -> None:
    flow = loop_around("branch: flow.branch", "wait: toy.wait").set("wait", Gate="never")
    flow.set("loop", Collection=[False, True, False, False], Concurrency=3)
    flow.exec("loop.Do > branch.In", "branch.True > loop.Break", "branch.False > wait.In")
    result, told = await run(flow.data("loop.Value > branch.Condition").flow())
    assert result.status == "succeeded"
    assert steps(told)[-1] == "end"
    assert len([line for line in told if line.startswith("loop has")]) == 3, "the fourth turn never began"
    assert logged(told) == ["debug: cleaned up"] * steps(told).count("wait")


async def test_break_from_outside_the_body_is_an_error_that_says_what_to_do() -> None:
    flow = draw("start: event.button", "loop: flow.for_each").set("loop", Collection=[1])
    result, told = await run(flow.exec("start.Out > loop.Break").flow())
    assert isinstance(result.error, NodeFailure)
    assert "not in the loop's body reached Break: wire it from behind Do only" in str(result.error)
    assert steps(told) == ["start", "loop"]


async def test_continue_of_the_loop_itself_means_the_same_as_no_wire_back() -> None:
    loop = loop_around("body: toy.step").set("loop", Collection=[1, 2]).exec("loop.Do > body.In")
    _, without = await run(loop.flow())
    _, back = await run(loop.exec("body.Out > loop.Continue").flow())
    assert steps(without) == ["start", "loop", "body", "body", "end"]
    assert [line for line in back if line != "token body.Out > loop.Continue"] == without


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
