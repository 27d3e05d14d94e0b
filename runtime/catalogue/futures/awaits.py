"""Node types that wait for answers: for one, for all of a list, for the first of them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import aclosing, suppress
from typing import Any

from pydantic import Field

from ...errors import FutureError, InputError
from ...futures.future import FutureResponse, FutureState
from ...futures.registry import FutureRegistry
from ...futures.settling import as_settled
from ...ids import FutureId, PinName
from ...nodes.context import NodeContext
from ...nodes.node_type import ExecNode, NodeType
from ...nodes.pins import FutureRef, Json, NodeModel
from ..future_pins import MILLISECONDS, TICKET, ResultOutputs, milliseconds, result_fields, summary
from .tickets import TICKETS, checked_ids, what_is_missing, what_lacks


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

        future_response_ids: Json = Field(description=TICKETS)
        timeout_ms: int | None = _timeout("The requests themselves go on when it runs out")

    class Outputs(NodeModel):
        """All answers."""

        results: list[Any] = Field(default_factory=list, description="One object a future, in the order of the ids")
        succeeded_count: int = Field(default=0, description="How many have an answer")
        failed_count: int = Field(default=0, description="How many have settled without an answer")
        error_message: str = Field(default="", description="Which ones failed, and why; empty on success")

    async def execute(self, inputs: Inputs, ctx: NodeContext) -> str:
        """Wait for all, then tell how they ended."""
        ids = checked_ids(inputs.future_response_ids)
        in_time = await _all_settled(ctx, ids, inputs.timeout_ms)
        futures = await ctx.resource(FutureRegistry).find_all(ids)
        failed = [future for future in futures if future.state.is_final and future.state is not FutureState.SUCCEEDED]
        pending = [future for future in futures if not future.state.is_final]
        ctx.set_outputs(
            self.Outputs(
                results=[summary(future) for future in futures],
                succeeded_count=len(futures) - len(failed) - len(pending),
                failed_count=len(failed),
                error_message=what_is_missing(pending, failed, len(futures)),
            )
        )
        if not in_time:
            return "TimedOut"
        return "Failed" if failed else "Success"


class AwaitFirstFuture(ExecNode):
    """Waits for the first answers of several futures, and reads them.

    With Count 1 the fastest counts; with more, the first so many. Those that fail are passed over, until so few are
    left that Count cannot be reached: then *Failed* is followed. CancelOthers ends the requests that were too slow.
    Results is a list in the order in which the answers came, as in *Await All Futures*; the other pins are those of the
    first answer.
    """

    type_id = "future.await_any"
    title = "Await First Future"
    category = "Futures"
    synonyms = ("wait", "race", "any", "first", "fastest", "some", "quorum")
    exec_in = ("Execute",)
    exec_out = ("Success", "Failed", "TimedOut")

    class Inputs(NodeModel):
        """What to wait for, how many, and how long."""

        future_response_ids: Json = Field(description=TICKETS)
        count: int = Field(default=1, ge=1, description="How many answers are wanted")
        cancel_others: bool = Field(default=False, description="Whether requests that are still pending then are ended")
        timeout_ms: int | None = _timeout("The requests themselves go on when it runs out")

    class Outputs(ResultOutputs):
        """The first answer, and all that came."""

        future_response_id: FutureRef = Field(default="", description="The claim ticket of the first answer")
        results: list[Any] = Field(default_factory=list, description="One object an answer, in the order they came")

    async def execute(self, inputs: Inputs, ctx: NodeContext) -> str:
        """Wait for the first, then tell how it went."""
        ids = list(dict.fromkeys(checked_ids(inputs.future_response_ids)))
        if len(ids) < inputs.count:
            raise InputError(PinName("Count"), f"is {inputs.count}, but there are only {len(ids)} futures to wait for")
        answers: list[FutureResponse] = []
        failed: list[FutureResponse] = []
        try:
            async with asyncio.timeout(_seconds(inputs.timeout_ms)):
                await _first(ctx.resource(FutureRegistry), ids, inputs.count, answers, failed)
        except TimeoutError:
            way = "TimedOut"
        else:
            way = "Success" if len(answers) == inputs.count else "Failed"
        error = "" if way == "Success" else what_lacks(answers, failed, ids, inputs.count)
        ctx.set_outputs(self._outputs(answers, error))
        if way == "Success" and inputs.cancel_others:
            await _cancel(ctx.resource(FutureRegistry), ids)
        return way

    def _outputs(self, answers: Sequence[FutureResponse], error: str) -> Outputs:
        fields = result_fields(answers[0]) | {"future_response_id": answers[0].id} if answers else {}
        results = [summary(future) for future in answers]
        return self.Outputs(**{**fields, "error_message": error, "results": results})


async def _first(
    futures: FutureRegistry,
    ids: Sequence[FutureId],
    count: int,
    answers: list[FutureResponse],
    failed: list[FutureResponse],
) -> None:
    """Fill both lists until there are so many answers, or there can no longer be."""
    async with aclosing(as_settled(futures, ids)) as settled:
        async for future in settled:
            (answers if future.state is FutureState.SUCCEEDED else failed).append(future)
            if len(answers) == count or len(ids) - len(failed) < count:
                return


async def _cancel(futures: FutureRegistry, ids: Sequence[FutureId]) -> None:
    for future_id in ids:
        with suppress(FutureError):  # settled, or in the hands of another program
            await futures.cancel_ticket(future_id, "others were faster, and the flow wanted no more answers")


async def _all_settled(ctx: NodeContext, ids: Sequence[FutureId], timeout_ms: int | None) -> bool:
    """Wait for all; False if the time ran out before. Raises UnknownFutureError before it waits for any."""
    futures = ctx.resource(FutureRegistry)
    await futures.find_all(ids)
    try:
        async with asyncio.timeout(_seconds(timeout_ms)):
            for future_id in ids:
                await futures.wait(future_id)
    except TimeoutError:
        return False
    return True


def _seconds(timeout_ms: int | None) -> float | None:
    return None if timeout_ms is None else timeout_ms / 1000


NODE_TYPES: tuple[type[NodeType], ...] = (AwaitFuture, AwaitAllFutures, AwaitFirstFuture)
