"""Nodes that run bodies and get control back when these have ended."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Literal

from pydantic import Field

from ..errors import InputError, NodeError, NodeFailure
from ..ids import PinName
from ..nodes.context import NodeContext
from ..nodes.conversions import shown
from ..nodes.crew import Crew
from ..nodes.node_type import ExecNode
from ..nodes.pins import NodeModel
from .flow import CATEGORY, MOST_OUTPUTS

Collection = list[Any] | tuple[Any, ...] | dict[Any, Any]
MOST_AT_ONCE = 1000
"""Bodies of one loop that may run at the same time; each has a task of its own."""


class ForEach(ExecNode):
    """Runs `Do` once for every item of a list, or every property of an object, then follows `Done`.

    The body need not be wired back; a wire back to `Continue` means the same. A token at `Break` ends the loop.
    With `Concurrency` above 1 several turns run at once, and none sees what the others compute until `Done`.
    """

    type_id = "flow.for_each"
    title = "For Each"
    category = CATEGORY
    synonyms = ("foreach", "loop", "iterate", "map")
    exec_in = ("In", "Continue", "Break")
    exec_out = ("Do", "Done", "Failed")
    ends_token = ("Continue",)
    breaks_loop = "Break"

    class Inputs(NodeModel):
        """What to go through."""

        collection: Any = Field(description="A list or an object, also as JSON text")
        concurrency: int = Field(default=1, ge=1, le=MOST_AT_ONCE, description="How many turns run at the same time")

    class Outputs(NodeModel):
        """This turn's item."""

        key: str = Field(default="", description="The place in the list, from 0, or the name of the property")
        value: Any = Field(default=None, description="The item")
        error_message: str = Field(default="", description="Why there was nothing to go through")

    async def execute(self, inputs: Inputs, ctx: NodeContext) -> str:
        """Run the body for each item."""
        collection = _checked(inputs.collection)
        at_once = min(inputs.concurrency, len(collection))
        if at_once > 1:
            await self._at_once(_items(collection), at_once, ctx)
            return "Done"
        for key, value in _items(collection):
            ctx.set_outputs(self.Outputs(key=key, value=value))
            if not await ctx.fire("Do"):
                break
        return "Done"

    async def _at_once(self, items: Iterator[tuple[str, Any]], limit: int, ctx: NodeContext) -> None:
        """Every turn starts from what was known before the loop; what turns compute is gathered apart until all end."""
        gathered = ctx.fork()
        crew = Crew()

        def start(number: int) -> None:
            crew.start(work(number), f"turns {number} of {ctx.node_id}")

        async def work(number: int) -> None:
            if number < limit:
                start(number + 1)  # each in a turn of the event loop of its own: a thousand would keep it for 50 ms
            for key, value in items:
                turn = ctx.fork()
                turn.set_outputs(self.Outputs(key=key, value=value))
                try:
                    if not await turn.fire("Do"):
                        raise _LoopBrokenError
                finally:
                    gathered.join(turn)

        start(1)
        try:
            await crew.wait()
        except _LoopBrokenError:
            pass
        finally:
            ctx.join(gathered)


class Parallel(ExecNode):
    """Runs its branches at the same time and follows `Done` when all have ended.

    No branch sees what the others compute; `Done` sees all. If a branch fails, `Failed` is followed: at once, with
    the other branches cancelled, or, with `on_error` set to `collect`, when all have ended.
    """

    type_id = "flow.parallel"
    title = "Parallel"
    category = CATEGORY
    synonyms = ("concurrent", "fork", "at once", "gather")
    exec_in = ("In",)
    receives_failures = True

    class Config(NodeModel):
        """How many branches, and what a failing one means."""

        branches: int = Field(default=2, ge=1, le=MOST_OUTPUTS, description="How many branches")
        on_error: Literal["cancel", "collect"] = Field(
            default="cancel", description="When a branch fails: cancel the others, or let them end first"
        )

    class Outputs(NodeModel):
        """What went wrong."""

        error_message: str = Field(default="", description="Which nodes failed, and why")

    def exec_outputs(self) -> tuple[str, ...]:
        """Branch1 to BranchN, Done, Failed."""
        return (*(f"Branch{number}" for number in range(1, self.config.branches + 1)), "Done", "Failed")

    async def execute(self, inputs: NodeModel, ctx: NodeContext) -> str:
        """Run the branches. Raises what they raise; several collected failures as one NodeError."""
        forks = {f"Branch{number}": ctx.fork() for number in range(1, self.config.branches + 1)}
        failures: list[NodeFailure] = []
        crew = Crew()
        for pin, fork in forks.items():
            crew.start(self._run_branch(pin, fork, failures), f"{pin} of {ctx.node_id}")
        try:
            await crew.wait()
        finally:
            ctx.join(*forks.values())
        if len(failures) == 1:
            raise failures[0]
        if failures:
            listed = "\n".join(f"- {failure}" for failure in failures)
            raise NodeError(f"{len(failures)} of {len(forks)} branches failed:\n{listed}")
        return "Done"

    async def _run_branch(self, pin: str, fork: NodeContext, failures: list[NodeFailure]) -> None:
        try:
            await fork.fire(pin)
        except NodeFailure as failure:
            if self.config.on_error == "cancel":
                raise
            failures.append(failure)


class _LoopBrokenError(Exception):
    """A turn reached `Break`: the other turns are to be cancelled."""


def _checked(value: object) -> Collection:
    collection = _parsed(value) if isinstance(value, str) else value
    if isinstance(collection, (list, tuple, dict)):
        return collection
    raise _no_collection(value)


def _items(collection: Collection) -> Iterator[tuple[str, Any]]:
    pairs = collection.items() if isinstance(collection, dict) else enumerate(collection)
    return ((str(key), value) for key, value in pairs)


def _parsed(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise _no_collection(text) from None


def _no_collection(value: object) -> InputError:
    return InputError(PinName("Collection"), f"wants a list or an object, or JSON text of one, got {shown(value)}")


NODE_TYPES = (ForEach, Parallel)
