"""A completion can be cancelled in every state; its connection is closed, and what came is kept."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from asking import Asking, asking, origin_of, profile_of, states
from openai_server import OpenAIServer, Reply
from stored import program

from runtime.errors import FutureSettledError
from runtime.futures.future import FutureState
from runtime.ids import FutureId
from runtime.llm.network import NetworkThread
from runtime.llm.requests import chat_request

pytestmark = pytest.mark.anyio

PLAIN = ["queued", "sending", "waiting"]


async def test_cancel_before_the_network_has_heard_of_it() -> None:
    async with asking() as asks:
        future_id = asks.start()
        asks.futures.cancel(future_id)
        future = await asks.settled(future_id)
        assert states(future) == ["queued", "cancelling", "cancelled"]


async def test_cancel_before_the_request_is_on_disk_sends_nothing(tmp_path: Path) -> None:
    with OpenAIServer() as server:
        async with program(tmp_path) as here:
            completions = here.completions(profile_of(server.base_url))
            future_id = completions.start(
                chat_request("ok", [{"role": "user", "content": "Never mind"}], {}), origin_of()
            )
            here.futures.cancel(future_id, "changed my mind")
            future = await here.settled(future_id)
            assert (states(future), future.error) == (["queued", "cancelling", "cancelled"], "changed my mind")
            await completions.close()
        assert not server.requests


async def test_cancel_in_the_queue() -> None:
    async with asking(Reply(fault="hang"), most_in_flight=1) as asks:
        first = asks.start()
        await asks.server.until(lambda: asks.server.in_flight == 1)
        second = asks.start()
        asks.futures.cancel(second)
        assert states(await asks.settled(second)) == ["queued", "cancelling", "cancelled"]
        asks.futures.cancel(first)
        await asks.settled(first)
        assert len(asks.server.requests) == 1


@pytest.mark.parametrize(("model", "stream", "state"), [
    ("mock-hang", False, FutureState.WAITING),
    ("mock-hang", True, FutureState.WAITING),
    ("mock-silent-after-first", True, FutureState.STREAMING),
])  # fmt: skip
async def test_cancel_closes_the_connection(model: str, stream: bool, state: FutureState) -> None:
    async with asking() as asks:
        future_id = asks.start(model, Stream=stream)
        await asks.reaches(future_id, state)
        await asks.server.until(lambda: asks.server.in_flight == 1)
        asks.futures.cancel(future_id, "not needed any more")
        future = await asks.settled(future_id)
        assert states(future)[-2:] == ["cancelling", "cancelled"]
        assert future.result is not None
        assert future.result.error == "not needed any more"
        await asks.server.until(lambda: asks.server.disconnects == 1, "the server to see the client go")


async def test_cancel_keeps_the_text_that_came() -> None:
    async with asking() as asks:
        future_id = asks.start("mock-silent-after-first", Stream=True)
        await asks.has_text(future_id, "echo:")
        asks.futures.cancel(future_id)
        assert (await asks.settled(future_id)).text() == "echo:"


async def test_cancel_while_connecting() -> None:
    with socket.socket() as listener:  # a backlog that is full: connecting neither succeeds nor fails
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        address = listener.getsockname()
        fillers = [_connecting(address) for _ in range(4)]
        with OpenAIServer() as server:
            asks = Asking(server, profile_of(f"http://127.0.0.1:{address[1]}/v1"))
            future_id = asks.start()
            await asks.reaches(future_id, FutureState.SENDING)
            asks.futures.cancel(future_id)
            future = await asks.settled(future_id)
            assert states(future) == ["queued", "sending", "cancelling", "cancelled"]
            await asks.completions.close()
        for filler in fillers:
            filler.close()


def _connecting(address: tuple[str, int]) -> socket.socket:
    filler = socket.socket()
    filler.setblocking(False)
    filler.connect_ex(address)
    return filler


async def test_cancel_while_waiting_for_a_retry() -> None:
    busy = Reply(status=429, message="busy", headers={"Retry-After": "30"})
    async with asking(busy) as asks:
        future_id = asks.start()
        await asks.reaches(future_id, FutureState.RETRY_WAIT)
        asks.futures.cancel(future_id)
        future = await asks.settled(future_id)
        assert states(future) == [*PLAIN, "retry_wait", "cancelling", "cancelled"]
        assert len(asks.server.requests) == 1


async def test_cancel_after_the_end_is_refused() -> None:
    async with asking() as asks:
        future = await asks.ask()
        with pytest.raises(FutureSettledError, match="succeeded"):
            asks.futures.cancel(future.id)


class DeafNetwork(NetworkThread):
    """A network to which every request to cancel comes too late."""

    def cancel(self, future_id: FutureId) -> None:
        pass


@pytest.mark.parametrize(("model", "state"), [("ok", "succeeded"), ("mock-401", "cancelled")])
async def test_an_answer_that_crosses_a_request_to_cancel_is_kept_an_error_is_not(model: str, state: str) -> None:
    with OpenAIServer() as server:
        asks = Asking(server, profile_of(server.base_url), network=DeafNetwork())
        future_id = asks.start(model)
        asks.futures.cancel(future_id)
        assert states(await asks.settled(future_id)) == ["queued", "cancelling", state]
        await asks.completions.close()
