"""Extracting nodes into a called flow and unpacking it again: what runs stays the same, one step takes it back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from flows import Drawing, draw, logged, run
from PySide6.QtWidgets import QApplication

from editor import commands
from editor.document import FlowDocument
from editor.subflows.extract import extract
from editor.subflows.unpack import unpack
from runtime.catalogue import builtin_registry
from runtime.document.files import dump_flow, load_flow, save_flow
from runtime.document.flow import Flow
from runtime.errors import DocumentError
from runtime.ids import NodeId
from runtime.source import FlowSource
from runtime.validation import find_problems

REGISTRY = builtin_registry()


def saying() -> Drawing:
    """Says a text with a mark behind it, once; `mark` and `once` may become a subflow."""
    flow = draw(
        "start: event.button", "text: value.text", "mark: string.concat", "once: util.console", "log: util.console"
    )
    flow.set("text", Input="hello").set("mark", B="!").exec("start.Out > once.In", "once.Out > log.In")
    return flow.data("text.Output > mark.A", "mark.Result > once.Message", "mark.Result > log.Message")


class Desk:
    """A document in a file, and what can be done with it."""

    def __init__(self, folder: Path, flow: Flow) -> None:
        self.folder = folder
        self.document = FlowDocument(REGISTRY, flow, folder / "main.flow.json")
        self.sub = folder / "sub.flow.json"

    def extract(self, *names: str) -> NodeId:
        found = extract(self.document, [NodeId(name) for name in names], (), self.sub)
        save_flow(found.flow, self.sub)
        commands.push(self.document, "Extract", found.change)
        return found.call

    def unpack(self, call: NodeId) -> list[NodeId]:
        found = unpack(self.document, call, load_flow(self.sub), self.sub)
        commands.push(self.document, "Unpack", found.change)
        return found.nodes

    def wires(self) -> set[str]:
        """All wires, each node by its title or its id in the first flow."""
        return {
            f"{self.name(wire.source.node)}.{wire.source.pin} > {self.name(wire.target.node)}.{wire.target.pin}"
            for wire in self.document.connections.values()
        }

    def name(self, node_id: NodeId) -> str:
        return self.document.nodes[node_id].title or node_id

    def log(self) -> tuple[str, list[str]]:
        """How a run ends, and what it logs."""
        result, told = asyncio.run(run(self.document.flow, source=self.document.source))
        return result.status, logged(told)


@pytest.fixture
def desk(qapp: QApplication, tmp_path: Path) -> Callable[[Drawing], Desk]:
    return lambda drawing: Desk(tmp_path, drawing.flow())


def test_a_call_stands_in_the_place_of_the_nodes_with_their_wires(desk):
    main = desk(saying())
    main.extract("mark", "once")
    assert main.wires() == {
        "start.Out > sub.Execute", "text.Output > sub.A", "sub.Success > log.In", "sub.Result > log.Message",
    }  # fmt: skip
    inside = load_flow(main.sub)
    assert find_problems(inside, REGISTRY) == []
    assert find_problems(main.document.flow, REGISTRY, main.document.source) == []


def test_a_flow_runs_as_before_when_nodes_of_it_were_extracted_and_when_they_were_unpacked(desk):
    main = desk(saying())
    before = main.log()
    call = main.extract("mark", "once")
    status, log = main.log()
    assert (status, log[-1]) == (before[0], before[1][-1])
    main.unpack(call)
    assert main.log() == before


def test_extracting_is_one_step_that_undo_takes_back_byte_for_byte(desk):
    main = desk(saying())
    before = dump_flow(main.document.flow)
    call = main.extract("mark", "once")
    extracted = dump_flow(main.document.flow)
    main.unpack(call)
    main.document.undo_stack.undo()
    assert dump_flow(main.document.flow) == extracted
    main.document.undo_stack.undo()
    assert dump_flow(main.document.flow) == before
    assert not main.document.undo_stack.canUndo()


def test_unpacking_puts_nodes_and_wires_back_where_they_were(desk):
    main = desk(saying())
    before = {(node.type, node.position) for node in main.document.nodes.values()}
    main.unpack(main.extract("mark", "once"))
    assert {(node.type, node.position) for node in main.document.nodes.values()} == before
    assert len(main.document.connections) == 5


def test_a_failure_that_led_outside_leads_there_from_the_call_and_takes_its_message_along(desk):
    flow = draw(
        "start: event.button", "a: openai.create_conversation", "ask: openai.chat_completion_async",
        "good: util.console", "bad: util.console",
    )  # fmt: skip
    flow.exec("start.Out > a.Execute", "a.Success > ask.Execute", "ask.Success > good.In", "ask.Failed > bad.In")
    flow.data("a.ConversationId > ask.Conversation", "ask.ErrorMessage > bad.Message")
    main = desk(flow)
    call = main.extract("ask")
    assert {"sub.Failed > bad.In", "sub.ErrorMessage > bad.Message", "sub.Success > good.In"} <= main.wires()
    main.unpack(call)
    assert len(main.document.connections) == 6


def test_a_value_set_on_the_call_or_by_default_is_set_on_what_read_it(desk):
    main = desk(saying())
    call = main.extract("mark", "once")
    wire = next(wire for wire in main.document.connections if wire.target == (call, "A"))
    commands.remove(main.document, (), [wire])
    commands.set_input(main.document, call, "A", "typed")
    nodes = main.unpack(call)
    assert [main.document.nodes[node].inputs for node in nodes if main.document.nodes[node].inputs] == [
        {"B": "!", "A": "typed"}
    ]


def refused(main: Desk, *names: str) -> str:
    before = dump_flow(main.document.flow)
    with pytest.raises(DocumentError) as error:
        main.extract(*names)
    assert dump_flow(main.document.flow) == before
    assert not main.sub.exists()
    return str(error.value)


def test_what_a_call_cannot_stand_for_is_refused_with_the_reason(desk):
    flow = draw(
        "start: event.button", "choose: flow.branch", "yes: util.console", "no: util.console", "each: flow.do_n",
        "body: util.console", "after: util.console", "end: flow.success",
    )  # fmt: skip
    flow.exec("start.Out > choose.In", "choose.True > yes.In", "choose.False > no.In", "yes.Out > each.In")
    flow.exec("each.Do > body.In", "each.Done > after.In", "after.Out > end.In")
    main = desk(flow)
    assert "starts this flow" in refused(main, "start", "choose")
    assert "several ways to go on" in refused(main, "choose")
    assert "tokens come in at several places" in refused(main, "yes", "no")
    assert "torn apart" in refused(main, "each")
    assert "ends this flow" in refused(main, "after", "end")
    assert "leads nowhere, while a call would always go on" in refused(main, "choose", "yes", "no")
    main.extract("each", "body")


def test_values_alone_and_circles_of_values_are_refused(desk):
    flow = saying().node("lower", "string.concat").node("last", "util.console")
    flow.data("mark.Result > lower.A", "lower.Result > last.Message").exec("log.Out > last.In")
    main = desk(flow)
    assert "nothing of it runs by itself" in refused(main, "mark")
    assert "takes from the selection and gives to it" in refused(main, "mark", "once", "log", "last")


def test_the_file_must_lie_in_the_folder_of_a_flow_that_has_one(desk, tmp_path):
    main = desk(saying())
    main.sub = tmp_path.parent / "elsewhere.flow.json"
    assert "in its own folder" in refused(main, "mark", "once")
    main.sub = tmp_path / "main.flow.json"
    assert "file of this flow" in refused(main, "mark", "once")
    unsaved = FlowDocument(REGISTRY, saying().flow())
    with pytest.raises(DocumentError, match="save this flow first"):
        extract(unsaved, [NodeId("once")], (), tmp_path / "x.flow.json")


def test_calls_within_keep_their_callee_when_the_folder_is_another_one(desk, tmp_path):
    flow = draw("start: event.button", "call: flow.call", "log: util.console").config("call", path="deep/x.flow.json")
    main = desk(flow.exec("start.Out > call.Execute", "call.Success > log.In"))
    (tmp_path / "parts").mkdir()
    main.sub = tmp_path / "parts" / "sub.flow.json"
    outer = main.extract("call", "log")
    assert load_flow(main.sub).node(NodeId("call")).config["path"] == "../deep/x.flow.json"
    assert FlowSource.of_file(tmp_path / "main.flow.json").path(main.document.nodes[outer].config["path"]) == main.sub
    main.unpack(outer)
    assert {node.config.get("path") for node in main.document.nodes.values()} == {None, "deep/x.flow.json"}
