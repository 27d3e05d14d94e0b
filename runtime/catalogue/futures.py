"""Node types that redeem a FutureResponseId."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, Literal

from pydantic import Field

from ..errors import InputError, NodeError
from ..futures.future import FutureResponse, FutureState
from ..futures.registry import FutureRegistry
from ..ids import FutureId, PinName
from ..nodes.context import NodeContext
from ..nodes.node_type import ExecNode, NodeType
from ..nodes.pins import FutureRef, Json, NodeModel
from .future_pins import MILLISECONDS, TICKET, ResultOutputs, milliseconds, result_fields, summary

StateName = Literal[
    "queued", "sending", "waiting", "streaming", "retry_wait", "cancelling",
    "succeeded", "failed", "cancelled", "timed_out", "truncated", "interrupted",
]  # fmt: skip


def _timeout(what: str) -> Any:
    """An optional limit of a wait, in milliseconds."""
    return Field(default=None, ge=1, description=f"Longest wait; unset waits for ever. {what}", **MILLISECONDS)


class AwaitFuture(ExecNode):
    """Waits until a future has settled, and reads its answer.

    A future that has already settled is read at once, as often as you like. When TimeoutMs runs out, the request goes
    on and can be awaited again; *TimedOut* then says so, or *Failed* if *TimedOut* leads nowhere.
    """

    type_id = "future.await"
    title = "Await Future"
    category = "Futures"
    synonyms = ("wait", "join", "get result", "redeem", "promise", "answer")
    exec_in = ("Execute",)
    exec_out = ("Success", "Failed", "TimedOut")

    class Inputs(NodeModel):
        """What to wait for, and how long."""

        future_response_id: FutureRef = Field(description=TICKET)
        timeout_ms: int | None = _timeout("The request itself goes on when it runs out")

    class Outputs(ResultOutputs):
        """The answer, and how long it took."""

        elapsed_ms: int = Field(
            default=0, description="Time from the start of the request to its end, or until now", **MILLISECONDS
        )

    async def execute(self, inputs: Inputs, ctx: NodeContext) -> str:
        """Wait, then tell how it ended."""
        future_id = FutureId(inputs.future_response_id)
        in_time = await _all_settled(ctx, [future_id], inputs.timeout_ms)
        future = await ctx.resource(FutureRegistry).find(future_id)
        ctx.set_outputs(self.Outputs(**result_fields(future), elapsed_ms=milliseconds(future.elapsed())))
        if not in_time:
            return "TimedOut"
        return "Success" if future.state is FutureState.SUCCEEDED else "Failed"


class AwaitAllFutures(ExecNode):
    """Waits until all futures of a list have settled, and reads all their answers.

    Results is a list in the order of the ids; each item is an object with FutureResponseId, State, ElapsedMs and what
    *Await Future* gives. It is there also when some failed or the time ran out. *Failed* is followed if any failed.
    """

    type_id = "future.await_all"
    title = "Await All Futures"
    category = "Futures"
    synonyms = ("wait", "join", "gather", "barrier", "collect", "all answers")
    exec_in = ("Execute",)
    exec_out = ("Success", "Failed", "TimedOut")

    class Inputs(NodeModel):
        """What to wait for, and how long."""

        future_response_ids: Json = Field(description="A list of claim tickets, for example from Make List")
        timeout_ms: int | None = _timeout("The requests themselves go on when it runs out")

    class Outputs(NodeModel):
        """All answers."""

        results: list[Any] = Field(default_factory=list, description="One object a future, in the order of the ids")
        succeeded_count: int = Field(default=0, description="How many have an answer")
        failed_count: int = Field(default=0, description="How many have settled without an answer")
        error_message: str = Field(default="", description="Which ones failed, and why; empty on success")

    async def execute(self, inputs: Inputs, ctx: NodeContext) -> str:
        """Wait for all, then tell how they ended."""
        ids = _checked_ids(inputs.future_response_ids)
        in_time = await _all_settled(ctx, ids, inputs.timeout_ms)
        futures = await ctx.resource(FutureRegistry).find_all(ids)
        failed = [future for future in futures if future.state.is_final and future.state is not FutureState.SUCCEEDED]
        pending = [future for future in futures if not future.state.is_final]
        ctx.set_outputs(
            self.Outputs(
                results=[summary(future) for future in futures],
                succeeded_count=len(futures) - len(failed) - len(pending),
                failed_count=len(failed),
                error_message=_what_is_missing(pending, failed, len(futures)),
            )
        )
        if not in_time:
            return "TimedOut"
        return "Failed" if failed else "Success"


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


async def _all_settled(ctx: NodeContext, ids: Sequence[FutureId], timeout_ms: int | None) -> bool:
    """Wait for all; False if the time ran out before. Raises UnknownFutureError before it waits for any."""
    futures = ctx.resource(FutureRegistry)
    await futures.find_all(ids)
    try:
        async with asyncio.timeout(None if timeout_ms is None else timeout_ms / 1000):
            for future_id in ids:
                await futures.wait(future_id)
    except TimeoutError:
        return False
    return True


def _checked_ids(value: object) -> list[FutureId]:
    if not isinstance(value, list):
        raise InputError(PinName("FutureResponseIds"), f"wants a list of FutureResponseIds, got {type(value).__name__}")
    for number, item in enumerate(value, 1):
        if not isinstance(item, str):
            raise InputError(PinName("FutureResponseIds"), f"item {number} is no FutureResponseId: {item!r}")
    return [FutureId(item) for item in value]


def _what_is_missing(
    pending: Sequence[FutureResponse], failed: Sequence[FutureResponse], count: int, shown: int = 3
) -> str:
    """Why there are fewer answers than futures; empty if there are not."""
    parts = []
    if pending:
        parts.append(f"{len(pending)} of {count} futures have not settled in time; they go on")
    if failed:
        reasons = [f"{future.id}: {future.error}" for future in failed[:shown]]
        more = [f"and {len(failed) - shown} more"] if len(failed) > shown else []
        parts.append(f"{len(failed)} of {count} futures have no answer: {'; '.join([*reasons, *more])}")
    return ". ".join(parts)


NODE_TYPES: tuple[type[NodeType], ...] = (
    AwaitFuture,
    AwaitAllFutures,
    WhenFutureSettles,
    FutureStatus,
    CancelFuture,
    ListFutures,
)
