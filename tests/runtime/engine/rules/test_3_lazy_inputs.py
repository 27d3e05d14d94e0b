"""Design 5.3, for pure nodes that choose what they read: nothing is evaluated for the side that is not chosen."""

from __future__ import annotations

import pytest
from flows import Drawing, draw, lines, run

pytestmark = pytest.mark.anyio


def choosing(condition: bool) -> Drawing:
    """keep reads what `choose` gives: a sum if true, or what cannot be computed."""
    return (
        draw("start: event.button", "keep: toy.keep", "choose: toy.choose", "sum: toy.sum", "refuse: toy.refuse")
        .set("choose", Condition=condition)
        .set("sum", A=1, B=2)
        .exec("start.Out > keep.In")
        .data("choose.Result > keep.Value", "sum.Result > choose.IfTrue", "refuse.Result > choose.IfFalse")
    )


async def test_only_the_chosen_side_is_evaluated_and_told() -> None:
    _, told = await run(choosing(True).flow())
    assert told == lines("""
        run started at start
        start started
        start finished > Out
        token start.Out > keep.In
        keep started
        sum has Result=3
        choose has Result=3
        keep has Value=3
        keep finished > Out
        run succeeded
    """)


async def test_an_error_on_the_chosen_side_is_one() -> None:
    result, told = await run(choosing(False).flow())
    assert "Refuse (refuse): nothing to compute" in str(result.error)
    assert not [line for line in told if line.startswith(("sum", "choose"))]


async def test_the_side_that_is_not_chosen_may_read_what_has_not_run() -> None:
    flow = choosing(True).node("never", "toy.keep", inputs={"Value": 1}).node("sum2", "toy.choose")
    flow.data("never.Value > sum2.IfFalse", "sum2.Result > sum.A").set("sum2", Condition=True, IfTrue=4)
    flow.exec("keep.Out > never.In")
    result, told = await run(flow.flow())
    assert result.status == "succeeded"
    assert "keep has Value=6" in told


async def test_what_decides_is_evaluated_first() -> None:
    flow = choosing(True).node("decide", "value.boolean", inputs={"Input": True})
    _, told = await run(flow.data("decide.Output > choose.Condition").flow())
    evaluated = [line.partition(" has ")[0] for line in told if " has " in line]
    assert evaluated == ["decide", "sum", "choose", "keep"]


async def test_what_both_a_chooser_and_another_read_is_evaluated_once() -> None:
    flow = choosing(True).node("total", "toy.sum").node("again", "toy.keep")
    flow.data("choose.Result > total.A", "sum.Result > total.B", "total.Result > again.Value")
    _, told = await run(flow.exec("keep.Out > again.In").flow())
    assert told[-5:] == lines("""
        choose has Result=3
        total has Result=6
        again has Value=6
        again finished > Out
        run succeeded
    """)
    assert told.count("sum has Result=3") == 2


async def test_a_condition_that_cannot_be_read_names_the_node_that_chooses() -> None:
    flow = choosing(True).node("yes", "toy.keep", inputs={"Value": True}).node("ask", "toy.choose")
    flow.data("yes.Value > ask.Condition", "ask.Result > sum.A")
    result, _ = await run(flow.exec("keep.Out > yes.In").flow())
    assert "Choose (ask): Choose (ask) reads Value of Keep (yes), which has not run yet" in str(result.error)


async def test_a_bypassed_chooser_passes_on_what_fits_first() -> None:
    flow = draw("start: event.button", "keep: toy.keep").exec("start.Out > keep.In").data("choose.Result > keep.Value")
    _, told = await run(flow.node("choose", "toy.choose", inputs={"Condition": True}, mode="bypass").flow())
    assert "keep has Value=True" in told


async def test_chains_of_choosers_need_no_recursion() -> None:
    flow = draw("start: event.button", "keep: toy.keep").exec("start.Out > keep.In")
    for number in range(2_000):
        flow.node(f"c{number}", "toy.choose", inputs={"Condition": True, "IfTrue": number})
    flow.data(*(f"c{number - 1}.Result > c{number}.IfTrue" for number in range(1, 2_000)))
    _, told = await run(flow.data("c1999.Result > keep.Value").flow())
    assert "keep has Value=0" in told
