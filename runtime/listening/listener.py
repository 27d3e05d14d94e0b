"""Listening to one event: what happens is handed on, what fails is tried again and told of."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import aclosing
from datetime import UTC, datetime
from typing import Any, Final

from ..engine.events import ListeningState
from ..errors import FutureflowError, message_of
from ..ids import NodeId
from ..nodes.context import LogLevel
from ..nodes.node_type import EventNode, Occurrence
from ..source import FlowSource
from .clock import Clock
from .context import ListenerContext

FIRST_RETRY_SECONDS: Final = 1.0
LONGEST_RETRY_SECONDS: Final = 60.0
"""The wait before an event that failed is listened to again doubles, from the first to the second of these."""
MOST_RETRIES: Final = 8
"""In a row. One that listened for the longest wait, or had something happen, begins anew."""


class EventListener:
    """Listens to one event node.

    Attributes:
        node_id, title: the node, and what it is called on the canvas.
        state: whether it is listened to.
        message: what it said last: why it is not listened to, or "".
    """

    def __init__(  # noqa: PLR0913 (by keyword only: what a listener is made of)
        self,
        *,
        node_id: NodeId,
        title: str,
        node_type: EventNode,
        inputs: Any,
        source: FlowSource,
        clock: Clock,
        resources: Mapping[type, object],
        offer: Callable[[Occurrence], None],
        tell: Callable[[EventListener, LogLevel, str], None],
    ) -> None:
        """`inputs` are the node's; `offer` takes what happens, `tell` what people are to know."""
        self.node_id = node_id
        self.title = title
        self.state: ListeningState = "listening"
        self.message = ""
        self._type = node_type
        self._inputs = inputs
        self._source = source
        self._clock = clock
        self._resources = resources
        self._offer = offer
        self._tell = tell
        self._context = self._new_context()
        self._failures = 0

    @property
    def due(self) -> float | None:
        """When it comes next in Unix seconds; None if nobody knows, or if it is not listened to."""
        return self._context.due if self.state == "listening" else None

    def say(self, level: LogLevel, message: str) -> None:
        """Tell people something."""
        self._tell(self, level, message)

    async def listen(self) -> None:
        """Until it is cancelled, or has failed for good."""
        try:
            while self.state != "failed":
                began = self._clock.monotonic()
                try:
                    await self._hand_on()
                except FutureflowError as error:
                    self._become("failed", "error", f"is listened to no longer: {error}")
                except Exception as error:  # noqa: BLE001 (whatever it is, people learn of it, and the others go on)
                    if self._clock.monotonic() - began >= LONGEST_RETRY_SECONDS:
                        self._failures = 0
                    await self._pause(message_of(error))
        except asyncio.CancelledError:
            self._become("stopped", "info", "is listened to no longer")
            raise

    async def _hand_on(self) -> None:
        self._context = self._new_context()
        # Once it waits for the first time, for then it may know when it comes.
        asyncio.get_running_loop().call_soon(self._say_that_it_listens)
        async with aclosing(self._type.occurrences(self._inputs, self._context)) as occurrences:
            async for occurrence in occurrences:
                self._failures = 0
                self._offer(occurrence)
                await asyncio.sleep(0)  # others have their turn, however fast it comes
        raise RuntimeError("it stopped by itself: report this with the flow")

    async def _pause(self, reason: str) -> None:
        if self._failures >= MOST_RETRIES:
            tried = f"failed {MOST_RETRIES + 1} times in a row, so it is listened to no longer"
            self._become("failed", "error", f"{tried}: {reason}")
            return
        seconds = min(LONGEST_RETRY_SECONDS, FIRST_RETRY_SECONDS * 2**self._failures)
        self._failures += 1
        self._become("retry_wait", "warn", f"failed and is tried again in {seconds:g} s: {reason}")
        await self._clock.sleep(seconds)
        self.state = "listening"
        self.message = ""

    def _say_that_it_listens(self) -> None:
        if self.state == "listening":
            due = self.due
            when = (
                f", next at {datetime.fromtimestamp(due, UTC).astimezone():%Y-%m-%d %H:%M:%S}"
                if due is not None
                else ""
            )
            self.say("info", f"is listened to{when}")

    def _become(self, state: ListeningState, level: LogLevel, message: str) -> None:
        self.state = state
        self.message = message
        self.say(level, message)

    def _new_context(self) -> ListenerContext:
        return ListenerContext(self.node_id, self._source, self._clock, self._resources, self.say)
