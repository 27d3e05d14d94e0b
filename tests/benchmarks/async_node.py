"""Execute → Success of Create Chat Completion (Async), in a flow that starts N requests one after the other.

    python tests/benchmarks/async_node.py 200

The time from `NodeStarted` to `NodeFinished` of the node, in a run with the whole session behind it; the requests go
out to a server in its own process meanwhile. The first request, which starts the network thread, is `first_ms`.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from fan_out import fan_out
from measuring import Server, answering_server, lag_of_this_loop, ms, quantile, scratch_folder

from runtime.engine.events import Event, NodeFinished, NodeStarted
from runtime.llm.providers import ProviderProfile, Providers
from runtime.session import Session


class Stopwatch:
    """Times every execution of the node `ask`."""

    def __init__(self) -> None:
        self.samples: list[float] = []
        self._started = 0.0

    def __call__(self, event: Event) -> None:
        if isinstance(event, NodeStarted) and event.node_id == "ask":
            self._started = time.perf_counter()
        elif isinstance(event, NodeFinished) and event.node_id == "ask":
            self.samples.append(time.perf_counter() - self._started)


async def measure(server: Server, count: int) -> dict[str, float]:
    """One run of the flow, until every future has settled."""
    profile = ProviderProfile(name="bench", kind="openai_compatible", base_url=server.base_url)
    session = Session(providers=Providers([profile]), data_folder=scratch_folder())
    stopwatch = Stopwatch()
    session.subscribe(stopwatch)
    async with lag_of_this_loop() as lag:
        result = await session.wait(session.start(fan_out(count, stream=True)))
        await session.futures.wait_all()
    settled = [str(future.state) for future in await session.futures.all()]
    await session.close()
    assert result.status == "succeeded", result.error
    assert settled == ["succeeded"] * count, settled
    first, *others = stopwatch.samples
    return {
        "count": count, "first_ms": ms(first), "median_ms": round(quantile(others, 0.5) * 1000, 3),
        "p99_ms": ms(quantile(others, 0.99)), "max_ms": ms(max(others)), "lag_p99_ms": ms(quantile(lag, 0.99)),
        "lag_max_ms": ms(max(lag)),
    }  # fmt: skip


def main() -> None:
    """Read the options and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("count", type=int)
    options = parser.parse_args()
    with answering_server() as server:
        print(json.dumps(asyncio.run(measure(server, options.count))))


if __name__ == "__main__":
    main()
