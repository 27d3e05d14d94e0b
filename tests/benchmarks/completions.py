"""N chat completions at once: in the window with the futures panel open, by a flow, by bare AsyncOpenAI, by Rivet.

    python tests/benchmarks/completions.py 1000 --mode stream --rounds 3 [--ways panel flow ...] [--rivet FOLDER]

Each round runs every way once, each in a fresh process against a server in its own, so that drift of the machine hits
all alike; figures are medians. The server answers nobody before all N are in flight (`peak` is what it saw), so the
wall time, from the first start to the last answer, is that of starting N and of streaming N. `lag` is that of the loop
on which the way runs: for ours the one on which an editor draws. `kB` is the most memory a request took. `rows` is
when the panel had painted all N, `show` what it took from the last answer to its paint. FOLDER has Rivet's npm package.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[2]))

from completion_ways import WAYS, name_of, run
from measuring import answering_server, most_resident_mb, ms, quantile

DEFAULT_WAYS = ("panel", "flow", "aiohttp-asyncio", "aiohttp-qasync", "default-asyncio")
COLUMNS = {"wall_s": "wall s", "cpu_s": "CPU s", "lag_p50_ms": "lag p50", "lag_p99_ms": "p99", "lag_max_ms": "worst ms",
           "kb_a_future": "kB", "peak": "peak", "rows_s": "rows s", "show_ms": "show ms"}  # fmt: skip


def measure(options: argparse.Namespace) -> dict[str, float]:
    """One way, in this process, against a server of its own."""
    server_options = ("--latency", str(options.latency), "--chunks", str(options.chunks), "--chunk-delay",
                      str(options.chunk_delay), "--together", str(options.count))  # fmt: skip
    with answering_server(*server_options) as server:
        sample = run(options.only, server, options)
        stats = server.stats()
    lag = sample.lag
    return {
        "wall_s": round(sample.wall_s, 3), "cpu_s": round(sample.cpu_s, 3),
        "lag_p50_ms": ms(quantile(lag, 0.5)), "lag_p99_ms": ms(quantile(lag, 0.99)),
        "lag_max_ms": ms(max(lag, default=0.0)), "peak": stats["peak"], "server_cpu_s": round(stats["cpu_s"], 3),
        "kb_a_future": round((most_resident_mb() - sample.before_mb) * 1024 / options.count, 1), **sample.more,
    }  # fmt: skip


def compare(options: argparse.Namespace) -> None:
    """All ways, in turn, and how they compare."""
    rounds: dict[str, list[dict[str, float]]] = {way: [] for way in options.ways}
    load = [os.getloadavg()[0]]
    for _ in range(options.rounds):
        for way in options.ways:
            command = [sys.executable, *sys.argv, "--only", way]
            output = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
            rounds[way].append(json.loads(output))
            load.append(os.getloadavg()[0])
    print(
        f"{options.count:,} at once, {options.mode}, {options.rounds} rounds, load {min(load):.1f} to {max(load):.1f}\n"
    )
    print(f"| way | {' | '.join(COLUMNS.values())} | {options.ways[0]} : this |\n|---|{'---|' * (len(COLUMNS) + 1)}")
    medians = {way: middle(results) for way, results in rounds.items()}
    for way, figures in medians.items():
        cells = [f"{figures[name]:g}" if figures.get(name) else "" for name in COLUMNS]
        print(
            f"| {name_of(way)} | {' | '.join(cells)} | {medians[options.ways[0]]['wall_s'] / figures['wall_s']:.2f} |"
        )


def middle(results: list[dict[str, float]]) -> dict[str, float]:
    """The median of each figure."""
    return {name: round(statistics.median(one[name] for one in results), 3) for name in results[0]}


def main() -> None:
    """Read the options and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("count", type=int)
    parser.add_argument("--mode", choices=("plain", "stream"), default="stream")
    parser.add_argument("--ways", choices=WAYS, nargs="+", default=DEFAULT_WAYS)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--latency", type=float, default=0.1, help="s from when all are there to the first byte")
    parser.add_argument("--chunks", type=int, default=20)
    parser.add_argument("--chunk-delay", type=float, default=0.02)
    parser.add_argument("--rivet", type=Path, help="where @ironclad/rivet-node is installed")
    parser.add_argument("--only", choices=WAYS, help="one way, in this process")
    options = parser.parse_args()
    if options.only:
        print(json.dumps(measure(options)))
    else:
        compare(options)


if __name__ == "__main__":
    main()
