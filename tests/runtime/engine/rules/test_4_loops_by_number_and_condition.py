"""Design 5.4, of Do N and While: how many turns there are, and what the condition sees before each."""

from __future__ import annotations

import pytest
from flows import Drawing, draw, lines, logged, run, steps

from runtime.nodes.context import EvaluationContext
from runtime.nodes.node_type import PureNode
from runtime.nodes.pins import NodeModel

pytestmark = pytest.mark.anyio


def counting(type_id: str, **inputs: object) -> Drawing:
    """start → loop, whose body logs Index; `end` logs it behind."""
    flow = draw("start: event.button").node("loop", type_id, inputs=inputs)
    flow.node("body", "util.console").node("end", "util.console")
    flow.exec("start.Out > loop.In", "loop.Do > body.In", "loop.Done > end.In")
    return flow.data("loop.Index > body.Message", "loop.Index > end.Message")


def below(limit: int, **inputs: object) -> Drawing:
    """A While whose condition is `Index < limit`."""
    flow = counting("flow.while", **inputs).node("below", "toy.below", inputs={"B": limit})
    return flow.data("loop.Index > below.A", "below.Result > loop.Condition")


async def test_do_n_runs_its_body_for_every_number_from_0() -> None:
    _, told = await run(counting("flow.do_n", Count=2).flow())
    assert told == lines("""
        run started at start
        start started
        start finished > Out
        token start.Out > loop.In
        loop started
        loop has Index=0
        token loop.Do > body.In
        body started
        body logged info: 0
        body finished > Out
        loop has Index=1
        token loop.Do > body.In
        body started
        body logged info: 1
        body finished > Out
        loop finished > Done
        token loop.Done > end.In
        end started
        end logged info: 1
        end finished > Out
        run succeeded
    """)


@pytest.mark.parametrize("count", [0, -3])
async def test_do_n_skips_its_body_for_no_turns(count: int) -> None:
    flow = draw("start: event.button", "loop: flow.do_n", "body: toy.step", "end: toy.step").set("loop", Count=count)
    _, told = await run(flow.exec("start.Out > loop.In", "loop.Do > body.In", "loop.Done > end.In").flow())
    assert steps(told) == ["start", "loop", "end"]


async def test_while_reads_its_condition_anew_before_each_turn_and_it_may_depend_on_the_turn() -> None:
    _, told = await run(below(2).flow())
    assert told == lines("""
        run started at start
        start started
        start finished > Out
        token start.Out > loop.In
        loop started
        loop has Index=0
        below has Result=True
        token loop.Do > body.In
        body started
        body logged info: 0
        body finished > Out
        loop has Index=1
        below has Result=True
        token loop.Do > body.In
        body started
        body logged info: 1
        body finished > Out
        loop has Index=2
        below has Result=False
        loop finished > Done
        token loop.Done > end.In
        end started
        end logged info: 2
        end finished > Out
        run succeeded
    """)


async def test_while_sees_what_its_body_computed_in_the_turn_before() -> None:
    flow = draw("start: event.button", "loop: flow.while", "keep: toy.keep", "last: logic.select", "end: toy.step")
    flow.node("first", "toy.below", inputs={"B": 1}).node("below", "toy.below", inputs={"B": 2})
    flow.exec("start.Out > loop.In", "loop.Do > keep.In", "loop.Done > end.In").set("last", IfTrue=0)
    flow.data("loop.Index > first.A", "first.Result > last.Condition", "keep.Value > last.IfFalse")
    flow.data("loop.Index > keep.Value", "last.Result > below.A", "below.Result > loop.Condition")
    _, told = await run(flow.flow())
    assert [line for line in told if line.startswith(("loop has", "keep has", "below has"))] == lines("""
        loop has Index=0
        below has Result=True
        keep has Value=0
        loop has Index=1
        below has Result=True
        keep has Value=1
        loop has Index=2
        below has Result=True
        keep has Value=2
        loop has Index=3
        below has Result=False
    """)


async def test_while_with_a_false_condition_has_no_turn() -> None:
    _, told = await run(counting("flow.while", Condition=False).flow())
    assert steps(told) == ["start", "loop", "end"]
    assert logged(told) == ["info: 0"]


@pytest.mark.parametrize(("most", "turns"), [(0, 0), (1, 1), (3, 3)])
async def test_while_has_no_more_turns_than_max_iterations(most: int, turns: int) -> None:
    _, told = await run(counting("flow.while", Condition=True, MaxIterations=most).flow())
    assert steps(told).count("body") == turns
    assert logged(told)[-1] == f"info: {turns}"


async def test_while_ends_at_its_condition_where_that_comes_before_max_iterations() -> None:
    _, told = await run(below(2, MaxIterations=3).flow())
    assert steps(told).count("body") == 2


async def test_an_error_of_the_condition_in_a_later_turn_is_the_loops_own() -> None:
    class Wear(PureNode):
        """Is true twice, then cannot be computed."""

        type_id = "toy.wear"
        title = "Wear"
        category = "Toys"
        left = 2

        class Outputs(NodeModel):
            result: bool

        def evaluate(self, inputs: NodeModel, ctx: EvaluationContext) -> Outputs:
            type(self).left -= 1
            if self.left < 0:
                raise ValueError("worn out")
            return self.Outputs(result=True)

    flow = counting("flow.while").node("wear", "toy.wear").data("wear.Result > loop.Condition")
    result, told = await run(flow.flow(), Wear)
    assert str(result.error) == "While (loop): Wear (wear): ValueError: worn out"
    assert steps(told) == ["start", "loop", "body", "body"]
    assert told[-2:] == ["loop failed: Wear (wear): ValueError: worn out", "run failed"]


@pytest.mark.parametrize("inputs", [{"Condition": True}, {"Condition": True, "MaxIterations": 9}])
async def test_break_ends_a_while_and_continue_means_the_next_turn(inputs: dict[str, object]) -> None:
    flow = draw("start: event.button", "branch: flow.branch", "below: toy.below").set("below", B=2)
    flow.node("loop", "flow.while", inputs=inputs).node("end", "util.console")
    flow.exec("start.Out > loop.In", "loop.Do > branch.In", "branch.True > loop.Continue", "branch.False > loop.Break")
    flow.exec("loop.Done > end.In")
    flow.data("loop.Index > below.A", "below.Result > branch.Condition", "loop.Index > end.Message")
    _, told = await run(flow.flow())
    assert steps(told) == ["start", "loop", "branch", "branch", "branch", "end"]
    assert logged(told) == ["info: 2"]


async def test_break_ends_do_n() -> None:
    flow = draw("start: event.button", "loop: flow.do_n", "body: toy.step", "end: toy.step").set("loop", Count=9)
    flow.exec("start.Out > loop.In", "loop.Do > body.In", "body.Out > loop.Break", "loop.Done > end.In")
    _, told = await run(flow.flow())
    assert steps(told) == ["start", "loop", "body", "end"]


async def test_loops_of_all_kinds_within_each_other_keep_their_own_index() -> None:
    flow = draw("start: event.button", "each: flow.for_each", "n: flow.do_n", "while: flow.while", "log: util.console")
    flow.node("below", "toy.below", inputs={"B": 2}).node(
        "all", "string.template", config={"template": "{{a}}{{b}}{{c}}"}
    )
    flow.set("each", Collection=["x", "y"]).set("n", Count=2)
    flow.exec("start.Out > each.In", "each.Do > n.In", "n.Do > while.In", "while.Do > log.In")
    flow.data("while.Index > below.A", "below.Result > while.Condition", "each.Value > all.a", "n.Index > all.b")
    _, told = await run(flow.data("while.Index > all.c", "all.Result > log.Message").flow())
    assert logged(told) == [f"info: {turn}" for turn in ("x00", "x01", "x10", "x11", "y00", "y01", "y10", "y11")]
