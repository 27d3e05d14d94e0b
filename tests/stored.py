"""What one running Futureflow has of futures: a registry on the store in a folder. Several share a folder."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from asking import KEY, origin_of
from openai_server import TIMEOUT

from runtime.choices import Choice
from runtime.completions import Completions
from runtime.futures.events import FutureEvent, FutureSettled
from runtime.futures.future import FutureResponse, FutureResult, FutureState
from runtime.futures.registry import FutureRegistry
from runtime.futures.retention import Retention
from runtime.futures.store import FutureStore
from runtime.ids import FutureId
from runtime.llm.network import NetworkThread
from runtime.llm.providers import ProviderProfile, Providers


class Program:
    """Makes futures and settles them by hand.

    Attributes:
        events: everything the registry told. messages: what the store told people.
    """

    def __init__(self, folder: Path, retention: Retention | None = None) -> None:
        self.events: list[FutureEvent] = []
        self.messages: list[str] = []
        self.store = FutureStore(folder, retention, self.messages.append)
        self.futures = FutureRegistry(self.events.append, self.store)

    def ask(self, text: str = "Hello?", model: str = "m", run: str = "run_1", **more: Any) -> FutureId:
        """A future in flight."""
        request = {"model": model, "messages": [{"role": "user", "content": text}], "parameters": {}, "stream": False}
        given = {
            "request": request,
            "provider": "p",
            "model": model,
            "origin": origin_of(run),
            "cancel": lambda _: None,
        }
        return self.futures.create(**{**given, **more}).id

    def end(
        self, future_id: FutureId, text: str = "Hi.", state: FutureState = FutureState.SUCCEEDED, error: str = ""
    ) -> None:
        """Settle it."""
        result = FutureResult((Choice(text, finish_reason="stop"),), {"total_tokens": 3}, {"id": "x"}, error)
        self.futures.settle(future_id, state, result)

    async def answered(self, answer: str = "Hi.", **ask: Any) -> FutureResponse:
        """A future that has settled, and is stored."""
        future_id = self.ask(**ask)
        self.end(future_id, answer)
        return await self.settled(future_id)

    async def settled(self, future_id: FutureId) -> FutureResponse:
        """The future once it has settled."""
        async with asyncio.timeout(TIMEOUT):
            return await self.futures.wait(future_id)

    def completions(self, profile: ProviderProfile) -> Completions:
        """What asks a server, for futures of this program; to be closed by who asked for it."""
        return Completions(self.futures, Providers([profile], environment={"TEST_KEY": KEY}), NetworkThread())

    def told_settled(self) -> list[FutureId]:
        """Whose settling was told, in order."""
        return [event.future_id for event in self.events if isinstance(event, FutureSettled)]


@asynccontextmanager
async def program(folder: Path, retention: Retention | None = None) -> AsyncIterator[Program]:
    """One that ends in order; what it has left in flight is lost to it."""
    made = Program(folder, retention)
    try:
        yield made
    finally:
        async with asyncio.timeout(TIMEOUT):
            await made.futures.close()
            await made.store.close()
