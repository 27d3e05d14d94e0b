"""The problems panel: live, a moment after the edit, with a way to the node."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from driving import emitted
from panel_nodes import shown, toy_document, toy_node
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QLabel, QMenu

from editor import commands
from editor.document import FlowDocument
from editor.panels.problems import ProblemsPanel
from editor.panels.problems_model import Column
from editor.theme import Theme
from runtime.ids import NodeId, PinName
from runtime.validation import Problem

pytestmark = pytest.mark.usefixtures("qapp")
DECORATION, LEFT = Qt.ItemDataRole.DecorationRole, Qt.MouseButton.LeftButton
NODE, LINE = NodeId("all"), PinName("Line")


@pytest.fixture
def document() -> FlowDocument:
    return toy_document(toy_node("all", "toy.everything", inputs={"Temperature": 3}))


@pytest.fixture
def panel(dark: Theme, document: FlowDocument) -> ProblemsPanel:
    made = ProblemsPanel(dark)
    made.set_document(document)
    shown(made, 900, 300)
    return made


def rows(panel: ProblemsPanel) -> list[tuple[str, str]]:
    """Node and pin of each row."""
    model = panel.model
    cells = (Column.NODE, Column.PIN)
    return [tuple(model.index(row, cell).data() for cell in cells) for row in range(model.rowCount())]


def cell(panel: ProblemsPanel, pin: str, column: Column) -> QModelIndex:
    """A cell in the row of a pin's problem."""
    row = next(row for row, (_, its_pin) in enumerate(rows(panel)) if its_pin == pin)
    return panel.model.index(row, column)


def place(panel: ProblemsPanel, index: QModelIndex) -> QPoint:
    """Where the words of a cell are."""
    return panel.table.visualRect(index).center()


def test_a_document_shows_its_problems_errors_first(panel: ProblemsPanel) -> None:
    assert ("Take Everything", "Line") in rows(panel)
    assert ("Take Everything", "Temperature") in rows(panel)
    severities = [problem.severity for problem in panel.problems]
    assert severities == sorted(severities, key=["error", "warning"].index)
    assert all(not panel.model.index(i, 0).data(DECORATION).isNull() for i in range(len(severities)))


def test_an_edit_is_looked_at_once_after_a_quiet_moment(
    panel: ProblemsPanel, document: FlowDocument, drive: Callable[[Coroutine[Any, Any, None]], None]
) -> None:
    told = QSignalSpy(panel.problems_changed)

    async def type_a_word() -> None:
        for text in ("a", "ab", "abc"):
            commands.set_input(document, NODE, LINE, text)
        assert told.count() == 0
        await emitted(panel.problems_changed)

    drive(type_a_word())
    assert told.count() == 1
    assert ("Take Everything", "Line") not in rows(panel)


def test_double_click_and_enter_go_to_the_place(panel: ProblemsPanel) -> None:
    wanted: list[Problem] = []
    panel.problem_activated.connect(wanted.append)
    at = place(panel, cell(panel, "Line", Column.PROBLEM))
    QTest.mouseClick(panel.table.viewport(), LEFT, pos=at)
    QTest.mouseDClick(panel.table.viewport(), LEFT, pos=at)
    QTest.keyClick(panel.table, Qt.Key.Key_Return)
    assert [(problem.node, problem.pin) for problem in wanted] == [(NODE, "Line")] * 2


def test_a_click_on_a_fix_applies_it_as_one_undo_step(panel: ProblemsPanel, document: FlowDocument) -> None:
    index = cell(panel, "Temperature", Column.FIX)
    assert index.data().startswith("Set Temperature to 2")
    QTest.mouseClick(panel.table.viewport(), LEFT, pos=place(panel, index))
    assert document.nodes[NODE].inputs == {"Temperature": 2}
    assert ("Take Everything", "Temperature") not in rows(panel)
    assert document.undo_stack.undoText() == "Set Temperature to 2"
    document.undo_stack.undo()
    assert document.nodes[NODE].inputs == {"Temperature": 3}


def test_a_double_click_on_a_fix_does_not_mend_what_comes_up_in_its_place(dark: Theme) -> None:
    wrong = {PinName(f"Wrong{i}"): i for i in range(4)}
    document = toy_document(toy_node("text", "toy.length", inputs=wrong))
    panel = ProblemsPanel(dark)
    panel.set_document(document)
    shown(panel, 900, 300)
    at = place(panel, panel.model.index(1, Column.FIX))
    QTest.mouseClick(panel.table.viewport(), LEFT, pos=at)
    QTest.mouseDClick(panel.table.viewport(), LEFT, pos=at)
    assert len(document.nodes[NodeId("text")].inputs) == 3


def entries(panel: ProblemsPanel) -> dict[str, QAction]:
    """The menu that stands open, by its texts."""
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return {action.text(): action for action in menu.actions() if not action.isSeparator()}


def test_ctrl_period_offers_all_that_can_be_done(panel: ProblemsPanel, document: FlowDocument) -> None:
    panel.table.setCurrentIndex(cell(panel, "Temperature", Column.PROBLEM))
    QTest.keyClick(panel.table, Qt.Key.Key_Period, Qt.KeyboardModifier.ControlModifier)
    offered = entries(panel)
    assert list(offered) == ["Go There", "Set Temperature to 2", "Leave Temperature unset"]
    offered["Leave Temperature unset"].trigger()
    QApplication.activePopupWidget().close()
    assert document.nodes[NODE].inputs == {}


def test_all_problems_of_a_kind_are_mended_in_one_step(dark: Theme) -> None:
    wrong = {PinName(f"Wrong{i}"): i for i in range(3)}
    document = toy_document(toy_node("a", "toy.length", inputs=wrong), toy_node("b", "toy.length", inputs=wrong))
    panel = ProblemsPanel(dark)
    panel.set_document(document)
    shown(panel, 900, 300)
    at = place(panel, panel.model.index(0, Column.PROBLEM))
    QTest.mouseClick(panel.table.viewport(), LEFT, pos=at)
    panel.table.customContextMenuRequested.emit(at)
    entries(panel)["Remove all ignored values (6)"].trigger()
    QApplication.activePopupWidget().close()
    assert [node.inputs for node in document.nodes.values()] == [{}, {}]
    assert document.undo_stack.count() == 1
    document.undo_stack.undo()
    assert [node.inputs for node in document.nodes.values()] == [wrong, wrong]


def test_a_large_flow_is_searched_without_keeping_the_window_waiting(
    dark: Theme, drive: Callable[[Coroutine[Any, Any, None]], None]
) -> None:
    document = toy_document(*(toy_node(f"n{i}", "toy.everything") for i in range(300)))
    panel = ProblemsPanel(dark)

    async def search() -> None:
        panel.set_document(document)
        assert panel.problems == []  # it only begins
        commands.remove(document, [NodeId(f"n{i}") for i in range(250)])
        await emitted(panel.problems_changed)  # what was found in the flow as it was then
        assert len([problem for problem in panel.problems if problem.pin == "Line"]) == 300
        await emitted(panel.problems_changed)
        assert len([problem for problem in panel.problems if problem.pin == "Line"]) == 50

    drive(search())


def test_a_flow_without_problems_says_so(panel: ProblemsPanel) -> None:
    panel.set_document(toy_document())
    assert rows(panel) == []
    assert any("No problems" in label.text() for label in panel.findChildren(QLabel) if label.isVisible())


def test_the_old_document_is_no_longer_watched(panel: ProblemsPanel, document: FlowDocument) -> None:
    panel.set_document(toy_document())
    commands.set_input(document, NODE, LINE, "abc")
    panel.search.find_now()
    assert panel.problems == []


def test_without_a_document_there_is_nothing(panel: ProblemsPanel) -> None:
    panel.set_document(None)
    assert panel.problems == []


def test_a_problem_of_a_node_deleted_since_has_no_title(panel: ProblemsPanel, document: FlowDocument) -> None:
    commands.remove(document, [NODE])
    panel.set_theme(Theme.load("light"))
    assert {title for title, _ in rows(panel)} == {""}
