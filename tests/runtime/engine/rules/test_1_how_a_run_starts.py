"""Design 5.1: a run starts at one event, and tells who started it, with what, and out of which run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flows import Drawing, draw, in_words, lines, registry_with, run
from pydantic import Field

from runtime.document.files import save_flow
from runtime.engine.events import Event, NodeOutputs, RunStarted, event_fields
from runtime.engine.run import Run
from runtime.errors import RunError
from runtime.nodes.context import NodeContext
from runtime.nodes.node_type import EventNode, ExecNode
from runtime.nodes.pins import NodeModel, hints
from runtime.source import FlowSource

pytestmark = pytest.mark.anyio


class Rang(EventNode):
    """Somebody rang."""

    type_id = "toy.rang"
    title = "Rang"
    category = "Toys"
    exec_out = ("Out",)

    class Outputs(NodeModel):
        who: str
        times: int = 1


class Call(ExecNode):
    """Runs another flow."""

    type_id = "toy.call"
    title = "Call"
    category = "Toys"
    exec_in = ("In",)
    exec_out = ("Out",)

    class Inputs(NodeModel):
        path: str

    async def execute(self, inputs: Inputs, ctx: NodeContext) -> str:
        await ctx.call_flow(inputs.path, {})
        return "Out"


def rings(**fields: Any) -> Drawing:
    """rang → out, which is who."""
    flow = draw().node("rang", "toy.rang", **fields).node("out", "flow.output").exec("rang.Out > out.In")
    return flow.data("rang.Who > out.Value")


async def started(drawing: Drawing, *, source: FlowSource | None = None, **arguments: Any) -> list[RunStarted]:
    events: list[Event] = []
    registry = registry_with(Rang, Call)
    await Run(drawing.flow(), registry, sink=events.append, source=source, **arguments).execute()
    return [event for event in events if isinstance(event, RunStarted)]


async def test_it_tells_where_the_flow_comes_from_what_was_given_and_when(tmp_path: Path) -> None:
    flow = draw("start: event.button", "in: flow.input", "out: flow.output").config("in", name="N", type="integer")
    flow.exec("start.Out > out.In").data("in.Value > out.Value")
    (event,) = await started(flow, source=FlowSource.of_file(tmp_path / "a.flow.json"), inputs={"N": 3})
    told = event_fields(event)
    assert told.pop("run_id").startswith("run_")
    assert told.pop("started") > 1e9
    assert told == {
        "event": "RunStarted",
        "t": 0.0,
        "flow": "test",
        "entry": "start",
        "source": str(tmp_path / "a.flow.json"),
        "trigger": "person",
        "inputs": {"N": 3},
        "outputs": {},
        "parent_run_id": None,
        "parent_step_id": None,
        "part": "whole",
    }


@pytest.mark.parametrize("happened", [{"Who": "Ada"}, Rang.Outputs(who="Ada")])
async def test_an_event_that_happened_gives_what_it_brings(happened: dict[str, object] | NodeModel) -> None:
    result, told = await run(rings().flow(), Rang, trigger="event", outputs=happened)
    assert result.outputs == {"Output": "Ada"}
    assert told == lines("""
        run started at rang
        rang started
        rang has Who='Ada', Times=1
        rang finished > Out
        token rang.Out > out.In
        out started
        out finished > Out
        run succeeded
    """)
    (event,) = await started(rings(), trigger="event", outputs=happened)
    assert (event.trigger, event.outputs) == ("event", {"Who": "Ada", "Times": 1})


async def test_started_by_a_person_an_event_gives_its_defaults_and_no_more() -> None:
    result, told = await run(rings().flow(), Rang)
    assert "rang has Times=1" in told
    assert "Output (out) reads Who of Rang (rang), which Rang (rang) has not set" in str(result.error)


async def test_a_mocked_event_gives_its_pinned_outputs_unless_something_really_happened() -> None:
    flow = rings(pinned_outputs={"Who": "nobody"}).flow()
    result, _ = await run(flow, Rang)
    assert result.outputs == {"Output": "nobody"}
    events: list[Event] = []
    made = Run(flow, registry_with(Rang), sink=events.append, trigger="event", outputs={"Who": "Ada"})
    assert (await made.execute()).outputs == {"Output": "Ada"}
    assert not any(event.mocked for event in events if isinstance(event, NodeOutputs))


@pytest.mark.parametrize(
    ("outputs", "problem"),
    [
        ({"Whom": "Ada"}, r"Rang \(rang\) has no output 'Whom'; it has: Who, Times"),
        ({"Times": "often"}, r"Rang \(rang\): Times: wants an integer, got 'often'"),
    ],
)
def test_outputs_that_the_event_cannot_have_are_refused(outputs: dict[str, object], problem: str) -> None:
    with pytest.raises(RunError, match=problem):
        Run(rings().flow(), registry_with(Rang), outputs=outputs)


async def test_a_called_flow_is_a_run_of_its_own_that_names_the_step_that_called_it(tmp_path: Path) -> None:
    callee = draw("begin: event.button", "say: util.console", name="callee").set("say", Message="hello")
    save_flow(callee.exec("begin.Out > say.In").flow(), tmp_path / "callee.flow.json")
    flow = (
        draw("start: event.button", "call: toy.call").set("call", Path="callee.flow.json").exec("start.Out > call.In")
    )
    events: list[Event] = []
    source = FlowSource.of_file(tmp_path / "caller.flow.json")
    await Run(flow.flow(), registry_with(Call), sink=events.append, source=source).execute()
    outer, inner = (event for event in events if isinstance(event, RunStarted))
    assert (outer.parent_run_id, outer.parent_step_id) == (None, None)
    assert (inner.parent_run_id, inner.parent_step_id) == (outer.run_id, 2)
    assert (inner.flow, inner.trigger, inner.source) == ("callee", "call", str(tmp_path / "callee.flow.json"))
    assert in_words(events) == lines("""
        run started at start
        start started
        start finished > Out
        token start.Out > call.In
        call started
        run started at begin
        begin started
        begin finished > Out
        token begin.Out > say.In
        say started
        say logged info: hello
        say finished > Out
        run succeeded
        call finished > Out
        run succeeded
    """)


class Told(EventNode):
    """Somebody told a secret."""

    type_id = "toy.told"
    title = "Told"
    category = "Toys"
    exec_out = ("Out",)

    class Outputs(NodeModel):
        key: str = Field(json_schema_extra=hints(secret=True))


async def test_secrets_that_an_event_brings_are_masked() -> None:
    events: list[Event] = []
    flow = draw("told: toy.told").flow()
    await Run(flow, registry_with(Told), sink=events.append, outputs={"Key": "sk-1234"}).execute()
    assert isinstance(events[0], RunStarted)
    assert events[0].outputs == {"Key": "•••"}
    assert "sk-1234" not in str(events)
