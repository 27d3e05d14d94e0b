"""Blocks whose body may fail or take too long."""

from __future__ import annotations

import asyncio
from typing import Final

from pydantic import Field

from ..errors import NodeError, NodeFailure
from ..nodes.context import NodeContext
from ..nodes.node_type import ExecNode
from ..nodes.pins import NodeModel, hints
from .flow import CATEGORY

LONGEST_DELAY_S: Final = 3600.0
"""Between two attempts, whatever the backoff: a flow that waits for days has better be started anew."""


class Try(ExecNode):
    """Runs `Try`; an error in it that its own node does not handle comes here: then `Catch` is followed.

    In any case `Finally` is followed next, also when the body is left by `Break` or cancelled; then `Done`. Without a
    wire at `Catch` the error goes on behind `Finally`, to the Try around this one or to the end of the run.
    """

    type_id = "flow.try"
    title = "Try"
    category = CATEGORY
    synonyms = ("catch", "finally", "error", "exception", "handle")
    exec_in = ("In",)
    exec_out = ("Try", "Catch", "Finally", "Done")

    class Outputs(NodeModel):
        """What went wrong; all empty if nothing did."""

        error_message: str = Field(default="", description="What went wrong")
        error_node: str = Field(default="", description="The id of the node that failed")
        error_type: str = Field(default="", description="The kind of error, as its class is called")

    async def execute(self, inputs: NodeModel, ctx: NodeContext) -> str:
        """Run the body, and what its end asks for. Raises what nothing here catches."""
        left_by: BaseException | None = None
        try:
            await self._attempt(ctx)
        except BaseException as error:  # noqa: BLE001 (also the engine's own signals, and cancellation)
            left_by = error
        # Not in a `finally`: an error in this body is one of its own, and none of the cancellation before it.
        if not ctx.is_run_ending:
            await self._tidy_up(ctx, is_cancelled=isinstance(left_by, asyncio.CancelledError))
        if left_by is not None:
            raise left_by
        return "Done"

    async def _tidy_up(self, ctx: NodeContext, *, is_cancelled: bool) -> None:
        """Follow Finally. Neither an error nor a `Break` there makes what is cancelled go on."""
        try:
            await ctx.fire("Finally")
        except BaseException as error:
            if not is_cancelled or ctx.is_run_ending:
                raise
            if isinstance(error, NodeFailure):
                ctx.log("warn", f"it was cancelled, and Finally failed: {error}")

    async def _attempt(self, ctx: NodeContext) -> None:
        try:
            await ctx.fire("Try")
        except NodeFailure as failure:
            kind = type(failure.cause).__name__
            outputs = self.Outputs(error_message=failure.message, error_node=failure.node_id, error_type=kind)
            ctx.set_outputs(outputs)
            if not ctx.is_wired("Catch"):
                raise
            await ctx.fire("Catch")
        else:
            ctx.set_outputs(self.Outputs())


class Retry(ExecNode):
    """Runs `Do`, and again if it fails, up to so many times; then follows `Done`, or `Failed` if no attempt succeeded.

    Before the second attempt it waits for `DelayMs`, before each further one `Backoff` times as long as before the
    last, but never more than an hour. An error that a node in the body handles by its own `Failed` is no failure.
    """

    type_id = "flow.retry"
    title = "Retry"
    category = CATEGORY
    synonyms = ("again", "attempt", "repeat", "backoff", "error")
    exec_in = ("In",)
    exec_out = ("Do", "Done", "Failed")
    receives_failures = True

    class Inputs(NodeModel):
        """How often, and how long to wait between."""

        attempts: int = Field(default=3, ge=1, description="The most attempts, the first one included")
        delay_ms: int = Field(
            default=1000,
            ge=0,
            description="How long to wait before the second attempt",
            json_schema_extra=hints(unit="ms"),
        )
        backoff: float = Field(
            default=2.0, ge=1, allow_inf_nan=False, description="How many times as long each further wait takes"
        )

    class Outputs(NodeModel):
        """Where it stands."""

        attempt: int = Field(description="The number of the attempt, from 1")
        error_message: str = Field(
            default="", description="Why the attempt before this one failed; behind Failed, why the last one did"
        )

    def turns(self, inputs: Inputs) -> int | None:
        """One for each attempt."""
        return inputs.attempts

    async def execute(self, inputs: Inputs, ctx: NodeContext) -> str:
        """Run the body until it succeeds. Raises the failure of the last attempt."""
        delay = min(inputs.delay_ms / 1000, LONGEST_DELAY_S)
        message = ""
        for attempt in range(1, inputs.attempts + 1):
            ctx.set_outputs(self.Outputs(attempt=attempt, error_message=message))
            try:
                await ctx.fire("Do")
                break
            except NodeFailure as failure:
                if attempt == inputs.attempts:
                    raise
                message = str(failure)
            ctx.log(
                "warn", f"attempt {attempt} of {inputs.attempts} failed, the next one begins in {delay:g} s: {message}"
            )
            await asyncio.sleep(delay)
            delay = min(delay * inputs.backoff, LONGEST_DELAY_S)
        return "Done"


class Timeout(ExecNode):
    """Runs `Do` and follows `Done`; what takes longer than `TimeoutMs` is cancelled, and `TimedOut` is followed.

    Without a wire at `TimedOut`, running out of time is an error like any other.
    """

    type_id = "flow.timeout"
    title = "Timeout"
    category = CATEGORY
    synonyms = ("limit", "deadline", "cancel", "too long")
    exec_in = ("In",)
    exec_out = ("Do", "Done", "TimedOut")

    class Inputs(NodeModel):
        """How long."""

        timeout_ms: int = Field(ge=1, description="How long the body may take", json_schema_extra=hints(unit="ms"))

    async def execute(self, inputs: Inputs, ctx: NodeContext) -> str:
        """Run the body. Raises NodeError if it takes too long and nothing is wired to say so."""
        try:
            async with asyncio.timeout(inputs.timeout_ms / 1000) as limit:
                await ctx.fire("Do")
            return "Done"
        except TimeoutError:
            if not limit.expired():
                raise
        if ctx.is_wired("TimedOut"):
            return "TimedOut"
        raise NodeError(f"what is behind Do took longer than {inputs.timeout_ms} ms: allow more, or wire TimedOut")


NODE_TYPES = (Try, Retry, Timeout)
