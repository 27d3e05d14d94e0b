"""The flows that the benchmarks of the engine run, and the node types made for them."""

from __future__ import annotations

import gc
import sys
from typing import ClassVar

from flows import Drawing, draw

from runtime.document.flow import Flow
from runtime.nodes.context import NodeContext
from runtime.nodes.node_type import ExecNode
from runtime.nodes.pins import NodeModel


def laps_of(count: int) -> Drawing:
    """The start, and a loop of so many turns without a body yet."""
    drawing = draw("start: event.button", "loop: flow.for_each").set("loop", Collection=list(range(count)))
    return drawing.exec("start.Out > loop.In")


def ring(nodes: int, laps: int) -> Flow:
    """A loop over a chain of nodes that do nothing: as many steps as nodes times laps."""
    drawing = laps_of(laps).exec("loop.Do > n0.In")
    return chain(drawing, nodes).flow()


def chain(drawing: Drawing, nodes: int) -> Drawing:
    """Nodes in a row, from `n0` on."""
    for number in range(nodes):
        drawing.node(f"n{number}", "toy.step")
    return drawing.exec(*(f"n{number - 1}.Out > n{number}.In" for number in range(1, nodes)))


def long_chain(nodes: int) -> Flow:
    """Nodes in a row, once."""
    return chain(draw("start: event.button").exec("start.Out > n0.In"), nodes).flow()


def wired_ring(nodes: int, laps: int) -> Flow:
    """A ring whose nodes each read a value of the one before and write one."""
    drawing = laps_of(laps).exec("loop.Do > n0.In").data("loop.Value > n0.Value").node("n0", "toy.keep")
    for number in range(1, nodes):
        drawing.node(f"n{number}", "toy.keep").exec(f"n{number - 1}.Out > n{number}.In")
        drawing.data(f"n{number - 1}.Value > n{number}.Value")
    return drawing.flow()


def fan_out(branches: int, laps: int) -> Flow:
    """A loop over a Parallel with one node in each branch."""
    drawing = laps_of(laps).node("par", "flow.parallel", config={"branches": branches}).exec("loop.Do > par.In")
    for number in range(1, branches + 1):
        drawing.node(f"n{number}", "toy.step").exec(f"par.Branch{number} > n{number}.In")
    return drawing.flow()


def sequence(outputs: int, laps: int) -> Flow:
    """A loop over a Sequence with one node behind each output."""
    drawing = laps_of(laps).node("seq", "flow.sequence", config={"outputs": outputs}).exec("loop.Do > seq.In")
    for number in range(1, outputs + 1):
        drawing.node(f"n{number}", "toy.step").exec(f"seq.Out{number} > n{number}.In")
    return drawing.flow()


def for_each_turns(count: int) -> Flow:
    """A loop with one node in its body."""
    return laps_of(count).node("body", "toy.step").exec("loop.Do > body.In", "body.Out > loop.Continue").flow()


def sampled_turns(count: int) -> Flow:
    """A loop whose body keeps a value and counts as `Sample`."""
    drawing = (
        laps_of(0).set("loop", Collection=["same"] * count).node("keep", "toy.keep").node("sample", "bench.sample")
    )
    return drawing.exec("loop.Do > keep.In", "keep.Out > sample.In").data("loop.Value > keep.Value").flow()


class Sample(ExecNode):
    """Counts its steps and notes, at every so manieth, how many blocks of memory Python holds."""

    type_id = "bench.sample"
    title = "Sample"
    category = "Benchmark"
    exec_in = ("In",)
    exec_out = ("Out",)
    every: ClassVar[int] = 1
    steps: ClassVar[int] = 0
    blocks: ClassVar[list[int]] = []

    async def execute(self, inputs: NodeModel, ctx: NodeContext) -> str:
        """Count."""
        Sample.steps += 1
        if Sample.steps % Sample.every == 0:
            gc.collect()
            Sample.blocks.append(sys.getallocatedblocks())
        return "Out"
