"""Design 5.10: at a breakpoint a run stands still before the node, tells what it sees, and goes on when told to."""

from __future__ import annotations

import pytest
from debugged_run import SOURCE, DebuggedRun
from flows import Drawing, draw, lines

from runtime.document.flow import Breakpoint
from runtime.engine.pauses import Frame
from runtime.ids import NodeId

pytestmark = pytest.mark.anyio


def chain() -> Drawing:
    """start → keep → log."""
    return (
        draw("start: event.button", "keep: toy.keep", "log: util.console")
        .set("keep", Value=[1, 2])
        .exec("start.Out > keep.In", "keep.Out > log.In")
        .data("keep.Value > log.Message")
    )


def loop(*items: object) -> Drawing:
    """start → loop over some items with `body` in it → after."""
    return (
        draw("start: event.button", "loop: flow.for_each", "body: toy.keep", "after: toy.step")
        .set("loop", Collection=list(items))
        .exec("start.Out > loop.In", "loop.Do > body.In", "loop.Done > after.In")
        .data("loop.Value > body.Value")
    )


async def test_a_run_stands_still_before_the_node_and_goes_on_from_there() -> None:
    debugged = DebuggedRun(chain().flow(), stops="log")
    await debugged.paused()
    assert debugged.debugger.state(debugged.run.run_id) == "paused"
    assert await debugged.rest() == "succeeded"
    assert debugged.told == lines("""
        run started at start
        start started
        start finished > Out
        token start.Out > keep.In
        keep started
        keep has Value=[1, 2]
        keep finished > Out
        token keep.Out > log.In
        paused at log: breakpoint
        resumed
        log started
        log logged info: [1, 2]
        log finished > Out
        run succeeded
    """)


async def test_it_tells_where_it_is_what_the_node_will_read_and_what_has_been_computed() -> None:
    debugged = DebuggedRun(chain().flow(), stops="log")
    pause = await debugged.paused()
    assert (pause.run_id, pause.node_id, pause.step_id) == (debugged.run.run_id, "log", None)
    assert (pause.reason, pause.message) == ("breakpoint", "")
    assert pause.frames == (Frame(debugged.run.run_id, "test", SOURCE.key, "log", "Console", "", {}),)
    assert pause.inputs == {"Message": "[1, 2]"}
    assert pause.outputs == {"keep": {"Value": [1, 2]}}
    await debugged.rest()


async def test_the_call_stack_tells_which_turn_of_which_loop_it_is() -> None:
    debugged = DebuggedRun(loop("a", "b").flow(), stops="body")
    for turn, value in enumerate("ab"):
        pause = await debugged.paused()
        run_id = debugged.run.run_id
        values = {"Key": str(turn), "Value": value, "ErrorMessage": ""}
        assert pause.frames == (
            Frame(run_id, "test", SOURCE.key, "body", "Keep", "", {}),
            Frame(run_id, "test", SOURCE.key, "loop", "For Each", "Do", values),
        )
        debugged.debugger.resume(run_id)
    assert await debugged.rest() == "succeeded"


async def test_breakpoints_can_be_set_and_removed_while_a_run_is_on() -> None:
    debugged = DebuggedRun(loop(1, 2, 3, 4).flow(), stops="body")
    await debugged.paused()
    debugged.stop_at("after")
    debugged.debugger.resume(debugged.run.run_id)
    assert (await debugged.paused()).node_id == "after"
    assert await debugged.rest() == "succeeded"


async def test_one_that_is_disabled_or_of_another_flow_stops_nobody() -> None:
    debugged = DebuggedRun(chain().flow(), stops={"log": Breakpoint(enabled=False)})
    debugged.debugger.set_breakpoints("another flow", {NodeId("log"): Breakpoint()})
    assert (await debugged.result()).status == "succeeded"
    assert "paused at log: breakpoint" not in debugged.told
