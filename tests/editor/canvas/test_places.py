"""Back and forward through places, by the buttons of the mouse; and the map in the corner."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from canvas_stage import RIGHT, Stage
from driving import emitted
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from editor.canvas.locating import show_place
from editor.canvas.minimap import SIZES, Minimap
from runtime.document.flow import View
from runtime.ids import NodeId

pytestmark = pytest.mark.usefixtures("qapp")
BACK, FORWARD = Qt.MouseButton.BackButton, Qt.MouseButton.ForwardButton
ANYWHERE = QPoint(500, 300)


@pytest.fixture
def stage() -> Stage:
    """The small flow on a stage."""
    return Stage()


@pytest.fixture
def minimap(stage: Stage) -> Minimap:
    made = Minimap(stage.view)
    made.show()
    QApplication.processEvents()
    return made


def test_each_jump_can_be_gone_back_and_forward_by_the_mouse(stage: Stage) -> None:
    stage.view.history.clear()
    seen = [stage.view.view_state()]
    show_place(stage.view, NodeId("log"))
    seen.append(stage.view.view_state())
    stage.view.fit()
    seen.append(stage.view.view_state())
    stage.click(ANYWHERE, BACK)
    assert stage.view.view_state() == seen[1]
    stage.click(ANYWHERE, BACK)
    assert stage.view.view_state() == seen[0]
    stage.click(ANYWHERE, BACK)
    assert stage.view.view_state() == seen[0]
    stage.click(ANYWHERE, FORWARD)
    stage.click(ANYWHERE, FORWARD)
    assert stage.view.view_state() == seen[2]


def test_a_new_jump_takes_the_way_forward_away_and_a_pan_is_no_jump(stage: Stage) -> None:
    stage.view.history.clear()
    stage.view.set_view_state(View(center=(500, 500), zoom=2))
    assert stage.view.history.step(-1)
    stage.view.center_at(QPointF(50, 50))
    assert not stage.view.history.step(1)
    stage.view.pan(QPointF(30, 30))
    assert stage.view.history.step(-1)
    assert not stage.view.history.step(-1)


def test_a_drag_on_the_map_moves_the_view_and_is_one_place_to_go_back_from(stage: Stage, minimap: Minimap) -> None:
    stage.view.history.clear()
    before = stage.view.view_state()
    start, end = QPoint(40, 40), QPoint(90, 60)
    QTest.mousePress(minimap, Qt.MouseButton.LeftButton, pos=start)
    pressed = minimap.scene_place(QPointF(start))
    assert (stage.view.camera.center - pressed).manhattanLength() < 1
    QTest.mouseMove(minimap, QPoint(60, 50))
    QTest.mouseMove(minimap, end)
    QTest.mouseRelease(minimap, Qt.MouseButton.LeftButton, pos=end)
    assert (stage.view.camera.center - minimap.scene_place(QPointF(end))).manhattanLength() < 1
    assert stage.view.history.step(-1)
    assert stage.view.view_state() == before
    assert stage.selected() == set()


def test_a_right_click_gives_the_map_another_size_and_it_stays_in_the_corner(stage: Stage, minimap: Minimap) -> None:
    sizes = []
    for _ in SIZES:
        sizes.append(minimap.size())
        assert minimap.geometry().bottomRight() == stage.view.rect().bottomRight() - QPoint(12, 12)
        QTest.mouseClick(minimap, RIGHT)
    assert sorted(size.width() for size in sizes) == [size.width() for size in SIZES]
    assert minimap.size() == sizes[0]
    assert stage.menus == []
    assert stage.requests == []


def test_the_map_shows_where_one_is_at_once_and_the_selection_after_a_moment(
    drive: Callable[[Coroutine[Any, Any, Any]], Any], stage: Stage, minimap: Minimap
) -> None:
    stage.look(3.0)
    first = minimap.grab().toImage()
    stage.view.pan(QPointF(200, 100))
    moved = minimap.grab().toImage()
    assert moved != first
    stage.view.select([NodeId("log")])
    drive(emitted(minimap.refreshed))
    assert minimap.grab().toImage() != moved
