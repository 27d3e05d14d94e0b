"""Whichever steps a person cancels: the run ends, each step that began ends once, and what it left is not touched."""

from __future__ import annotations

import asyncio
from itertools import cycle

from flows import registry_with
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st
from random_flows import as_text, flows
from timeless_run import lent, timeless

from runtime.document.flow import Flow
from runtime.engine.debugger import Debugger
from runtime.engine.events import Event, NodeFailed, NodeFinished, NodeStarted, RunFinished, RunPaused
from runtime.engine.run import Run
from runtime.errors import NodeCancelledError, NodeFailure
from runtime.ids import StepId
from runtime.source import FlowSource

many = settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
orders = st.lists(
    st.tuples(st.sampled_from(["none", "step", "branch", "run"]), st.integers(0, 5)), min_size=1, max_size=6
)


class Cancelling:
    """A run that stands still before every node; there steps that are running are cancelled, and it goes on."""

    def __init__(self, flow: Flow, given_orders: list[tuple[str, int]]) -> None:
        self.events: list[Event] = []
        self.running: dict[StepId, None] = {}
        self.asked = 0
        self._orders = cycle(given_orders)
        self._debugger = Debugger()
        source, debugger = FlowSource("random"), self._debugger
        self.run = Run(flow, registry_with(), sink=self._hear, debugger=debugger, source=source, resources=lent())
        self._debugger.pause(self.run.run_id)

    def _hear(self, event: Event) -> None:
        self.events.append(event)
        match event:
            case NodeStarted():
                self.running[event.step_id] = None
            case NodeFinished() | NodeFailed():
                del self.running[event.step_id]
            case RunPaused():
                asyncio.get_running_loop().call_soon(self._answer, event.token)

    def _answer(self, token: int) -> None:
        order, which = next(self._orders)
        steps = list(self.running)
        if order == "run" and which == 0:
            self.run.cancel()
        elif order in ("step", "branch") and steps:
            self.asked += getattr(self.run, f"cancel_{order}")(steps[which % len(steps)])
        self._debugger.step_into(self.run.run_id, token)


async def cancelled(flow: Flow, order: list[tuple[str, int]]) -> Cancelling:
    made = Cancelling(flow, order)
    await made.run.execute()
    return made


@many
@given(flow=st.one_of(flows(), flows(at_once=True)), order=orders)
def test_every_step_that_began_ends_once_and_the_run_ends_last(flow: Flow, order: list[tuple[str, int]]) -> None:
    note(as_text(flow))
    made = timeless(cancelled(flow, order))
    started = [event.step_id for event in made.events if isinstance(event, NodeStarted)]
    ended = [event.step_id for event in made.events if isinstance(event, NodeFinished | NodeFailed)]
    assert sorted(ended) == started
    assert isinstance(made.events[-1], RunFinished)


@many
@given(flow=flows(), order=orders)
def test_nothing_is_told_as_failed_that_a_person_cancelled(flow: Flow, order: list[tuple[str, int]]) -> None:
    note(as_text(flow))
    made = timeless(cancelled(flow, order))
    failed = [event for event in made.events if isinstance(event, NodeFailed)]
    assert not [event for event in failed if event.error_type in ("NodeCancelledError", "CancelledError")]
    assert not [event for event in failed if "was cancelled" in event.message]
    error = made.run.result.error if made.run.result is not None else None
    if isinstance(error, NodeFailure) and isinstance(error.cause, NodeCancelledError):
        assert made.asked
