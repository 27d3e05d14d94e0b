"""The pop-up in which a breakpoint is edited: what it sets, what it leaves alone, and when it goes."""

from __future__ import annotations

import pytest
from canvas_stage import CTRL, SHIFT, Stage
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from editor import breakpoints, commands
from editor.canvas.breakpoint_editor import BreakpointEditor
from runtime.document.flow import Breakpoint
from runtime.ids import NodeId

pytestmark = pytest.mark.usefixtures("qapp")
Key = Qt.Key
CONV, ASK = NodeId("conv"), NodeId("ask")


@pytest.fixture
def stage() -> Stage:
    """The small flow on a stage."""
    return Stage()


def opened(stage: Stage, node_id: NodeId = CONV) -> BreakpointEditor:
    stage.view.breakpoints.edit(node_id)
    editor = stage.view.breakpoints.editor
    assert editor is not None
    assert editor.condition.hasFocus()
    return editor


def stop_of(stage: Stage) -> Breakpoint | None:
    return stage.document.nodes[CONV].breakpoint


def test_enter_sets_what_was_typed_as_one_step_for_undo(stage: Stage) -> None:
    editor = opened(stage)
    QTest.keyClicks(editor.condition, "Index > 3")
    stage.key(Key.Key_Tab, widget=editor.condition)
    QTest.keyClicks(editor.hit_count, "25")
    stage.key(Key.Key_Return, widget=editor.hit_count)
    assert stop_of(stage) == Breakpoint(condition="Index > 3", hit_count=25)
    assert stage.view.breakpoints.editor is None
    assert stage.document.undo_stack.count() == 1
    stage.document.undo_stack.undo()
    assert stop_of(stage) is None


def test_escape_leaves_everything_as_it_was(stage: Stage) -> None:
    before = Breakpoint(hit_count=2)
    breakpoints.edit(stage.document, CONV, before)
    editor = opened(stage)
    QTest.keyClicks(editor.condition, "Index > 3")
    stage.key(Key.Key_Escape, widget=editor.condition)
    assert stop_of(stage) == before
    assert stage.view.breakpoints.editor is None


@pytest.mark.parametrize("leave", ["click beside", "wheel", "another node"])
def test_what_was_typed_is_kept_when_the_pop_up_is_left(stage: Stage, leave: str) -> None:
    editor = opened(stage)
    QTest.keyClicks(editor.condition, "Index > 3")
    if leave == "click beside":
        stage.click(QPoint(900, 600))
    elif leave == "wheel":
        stage.wheel(QPoint(900, 600), QPoint(0, 120))
    else:
        opened(stage, ASK)
    assert stop_of(stage) == Breakpoint(condition="Index > 3")
    assert not editor.isVisible()


def test_remove_takes_the_breakpoint_off_and_disabling_keeps_what_it_waits_for(stage: Stage) -> None:
    stop = Breakpoint(condition="Index > 3", hit_count=4)
    breakpoints.edit(stage.document, CONV, stop)
    editor = opened(stage)
    assert (editor.condition.text(), editor.hit_count.value()) == ("Index > 3", 4)
    QTest.mouseClick(editor.enabled, Qt.MouseButton.LeftButton, pos=QPoint(8, editor.enabled.height() // 2))
    QTest.mouseClick(editor.done, Qt.MouseButton.LeftButton)
    assert stop_of(stage) == stop.model_copy(update={"enabled": False})
    QTest.mouseClick(opened(stage).remove, Qt.MouseButton.LeftButton)
    assert stop_of(stage) is None


def test_a_condition_that_cannot_be_read_is_told_while_it_is_typed(stage: Stage) -> None:
    editor = opened(stage)
    assert editor.wrong == ""
    QTest.keyClicks(editor.condition, "Index >")
    assert "no condition" in editor.wrong
    assert stage.view.viewport().rect().contains(editor.geometry())
    QTest.keyClicks(editor.condition, " 3")
    assert editor.wrong == ""


def test_keys_in_the_pop_up_do_nothing_to_the_canvas(stage: Stage) -> None:
    stage.view.select([CONV])
    before = stage.position("conv")
    editor = opened(stage)
    for key in (Key.Key_Up, Key.Key_Right, Key.Key_Delete):
        stage.key(key, widget=editor.enabled)
    stage.key(Key.Key_D, CTRL, widget=editor.condition)
    stage.key(Key.Key_F, SHIFT, widget=editor.enabled)
    assert stage.position("conv") == before
    assert len(stage.document.nodes) == 4


def test_the_pop_up_goes_with_its_node(stage: Stage) -> None:
    editor = opened(stage)
    commands.remove(stage.document, [CONV])
    assert not editor.isVisible()
    assert stage.view.breakpoints.editor is None


def test_the_pop_up_stays_within_the_view_and_names_the_values_of_the_node(stage: Stage) -> None:
    for node_id, at in ((ASK, QPoint(2000, 1500)), (CONV, QPoint(-2000, -1500))):
        stage.view.center_at(stage.view.projection.nodes[node_id].rect.center() + at)
        editor = opened(stage, node_id)
        assert stage.view.viewport().rect().contains(editor.geometry())
    assert "SystemData" in editor.names.text()
    assert "Create_Conversation.ConversationId" in opened(stage, ASK).names.text()


def test_a_note_and_an_unknown_node_have_none(stage: Stage) -> None:
    for type_id in ("flow.comment", "lost.type"):
        node_id = commands.add_node(stage.document, type_id, (0, 400))
        stage.view.breakpoints.edit(node_id)
        assert stage.view.breakpoints.editor is None
        breakpoints.toggle(stage.document, [node_id])
        assert stage.document.nodes[node_id].breakpoint is None
