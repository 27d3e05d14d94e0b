"""Running the bodies of a block at the same time."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable


async def together(bodies: Iterable[Coroutine[None, None, None]]) -> None:
    """Run coroutines at the same time until all have ended.

    The first exception cancels the others and comes out as it is, not wrapped in a group: whoever fired the block
    knows NodeFailure and the engine's own signals.
    """
    try:
        async with asyncio.TaskGroup() as group:
            for body in bodies:
                group.create_task(body)
    except BaseExceptionGroup as errors:
        first = errors.exceptions[0]
    else:
        return
    raise first
