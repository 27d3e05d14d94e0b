"""Several futures, one after the other as they settle."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterable

from ..errors import FutureError
from ..ids import FutureId
from .future import FutureResponse
from .registry import FutureRegistry


async def as_settled(futures: FutureRegistry, ids: Iterable[FutureId]) -> AsyncGenerator[FutureResponse, None]:
    """The futures of these ids in the order in which they settle or have settled; to be closed after use.

    Raises UnknownFutureError before it waits for any, and FutureStoreError.
    """
    known = await futures.find_all(ids)
    settled = sorted((future for future in known if future.state.is_final), key=_when)
    came: asyncio.Queue[FutureResponse | FutureError] = asyncio.Queue()

    async def wait(future_id: FutureId) -> None:
        try:
            came.put_nowait(await futures.wait(future_id))
        except FutureError as error:
            came.put_nowait(error)

    waits = [asyncio.create_task(wait(future.id)) for future in known if not future.state.is_final]
    try:
        for future in settled:
            yield await futures.wait(future.id)  # until it is stored
        for _ in waits:
            item = await came.get()
            if isinstance(item, FutureError):
                raise item
            yield item
    finally:
        for task in waits:
            task.cancel()
        await asyncio.gather(*waits, return_exceptions=True)


def _when(future: FutureResponse) -> float:
    return future.settled or 0.0
