"""What a completion costs: estimated while it streams, told when it settles, and stopped by a budget."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import platformdirs
import pytest
from asking import KEY, Asking, asking, profile_of
from flows import draw
from openai_server import OpenAIServer, Reply

from runtime.errors import BudgetError, NotConfiguredError
from runtime.futures.events import FutureSettled
from runtime.futures.future import FutureState
from runtime.llm.providers import Providers
from runtime.session import Session
from runtime.usage import TokenCount

pytestmark = pytest.mark.anyio

PRICE = {"models": ["ok", "held", "mock-*"], "providers": ["test"], "input": 1_000_000, "output": 10_000_000}
"""A dollar a token that is read, ten for one that is written."""


def settings(name: str, value: Any) -> None:
    folder = platformdirs.user_config_path("futureflow")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(value if isinstance(value, str) else json.dumps(value))


@pytest.fixture(autouse=True)
def price() -> None:
    settings("prices.json", {"prices": [PRICE]})


def sums(asks: Asking) -> tuple[float, float]:
    ledger = asks.completions.spending.ledger
    return ledger.of_run(next(iter(asks.futures)).origin.run_id), ledger.of_day()


@pytest.mark.parametrize("stream", [False, True])
async def test_the_server_counts_and_the_list_of_prices_says_what_it_costs(stream: bool) -> None:
    async with asking() as asks:
        result = (await asks.ask(Stream=stream)).result
        assert result is not None
        assert result.tokens == TokenCount(prompt=2, completion=3)
        assert result.cost == 32
        assert sums(asks) == (32, 32)
        settled = asks.events[-1]
        assert isinstance(settled, FutureSettled)
        assert settled.cost == 32
        assert settled.tokens == {
            "prompt": 2, "completion": 3, "cached": 0, "reasoning": 0, "is_estimate": False,
        }  # fmt: skip


async def test_tokens_and_cost_are_estimated_while_it_streams() -> None:
    async with asking() as asks:
        gate = asks.server.gate()
        asks.server.answers["held"] = Reply(text="twelve bytes and more", hold_rest=gate)
        future_id = asks.start("held", Stream=True)
        before = asks.futures.get(future_id).tokens()
        assert before == TokenCount(prompt=6, completion=0, is_estimate=True)  # 7 bytes, and 4 tokens a message
        assert sums(asks) == (6, 6)
        future = await asks.has_text(future_id, "twelve")
        assert future.tokens() == TokenCount(prompt=6, completion=2, is_estimate=True)
        assert asks.completions.cost(future) == 26
        gate.open()
        await asks.settled(future_id)
        assert future.tokens() == TokenCount(prompt=2, completion=4)
        assert asks.completions.cost(future) == 42


async def test_what_was_written_before_it_was_cancelled_is_estimated_and_paid() -> None:
    async with asking() as asks:
        future_id = asks.start("mock-silent-after-first", Stream=True)
        await asks.has_text(future_id, "echo:")
        asks.futures.cancel(future_id)
        result = (await asks.settled(future_id)).result
        assert result is not None
        assert result.tokens == TokenCount(prompt=6, completion=2, is_estimate=True)
        assert (result.cost, sums(asks)) == (26, (26, 26))


@pytest.mark.parametrize("stream", [False, True])
async def test_a_server_that_does_not_count_is_counted_for(stream: bool) -> None:
    async with asking() as asks:
        result = (await asks.ask("mock-nousage", Stream=stream)).result
        assert result is not None
        assert result.tokens == TokenCount(prompt=6, completion=4, is_estimate=True)
        assert result.usage is None


async def test_what_never_got_an_answer_costs_nothing_that_is_known() -> None:
    async with asking() as asks:
        result = (await asks.ask("mock-401")).result
        assert result is not None
        assert (result.tokens, result.cost) == (None, None)
        assert sums(asks) == (0, 0)


async def test_a_model_without_a_price_has_no_cost() -> None:
    async with asking() as asks:
        future = await asks.ask("unknown")
        assert future.result is not None
        assert future.result.tokens == TokenCount(prompt=2, completion=3)
        assert asks.completions.cost(future) is None


async def test_a_budget_stops_new_requests_and_lets_those_under_way_end() -> None:
    settings("budget.json", {"per_run": 30})
    async with asking() as asks:
        gate = asks.server.gate()
        asks.server.answers["held"] = Reply(hold=gate)
        held = asks.start("held")
        await asks.ask()
        with pytest.raises(BudgetError, match=r"\$30.00 for a run is used up: \$38.00 are spent"):
            asks.start()
        assert len(asks.futures) == 2
        gate.open()
        assert (await asks.settled(held)).state is FutureState.SUCCEEDED
        assert (await asks.settled(asks.start(run="run_2"))).state is FutureState.SUCCEEDED


async def test_a_broken_list_of_prices_is_told_before_anything_is_sent() -> None:
    settings("prices.json", "{")
    async with asking() as asks:
        with pytest.raises(NotConfiguredError, match=r"prices.json"):
            asks.start()
        assert not asks.events


async def test_a_list_of_prices_that_breaks_meanwhile_costs_nobody_the_answer(caplog: pytest.LogCaptureFixture) -> None:
    async with asking() as asks:
        gate = asks.server.gate()
        asks.server.answers["held"] = Reply(hold=gate)
        held = asks.start("held")
        settings("prices.json", "{ ")
        gate.open()
        future = await asks.settled(held)
        assert future.state is FutureState.SUCCEEDED
        assert future.result is not None
        assert future.result.cost is None
    assert "prices.json" in caplog.text


async def test_a_budget_of_the_day_knows_what_earlier_sessions_spent(tmp_path: Path) -> None:
    settings("budget.json", {"per_day": 30})
    with OpenAIServer() as server:
        providers = Providers([profile_of(server.base_url)], environment={"TEST_KEY": KEY})
        for expected in ("succeeded", "failed"):
            session = Session(providers=providers, data_folder=tmp_path)
            flow = (
                draw("start: event.button", "conv: openai.create_conversation", "user: openai.add_user_message")
                .node("ask", "openai.chat_completion", inputs={"Model": "ok"}).set("user", Message="one two")
                .exec("start.Out > conv.Execute", "conv.Success > user.Execute", "user.Success > ask.Execute")
                .data("conv.ConversationId > user.ConversationId", "conv.ConversationId > ask.Conversation").flow()
            )  # fmt: skip
            result = await session.wait(session.start(flow))
            await session.close()
            assert result.status == expected
        assert result.error is not None
        assert "the budget of $30.00 for a day is used up: $32.00 are spent" in result.error.message
        assert len(server.requests) == 1
