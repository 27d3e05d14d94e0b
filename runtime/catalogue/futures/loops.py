"""Loops over futures as they settle, and over the text of one as it streams."""

from __future__ import annotations

from contextlib import aclosing

from pydantic import Field

from ...futures.future import FutureState
from ...futures.registry import FutureRegistry
from ...futures.settling import as_settled
from ...ids import FutureId
from ...nodes.context import NodeContext
from ...nodes.node_type import ExecNode, NodeType
from ...nodes.pins import FutureRef, Json, NodeModel
from ..future_pins import TICKET, ResultOutputs, result_fields
from .tickets import TICKETS, checked_ids


class ForEachCompletedFuture(ExecNode):
    """Runs `Do` for each future of a list when it has settled, in the order in which they settle, then follows `Done`.

    A future without an answer has its turn too: State and ErrorMessage say how it ended. The body need not be wired
    back; a wire back to `Continue` means the same. A token at `Break` ends the loop; the requests go on.
    """

    type_id = "future.for_each_completed"
    title = "For Each Completed Future"
    category = "Futures"
    synonyms = ("loop", "as completed", "iterate", "stream", "gather", "results")
    exec_in = ("In", "Continue", "Break")
    exec_out = ("Do", "Done", "Failed")
    ends_token = ("Continue",)
    breaks_loop = "Break"

    class Inputs(NodeModel):
        """What to wait for."""

        future_response_ids: Json = Field(description=TICKETS)

    class Outputs(ResultOutputs):
        """This turn's future."""

        future_response_id: FutureRef = Field(default="", description="Its claim ticket")
        state: str = Field(default="", description="How it ended, as succeeded or failed")
        index: int = Field(default=0, description="The number of the turn, from 0")

    async def execute(self, inputs: Inputs, ctx: NodeContext) -> str:
        """Run the body for each as it comes."""
        ids = checked_ids(inputs.future_response_ids)
        index = 0
        async with aclosing(as_settled(ctx.resource(FutureRegistry), ids)) as settled:
            async for future in settled:
                fields = result_fields(future)
                ctx.set_outputs(
                    self.Outputs(**fields, future_response_id=future.id, state=future.state.value, index=index)
                )
                if not await ctx.fire("Do"):
                    break
                index += 1
        return "Done"


class ForEachDelta(ExecNode):
    """Runs `Do` each time that more of an answer's text has come, then follows `Done` with the whole answer.

    An answer that is not streamed, or is there already, has one turn; text that comes while the body runs waits for
    the next. With N above 1 it follows the first answer. The body need not be wired back; a wire back to `Continue`
    means the same. A token at `Break` ends the loop; the request goes on.
    """

    type_id = "future.for_each_delta"
    title = "For Each Delta"
    category = "Futures"
    synonyms = ("stream", "on token", "tokens", "live", "typing", "loop", "partial text", "chunk")
    exec_in = ("In", "Continue", "Break")
    exec_out = ("Do", "Done", "Failed")
    ends_token = ("Continue",)
    breaks_loop = "Break"

    class Inputs(NodeModel):
        """What to follow."""

        future_response_id: FutureRef = Field(description=TICKET)

    class Outputs(ResultOutputs):
        """What is new, and at the end the answer."""

        delta: str = Field(default="", description="The text that is new in this turn")
        text: str = Field(default="", description="All the text that has come so far")
        index: int = Field(default=0, description="The number of the turn, from 0")

    async def execute(self, inputs: Inputs, ctx: NodeContext) -> str:
        """Run the body for each piece, then tell how it ended."""
        futures = ctx.resource(FutureRegistry)
        future = await futures.find(FutureId(inputs.future_response_id))
        length = index = 0
        last = self.Outputs()
        while True:
            text = future.text()
            if len(text) > length:
                last = self.Outputs(delta=text[length:], text=text, index=index)
                ctx.set_outputs(last)
                if not await ctx.fire("Do"):
                    return "Done"
                length, index = len(text), index + 1
            elif future.state.is_final:
                break
            else:
                future = await futures.wait_for_news(future.id)
        future = await futures.wait(future.id)
        ctx.set_outputs(last.model_copy(update=result_fields(future)))
        return "Done" if future.state is FutureState.SUCCEEDED else "Failed"


NODE_TYPES: tuple[type[NodeType], ...] = (ForEachCompletedFuture, ForEachDelta)
