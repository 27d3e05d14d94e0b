"""The network thread: started late, on a loop of its own whatever the policy says, and gone after its end."""

from __future__ import annotations

import asyncio
import gc
import sys
import threading
from collections.abc import Callable, Iterator

import pytest
from asking import Asking, asking, profile_of
from openai_server import OpenAIServer

from runtime.errors import ProviderError
from runtime.futures.future import FutureState
from runtime.llm.network import NetworkThread, fastest_loop
from runtime.llm.process_settings import GC_THRESHOLDS, SWITCH_INTERVAL_S

pytestmark = pytest.mark.anyio


def is_running() -> bool:
    return any(thread.name == "futureflow-network" for thread in threading.enumerate())


async def test_it_starts_with_the_first_request_and_ends_with_close() -> None:
    before = sys.getswitchinterval(), gc.get_threshold()
    async with asking() as asks:
        assert not is_running()
        await asks.ask()
        assert is_running()
        assert sys.getswitchinterval() == pytest.approx(SWITCH_INTERVAL_S)
        assert gc.get_threshold() == GC_THRESHOLDS
        await asks.completions.close()
        assert not is_running()
        assert (sys.getswitchinterval(), gc.get_threshold()) == before


@pytest.mark.parametrize("factory", [fastest_loop(), asyncio.SelectorEventLoop])
async def test_it_works_on_either_loop(factory: Callable[[], asyncio.AbstractEventLoop]) -> None:
    with OpenAIServer() as server:
        asks = Asking(server, profile_of(server.base_url), network=NetworkThread(loop_factory=factory))
        for stream in (False, True):
            assert (await asks.ask(Stream=stream)).state is FutureState.SUCCEEDED
        await asks.completions.close()


class TreacherousPolicy(asyncio.DefaultEventLoopPolicy):
    """A policy whose loops cannot live outside the main thread, as that of `qasync.run`."""

    def new_event_loop(self) -> asyncio.AbstractEventLoop:
        raise AssertionError("the policy was asked for a loop")


@pytest.fixture
def treacherous_policy() -> Iterator[None]:
    before = asyncio.get_event_loop_policy()
    asyncio.set_event_loop_policy(TreacherousPolicy())
    yield
    asyncio.set_event_loop_policy(before)


@pytest.mark.filterwarnings("ignore:'asyncio:DeprecationWarning")  # Python 3.14 takes leave of policies, qasync not yet
async def test_the_loop_policy_is_not_asked(treacherous_policy: None) -> None:
    async with asking() as asks:
        assert (await asks.ask()).state is FutureState.SUCCEEDED


async def test_one_client_and_one_connection_serve_requests_in_turn() -> None:
    async with asking() as asks:
        for _ in range(3):
            await asks.ask()
        assert len({received.peer for received in asks.server.requests}) == 1


async def test_a_request_to_a_closed_network_is_refused() -> None:
    async with asking() as asks:
        await asks.ask()
        await asks.network.close()
        with pytest.raises(ProviderError, match="the program is ending"):
            asks.start()
        await asks.network.close()


def no_loop() -> asyncio.AbstractEventLoop:
    """What happens to a process that has too many open files."""
    raise OSError(24, "Too many open files")


async def test_a_network_that_breaks_off_fails_what_is_pending(caplog: pytest.LogCaptureFixture) -> None:
    with OpenAIServer() as server:
        asks = Asking(server, profile_of(server.base_url), network=NetworkThread(loop_factory=no_loop))
        future = await asks.ask()
        assert future.state is FutureState.FAILED
        assert "Too many open files" in future.error
        assert "start it again" in future.error
        assert [record.levelname for record in caplog.records] == ["ERROR"]
        with pytest.raises(ProviderError, match="start the program again"):
            asks.start()
        await asks.completions.close()
        assert not is_running()


def test_a_loop_that_is_closed_first_leaves_no_thread_behind_that_holds_up_the_program() -> None:
    with OpenAIServer() as server:

        async def ask_and_forget() -> NetworkThread:
            asks = Asking(server, profile_of(server.base_url))
            asks.start("mock-hang")
            await server.until(lambda: server.in_flight == 1)
            return asks.network

        network = asyncio.run(ask_and_forget())
        assert all(thread.daemon for thread in threading.enumerate() if thread.name == "futureflow-network")
        asyncio.run(network.close())
        assert not is_running()
