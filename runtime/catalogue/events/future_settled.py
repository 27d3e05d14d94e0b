"""The event that a future causes."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Literal

from pydantic import Field

from ...futures.registry import FutureRegistry
from ...nodes.context import ListeningContext
from ...nodes.node_type import EventNode, ListeningConfig, Occurrence, Overlap
from ...nodes.pins import FutureRef, NodeModel, hints
from ..future_pins import TICKET, ResultOutputs, result_fields

FinalState = Literal["succeeded", "failed", "cancelled", "timed_out", "truncated", "interrupted"]


class _Which(NodeModel):
    """The pins that come before those of the answer."""

    future_response_id: FutureRef = Field(default="", description=TICKET)
    state: str = Field(default="", description="How it ended, as succeeded or failed")


class FutureSettledEvent(EventNode):
    """Starts the flow for each of its futures that settles, while it is listened to (*Listen*, or `futureflow serve`).

    The futures of all runs of this flow count, whenever they were started. Those that a run of this event starts itself
    do not: it would never end. They can be awaited in that run.
    """

    type_id = "event.future_settled"
    title = "Future Settled Event"
    category = "Events"
    synonyms = ("callback", "on complete", "answer", "promise", "when done", "completed")
    exec_out = ("Out",)
    listens = True

    class Inputs(NodeModel):
        """Which futures."""

        state: FinalState | None = Field(default=None, description="Only those that end so; unset means all")

    class Outputs(ResultOutputs, _Which):
        """The future and its answer."""

    class Config(ListeningConfig):
        """What to do with several."""

        overlap: Overlap = Field(
            default="queue",
            description="When another one settles during its run: run at once, queue it, or skip it",
            json_schema_extra=hints(advanced=True),
        )

    async def occurrences(self, inputs: Inputs, ctx: ListeningContext) -> AsyncGenerator[Occurrence, None]:
        """Wait for each future in turn."""
        async with aclosing(ctx.resource(FutureRegistry).settling()) as settling:
            async for future in settling:
                if future.origin.source == ctx.source.key and inputs.state in (None, future.state):
                    fields = {**result_fields(future), "future_response_id": future.id, "state": future.state.value}
                    yield Occurrence(self.Outputs(**fields), cause=future.origin.run_id)
