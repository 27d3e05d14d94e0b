"""The Node menu, through the window: modes, collapsing, defaults, and another type in a node's place."""

from __future__ import annotations

from pathlib import Path

import pytest
from editor_window import front, open_editor
from flows import draw
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest

from editor import nodes
from editor.document import FlowDocument
from runtime.catalogue import builtin_registry
from runtime.document.files import dump_flow, save_flow
from runtime.ids import NodeId, PinName


def drawing():
    return (
        draw("start: event.button", "conv: openai.create_conversation", "ask: openai.chat_completion_async")
        .node("await", "future.await")
        .set("ask", Model="small", Temperature=0.5)
        .exec("start.Out > conv.Execute", "conv.Success > ask.Execute", "ask.Success > await.Execute")
        .data("conv.ConversationId > ask.Conversation", "ask.FutureResponseId > await.FutureResponseId")
    )


@pytest.fixture
def flow_file(tmp_path: Path) -> Path:
    path = tmp_path / "flow.flow.json"
    save_flow(drawing().flow(), path)
    return path


def wires(document: FlowDocument) -> set[str]:
    return {f"{'.'.join(key.source)}>{'.'.join(key.target)}" for key in document.connections}


@pytest.mark.parametrize(("key", "mode"), [(Qt.Key.Key_M, "mute"), (Qt.Key.Key_B, "bypass")])
def test_a_key_switches_the_mode_of_all_selected_and_back(drive, tmp_path, flow_file, key, mode):
    async def main():
        async with open_editor(tmp_path, flow_file) as window:
            tab = front(window)
            before = dump_flow(tab.document.flow)
            tab.canvas.select(map(NodeId, ("conv", "ask")))
            QTest.keyClick(tab.canvas, key)
            assert [tab.document.nodes[NodeId(node)].mode for node in ("conv", "ask", "await")] == [
                mode,
                mode,
                "normal",
            ]
            QTest.keyClick(tab.canvas, key)
            assert dump_flow(tab.document.flow) == before
            assert tab.document.undo_stack.count() == 2

    drive(main())


def test_a_collapsed_node_shows_its_wired_pins_and_a_click_on_the_rest_expands_it(drive, tmp_path, flow_file):
    async def main():
        async with open_editor(tmp_path, flow_file) as window:
            tab = front(window)
            canvas, ask = tab.canvas, NodeId("ask")
            height = canvas.projection.nodes[ask].rect.height()
            canvas.select([ask])
            QTest.keyClick(canvas, Qt.Key.Key_H)
            placed = canvas.projection.nodes[ask]
            assert tab.document.nodes[ask].collapsed
            assert placed.rect.height() < height * 0.7
            assert {pin.name for pin in placed.shape.places} == {
                "Execute",
                "Success",
                "Conversation",
                "FutureResponseId",
            }
            wire = next(laid for key, laid in canvas.projection.wires.items() if key.target == (ask, "Conversation"))
            assert placed.rect.top() < wire.end.y() < placed.rect.bottom()
            canvas.zoom_to(1.0)  # from afar, as a low window fits the whole flow, rows cannot be clicked
            row = placed.shape.more.center() + placed.rect.topLeft()
            canvas.center_at(QPointF(row))
            spot = canvas.camera.to_view(QPointF(row)).toPoint()
            QTest.mouseClick(canvas.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, spot)
            assert not tab.document.nodes[ask].collapsed
            assert canvas.projection.nodes[ask].rect.height() == height

    drive(main())


def test_defaults_come_back_by_one_step(drive, tmp_path, flow_file):
    async def main():
        async with open_editor(tmp_path, flow_file) as window:
            tab = front(window)
            tab.canvas.select([NodeId("ask")])
            window.actions_by_name["reset_inputs"].trigger()
            assert tab.document.nodes[NodeId("ask")].inputs == {}
            tab.document.undo_stack.undo()
            assert tab.document.nodes[NodeId("ask")].inputs == {"Model": "small", "Temperature": 0.5}

    drive(main())


def test_swap_by_the_search_keeps_what_fits_and_says_what_does_not(drive, tmp_path, flow_file):
    async def main():
        async with open_editor(tmp_path, flow_file) as window:
            tab = front(window)
            before = dump_flow(tab.document.flow)
            tab.canvas.select([NodeId("ask")])
            window.actions_by_name["swap"].trigger()
            window.adder.popup.type_chosen.emit("openai.chat_completion")
            node = tab.document.nodes[NodeId("ask")]
            assert node.type == "openai.chat_completion"
            assert node.inputs == {"Model": "small", "Temperature": 0.5}
            assert wires(tab.document) >= {
                "conv.Success>ask.Execute", "ask.Success>await.Execute", "conv.ConversationId>ask.Conversation",
            }  # fmt: skip
            assert tab.document.undo_stack.count() == 1
            tab.document.undo_stack.undo()
            assert dump_flow(tab.document.flow) == before

    drive(main())


def swapped(drawing, node: str, type_id: str) -> tuple[FlowDocument, list[str]]:
    document = FlowDocument(builtin_registry(), drawing.flow())
    return document, nodes.swap(document, NodeId(node), type_id)


@pytest.mark.usefixtures("qapp")
def test_wires_go_to_pins_of_another_name_that_fit() -> None:
    flow = draw("a: value.text", "b: string.concat", "log: util.console").data(
        "a.Output > b.A", "b.Result > log.Message"
    )
    document, lost = swapped(flow, "b", "convert.string_to_integer")
    assert wires(document) == {"a.Output>b.Input", "b.Output>log.Message"}
    assert lost == []


@pytest.mark.usefixtures("qapp")
def test_what_is_lost_is_named() -> None:
    flow = (
        draw("start: event.button", "log: util.console", "end: util.console")
        .set("log", Message="hello", Level="warn")
        .exec("start.Out > log.In", "log.Out > end.In")
    )
    document, lost = swapped(flow, "log", "flow.success")
    assert wires(document) == {"start.Out>log.In"}
    assert lost == ["the value of Message", "the value of Level", "the wire at Out"]
    assert document.nodes[NodeId("log")].inputs == {}
    document.undo_stack.undo()
    assert document.nodes[NodeId("log")].inputs[PinName("Level")] == "warn"


@pytest.mark.usefixtures("qapp")
def test_a_value_that_the_new_pin_does_not_take_is_not_kept() -> None:
    flow = draw("a: value.text").set("a", Input="no number")
    document, lost = swapped(flow, "a", "value.integer")
    assert document.nodes[NodeId("a")].inputs == {}
    assert lost == ["the value of Input"]


def test_keys_give_a_node_a_pin_more_and_one_fewer(drive, tmp_path):
    path = tmp_path / "steps.flow.json"
    drawing = draw("steps: flow.sequence", "log: util.console").exec("steps.Out3 > log.In")
    save_flow(drawing.flow(), path)

    async def main():
        async with open_editor(tmp_path, path) as window:
            tab = front(window)
            before = dump_flow(tab.document.flow)
            tab.canvas.select([NodeId("log")])
            QTest.keyClick(tab.canvas, Qt.Key.Key_Plus, Qt.KeyboardModifier.AltModifier)
            assert tab.document.undo_stack.count() == 0
            tab.canvas.select([NodeId("steps")])
            QTest.keyClick(tab.canvas, Qt.Key.Key_Plus, Qt.KeyboardModifier.AltModifier)
            assert "Out4" in tab.document.signature(NodeId("steps")).exec_out
            for _ in range(2):
                QTest.keyClick(tab.canvas, Qt.Key.Key_Minus, Qt.KeyboardModifier.AltModifier)
            assert not tab.document.connections
            for _ in range(3):
                tab.document.undo_stack.undo()
            assert dump_flow(tab.document.flow) == before

    drive(main())
