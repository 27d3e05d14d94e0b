"""How the tokens of a run share the event loop with each other and with everything else (design 5.9)."""

from __future__ import annotations

import asyncio
from collections import deque
from time import perf_counter
from typing import Final

TURN_SECONDS: Final = 0.005
"""How long a token may keep the loop."""


class Turns:
    """One token goes on in each turn of the loop.

    Attributes:
        ends: when the token that goes on has to `take` its next turn, as `time.perf_counter` has it.
        is_over: whether no token is to go on any more.
    """

    __slots__ = ("_waiting", "ends", "is_over")

    def __init__(self) -> None:
        self.ends = 0.0
        self.is_over = False
        self._waiting: deque[asyncio.Future[None]] = deque()
        """Tokens that wait for their turn, in order; while there are any, `_give` is due."""

    def stop(self) -> None:
        """Let no token go on, also where a node has swallowed its cancellation."""
        self.is_over = True
        self.ends = 0.0

    async def take(self) -> None:
        """Give the loop to all others until it is this token's turn. Raises CancelledError if no token is to go on."""
        loop = asyncio.get_running_loop()
        if not self._waiting:
            loop.call_soon(self._give, loop)
        turn = loop.create_future()
        self._waiting.append(turn)
        await turn
        if self.is_over:
            raise asyncio.CancelledError
        self.ends = perf_counter() + TURN_SECONDS

    def _give(self, loop: asyncio.AbstractEventLoop) -> None:
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():  # a cancelled token waits no more
                turn.set_result(None)
                break
        if self._waiting:
            loop.call_soon(self._give, loop)
