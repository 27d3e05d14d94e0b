"""Call Flow and Trigger Flow: their pins, what passes between the flows, and what is wrong with them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flows import Drawing, draw, out, registry_with, run

from runtime.catalogue import builtin_registry
from runtime.document.files import save_flow
from runtime.errors import NodeFailure
from runtime.nodes.pins import Signature
from runtime.source import FlowSource
from runtime.state import SessionState
from runtime.validation import Problem, find_problems, node_signature

pytestmark = pytest.mark.anyio


def greeting() -> Drawing:
    """A flow that takes Name (required), Greeting (`Hello`) and Times, and gives Text and Count."""
    flow = draw("start: event.button", "name: flow.input", "greeting: flow.input", "times: flow.input")
    flow.config("name", name="Name", type="string", required=True, description="Whom to greet")
    flow.config("greeting", name="Greeting", type="string", required=True).set("greeting", Default="Hello")
    flow.config("times", name="Times", type="integer").node("text", "string.concat")
    flow.data("greeting.Value > text.A", "name.Value > text.B")
    return out(flow, "start.Out", Text="text.Result", Count="times.Value")


@pytest.fixture
def source(tmp_path: Path) -> FlowSource:
    """A caller in a folder that has `greet.flow.json`."""
    save_flow(greeting().flow(), tmp_path / "greet.flow.json")
    return FlowSource.of_file(tmp_path / "main.flow.json")


def calling(path: str = "greet.flow.json", **inputs: Any) -> Drawing:
    """start → call."""
    return (
        draw("start: event.button", "call: flow.call")
        .config("call", path=path)
        .set("call", **inputs)
        .exec("start.Out > call.Execute")
    )


def pins(drawing: Drawing, source: FlowSource) -> Signature:
    """The pins of `call`."""
    flow = drawing.flow()
    return node_signature(flow.nodes[1], builtin_registry(), flow.connections, source)


def problems(drawing: Drawing, source: FlowSource) -> list[Problem]:
    """What is wrong with it."""
    return find_problems(drawing.flow(), registry_with(), source)


class TestPins:
    def test_are_what_the_callee_takes_and_gives(self, source: FlowSource) -> None:
        signature = pins(calling(), source)
        assert signature.exec_in == ("Execute",)
        assert signature.exec_out == ("Success", "Failed")
        taken = [(pin.name, pin.type, pin.required, pin.optional) for pin in signature.inputs.values()]
        assert taken == [
            ("Name", "string", True, False),
            ("Greeting", "string", False, True),
            ("Times", "integer", False, True),
        ]
        assert signature.inputs["Name"].description == "Whom to greet"
        assert list(signature.outputs) == ["Text", "Count", "ErrorMessage"]

    def test_follow_the_file_when_it_changes(self, source: FlowSource, tmp_path: Path) -> None:
        assert "Text" in pins(calling(), source).outputs
        save_flow(out(draw("start: event.button", "text: value.text"), "start.Out", Other="text.Output").flow(),
                  tmp_path / "greet.flow.json")  # fmt: skip
        assert list(pins(calling(), source).outputs) == ["Other", "ErrorMessage"]

    def test_of_a_callee_that_is_missing_are_those_that_are_used(self, source: FlowSource) -> None:
        flow = calling("gone.flow.json", Name="Ada").node("out", "flow.output")
        flow.exec("call.Success > out.In").data("call.Text > out.Value")
        signature = pins(flow, source)
        assert (signature.exec_in, signature.exec_out) == (("Execute",), ("Success", "Failed"))
        assert (list(signature.inputs), list(signature.outputs)) == (["Name"], ["ErrorMessage", "Text"])

    def test_have_every_type_that_a_parameter_may_have(self, source: FlowSource, tmp_path: Path) -> None:
        kinds = ["string", "integer", "float", "boolean", "json", "any", "conversation", "future"]
        callee = draw("start: event.button")
        for kind in kinds:
            callee.node(kind, "flow.input", config={"name": f"a {kind}", "type": kind, "required": kind < "i"})
        save_flow(callee.flow(), tmp_path / "kinds.flow.json")
        signature = pins(calling("kinds.flow.json"), source)
        assert [(pin.name, pin.type, pin.required) for pin in signature.inputs.values()] == [
            (f"a {kind}", kind, kind < "i") for kind in kinds
        ]


async def test_values_go_there_and_results_come_back(source: FlowSource) -> None:
    flow = out(calling(Name="Ada", Times=2), "call.Success", text="call.Text", count="call.Count")
    result, _ = await run(flow.flow(), source=source)
    assert result.outputs == {"text": "HelloAda", "count": 2}


async def test_what_is_not_set_is_not_sent_so_that_the_callee_s_default_holds(source: FlowSource) -> None:
    flow = out(calling(Name="Ada", Greeting="Hi "), "call.Success", text="call.Text", count="call.Count")
    result, _ = await run(flow.flow(), source=source)
    assert result.outputs == {"text": "Hi Ada", "count": None}


async def test_a_result_that_the_callee_never_set_cannot_be_read(source: FlowSource, tmp_path: Path) -> None:
    callee = draw("start: event.button", "no: flow.branch", "out: flow.output").set("no", Condition=False)
    callee.set("out", Value=1).exec("start.Out > no.In", "no.True > out.In")
    save_flow(callee.flow(), tmp_path / "mute.flow.json")
    result, _ = await run(out(calling("mute.flow.json"), "call.Success", it="call.Output").flow(), source=source)
    assert isinstance(result.error, NodeFailure)
    assert "reads Output of Call Flow (call), which Call Flow (call) has not set" in result.error.message


async def test_a_file_may_be_in_a_folder_below(source: FlowSource, tmp_path: Path) -> None:
    (tmp_path / "parts").mkdir()
    save_flow(greeting().flow(), tmp_path / "parts" / "deep.flow.json")
    flow = out(calling("parts/deep.flow.json", Name="Ada"), "call.Success", text="call.Text")
    assert (await run(flow.flow(), source=source))[0].outputs == {"text": "HelloAda"}


class TestProblems:
    def test_there_are_none_with_a_callee_that_fits(self, source: FlowSource) -> None:
        assert problems(calling(Name="Ada"), source) == []

    @pytest.mark.parametrize(
        ("path", "message"),
        [
            ("", "the path is empty: name a file"),
            ("gone.flow.json", "gone.flow.json: there is no such file"),
            ("../other.flow.json", "lies outside of the flow's folder"),
            ("broken.flow.json", "broken.flow.json, line 1, column 2: "),
            ("clash.flow.json", "its output ErrorMessage would hide that of Call Flow: give it another name there"),
        ],
    )
    def test_a_callee_that_cannot_be_had_is_one(
        self, source: FlowSource, tmp_path: Path, path: str, message: str
    ) -> None:
        (tmp_path / "broken.flow.json").write_text("{]")
        clash = draw("start: event.button", "out: flow.output").config("out", name="ErrorMessage")
        save_flow(clash.flow(), tmp_path / "clash.flow.json")
        (problem,) = problems(calling(path, Name="Ada"), source)
        assert (problem.severity, problem.node) == ("error", "call")
        assert message in problem.message

    def test_a_flow_with_a_similar_name_is_offered(self, source: FlowSource) -> None:
        flow = calling("great.flow.json", Name="Ada")
        (problem,) = problems(flow, source)
        (fix,) = problem.fixes
        assert fix.title == "Call greet.flow.json"
        assert find_problems(fix.apply(flow.flow()), registry_with(), source) == []

    def test_an_input_that_the_callee_needs_is_one(self, source: FlowSource) -> None:
        (problem,) = problems(calling(), source)
        assert problem.message == "Name: is missing: set a value or connect a wire"

    def test_a_wire_from_a_result_that_the_callee_does_not_give_is_one(self, source: FlowSource) -> None:
        (problem,) = problems(out(calling(Name="Ada"), "call.Success", it="call.Nothing"), source)
        assert "call has no data output Nothing; it has: Text, Count, ErrorMessage" in problem.message


class TestTriggerFlow:
    def flow(self, name: str = "set") -> Drawing:
        """start → trigger → get what it set; results."""
        flow = draw("start: event.button", "trigger: flow.trigger_flow", "get: state.get")
        flow.set("trigger", FlowName=name).set("get", Key="note", Default="none")
        flow.exec("start.Out > trigger.In", "trigger.Out > get.In")
        return out(flow, "get.Out", note="get.Value", success="trigger.Success")

    @pytest.fixture
    def source(self, tmp_path: Path) -> FlowSource:
        """A caller beside `set.flow.json`, which sets `note`."""
        callee = draw("start: event.button", "set: state.set").set("set", Key="note", Value="from there")
        save_flow(callee.exec("start.Out > set.In").flow(), tmp_path / "set.flow.json")
        return FlowSource.of_file(tmp_path / "main.flow.json")

    @pytest.mark.parametrize("name", ["set", "set.flow.json"])
    async def test_shares_the_session_state(self, source: FlowSource, name: str) -> None:
        result, _ = await run(self.flow(name).flow(), source=source)
        assert result.outputs == {"note": "from there", "success": True}

    async def test_a_flow_that_cannot_be_run_is_followed_by_failed(self, source: FlowSource) -> None:
        flow = self.flow("gone").node("no", "flow.output", config={"name": "no"})
        flow.exec("trigger.Failed > no.In").data("trigger.Success > no.Value")
        result, told = await run(flow.flow(), source=source)
        assert result.outputs == {"no": False}
        assert any("gone.flow.json" in line for line in told if line.startswith("trigger failed (handled)"))


async def test_call_flow_has_a_state_of_its_own(tmp_path: Path) -> None:
    callee = draw("start: event.button", "set: state.set").set("set", Key="note", Value="from there")
    save_flow(callee.exec("start.Out > set.In").flow(), tmp_path / "set.flow.json")
    flow = calling("set.flow.json").node("get", "state.get", inputs={"Key": "note", "Default": "none"})
    flow.exec("call.Success > get.In")
    shared = {SessionState: SessionState()}
    source = FlowSource.of_file(tmp_path / "main.flow.json")
    result, _ = await run(out(flow, "get.Out", note="get.Value").flow(), source=source, resources=shared)
    assert result.outputs == {"note": "none"}
    assert list(shared[SessionState]) == []
