"""Design 5.7: a run ends when no token is left, or at Success or Failed."""

from __future__ import annotations

import pytest
from flows import draw, lines, logged, run, steps

from runtime.errors import NodeFailure

pytestmark = pytest.mark.anyio


async def test_it_succeeds_when_no_token_is_left() -> None:
    flow = draw("start: event.button", "out: flow.output").set("out", Value=5).exec("start.Out > out.In").flow()
    result, told = await run(flow)
    assert (result.status, result.outputs, result.error) == ("succeeded", {"Output": 5}, None)
    assert told == lines("""
        run started at start
        start started
        start finished > Out
        token start.Out > out.In
        out started
        out finished > Out
        run succeeded
    """)


async def test_success_ends_it_at_once_and_cancels_all_other_tokens() -> None:
    flow = (
        draw("start: event.button", "par: flow.parallel", "wait: toy.wait", "end: flow.success", "never: toy.step")
        .node("later", "toy.later", inputs={"Gate": "never"})
        .set("wait", Gate="never")
        .exec("start.Out > later.In", "later.Out > par.In", "par.Branch1 > wait.In", "par.Branch2 > end.In")
        .exec("par.Done > never.In")
        .flow()
    )
    result, told = await run(flow)
    assert (result.status, result.error) == ("succeeded", None)
    assert "never" not in steps(told)
    assert "debug: cleaned up" in logged(told)


async def test_failed_ends_it_at_once_and_names_the_node() -> None:
    flow = (
        draw("start: event.button", "seq: flow.sequence", "par: flow.parallel", "end: flow.failed", "no: toy.step")
        .exec("start.Out > seq.In", "seq.Out1 > par.In", "par.Branch1 > end.In", "par.Failed > no.In")
        .exec("seq.Out2 > no.In")
        .flow()
    )
    result, told = await run(flow)
    assert result.status == "failed"
    assert isinstance(result.error, NodeFailure)
    assert str(result.error) == "Failed (end): the flow came here, where it ends as failed"
    assert told == lines("""
        run started at start
        start started
        start finished > Out
        token start.Out > seq.In
        seq started
        token seq.Out1 > par.In
        par started
        token par.Branch1 > end.In
        end started
        end cancelled
        par cancelled
        seq cancelled
        run failed
    """)
