"""Loops: nodes that run a body turn by turn.

The body need not be wired back; a wire back to `Continue` means the same. A token at `Break` ends the loop.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import count
from typing import Any

from pydantic import Field

from ..errors import InputError
from ..ids import PinName
from ..nodes.context import NodeContext
from ..nodes.conversions import shown
from ..nodes.crew import Crew
from ..nodes.node_type import ExecNode
from ..nodes.pins import NodeModel
from .flow import CATEGORY

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

    def turns(self, inputs: Inputs) -> int | None:
        """One for each item."""
        return len(_checked(inputs.collection))

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


class DoN(ExecNode):
    """Runs `Do` so many times, then follows `Done`.

    The body need not be wired back; a wire back to `Continue` means the same. A token at `Break` ends the loop.
    """

    type_id = "flow.do_n"
    title = "Do N"
    category = CATEGORY
    synonyms = ("loop", "repeat", "times", "count", "for")
    exec_in = ("In", "Continue", "Break")
    exec_out = ("Do", "Done")
    ends_token = ("Continue",)
    breaks_loop = "Break"

    class Inputs(NodeModel):
        """How often."""

        count: int = Field(description="How many turns; none if it is 0 or less")

    class Outputs(NodeModel):
        """Which turn this is."""

        index: int = Field(description="The number of the turn, from 0")

    def turns(self, inputs: Inputs) -> int | None:
        """As many as it was told."""
        return max(inputs.count, 0)

    async def execute(self, inputs: Inputs, ctx: NodeContext) -> str:
        """Run the body for each number."""
        for index in range(inputs.count):
            ctx.set_outputs(self.Outputs(index=index))
            if not await ctx.fire("Do"):
                break
        return "Done"


class While(ExecNode):
    """Runs `Do` as long as `Condition` is true, then follows `Done`. The condition is read anew before each turn.

    The body need not be wired back; a wire back to `Continue` means the same. A token at `Break` ends the loop.
    """

    type_id = "flow.while"
    title = "While"
    category = CATEGORY
    synonyms = ("loop", "repeat", "until", "as long as")
    exec_in = ("In", "Continue", "Break")
    exec_out = ("Do", "Done")
    ends_token = ("Continue",)
    breaks_loop = "Break"
    reads_by_itself = True

    class Inputs(NodeModel):
        """How long."""

        condition: bool = Field(description="Whether there is another turn")
        max_iterations: int | None = Field(
            default=None, ge=0, description="The most turns: then the loop is done, whatever the condition says"
        )

    class Outputs(NodeModel):
        """Which turn this is."""

        index: int = Field(description="The number of the turn, from 0; behind Done, how many turns there were")

    async def execute(self, inputs: object, ctx: NodeContext) -> str:
        """Run the body until the condition is false, which may read Index."""
        for index in count():
            ctx.set_outputs(self.Outputs(index=index))
            now: While.Inputs = await ctx.read_inputs()
            if not now.condition or index == now.max_iterations or not await ctx.fire("Do"):
                break
        return "Done"


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


NODE_TYPES = (ForEach, DoN, While)
