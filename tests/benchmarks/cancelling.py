"""How soon a server sees that a request was cancelled: one at a time, and N at once.

    python tests/benchmarks/cancelling.py 200

From the call of `cancel` until the test server, in this process but on its own thread and loop, has seen the client go.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
sys.path.insert(0, str(Path(__file__).parents[1]))

from asking import asking
from measuring import ms, quantile

ONE_BY_ONE = 20


async def one_by_one(model: str) -> list[float]:
    """Seconds for each of some requests to this model of the test server."""
    seen = []
    async with asking() as asks:
        for number in range(ONE_BY_ONE):
            future_id = asks.start(model, Stream=True)
            await asks.server.until(lambda: asks.server.in_flight == 1)
            start = time.perf_counter()
            asks.futures.cancel(future_id)
            await asks.server.until(lambda number=number: asks.server.disconnects == number + 1)  # type: ignore[misc]
            seen.append(time.perf_counter() - start)
    return seen


async def at_once(model: str, count: int) -> float:
    """Seconds until all are seen to be gone."""
    async with asking() as asks:
        for _ in range(count):
            asks.start(model, Stream=True)
        await asks.server.until(lambda: asks.server.in_flight == count)
        start = time.perf_counter()
        asks.futures.cancel_pending()
        await asks.server.until(lambda: asks.server.disconnects == count)
        return time.perf_counter() - start


async def measure(count: int) -> None:
    """Print a line for requests that wait and one for those that stream."""
    for state, model in (("waiting", "mock-hang"), ("streaming", "mock-silent")):
        seen = await one_by_one(model)
        line = {"state": state, "median_ms": ms(quantile(seen, 0.5)), "max_ms": ms(max(seen)), "count": count}
        print(json.dumps({**line, "all_ms": ms(await at_once(model, count))}), flush=True)


def main() -> None:
    """Read the option and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("count", type=int, nargs="?", default=200)
    asyncio.run(measure(parser.parse_args().count))


if __name__ == "__main__":
    main()
