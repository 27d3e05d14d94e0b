"""Wires by the mouse: bending, cutting, moving their ends, putting nodes into them; each is one undo step."""

from __future__ import annotations

import pytest
from canvas_stage import ALT, CTRL, RIGHT, Stage, colors_in, node, wire, wire_text
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from editor import commands
from editor.adding import add_requested
from editor.canvas.add_request import AddRequest, WireEnd
from editor.canvas.node_drop import MIME_NODE_TYPE
from runtime.document.files import dump_flow
from runtime.document.flow import Flow, PinDirection, PinKind, PinRef
from runtime.ids import NodeId, PinName

pytestmark = pytest.mark.usefixtures("qapp")
CTRL_ALT = CTRL | ALT


def two_chains() -> Flow:
    """Two exec wires, one below the other, a value into both messages, and nodes that are wired to nothing."""
    return Flow(
        nodes=(
            node("start", "event.button", 0, 0), node("one", "util.console", 400, 0),
            node("other", "event.button", 0, 300), node("two", "util.console", 400, 300),
            node("text", "value.text", 0, 150, Input="hello"), node("loose", "flow.delay", 660, 470),
            node("join", "string.concat", 660, 250),
        ),
        connections=(
            wire("exec", "start.Out", "one.In"), wire("exec", "other.Out", "two.In"),
            wire("data", "text.Output", "one.Message"), wire("data", "text.Output", "two.Message"),
        ),
    )  # fmt: skip


@pytest.fixture
def stage() -> Stage:
    return Stage(two_chains())


def laid(stage: Stage, text: str):
    """A wire as it lies on the canvas."""
    return next(found for key, found in stage.view.projection.wires.items() if wire_text(key) == text)


def on(stage: Stage, text: str, share: float = 0.5) -> QPoint:
    """A place on a wire, some way along it."""
    found = laid(stage, text)
    total, at = sum(line.length() for line in found.lines) * share, 0.0
    for line in found.lines:
        if at + line.length() >= total and line.length():
            spot = line.pointAt((total - at) / line.length())
            return stage.at(spot.x(), spot.y())
        at += line.length()
    raise AssertionError("a share is at most 1")


def bends(stage: Stage, text: str) -> list[tuple[float, float]]:
    return [(bend.x(), bend.y()) for bend in laid(stage, text).via]


def undone(stage: Stage, before: str) -> bool:
    """Whether one undo gives the file back byte for byte."""
    assert stage.document.undo_stack.index() == 1
    stage.document.undo_stack.undo()
    return dump_flow(stage.document.flow) == before


TOP = "start.Out>one.In"
LOW = "other.Out>two.In"


def test_a_drag_in_the_middle_of_a_wire_bends_it_there(stage: Stage) -> None:
    before = dump_flow(stage.document.flow)
    place = on(stage, TOP)
    stage.drag(place, place + QPoint(0, -60))
    ((x, y),) = bends(stage, TOP)
    assert (x, y) == (290, -20)
    assert stage.wires() >= {TOP}
    assert stage.screen() == stage.image()
    assert undone(stage, before)


def test_a_bend_is_dragged_and_taken_away_by_alt_or_a_double_click(stage: Stage) -> None:
    place = on(stage, TOP)
    stage.drag(place, place + QPoint(0, -60))
    (bend,) = bends(stage, TOP)
    stage.drag(stage.at(*bend), stage.at(*bend) + QPoint(20, 0))
    assert bends(stage, TOP) == [(bend[0] + 20, bend[1])]
    stage.click(stage.at(*bends(stage, TOP)[0]), keys=ALT)
    assert bends(stage, TOP) == []
    stage.document.undo_stack.undo()
    QTest.mouseDClick(
        stage.view.viewport(),
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
        stage.at(*bends(stage, TOP)[0]),
    )
    assert bends(stage, TOP) == []


def test_a_double_click_on_a_wire_bends_it(stage: Stage) -> None:
    QTest.mouseDClick(stage.view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, on(stage, TOP))
    assert len(bends(stage, TOP)) == 1
    assert stage.requests == []


def test_several_bends_keep_their_order_along_the_wire(stage: Stage) -> None:
    for share in (0.3, 0.7, 0.5):
        QTest.mouseDClick(
            stage.view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, on(stage, TOP, share)
        )
    xs = [x for x, _ in bends(stage, TOP)]
    assert len(xs) == 3
    assert xs == sorted(xs)


def test_bends_move_with_both_nodes_of_their_wire(stage: Stage) -> None:
    place = on(stage, TOP)
    stage.drag(place, place + QPoint(0, -60))
    (x, y), (left, top) = bends(stage, TOP)[0], stage.position("one")
    stage.view.select(map(NodeId, ("start", "one")))
    stage.drag(stage.header("start"), stage.header("start") + QPoint(50, 20))
    right, bottom = stage.position("one")
    assert right > left
    assert bends(stage, TOP) == [(x + right - left, y + bottom - top)]
    moved = bends(stage, TOP)
    stage.view.select([NodeId("one")])
    stage.drag(stage.header("one"), stage.header("one") + QPoint(50, 20))
    assert bends(stage, TOP) == moved


@pytest.mark.parametrize(
    ("share", "goal", "now"),
    [
        (0.98, ("two", "in", "exec", "In"), "start.Out>two.In"),
        (0.02, ("other", "out", "exec", "Out"), "other.Out>one.In"),
    ],
)
def test_a_drag_near_an_end_picks_that_end_up(stage: Stage, share: float, goal: tuple[str, ...], now: str) -> None:
    place = on(stage, TOP, 0.9 if share > 0.5 else 0.1)
    stage.drag(place, stage.pin(*goal))
    assert now in stage.wires()
    assert TOP not in stage.wires()


@pytest.mark.parametrize(("button", "keys"), [(RIGHT, CTRL), (Qt.MouseButton.LeftButton, CTRL_ALT)])
def test_a_stroke_cuts_the_wires_that_it_crosses_in_one_step(stage: Stage, button, keys) -> None:
    before = dump_flow(stage.document.flow)
    top, low = on(stage, TOP), on(stage, LOW)
    stage.press(top - QPoint(0, 30), button, keys)
    stage.hover(top - QPoint(0, 30), low + QPoint(0, 30))
    assert stage.theme.tokens["error"] in colors_in(stage.image(), top.x() - 60, top.y() - 2, 20, 5)
    stage.release(low + QPoint(0, 30), button, keys)
    assert stage.wires() & {TOP, LOW} == set()
    assert stage.menus == []
    assert undone(stage, before)


def test_a_stroke_over_nothing_and_one_called_off_cut_nothing(stage: Stage) -> None:
    stage.drag(stage.at(600, 600), stage.at(700, 620), RIGHT, CTRL)
    top = on(stage, TOP)
    stage.press(top - QPoint(0, 30), RIGHT, CTRL)
    stage.move(top + QPoint(0, 30))
    stage.key(Qt.Key.Key_Escape)
    assert stage.wires() >= {TOP, LOW}
    assert stage.document.undo_stack.count() == 0


def test_ctrl_drag_moves_all_wires_of_a_pin(stage: Stage) -> None:
    before = dump_flow(stage.document.flow)
    stage.drag(stage.pin("text", "out", "data", "Output"), stage.pin("join", "out", "data", "Result"), keys=CTRL)
    assert stage.wires() >= {"join.Result>one.Message", "join.Result>two.Message"}
    assert undone(stage, before)


def test_ctrl_drag_onto_a_pin_that_does_not_take_them_says_why_and_moves_nothing(stage: Stage) -> None:
    stage.press(stage.pin("text", "out", "data", "Output"), keys=CTRL)
    stage.hover(stage.pin("text", "out", "data", "Output"), stage.pin("loose", "out", "exec", "Out"))
    assert "another kind" in stage.messages[-1]
    stage.release(stage.pin("loose", "out", "exec", "Out"), keys=CTRL)
    assert stage.document.undo_stack.count() == 0


def test_alt_drag_from_node_to_node_connects_the_way_on(stage: Stage) -> None:
    stage.drag(stage.header("one"), stage.header("loose"), keys=ALT)
    assert "one.Out>loose.In" in stage.wires()
    assert stage.document.undo_stack.count() == 1


def test_alt_drag_hands_over_values_where_no_way_leads(stage: Stage) -> None:
    stage.drag(stage.header("text"), stage.header("join"), keys=ALT)
    assert "text.Output>join.A" in stage.wires()


# -- into a wire


def test_a_node_dropped_on_a_wire_goes_into_it_and_neighbours_move_aside(stage: Stage) -> None:
    before = dump_flow(stage.document.flow)
    goal = stage.at(260, 315)
    stage.press(stage.header("loose"))
    stage.hover(stage.header("loose"), goal)
    assert stage.view.subject.emphasis.lit_wire is not None
    stage.release(goal)
    assert stage.wires() >= {"other.Out>loose.In", "loose.Out>two.In"}
    assert LOW not in stage.wires()
    right = stage.view.projection.nodes[NodeId("loose")].rect.right()
    assert stage.position("two")[0] >= right + 60
    assert stage.position("one") == (400, 0)
    assert stage.screen() == stage.image()
    assert undone(stage, before)


def test_with_alt_a_node_is_only_moved(stage: Stage) -> None:
    stage.press(stage.header("loose"))
    stage.hover(stage.header("loose"), stage.at(260, 315))
    QTest.mouseRelease(stage.view.viewport(), Qt.MouseButton.LeftButton, ALT, stage.at(260, 315))
    assert LOW in stage.wires() or "other.Out>loose.In" in stage.wires()


def test_a_node_that_does_not_fit_is_only_moved(stage: Stage) -> None:
    stage.drag(stage.header("other"), stage.at(260, 30))
    assert TOP in stage.wires()
    assert stage.document.undo_stack.undoText() == "Move node"


# PySide6 6.12 wants the place of QDragEnterEvent as QPointF, 6.11 takes only QPoint.
@pytest.mark.filterwarnings("ignore:.*QDragEnterEvent.*deprecated:DeprecationWarning")
def test_a_type_dropped_from_the_palette_on_a_wire_goes_into_it(stage: Stage) -> None:
    before = dump_flow(stage.document.flow)
    data = QMimeData()
    data.setData(MIME_NODE_TYPE, b"flow.delay")
    left, copy = Qt.MouseButton.LeftButton, Qt.DropAction.CopyAction
    enter = QDragEnterEvent(on(stage, TOP), copy, data, left, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(stage.view.viewport(), enter)
    drop = QDropEvent(QPointF(on(stage, TOP)), copy, data, left, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(stage.view.viewport(), drop)
    (new,) = stage.selected()
    assert stage.wires() >= {f"start.Out>{new}.In", f"{new}.Out>one.In"}
    assert undone(stage, before)


def test_a_node_from_a_loose_exec_wire_takes_the_conversation_too() -> None:
    flow = Flow(nodes=(node("conv", "openai.create_conversation", 0, 0),))
    stage = Stage(flow)
    end = WireEnd(PinKind.EXEC, PinDirection.OUT, PinRef(NodeId("conv"), PinName("Success")))
    new = add_requested(stage.document, "openai.add_user_message", AddRequest(QPointF(300, 0), QPoint(), end))
    assert stage.wires() == {f"conv.Success>{new}.Execute", f"conv.ConversationId>{new}.ConversationId"}
    assert stage.document.undo_stack.count() == 1


def test_a_node_from_a_loose_data_wire_is_run_too() -> None:
    stage = Stage(Flow(nodes=(node("ask", "openai.chat_completion_async", 0, 0),)))
    end = WireEnd(PinKind.DATA, PinDirection.OUT, PinRef(NodeId("ask"), PinName("FutureResponseId")))
    new = add_requested(stage.document, "future.await", AddRequest(QPointF(400, 0), QPoint(), end))
    assert stage.wires() == {f"ask.FutureResponseId>{new}.FutureResponseId", f"ask.Success>{new}.Execute"}


def test_the_wire_under_the_mouse_stands_out(stage: Stage) -> None:
    spot = on(stage, TOP)
    stage.move(spot)
    assert stage.theme.tokens["node.selected"] in colors_in(stage.screen(), spot.x() - 3, spot.y() - 4, 7, 9)
    stage.move(stage.at(600, 600))
    assert stage.theme.tokens["node.selected"] not in colors_in(stage.screen(), spot.x() - 3, spot.y() - 4, 7, 9)


def test_a_wire_that_is_deleted_under_the_mouse_is_forgotten(stage: Stage) -> None:
    stage.move(on(stage, TOP))
    spot = on(stage, TOP)
    commands.remove(stage.document, (), [key for key in stage.document.connections if wire_text(key) == TOP])
    stage.move(stage.at(600, 600))
    assert stage.theme.tokens["node.selected"] not in colors_in(stage.screen(), spot.x() - 30, spot.y() - 4, 60, 9)
