"""Mocked outputs: what stands for a node's work, what it is taken from, and what never becomes one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from driving import emitted, turned
from editor_window import front, open_editor, press
from flows import draw
from pydantic import Field
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from editor import mocks
from editor.document import FlowDocument
from runtime.document.files import load_flow, save_flow
from runtime.document.flow import Flow, Node
from runtime.ids import NodeId, PinName
from runtime.nodes.node_type import ExecNode
from runtime.nodes.pins import Json, NodeModel, hints
from runtime.nodes.registry import NodeRegistry

NODE = NodeId("node")


class Many(ExecNode):
    """Gives a value of every kind."""

    type_id, title, category, exec_out = "toy.many", "Many", "Toys", ("Out",)
    exec_in = ("In",)

    class Outputs(NodeModel):
        text: str
        count: int
        share: float = 0.5
        flag: bool
        data: Json
        thing: Any
        secret: str = Field(default="", json_schema_extra=hints(secret=True))


@pytest.fixture
def document(qapp: QApplication) -> FlowDocument:
    nodes = (Node(id=NODE, type="toy.many", position=(0, 0)), Node(id=NodeId("lost"), type="toy.lost", position=(0, 0)))
    return FlowDocument(NodeRegistry([Many]), Flow(nodes=nodes))


def mocked(document: FlowDocument) -> dict[str, Any]:
    return dict(document.nodes[NODE].pinned_outputs)


def test_a_node_that_never_ran_is_mocked_with_values_that_say_nothing_and_never_a_secret(document):
    mocks.begin(document, NODE, {})
    assert mocked(document) == {"Text": "", "Count": 0, "Share": 0.5, "Flag": False, "Data": None, "Thing": None}
    document.undo_stack.undo()
    assert mocked(document) == {}


def test_the_last_values_are_taken_as_a_flow_can_hold_them(document):
    last = {
        "Text": "hello",
        "Count": "no number",
        "Flag": True,
        "Data": "a text",
        "Thing": {"path": Path("x")},
        "Secret": "•••",
    }
    mocks.take(document, [NODE], lambda _node: last)
    assert mocked(document) == {
        "Text": "hello",
        "Count": 0,
        "Share": 0.5,
        "Flag": True,
        "Data": '"a text"',
        "Thing": {"path": "x"},
    }


def test_nodes_without_last_values_are_left_alone(document):
    mocks.take(document, [NODE], lambda _node: {})
    assert mocked(document) == {}
    assert not document.undo_stack.count()


def test_typing_is_one_step_for_undo_and_clearing_another(document):
    mocks.begin(document, NODE, {})
    for text in ("h", "he", "hey"):
        mocks.set_output(document, NODE, PinName("Text"), text, "1")
    mocks.clear(document, [NODE])
    assert mocked(document) == {}
    document.undo_stack.undo()
    assert mocked(document)["Text"] == "hey"
    document.undo_stack.undo()
    assert mocked(document)["Text"] == ""


def test_an_unknown_node_cannot_be_mocked(document):
    assert not mocks.mockable(document, NodeId("lost"))


# -- in the window


@pytest.fixture
def flow_file(tmp_path: Path) -> Path:
    path = tmp_path / "mock.flow.json"
    drawing = (
        draw("start: event.button", "each: flow.for_each", "log: util.console", "text: convert.integer_to_string")
        .set("each", Collection=[1, 2, 3])
        .exec("start.Out > each.In", "each.Do > log.In")
        .data("each.Value > text.Input", "text.Output > log.Message")
    )
    save_flow(drawing.flow(), path)
    return path


async def run(window):
    window.actions_by_name["run"].trigger()
    (result,) = await emitted(front(window).runs.finished)
    await turned()
    return result


def test_a_mocked_node_gives_the_typed_value_and_the_rest_of_the_flow_runs(drive, tmp_path, flow_file):
    async def main():
        async with open_editor(tmp_path, flow_file) as window:
            tab = front(window)
            tab.canvas.setFocus()
            tab.canvas.select([NodeId("text")])
            press(tab.canvas, "Ctrl+M")
            QTest.keyClicks(QApplication.focusWidget(), "seven")
            assert tab.document.nodes[NodeId("text")].pinned_outputs == {"Output": "seven"}
            result = await run(window)
            assert result.status == "succeeded"
            assert tab.feed.activity.values.outputs_of(NodeId("text")) == {"Output": "seven"}
            assert await window.save(tab)
            assert load_flow(flow_file).node(NodeId("text")).pinned_outputs == {"Output": "seven"}

    drive(main())


def test_the_last_values_of_several_nodes_become_their_mocks_at_once(drive, tmp_path, flow_file):
    async def main():
        async with open_editor(tmp_path, flow_file) as window:
            tab, actions = front(window), window.actions_by_name
            tab.canvas.select([NodeId("each"), NodeId("text"), NodeId("log")])
            assert not actions["mock_last"].isEnabled()
            assert not actions["mock"].isEnabled()
            await run(window)
            await emitted(tab.feed.activity_changed)
            assert actions["mock_last"].isEnabled()
            actions["mock_last"].trigger()
            assert tab.document.nodes[NodeId("each")].pinned_outputs["Value"] == 3
            assert tab.document.undo_stack.count() == 1
            assert actions["clear_mock"].isEnabled()
            actions["clear_mock"].trigger()
            assert not any(node.pinned_outputs for node in tab.document.nodes.values())

    drive(main())
