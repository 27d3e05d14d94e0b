"""N chat completions at once: by a flow, by Completions, by bare AsyncOpenAI, against a server in its own process.

    python tests/benchmarks/completions.py 200 --mode stream --rounds 5 --loop asyncio

Each round runs every way once, each in a fresh process, so that drift of the machine hits all alike; figures are
medians. `wall_s` is from the first start to the last answer, every answer checked to be its own; `lag` is that of the
main loop, on which an editor would draw. Bare AsyncOpenAI runs on `--loop`, which is also the network thread's; the
main loop of the flow and of Completions is asyncio's. The flow's network thread takes uvloop where it is installed.
`peak` is what the server saw in flight.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from measuring import Server, answering_server, lag_of_this_loop, ms, quantile, scratch_folder

OURS = ("flow", "completions")
WAYS = (*OURS, "openai-aiohttp", "openai-default")


async def by_flow(server: Server, options: argparse.Namespace) -> tuple[float, list[float]]:
    """By a flow of the asynchronous node, in a session."""
    from fan_out import fan_out

    from runtime.llm.providers import ProviderProfile, Providers
    from runtime.session import Session

    profile = ProviderProfile(name="bench", kind="openai_compatible", base_url=server.base_url)
    session = Session(providers=Providers([profile]), data_folder=scratch_folder())

    async def ask(count: int) -> None:
        run = session.start(fan_out(count, stream=options.mode == "stream"))
        result = await session.wait(run)
        assert result.status == "succeeded", result.error
        await session.futures.wait_all()
        for number, future in enumerate(await session.futures.all(run.run_id)):
            check(number, future.text())

    await ask(1)
    async with lag_of_this_loop() as lag:
        start = time.perf_counter()
        await ask(options.count)
        wall = time.perf_counter() - start
    await session.close()
    return wall, lag


async def by_completions(server: Server, options: argparse.Namespace) -> tuple[float, list[float]]:
    """Through the registry and the network thread."""
    from runtime.completions import Completions
    from runtime.futures.future import FutureOrigin, FutureState
    from runtime.futures.registry import FutureRegistry
    from runtime.ids import NodeId, RunId, StepId
    from runtime.llm.network import NetworkThread
    from runtime.llm.providers import ProviderProfile, Providers
    from runtime.llm.requests import chat_request

    futures = FutureRegistry(lambda _: None)
    profile = ProviderProfile(name="bench", kind="openai_compatible", base_url=server.base_url)
    network = NetworkThread(loop_factory=loop_factory(options.loop))
    completions = Completions(futures, Providers([profile]), network)
    origin = FutureOrigin(RunId("run"), NodeId("node"), StepId(1), time.time())

    async def ask(count: int, first: int) -> None:
        ids = []
        for number in range(first, first + count):
            request = chat_request("bench", [message(number)], {"Stream": options.mode == "stream"})
            ids.append(completions.start(request, origin))
            if number % 20 == 19:
                await asyncio.sleep(0)  # as the engine does, every 5 ms of work
        for number, future_id in enumerate(ids, first):
            future = await futures.wait(future_id)
            assert future.state is FutureState.SUCCEEDED, future.result
            check(number, future.text())

    await ask(1, -1)
    async with lag_of_this_loop() as lag:
        start = time.perf_counter()
        await ask(options.count, 0)
        wall = time.perf_counter() - start
    await completions.close()
    return wall, lag


async def by_openai(server: Server, options: argparse.Namespace) -> tuple[float, list[float]]:
    """By the SDK alone, on one loop."""
    import openai

    aiohttp = options.only == "openai-aiohttp"
    http_client = (openai.DefaultAioHttpClient if aiohttp else openai.DefaultAsyncHttpxClient)()
    async with openai.AsyncOpenAI(
        api_key="none", base_url=server.base_url, max_retries=0, timeout=None, http_client=http_client
    ) as client:

        async def ask(number: int) -> None:
            answer: Any = await client.chat.completions.create(
                model="bench", messages=[message(number)], stream=options.mode == "stream"
            )
            if options.mode == "stream":
                text = "".join([chunk.choices[0].delta.content or "" async for chunk in answer if chunk.choices])
            else:
                text = answer.choices[0].message.content
            check(number, text)

        await ask(-1)
        async with lag_of_this_loop() as lag:
            start = time.perf_counter()
            await asyncio.gather(*(ask(number) for number in range(options.count)))
            wall = time.perf_counter() - start
    return wall, lag


def message(number: int) -> Any:
    return {"role": "user", "content": f"request {number}"}


def check(number: int, text: str) -> None:
    assert text.startswith(f"echo: request {number} tok"), (number, text)


def loop_factory(name: str) -> Callable[[], asyncio.AbstractEventLoop]:
    if name == "asyncio":
        return asyncio.SelectorEventLoop
    import uvloop

    factory: Callable[[], asyncio.AbstractEventLoop] = uvloop.new_event_loop
    return factory


def measure(options: argparse.Namespace) -> dict[str, float]:
    """One way, in this process, against a server of its own."""
    server_options = ("--latency", str(options.latency), "--chunks", str(options.chunks), "--chunk-delay",
                      str(options.chunk_delay))  # fmt: skip
    ways = {"flow": by_flow, "completions": by_completions}
    with answering_server(*server_options) as server:
        with asyncio.Runner(loop_factory=None if options.only in OURS else loop_factory(options.loop)) as runner:
            cpu = time.process_time()
            wall, lag = runner.run(ways.get(options.only, by_openai)(server, options))
            cpu = time.process_time() - cpu
        stats = server.stats()
    return {
        "wall_s": round(wall, 3), "cpu_s": round(cpu, 3), "lag_p50_ms": ms(quantile(lag, 0.5)),
        "lag_p99_ms": ms(quantile(lag, 0.99)), "lag_max_ms": ms(max(lag, default=0.0)), "peak": stats["peak"],
        "server_cpu_s": round(stats["cpu_s"], 3),
    }  # fmt: skip


def compare(options: argparse.Namespace) -> None:
    """All ways, in turn, and how they compare."""
    rounds: dict[str, list[dict[str, float]]] = {way: [] for way in WAYS}
    for _ in range(options.rounds):
        for way in WAYS:
            command = [sys.executable, *sys.argv, "--only", way]
            output = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
            rounds[way].append(json.loads(output))
    medians = {
        way: {name: round(statistics.median(one[name] for one in results), 3) for name in results[0]}
        for way, results in rounds.items()
    }
    for way, figures in medians.items():
        ratio = medians["flow"]["wall_s"] / figures["wall_s"]
        print(json.dumps({"way": way, "count": options.count, "mode": options.mode, "loop": options.loop,
                          **figures, "wall_of_flow_to_this": round(ratio, 2)}))  # fmt: skip


def main() -> None:
    """Read the options and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("count", type=int)
    parser.add_argument("--mode", choices=("plain", "stream"), default="stream")
    parser.add_argument("--loop", choices=("asyncio", "uvloop"), default="asyncio")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--latency", type=float, default=0.5)
    parser.add_argument("--chunks", type=int, default=20)
    parser.add_argument("--chunk-delay", type=float, default=0.02)
    parser.add_argument("--only", choices=WAYS, help="one way, in this process")
    options = parser.parse_args()
    if options.only:
        print(json.dumps(measure(options)))
    else:
        compare(options)


if __name__ == "__main__":
    main()
