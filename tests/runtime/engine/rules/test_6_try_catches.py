"""Design 5.6: an error that its own node does not handle goes to the nearest enclosing Try."""

from __future__ import annotations

import pytest
from flows import Drawing, draw, lines, run, steps
from watched_run import WatchedRun

pytestmark = pytest.mark.anyio


def trying(*nodes: str) -> Drawing:
    """start → try, with `risk` in the body, which fails with `no luck`; `caught`, `last` and `end` behind."""
    drawing = draw(
        "start: event.button", "try: flow.try", "risk: toy.risk", *nodes, "caught: toy.step", "last: toy.step"
    )
    drawing.node("end", "toy.step").set("risk", Message="no luck")
    drawing.exec("start.Out > try.In", "try.Catch > caught.In", "try.Finally > last.In", "try.Done > end.In")
    return drawing


async def test_catch_is_followed_with_what_failed_then_finally_then_done() -> None:
    result, told = await run(trying().exec("try.Try > risk.In").flow())
    assert result.status == "succeeded"
    assert told == lines("""
        run started at start
        start started
        start finished > Out
        token start.Out > try.In
        try started
        token try.Try > risk.In
        risk started
        risk failed: no luck
        try has ErrorMessage='no luck', ErrorNode='risk', ErrorType='NodeError'
        token try.Catch > caught.In
        caught started
        caught finished > Out
        token try.Finally > last.In
        last started
        last finished > Out
        try finished > Done
        token try.Done > end.In
        end started
        end finished > Out
        run succeeded
    """)


async def test_without_an_error_there_is_finally_and_done_and_no_catch() -> None:
    _, told = await run(trying().set("risk", Message="").exec("try.Try > risk.In").flow())
    assert steps(told) == ["start", "try", "risk", "last", "end"]


async def test_a_connected_failed_inside_is_nearer_than_the_try() -> None:
    flow = trying("near: toy.step").exec("try.Try > risk.In", "risk.Failed > near.In").flow()
    _, told = await run(flow)
    assert steps(told) == ["start", "try", "risk", "near", "last", "end"]


async def test_the_nearest_of_two_tries_gets_it() -> None:
    flow = trying("inner: flow.try", "near: toy.step")
    flow.exec("try.Try > inner.In", "inner.Try > risk.In", "inner.Catch > near.In")
    _, told = await run(flow.flow())
    assert steps(told) == ["start", "try", "inner", "risk", "near", "last", "end"]


async def test_what_fails_in_a_catch_goes_to_the_try_around() -> None:
    flow = trying("inner: flow.try", "crash: toy.crash")
    flow.exec("try.Try > inner.In", "inner.Try > risk.In", "inner.Catch > crash.In")
    _, told = await run(flow.flow())
    assert steps(told) == ["start", "try", "inner", "risk", "crash", "caught", "last", "end"]


async def test_an_error_goes_through_loops_to_the_try_and_ends_them() -> None:
    flow = trying("loop: flow.for_each").set("loop", Collection=[1, 2, 3])
    _, told = await run(flow.exec("try.Try > loop.In", "loop.Do > risk.In", "loop.Done > caught.In").flow())
    assert steps(told) == ["start", "try", "loop", "risk", "caught", "last", "end"]


async def test_a_try_in_a_loop_in_a_parallel_catches_its_own_turns_error_and_nobody_else_notices() -> None:
    flow = (
        draw("start: event.button", "par: flow.parallel", "loop: flow.for_each", "try: flow.try", "branch: flow.branch")
        .node("crash", "toy.crash")
        .node("fine", "toy.step")
        .node("caught", "util.console")
        .node("other", "toy.step")
        .node("end", "toy.step")
        .set("loop", Collection=[True, False, True])
        .exec("start.Out > par.In", "par.Branch1 > loop.In", "par.Branch2 > other.In", "par.Done > end.In")
        .exec("loop.Do > try.In", "try.Try > branch.In", "branch.True > crash.In", "branch.False > fine.In")
        .exec("try.Catch > caught.In", "try.Done > loop.Continue")
        .data("loop.Value > branch.Condition", "loop.Key > caught.Message")
        .flow()
    )
    result, told = await run(flow)
    assert result.status == "succeeded"
    ours = [line for line in told if line.split(" ")[0] in ("try", "crash", "fine", "caught")]
    failing = lines("""
        try started
        crash started
        crash failed: ZeroDivisionError: division by zero
        try has ErrorMessage='ZeroDivisionError: division by zero', ErrorNode='crash', ErrorType='ZeroDivisionError'
        caught started
        caught logged info: {turn}
        caught finished > Out
        try finished > Done
    """)
    fine = lines("""
        try started
        fine started
        fine finished > Out
        try has ErrorMessage='', ErrorNode='', ErrorType=''
        try finished > Done
    """)
    turns = [[line.format(turn=0) for line in failing], fine, [line.format(turn=2) for line in failing]]
    assert ours == [line for turn in turns for line in turn]
    assert steps(told)[-1] == "end"
    assert steps(told).count("other") == 1


async def test_finally_runs_when_the_body_breaks_a_loop() -> None:
    flow = trying("loop: flow.for_each", "after: toy.step")
    flow = (
        draw(
            "start: event.button",
            "loop: flow.for_each",
            "try: flow.try",
            "last: toy.step",
            "no: toy.step",
            "end: toy.step",
        )
        .set("loop", Collection=[1, 2, 3])
        .exec("start.Out > loop.In", "loop.Do > try.In", "try.Try > loop.Break", "try.Finally > last.In")
        .exec("try.Done > no.In", "loop.Done > end.In")
        .flow()
    )
    _, told = await run(flow)
    assert steps(told) == ["start", "loop", "try", "last", "end"]


async def test_finally_runs_when_a_parallel_cancels_the_branch() -> None:
    flow = (
        draw("start: event.button", "par: flow.parallel", "try: flow.try", "wait: toy.wait", "last: toy.step")
        .node("crash", "toy.crash")
        .node("failed", "toy.step")
        .set("wait", Gate="never")
        .exec("start.Out > par.In", "par.Branch1 > try.In", "try.Try > wait.In", "try.Finally > last.In")
        .exec("par.Branch2 > crash.In", "par.Failed > failed.In")
        .flow()
    )
    _, told = await run(flow)
    assert steps(told) == ["start", "par", "try", "wait", "crash", "last", "failed"]


@pytest.mark.parametrize("ends", ["flow.success", "flow.failed"])
async def test_finally_does_not_run_when_the_run_ends(ends: str) -> None:
    _, told = await run(trying().node("over", ends).exec("try.Try > over.In").flow())
    assert steps(told) == ["start", "try", "over"]


async def test_neither_catch_nor_finally_runs_when_the_run_is_cancelled() -> None:
    watched = WatchedRun(trying("wait: toy.wait").set("wait", Gate="never").exec("try.Try > wait.In").flow())
    await watched.until("wait started")
    assert (await watched.cancel()).status == "cancelled"
    assert steps(watched.told) == ["start", "try", "wait"]


async def test_without_a_wire_at_catch_the_error_goes_on_behind_finally() -> None:
    flow = (
        draw("start: event.button", "try: flow.try", "risk: toy.risk", "last: toy.step", "end: toy.step")
        .set("risk", Message="no luck")
        .exec("start.Out > try.In", "try.Try > risk.In", "try.Finally > last.In", "try.Done > end.In")
        .flow()
    )
    result, told = await run(flow)
    assert str(result.error) == "Risk (risk): no luck"
    assert steps(told) == ["start", "try", "risk", "last"]
    assert told[-2:] == ["try finished", "run failed"]


async def test_an_error_in_finally_takes_the_place_of_the_one_before() -> None:
    flow = (
        draw("start: event.button", "outer: flow.try", "try: flow.try", "risk: toy.risk", "crash: toy.crash")
        .node("log", "util.console")
        .set("risk", Message="no luck")
        .exec("start.Out > outer.In", "outer.Try > try.In", "try.Try > risk.In", "try.Finally > crash.In")
        .exec("outer.Catch > log.In")
        .data("outer.ErrorNode > log.Message")
        .flow()
    )
    _, told = await run(flow)
    assert steps(told) == ["start", "outer", "try", "risk", "crash", "log"]
    assert "log logged info: crash" in told


async def test_finally_does_not_run_in_another_branch_than_the_one_that_ends_the_run() -> None:
    flow = (
        draw("start: event.button", "par: flow.parallel", "try: flow.try", "wait: toy.wait", "no: toy.step")
        .node("over", "flow.success")
        .set("wait", Gate="never")
        .exec("start.Out > par.In", "par.Branch1 > try.In", "try.Try > wait.In", "try.Finally > no.In")
        .exec("par.Branch2 > over.In")
        .flow()
    )
    result, told = await run(flow)
    assert result.status == "succeeded"
    assert steps(told) == ["start", "par", "try", "wait", "over"]


async def test_an_error_through_a_try_in_a_loop_in_a_parallel_tells_all_of_it() -> None:
    flow = (
        draw("start: event.button", "par: flow.parallel", "loop: flow.do_n", "try: flow.try", "crash: toy.crash")
        .node("caught", "toy.step")
        .config("par", branches=1)
        .set("loop", Count=1)
        .exec("start.Out > par.In", "par.Branch1 > loop.In", "loop.Do > try.In", "try.Try > crash.In")
        .exec("try.Catch > caught.In")
        .flow()
    )
    _, told = await run(flow)
    assert told[4:] == lines("""
        par started
        token par.Branch1 > loop.In
        loop started
        loop has Index=0
        token loop.Do > try.In
        try started
        token try.Try > crash.In
        crash started
        crash failed: ZeroDivisionError: division by zero
        try has ErrorMessage='ZeroDivisionError: division by zero', ErrorNode='crash', ErrorType='ZeroDivisionError'
        token try.Catch > caught.In
        caught started
        caught finished > Out
        try finished > Done
        loop finished > Done
        par finished > Done
        run succeeded
    """)
