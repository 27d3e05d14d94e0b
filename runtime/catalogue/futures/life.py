"""Node types that look at futures, end them, and ask again."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from ...completions import Completions
from ...futures.future import FutureOrigin
from ...futures.registry import FutureRegistry
from ...ids import FutureId
from ...nodes.context import NodeContext
from ...nodes.node_type import ExecNode, NodeType
from ...nodes.pins import FutureRef, NodeModel
from ..future_pins import MILLISECONDS, TICKET, milliseconds, summary

StateName = Literal[
    "queued", "sending", "waiting", "streaming", "retry_wait", "cancelling",
    "succeeded", "failed", "cancelled", "timed_out", "truncated", "interrupted",
]  # fmt: skip


class FutureStatus(ExecNode):
    """Looks how far a future is, without waiting.

    States: queued, sending, waiting, streaming, retry_wait, cancelling; settled ones are succeeded, failed, cancelled,
    timed_out, truncated (its stream broke off) and interrupted. *Failed* means that there is no such future.
    """

    type_id = "future.status"
    title = "Future Status"
    category = "Futures"
    synonyms = ("poll", "is done", "progress", "state", "partial text")
    exec_in = ("Execute",)
    exec_out = ("Pending", "Settled", "Failed")

    class Inputs(NodeModel):
        """What to look at."""

        future_response_id: FutureRef = Field(description=TICKET)

    class Outputs(NodeModel):
        """How far it is."""

        state: str = Field(default="", description="Where it is, as streaming or succeeded")
        is_settled: bool = Field(default=False, description="Whether it is over, with or without an answer")
        partial_text: str = Field(default="", description="The text that is here so far")
        elapsed_ms: int = Field(
            default=0, description="Time from the start of the request to its end, or until now", **MILLISECONDS
        )
        attempts: int = Field(default=0, description="How often it was sent; more than 1 means it was retried")
        error_message: str = Field(default="", description="What went wrong; empty if nothing did")

    async def execute(self, inputs: Inputs, ctx: NodeContext) -> str:
        """Look."""
        future = await ctx.resource(FutureRegistry).find(FutureId(inputs.future_response_id))
        settled = future.state.is_final
        ctx.set_outputs(
            self.Outputs(
                state=future.state.value,
                is_settled=settled,
                partial_text=future.text(),
                elapsed_ms=milliseconds(future.elapsed()),
                attempts=len(future.attempts),
                error_message=future.error,
            )
        )
        return "Settled" if settled else "Pending"


class CancelFuture(ExecNode):
    """Asks a future to end: its request is broken off, and it settles as cancelled.

    It works in every state before it has settled; one that has already settled is a *Failed* that says so.
    """

    type_id = "future.cancel"
    title = "Cancel Future"
    category = "Futures"
    synonyms = ("stop", "abort", "give up", "kill")
    exec_in = ("Execute",)
    exec_out = ("Success", "Failed")

    class Inputs(NodeModel):
        """What to end."""

        future_response_id: FutureRef = Field(description=TICKET)

    class Outputs(NodeModel):
        """Whether it was asked to end."""

        success: bool = Field(default=False, description="Whether it was asked to end")
        error_message: str = Field(default="", description="Why it cannot be cancelled; empty on success")

    async def execute(self, inputs: Inputs, ctx: NodeContext) -> str:
        """Ask it to end."""
        await ctx.resource(FutureRegistry).cancel_ticket(FutureId(inputs.future_response_id), "cancelled by the flow")
        ctx.set_outputs(self.Outputs(success=True))
        return "Success"


class RetryFuture(ExecNode):
    """Asks the same again: the same messages, model and parameters, of the same provider, as a new future.

    The new future names the old one as its origin; the old one stays as it is, settled or not.
    """

    type_id = "future.retry"
    title = "Retry Future"
    category = "Futures"
    synonyms = ("again", "repeat", "resend", "regenerate", "redo")
    exec_in = ("Execute",)
    exec_out = ("Success", "Failed")

    class Inputs(NodeModel):
        """What to ask again."""

        future_response_id: FutureRef = Field(description=TICKET)

    class Outputs(NodeModel):
        """What stands for the new answer."""

        future_response_id: FutureRef = Field(default="", description="The claim ticket for the new answer")
        error_message: str = Field(default="", description="Why it could not be asked again; empty on success")

    async def execute(self, inputs: Inputs, ctx: NodeContext) -> str:
        """Ask again and go on."""
        future = await ctx.resource(FutureRegistry).find(FutureId(inputs.future_response_id))
        completions = ctx.resource(Completions)
        await completions.spending.ready()
        origin = FutureOrigin(ctx.run_id, ctx.node_id, ctx.step_id, ctx.run_started, ctx.source.key)
        ctx.set_outputs(self.Outputs(future_response_id=completions.ask_again(future, origin)))
        return "Success"


class ListFutures(ExecNode):
    """Lists futures, oldest first: those of this run, or all that are stored, also from earlier.

    With it a loop may start any number of requests: list them when it is done, and give the list to
    *Await All Futures*. Futures is a list of objects, each as in the Results of that node.
    """

    type_id = "future.list"
    title = "List Futures"
    category = "Futures"
    synonyms = ("all", "pending", "gather", "collect", "requests")
    exec_in = ("Execute",)
    exec_out = ("Out",)

    class Inputs(NodeModel):
        """Which ones."""

        state: StateName | None = Field(default=None, description="Only those that are in this state now")
        this_run_only: bool = Field(default=True, description="Only those that this run has started")

    class Outputs(NodeModel):
        """What was found."""

        future_response_ids: list[str] = Field(default_factory=list, description="Their claim tickets")
        futures: list[Any] = Field(default_factory=list, description="One object a future")
        count: int = Field(default=0, description="How many there are")

    async def execute(self, inputs: Inputs, ctx: NodeContext) -> str:
        """Look through all."""
        known = await ctx.resource(FutureRegistry).all(ctx.run_id if inputs.this_run_only else None)
        found = [future for future in known if inputs.state in (None, future.state)]
        ctx.set_outputs(
            self.Outputs(
                future_response_ids=[future.id for future in found],
                futures=[summary(future) for future in found],
                count=len(found),
            )
        )
        return "Out"


NODE_TYPES: tuple[type[NodeType], ...] = (FutureStatus, CancelFuture, RetryFuture, ListFutures)
