"""A loop that jumps over waits: hours take no time, always in the same order; real work is waited for."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import pytest

from runtime.recording import virtual_time
from runtime.recording.virtual_time import VirtualTimeLoop

T = TypeVar("T")
HOUR = 3600.0


def run(work: Callable[[VirtualTimeLoop], Coroutine[Any, Any, T]]) -> T:
    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        loop = runner.get_loop()
        assert isinstance(loop, VirtualTimeLoop)
        return runner.run(work(loop))


def test_a_wait_takes_exactly_its_virtual_time() -> None:
    async def work(loop: VirtualTimeLoop) -> tuple[float, float]:
        began = loop.time()
        await asyncio.sleep(1000 * HOUR)
        return began, loop.time()

    assert run(work) == (0.0, 1000 * HOUR)


def test_waits_end_in_the_order_of_their_lengths_and_overlap() -> None:
    async def work(loop: VirtualTimeLoop) -> tuple[list[int], float]:
        ended: list[int] = []

        async def wait(hours: int) -> None:
            await asyncio.sleep(hours * HOUR)
            ended.append(hours)

        await asyncio.gather(*map(wait, (3, 1, 2)))
        return ended, loop.time()

    assert run(work) == ([1, 2, 3], 3 * HOUR)


def test_a_time_limit_holds_in_virtual_time() -> None:
    async def work(loop: VirtualTimeLoop) -> float:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(HOUR):
                await asyncio.sleep(2 * HOUR)
        return loop.time()

    assert run(work) == HOUR


def test_a_job_in_a_thread_is_waited_for_and_no_limit_runs_out_meanwhile() -> None:
    async def work(loop: VirtualTimeLoop) -> str:
        release = threading.Event()
        loop.call_later(0.05, release.set)
        async with asyncio.timeout(HOUR):
            await asyncio.to_thread(release.wait)
        assert 0.05 <= loop.time() < HOUR
        await asyncio.sleep(HOUR)
        return "done"

    assert run(work) == "done"


@pytest.mark.skipif(sys.platform == "win32", reason="a selector loop has no child processes there")
@pytest.mark.parametrize("pipe", [asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL])
def test_a_child_process_is_waited_for(pipe: int) -> None:
    async def work(loop: VirtualTimeLoop) -> int | None:
        async with asyncio.timeout(HOUR):
            child = await asyncio.create_subprocess_exec(sys.executable, "-c", "pass", stdout=pipe, stderr=pipe)
            await child.communicate()
        assert loop.time() < HOUR
        return child.returncode

    assert run(work) == 0


def test_a_server_is_waited_for() -> None:
    async def work(loop: VirtualTimeLoop) -> bytes:
        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(await reader.readline())
            writer.close()

        async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            async with asyncio.timeout(HOUR):
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.write(b"hello\n")
                line = await reader.readline()
            writer.close()
            return line

    assert run(work) == b"hello\n"


def test_who_waits_for_what_can_never_come_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(virtual_time, "STUCK_S", 0.01)

    async def work(loop: VirtualTimeLoop) -> str:
        never: asyncio.Future[None] = loop.create_future()
        loop.on_stuck = never.cancel
        with pytest.raises(asyncio.CancelledError):
            await never
        return "told"

    assert run(work) == "told"


def test_another_thread_wakes_it() -> None:
    async def work(loop: VirtualTimeLoop) -> str:
        answer: asyncio.Future[str] = loop.create_future()
        thread = threading.Thread(target=lambda: loop.call_soon_threadsafe(answer.set_result, "awake"))
        thread.start()
        try:
            return await answer
        finally:
            thread.join()

    assert run(work) == "awake"
