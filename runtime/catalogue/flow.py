"""Where a token goes next: branches, sequences, pauses and ends."""

from __future__ import annotations

import asyncio

from pydantic import Field

from ..nodes.context import NodeContext
from ..nodes.node_type import ExecNode
from ..nodes.pins import NodeModel, hints

CATEGORY = "Flow Control"
MOST_OUTPUTS = 100
"""More pins than that are not readable on a node."""


class Branch(ExecNode):
    """Goes one of two ways."""

    type_id = "flow.branch"
    title = "Branch"
    category = CATEGORY
    synonyms = ("if", "condition")
    exec_in = ("In",)
    exec_out = ("True", "False")

    class Inputs(NodeModel):
        """What decides."""

        condition: bool = Field(description="Which way to go")

    async def execute(self, inputs: Inputs, ctx: NodeContext) -> str:
        """Choose."""
        return "True" if inputs.condition else "False"


class Sequence(ExecNode):
    """Runs its outputs one after the other: the next begins when all that followed the one before has ended."""

    type_id = "flow.sequence"
    title = "Sequence"
    category = CATEGORY
    synonyms = ("then", "order", "steps")
    exec_in = ("In",)

    class Config(NodeModel):
        """How many outputs."""

        outputs: int = Field(default=3, ge=1, le=MOST_OUTPUTS, description="How many outputs")

    def exec_outputs(self) -> tuple[str, ...]:
        """Out1 to OutN."""
        return tuple(f"Out{number}" for number in range(1, self.config.outputs + 1))

    async def execute(self, inputs: NodeModel, ctx: NodeContext) -> str:
        """Fire all but the last, then go on at the last: a sequence that is wired back to itself needs no stack."""
        *bodies, last = self.signature.exec_out
        for pin in bodies:
            await ctx.fire(pin)
        return last


class Delay(ExecNode):
    """Waits; everything else goes on meanwhile."""

    type_id = "flow.delay"
    title = "Delay"
    category = CATEGORY
    synonyms = ("wait", "sleep", "pause")
    exec_in = ("In",)
    exec_out = ("Out",)

    class Inputs(NodeModel):
        """How long."""

        delay_ms: int = Field(default=1000, ge=0, description="How long to wait", json_schema_extra=hints(unit="ms"))

    async def execute(self, inputs: Inputs, ctx: NodeContext) -> str:
        """Wait."""
        await asyncio.sleep(inputs.delay_ms / 1000)
        return "Out"


class Success(ExecNode):
    """Ends the whole run at once, as succeeded."""

    type_id = "flow.success"
    title = "Success"
    category = CATEGORY
    synonyms = ("end", "stop", "exit")
    exec_in = ("In",)

    async def execute(self, inputs: NodeModel, ctx: NodeContext) -> str | None:
        """End the run."""
        ctx.end_run(failed=False)


class Failed(ExecNode):
    """Ends the whole run at once, as failed."""

    type_id = "flow.failed"
    title = "Failed"
    category = CATEGORY
    synonyms = ("end", "stop", "abort", "error")
    exec_in = ("In",)

    async def execute(self, inputs: NodeModel, ctx: NodeContext) -> str | None:
        """End the run."""
        ctx.end_run(failed=True)


NODE_TYPES = (Branch, Sequence, Delay, Success, Failed)
