"""Frames by the mouse and in the window: they own what lies inside, move it and fold it away; every step is undone."""

from __future__ import annotations

import pytest
from canvas_stage import ALT, CTRL, SHIFT, Stage, colors_in, differing, node, wire
from editor_window import front, open_editor
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from editor import commands
from editor import frames as frame_commands
from runtime.document.files import dump_flow, save_flow
from runtime.document.flow import Flow, Frame
from runtime.engine.events import NodeFailed
from runtime.ids import NodeId, RunId, StepId

pytestmark = pytest.mark.usefixtures("qapp")


def framed() -> Flow:
    """A frame with two nodes, a smaller frame in it around one of them, and two nodes outside."""
    return Flow(
        nodes=(
            node("before", "event.button", -40, 60),
            node("one", "flow.delay", 240, 60),
            node("two", "flow.delay", 480, 60),
            node("after", "flow.delay", 760, 60),
        ),
        connections=(
            wire("exec", "before.Out", "one.In"),
            wire("exec", "one.Out", "two.In"),
            wire("exec", "two.Out", "after.In"),
        ),
        frames=(
            Frame(id="outer", title="Both", rect=(200, 0, 500, 240), color="green"),
            Frame(id="inner", title="Second", rect=(460, 20, 220, 180), color="blue"),
        ),
    )  # fmt: skip


@pytest.fixture
def stage() -> Stage:
    return Stage(framed())


def rect(stage: Stage, frame: str) -> tuple[float, ...]:
    return tuple(stage.document.frames[frame].rect)


def title(stage: Stage, frame: str) -> QPoint:
    place = stage.view.projection.frame_place(frame)
    return stage.at(place.x() + 100, place.y() - 10)


def test_dragging_the_title_moves_all_that_the_frame_owns_by_one_undo_step(stage: Stage) -> None:
    before = dump_flow(stage.document.flow)
    start = title(stage, "outer")
    stage.drag(start, start + QPoint(100, 50))
    assert rect(stage, "outer") == (300, 50, 500, 240)
    assert rect(stage, "inner") == (560, 70, 220, 180)
    assert stage.position("one") == (340, 110)
    assert stage.position("two") == (580, 110)
    assert stage.position("after") == (760, 60)
    assert stage.screen() == stage.image()
    assert stage.document.undo_stack.count() == 1
    stage.document.undo_stack.undo()
    assert dump_flow(stage.document.flow) == before


def test_what_is_dragged_is_painted_where_it_will_be(stage: Stage) -> None:
    start = title(stage, "outer")
    stage.press(start)
    stage.hover(start, start + QPoint(100, 50))
    under_way = stage.screen()
    stage.release(start + QPoint(100, 50))
    assert differing(under_way, stage.screen()) < 300, "but for the smoothing of a wire"


@pytest.mark.parametrize(
    ("corner", "edges", "after"),
    [
        ((700, 240), "bottom right", (200, 0, 540, 270)),
        ((200, 120), "left", (240, 0, 460, 240)),
        ((400, 240), "bottom", (200, 0, 500, 270)),
    ],
)
def test_dragging_an_edge_resizes_and_leaves_the_nodes(stage: Stage, corner, edges, after) -> None:
    stage.drag(stage.at(*corner), stage.at(*corner) + QPoint(40, 30))
    assert rect(stage, "outer") == after
    assert stage.position("one") == (240, 60)
    assert stage.document.undo_stack.count() == 1


def test_a_dragged_edge_snaps_to_those_of_what_lies_around_and_a_line_shows_it(stage: Stage) -> None:
    commands.move_nodes(stage.document, {NodeId("after"): (763, 60)})
    start = stage.at(700, 120)
    stage.press(start)
    stage.hover(start, stage.at(768, 120))
    line = stage.at(763, 60)
    assert stage.theme.tokens["node.selected"] in colors_in(stage.image(), line.x(), line.y() - 8, 1, 17)
    stage.release(stage.at(768, 120))
    assert rect(stage, "outer") == (200, 0, 563, 240)


def test_with_alt_a_dragged_edge_snaps_to_nothing(stage: Stage) -> None:
    start, end = stage.at(700, 120), stage.at(757, 120)
    stage.press(start)
    left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
    QApplication.sendEvent(
        stage.view.viewport(), QMouseEvent(QEvent.Type.MouseMove, QPointF(end), QPointF(end), none, left, ALT)
    )
    stage.release(end, keys=ALT)
    assert rect(stage, "outer") == (200, 0, 557, 240)


def test_a_frame_never_gets_too_small_to_grab(stage: Stage) -> None:
    stage.drag(stage.at(700, 240), stage.at(0, -300))
    x, y, width, height = rect(stage, "outer")
    assert (x, y) == (200, 0)
    assert min(width, height) == 80


def test_a_click_on_the_title_selects_and_keys_extend(stage: Stage) -> None:
    stage.click(title(stage, "outer"))
    assert stage.view.selection.frames == {"outer"}
    stage.click(title(stage, "inner"), keys=SHIFT)
    assert stage.view.selection.frames == {"outer", "inner"}
    stage.click(title(stage, "outer"), keys=CTRL)
    assert stage.view.selection.frames == {"inner"}
    stage.click(stage.at(40, 400))
    assert not stage.view.selection


def test_a_rubber_band_selects_frames_wholly_inside_and_alt_subtracts(stage: Stage) -> None:
    stage.drag(stage.at(190, 300), stage.at(720, -40))
    assert stage.view.selection.frames == {"outer", "inner"}
    assert stage.selected() == {"one", "two"}
    stage.drag(stage.at(440, 300), stage.at(720, 10), keys=ALT)
    assert stage.view.selection.frames == {"outer"}
    assert stage.selected() == {"one"}


def test_arrow_keys_move_a_frame_with_its_nodes_and_merge(stage: Stage) -> None:
    stage.click(title(stage, "inner"))
    for _ in range(3):
        stage.key(Qt.Key.Key_Right)
    assert rect(stage, "inner") == (490, 20, 220, 180)
    assert stage.position("two") == (510, 60)
    assert stage.document.undo_stack.count() == 1


def test_delete_takes_the_frame_and_leaves_its_nodes(stage: Stage) -> None:
    stage.click(title(stage, "outer"))
    stage.key(Qt.Key.Key_Delete)
    assert set(stage.document.frames) == {"inner"}
    assert len(stage.document.nodes) == 4
    assert stage.document.undo_stack.undoText() == "Delete 1 frame"


def test_a_double_click_on_the_title_names_the_frame(stage: Stage) -> None:
    QTest.mouseDClick(
        stage.view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, title(stage, "outer")
    )
    line = stage.view.titles.line
    assert line is not None
    assert line.text() == "Both"
    QTest.keyClicks(line, "All of it")
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert stage.document.frames["outer"].title == "All of it"
    assert stage.view.titles.line is None


def test_escape_keeps_the_name_and_selection(stage: Stage) -> None:
    stage.view.titles.edit_node(NodeId("one"))
    line = stage.view.titles.line
    assert line is not None
    QTest.keyClicks(line, "changed")
    QTest.keyClick(line, Qt.Key.Key_Escape)
    assert stage.document.undo_stack.count() == 0
    assert stage.view.titles.line is None


# -- folded


def fold(stage: Stage, *frames: str, collapsed: bool = True) -> None:
    frame_commands.set_frames(stage.document, frames, "Fold frame", collapsed=collapsed)


def test_a_folded_frame_is_a_bar_at_whose_sides_crossing_wires_end(stage: Stage) -> None:
    fold(stage, "outer")
    bar = stage.view.projection.frame_place("outer")
    assert (bar.x(), bar.y(), bar.height()) == (200, 0, 28)
    wires = {(key.source.node, key.target.node): laid for key, laid in stage.view.projection.wires.items()}
    assert (wires["before", "one"].end.x(), wires["before", "one"].end.y()) == (bar.left(), 14)
    assert wires["two", "after"].start.x() == bar.right()
    grid = stage.view.projection.wire_grid
    assert wires["before", "one"] in grid
    assert wires["one", "two"] not in grid


def test_what_is_folded_away_is_neither_painted_nor_hit(stage: Stage) -> None:
    spot = stage.header("one")
    fold(stage, "outer")
    assert stage.view.hit(QPointF(spot)).node is None
    assert stage.theme.category("Flow Control").name() not in colors_in(
        stage.image(), spot.x() - 20, spot.y() - 4, 40, 8
    )
    assert stage.view.hit(QPointF(stage.at(250, 14))).frame == "outer"
    assert stage.screen() == stage.image()


def test_unfolding_shows_everything_as_it_was(stage: Stage) -> None:
    before, file = stage.image(), dump_flow(stage.document.flow)
    fold(stage, "outer")
    fold(stage, "outer", collapsed=False)
    assert differing(stage.screen(), before) == 0
    assert dump_flow(stage.document.flow) == file


def test_bends_of_wires_into_a_bar_are_left_out_until_it_unfolds() -> None:
    flow = framed()
    bent = flow.connections[0].model_copy(update={"via": ((220, 200),)})
    stage = Stage(flow.model_copy(update={"connections": (bent, *flow.connections[1:])}))
    before = stage.image()
    fold(stage, "outer")
    assert stage.view.projection.wires[bent.key].box.bottom() < 150
    fold(stage, "outer", collapsed=False)
    assert differing(stage.screen(), before) == 0


def test_a_bar_moves_with_what_is_in_it_and_unfolds_by_double_click(stage: Stage) -> None:
    fold(stage, "outer")
    stage.drag(stage.at(280, 14), stage.at(280, 14) + QPoint(0, 200))
    assert stage.position("one") == (240, 260)
    assert stage.position("two") == (480, 260)
    assert rect(stage, "inner") == (460, 220, 220, 180)
    QTest.mouseDClick(
        stage.view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, stage.at(280, 214)
    )
    assert not stage.document.frames["outer"].collapsed
    assert stage.view.hit(QPointF(stage.header("one"))).node == "one"


def test_a_frame_folded_in_a_folded_one_is_not_seen(stage: Stage) -> None:
    fold(stage, "inner", "outer")
    assert [frame.id for frame in stage.view.projection.shown_frames()] == ["outer"]
    assert set(stage.view.projection.folded.values()) == {"outer"}
    fold(stage, "outer", collapsed=False)
    assert stage.view.projection.folded == {NodeId("two"): "inner"}


def test_a_bar_wears_the_colour_of_what_fails_in_it(stage: Stage) -> None:
    fold(stage, "outer")
    stage.activity.apply(NodeFailed(0.0, RunId("r"), NodeId("two"), StepId(1), "Error", "no luck", False))
    spot = stage.at(300, 0)
    assert stage.theme.tokens["node.failed"] in colors_in(stage.image(), spot.x(), spot.y() - 2, 4, 5)


def test_undo_of_a_node_moved_out_of_a_folded_frame_folds_it_again(stage: Stage) -> None:
    fold(stage, "outer")
    commands.move_nodes(stage.document, {NodeId("one"): (240, 600)})
    assert NodeId("one") not in stage.view.projection.folded
    stage.document.undo_stack.undo()
    assert stage.view.projection.folded[NodeId("one")] == "outer"
    assert stage.screen() == stage.image()


# -- in the window


def test_frame_the_selection_by_key_asks_for_its_name(drive, tmp_path) -> None:
    path = tmp_path / "framed.flow.json"
    save_flow(framed().model_copy(update={"frames": ()}), path)

    async def main() -> None:
        async with open_editor(tmp_path, path) as window:
            tab = front(window)
            tab.canvas.select(map(NodeId, ("one", "two")))
            window.actions_by_name["frame"].trigger()
            line = tab.canvas.titles.line
            assert line is not None
            QTest.keyClicks(line, "Waiting")
            QTest.keyClick(line, Qt.Key.Key_Return)
            ((frame_id, frame),) = tab.document.frames.items()
            assert frame.title == "Waiting"
            assert tab.canvas.projection.owned_by(frame_id) == {"one", "two"}
            window.actions_by_name["fold_frames"].trigger()
            assert tab.document.frames[frame_id].collapsed
            window.actions_by_name["frame_red"].trigger()
            assert tab.document.frames[frame_id].color == "red"
            window.actions_by_name["select_members"].trigger()
            assert set(tab.canvas.selected_nodes()) == {"one", "two"}
            while tab.document.undo_stack.canUndo():
                tab.document.undo_stack.undo()
            assert not tab.document.frames

    drive(main())
