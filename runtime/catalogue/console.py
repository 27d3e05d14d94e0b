"""What a flow says to the person who watches it."""

from __future__ import annotations

from pydantic import Field

from ..nodes.context import LogLevel, NodeContext
from ..nodes.node_type import ExecNode
from ..nodes.pins import NodeModel, hints


class Console(ExecNode):
    """Writes a line to the console and to the run's log."""

    type_id = "util.console"
    title = "Console"
    category = "Utilities"
    synonyms = ("log", "print", "debug")
    exec_in = ("In",)
    exec_out = ("Out",)

    class Inputs(NodeModel):
        """What to write."""

        message: str = Field(description="The line to write", json_schema_extra=hints(multiline=True))
        level: LogLevel = Field(default="info", description="How important it is")

    async def execute(self, inputs: Inputs, ctx: NodeContext) -> str:
        """Write the line."""
        ctx.log(inputs.level, inputs.message)
        return "Out"


NODE_TYPES = (Console,)
