"""Whatever a debugger does to a run, the run tells what it would tell without, only later."""

from __future__ import annotations

import asyncio
from collections import Counter
from itertools import cycle

from flows import in_words, registry_with
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st
from random_flows import as_text, flows
from timeless_run import lent, run_timeless, timeless

from runtime.document.flow import Breakpoint, Flow
from runtime.engine.debugger import Debugger
from runtime.engine.events import Event, RunPaused, RunResumed
from runtime.engine.run import Run, RunResult
from runtime.source import FlowSource

many = settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.too_slow])
orders = st.lists(st.sampled_from(["into", "over", "out", "resume"]), min_size=1, max_size=8)
SOURCE = FlowSource("random")


async def debugged(flow: Flow, given_orders: list[str], every_node: bool) -> tuple[RunResult, list[str], int]:
    """The run's result, what it told but its pauses, and how often it paused; each pause is answered by an order."""
    debugger, answers = Debugger(), cycle(given_orders)
    if every_node:
        debugger.set_breakpoints(SOURCE.key, {node.id: Breakpoint() for node in flow.nodes})
    events: list[Event] = []

    def answer(event: Event) -> None:
        events.append(event)
        if isinstance(event, RunPaused):
            order = next(answers)
            if order == "resume":
                loop.call_soon(debugger.resume, made.run_id)
            else:
                loop.call_soon(getattr(debugger, f"step_{order}"), made.run_id, event.token)

    loop = asyncio.get_running_loop()
    made = Run(flow, registry_with(), sink=answer, debugger=debugger, source=SOURCE, resources=lent())
    debugger.pause(made.run_id)
    result = await made.execute()
    assert debugger.pauses() == ()
    pauses = [event for event in events if isinstance(event, RunPaused)]
    assert len(pauses) == len([event for event in events if isinstance(event, RunResumed)])
    return result, in_words(event for event in events if not isinstance(event, RunPaused | RunResumed)), len(pauses)


@many
@given(flow=flows(), order=orders, every_node=st.booleans())
def test_in_a_flow_without_concurrency_to_the_letter(flow: Flow, order: list[str], every_node: bool) -> None:
    note(as_text(flow))
    plain, told = run_timeless(flow)
    result, same, pauses = timeless(debugged(flow, order, every_node))
    assert same == told
    assert (result.status, result.outputs, str(result.error)) == (plain.status, plain.outputs, str(plain.error))
    assert pauses >= 1


@many
@given(flow=flows(at_once=True), order=orders, every_node=st.booleans())
def test_in_one_with_concurrency_in_some_order(flow: Flow, order: list[str], every_node: bool) -> None:
    note(as_text(flow))
    plain, told = run_timeless(flow)
    result, same, _ = timeless(debugged(flow, order, every_node))
    assert (result.status, result.outputs) == (plain.status, plain.outputs)
    started = Counter(line for line in told if line.endswith(" started"))
    assert Counter(line for line in same if line.endswith(" started")) == started


@many
@given(flow=flows())
def test_stepping_into_everything_stands_before_every_step(flow: Flow) -> None:
    note(as_text(flow))
    _, told, pauses = timeless(debugged(flow, ["into"], every_node=False))
    assert pauses == len([line for line in told if line.endswith(" started") and not line.startswith("run ")])
