"""What a screen reader finds on the canvas, asked as readers ask: by Qt's accessible interfaces."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest
from canvas_stage import CTRL, Stage, pin_key
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QAccessible, QAccessibleActionInterface, QAccessibleInterface

from editor import commands, frames
from editor.canvas import accessible
from editor.canvas.add_request import WireEnd
from runtime.ids import NodeId

FOCUS, MENU = QAccessibleActionInterface.setFocusAction(), QAccessibleActionInterface.showMenuAction()
"""Qt writes them with a space since 6.12."""
pytestmark = pytest.mark.usefixtures("qapp")

Name, Description = QAccessible.Text.Name, QAccessible.Text.Description


@pytest.fixture(scope="module", autouse=True)
def reader() -> Iterator[None]:
    """Somebody listens."""
    accessible.install()
    QAccessible.setActive(True)
    yield
    QAccessible.setActive(False)


@pytest.fixture
def stage() -> Stage:
    return Stage()


def canvas_of(stage: Stage) -> QAccessibleInterface:
    return QAccessible.queryAccessibleInterface(stage.view)


def names(part: QAccessibleInterface) -> list[str]:
    return [part.child(i).text(Name) for i in range(part.childCount())]


def test_nodes_wires_and_frames_are_children_of_the_canvas(stage: Stage) -> None:
    canvas = canvas_of(stage)
    assert canvas.text(Name) == "Flow canvas"
    *nodes, exec_wire, data_wire, frame = names(canvas)
    assert nodes == ["Button Event", "Create Conversation", "Create Chat Completion (Async)", "Console"]
    assert exec_wire == "Exec wire from Out of Button Event to Execute of Create Conversation"
    assert data_wire.startswith("Wire from ConversationId of Create Conversation")
    assert frame == "All of it"
    assert [canvas.indexOfChild(canvas.child(i)) for i in range(7)] == list(range(7))


def test_pins_are_children_of_their_nodes_and_say_what_they_hold(stage: Stage) -> None:
    ask = canvas_of(stage).child(2)
    shown = names(ask)
    model = ask.child(shown.index("Model"))
    assert model.text(Description) == "Model, string input, of Create Chat Completion (Async), value gpt-4o-mini"
    assert model.parent().text(Name) == "Create Chat Completion (Async)"
    assert ask.indexOfChild(model) == shown.index("Model")


def test_a_part_lies_where_it_is_painted(stage: Stage) -> None:
    canvas, viewport = canvas_of(stage), stage.view.viewport()
    header = viewport.mapToGlobal(stage.header("conv"))
    assert canvas.child(1).rect().contains(header)
    assert canvas.childAt(header.x(), header.y()).text(Name) == "Create Conversation"
    at = viewport.mapToGlobal(stage.pin("conv", "out", "data", "ConversationId"))
    assert canvas.child(1).childAt(at.x(), at.y()).text(Name) == "ConversationId"


def test_focus_and_selection_are_states(stage: Stage) -> None:
    canvas = canvas_of(stage)
    stage.view.select([NodeId("start")])
    stage.key(Qt.Key.Key_Right, CTRL)
    assert canvas.focusChild().text(Name) == "Create Conversation"
    assert (canvas.child(1).state().focused, canvas.child(1).state().selected) == (1, 1)
    assert (canvas.child(0).state().focused, canvas.child(0).state().selected) == (0, 0)
    stage.view.keyboard.go_to(NodeId("conv"), pin_key("out", "exec", "Success"))
    assert canvas.focusChild().text(Name) == "Success"


def test_what_is_deleted_becomes_invalid_and_comes_back_with_undo(stage: Stage) -> None:
    canvas = canvas_of(stage)
    part = canvas.child(1)
    commands.remove(stage.document, [NodeId("conv")])
    assert not part.isValid()
    assert (part.text(Name), part.childCount(), part.rect().isEmpty()) == ("", 0, True)
    assert canvas.childCount() == 4
    stage.document.undo_stack.undo()
    assert part.isValid()


def test_a_frame_tells_what_it_holds_and_whether_it_is_folded(stage: Stage) -> None:
    canvas, viewport = canvas_of(stage), stage.view.viewport()
    frame = canvas.child(6)
    held = "Button Event, Create Conversation, Create Chat Completion (Async), Console"
    assert frame.text(Description) == f"All of it, green frame, holds 4 nodes: {held}"
    state = frame.state()
    assert (frame.role(), state.expandable, state.expanded, state.collapsed) == (QAccessible.Role.Section, 1, 1, 0)
    title = viewport.mapToGlobal(stage.at(0, -70))
    assert canvas.childAt(title.x(), title.y()).text(Name) == "All of it"
    frames.fold(stage.document, ["f"], folded=True)
    assert frame.text(Description).startswith("All of it, green frame, folded, holds 4 nodes")
    assert (frame.state().expanded, frame.state().collapsed) == (0, 1)
    assert [canvas.child(i).state().invisible for i in range(4)] == [1, 1, 1, 1]
    stage.view.keyboard.go_to_frame("f")
    assert canvas.focusChild().text(Name) == "All of it"
    assert (frame.state().focused, frame.state().selected) == (1, 1)
    commands.remove(stage.document, (), (), ["f"])
    assert not frame.isValid()


def actions_of(part: QAccessibleInterface) -> QAccessibleActionInterface:
    found = part.actionInterface()
    assert found is not None
    return found


def test_each_part_offers_what_can_be_done_to_it(stage: Stage) -> None:
    canvas = canvas_of(stage)
    node, pin, wire, frame = canvas.child(1), canvas.child(1).child(0), canvas.child(4), canvas.child(6)
    assert actions_of(node).actionNames() == ["Press", "Toggle", "Connect", FOCUS, MENU]
    assert actions_of(pin).actionNames() == ["Press", "Connect", FOCUS, MENU]
    assert actions_of(wire).actionNames() == [FOCUS, MENU]
    assert actions_of(frame).actionNames() == ["Press", "Toggle", FOCUS, MENU]
    assert actions_of(node).localizedActionDescription("Connect") == "Choose from a list what to connect it with"
    assert actions_of(node).keyBindingsForAction("Connect") == ["C"]
    commands.remove(stage.document, [NodeId("conv")])
    assert actions_of(node).actionNames() == []
    actions_of(node).doAction("Toggle")
    assert stage.document.undo_stack.count() == 1


def test_parts_have_no_interface_but_that_of_actions(stage: Stage) -> None:
    canvas = canvas_of(stage)
    for part in (canvas.child(1), canvas.child(1).child(0), canvas.child(4), canvas.child(6)):
        assert part.actionInterface() is not None
        others = (part.valueInterface(), part.textInterface(), part.tableCellInterface(), part.selectionInterface())
        assert (*others, part.editableTextInterface(), part.attributesInterface()) == (None,) * 6


def test_actions_do_what_keys_do(stage: Stage) -> None:
    asked: list[WireEnd] = []
    stage.view.targets_requested.connect(asked.append)
    canvas = canvas_of(stage)
    node, wire, frame = canvas.child(1), canvas.child(4), canvas.child(6)
    actions_of(node).doAction(FOCUS)
    assert stage.view.keyboard.node == "conv"
    actions_of(node).doAction("Press")
    assert stage.activated == ["conv"]
    actions_of(node).doAction("Toggle")
    assert stage.document.nodes[NodeId("conv")].collapsed
    actions_of(node).doAction("Connect")
    assert asked[-1].pin.node == "conv"
    actions_of(wire).doAction(FOCUS)
    assert [key.source.node for key in stage.view.selection.wires] == ["start"]
    for part in (node, wire, frame):
        actions_of(part).doAction(MENU)
    assert [(hit.node, hit.wire is not None, hit.frame) for hit, _ in stage.menus] == [
        ("conv", False, None), (None, True, None), (None, False, "f"),
    ]  # fmt: skip
    actions_of(frame).doAction("Toggle")
    assert stage.document.frames["f"].collapsed
    actions_of(frame).doAction("Press")
    assert not stage.document.frames["f"].collapsed


def test_pressing_a_pin_edits_its_value(stage: Stage) -> None:
    stage.view.activateWindow()
    ask = canvas_of(stage).child(2)
    actions_of(ask.child(names(ask).index("Model"))).doAction("Press")
    assert stage.view.editing.editor is not None


def test_canvases_come_and_go_while_a_reader_holds_their_parts() -> None:
    views = []
    for _ in range(30):
        stage = Stage()
        views.append(weakref.ref(stage.view))
        canvas = canvas_of(stage)
        stage.view.keyboard.go_to(NodeId("conv"), pin_key("out", "exec", "Success"))
        held = [canvas.child(i) for i in range(canvas.childCount())]
        assert held[0].text(Name)
        assert held[0].actionInterface().actionNames()
        stage.view.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        del stage, canvas, held
        gc.collect()
    assert all(view() is None for view in views)
