"""The writer's thread, asked for work by several threads at the same time."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest
from openai_server import TIMEOUT

from runtime.futures.writer import StoreWriter

TURNS = 20
THREADS = 4


@pytest.fixture(autouse=True)
def threads_that_take_turns_often() -> Iterator[None]:
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


def writing_thread(writer: StoreWriter, start: threading.Barrier) -> Future[int]:
    """What tells, once it is done, which thread did the work."""
    start.wait(TIMEOUT)
    return writer.do(lambda _: threading.get_ident())


def test_however_many_ask_first_one_thread_writes(tmp_path: Path) -> None:
    with ThreadPoolExecutor(THREADS) as asking:
        for turn in range(TURNS):
            writer = StoreWriter(tmp_path / f"{turn}.db", lambda _: None, lambda _: None)
            start = threading.Barrier(THREADS)
            asked = [asking.submit(writing_thread, writer, start) for _ in range(THREADS)]
            assert len({job.result(TIMEOUT).result(TIMEOUT) for job in asked}) == 1
            writer.close()
            assert "futureflow-store" not in {thread.name for thread in threading.enumerate()}
