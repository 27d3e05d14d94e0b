"""The examples: sound files that run, against the test server and on the real local model."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from asking import profile_of
from openai_server import TIMEOUT, OpenAIServer, Reply

from runtime.catalogue import builtin_registry
from runtime.document.files import dump_flow, load_flow
from runtime.engine.events import Event, LogWritten
from runtime.engine.run import RunResult
from runtime.futures.events import FutureDelta
from runtime.futures.future import FutureState
from runtime.llm.providers import ProviderProfile, Providers
from runtime.session import Session
from runtime.validation import find_problems

pytestmark = pytest.mark.anyio

EXAMPLES = Path(__file__).parents[2] / "resources" / "examples"
NAMES = ["ask-in-the-background", "eight-questions", "stream-a-story", "title-and-summary"]


def path_of(name: str) -> Path:
    return EXAMPLES / f"{name}.flow.json"


def test_all_examples_are_tested() -> None:
    assert sorted(EXAMPLES.glob("*.flow.json")) == [path_of(name) for name in NAMES]


@pytest.mark.parametrize("name", NAMES)
def test_an_example_is_sound_and_saves_back_unchanged(name: str) -> None:
    flow = load_flow(path_of(name))
    assert find_problems(flow, builtin_registry()) == []
    assert dump_flow(flow) == path_of(name).read_text(encoding="utf-8")
    assert flow.name
    assert flow.description


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    with OpenAIServer() as running:
        yield running


@pytest.fixture
def told() -> list[Event]:
    return []


@pytest.fixture
async def session(server: OpenAIServer, told: list[Event]) -> AsyncIterator[Session]:
    """A session that asks the test server."""
    made = Session(providers=Providers([profile_of(server.base_url)], environment={"TEST_KEY": "sk-test"}))
    made.subscribe(told.append)
    yield made
    await made.close()


async def run(session: Session, name: str) -> RunResult:
    async with asyncio.timeout(TIMEOUT):
        return await session.wait(session.start(load_flow(path_of(name))))


def logged(told: list[Event]) -> list[str]:
    return [event.message for event in told if isinstance(event, LogWritten)]


async def test_asks_in_the_background_and_redeems_the_ticket_later(session: Session, told: list[Event]) -> None:
    result = await run(session, "ask-in-the-background")
    [future] = session.futures
    assert result.outputs == {"answer": "echo: Why is the sky blue?"}
    assert logged(told) == [
        f"Asked. The ticket is {future.id}; the flow goes on meanwhile.",
        "echo: Why is the sky blue?",
    ]


async def test_asks_eight_questions_at_once(session: Session, server: OpenAIServer, told: list[Event]) -> None:
    gate = server.gate()
    server.answers["gpt-4o-mini"] = Reply(hold=gate)
    running = asyncio.create_task(run(session, "eight-questions"))
    await server.until(lambda: server.in_flight == 8)
    gate.open()
    result = await running
    asked = [request.body["messages"][-1]["content"] for request in server.requests]
    questions = next(node for node in load_flow(path_of("eight-questions")).nodes if node.id == "each").inputs[
        "Collection"
    ]
    assert sorted(asked) == sorted(questions)
    assert result.outputs == {"answered": 8}
    assert logged(told) == ["8 questions are answered:", *(f"echo: {question}" for question in questions)]


async def test_streams_three_stories_at_once(session: Session, server: OpenAIServer, told: list[Event]) -> None:
    gate = server.gate()
    server.answers["gpt-4o-mini"] = Reply(hold_end=gate)
    running = asyncio.create_task(run(session, "stream-a-story"))
    await server.until(lambda: server.in_flight == 3)
    gate.open()
    result = await running
    story = "echo: Tell a very short story about a lighthouse keeper and a lost ship."
    assert result.outputs == {"calm": story, "lively": story, "wild": story}
    assert sorted(logged(told)) == [f"{kind} story:\n{story}" for kind in ("Calm", "Lively", "Wild")]
    assert all(request.body["stream"] for request in server.requests)
    assert {event.future_id for event in told if isinstance(event, FutureDelta)} == {
        future.id for future in session.futures
    }


async def test_asks_for_a_title_and_a_summary_at_the_same_time(session: Session, server: OpenAIServer) -> None:
    gate = server.gate()
    server.answers["gpt-4o-mini"] = Reply(hold=gate)
    running = asyncio.create_task(run(session, "title-and-summary"))
    await server.until(lambda: server.in_flight == 2)
    gate.open()
    title, summary = (await running).outputs["result"].split("\n\n")
    assert title == summary
    assert title.startswith("echo: For thirty years the keeper lit the lamp")


async def test_asks_once_more_before_it_says_that_it_did_not_work(
    session: Session, server: OpenAIServer, told: list[Event]
) -> None:
    server.answers["gpt-4o-mini"] = Reply(status=400, message="no luck")
    result = await run(session, "title-and-summary")
    assert (result.status, result.outputs) == ("succeeded", {})
    assert len(server.requests) == 4
    assert logged(told)[-1].startswith("It did not work: ")
    assert "no luck" in logged(told)[-1]


@pytest.mark.local_model
@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", NAMES)
async def test_an_example_runs_on_the_local_model(name: str) -> None:
    session = Session(
        providers=Providers([ProviderProfile(name="local", kind="local")], environment={}), keeps_futures=False
    )
    try:
        result = await session.wait(session.start(load_flow(path_of(name))))
        assert (result.status, result.error) == ("succeeded", None)
        assert {future.state for future in session.futures} == {FutureState.SUCCEEDED}
        assert all(future.text().strip() for future in session.futures)
    finally:
        await session.close()
