"""Steps of exec nodes per second, what a plan costs, and memory over a million turns of a loop.

    python tests/benchmarks/engine.py --rounds 5 --peer-python PEER/bin/python

PEER is a virtual environment with ryvencore 0.5.0 (and setuptools); without it only our own figures are taken. Rows are
medians over rounds, with the spread; our rows and the peer's take turns, so that drift of the machine hits all alike.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar, Final

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[2]))

from flows import draw, registry_with

from runtime.document.flow import Flow
from runtime.engine.run import Run
from runtime.nodes.context import NodeContext
from runtime.nodes.node_type import ExecNode
from runtime.nodes.pins import NodeModel

CHAIN: Final = 1_000
"""Nodes in a row; the peer's stack holds that many."""
LAPS: Final = 100
TURNS: Final = 100_000


def ring() -> Flow:
    """A loop of LAPS turns over a chain of CHAIN nodes: as many steps as nodes times turns."""
    drawing = draw("start: event.button", "loop: flow.for_each").set("loop", Collection=list(range(LAPS)))
    drawing.exec("start.Out > loop.In", "loop.Do > n0.In").node("n0", "toy.step")
    for number in range(1, CHAIN):
        drawing.node(f"n{number}", "toy.step").exec(f"n{number - 1}.Out > n{number}.In")
    return drawing.flow()


def wired_ring() -> Flow:
    """The same with nodes that each read a value of the one before and write one."""
    drawing = draw("start: event.button", "loop: flow.for_each").set("loop", Collection=list(range(LAPS)))
    drawing.exec("start.Out > loop.In", "loop.Do > n0.In").node("n0", "toy.keep").data("loop.Value > n0.Value")
    for number in range(1, CHAIN):
        drawing.node(f"n{number}", "toy.keep").exec(f"n{number - 1}.Out > n{number}.In")
        drawing.data(f"n{number - 1}.Value > n{number}.Value")
    return drawing.flow()


def turns(count: int) -> Flow:
    """A loop with one node in its body."""
    return (
        draw("start: event.button", "loop: flow.for_each", "body: toy.step")
        .set("loop", Collection=list(range(count)))
        .exec("start.Out > loop.In", "loop.Do > body.In", "body.Out > loop.Continue")
        .flow()
    )


def rate(flow: Flow, steps: int, *, told: bool = False) -> float:
    """Steps per second of one run."""
    run = Run(flow, registry_with(), sink=(lambda _: None) if told else None)
    began = time.perf_counter()
    result = asyncio.run(run.execute())
    elapsed = time.perf_counter() - began
    assert result.status == "succeeded", result.error
    return steps / elapsed


def peer_rate(python: str) -> float:
    """The peer's best of three: its first round fills caches that later ones use."""
    script = Path(__file__).with_name("ryvencore_chain.py")
    done = subprocess.run([python, str(script), str(CHAIN), "3"], capture_output=True, text=True, check=True)
    return max(json.loads(done.stdout))


def plan_cost() -> float:
    """Microseconds a node for checking and planning a chain."""
    flow, registry = ring(), registry_with()
    began = time.perf_counter()
    Run(flow, registry)
    return (time.perf_counter() - began) / CHAIN * 1e6


class Sample(ExecNode):
    """Counts its steps and notes, at every 100,000th, how many blocks of memory Python holds."""

    type_id = "bench.sample"
    title = "Sample"
    category = "Benchmark"
    exec_in = ("In",)
    exec_out = ("Out",)
    steps = 0
    blocks: ClassVar[list[int]] = []

    async def execute(self, inputs: NodeModel, ctx: NodeContext) -> str:
        """Count."""
        Sample.steps += 1
        if Sample.steps % TURNS == 0:
            gc.collect()
            Sample.blocks.append(sys.getallocatedblocks())
        return "Out"


def memory_growth() -> int:
    """How many more blocks of memory are held at the millionth turn of a loop than at the 100,000th."""
    flow = (
        draw("start: event.button", "loop: flow.for_each", "keep: toy.keep", "sample: bench.sample")
        .set("loop", Collection=["same"] * (10 * TURNS))
        .exec("start.Out > loop.In", "loop.Do > keep.In", "keep.Out > sample.In")
        .data("loop.Value > keep.Value")
        .flow()
    )
    asyncio.run(Run(flow, registry_with(Sample)).execute())
    assert len(Sample.blocks) == 10
    return Sample.blocks[-1] - Sample.blocks[0]


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--peer-python", help="interpreter of an environment with ryvencore")
    options = parser.parse_args()
    bare, wired, loop = ring(), wired_ring(), turns(TURNS)
    ways: dict[str, Callable[[], float]] = {
        "chain, no sink": lambda: rate(bare, CHAIN * LAPS),
        "chain with a value wired from node to node": lambda: rate(wired, CHAIN * LAPS),
        "chain, every event built": lambda: rate(bare, CHAIN * LAPS, told=True),
        "turns of For Each, one step each": lambda: rate(loop, TURNS),
    }
    if options.peer_python:
        ways["ryvencore 0.5.0, chain, exec mode"] = lambda: peer_rate(options.peer_python)
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(options.rounds):
        for name, measure in ways.items():
            taken[name].append(measure())
    print("| what | a second, median | least | most |\n|---|---|---|---|")
    for name, rates in taken.items():
        print(f"| {name} | {statistics.median(rates):,.0f} | {min(rates):,.0f} | {max(rates):,.0f} |")
    print(f"\nplan: {statistics.median(plan_cost() for _ in range(options.rounds)):.0f} µs a node")
    print(f"memory: {memory_growth()} blocks more at the millionth turn than at the 100,000th")


if __name__ == "__main__":
    main()
