"""Design 5.3: when a token reaches a node, its inputs are read, from the last outputs or from pure nodes now."""

from __future__ import annotations

import pytest
from flows import draw, lines, logged, run

from runtime.errors import NodeFailure
from runtime.nodes.context import EvaluationContext
from runtime.nodes.node_type import PureNode
from runtime.nodes.pins import NodeModel

pytestmark = pytest.mark.anyio


def ticking() -> type[PureNode]:
    """A new pure type whose every evaluation gives the next number."""

    class Tick(PureNode):
        """Counts its evaluations."""

        type_id = "toy.tick"
        title = "Tick"
        category = "Toys"
        times = 0

        class Outputs(NodeModel):
            number: int

        def evaluate(self, inputs: NodeModel, ctx: EvaluationContext) -> NodeModel:
            type(self).times += 1
            return self.Outputs(number=self.times)

    return Tick


async def test_a_pure_node_is_evaluated_once_a_step_and_afresh_in_the_next() -> None:
    flow = (
        draw("start: event.button", "tick: toy.tick", "sum: toy.sum", "join: string.concat")
        .node("one", "util.console")
        .node("two", "util.console")
        .data("tick.Number > sum.A", "tick.Number > sum.B", "tick.Number > join.A", "sum.Result > join.B")
        .data("join.Result > one.Message", "join.Result > two.Message")
        .exec("start.Out > one.In", "one.Out > two.In")
        .flow()
    )
    _, told = await run(flow, ticking())
    assert logged(told) == ["info: 12", "info: 24"]


async def test_what_pure_nodes_give_is_told_in_the_step_that_asks_in_the_order_of_its_pins() -> None:
    flow = (
        draw("start: event.button", "one: toy.sum", "two: toy.sum", "both: toy.sum", "keep: toy.keep")
        .set("one", A=1)
        .set("two", A=2)
        .data("two.Result > both.B", "one.Result > both.A", "both.Result > keep.Value")
        .exec("start.Out > keep.In")
        .flow()
    )
    _, told = await run(flow)
    assert told[3:-1] == lines("""
        token start.Out > keep.In
        keep started
        one has Result=1
        two has Result=2
        both has Result=3
        keep has Value=3
        keep finished > Out
    """)


async def test_an_exec_node_gives_its_last_outputs() -> None:
    flow = (
        draw("start: event.button", "loop: flow.for_each", "keep: toy.keep", "log: util.console")
        .set("loop", Collection=["a", "b", "c"])
        .exec("start.Out > loop.In", "loop.Do > keep.In", "loop.Done > log.In")
        .data("loop.Value > keep.Value", "keep.Value > log.Message")
        .flow()
    )
    _, told = await run(flow)
    assert logged(told) == ["info: c"]


async def test_reading_a_node_that_has_not_run_yet_names_both() -> None:
    flow = (
        draw("start: event.button", "log: util.console", "keep: toy.keep")
        .set("keep", Value=1)
        .exec("start.Out > log.In", "log.Out > keep.In")
        .data("keep.Value > log.Message")
        .flow()
    )
    result, _ = await run(flow)
    assert isinstance(result.error, NodeFailure)
    assert result.error.message == (
        "Console (log) reads Value of Keep (keep), which has not run yet: wire it so that it runs before"
    )


async def test_reading_it_through_a_pure_node_names_that_too() -> None:
    flow = (
        draw("start: event.button", "log: util.console", "keep: toy.keep", "join: string.concat")
        .set("keep", Value=1)
        .set("join", B="!")
        .exec("start.Out > log.In", "log.Out > keep.In")
        .data("keep.Value > join.A", "join.Result > log.Message")
        .flow()
    )
    result, _ = await run(flow)
    assert isinstance(result.error, NodeFailure)
    assert result.error.node_id == "log"
    assert "Concat (join) reads Value of Keep (keep), which has not run yet" in result.error.message


async def test_values_are_converted_on_the_wire() -> None:
    flow = (
        draw("start: event.button", "loop: flow.for_each", "text: value.text", "log: util.console")
        .set("text", Input='{"k": [1, true]}')
        .exec("start.Out > loop.In", "loop.Do > log.In")
        .data("text.Output > loop.Collection", "loop.Value > log.Message")
        .flow()
    )
    _, told = await run(flow)
    assert logged(told) == ["info: [1, true]"]


async def test_a_value_that_does_not_fit_names_pin_and_value() -> None:
    flow = (
        draw("start: event.button", "keep: toy.keep", "sum: toy.sum", "out: flow.output")
        .set("keep", Value="seven")
        .exec("start.Out > keep.In", "keep.Out > out.In")
        .data("keep.Value > sum.A", "sum.Result > out.Value")
        .flow()
    )
    result, _ = await run(flow)
    assert isinstance(result.error, NodeFailure)
    assert result.error.message == "Sum (sum): A: wants an integer, got 'seven'"
