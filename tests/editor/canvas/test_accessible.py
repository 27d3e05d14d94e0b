"""What a screen reader finds on the canvas, asked as readers ask: by Qt's accessible interfaces."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest
from canvas_stage import CTRL, Stage, pin_key
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface

from editor import commands
from editor.canvas import accessible
from runtime.ids import NodeId

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


def test_nodes_and_wires_are_children_of_the_canvas(stage: Stage) -> None:
    canvas = canvas_of(stage)
    assert canvas.text(Name) == "Flow canvas"
    *nodes, exec_wire, data_wire = names(canvas)
    assert nodes == ["Button Event", "Create Conversation", "Create Chat Completion (Async)", "Console"]
    assert exec_wire == "Exec wire from Out of Button Event to Execute of Create Conversation"
    assert data_wire.startswith("Wire from ConversationId of Create Conversation")
    assert [canvas.indexOfChild(canvas.child(i)) for i in range(6)] == list(range(6))


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
    assert canvas.childCount() == 3
    stage.document.undo_stack.undo()
    assert part.isValid()


def test_canvases_come_and_go_while_a_reader_holds_their_parts() -> None:
    views = []
    for _ in range(30):
        stage = Stage()
        views.append(weakref.ref(stage.view))
        canvas = canvas_of(stage)
        stage.view.keyboard.go_to(NodeId("conv"), pin_key("out", "exec", "Success"))
        held = [canvas.child(i) for i in range(canvas.childCount())]
        assert held[0].text(Name)
        stage.view.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        del stage, canvas, held
        gc.collect()
    assert all(view() is None for view in views)
