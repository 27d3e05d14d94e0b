"""Chat completions against the test server: a registry, the network thread, and what they told."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from openai_server import TIMEOUT, OpenAIServer, Reply

from runtime.completions import Completions
from runtime.futures.events import FutureEvent
from runtime.futures.future import FutureOrigin, FutureResponse, FutureState
from runtime.futures.registry import FutureRegistry
from runtime.ids import FutureId, NodeId, RunId, StepId
from runtime.llm.network import NetworkThread
from runtime.llm.provider_link import LocalEndpoint
from runtime.llm.providers import Limits, ProviderProfile, Providers
from runtime.llm.requests import chat_request

KEY = "sk-test-0123456789"


def profile_of(base_url: str, **changes: Any) -> ProviderProfile:
    """A provider at an address, with its key in TEST_KEY, whose retries come at once."""
    given = {
        "name": "test", "kind": "openai_compatible", "base_url": base_url, "key_environment": "TEST_KEY",
        "first_retry_s": 0.001, "limits": Limits(first_byte_s=TIMEOUT, idle_s=TIMEOUT, total_s=TIMEOUT),
    }  # fmt: skip
    return ProviderProfile(**{**given, **changes})


def origin_of(run: str = "run_1") -> FutureOrigin:
    """A run that began now."""
    return FutureOrigin(RunId(run), NodeId("ask"), StepId(1), time.time())


class Asking:
    """Asks a server and remembers every event."""

    def __init__(
        self,
        server: OpenAIServer,
        profile: ProviderProfile,
        local: LocalEndpoint | None = None,
        network: NetworkThread | None = None,
    ) -> None:
        self.server = server
        self.events: list[FutureEvent] = []
        self.futures = FutureRegistry(self._note)
        self.providers = Providers([profile], environment={"TEST_KEY": KEY})
        self.network = network or NetworkThread(local)
        self.completions = Completions(self.futures, self.providers, self.network)
        self._told = asyncio.Event()

    def start(self, model: str = "ok", text: str = "one two", run: str = "run_1", **options: Any) -> FutureId:
        """Ask; `options` by pin name."""
        request = chat_request(model, [{"role": "user", "content": text}], options)
        return self.completions.start(request, origin_of(run))

    async def ask(self, model: str = "ok", **options: Any) -> FutureResponse:
        """Ask and wait for the end."""
        return await self.settled(self.start(model, **options))

    async def settled(self, future_id: FutureId) -> FutureResponse:
        """The future once it has settled."""
        async with asyncio.timeout(TIMEOUT):
            return await self.futures.wait(future_id)

    async def reaches(self, future_id: FutureId, state: FutureState) -> FutureResponse:
        """The future as soon as it has been in a state."""
        future = self.futures.get(future_id)
        await self.heard(lambda: state in states(future))
        return future

    async def in_queue(self, future_id: FutureId) -> FutureResponse:
        """The future as soon as it has heard why it waits in its provider's queue."""
        future = self.futures.get(future_id)
        await self.heard(lambda: future.queue_place is not None)
        return future

    async def has_text(self, future_id: FutureId, text: str) -> FutureResponse:
        """The future as soon as a text has streamed."""
        future = self.futures.get(future_id)
        await self.heard(lambda: future.text() == text)
        return future

    async def heard(self, condition: Callable[[], bool]) -> None:
        """Return as soon as the condition, which is looked at after each event, holds."""
        async with asyncio.timeout(TIMEOUT):
            while not condition():
                self._told.clear()
                await self._told.wait()

    def _note(self, event: FutureEvent) -> None:
        self.events.append(event)
        self._told.set()


def states(future: FutureResponse) -> list[str]:
    """Every state that the future was in."""
    return [str(change.state) for change in future.history]


@asynccontextmanager
async def asking(*script: Reply, **changes: Any) -> AsyncIterator[Asking]:
    """A server with a script, and what asks it; `changes` are of the provider's profile."""
    with OpenAIServer() as server:
        server.script(*script)
        asks = Asking(server, profile_of(server.base_url, **changes))
        try:
            yield asks
        finally:
            await asks.completions.close()
