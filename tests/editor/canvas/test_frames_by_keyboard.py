"""Frames by the keyboard alone: going to them, folding, resizing, moving; what is folded away is passed over."""

from __future__ import annotations

import pytest
from canvas_stage import CTRL, SHIFT, Stage, differing, node, wire
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication

from editor.canvas.hit import Hit
from editor.canvas.locating import show_place
from runtime.document.files import dump_flow
from runtime.document.flow import Flow, Frame
from runtime.ids import NodeId

pytestmark = pytest.mark.usefixtures("qapp")

Key = Qt.Key
BEFORE, ONE, AFTER = map(NodeId, ("before", "one", "after"))


@pytest.fixture
def stage() -> Stage:
    """A node, a frame with two nodes, and a node after it, wired in a row."""
    return Stage(
        Flow(
            nodes=(
                node("before", "event.button", 0, 20),
                node("one", "flow.delay", 240, 20),
                node("two", "flow.delay", 480, 20),
                node("after", "flow.delay", 760, 20),
            ),
            connections=(
                wire("exec", "before.Out", "one.In"),
                wire("exec", "one.Out", "two.In"),
                wire("exec", "two.Out", "after.In"),
            ),
            frames=(Frame(id="both", title="Both", rect=(200, 0, 500, 240), color="green"),),
        )
    )


def where(stage: Stage) -> str:
    focus = stage.view.keyboard
    return ".".join(filter(None, [focus.frame and f"[{focus.frame}]", focus.node, focus.pin.name if focus.pin else ""]))


def told(stage: Stage) -> str:
    """What a screen reader heard last."""
    return stage.view.accessibleDescription()


def path(stage: Stage, key: Qt.Key, keys: Qt.KeyboardModifier, count: int) -> list[str]:
    seen = []
    for _ in range(count):
        stage.key(key, keys)
        seen.append(where(stage))
    return seen


def test_n_goes_to_frames_in_reading_order_and_selects_them(stage: Stage) -> None:
    assert path(stage, Key.Key_N, Qt.KeyboardModifier.NoModifier, 5) == ["before", "[both]", "one", "two", "after"]
    assert path(stage, Key.Key_N, SHIFT, 3) == ["two", "one", "[both]"]
    assert stage.view.selection.frames == {"both"}
    assert stage.selected() == set()
    assert told(stage) == "Both, green frame, holds 2 nodes: Delay, Delay"


def test_what_is_folded_away_is_passed_over_and_its_frame_stands_for_it(stage: Stage) -> None:
    stage.view.keyboard.go_to_frame("both")
    stage.key(Key.Key_Minus)
    assert told(stage) == "Both, green frame, folded, holds 2 nodes: Delay, Delay"
    assert path(stage, Key.Key_N, SHIFT, 1) == ["before"]
    assert path(stage, Key.Key_N, Qt.KeyboardModifier.NoModifier, 2) == ["[both]", "after"]
    assert path(stage, Key.Key_Left, CTRL, 2) == ["[both]", "before"]
    assert path(stage, Key.Key_Right, CTRL, 2) == ["[both]", "after"]


def test_minus_folds_plus_and_return_unfold_and_return_goes_in(stage: Stage) -> None:
    stage.view.keyboard.go_to_frame("both")
    zoom = stage.view.camera.zoom
    for key in (Key.Key_Minus, Key.Key_Plus, Key.Key_Minus, Key.Key_Return):
        stage.key(key)
        assert where(stage) == "[both]"
        assert stage.document.frames["both"].collapsed == (key == Key.Key_Minus)
    stage.key(Key.Key_Return)
    assert where(stage) == "one"
    assert stage.view.camera.zoom == zoom
    stage.key(Key.Key_Plus)
    assert stage.view.camera.zoom > zoom, "elsewhere plus still zooms"


def test_shift_arrows_resize_the_frame_by_one_undo_step_and_leave_its_nodes(stage: Stage) -> None:
    before = dump_flow(stage.document.flow)
    stage.view.keyboard.go_to_frame("both")
    for key in (Key.Key_Right, Key.Key_Right, Key.Key_Down, Key.Key_Left):
        stage.key(key, SHIFT)
    assert stage.document.frames["both"].rect == (200, 0, 520, 260)
    assert told(stage) == "520 by 260"
    assert stage.position("one") == (240, 20)
    stage.document.undo_stack.undo()
    assert dump_flow(stage.document.flow) == before
    for _ in range(40):
        stage.key(Key.Key_Up, SHIFT)
    assert stage.document.frames["both"].rect[3] == 80


def test_a_folded_frame_keeps_its_size_and_says_why(stage: Stage) -> None:
    stage.view.keyboard.go_to_frame("both")
    stage.key(Key.Key_Minus)
    stage.key(Key.Key_Right, SHIFT)
    assert stage.document.frames["both"].rect == (200, 0, 500, 240)
    assert "Return unfolds it" in told(stage)


def test_arrows_move_the_frame_with_what_it_owns_and_delete_takes_it_alone(stage: Stage) -> None:
    stage.view.keyboard.go_to_frame("both")
    stage.key(Key.Key_Down)
    assert stage.document.frames["both"].rect == (200, 10, 500, 240)
    assert (stage.position("one"), stage.position("after")) == ((240, 30), (760, 20))
    assert where(stage) == "[both]"
    stage.key(Key.Key_Delete)
    assert (stage.document.frames, len(stage.document.nodes)) == ({}, 4)
    assert where(stage) == ""
    stage.image()


def test_the_menu_key_offers_the_menu_of_the_frame(stage: Stage) -> None:
    stage.view.keyboard.go_to_frame("both")
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(10, 10), QPoint(10, 10))
    QApplication.sendEvent(stage.view.viewport(), event)
    assert [hit for hit, _ in stage.menus] == [Hit("frame", frame="both")]


@pytest.mark.parametrize("folded", [False, True])
def test_the_ring_of_the_focus_is_around_the_frame(stage: Stage, folded: bool) -> None:
    stage.view.keyboard.go_to_frame("both")
    if folded:
        stage.key(Key.Key_Minus)
    with_ring = stage.image()
    stage.view.keyboard.clear()
    assert differing(with_ring, stage.image()) > 200


def test_escape_leaves_the_frame_and_selects_nothing(stage: Stage) -> None:
    stage.view.keyboard.go_to_frame("both")
    stage.key(Key.Key_Escape)
    assert (where(stage), bool(stage.view.selection)) == ("", False)


def test_whoever_is_in_a_frame_that_is_folded_is_at_the_frame_then(stage: Stage) -> None:
    stage.view.keyboard.go_to_frame("both")
    stage.key(Key.Key_Minus)
    stage.document.undo_stack.undo()
    stage.view.keyboard.go_to(ONE)
    stage.document.undo_stack.redo()
    assert where(stage) == "[both]"


def test_to_go_to_a_node_that_is_folded_away_unfolds_it_by_one_undo_step(stage: Stage) -> None:
    stage.view.keyboard.go_to_frame("both")
    stage.key(Key.Key_Minus)
    stage.view.keyboard.go_to(BEFORE)
    stage.key(Key.Key_BracketRight)
    assert where(stage) == "one.In"
    assert not stage.document.frames["both"].collapsed
    stage.document.undo_stack.undo()
    assert stage.document.frames["both"].collapsed
    show_place(stage.view, ONE)
    assert not stage.document.frames["both"].collapsed
    assert stage.selected() == {"one"}
    show_place(stage.view, AFTER)
    assert stage.document.undo_stack.undoText() == "Unfold frame"
