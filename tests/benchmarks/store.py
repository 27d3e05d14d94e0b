"""What it costs to have futures on disk: settling, waking, memory, lists.

    python tests/benchmarks/store.py            all, each in a process of its own
    python tests/benchmarks/store.py soak 100000

`wake`: one future after the other is settled; the time until who waits for it goes on, which without a store is a turn
of the loop. `burst`: so many are settled in one go while all are waited for; `lag` is that of the loop meanwhile.
`soak`: so many are made, awaited and settled, 200 at a time; the memory of the process (resident set) after the first
tenth and at the end. `lists`: how long the store takes, from the loop's side, for what a panel of so many rows asks.
No HTTP: what these figures add to is in completions.py.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import random
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from pathlib import Path
from typing import TypeVar

sys.path.insert(0, str(Path(__file__).parents[2]))

from measuring import lag_of_this_loop, ms, quantile, scratch_folder

from runtime.choices import Choice
from runtime.futures.future import FutureOrigin, FutureResult, FutureState
from runtime.futures.query import FutureQuery
from runtime.futures.registry import FutureRegistry
from runtime.futures.store import FutureStore
from runtime.ids import FutureId, NodeId, RunId, StepId
from runtime.llm.process_settings import settings_for_many_requests

T = TypeVar("T")
Figures = dict[str, float]
AT_ONCE = 200
RANDOM = random.Random(1)
WORDS = [f"{RANDOM.randrange(36**6):x}" for _ in range(5_000)]
TEXTS = [" ".join(RANDOM.choices(WORDS, k=100)) for _ in range(1_000)]


class Bench:
    """A registry, with a store or without."""

    def __init__(self, *, stored: bool = True) -> None:
        self.store = FutureStore(scratch_folder()) if stored else None
        self.futures = FutureRegistry(lambda _: None, self.store)
        self._origin = FutureOrigin(RunId("run"), NodeId("node"), StepId(1), time.time())
        self._texts = itertools.cycle(TEXTS)

    def ask(self) -> FutureId:
        """A request of some 50 words."""
        question = next(self._texts)[:350]
        request = {"model": "bench", "messages": [{"role": "user", "content": question}], "parameters": {}}
        return self.futures.create(
            request=request, provider="bench", model="bench", origin=self._origin, cancel=lambda _: None
        ).id

    def answer(self, future_id: FutureId) -> None:
        """An answer of 100 words, by the states of a stream."""
        for state in (FutureState.SENDING, FutureState.WAITING, FutureState.STREAMING):
            self.futures.advance(future_id, state)
        text = next(self._texts)
        message = {"role": "assistant", "content": text}
        response = {"id": "x", "choices": [{"index": 0, "message": message, "finish_reason": "stop"}]}
        result = FutureResult((Choice(text, finish_reason="stop"),), {"total_tokens": 200}, response)
        self.futures.settle(future_id, FutureState.SUCCEEDED, result)

    async def close(self) -> None:
        await self.futures.close()
        if self.store is not None:
            await self.store.close()


async def wake(count: int) -> Figures:
    """The time from settling to waking, one future after the other."""
    figures: Figures = {"count": count}
    for name, stored in (("stored", True), ("memory", False)):
        bench = Bench(stored=stored)
        samples = []
        for _ in range(count):
            future_id = bench.ask()
            waiting = asyncio.create_task(bench.futures.wait(future_id))
            await asyncio.sleep(0)
            start = time.perf_counter()
            bench.answer(future_id)
            await waiting
            samples.append(time.perf_counter() - start)
        await bench.close()
        figures |= {f"{name}_median_ms": ms(quantile(samples, 0.5)), f"{name}_p99_ms": ms(quantile(samples, 0.99))}
    return figures


async def burst(count: int) -> Figures:
    """All settle at once."""
    figures: Figures = {"count": count}
    for name, stored in (("stored", True), ("memory", False)):
        bench = Bench(stored=stored)
        ids = [bench.ask() for _ in range(count)]
        await bench.futures.wait(await settled(bench))
        waits = [asyncio.create_task(bench.futures.wait(future_id)) for future_id in ids]
        async with lag_of_this_loop() as lag:
            start = time.perf_counter()
            async for future_id in in_turns(ids):
                bench.answer(future_id)
            told = time.perf_counter()
            await asyncio.gather(*waits)
            end = time.perf_counter()
        await bench.close()
        figures |= {
            f"{name}_settle_ms": ms(told - start), f"{name}_until_all_woke_ms": ms(end - start),
            f"{name}_lag_p99_ms": ms(quantile(lag, 0.99)), f"{name}_lag_max_ms": ms(max(lag, default=0.0)),
        }  # fmt: skip
    return figures


async def in_turns(items: Iterable[T]) -> AsyncIterator[T]:
    """Give the loop a turn now and then, as the engine and the inbox do every 4 ms of work."""
    for number, item in enumerate(items):
        if number % 20 == 19:
            await asyncio.sleep(0)
        yield item


async def settled(bench: Bench) -> FutureId:
    """One more, so that the store is open and what came before is written."""
    future_id = bench.ask()
    bench.answer(future_id)
    await bench.futures.wait(future_id)
    return future_id


async def soak(count: int) -> Figures:
    """Memory over many futures."""
    bench = Bench()
    assert bench.store is not None
    after_a_tenth = 0.0
    start = time.perf_counter()
    async with lag_of_this_loop() as lag:
        for begun in range(0, count, AT_ONCE):
            ids = [bench.ask() async for _ in in_turns(range(AT_ONCE))]
            waits = [asyncio.create_task(bench.futures.wait(future_id)) for future_id in ids]
            async for future_id in in_turns(ids):
                bench.answer(future_id)
            await asyncio.gather(*waits)
            if begun + AT_ONCE == count // 10:
                after_a_tenth = resident_mb()
    took = time.perf_counter() - start
    at_end, in_memory = resident_mb(), len(bench.futures)
    await bench.close()
    return {
        "count": count, "futures_a_second": round(count / took), "mb_after_a_tenth": after_a_tenth, "mb_at_end": at_end,
        "in_memory_at_end": in_memory, "lag_p99_ms": ms(quantile(lag, 0.99)),
        "disk_mb": round(bench.store.path.stat().st_size / 1e6, 1),
    }  # fmt: skip


async def pending(count: int) -> Figures:
    """Memory of futures that are in flight."""
    bench = Bench()
    await settled(bench)
    before = resident_mb()
    async for _ in in_turns(range(count)):
        bench.ask()
    await settled(bench)
    kb = (resident_mb() - before) * 1000 / count
    await bench.close()
    return {"count": count, "kb_each_in_flight": round(kb, 2)}


async def lists(count: int) -> Figures:
    """What a panel asks of the store."""
    bench = Bench()
    store = bench.store
    assert store is not None
    for _ in range(0, count, AT_ONCE):
        ids = [bench.ask() for _ in range(AT_ONCE)]
        for future_id in ids:
            bench.answer(future_id)
        await bench.futures.wait_all()
    last = ids[-1]
    start = time.perf_counter()
    await store.page(FutureQuery(text="x"))
    figures: Figures = {"count": count, "index_the_rest_ms": ms(time.perf_counter() - start)}
    word = WORDS[7]
    asked: dict[str, Callable[[], Awaitable[object]]] = {
        "find": lambda: store.find([last]),
        "first_page": lambda: store.page(FutureQuery()),
        "last_page": lambda: store.page(FutureQuery(), count - AT_ONCE),
        "page_by_tokens": lambda: store.page(FutureQuery(order="tokens")),
        "all_ids": lambda: store.ids(FutureQuery()),
        "counts": lambda: store.counts(FutureQuery()),
        "page_with_a_word": lambda: store.page(FutureQuery(text=word)),
        "counts_with_a_word": lambda: store.counts(FutureQuery(text=word)),
    }
    async with lag_of_this_loop() as lag:
        for name, ask in asked.items():
            start = time.perf_counter()
            await ask()
            figures[f"{name}_ms"] = ms(time.perf_counter() - start)
    figures["lag_max_ms"] = ms(max(lag, default=0.0))
    await bench.close()
    return figures


def resident_mb() -> float:
    """The process's resident set, in MB."""
    for line in Path("/proc/self/status").read_text("ascii").splitlines():
        if line.startswith("VmRSS:"):
            return round(int(line.split()[1]) / 1000, 1)
    return 0.0


MEASURES = {"wake": (wake, 500), "burst": (burst, 1_000), "pending": (pending, 10_000), "lists": (lists, 100_000),
            "soak": (soak, 100_000)}  # fmt: skip


def main() -> None:
    """Read the options and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=MEASURES, nargs="?")
    parser.add_argument("count", type=int, nargs="?")
    options = parser.parse_args()
    if options.what is None:
        for what in MEASURES:
            subprocess.run([sys.executable, __file__, what], check=True)
        return
    measure, usual = MEASURES[options.what]
    with settings_for_many_requests():  # as the network thread has them
        print(json.dumps({"what": options.what, **asyncio.run(measure(options.count or usual))}))


if __name__ == "__main__":
    main()
