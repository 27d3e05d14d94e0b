"""What a node that starts requests does when it is executed again while its last request is pending."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Literal

from pydantic import Field

from ..futures.future import FutureState
from ..futures.registry import FutureRegistry
from ..ids import FutureId
from ..nodes.context import NodeContext
from ..nodes.pins import NodeModel, hints

WhilePending = Literal["new", "ignore", "restart", "queue"]
Begin = Callable[[Collection[FutureId]], FutureId]
"""Registers a request whose work begins once these have settled; its id."""


class RetriggerConfig(NodeModel):
    """The settings of such a node."""

    while_pending: WhilePending = Field(
        default="new",
        description="Executed again before its answer is there: ask anew (new), give the same ticket again (ignore), "
        "cancel that request and ask anew (restart), or ask when it has settled (queue)",
        json_schema_extra=hints(advanced=True),
    )


def begin_as_configured(begin: Begin, config: RetriggerConfig, ctx: NodeContext) -> FutureId:
    """Begin a request as the policy says, and log which policy was applied.

    What counts are the requests of this node of this flow that are pending, whichever run asked them.
    """
    futures = ctx.resource(FutureRegistry)
    if config.while_pending == "new":
        return begin(())
    source = (ctx.node_id, ctx.source.key)
    pending = [future for future in futures.pending() if (future.origin.node_id, future.origin.source) == source]
    wanted = [future for future in pending if future.state is not FutureState.CANCELLING]
    if config.while_pending == "queue":
        future_id = begin([future.id for future in pending])
        if pending:
            ctx.log("info", f"queued: {future_id} is sent when {_named(pending[-1].id, len(pending))} settled")
        return future_id
    if not wanted:
        return begin(())
    if config.while_pending == "ignore":
        ctx.log("info", f"ignored: {wanted[-1].id} is still pending, so its ticket is given again")
        return wanted[-1].id
    future_id = begin(())  # first, so that nothing is lost if it cannot start
    for future in wanted:
        futures.cancel(future.id, f"the node was executed again, which started {future_id}")
    ctx.log("info", f"restarted: {future_id} is asked, and {_named(wanted[-1].id, len(wanted))} been cancelled")
    return future_id


def _named(last: FutureId, count: int) -> str:
    return f"{last} has" if count == 1 else f"{last} and {count - 1} before it have"
