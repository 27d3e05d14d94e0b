"""Design 5.8: wherever a run waits, cancelling it ends it there, cleans up, and nothing is left running."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass

import pytest
from flows import Drawing, draw, steps
from watched_run import WatchedRun

from runtime.engine.events import NodeFailed, NodeFinished, NodeStarted

pytestmark = pytest.mark.anyio


@dataclass(frozen=True)
class Wait:
    """A flow that does not go on by itself, and what it has told when it waits."""

    drawing: Drawing
    told: str
    times: int = 1


def begin(*nodes: str) -> Drawing:
    """A flow with `no`, which no cancelled run reaches, and a gate that nobody opens."""
    return draw("start: event.button", *nodes, "gate: toy.wait", "no: toy.step").set("gate", Gate="never")


HOUR = 3_600_000

WAITS = {
    "a node's own wait": Wait(begin().exec("start.Out > gate.In", "gate.Out > no.In"), "gate started"),
    "Delay": Wait(
        begin("delay: flow.delay").set("delay", DelayMs=HOUR).exec("start.Out > delay.In", "delay.Out > no.In"),
        "delay started",
    ),
    "the body of a Sequence": Wait(
        begin("seq: flow.sequence").exec("start.Out > seq.In", "seq.Out1 > gate.In", "seq.Out2 > no.In"),
        "gate started",
    ),
    "the body of a loop": Wait(
        begin("loop: flow.for_each")
        .set("loop", Collection=[1, 2])
        .exec("start.Out > loop.In", "loop.Do > gate.In", "loop.Done > no.In"),
        "gate started",
    ),
    "turns at the same time": Wait(
        begin("loop: flow.for_each")
        .set("loop", Collection=[1, 2, 3], Concurrency=2)
        .exec("start.Out > loop.In", "loop.Do > gate.In", "loop.Done > no.In"),
        "gate started",
        times=2,
    ),
    "the join of a Parallel": Wait(
        begin("par: flow.parallel", "done: toy.step").exec(
            "start.Out > par.In",
            "par.Branch1 > done.In",
            "par.Branch2 > gate.In",
            "par.Done > no.In",
            "par.Failed > no.In",
        ),
        "gate started",
    ),
    "a Parallel that collects failures": Wait(
        begin("par: flow.parallel", "risk: toy.crash")
        .config("par", on_error="collect")
        .exec("start.Out > par.In", "par.Branch1 > risk.In", "par.Branch2 > gate.In", "par.Failed > no.In"),
        "gate started",
    ),
    "a Parallel in turns at the same time": Wait(
        begin("loop: flow.for_each", "par: flow.parallel")
        .set("loop", Collection=[1, 2], Concurrency=2)
        .exec("start.Out > loop.In", "loop.Do > par.In", "par.Branch1 > gate.In", "par.Branch2 > gate.In")
        .exec("loop.Done > no.In"),
        "gate started",
        times=4,
    ),
    "the body of Do N": Wait(
        begin("loop: flow.do_n")
        .set("loop", Count=2)
        .exec("start.Out > loop.In", "loop.Do > gate.In", "loop.Done > no.In"),
        "gate started",
    ),
    "the body of While": Wait(
        begin("loop: flow.while")
        .set("loop", Condition=True)
        .exec("start.Out > loop.In", "loop.Do > gate.In", "loop.Done > no.In"),
        "gate started",
    ),
    "a While that turns for ever": Wait(
        begin("loop: flow.while", "step: toy.step")
        .set("loop", Condition=True)
        .exec("start.Out > loop.In", "loop.Do > step.In", "loop.Done > no.In"),
        "step started",
        times=10,
    ),
    "the branches of a Race": Wait(
        begin("race: flow.race", "also: toy.wait")
        .set("also", Gate="never")
        .exec("start.Out > race.In", "race.Branch1 > gate.In", "race.Branch2 > also.In", "race.Done > no.In"),
        "also started",
    ),
    "a Race that waits for the cleanup of a loser": Wait(
        begin("race: flow.race", "open: toy.open", "try: flow.try", "also: toy.wait")
        .set("open", Gate="door")
        .set("also", Gate="never")
        .exec("start.Out > race.In", "race.Branch1 > try.In", "try.Try > also.In", "try.Finally > gate.In")
        .exec("race.Branch2 > open.In", "race.Done > no.In"),
        "gate started",
    ),
    "the body of a Try": Wait(
        begin("try: flow.try").exec(
            "start.Out > try.In", "try.Try > gate.In", "try.Catch > no.In", "try.Finally > no.In", "try.Done > no.In"
        ),
        "gate started",
    ),
    "the Catch of a Try": Wait(
        begin("try: flow.try", "risk: toy.crash").exec(
            "start.Out > try.In", "try.Try > risk.In", "try.Catch > gate.In", "try.Finally > no.In", "try.Done > no.In"
        ),
        "gate started",
    ),
    "the Finally of a Try": Wait(
        begin("try: flow.try").exec("start.Out > try.In", "try.Finally > gate.In", "try.Done > no.In"),
        "gate started",
    ),
    "an attempt of Retry": Wait(
        begin("retry: flow.retry").exec(
            "start.Out > retry.In", "retry.Do > gate.In", "retry.Done > no.In", "retry.Failed > no.In"
        ),
        "gate started",
    ),
    "between two attempts of Retry": Wait(
        begin("retry: flow.retry", "risk: toy.crash")
        .set("retry", DelayMs=HOUR)
        .exec("start.Out > retry.In", "retry.Do > risk.In", "retry.Done > no.In", "retry.Failed > no.In"),
        "risk started",
    ),
    "the body of a Timeout": Wait(
        begin("limit: flow.timeout")
        .set("limit", TimeoutMs=HOUR)
        .exec("start.Out > limit.In", "limit.Do > gate.In", "limit.Done > no.In", "limit.TimedOut > no.In"),
        "gate started",
    ),
    "what was left for later": Wait(
        begin("later: toy.later").set("later", Gate="never").exec("start.Out > later.In", "later.Then > no.In"),
        "later started",
        times=2,
    ),
    "the turn of the loop": Wait(
        begin("a: toy.step", "b: toy.step").exec("start.Out > a.In", "a.Out > b.In", "b.Out > a.In"),
        "b started",
        times=10,
    ),
    "the turn of the loop, of many tokens": Wait(
        begin("par: flow.parallel", "a: toy.step", "b: toy.step").exec(
            "start.Out > par.In", "par.Branch1 > a.In", "a.Out > a.In", "par.Branch2 > b.In", "b.Out > b.In"
        ),
        "b started",
        times=10,
    ),
}


@pytest.mark.parametrize("wait", WAITS.values(), ids=WAITS.keys())
@pytest.mark.parametrize("by", ["cancel()", "its task"])
async def test_cancelling_ends_it_there_and_leaves_nothing_running(wait: Wait, by: str) -> None:
    before = asyncio.all_tasks()
    watched = WatchedRun(wait.drawing.flow())
    await watched.until(wait.told, times=wait.times)
    if by == "cancel()":
        assert (await watched.cancel()).error is None
    else:
        watched.task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await watched.task
    assert watched.run.status == "cancelled"
    assert watched.told[-1] == "run cancelled"
    assert "no" not in steps(watched.told)
    assert asyncio.all_tasks() == before


@pytest.mark.parametrize("wait", WAITS.values(), ids=WAITS.keys())
async def test_no_step_is_reported_as_failed_because_its_run_was_cancelled_and_each_ends_once(wait: Wait) -> None:
    watched = WatchedRun(wait.drawing.flow())
    await watched.until(wait.told, times=wait.times)
    failed_before = [event for event in watched.events if isinstance(event, NodeFailed)]
    await watched.cancel()
    assert [event for event in watched.events if isinstance(event, NodeFailed)] == failed_before
    started = Counter(event.step_id for event in watched.events if isinstance(event, NodeStarted))
    ended = Counter(event.step_id for event in watched.events if isinstance(event, NodeFinished | NodeFailed))
    assert started == ended
    assert set(started.values()) == {1}
