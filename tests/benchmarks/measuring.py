"""What the benchmarks share: the answering server's process, the lag of a loop, quantiles."""

from __future__ import annotations

import asyncio
import atexit
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

PERIOD_S = 0.005


def scratch_folder() -> Path:
    """A data folder for this process, in place of the user's own."""
    folder = tempfile.mkdtemp(prefix="futureflow-benchmark-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)


class Server:
    """A running answering_server.py."""

    def __init__(self, port: int) -> None:
        self.root = f"http://127.0.0.1:{port}"
        self.base_url = f"{self.root}/v1"

    def stats(self) -> dict[str, Any]:
        """Requests so far, the peak in flight, CPU seconds."""
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(f"{self.root}/stats", timeout=10) as answer:
            value: dict[str, Any] = json.load(answer)
            return value


@contextmanager
def answering_server(*options: str) -> Iterator[Server]:
    """Start the server, end it afterwards."""
    script = Path(__file__).with_name("answering_server.py")
    with subprocess.Popen(
        [sys.executable, str(script), *options], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            yield Server(int(process.stdout.readline()))
        finally:
            process.communicate("")


@asynccontextmanager
async def lag_of_this_loop() -> AsyncIterator[list[float]]:
    """How late, in seconds, a task wakes that sleeps 5 ms over and over."""
    samples: list[float] = []

    async def probe() -> None:
        while True:
            start = time.perf_counter()
            await asyncio.sleep(PERIOD_S)
            samples.append(max(0.0, time.perf_counter() - start - PERIOD_S))

    task = asyncio.get_running_loop().create_task(probe())
    try:
        await asyncio.sleep(0.05)
        samples.clear()
        yield samples
    finally:
        task.cancel()


def resident_mb() -> float:
    """Memory that this process holds now, in MB (Linux)."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 2**20


def most_resident_mb() -> float:
    """The most memory that this process ever held, in MB (Linux tells kB)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def quantile(samples: Sequence[float], share: float) -> float:
    """The sample below which this share of them lies; 0 for none."""
    ordered = sorted(samples)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def ms(seconds: float) -> float:
    """Milliseconds, rounded."""
    return round(seconds * 1000, 2)
