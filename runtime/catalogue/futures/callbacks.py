"""Node types that come back when a future has settled."""

from __future__ import annotations

from pydantic import Field

from ...errors import NodeError
from ...futures.future import FutureState
from ...futures.registry import FutureRegistry
from ...ids import FutureId
from ...nodes.context import NodeContext
from ...nodes.node_type import ExecNode, NodeType
from ...nodes.pins import FutureRef, NodeModel
from ..future_pins import TICKET, ResultOutputs, result_fields


class WhenFutureSettles(ExecNode):
    """Goes on at once, and comes back when the future has settled.

    *Out* is followed now. Later *Resolved* is followed when there is an answer, or *Rejected* when there is none; the
    run lasts until then. If *Rejected* leads nowhere, a failed future counts as an error of this node.
    """

    type_id = "future.then"
    title = "When Future Settles"
    category = "Futures"
    synonyms = ("then", "callback", "on complete", "listen", "promise", "continue")
    exec_in = ("Execute",)
    exec_out = ("Out", "Resolved", "Rejected", "Failed")
    Outputs = ResultOutputs

    class Inputs(NodeModel):
        """What to wait for."""

        future_response_id: FutureRef = Field(description=TICKET)

    async def execute(self, inputs: Inputs, ctx: NodeContext) -> str:
        """Go on, and hold the run open for the rest."""
        future_id = (await ctx.resource(FutureRegistry).find(FutureId(inputs.future_response_id))).id

        async def come_back(later: NodeContext) -> str:
            future = await later.resource(FutureRegistry).wait(future_id)
            later.set_outputs(ResultOutputs(**result_fields(future)))
            if future.state is FutureState.SUCCEEDED:
                return "Resolved"
            if later.is_wired("Rejected"):
                return "Rejected"
            raise NodeError(future.error)

        ctx.continue_later(come_back)
        return "Out"


NODE_TYPES: tuple[type[NodeType], ...] = (WhenFutureSettles,)
