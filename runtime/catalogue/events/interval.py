"""The event that comes again and again."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Final

from pydantic import Field

from ...nodes.context import ListeningContext
from ...nodes.node_type import EventNode, ListeningConfig, Occurrence
from ...nodes.pins import NodeModel, hints

_LEAST_MS: Final = 10
"""Starting a run takes a millisecond or so: the program has other things to do."""
_YEAR_MS: Final = 366 * 24 * 3600 * 1000


class IntervalEvent(EventNode):
    """Starts the flow again and again, while it is listened to (*Listen* in the editor, or `futureflow serve`).

    The first time comes after one interval. The rhythm stays however long runs take: 60000 ms are a minute, not a
    minute and what the run took. A time that comes while its run is still going on is skipped, or as *overlap* in its
    settings says.
    """

    type_id = "event.interval"
    title = "Interval Event"
    category = "Events"
    synonyms = ("timer", "every", "repeat", "periodic", "tick", "schedule")
    exec_out = ("Out",)
    listens = True
    Config = ListeningConfig

    class Inputs(NodeModel):
        """How often."""

        interval_ms: int = Field(
            ge=_LEAST_MS,
            le=_YEAR_MS,
            description="Time from one start to the next",
            json_schema_extra=hints(unit="ms"),
        )

    class Outputs(NodeModel):
        """Which time."""

        tick: int = Field(default=0, description="Which time it is, from 1; times that were missed count too")

    async def occurrences(self, inputs: Inputs, ctx: ListeningContext) -> AsyncGenerator[Occurrence, None]:
        """Wait for each time in turn."""
        seconds = inputs.interval_ms / 1000
        began = ctx.monotonic()
        tick = 0
        while True:
            # From the beginning, so that no delay adds up; what has passed meanwhile is not made up for.
            tick = max(tick, int((ctx.monotonic() - began) / seconds)) + 1
            await ctx.sleep(began + tick * seconds - ctx.monotonic())
            yield Occurrence(self.Outputs(tick=tick))
