"""Watches: added from a pin or typed, alive with the run and the frame that is looked at, kept by the settings."""

from __future__ import annotations

from pathlib import Path

import pytest
from driving import emitted, turned, until
from editor_window import front, open_editor, press
from flows import draw
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu

from editor import breakpoints
from editor.canvas.rows import PinKey
from editor.dialogs.value_viewer import ValueViewer
from editor.main_window import MainWindow
from editor.panels.watch_list import WatchList
from editor.panels.watch_model import Column
from editor.watches import pin_expression
from runtime.document.files import save_flow
from runtime.document.flow import PinDirection, PinKind
from runtime.ids import NodeId, PinName

EACH, LOG = NodeId("each"), NodeId("log")


@pytest.fixture
def flow_file(tmp_path: Path) -> Path:
    path = tmp_path / "loop.flow.json"
    drawing = draw("start: event.button", "each: flow.for_each", "log: util.console", name="Loop")
    drawing.set("each", Collection=["a", "bb"]).exec("start.Out > each.In", "each.Do > log.In")
    save_flow(drawing.data("each.Value > log.Message").flow(), path)
    return path


def table(window: MainWindow) -> WatchList:
    window.panels.docks.raise_panel("debugger")
    return window.panels.debugger.watches


def rows(window: MainWindow) -> list[tuple[str, str | None]]:
    model = window.panels.debugger.watch_model
    cells = ((model.index(row, Column.EXPRESSION), model.index(row, Column.VALUE)) for row in range(model.rowCount()))
    return [(name.data(), value.data()) for name, value in cells][:-1]


def spot_in(window: MainWindow, row: int, column: Column) -> QPoint:
    return table(window).visualRect(window.panels.debugger.watch_model.index(row, column)).center()


def editor(window: MainWindow) -> QLineEdit:
    """The field in which an expression is edited; one that is done with is still there for a moment."""
    return next(field for field in table(window).findChildren(QLineEdit) if field.isVisible())


async def type_a_watch(window: MainWindow, text: str) -> None:
    """Click on the last row, and type."""
    last = window.panels.debugger.watch_model.rowCount() - 1
    QTest.mouseClick(table(window).viewport(), Qt.MouseButton.LeftButton, pos=spot_in(window, last, Column.EXPRESSION))
    field = editor(window)
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key.Key_Return)
    await turned()  # Qt takes what was typed in a turn of its own


async def paused(window: MainWindow) -> None:
    breakpoints.toggle(front(window).document, [LOG])
    window.actions_by_name["run"].trigger()
    await emitted(window.debugging.pauses.stopped)


async def stop(window: MainWindow) -> None:
    window.actions_by_name["stop"].trigger()
    await until(lambda: not front(window).runs.running, front(window).runs.running_changed)


def menu_at(window: MainWindow, node_id: NodeId, pin: str, direction: PinDirection) -> QMenu:
    """The menu of a right click on a data pin."""
    canvas = front(window).canvas
    key = PinKey(direction, PinKind.DATA, PinName(pin))
    spot = canvas.camera.to_view(QPointF(canvas.projection.pin_position(node_id, key))).toPoint()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, spot, canvas.viewport().mapToGlobal(spot))
    QApplication.sendEvent(canvas.viewport(), event)
    return next(menu for menu in window.findChildren(QMenu) if menu.isVisible())


@pytest.mark.parametrize(("node_id", "pin", "direction"), [(EACH, "Value", "out"), (LOG, "Message", "in")])
def test_a_pin_is_watched_from_its_menu(drive, tmp_path, flow_file, node_id, pin, direction):
    async def main():
        async with open_editor(tmp_path, flow_file) as window:
            menu = menu_at(window, node_id, pin, PinDirection(direction))
            (entry,) = [action for action in menu.actions() if action.text() == "Watch For_Each.Value"]
            entry.trigger()
            menu.close()
            assert rows(window) == [("For_Each.Value", "not known yet")]
            await paused(window)
            assert rows(window) == [("For_Each.Value", "'a'")]
            window.actions_by_name["continue"].trigger()
            await emitted(window.debugging.pauses.stopped)
            assert rows(window) == [("For_Each.Value", "'bb'")]
            await stop(window)

    drive(main())


def test_a_pin_without_a_wire_offers_nothing_to_watch(drive, tmp_path, flow_file):
    async def main():
        async with open_editor(tmp_path, flow_file) as window:
            menu = menu_at(window, LOG, "Level", PinDirection.IN)
            assert not any(action.text().startswith("Watch") for action in menu.actions())
            menu.close()

    drive(main())


def test_expressions_are_typed_changed_and_removed_by_keys(drive, tmp_path, flow_file):
    async def main():
        async with open_editor(tmp_path, flow_file) as window:
            await type_a_watch(window, "len(Message) * 2")
            await type_a_watch(window, "Value == 'a' and Key")
            await paused(window)
            assert rows(window) == [("len(Message) * 2", "2"), ("Value == 'a' and Key", "'0'")]
            QTest.mouseClick(
                table(window).viewport(), Qt.MouseButton.LeftButton, pos=spot_in(window, 0, Column.EXPRESSION)
            )
            press(table(window), "F2")
            field = editor(window)
            field.selectAll()
            QTest.keyClicks(field, "Message +")
            QTest.keyClick(field, Qt.Key.Key_Return)
            await turned()
            assert "invalid syntax" in str(rows(window)[0][1])
            press(table(window), "Delete")
            assert rows(window) == [("Value == 'a' and Key", "'0'")]
            await type_a_watch(window, "")
            assert len(rows(window)) == 1
            await stop(window)

    drive(main())


def test_without_a_pause_the_last_values_are_watched(drive, tmp_path, flow_file):
    async def main():
        async with open_editor(tmp_path, flow_file) as window:
            await type_a_watch(window, "each.Value")
            window.actions_by_name["run"].trigger()
            tab = front(window)
            await until(lambda: rows(window) == [("each.Value", "'bb'")], tab.feed.activity_changed)

    drive(main())


def test_watches_are_the_persons_and_kept_from_start_to_start(drive, tmp_path, flow_file):
    async def main():
        async with open_editor(tmp_path, flow_file) as window:
            await type_a_watch(window, "Value")
            assert not front(window).document.is_modified
        async with open_editor(tmp_path, flow_file) as window:
            assert rows(window) == [("Value", "not known yet")]

    drive(main())


def test_a_value_is_opened_whole_and_copied(drive, tmp_path, flow_file):
    async def main():
        async with open_editor(tmp_path, flow_file) as window:
            await type_a_watch(window, "[Value, {'of': For_Each}]")
            await paused(window)
            spot = spot_in(window, 0, Column.VALUE)
            QTest.mouseClick(table(window).viewport(), Qt.MouseButton.LeftButton, pos=spot)
            QTest.mouseDClick(table(window).viewport(), Qt.MouseButton.LeftButton, pos=spot)
            viewer = window.findChild(ValueViewer)
            assert not viewer.isModal()
            assert '"of": {' in viewer.text.toPlainText()
            QTest.mouseClick(viewer.copy, Qt.MouseButton.LeftButton)
            assert QGuiApplication.clipboard().text() == viewer.text.toPlainText()
            viewer.close()
            await stop(window)

    drive(main())


def test_nodes_of_one_title_are_named_by_their_ids(qapp):
    from editor.document import FlowDocument
    from runtime.catalogue import builtin_registry

    flow = draw("one: flow.for_each", "two: flow.for_each", "3rd: flow.do_n").flow()
    document = FlowDocument(builtin_registry(), flow)
    assert pin_expression(document, NodeId("one"), PinName("Value")) == "one.Value"
    assert pin_expression(document, NodeId("3rd"), PinName("Index")) == "Do_N.Index"
