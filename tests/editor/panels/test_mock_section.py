"""Mocked outputs in the inspector: fields by the pins' types, by mouse and keyboard."""

from __future__ import annotations

import pytest
from panel_nodes import shown, toy_document, toy_node
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QToolButton
from told_values import ToldRun, gave

from editor import commands
from editor.activity import RunActivity
from editor.document import FlowDocument
from editor.panels.inspector import Inspector
from editor.panels.mock_section import MockSection
from editor.panels.node_page import NodePage
from editor.theme import Theme
from runtime.ids import NodeId, PinName

pytestmark = pytest.mark.usefixtures("qapp")
ALL, FORK, LENGTH = NodeId("all"), NodeId("fork"), NodeId("length")


@pytest.fixture
def document() -> FlowDocument:
    return toy_document(
        toy_node("all", "toy.everything"), toy_node("fork", "toy.fork"), toy_node("length", "toy.length")
    )


@pytest.fixture
def activity() -> RunActivity:
    return RunActivity()


@pytest.fixture
def inspector(dark: Theme, document: FlowDocument, activity: RunActivity) -> Inspector:
    made = Inspector(dark)
    made.set_document(document, activity)
    made.show_node(LENGTH)
    shown(made, 340, 900)
    return made


def section(inspector: Inspector) -> MockSection:
    page = inspector.widget()
    assert isinstance(page, NodePage)
    return page.mock


def click(button: QPushButton | QToolButton) -> None:
    assert button.isVisible()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def mocked(document: FlowDocument) -> dict[PinName, object]:
    return document.nodes[LENGTH].pinned_outputs


def test_a_node_is_mocked_by_a_click_and_its_value_typed_at_once(inspector: Inspector, document: FlowDocument) -> None:
    section(inspector).unfold()
    click(section(inspector).begin)
    assert mocked(document) == {"Length": 0}
    field = QApplication.focusWidget()
    assert section(inspector).row("Length").isAncestorOf(field)
    QTest.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(field, "12")
    assert mocked(document) == {"Length": 12}
    assert not section(inspector).begin.isVisible()


def test_what_does_not_fit_the_pin_is_refused_with_the_reason(inspector: Inspector, document: FlowDocument) -> None:
    section(inspector).start()
    field = QApplication.focusWidget()
    QTest.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(field, "1.5")
    assert mocked(document) == {"Length": 1}
    told = [label.text() for label in section(inspector).row("Length").findChildren(QLabel) if label.isVisible()]
    assert any("whole number" in text for text in told)


def test_the_last_values_are_taken_and_cleared_by_buttons(
    inspector: Inspector, document: FlowDocument, activity: RunActivity
) -> None:
    section(inspector).unfold()
    assert not section(inspector).take_last.isEnabled()
    inspector.refresh_activity(gave(activity, LENGTH, {"Length": 5}))
    click(section(inspector).take_last)
    assert mocked(document) == {"Length": 5}
    click(section(inspector).clear_mock)
    assert mocked(document) == {}
    assert not section(inspector).clear_mock.isVisible()
    document.undo_stack.undo()
    assert section(inspector).clear_mock.isVisible()


def test_values_of_an_earlier_turn_are_picked_from_a_list(
    inspector: Inspector, document: FlowDocument, activity: RunActivity
) -> None:
    section(inspector).unfold()
    assert not section(inspector).take_earlier.isEnabled()
    run = ToldRun(activity)
    for length in (3, 4, 5):
        run.gave(LENGTH, {"Length": length})
    inspector.refresh_activity({LENGTH})
    menu = section(inspector).take_earlier.menu()
    menu.aboutToShow.emit()
    second = [action for action in menu.actions() if not action.isSeparator()][1]
    assert "Length=4" in second.text()
    second.trigger()
    assert mocked(document) == {"Length": 4}


def test_a_value_that_is_missing_says_so(inspector: Inspector, document: FlowDocument) -> None:
    commands.set_fields(document, ALL, "Mock", pinned_outputs={PinName("Other"): 1})
    inspector.show_node(ALL)
    told = [label.text() for label in section(inspector).findChildren(QLabel) if label.isVisible()]
    assert any("no value" in text for text in told)


def test_a_node_without_outputs_has_nothing_to_mock(inspector: Inspector) -> None:
    assert section(inspector).isVisible()
    inspector.show_node(FORK)
    assert not section(inspector).isVisible()
