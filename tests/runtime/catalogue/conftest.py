"""Flows that ask a model, run by a real session against the test server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest
from asking import profile_of
from flows import Drawing, draw, in_words
from openai_server import TIMEOUT, OpenAIServer

from runtime.document.flow import Flow
from runtime.engine.events import Event
from runtime.engine.run import Run, RunResult
from runtime.futures.future import FutureResponse
from runtime.ids import FutureId
from runtime.llm.providers import Providers
from runtime.session import Session

KEY = {"TEST_KEY": "sk-test-0123456789"}


class Bench:
    """A session with one provider, the test server, and all that it told."""

    def __init__(self, server: OpenAIServer, environment: dict[str, str]) -> None:
        self.server = server
        self.session = Session(providers=Providers([profile_of(server.base_url)], environment=environment))
        self.events: list[Event] = []
        self.session.subscribe(self._note)
        self._told = asyncio.Event()

    @property
    def told(self) -> list[str]:
        """The runs' events in words (see `flows.in_words`)."""
        return in_words(self.events)

    @property
    def futures(self) -> list[FutureResponse]:
        """All futures, oldest first."""
        return list(self.session.futures)

    def start(self, flow: Flow) -> Run:
        """Begin a run."""
        return self.session.start(flow)

    async def run(self, flow: Flow) -> RunResult:
        """Run a flow to its end."""
        return await self.ended(self.start(flow))

    async def ended(self, run: Run) -> RunResult:
        """A run's end."""
        async with asyncio.timeout(TIMEOUT):
            return await self.session.wait(run)

    async def settled(self) -> list[FutureResponse]:
        """All futures, once they have settled."""
        async with asyncio.timeout(TIMEOUT):
            await self.session.futures.wait_all()
        return self.futures

    async def until_told(self, line: str) -> None:
        """Return once the runs have told this line."""
        async with asyncio.timeout(TIMEOUT):
            while line not in self.told:
                self._told.clear()
                await self._told.wait()

    async def until_text(self, future_id: FutureId, text: str) -> None:
        """Return once this has streamed."""
        async with asyncio.timeout(TIMEOUT):
            while self.session.futures.get(future_id).text() != text:
                self._told.clear()
                await self._told.wait()

    def _note(self, event: Event) -> None:
        self.events.append(event)
        self._told.set()


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    """The test server."""
    with OpenAIServer() as running:
        yield running


@pytest.fixture
async def bench(server: OpenAIServer) -> AsyncIterator[Bench]:
    """A session that asks the test server."""
    made = Bench(server, KEY)
    yield made
    await made.session.close()


@pytest.fixture
async def keyless(server: OpenAIServer) -> AsyncIterator[Bench]:
    """A session whose provider has no key."""
    made = Bench(server, {})
    yield made
    await made.session.close()


@pytest.fixture
def asks() -> Drawing:
    """start → conv → user ("one two") → ask, an async completion with model "ok", streamed."""
    return (
        draw("start: event.button", "conv: openai.create_conversation", "user: openai.add_user_message")
        .node("ask", "openai.chat_completion_async", inputs={"Model": "ok", "Stream": True})
        .set("user", Message="one two")
        .exec("start.Out > conv.Execute", "conv.Success > user.Execute", "user.Success > ask.Execute")
        .data("conv.ConversationId > user.ConversationId", "conv.ConversationId > ask.Conversation")
    )


@pytest.fixture
def begun() -> Drawing:
    """start → conv → user ("one two")."""
    return (
        draw("start: event.button", "conv: openai.create_conversation", "user: openai.add_user_message")
        .set("user", Message="one two")
        .exec("start.Out > conv.Execute", "conv.Success > user.Execute")
        .data("conv.ConversationId > user.ConversationId")
    )
