"""Connecting by keyboard alone: the list of legal targets, in the real window."""

from __future__ import annotations

from pathlib import Path

import pytest
from canvas_stage import pin_key, wire_text
from editor_window import front, open_editor, press
from flows import Drawing
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from editor.main_window import MainWindow
from runtime.document.files import save_flow
from runtime.ids import NodeId


@pytest.fixture
def flow_file(tmp_path: Path) -> Path:
    """A button, wired to a console, and another console further to the right."""
    path = tmp_path / "hello.flow.json"
    drawing = Drawing("hello").node("start", "event.button", title="start")
    for name in ("near", "far"):
        drawing.node(name, "util.console", title=name)
    save_flow(drawing.exec("start.Out > near.In").flow(), path)
    return path


def listed(window: MainWindow) -> list[str]:
    """The rows of the list."""
    shown = window.keyboard_menu.popup.list
    return [shown.item(row).text().strip() for row in range(shown.count())]


def wires(window: MainWindow) -> set[str]:
    return set(map(wire_text, front(window).document.connections))


def test_a_flow_is_wired_by_keys_alone_and_each_wire_is_one_undo_step(drive, tmp_path, flow_file):
    async def main():
        async with open_editor(tmp_path, flow_file) as window:
            tab, popup = front(window), window.keyboard_menu.popup
            before = tab.document.flow
            tab.canvas.keyboard.go_to(NodeId("near"))
            press(tab.canvas, "C")
            assert popup.isVisible()
            QTest.keyClicks(popup.field, "far exec")
            assert listed(window) == ["far", "In  (exec)"]
            press(popup.field, "Return")
            assert not popup.isVisible()
            assert wires(window) == {"start.Out>near.In", "near.Out>far.In"}
            assert tab.canvas.accessibleDescription().startswith("Connected: Exec wire from")
            tab.document.undo_stack.undo()
            assert tab.document.flow == before

    drive(main())


def test_targets_come_node_by_node_the_nearest_first_and_say_what_they_replace(drive, tmp_path, flow_file):
    async def main():
        async with open_editor(tmp_path, flow_file) as window:
            tab, popup = front(window), window.keyboard_menu.popup
            tab.canvas.keyboard.go_to(NodeId("start"))
            press(tab.canvas, "BracketRight")
            press(tab.canvas, "BracketLeft")
            assert tab.canvas.keyboard.node == "start"
            press(tab.canvas, "C")
            assert listed(window) == ["far", "In  (exec) · replaces a wire"]  # near has the wire
            said = popup.list.item(1).data(Qt.ItemDataRole.AccessibleTextRole)
            assert said == "In of far, exec, replaces Exec wire from Out of start to In of near"
            press(popup.field, "Return")
            assert wires(window) == {"start.Out>far.In"}

    drive(main())


def test_escape_and_a_search_that_finds_nothing_draw_no_wire(drive, tmp_path, flow_file):
    async def main():
        async with open_editor(tmp_path, flow_file) as window:
            tab, popup = front(window), window.keyboard_menu.popup
            before = wires(window)
            tab.canvas.keyboard.go_to(NodeId("start"))
            press(tab.canvas, "C")
            QTest.keyClicks(popup.field, "zzz")
            assert listed(window) == []
            press(popup.field, "Return")
            press(popup.field, "Escape")
            assert not popup.isVisible()
            assert wires(window) == before

    drive(main())


def test_where_a_wire_would_lose_something_the_list_offers_the_way_through_a_conversion_node(drive, tmp_path):
    path = tmp_path / "convert.flow.json"
    drawing = Drawing("convert").node("text", "string.concat", title="text").node("each", "flow.for_each", title="each")
    save_flow(drawing.flow(), path)

    async def main():
        async with open_editor(tmp_path, path) as window:
            tab, popup = front(window), window.keyboard_menu.popup
            before = tab.document.flow
            tab.canvas.keyboard.go_to(NodeId("text"), pin_key("out", "data", "Result"))
            press(tab.canvas, "Return")
            QTest.keyClicks(popup.field, "concurrency")
            assert listed(window) == ["each", "Concurrency  (integer) · through String to Integer"]
            said = popup.list.item(1).data(Qt.ItemDataRole.AccessibleTextRole)
            assert said == "Concurrency of each, integer, through String to Integer"
            press(popup.field, "Return")
            (between,) = tab.document.nodes.keys() - {"text", "each"}
            assert tab.document.nodes[between].type == "convert.string_to_integer"
            assert {wire.split(">")[0].split(".")[0] for wire in wires(window)} == {"text", between}
            assert {wire.split(">")[1].split(".")[0] for wire in wires(window)} == {"each", between}
            assert "through String to Integer" in tab.canvas.accessibleDescription()
            tab.document.undo_stack.undo()
            assert tab.document.flow == before

    drive(main())
