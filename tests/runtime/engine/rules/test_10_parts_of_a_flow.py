"""Design 5.10: parts of a flow run by themselves: from any node on, or one alone, with what was computed before."""

from __future__ import annotations

from typing import Any

import pytest
from debugged_run import DebuggedRun
from flows import Drawing, draw, lines, registry_with, run
from pydantic import Field
from toys import Gates

from runtime.engine.events import Event, RunStarted
from runtime.engine.run import Run
from runtime.engine.values import ValueHistory
from runtime.errors import RunError
from runtime.ids import NodeId
from runtime.nodes.context import NodeContext
from runtime.nodes.node_type import ExecNode
from runtime.nodes.pins import NodeModel, hints
from runtime.source import FlowSource

pytestmark = pytest.mark.anyio

SOURCE = FlowSource("the flow")


def chain() -> Drawing:
    """start → first (2) → second (first + 1, through `sum`) → third (second)."""
    flow = draw("start: event.button", "first: toy.keep", "sum: toy.sum", "second: toy.keep", "third: toy.keep")
    flow.set("first", Value=2).set("sum", B=1)
    flow.exec("start.Out > first.In", "first.Out > second.In", "second.Out > third.In")
    return flow.data("first.Value > sum.A", "sum.Result > second.Value", "second.Value > third.Value")


async def last_values(drawing: Drawing) -> dict[NodeId, dict[str, Any]]:
    """What the nodes of a flow gave in a whole run."""
    history = ValueHistory()
    made = Run(drawing.flow(), registry_with(), sink=history, source=SOURCE, resources={Gates: Gates()})
    await made.execute()
    return history.last(SOURCE.key)


async def test_from_a_node_on_it_reads_what_the_nodes_before_gave() -> None:
    values = await last_values(chain())
    _, told = await run(chain().set("sum", B=10).flow(), entry="second", part="from", values=values)
    assert told == lines("""
        run started at second
        second started
        sum has Result=12
        second has Value=12
        second finished > Out
        token second.Out > third.In
        third started
        third has Value=12
        third finished > Out
        run succeeded
    """)


async def test_a_node_alone_runs_with_the_pure_nodes_that_it_needs_and_nothing_behind_it() -> None:
    values = await last_values(chain())
    result, told = await run(chain().flow(), entry="second", part="only", values=values)
    assert result.status == "succeeded"
    assert told == lines("""
        run started at second
        second started
        sum has Result=3
        second has Value=3
        second finished > Out
        run succeeded
    """)


async def test_a_pure_node_alone_is_evaluated() -> None:
    values = await last_values(chain())
    flow = chain().node("total", "toy.sum").data("sum.Result > total.A", "sum.Result > total.B")
    _, told = await run(flow.flow(), entry="total", part="only", values=values)
    assert told == lines("""
        run started at total
        total started
        sum has Result=3
        total has Result=6
        total finished
        run succeeded
    """)


async def test_a_pure_node_that_chooses_evaluates_only_what_it_chose() -> None:
    flow = draw("choose: toy.choose", "yes: toy.sum", "no: toy.refuse").set("choose", Condition=True).set("yes", A=4)
    flow.data("yes.Result > choose.IfTrue", "no.Result > choose.IfFalse")
    _, told = await run(flow.flow(), entry="choose", part="only")
    assert told[2:4] == ["yes has Result=4", "choose has Result=4"]


async def test_a_pure_node_that_fails_is_named_once() -> None:
    result, _ = await run(draw("no: toy.refuse").flow(), entry="no", part="only")
    assert str(result.error) == "Refuse (no): nothing to compute"
    flow = draw("no: toy.refuse", "sum: toy.sum").data("no.Result > sum.A")
    result, _ = await run(flow.flow(), entry="sum", part="only")
    assert str(result.error) == "Sum (sum): Refuse (no): nothing to compute"


async def test_an_event_alone_gives_what_it_gives() -> None:
    _, told = await run(chain().flow(), entry="start", part="only")
    assert told == ["run started at start", "start started", "start finished > Out", "run succeeded"]


async def test_a_block_alone_runs_no_body() -> None:
    flow = draw("loop: flow.for_each", "body: toy.step", "after: toy.step").set("loop", Collection=["a", "b"])
    flow.exec("loop.Do > body.In", "loop.Done > after.In")
    _, told = await run(flow.flow(), entry="loop", part="only")
    assert [line for line in told if line.endswith("started")] == ["loop started"]
    assert "loop has Key='1', Value='b', ErrorMessage=''" in told


async def test_what_is_missing_says_how_to_get_it() -> None:
    result, _ = await run(chain().flow(), entry="third", part="only")
    assert str(result.error) == (
        "Keep (third): Keep (third) reads Value of Keep (second), which has not run yet: run the flow once, so that it"
        " has a last value, or mock its outputs"
    )


async def test_pinned_outputs_go_before_last_values() -> None:
    flow = chain().node("first", "toy.keep", pinned_outputs={"Value": 40})
    _, told = await run(flow.flow(), entry="second", part="only", values={NodeId("first"): {"Value": 2}})
    assert "second has Value=41" in told


async def test_values_that_no_longer_fit_are_not_there() -> None:
    flow = draw("risk: toy.risk", "keep: toy.keep").data("risk.Success > keep.Value").exec("risk.Success > keep.In")
    result, _ = await run(flow.flow(), entry="keep", part="only", values={NodeId("risk"): {"Success": "maybe"}})
    assert "reads Success of Risk (risk), which Risk (risk) has not set" in str(result.error)


class Key(ExecNode):
    """Gives a secret."""

    type_id = "toy.key"
    title = "Key"
    category = "Toys"
    exec_in = ("In",)
    exec_out = ("Out",)

    class Outputs(NodeModel):
        key: str = Field(json_schema_extra=hints(secret=True))

    async def execute(self, inputs: NodeModel, ctx: NodeContext) -> str:
        ctx.set_outputs(self.Outputs(key="sk-1234"))
        return "Out"


async def test_a_secret_was_masked_when_it_was_told_so_it_is_not_known() -> None:
    flow = draw("start: event.button", "key: toy.key", "keep: toy.keep").exec("start.Out > key.In", "key.Out > keep.In")
    flow.data("key.Key > keep.Value")
    values = {NodeId("key"): {"Key": "•••"}}
    result, _ = await run(flow.flow(), Key, entry="keep", part="only", values=values)
    assert "reads Key of Key (key), which Key (key) has not set" in str(result.error)


async def test_from_inside_a_loop_its_continue_and_break_end_the_token() -> None:
    flow = draw("start: event.button", "loop: flow.for_each", "body: toy.keep", "if: flow.branch", "no: toy.step")
    flow.set("loop", Collection=["a", "b"]).exec("start.Out > loop.In", "loop.Do > body.In", "body.Out > if.In")
    flow.exec("if.True > loop.Break", "if.False > loop.Continue", "loop.Done > no.In").data("loop.Value > body.Value")
    values = {NodeId("loop"): {"Key": "1", "Value": "b"}}
    for condition in (True, False):
        flow.set("if", Condition=condition)
        result, told = await run(flow.flow(), entry="body", part="from", values=values)
        assert result.status == "succeeded"
        assert "body has Value='b'" in told
        assert "no started" not in told


async def test_it_tells_that_it_is_a_part() -> None:
    events: list[Event] = []
    flow = chain().flow()
    await Run(flow, registry_with(), sink=events.append, entry="first", part="only").execute()
    assert isinstance(events[0], RunStarted)
    assert (events[0].entry, events[0].part) == ("first", "only")


async def test_up_to_a_node_is_a_run_that_stands_still_there() -> None:
    debugged = DebuggedRun(chain().flow())
    debugged.debugger.run_to(debugged.run.run_id, "third")
    assert (await debugged.paused()).node_id == "third"
    assert (await debugged.cancel()).status == "cancelled"


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ({"part": "only"}, "name the node to run"),
        ({"part": "from", "entry": "nowhere"}, "the flow has no node 'nowhere' to run"),
        ({"part": "from", "entry": "sum"}, r"Sum \(sum\) has no exec output to go on from: run it alone, or run from"),
        ({"part": "only", "entry": "muted"}, r"Keep \(muted\) is muted: switch it on to run it"),
        ({"part": "only", "entry": "first", "outputs": {"Value": 1}}, r"Keep \(first\) is no event"),
        ({"part": "only", "entry": "empty"}, r"Keep \(empty\): Value: is missing"),
    ],
)
def test_what_cannot_be_run_is_refused(arguments: dict[str, Any], problem: str) -> None:
    flow = chain().node("muted", "toy.keep", mode="mute", inputs={"Value": 1}).node("empty", "toy.keep")
    with pytest.raises(RunError, match=problem):
        Run(flow.flow(), registry_with(), **arguments)


async def test_what_is_wrong_behind_a_node_does_not_keep_it_from_running_alone() -> None:
    flow = chain().node("what", "no.such").exec("third.Out > what.In")
    with pytest.raises(RunError, match="unknown node type"):
        Run(flow.flow(), registry_with())
    result, _ = await run(flow.flow(), entry="third", part="only", values={NodeId("second"): {"Value": 1}})
    assert result.status == "succeeded"
