"""While nodes are dragged: lines of their neighbours to snap to, and a view that goes on at its edge."""

from __future__ import annotations

import pytest
from canvas_stage import ALT, SIZE, Stage, colors_in, node
from driving import emitted
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from runtime.document.flow import Flow, Frame
from runtime.ids import NodeId

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.fixture
def stage() -> Stage:
    """A node at a place that is on no line of the grid, and one to be dragged."""
    return Stage(Flow(nodes=(node("fixed", "flow.delay", 203, 57), node("free", "flow.delay", 500, 300))))


def drag_to(stage: Stage, x: float, y: float, keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Drag the free node so that its corner would be at a place, and hold it there."""
    begin = stage.header("free")
    rect = stage.view.projection.nodes[NodeId("free")].rect
    goal = begin + QPoint(round(x - rect.x()), round(y - rect.y()))
    stage.press(begin, keys=keys)
    stage.hover(begin, goal)


def held(stage: Stage) -> tuple[float, float]:
    """Where the dragged node is now."""
    rect = stage.view.projection.nodes[NodeId("free")].rect.translated(stage.view.projection.offset)
    return rect.x(), rect.y()


def test_an_upper_edge_snaps_to_that_of_a_neighbour_and_a_line_shows_it(stage: Stage) -> None:
    drag_to(stage, 520, 61)
    assert held(stage)[1] == 57
    line = stage.at(203 + 250, 57)
    assert stage.theme.tokens["node.selected"] in colors_in(stage.image(), line.x() - 8, line.y(), 17, 1)


def test_a_left_edge_snaps_too_and_both_at_once(stage: Stage) -> None:
    drag_to(stage, 206, 60)
    assert held(stage) == (203, 57)


def test_farther_than_the_reach_the_grid_holds(stage: Stage) -> None:
    drag_to(stage, 523, 74)
    assert held(stage) == (520, 70)


def test_with_alt_nothing_snaps(stage: Stage) -> None:
    begin, at = stage.header("free"), stage.position("free")
    stage.press(begin)
    stage.move(begin + QPoint(30, 0))
    place = QPointF(begin + QPoint(round(206 - at[0]), round(61 - at[1])))
    left = Qt.MouseButton.LeftButton
    event = QMouseEvent(QEvent.Type.MouseMove, place, place, Qt.MouseButton.NoButton, left, ALT)
    QApplication.sendEvent(stage.view.viewport(), event)
    assert held(stage) == (206, 61)


def test_frames_give_lines_as_nodes_do() -> None:
    flow = Flow(
        nodes=(node("free", "flow.delay", 500, 300),), frames=(Frame(id="f", title="F", rect=(100, 33, 200, 100)),)
    )
    stage = Stage(flow)
    drag_to(stage, 520, 36)
    assert held(stage)[1] == 33


def test_the_line_is_gone_when_the_button_goes_up(stage: Stage) -> None:
    drag_to(stage, 520, 61)
    stage.release(stage.header("free"))
    line = stage.at(203 + 250, 57)
    assert stage.theme.tokens["node.selected"] not in colors_in(stage.screen(), line.x() - 8, line.y(), 17, 1)


def test_at_the_edge_the_view_goes_on_and_the_node_with_it(drive, stage: Stage) -> None:
    async def main() -> None:
        begin = stage.header("free")
        stage.press(begin)
        stage.hover(begin, QPoint(SIZE[0] - 4, begin.y()))
        before, center = held(stage), stage.view.camera.center.x()
        while stage.view.camera.center.x() < center + 100:
            await emitted(stage.view.projection.damaged, "a step of the view")
        assert held(stage)[0] > before[0] + 50
        stage.release(QPoint(SIZE[0] - 4, begin.y()))
        there = stage.view.camera.center.x()
        assert stage.position("free")[0] > before[0] + 50
        assert stage.view.camera.center.x() == there

    drive(main())


@pytest.fixture
def row() -> Stage:
    """Two nodes beside each other, 82 units apart and not level, and a free one below them."""
    first = node("first", "flow.delay", 3, 50)
    width = Stage(Flow(nodes=(first,))).view.projection.nodes[NodeId("first")].rect.width()
    second = node("second", "flow.delay", 3 + width + 82, 71)
    return Stage(Flow(nodes=(first, second, node("free", "flow.delay", 40, 400))))


def edges(stage: Stage, node_id: str) -> tuple[float, float]:
    """Left and right edge of a node, held ones where they are held."""
    rect = stage.view.projection.nodes[NodeId(node_id)].rect
    left = held(stage)[0] if node_id == "free" else rect.x()
    return left, left + rect.width()


def test_beside_two_nodes_one_snaps_to_the_gap_that_is_between_them_and_both_gaps_are_shown(row: Stage) -> None:
    wanted = edges(row, "second")[1] + 82
    drag_to(row, wanted + 4, 89)
    assert held(row) == (pytest.approx(wanted), 90)
    for left in (edges(row, "first")[1], edges(row, "second")[1]):
        start = row.at(left + 30, 60)
        assert row.theme.tokens["node.selected"] in colors_in(row.image(), start.x(), start.y(), 1, 120)


def test_before_two_nodes_one_snaps_to_the_gap_that_is_between_them(row: Stage) -> None:
    wanted = edges(row, "first")[0] - 82 - (edges(row, "first")[1] - edges(row, "first")[0])
    drag_to(row, wanted - 5, 89)
    assert held(row)[0] == pytest.approx(wanted)


def test_between_two_nodes_one_snaps_to_the_middle_of_the_gap() -> None:
    flow = Flow(
        nodes=(
            node("first", "flow.delay", 3, 50),
            node("second", "flow.delay", 616, 71),
            node("free", "flow.delay", 40, 400),
        )
    )
    stage = Stage(flow)
    middle = (edges(stage, "first")[1] + edges(stage, "second")[0]) / 2
    half = (edges(stage, "free")[1] - edges(stage, "free")[0]) / 2
    drag_to(stage, round(middle - half) + 3, 91)
    assert held(stage)[0] == pytest.approx(middle - half)


def test_gaps_one_above_the_other_are_made_equal_too() -> None:
    first, second = node("first", "flow.delay", 3, 3), node("second", "flow.delay", 24, 220)
    stage = Stage(Flow(nodes=(first, second, node("free", "flow.delay", 500, 300))))
    rects = stage.view.projection.nodes
    gap = rects[NodeId("second")].rect.top() - rects[NodeId("first")].rect.bottom()
    wanted = rects[NodeId("second")].rect.bottom() + gap
    drag_to(stage, 57, round(wanted) + 4)
    assert held(stage)[1] == pytest.approx(wanted)


def test_a_node_that_is_in_no_row_with_others_gets_no_gap(row: Stage) -> None:
    wanted = edges(row, "second")[1] + 82
    drag_to(row, wanted + 4, 300)
    assert held(row)[0] == round(wanted / 10) * 10
