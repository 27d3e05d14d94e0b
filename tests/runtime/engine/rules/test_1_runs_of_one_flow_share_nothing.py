"""Design 5.1: two runs of one flow at the same time know nothing of each other."""

from __future__ import annotations

import asyncio

import pytest
from flows import TIMEOUT, draw, lines
from toys import Gates
from watched_run import WatchedRun

from runtime.document.flow import Flow

pytestmark = pytest.mark.anyio


def meeting() -> Flow:
    """start → keep (the flow's input) → open → wait → out (what was kept)."""
    return (
        draw("start: event.button", "in: flow.input", "keep: toy.keep", "wait: toy.wait", "out: flow.output")
        .config("in", name="Who")
        .set("wait", Gate="both are here")
        .exec("start.Out > keep.In", "keep.Out > wait.In", "wait.Out > out.In")
        .data("in.Value > keep.Value", "keep.Value > out.Value")
        .flow()
    )


async def test_each_keeps_its_own_inputs_values_and_outputs() -> None:
    flow, gates = meeting(), Gates()
    runs = [WatchedRun(flow, inputs={"Who": who}, resources={Gates: gates}) for who in ("Ada", "Bob")]
    for watched in runs:
        await watched.until("wait started")
    gates.open("both are here")
    assert [(await watched.result()).outputs for watched in runs] == [{"Output": "Ada"}, {"Output": "Bob"}]


async def test_each_tells_its_own_events_alone_and_counts_its_own_steps() -> None:
    flow, gates = meeting(), Gates()
    gates.open("both are here")
    runs = [WatchedRun(flow, inputs={"Who": who}, resources={Gates: gates}) for who in ("Ada", "Bob")]
    async with asyncio.timeout(TIMEOUT):
        await asyncio.gather(*(watched.task for watched in runs))
    for watched, who in zip(runs, ("Ada", "Bob"), strict=True):
        assert {event.run_id for event in watched.events} == {watched.run.run_id}
        assert [line for line in watched.told if not line.startswith("in ")] == lines(f"""
            run started at start
            start started
            start finished > Out
            token start.Out > keep.In
            keep started
            keep has Value={who!r}
            keep finished > Out
            token keep.Out > wait.In
            wait started
            wait finished > Out
            token wait.Out > out.In
            out started
            out finished > Out
            run succeeded
        """)


async def test_cancelling_one_leaves_the_other_alone() -> None:
    flow, gates = meeting(), Gates()
    ada, bob = (WatchedRun(flow, inputs={"Who": who}, resources={Gates: gates}) for who in ("Ada", "Bob"))
    await ada.until("wait started")
    await bob.until("wait started")
    assert (await ada.cancel()).status == "cancelled"
    gates.open("both are here")
    assert (await bob.result()).outputs == {"Output": "Bob"}
