"""The palette and the search popup, by mouse and keyboard."""

from __future__ import annotations

import pytest
from panel_nodes import shown, toy_registry
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QListWidget, QTreeWidget

from editor.canvas.node_drop import MIME_NODE_TYPE
from editor.panels.add_node_popup import AddNodePopup
from editor.panels.node_search import NodeSearch, WireFit
from editor.panels.palette import Palette
from editor.theme import Theme
from runtime.document.flow import PinDirection, PinKind
from runtime.nodes.pins import PinType

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.fixture
def palette(dark: Theme) -> Palette:
    panel = Palette(NodeSearch(toy_registry()), dark)
    shown(panel)
    return panel


@pytest.fixture
def popup(dark: Theme) -> AddNodePopup:
    return AddNodePopup(NodeSearch(toy_registry()), dark)


def field_of(widget: Palette | AddNodePopup) -> QLineEdit:
    return widget.findChild(QLineEdit)


def tree_of(palette: Palette) -> QTreeWidget:
    return palette.findChild(QTreeWidget)


def titles(popup: AddNodePopup) -> list[str]:
    found = popup.findChild(QListWidget)
    return [found.item(i).text() for i in range(found.count())]


def test_without_a_search_types_stand_under_their_categories(palette: Palette) -> None:
    tree = tree_of(palette)
    tops = [tree.topLevelItem(i) for i in range(tree.topLevelItemCount())]
    assert "Flow Control" in [top.text(0) for top in tops]
    assert all(top.isExpanded() and top.childCount() for top in tops)
    fork = tree.findItems("Fork", Qt.MatchFlag.MatchRecursive)[0]
    assert "As many ways" in fork.toolTip(0)


def test_typing_and_enter_choose_the_best_match(palette: Palette) -> None:
    chosen: list[str] = []
    palette.type_chosen.connect(chosen.append)
    QTest.keyClicks(field_of(palette), "everyth")
    QTest.keyClick(field_of(palette), Qt.Key.Key_Return)
    assert chosen == ["toy.everything"]


def test_arrows_in_the_field_move_in_the_list(palette: Palette) -> None:
    chosen: list[str] = []
    palette.type_chosen.connect(chosen.append)
    QTest.keyClicks(field_of(palette), "t")
    tree = tree_of(palette)
    second = tree.topLevelItem(1).text(0)
    QTest.keyClick(field_of(palette), Qt.Key.Key_Down)
    assert tree.currentItem().text(0) == second
    QTest.keyClick(field_of(palette), Qt.Key.Key_Return)
    assert len(chosen) == 1


def test_escape_gives_the_whole_list_back(palette: Palette) -> None:
    QTest.keyClicks(field_of(palette), "fork")
    QTest.keyClick(field_of(palette), Qt.Key.Key_Escape)
    assert field_of(palette).text() == ""
    assert tree_of(palette).topLevelItem(0).childCount() > 0


def test_a_search_without_a_match_says_so(palette: Palette) -> None:
    QTest.keyClicks(field_of(palette), "zzz")
    assert not tree_of(palette).isVisible()
    assert any("No node matches" in label.text() for label in palette.findChildren(QLabel) if label.isVisible())


def test_a_double_click_chooses(palette: Palette) -> None:
    chosen: list[str] = []
    palette.type_chosen.connect(chosen.append)
    tree = tree_of(palette)
    at = tree.visualItemRect(tree.findItems("Fork", Qt.MatchFlag.MatchRecursive)[0]).center()
    QTest.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=at)
    QTest.mouseDClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert chosen == ["toy.fork"]


def test_a_category_is_nothing_to_choose(palette: Palette) -> None:
    chosen: list[str] = []
    palette.type_chosen.connect(chosen.append)
    tree = tree_of(palette)
    tree.setCurrentItem(tree.topLevelItem(0))
    QTest.keyClick(tree, Qt.Key.Key_Return)
    assert chosen == []


def test_a_drag_carries_the_type_id(palette: Palette) -> None:
    tree = tree_of(palette)
    fork = tree.findItems("Fork", Qt.MatchFlag.MatchRecursive)[0]
    data = tree.mimeData([fork])
    assert data.data(MIME_NODE_TYPE).toStdString() == "toy.fork"
    assert tree.mimeTypes() == [MIME_NODE_TYPE]
    assert fork.flags() & Qt.ItemFlag.ItemIsDragEnabled
    assert not tree.topLevelItem(0).flags() & Qt.ItemFlag.ItemIsDragEnabled


def test_the_popup_is_driven_by_the_keyboard_alone(popup: AddNodePopup) -> None:
    chosen: list[str] = []
    popup.type_chosen.connect(chosen.append)
    popup.open_at(QPoint(10, 10))
    assert len(titles(popup)) == 5
    QTest.keyClicks(field_of(popup), "st")
    second = titles(popup)[1]
    QTest.keyClick(field_of(popup), Qt.Key.Key_Down)
    QTest.keyClick(field_of(popup), Qt.Key.Key_Return)
    assert len(chosen) == 1
    assert popup.isHidden()
    assert toy_registry().get(chosen[0]).title == second


def test_the_popup_explains_the_current_type(popup: AddNodePopup) -> None:
    popup.open_at(QPoint(10, 10))
    QTest.keyClicks(field_of(popup), "everyth")
    assert any(label.text() == "Takes a value of every kind." for label in popup.findChildren(QLabel))
    QTest.keyClicks(field_of(popup), "zzz")
    assert any("No node matches" in label.text() for label in popup.findChildren(QLabel))


def test_escape_dismisses_the_popup(popup: AddNodePopup) -> None:
    told: list[str] = []
    popup.dismissed.connect(lambda: told.append("dismissed"))
    popup.type_chosen.connect(told.append)
    popup.open_at(QPoint(10, 10))
    QTest.keyClick(field_of(popup), Qt.Key.Key_Escape)
    assert popup.isHidden()
    assert told == ["dismissed"]


def test_the_popup_opens_empty_each_time_and_puts_the_last_choice_first(popup: AddNodePopup) -> None:
    popup.open_at(QPoint(10, 10))
    QTest.keyClicks(field_of(popup), "length")
    QTest.keyClick(field_of(popup), Qt.Key.Key_Return)
    popup.open_at(QPoint(10, 10))
    assert field_of(popup).text() == ""
    assert titles(popup)[0] == "String Length"


def test_the_popup_shows_only_what_fits_a_loose_wire(popup: AddNodePopup) -> None:
    popup.open_at(QPoint(10, 10), WireFit(PinKind.DATA, PinDirection.IN, PinType.INTEGER))
    assert titles(popup) == ["String Length"]


def test_the_popup_stays_on_the_screen(popup: AddNodePopup, qapp: QApplication) -> None:
    area = qapp.primaryScreen().availableGeometry()
    popup.open_at(area.bottomRight())
    assert area.contains(popup.geometry())


def test_both_themes_paint(palette: Palette, popup: AddNodePopup) -> None:
    for name in ("light", "dark"):
        theme = Theme.load(name)
        palette.set_theme(theme)
        popup.set_theme(theme)
        assert not palette.grab().isNull()
        assert not popup.grab().isNull()
