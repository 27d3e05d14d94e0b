"""The problems panel: live, a moment after the edit, with a way to the node."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from driving import emitted
from panel_nodes import shown, toy_document, toy_node
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QLabel

from editor import commands
from editor.document import FlowDocument
from editor.panels.problems import ProblemsPanel
from editor.theme import Theme
from runtime.ids import NodeId, PinName

pytestmark = pytest.mark.usefixtures("qapp")
NODE, LINE = NodeId("all"), PinName("Line")


@pytest.fixture
def document() -> FlowDocument:
    return toy_document(toy_node("all", "toy.everything", inputs={"Temperature": 3}))


@pytest.fixture
def panel(dark: Theme, document: FlowDocument) -> ProblemsPanel:
    made = ProblemsPanel(dark)
    made.set_document(document)
    shown(made, 700, 300)
    return made


def rows(panel: ProblemsPanel) -> list[tuple[str, str]]:
    items = [panel.list.topLevelItem(i) for i in range(panel.list.topLevelItemCount())]
    return [(item.text(1), item.text(2)) for item in items]


def test_a_document_shows_its_problems_errors_first(panel: ProblemsPanel) -> None:
    assert ("Take Everything", "Line") in rows(panel)
    assert ("Take Everything", "Temperature") in rows(panel)
    severities = [problem.severity for problem in panel.problems]
    assert severities == sorted(severities, key=["error", "warning"].index)
    assert all(not panel.list.topLevelItem(i).icon(0).isNull() for i in range(len(severities)))


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


def test_double_click_and_enter_locate_the_node(panel: ProblemsPanel) -> None:
    located: list[NodeId] = []
    panel.locate_requested.connect(located.append)
    item = next(i for i in map(panel.list.topLevelItem, range(len(panel.problems))) if i.text(2) == "Line")
    at = panel.list.visualItemRect(item).center()
    QTest.mouseClick(panel.list.viewport(), Qt.MouseButton.LeftButton, pos=at)
    QTest.mouseDClick(panel.list.viewport(), Qt.MouseButton.LeftButton, pos=at)
    QTest.keyClick(panel.list, Qt.Key.Key_Return)
    assert located == [NODE, NODE]


def test_a_flow_without_problems_says_so(panel: ProblemsPanel) -> None:
    panel.set_document(toy_document())
    assert rows(panel) == []
    assert any("No problems" in label.text() for label in panel.findChildren(QLabel) if label.isVisible())


def test_the_old_document_is_no_longer_watched(panel: ProblemsPanel, document: FlowDocument) -> None:
    panel.set_document(toy_document())
    commands.set_input(document, NODE, LINE, "abc")
    panel.find_now()
    assert panel.problems == []


def test_without_a_document_there_is_nothing(panel: ProblemsPanel) -> None:
    panel.set_document(None)
    assert panel.problems == []


def test_a_problem_of_a_node_deleted_since_has_no_title(panel: ProblemsPanel, document: FlowDocument) -> None:
    commands.remove(document, [NODE])
    panel.set_theme(Theme.load("light"))
    assert {title for title, _ in rows(panel)} == {""}
