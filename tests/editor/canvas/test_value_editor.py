"""Values edited where they are painted: by pin type, committed, cancelled, refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from canvas_stage import CTRL, NONE, SHIFT, Stage, node, wire
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit

from editor import commands
from editor.canvas.value_editor import ValueEditor
from editor.fields.path_editor import PathEditor
from runtime.document.flow import Flow, PinKind, PinRef
from runtime.ids import NodeId, PinName

pytestmark = pytest.mark.usefixtures("qapp")
Key = Qt.Key


@pytest.fixture
def stage() -> Stage:
    """One node of each kind of value."""
    return Stage(
        Flow(
            nodes=(
                node("ask", "openai.chat_completion_async", 0, 0, Model="gpt", Temperature=0.5, Stream=True),
                node("log", "util.console", 360, 0, Message="hello"),
                node("join", "list.append", 360, 200),
                node("wait", "flow.delay", 620, 0),
            )
        )
    )


def opened(stage: Stage, name: str, pin: str) -> ValueEditor:
    """The editor that a click on a value opens."""
    stage.click(stage.field(name, pin))
    editor = stage.view.editing.editor
    assert editor is not None
    return editor


def typed(editor: ValueEditor, text: str) -> None:
    """Type over what is there."""
    editor.editor.select_all()
    for number, line in enumerate(text.split("\n")):
        if number:
            QTest.keyClick(editor.input, Qt.Key.Key_Return)
        QTest.keyClicks(editor.input, line)


def value(stage: Stage, name: str, pin: str) -> object:
    """What the document holds."""
    return stage.document.nodes[NodeId(name)].inputs.get(PinName(pin), "not set")


def test_enter_commits_and_undo_takes_it_back(stage: Stage) -> None:
    editor = opened(stage, "ask", "Model")
    assert isinstance(editor.input, QLineEdit)
    assert editor.text == "gpt"
    typed(editor, "other")
    stage.key(Key.Key_Return, widget=editor.input)
    assert value(stage, "ask", "Model") == "other"
    assert stage.view.editing.editor is None
    stage.document.undo_stack.undo()
    assert value(stage, "ask", "Model") == "gpt"


def test_each_committed_edit_is_an_undo_step(stage: Stage) -> None:
    for text in ("one", "two"):
        editor = opened(stage, "ask", "Model")
        typed(editor, text)
        stage.key(Key.Key_Return, widget=editor.input)
    stage.document.undo_stack.undo()
    assert value(stage, "ask", "Model") == "one"


def test_escape_changes_nothing(stage: Stage) -> None:
    editor = opened(stage, "ask", "Model")
    typed(editor, "other")
    stage.key(Key.Key_Escape, widget=editor.input)
    assert value(stage, "ask", "Model") == "gpt"
    assert stage.view.editing.editor is None
    assert stage.document.undo_stack.count() == 0


@pytest.mark.parametrize("key", [Key.Key_Up, Key.Key_Down])
def test_a_key_that_the_field_does_not_want_does_nothing_to_the_canvas(stage: Stage, key: Qt.Key) -> None:
    editor = opened(stage, "ask", "Model")
    place = stage.position("ask")
    stage.key(key, widget=editor.input)
    assert stage.position("ask") == place
    assert stage.view.editing.editor is editor


def test_the_editor_goes_with_its_node(stage: Stage) -> None:
    opened(stage, "log", "Message")
    commands.remove(stage.document, [NodeId("log")])
    assert stage.view.editing.editor is None
    stage.document.undo_stack.undo()
    assert value(stage, "log", "Message") == "hello"


def test_the_editor_goes_when_its_input_is_wired(stage: Stage) -> None:
    editor = opened(stage, "log", "Message")
    typed(editor, "lost to the wire")
    commands.connect(
        stage.document,
        PinKind.DATA,
        PinRef(NodeId("ask"), PinName("ErrorMessage")),
        PinRef(NodeId("log"), PinName("Message")),
    )
    assert stage.view.editing.editor is None
    assert value(stage, "log", "Message") == "hello"


def test_the_editor_lies_over_the_value(stage: Stage) -> None:
    place = stage.field("ask", "Temperature")
    assert opened(stage, "ask", "Temperature").geometry().contains(place)


def test_a_number_is_a_number_and_out_of_range_is_refused_with_the_reason(stage: Stage) -> None:
    editor = opened(stage, "ask", "Temperature")
    typed(editor, "7")
    stage.key(Key.Key_Return, widget=editor.input)
    assert "0 to 2" in editor.reason.text()
    assert editor.reason.isVisible()
    assert value(stage, "ask", "Temperature") == 0.5
    typed(editor, "warm")
    stage.key(Key.Key_Return, widget=editor.input)
    assert "a number" in editor.reason.text()
    typed(editor, "1.25")
    stage.key(Key.Key_Return, widget=editor.input)
    assert value(stage, "ask", "Temperature") == 1.25


def test_an_emptied_optional_value_is_unset(stage: Stage) -> None:
    editor = opened(stage, "ask", "Temperature")
    editor.editor.select_all()
    stage.key(Key.Key_Delete, widget=editor.input)
    stage.key(Key.Key_Return, widget=editor.input)
    assert value(stage, "ask", "Temperature") == "not set"


def test_a_default_is_shown_for_editing_and_not_set_unless_changed(stage: Stage) -> None:
    editor = opened(stage, "wait", "DelayMs")
    assert editor.text == "1000"
    stage.key(Key.Key_Return, widget=editor.input)
    assert value(stage, "wait", "DelayMs") == "not set"


def test_a_switch_flips_at_once(stage: Stage) -> None:
    stage.click(stage.field("ask", "Stream"))
    assert value(stage, "ask", "Stream") is False
    stage.click(stage.field("ask", "Stream"))
    assert value(stage, "ask", "Stream") is True
    assert stage.view.editing.editor is None


def test_tab_goes_on_to_the_next_value_and_back(stage: Stage) -> None:
    editor = opened(stage, "ask", "Model")
    typed(editor, "other")
    stage.key(Key.Key_Tab, widget=editor.input)
    following = stage.view.editing.editor
    assert following is not None
    assert following.accessibleName() == "Value of Conversation"
    stage.key(Key.Key_Tab, SHIFT, widget=following.input)
    assert stage.view.editing.editor is not None
    assert stage.view.editing.editor.accessibleName() == "Value of Model"
    assert value(stage, "ask", "Model") == "other"


def test_long_text_gets_an_area_in_which_enter_is_a_new_line(stage: Stage) -> None:
    editor = opened(stage, "log", "Message")
    assert isinstance(editor.input, QPlainTextEdit)
    typed(editor, "one")
    stage.key(Key.Key_Return, widget=editor.input)
    QTest.keyClicks(editor.input, "two")
    stage.key(Key.Key_Return, CTRL, widget=editor.input)
    assert value(stage, "log", "Message") == "one\ntwo"


def test_json_is_checked(stage: Stage) -> None:
    editor = opened(stage, "join", "List")
    typed(editor, "[1, 2")
    stage.key(Key.Key_Return, CTRL, widget=editor.input)
    assert "takes JSON" in editor.reason.text()
    typed(editor, "[1, 2]")
    stage.key(Key.Key_Return, CTRL, widget=editor.input)
    assert value(stage, "join", "List") == [1, 2]


def test_json_is_checked_while_it_is_typed(stage: Stage) -> None:
    editor = opened(stage, "join", "List")
    typed(editor, "[1,\n2")
    assert "line 2, column 2" in editor.reason.text()
    assert editor.reason.isVisible()
    QTest.keyClicks(editor.input, "]")
    assert not editor.reason.isVisible()


def test_an_area_grows_with_its_text_within_the_view(stage: Stage) -> None:
    editor = opened(stage, "log", "Message")
    before = editor.height()
    typed(editor, "\n".join("line" for _ in range(9)))
    assert editor.height() > before
    assert stage.view.viewport().rect().contains(editor.geometry())


@pytest.mark.parametrize(
    ("pasted", "expected"),
    [("1,250", 1250), ("1 250", 1250), (" 1250 ms ", 1250), ("1250\n", 1250)],
)
def test_a_number_that_was_pasted_as_people_write_it_is_taken(stage: Stage, pasted: str, expected: int) -> None:
    editor = opened(stage, "wait", "DelayMs")
    QApplication.clipboard().setText(pasted)
    stage.key(Key.Key_V, CTRL, widget=editor.input)
    stage.key(Key.Key_Return, widget=editor.input)
    assert value(stage, "wait", "DelayMs") == expected


def test_pasted_text_that_is_no_number_is_refused_in_words(stage: Stage) -> None:
    editor = opened(stage, "wait", "DelayMs")
    QApplication.clipboard().setText("soon")
    stage.key(Key.Key_V, CTRL, widget=editor.input)
    stage.key(Key.Key_Return, widget=editor.input)
    assert editor.reason.text() == "DelayMs: takes a whole number, not 'soon'"
    assert value(stage, "wait", "DelayMs") == "not set"


def test_arrows_step_a_number_within_its_range(stage: Stage) -> None:
    editor = opened(stage, "ask", "Temperature")
    stage.key(Key.Key_Up, widget=editor.input)
    assert editor.text == "0.6"
    for _ in range(30):
        stage.key(Key.Key_Up, widget=editor.input)
    stage.key(Key.Key_Return, widget=editor.input)
    assert value(stage, "ask", "Temperature") == 2
    assert stage.document.undo_stack.count() == 1


def test_a_drag_over_a_number_changes_it_in_one_undo_step(stage: Stage) -> None:
    start, before = stage.field("ask", "Temperature"), stage.position("ask")
    stage.drag(start, start + QPoint(24, 0))
    assert value(stage, "ask", "Temperature") == 0.9
    stage.drag(start, start + QPoint(300, 0))
    assert value(stage, "ask", "Temperature") == 2
    assert stage.position("ask") == before
    assert stage.view.editing.editor is None
    assert stage.document.undo_stack.count() == 2
    stage.document.undo_stack.undo()
    stage.document.undo_stack.undo()
    assert value(stage, "ask", "Temperature") == 0.5


def test_a_drag_over_a_number_that_is_called_off_changes_nothing(stage: Stage) -> None:
    start = stage.field("wait", "DelayMs")
    shown = stage.image()
    stage.press(start)
    stage.hover(start, start + QPoint(60, 0))
    assert stage.image() != shown
    stage.key(Key.Key_Escape)
    stage.release(start + QPoint(60, 0))
    assert value(stage, "wait", "DelayMs") == "not set"


@pytest.mark.parametrize(("keys", "after"), [(SHIFT, 0.54), (CTRL, 2), (NONE, 0.9)])
def test_shift_makes_the_steps_of_a_drag_finer_and_ctrl_coarser(stage: Stage, keys, after) -> None:
    start = stage.field("ask", "Temperature")
    stage.press(start)
    QApplication.sendEvent(stage.view.viewport(), moved(start + QPoint(24, 0), keys))
    stage.release(start + QPoint(24, 0), keys=keys)
    assert value(stage, "ask", "Temperature") == after


def test_whole_numbers_go_by_steps_of_their_size_to_round_ones(stage: Stage) -> None:
    commands.set_input(stage.document, NodeId("wait"), PinName("DelayMs"), 61_234)
    start = stage.field("wait", "DelayMs")
    stage.drag(start, start + QPoint(12, 0))
    assert value(stage, "wait", "DelayMs") == 63_000


def moved(place: QPoint, keys: Qt.KeyboardModifier) -> QMouseEvent:
    """A move with the left button and some keys held."""
    left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
    return QMouseEvent(QEvent.Type.MouseMove, QPointF(place), QPointF(place), none, left, keys)


def test_a_drag_over_a_text_moves_its_node(stage: Stage) -> None:
    start, before = stage.field("log", "Message"), stage.position("log")
    stage.drag(start, start + QPoint(60, 0))
    assert stage.position("log") != before


def test_a_path_is_chosen_in_a_dialog_and_named_from_the_folder_of_the_flow(tmp_path: Path) -> None:
    stage = Stage(Flow(nodes=(node("seen", "event.file_changed", 0, 0),)))
    stage.document.saved_as(tmp_path / "it.flow.json", stage.document.flow)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "in.txt").write_text("x")
    editor = opened(stage, "seen", "Path")
    assert isinstance(editor.editor, PathEditor)
    stage.view.activateWindow()
    QTest.mouseClick(editor.editor.browse, Qt.MouseButton.LeftButton)
    dialog = editor.editor.dialog
    assert dialog is not None
    dialog.fileSelected.emit(str(tmp_path / "data" / "in.txt"))
    dialog.close()
    assert stage.view.editing.editor is editor
    stage.key(Key.Key_Return, widget=editor.input)
    assert value(stage, "seen", "Path") == "data/in.txt"


def test_a_closed_list_of_values_is_a_menu(stage: Stage) -> None:
    stage.click(stage.field("log", "Level"))
    menu = stage.view.editing.menu
    assert menu is not None
    assert menu.isVisible()
    assert [action.text() for action in menu.actions() if action.isChecked()] == ["info"]
    stage.key(Key.Key_Down, widget=menu)
    next(action for action in menu.actions() if action.text() == "warn").trigger()
    menu.close()
    assert value(stage, "log", "Level") == "warn"


def test_typing_goes_to_the_choice_that_begins_so(stage: Stage) -> None:
    stage.click(stage.field("log", "Level"))
    menu = stage.view.editing.menu
    assert menu is not None
    QTest.keyClicks(menu, "er")
    stage.key(Key.Key_Return, widget=menu)
    assert value(stage, "log", "Level") == "error"


def test_a_press_elsewhere_commits_what_is_right_and_drops_what_is_not(stage: Stage) -> None:
    editor = opened(stage, "ask", "Temperature")
    typed(editor, "1.5")
    stage.click(stage.header("log"))
    assert value(stage, "ask", "Temperature") == 1.5
    editor = opened(stage, "ask", "Temperature")
    typed(editor, "99")
    told: list[str] = []
    stage.view.message.connect(told.append)
    stage.click(stage.header("log"))
    assert value(stage, "ask", "Temperature") == 1.5
    assert told == ["Not set: Temperature: takes 0 to 2, not 99."]
    assert stage.view.editing.editor is None


@pytest.mark.parametrize("key", [Key.Key_Escape, Key.Key_Return])
def test_after_editing_the_canvas_has_the_focus_and_looks_where_it_did(stage: Stage, key: Qt.Key) -> None:
    stage.view.activateWindow()
    before = stage.view.view_state()
    editor = opened(stage, "wait", "DelayMs")
    stage.key(key, widget=editor.input)
    assert stage.view.hasFocus()
    assert stage.view.view_state() == before
    assert stage.selected() == {"wait"}


def test_pan_and_zoom_end_the_editing(stage: Stage) -> None:
    editor = opened(stage, "ask", "Model")
    typed(editor, "moved")
    stage.view.pan(QPointF(20, 0))
    assert stage.view.editing.editor is None
    assert value(stage, "ask", "Model") == "moved"


@pytest.mark.parametrize("end", ["delete", "wire", "load"])
def test_a_value_that_goes_away_while_it_is_edited_takes_the_editor_along(stage: Stage, end: str) -> None:
    editor = opened(stage, "ask", "Model")
    typed(editor, "late")
    match end:
        case "delete":
            commands.remove(stage.document, [NodeId("ask")])
        case "wire":
            commands.add_node(stage.document, "value.text", (0, 300))
            text = list(stage.document.nodes)[-1]
            commands.connect(stage.document, *wire("data", f"{text}.Output", "ask.Model").key)
        case "load":
            stage.document.load(Flow(), None)
    count = stage.document.undo_stack.count()
    stage.view.editing.close()
    QApplication.processEvents()
    assert stage.view.editing.editor is None
    assert stage.document.undo_stack.count() == count
