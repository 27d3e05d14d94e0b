"""Steps of exec nodes a second, what a plan costs, memory over a million turns, 100,000 nodes in a row; and two peers.

    python tests/benchmarks/engine.py --rounds 5 --ryvencore PEER/bin/python --rivet FOLDER

PEER is a virtual environment with ryvencore 0.5.0 (and setuptools), FOLDER one where npm has installed
@ironclad/rivet-node 1.19.1; without them only our own figures are taken. Rows are medians over rounds, with the spread;
ours and the peers' take turns, so that drift of the machine hits all alike. `--scale 0.01` tries it out quickly,
`--cpu` tells what our rows cost where other work is on the machine; the peers are always measured by the wall.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[2]))

from engine_flows import Sample, fan_out, for_each_turns, long_chain, ring, sampled_turns, sequence, wired_ring
from flows import registry_with

from runtime.document.flow import Flow
from runtime.engine.run import Run
from runtime.recording.writing import open_recording

CHAIN: Final = 1_000
"""Nodes in a row; the peers' stacks hold that many."""
BRANCHES: Final = 100
"""As many as a Parallel may have."""
PEER_ROUNDS: Final = 3
"""Of a peer's rounds the best counts: its first fills caches that later ones use."""

Way = Callable[[], float]


def rate(flow: Flow, steps: int, clock: Way, **arguments: object) -> float:
    """Steps per second of one run by this clock; `arguments` are those of `Run`."""
    run = Run(flow, registry_with(), **arguments)
    began = clock()
    result = asyncio.run(run.execute())
    elapsed = clock() - began
    assert result.status == "succeeded", result.error
    return steps / elapsed


def recorded_rate(flow: Flow, steps: int, clock: Way) -> float:
    """The same with every event written to a recording."""
    with tempfile.TemporaryDirectory() as folder:
        writer = open_recording(Path(folder) / "run.jsonl", flow, str)
        try:
            return rate(flow, steps, clock, sink=writer)
        finally:
            writer.close()


def peer_rate(command: list[str], folder: Path | None = None) -> float:
    """The best round of a peer's script."""
    done = subprocess.run([*command, str(PEER_ROUNDS)], cwd=folder, capture_output=True, text=True, check=True)
    return max(json.loads(done.stdout))


def own_ways(laps: int, turns: int, clock: Way) -> dict[str, Way]:
    """Our own rows."""
    bare, wired, each = ring(CHAIN, laps), wired_ring(CHAIN, laps), for_each_turns(turns)
    at_once, in_order = fan_out(BRANCHES, laps), sequence(BRANCHES, laps)
    steps, taken = CHAIN * laps, BRANCHES * laps
    return {
        "chain, no sink": lambda: rate(bare, steps, clock),
        "chain, a value wired from node to node": lambda: rate(wired, steps, clock),
        "chain, every event built": lambda: rate(bare, steps, clock, sink=lambda _: None),
        "chain, every event recorded to a file": lambda: recorded_rate(bare, steps, clock),
        "chain with values, every event recorded to a file": lambda: recorded_rate(wired, steps, clock),
        "turns of For Each, one step each": lambda: rate(each, turns, clock),
        f"fan-out to {BRANCHES}, one after the other, by Sequence": lambda: rate(in_order, taken, clock),
        f"fan-out to {BRANCHES}, at the same time, by Parallel": lambda: rate(at_once, taken, clock),
    }


def peer_ways(ryvencore: str | None, rivet: Path | None) -> dict[str, Way]:
    """The peers' rows, of those that are there."""
    ways: dict[str, Way] = {}
    here = Path(__file__).parent
    for shape, count in (("chain", CHAIN), ("fan-out", BRANCHES)):
        if ryvencore is not None:
            command = [ryvencore, str(here / "ryvencore_peer.py"), shape, str(count)]
            ways[f"ryvencore 0.5.0, {shape}, exec mode"] = lambda command=command: peer_rate(command)
        if rivet is not None:
            script = ["node", "--stack-size=16000", str(here / "rivet_peer.mjs"), shape, str(count)]
            ways[f"Rivet 1.19.1, {shape} of text nodes"] = lambda script=script: peer_rate(script, rivet)
    return ways


def memory_growth(turns: int) -> int:
    """How many more blocks of memory are held at the last turn of a loop than after a tenth of them."""
    Sample.every = turns // 10
    asyncio.run(Run(sampled_turns(turns), registry_with(Sample)).execute())
    assert len(Sample.blocks) == 10
    return Sample.blocks[-1] - Sample.blocks[0]


def in_a_row(nodes: int) -> tuple[float, float]:
    """Seconds to check and plan a chain, and to run it, on Python's own stack of 1,000 frames."""
    flow, registry = long_chain(nodes), registry_with()
    began = time.perf_counter()
    run = Run(flow, registry)
    planned = time.perf_counter()
    assert asyncio.run(run.execute()).status == "succeeded"
    return planned - began, time.perf_counter() - planned


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--scale", type=float, default=1.0, help="share of the laps, turns and nodes")
    parser.add_argument("--ryvencore", help="interpreter of an environment with ryvencore")
    parser.add_argument("--rivet", type=Path, help="folder with @ironclad/rivet-node")
    parser.add_argument("--cpu", action="store_true", help="our rows by seconds of the processor, for a busy machine")
    options = parser.parse_args()
    clock = time.process_time if options.cpu else time.perf_counter
    ways = own_ways(max(1, int(100 * options.scale)), int(100_000 * options.scale), clock)
    ways |= peer_ways(options.ryvencore, options.rivet)
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(options.rounds):
        for name, measure in ways.items():
            taken[name].append(measure())
    print("| what | a second, median | least | most |\n|---|---|---|---|")
    for name, rates in taken.items():
        print(f"| {name} | {statistics.median(rates):,.0f} | {min(rates):,.0f} | {max(rates):,.0f} |")
    nodes, turns = int(100_000 * options.scale), int(1_000_000 * options.scale)
    planned, ran = in_a_row(nodes)
    print(f"\n{nodes:,} nodes in a row: planned in {planned:.2f} s, run in {ran:.2f} s")
    print(f"memory: {memory_growth(turns):,} blocks more at turn {turns:,} than at turn {turns // 10:,}")


if __name__ == "__main__":
    main()
