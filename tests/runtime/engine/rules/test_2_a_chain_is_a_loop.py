"""Design 5.2: a chain is a loop, not a call stack."""

from __future__ import annotations

import pytest
from flows import draw, run, steps

from runtime.errors import NodeFailure
from runtime.nodes.context import EvaluationContext
from runtime.nodes.node_type import PureNode
from runtime.nodes.pins import NodeModel

pytestmark = pytest.mark.anyio

LONG = 5_000
"""Many times what the Python stack holds (1,000 frames by default)."""


async def test_thousands_of_nodes_in_a_row() -> None:
    drawing = draw("start: event.button", "n0: toy.step").exec("start.Out > n0.In")
    for number in range(1, LONG):
        drawing.node(f"n{number}", "toy.step").exec(f"n{number - 1}.Out > n{number}.In")
    result, told = await run(drawing.flow())
    assert result.status == "succeeded"
    assert len(steps(told)) == LONG + 1


async def test_thousands_of_sequences_each_in_the_last_output_of_the_one_before() -> None:
    drawing = draw("start: event.button", "n0: flow.sequence").exec("start.Out > n0.In")
    for number in range(1, LONG):
        drawing.node(f"n{number}", "flow.sequence").exec(f"n{number - 1}.Out3 > n{number}.In")
    result, told = await run(drawing.flow())
    assert result.status == "succeeded"
    assert len(steps(told)) == LONG + 1


async def test_thousands_of_pure_nodes_in_a_row() -> None:
    drawing = draw("start: event.button", "out: flow.output", "p0: toy.sum").set("p0", A=1).exec("start.Out > out.In")
    for number in range(1, LONG):
        drawing.node(f"p{number}", "toy.sum", inputs={"B": 1}).data(f"p{number - 1}.Result > p{number}.A")
    result, _ = await run(drawing.data(f"p{LONG - 1}.Result > out.Value").flow())
    assert result.outputs == {"Output": LONG}


async def test_thousands_of_turns() -> None:
    flow = (
        draw("start: event.button", "loop: flow.for_each", "keep: toy.keep")
        .set("loop", Collection=list(range(LONG)))
        .exec("start.Out > loop.In", "loop.Do > keep.In", "keep.Out > loop.Continue")
        .data("loop.Value > keep.Value")
        .flow()
    )
    result, told = await run(flow)
    assert result.status == "succeeded"
    assert steps(told).count("keep") == LONG


async def test_a_wire_that_leads_back_goes_round_until_something_ends_it() -> None:
    class Countdown(PureNode):
        """Gives true, true, ..., false."""

        type_id = "toy.countdown"
        title = "Countdown"
        category = "Toys"
        left = LONG

        class Outputs(NodeModel):
            more: bool

        def evaluate(self, inputs: NodeModel, ctx: EvaluationContext) -> NodeModel:
            type(self).left -= 1
            return self.Outputs(more=self.left > 0)

    flow = (
        draw("start: event.button", "branch: flow.branch", "count: toy.countdown", "step: toy.step")
        .exec("start.Out > branch.In", "branch.True > step.In", "step.Out > branch.In")
        .data("count.More > branch.Condition")
        .flow()
    )
    result, told = await run(flow, Countdown)
    assert result.status == "succeeded"
    assert steps(told).count("branch") == LONG


async def test_blocks_within_blocks_without_end_are_an_error_that_says_why() -> None:
    flow = draw("start: event.button", "seq: flow.sequence").exec("start.Out > seq.In", "seq.Out1 > seq.In").flow()
    result, _ = await run(flow)
    assert isinstance(result.error, NodeFailure)
    assert "100 blocks are running within each other" in str(result.error)
