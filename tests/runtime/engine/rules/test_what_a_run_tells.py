"""The order of a run's events: started, outputs, finished or failed; `RunFinished` last."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from flows import TIMEOUT, draw, registry_with, run
from toys import Gates

from runtime.engine.events import Event, NodeFailed, NodeFinished, NodeStarted, RunFinished, event_line
from runtime.engine.run import Run
from runtime.ids import RunId

pytestmark = pytest.mark.anyio


async def test_a_chain_tells_every_step_and_every_move() -> None:
    flow = (
        draw("start: event.button", "keep: toy.keep", "log: util.console")
        .set("keep", Value=[1, 2])
        .exec("start.Out > keep.In", "keep.Out > log.In")
        .data("keep.Value > log.Message")
        .flow()
    )
    _, told = await run(flow)
    assert told == [
        "run started at start",
        "start started",
        "start finished > Out",
        "token start.Out > keep.In",
        "keep started",
        "keep has Value=[1, 2]",
        "keep finished > Out",
        "token keep.Out > log.In",
        "log started",
        "log logged info: [1, 2]",
        "log finished > Out",
        "run succeeded",
    ]


async def test_a_wire_that_leads_nowhere_is_no_move() -> None:
    _, told = await run(draw("start: event.button").flow())
    assert told == ["run started at start", "start started", "start finished > Out", "run succeeded"]


async def test_every_step_that_starts_ends_once_whatever_unwinds_it() -> None:
    flow = (
        draw("start: event.button", "loop: flow.for_each", "par: flow.parallel", "wait: toy.wait", "step: toy.step")
        .node("later", "toy.later", inputs={"Gate": "never"})
        .set("loop", Collection=[1, 2, 3])
        .set("wait", Gate="never")
        .node("end", "flow.failed")
        .exec("start.Out > loop.In", "loop.Do > par.In", "par.Branch1 > wait.In", "par.Branch2 > later.In")
        .exec("later.Out > step.In", "step.Out > loop.Break", "loop.Done > end.In")
        .flow()
    )
    events: list[Event] = []
    made = Run(flow, registry_with(), sink=events.append, resources={Gates: Gates()})
    await made.execute()
    started = Counter(event.step_id for event in events if isinstance(event, NodeStarted))
    ended = Counter(event.step_id for event in events if isinstance(event, NodeFinished | NodeFailed))
    assert started == ended
    assert set(started.values()) == {1}
    assert isinstance(events[-1], RunFinished)


async def test_times_count_up_from_the_beginning_and_every_event_is_a_line_of_json() -> None:
    flow = (
        draw("start: event.button", "risk: toy.risk").set("risk", Message="no luck").exec("start.Out > risk.In").flow()
    )
    events: list[Event] = []
    await Run(flow, registry_with(), sink=events.append).execute()
    times = [event.t for event in events]
    assert times[0] == 0.0
    assert times == sorted(times)
    assert times[-1] < TIMEOUT
    assert [json.loads(event_line(event))["event"] for event in events][-2:] == ["NodeFailed", "RunFinished"]


def test_a_number_that_json_does_not_have_is_written_as_text() -> None:
    line = event_line(RunFinished(0.0, RunId("run_1"), "succeeded", {"Output": float("nan")}, None))
    assert json.loads(line)["outputs"] == {"Output": "NaN"}


async def test_secrets_are_masked_in_outputs_and_in_the_inputs_of_a_failure() -> None:
    flow = (
        draw("start: event.button", "risk: toy.risk")
        .set("risk", Message="no luck", Key="sk-1234")
        .exec("start.Out > risk.In")
        .flow()
    )
    events: list[Event] = []
    result = await Run(flow, registry_with(), sink=events.append).execute()
    assert result.error is not None
    assert "sk-1234" not in "".join(map(event_line, events))
    finished = events[-1]
    assert isinstance(finished, RunFinished)
    assert finished.error == {
        "node": "risk",
        "type": "toy.risk",
        "title": "Risk",
        "message": "no luck",
        "inputs": {"Message": "no luck", "Key": "•••", "AtMostTen": 0},
    }
