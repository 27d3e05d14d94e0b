"""What the view offers to menus, panels and screen readers, and what its keys do."""

from __future__ import annotations

import pytest
from canvas_stage import CTRL, SHIFT, Stage, wire_text
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDropEvent,
    QHelpEvent,
    QKeyEvent,
    QNativeGestureEvent,
    QPointingDevice,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QToolTip, QVBoxLayout, QWidget
from told_values import gave

from editor import commands
from editor.canvas.hit import Hit
from editor.canvas.locating import show_place
from editor.canvas.node_drop import MIME_NODE_TYPE
from editor.canvas.placing import add_node_in_sight
from editor.canvas.standing import Standing
from editor.canvas.tooltips import tooltip
from editor.theme import Theme
from runtime.document.flow import Breakpoint, Flow, View
from runtime.engine.events import NodeStarted
from runtime.ids import NodeId, RunId, StepId

pytestmark = pytest.mark.usefixtures("qapp")
Key = Qt.Key
KeyPress, KeyRelease = QEvent.Type.KeyPress, QEvent.Type.KeyRelease


@pytest.fixture
def stage() -> Stage:
    """The small flow on a stage."""
    return Stage()


# -- selection and keys


def test_selected_nodes_come_in_the_order_of_the_document(stage: Stage) -> None:
    stage.view.select([NodeId("log"), NodeId("start"), NodeId("ask")])
    assert stage.view.selected_nodes() == ["start", "ask", "log"]


def test_arrows_move_the_selection_in_one_undo_step(stage: Stage) -> None:
    stage.view.select([NodeId("conv"), NodeId("ask")])
    for key in (Key.Key_Right, Key.Key_Right, Key.Key_Down):
        stage.key(key)
    stage.key(Key.Key_Up, SHIFT)
    assert (stage.position("conv"), stage.position("ask")) == ((260, 9), (540, 9))
    assert stage.document.undo_stack.count() == 1
    stage.document.undo_stack.undo()
    assert stage.position("conv") == (240, 0)


def test_delete_and_backspace_delete_the_selection(stage: Stage) -> None:
    stage.view.select([NodeId("conv")])
    stage.key(Key.Key_Delete)
    stage.view.select([NodeId("log")])
    stage.key(Key.Key_Backspace)
    assert set(stage.document.nodes) == {"start", "ask"}
    assert stage.wires() == set()
    stage.key(Key.Key_Delete)
    assert stage.document.undo_stack.count() == 2


def test_ctrl_a_selects_all_and_escape_nothing(stage: Stage) -> None:
    stage.key(Key.Key_A, CTRL)
    assert len(stage.selected()) == 4
    stage.key(Key.Key_Escape)
    assert stage.selected() == set()


def test_enter_opens_the_selected_node(stage: Stage) -> None:
    stage.view.select([NodeId("ask")])
    stage.key(Key.Key_Return)
    assert stage.activated == ["ask"]


def test_n_steps_through_frames_and_nodes_in_reading_order_and_shift_n_back(stage: Stage) -> None:
    seen = []
    for _ in range(5):
        stage.key(Key.Key_N)
        seen += [*sorted(stage.view.selection.frames), *stage.view.selected_nodes()]
    assert seen == ["f", "start", "conv", "ask", "log"]
    stage.key(Key.Key_N)
    assert stage.view.selected_nodes() == ["log"]
    stage.key(Key.Key_N, SHIFT)
    assert stage.view.selected_nodes() == ["ask"]


def test_shift_tab_leaves_the_canvas() -> None:
    stage = Stage()
    window = QWidget()
    layout, other = QVBoxLayout(window), QLineEdit()
    layout.addWidget(other)
    layout.addWidget(stage.view)
    window.show()
    stage.view.setFocus()
    stage.key(Key.Key_Tab, SHIFT)
    assert window.focusWidget() is other


def test_tab_and_a_tap_on_space_ask_for_a_node_where_none_lies(stage: Stage) -> None:
    stage.key(Key.Key_Tab)
    stage.key(Key.Key_Space)
    assert len(stage.requests) == 2
    for request in stage.requests:
        at = stage.at(request.position.x(), request.position.y())
        assert stage.view.hit(QPointF(at)).node is None


def test_space_held_for_a_drag_or_for_long_asks_for_nothing(stage: Stage) -> None:
    QTest.keyPress(stage.view, Key.Key_Space)
    stage.drag(QPoint(900, 600), QPoint(800, 600))
    QTest.keyRelease(stage.view, Key.Key_Space)
    for kind, repeats in ((KeyPress, False), (KeyPress, True), (KeyRelease, True), (KeyRelease, False)):
        event = QKeyEvent(kind, Key.Key_Space, Qt.KeyboardModifier.NoModifier, " ", repeats)
        QApplication.sendEvent(stage.view, event)
    assert stage.requests == []
    assert not stage.view.hand.pans


def test_keys_zoom_and_fit(stage: Stage) -> None:
    stage.key(Key.Key_Plus)
    assert stage.view.camera.zoom == pytest.approx(1.25)
    stage.key(Key.Key_Minus)
    assert stage.view.camera.zoom == pytest.approx(1.0)
    stage.view.pan(QPointF(5000, 5000))
    stage.key(Key.Key_Home)
    assert stage.view.camera.visible.contains(stage.view.projection.bounds())
    stage.view.select([NodeId("log")])
    stage.key(Key.Key_F)
    assert stage.view.camera.center == stage.view.projection.nodes[NodeId("log")].rect.center()


def test_a_key_that_means_nothing_here_is_left_to_others(stage: Stage) -> None:
    stage.view.select(stage.view.document.nodes)
    before = stage.document.flow
    stage.key(Key.Key_J)
    stage.key(Key.Key_Left, CTRL)
    assert stage.document.flow == before


# -- camera


def test_fit_shows_everything_and_never_magnifies(stage: Stage) -> None:
    stage.view.zoom_to(3.0)
    stage.view.fit()
    assert stage.view.camera.visible.contains(stage.view.projection.bounds())
    commands.remove(stage.document, ["start", "conv", "ask"])  # type: ignore[list-item]
    stage.view.fit()
    assert stage.view.camera.zoom <= 1.0


def test_an_empty_flow_fits_at_natural_size() -> None:
    stage = Stage(Flow())
    stage.view.fit()
    assert stage.view.camera.zoom == 1.0
    assert not stage.view.keyboard.step(1)
    stage.image()


def test_a_view_that_is_shown_first_shows_everything() -> None:
    stage = Stage()
    stage.view.hide()
    stage.document.load(stage.document.flow, None)
    stage.view.show()
    QApplication.processEvents()
    assert stage.view.camera.visible.contains(stage.view.projection.bounds())


def test_the_view_of_a_file_is_kept_and_given_back(stage: Stage) -> None:
    stage.view.set_view_state(View(center=(120, -30), zoom=0.4))
    assert stage.view.view_state() == View(center=(120, -30), zoom=0.4)
    assert stage.view.camera.center == QPointF(120, -30)
    stage.view.resize(500, 300)
    assert stage.view.view_state() == View(center=(120, -30), zoom=0.4)


def test_places_of_the_screen_and_of_the_canvas_agree(stage: Stage) -> None:
    place = QPointF(240, 100)
    assert stage.view.scene_position(stage.view.global_position(place)) == place


def test_a_located_node_comes_to_the_middle_selected_and_flashed(stage: Stage) -> None:
    plain = stage.view.theme.tokens["node.selected"]
    show_place(stage.view, NodeId("log"))
    assert stage.selected() == {"log"}
    assert stage.view.camera.center == stage.view.projection.nodes[NodeId("log")].rect.center()
    assert stage.view.subject.flash.node == "log"
    rect = stage.view.projection.nodes[NodeId("log")].rect
    ring = stage.at(rect.x() - 8, rect.center().y())
    assert stage.image().pixelColor(ring).name() == plain
    stage.view.highlights.end_flash()
    assert stage.image().pixelColor(ring).name() != plain
    show_place(stage.view, NodeId("gone"))


# -- following


def test_activity_of_nodes_that_are_gone_or_hidden_is_no_error(stage: Stage) -> None:
    started = NodeStarted(0.0, RunId("r"), NodeId("ghost"), StepId(1))
    stage.view.highlights.refresh_activity(stage.activity.apply(started))
    stage.look(0.2)
    stage.image()
    stage.view.hide()
    stage.view.highlights.refresh_activity(frozenset({NodeId("conv")}))


def test_another_theme_is_worn_at_once(stage: Stage) -> None:
    light = Theme.load("light")
    stage.view.set_theme(light)
    rect = stage.view.projection.nodes[NodeId("log")].rect
    body = stage.image().pixelColor(stage.at(rect.center().x() - 4, rect.bottom() - 4))
    assert body == light.color("node")


def test_another_flow_resets_selection_fold_and_picture(stage: Stage) -> None:
    stage.view.select(stage.view.document.nodes)
    stage.click(stage.more("ask"))
    stage.document.load(Flow(), None)
    assert stage.selected() == set()
    assert stage.view.projection.expanded == set()
    assert {stage.image().pixelColor(x, 300).name() for x in range(0, 1000, 7)} <= {
        stage.theme.tokens[token] for token in ("canvas", "canvas.grid", "canvas.grid.major")
    }


# -- dropping a node type


# PySide6 6.12 wants the place of QDragEnterEvent as QPointF, 6.11 takes only QPoint.
@pytest.mark.filterwarnings("ignore:.*QDragEnterEvent.*deprecated:DeprecationWarning")
def test_a_node_type_dropped_from_the_palette_becomes_a_node_there(stage: Stage) -> None:
    place = QPointF(700, 500)
    mime = QMimeData()
    mime.setData(MIME_NODE_TYPE, b"flow.branch")
    enter = QDragEnterEvent(place.toPoint(), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, SHIFT)
    QApplication.sendEvent(stage.view.viewport(), enter)
    assert enter.isAccepted()
    drop = QDropEvent(place, Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, SHIFT)
    QApplication.sendEvent(stage.view.viewport(), drop)
    (name,) = stage.view.selected_nodes()
    assert stage.document.nodes[name].type == "flow.branch"
    assert stage.view.hit(place) == Hit("body", name)
    stage.document.undo_stack.undo()
    assert name not in stage.document.nodes


@pytest.mark.parametrize(("format_", "data"), [("text/plain", b"flow.branch"), (MIME_NODE_TYPE, b"no.such_type")])
def test_anything_else_that_is_dropped_changes_nothing(stage: Stage, format_: str, data: bytes) -> None:
    mime = QMimeData()
    mime.setData(format_, data)
    drop = QDropEvent(QPointF(700, 500), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, SHIFT)
    QApplication.sendEvent(stage.view.viewport(), drop)
    assert stage.document.undo_stack.count() == 0


# -- words


def test_a_resting_mouse_is_told_about_pins_nodes_and_values(stage: Stage) -> None:
    stage.click(stage.more("ask"))
    spot = stage.pin("ask", "in", "data", "Temperature")
    event = QHelpEvent(QEvent.Type.ToolTip, spot, stage.view.viewport().mapToGlobal(spot))
    QApplication.sendEvent(stage.view.viewport(), event)
    assert "0 to 2" in QToolTip.text()
    QToolTip.hideText()
    gave(stage.activity, "conv", {"ConversationId": "conv_<7>"})
    hit = stage.view.hit(QPointF(stage.pin("conv", "out", "data", "ConversationId")))
    assert "conv_&lt;7&gt;" in tooltip(stage.view.subject, hit)
    assert tooltip(stage.view.subject, Hit("body", NodeId("gone"))) == ""


def test_a_screen_reader_is_told_what_the_canvas_and_the_focused_node_are(stage: Stage) -> None:
    assert stage.view.accessibleName() == "Flow canvas"
    assert stage.view.accessibleDescription() == "4 nodes, 2 wires"
    stage.view.select([NodeId("start")])
    stage.key(Key.Key_N)
    assert stage.view.accessibleDescription() == "Create Conversation, 1 incoming wire, 1 outgoing wire"
    conv = NodeId("conv")
    commands.set_fields(stage.document, conv, "Set", breakpoint=Breakpoint(enabled=False), pinned_outputs={"A": 1})
    stage.view.highlights.show_standing(Standing(frozenset({conv})))
    stage.view.select([NodeId("start")])
    stage.key(Key.Key_N)
    told = stage.view.accessibleDescription()
    assert "a run stands still here, disabled breakpoint, mocked outputs" in told


def test_the_menu_key_offers_the_selected_node_or_a_new_one(stage: Stage) -> None:
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(10, 10), QPoint(10, 10))
    stage.view.select([NodeId("ask")])
    QApplication.sendEvent(stage.view.viewport(), event)
    assert [hit.node for hit, _ in stage.menus] == ["ask"]
    stage.view.select([])
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(10, 10), QPoint(10, 10))
    QApplication.sendEvent(stage.view.viewport(), event)
    assert stage.requests[0].position == stage.view.camera.center


def test_selected_wires_come_in_the_order_of_the_document(stage: Stage) -> None:
    stage.view.selection.set(wires=reversed(list(stage.document.connections)))
    told = [wire_text(key) for key in stage.view.selected_connections()]
    assert told == ["start.Out>conv.Execute", "conv.ConversationId>ask.Conversation"]


def test_nodes_added_one_after_the_other_lie_apart_and_in_sight() -> None:
    stage = Stage(Flow())
    for _ in range(9):
        add_node_in_sight(stage.view, "openai.create_conversation")
        new = stage.view.projection.nodes[stage.view.selected_nodes()[0]].rect
        others = [placed.rect for placed in stage.view.projection.nodes.values() if placed.rect != new]
        assert len(others) == len(stage.document.nodes) - 1
        assert not any(rect.intersects(new) for rect in others)
        assert stage.view.camera.visible.contains(new)


def test_an_empty_canvas_says_how_to_begin_and_lets_the_mouse_through() -> None:
    stage = Stage(Flow())
    hint = stage.view.empty_hint
    assert hint.isVisible()
    assert "Press Tab" in hint.text()
    assert QApplication.widgetAt(stage.view.mapToGlobal(hint.geometry().center())) is stage.view.viewport()
    add_node_in_sight(stage.view, "event.button")
    assert not hint.isVisible()
    stage.document.undo_stack.undo()
    assert hint.isVisible()


def test_a_pinch_on_a_touchpad_zooms_about_the_fingers(stage: Stage) -> None:
    fingers = QPointF(300, 200)
    under, before = stage.view.camera.to_scene(fingers), stage.view.camera.zoom
    pinch = QNativeGestureEvent(
        Qt.NativeGestureType.ZoomNativeGesture, QPointingDevice.primaryPointingDevice(), 2, fingers, fingers, fingers,
        0.25, QPointF(),
    )  # fmt: skip
    QApplication.sendEvent(stage.view.viewport(), pinch)
    assert stage.view.camera.zoom == pytest.approx(before * 1.25)
    now = stage.view.camera.to_scene(fingers)
    assert (now.x(), now.y()) == pytest.approx((under.x(), under.y()))
