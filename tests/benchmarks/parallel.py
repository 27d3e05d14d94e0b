"""Whether what runs at the same time takes the time of one: N waits of 1 s, in all ways that a flow has.

    python tests/benchmarks/parallel.py 10 100 1000

Wall seconds of whole runs: N delays under Parallel (nested, as one has at most 100 branches), N turns of a For Each
with Concurrency N, N asynchronous chat completions that a server in a process of its own answers after 1 s; and as the
measure of all things, N times `asyncio.sleep(1)`.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[2]))

from fan_out import fan_out
from flows import Drawing, draw
from measuring import Server, answering_server, scratch_folder

from runtime.document.flow import Flow
from runtime.llm.providers import ProviderProfile, Providers
from runtime.session import Session

SECONDS: Final = 1.0
BRANCHES: Final = 100
"""As many as a Parallel may have."""


def branches(count: int) -> Flow:
    """Parallel over so many delays; over Parallels of them where one has not branches enough."""
    drawing = draw("start: event.button")
    _grow(drawing, "start.Out", count, "p")
    return drawing.flow()


def _grow(drawing: Drawing, wire: str, count: int, name: str) -> None:
    if count == 1:
        drawing.node(name, "flow.delay", inputs={"DelayMs": int(SECONDS * 1000)}).exec(f"{wire} > {name}.In")
        return
    width = min(count, BRANCHES)
    drawing.node(name, "flow.parallel", config={"branches": width}).exec(f"{wire} > {name}.In")
    for number in range(width):
        share = count // width + (number < count % width)
        _grow(drawing, f"{name}.Branch{number + 1}", share, f"{name}-{number}")


def turns(count: int) -> Flow:
    """A loop that runs all its turns at the same time, with a delay in each."""
    return (
        draw("start: event.button", "loop: flow.for_each", "delay: flow.delay")
        .set("loop", Collection=list(range(count)), Concurrency=count)
        .set("delay", DelayMs=int(SECONDS * 1000))
        .exec("start.Out > loop.In", "loop.Do > delay.In")
        .flow()
    )


async def run(session: Session, flow: Flow) -> None:
    """A whole run, with all futures that it leaves."""
    result = await session.wait(session.start(flow))
    assert result.status == "succeeded", result.error
    await session.futures.wait_all()
    assert {str(future.state) for future in session.futures} <= {"succeeded"}


async def bare(count: int) -> None:
    """What asyncio itself takes."""
    await asyncio.gather(*(asyncio.sleep(SECONDS) for _ in range(count)))


async def measure(server: Server, count: int) -> dict[str, float]:
    """Seconds of every way."""
    profile = ProviderProfile(name="bench", kind="openai_compatible", base_url=server.base_url, most_in_flight=count)
    session = Session(providers=Providers([profile]), data_folder=scratch_folder())
    ways: dict[str, Callable[[], Awaitable[None]]] = {
        "asyncio.sleep": lambda: bare(count),
        "Parallel": lambda: run(session, branches(count)),
        "For Each, Concurrency N": lambda: run(session, turns(count)),
        "async completions": lambda: run(session, fan_out(count, stream=False)),
    }
    await run(session, fan_out(1, stream=False))  # starts the network thread, imports openai
    taken = {}
    for name, way in ways.items():
        began = time.perf_counter()
        await way()
        taken[name] = time.perf_counter() - began
    await session.close()
    return taken


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("counts", type=int, nargs="+")
    options = parser.parse_args()
    with answering_server("--latency", str(SECONDS)) as server:
        taken = {count: asyncio.run(measure(server, count)) for count in options.counts}
        peak = server.stats()["peak"]
    print(f"| N waits of {SECONDS:g} s | " + " | ".join(map(str, taken)) + " |\n" + "|---" * (len(taken) + 1) + "|")
    for name in next(iter(taken.values())):
        print(f"| {name} | " + " | ".join(f"{seconds[name]:.2f}" for seconds in taken.values()) + " |")
    print(f"\nThe server saw {peak} requests in flight.")


if __name__ == "__main__":
    main()
