"""Wires by the keyboard alone: bending them, and putting a node into one."""

from __future__ import annotations

import pytest
from canvas_stage import SHIFT, Stage, differing, small_flow
from editor_window import front, open_editor, press
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from editor.main_window import MainWindow
from runtime.document.files import dump_flow, save_flow
from runtime.document.flow import ConnectionKey, Frame, Point
from runtime.ids import NodeId

pytestmark = pytest.mark.usefixtures("qapp")

Key = Qt.Key
START = NodeId("start")


@pytest.fixture
def stage() -> Stage:
    """The keyboard is at the exec wire from the button to the conversation."""
    stage = Stage()
    stage.view.keyboard.go_to(START)
    stage.key(Key.Key_W)
    return stage


def key_of(stage: Stage) -> ConnectionKey:
    (key,) = stage.view.selection.wires
    return key


def bends(stage: Stage) -> tuple[Point, ...]:
    return stage.document.connections[key_of(stage)].via


def told(stage: Stage) -> str:
    return stage.view.accessibleDescription()


def test_arrows_bend_the_wire_by_one_undo_step_and_never_move_the_node(stage: Stage) -> None:
    before = dump_flow(stage.document.flow)
    for key, keys in ((Key.Key_Down, Qt.KeyboardModifier.NoModifier), (Key.Key_Down, SHIFT)):
        stage.key(key, keys)
    ((_, y),) = bends(stage)
    wire = stage.view.projection.wires[key_of(stage)]
    assert wire.start.y() < y < wire.start.y() + 30
    assert told(stage).startswith("Bend 1 of 1, at ")
    assert stage.position("start") == (0, 0)
    stage.document.undo_stack.undo()
    assert dump_flow(stage.document.flow) == before


def test_plus_makes_bends_page_keys_choose_and_minus_takes_away(stage: Stage) -> None:
    stage.key(Key.Key_Plus)
    stage.key(Key.Key_Plus)
    assert len(bends(stage)) == 2
    stage.key(Key.Key_PageUp)
    assert told(stage).startswith("Bend 1 of 2")
    stage.key(Key.Key_Up)
    first, second = bends(stage)
    assert first[1] == second[1] - 10
    stage.key(Key.Key_PageDown)
    stage.key(Key.Key_PageDown)
    assert told(stage).startswith("Bend 2 of 2")
    stage.key(Key.Key_Minus)
    assert bends(stage) == (first,)
    stage.key(Key.Key_Minus)
    stage.key(Key.Key_Minus)
    assert (bends(stage), told(stage)) == ((), "No bend")


def test_the_bend_that_keys_mean_has_a_ring(stage: Stage) -> None:
    stage.key(Key.Key_Plus)
    stage.key(Key.Key_Plus)
    first = stage.image()
    stage.key(Key.Key_PageDown)
    assert differing(first, stage.image()) > 50


def test_escape_goes_back_to_the_node_and_arrows_move_that_again(stage: Stage) -> None:
    stage.key(Key.Key_Escape)
    assert (stage.view.keyboard.node, stage.selected()) == ("start", {"start"})
    stage.key(Key.Key_Right)
    assert stage.position("start") == (10, 0)


def test_the_menu_key_offers_the_menu_of_the_wire(stage: Stage) -> None:
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(10, 10), QPoint(10, 10))
    QApplication.sendEvent(stage.view.viewport(), event)
    assert [hit.wire for hit, _ in stage.menus] == [key_of(stage)]


def test_a_wire_into_a_folded_frame_keeps_its_bends() -> None:
    frame = Frame(id="f", title="Folded", rect=(230, -20, 250, 300), collapsed=True)
    stage = Stage(small_flow().model_copy(update={"frames": (frame,)}))
    stage.view.keyboard.go_to(START)
    stage.key(Key.Key_W)
    stage.key(Key.Key_Down)
    assert bends(stage) == ()


def test_a_wire_that_the_mouse_selected_is_not_bent_by_arrows(stage: Stage) -> None:
    key = key_of(stage)
    stage.click(stage.at(900, 600))
    stage.view.selection.set(wires=[key])
    stage.key(Key.Key_Down)
    assert stage.document.connections[key].via == ()


def add_delay(window: MainWindow, key: str) -> None:
    """Ask for a node by a key of the canvas, and choose a Delay."""
    press(front(window).canvas, key)
    QTest.keyClicks(window.adder.popup.field, "delay")
    press(window.adder.popup.field, "Return")


def test_a_node_added_at_a_wire_goes_into_it_by_one_undo_step(drive, tmp_path):
    path = tmp_path / "small.flow.json"
    save_flow(small_flow(), path)

    async def main():
        async with open_editor(tmp_path, path) as window:
            tab = front(window)
            before = tab.document.flow
            tab.canvas.keyboard.go_to(START)
            press(tab.canvas, "W")
            add_delay(window, "Tab")
            (added,) = tab.document.nodes.keys() - {node.id for node in before.nodes}
            assert tab.document.nodes[added].type == "flow.delay"
            assert tab.canvas.keyboard.node == added
            ends = {(key.source.node, key.target.node) for key in tab.document.connections if key.kind == "exec"}
            assert ends == {("start", added), (added, "conv")}
            tab.document.undo_stack.undo()
            assert tab.document.flow == before

    drive(main())


def test_a_node_put_into_a_short_wire_does_not_lie_on_the_node_before(drive, tmp_path):
    path = tmp_path / "small.flow.json"
    save_flow(small_flow(), path)

    async def main():
        async with open_editor(tmp_path, path) as window:
            tab = front(window)
            tab.canvas.keyboard.go_to(START)
            press(tab.canvas, "W")
            add_delay(window, "Tab")
            placed = tab.canvas.projection.nodes
            (added,) = tab.canvas.selected_nodes()
            others = [node.rect for node in placed.values() if node.id != added]
            assert not any(rect.intersects(placed[added].rect) for rect in others)

    drive(main())


def test_a_node_added_by_keys_gets_the_keyboard(drive, tmp_path):
    async def main():
        async with open_editor(tmp_path) as window:
            tab = front(window)
            for key in ("Tab", "Shift+A"):
                add_delay(window, key)
                assert [tab.canvas.keyboard.node] == tab.canvas.selected_nodes()
            assert len(tab.document.nodes) == 2

    drive(main())
