"""The inspector: every field edits, undoes, unsets and refuses; changes from elsewhere leave the cursor alone."""

from __future__ import annotations

import pytest
from flows import draw
from panel_nodes import data_wire, shown, toy_document, toy_node
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QToolButton,
    QWidget,
)
from told_values import ToldRun, gave

from editor import commands, nodes
from editor.activity import RunActivity
from editor.dialogs.value_viewer import ValueViewer
from editor.document import FlowDocument
from editor.panels.field_row import FieldRow
from editor.panels.flow_page import FlowPage
from editor.panels.inspector import Inspector
from editor.panels.node_page import NodePage
from editor.theme import Theme
from runtime.catalogue import builtin_registry
from runtime.document.flow import PinKind, PinRef
from runtime.engine.events import NodeFailed, NodeStarted
from runtime.ids import NodeId, PinName, RunId, StepId
from runtime.validation import Problem

pytestmark = pytest.mark.usefixtures("qapp")
ALL, TALK, FORK = NodeId("all"), NodeId("talk"), NodeId("fork")


@pytest.fixture
def document() -> FlowDocument:
    return toy_document(
        toy_node("all", "toy.everything", inputs={"Line": "abc"}),
        toy_node("talk", "toy.talk"),
        toy_node("fork", "toy.fork", config={"outputs": 3}),
        wires=(data_wire("talk", "ConversationId", "all", "Talk"),),
    )


@pytest.fixture
def activity() -> RunActivity:
    return RunActivity()


@pytest.fixture
def inspector(dark: Theme, document: FlowDocument, activity: RunActivity) -> Inspector:
    made = Inspector(dark)
    made.set_document(document, activity)
    made.show_node(ALL)
    shown(made, 340, 1600)
    return made


def page(inspector: Inspector) -> NodePage:
    found = inspector.widget()
    assert isinstance(found, NodePage)
    return found


def page_of_flow(inspector: Inspector) -> FlowPage:
    found = inspector.widget()
    assert isinstance(found, FlowPage)
    return found


def row(inspector: Inspector, pin: str) -> FieldRow:
    return page(inspector).row(pin)


def box(inspector: Inspector, pin: str) -> QWidget:
    """The Qt widget that one types into or clicks."""
    return row(inspector, pin).editor.box


def texts(widget: QWidget) -> str:
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())


def retype(widget: QWidget, text: str) -> None:
    """Replace what stands there, by keys."""
    widget.setFocus()
    QTest.keyClick(widget, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(widget, Qt.Key.Key_Delete)
    QTest.keyClicks(widget, text)


def value(document: FlowDocument, pin: str) -> object:
    """What the document holds for an input; `unset` if nothing."""
    return document.nodes[ALL].inputs.get(PinName(pin), "unset")


def unset_button(inspector: Inspector, pin: str) -> QToolButton:
    return next(button for button in row(inspector, pin).findChildren(QToolButton) if button.toolTip())


# -- what is shown


def test_a_node_is_described_by_its_declaration(inspector: Inspector) -> None:
    shown_text = texts(page(inspector))
    assert page(inspector).title_field.placeholderText() == "Take Everything"
    for part in ("Utilities · toy.everything", "Takes a value of *every* kind.", "One line", "float · 0 to 2"):
        assert part in shown_text
    assert "integer · 0 to 1e+12 ms" in shown_text
    assert "string · 1 to 5 characters" in shown_text


def test_what_is_not_set_says_whether_it_is_required_not_sent_or_a_default(inspector: Inspector) -> None:
    commands.unset_input(inspector._document, ALL, PinName("Line"))
    assert "required" in texts(row(inspector, "Line"))
    assert "not sent" in texts(row(inspector, "Temperature"))
    assert "default" in texts(row(inspector, "Timeout"))
    assert box(inspector, "Timeout").text() == "30"
    assert box(inspector, "Lines").toPlainText() == "a\nb"


def test_advanced_inputs_are_folded_away(inspector: Inspector) -> None:
    assert not row(inspector, "Seldom").isVisible()
    heading = next(b for b in inspector.findChildren(QToolButton) if b.text() == "More inputs")
    QTest.mouseClick(heading, Qt.MouseButton.LeftButton)
    assert row(inspector, "Seldom").isVisible()


def test_advanced_settings_are_folded_away(inspector: Inspector) -> None:
    inspector.show_node(FORK)
    assert row(inspector, "outputs").isVisible()
    assert not row(inspector, "seldom").isVisible()


def test_the_help_of_a_node_begins_with_its_first_paragraph_and_unfolds(inspector: Inspector) -> None:
    lead, more = (
        next(label for label in inspector.findChildren(QLabel) if text in label.text())
        for text in ("Takes a value of *every* kind.", "And says so at length.")
    )
    assert lead.isVisible()
    assert not more.isVisible()
    heading = next(b for b in inspector.findChildren(QToolButton) if b.text() == "More about this node")
    QTest.mouseClick(heading, Qt.MouseButton.LeftButton)
    assert more.isVisible()


def test_a_secret_cannot_be_typed_into_a_flow(inspector: Inspector) -> None:
    assert isinstance(box(inspector, "Key"), QLabel)
    assert "never saved in a flow" in texts(row(inspector, "Key"))


def test_every_field_can_be_reached_and_is_named(inspector: Inspector) -> None:
    for pin in ("Line", "Lines", "Temperature", "Timeout", "Flag", "Stream", "Mode", "Data"):
        assert box(inspector, pin).accessibleName() == pin
        assert box(inspector, pin).focusPolicy() & Qt.FocusPolicy.TabFocus


# -- editing


@pytest.mark.parametrize(
    ("pin", "typed", "expected"),
    [
        ("Line", "wxyz", "wxyz"),
        ("Lines", "one", "one"),
        ("Temperature", "1.5", 1.5),
        ("Timeout", "5000000000", 5_000_000_000),
        ("Data", '{"a": [1, 2]}', {"a": [1, 2]}),
    ],
)
def test_what_is_typed_is_one_step_of_undo(
    inspector: Inspector, document: FlowDocument, pin: str, typed: str, expected: object
) -> None:
    before = value(document, pin)
    retype(box(inspector, pin), typed)
    assert value(document, pin) == expected
    while value(document, pin) != before:
        assert document.undo_stack.canUndo()
        document.undo_stack.undo()
    while document.undo_stack.canRedo():
        document.undo_stack.redo()
    assert value(document, pin) == expected


def test_typing_merges_into_one_step(inspector: Inspector, document: FlowDocument) -> None:
    box(inspector, "Lines").setFocus()
    QTest.keyClicks(box(inspector, "Lines"), "word")
    assert document.undo_stack.count() == 1
    document.undo_stack.undo()
    assert value(document, "Lines") == "unset"
    assert box(inspector, "Lines").toPlainText() == "a\nb"


@pytest.mark.parametrize("pin", ["Line", "Lines", "Temperature"])
def test_an_edit_after_a_complete_one_is_a_step_of_its_own(
    inspector: Inspector, document: FlowDocument, pin: str
) -> None:
    before = value(document, pin)
    retype(box(inspector, pin), "1")
    box(inspector, "Flag").setFocus()
    first = value(document, pin)
    retype(box(inspector, pin), "2")
    assert value(document, pin) != first
    document.undo_stack.undo()
    assert value(document, pin) == first
    document.undo_stack.undo()
    assert value(document, pin) == before


@pytest.mark.parametrize(("pin", "typed"), [("Line", "x"), ("Lines", "x"), ("Temperature", "1"), ("Temperature", "9")])
def test_escape_gives_back_what_was_there_before_the_typing(
    inspector: Inspector, document: FlowDocument, pin: str, typed: str
) -> None:
    before, shown_before = value(document, pin), row(inspector, pin).editor.text
    retype(box(inspector, pin), typed)
    QTest.keyClick(box(inspector, pin), Qt.Key.Key_Escape)
    assert value(document, pin) == before
    assert row(inspector, pin).editor.text == shown_before
    assert document.undo_stack.count() == 0


def test_the_cases_of_a_switch_are_a_list_whose_names_keep_their_wires(dark: Theme, activity: RunActivity) -> None:
    flow = draw("ways: flow.switch", "log: util.console").exec("ways.B > log.In").flow()
    document = FlowDocument(builtin_registry(), flow)
    inspector = Inspector(dark)
    inspector.set_document(document, activity)
    inspector.show_node(NodeId("ways"))
    shown(inspector, 340, 800)
    pin_list = page(inspector).pin_list
    assert pin_list is not None
    pin_list.list.item(1).setText("other")
    assert document.nodes[NodeId("ways")].config == {"cases": ["A", "other"]}
    assert [key.source.pin for key in document.connections] == ["other"]
    pin_list.list.setCurrentRow(1)
    QTest.keyClick(pin_list.list, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert document.nodes[NodeId("ways")].config == {"cases": ["other", "A"]}
    document.undo_stack.undo()
    document.undo_stack.undo()
    assert [pin_list.list.item(row).text() for row in range(2)] == ["A", "B"]


def test_a_check_box_sets_and_the_cross_unsets(inspector: Inspector, document: FlowDocument) -> None:
    flag = box(inspector, "Flag")
    assert isinstance(flag, QCheckBox)
    flag.setFocus()
    QTest.keyClick(flag, Qt.Key.Key_Space)
    assert value(document, "Flag") is True
    QTest.mouseClick(unset_button(inspector, "Flag"), Qt.MouseButton.LeftButton)
    assert value(document, "Flag") == "unset"
    assert not flag.isChecked()
    document.undo_stack.undo()
    assert value(document, "Flag") is True
    assert flag.isChecked()


def test_an_optional_flag_can_be_true_false_or_not_sent(inspector: Inspector, document: FlowDocument) -> None:
    combo = box(inspector, "Stream")
    assert isinstance(combo, QComboBox)
    assert [combo.itemText(i) for i in range(combo.count())] == ["not sent", "true", "false"]
    combo.setFocus()
    seen = []
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Home):
        QTest.keyClick(combo, key)
        seen.append(value(document, "Stream"))
    assert seen == [True, False, "unset"]


def test_a_closed_list_offers_its_values(inspector: Inspector, document: FlowDocument) -> None:
    combo = box(inspector, "Mode")
    assert [combo.itemText(i) for i in range(combo.count())] == ["fast", "slow"]
    assert combo.currentText() == "fast"
    combo.setFocus()
    QTest.keyClick(combo, Qt.Key.Key_Down)
    assert value(document, "Mode") == "slow"


def test_arrows_step_a_number_and_stop_at_its_range(inspector: Inspector, document: FlowDocument) -> None:
    spin = box(inspector, "Temperature")
    assert isinstance(spin, QAbstractSpinBox)
    spin.setFocus()
    for _ in range(3):
        QTest.keyClick(spin, Qt.Key.Key_Up)
    assert value(document, "Temperature") == 0.3
    for _ in range(5):
        QTest.keyClick(spin, Qt.Key.Key_Down)
    assert value(document, "Temperature") == 0
    assert not spin.stepEnabled() & QAbstractSpinBox.StepEnabledFlag.StepDownEnabled


def test_a_step_over_the_end_of_the_range_stops_there(inspector: Inspector, document: FlowDocument) -> None:
    spin = box(inspector, "Temperature")
    retype(spin, "1.95")
    QTest.keyClick(spin, Qt.Key.Key_Up)
    QTest.keyClick(spin, Qt.Key.Key_Up)
    assert value(document, "Temperature") == 2


def name_of(inspector: Inspector, pin: str) -> QLabel:
    """The label with the name of an input."""
    return next(label for label in row(inspector, pin).findChildren(QLabel) if label.text() == pin)


def test_a_drag_over_the_name_of_a_number_changes_it_in_one_step(inspector: Inspector, document: FlowDocument) -> None:
    name, left = name_of(inspector, "Temperature"), Qt.MouseButton.LeftButton
    QTest.mousePress(name, left, pos=QPoint(5, 5))
    for x in (20, 40, 65):
        QTest.mouseMove(name, QPoint(x, 5))
    assert value(document, "Temperature") == 1
    QTest.mouseRelease(name, left, pos=QPoint(65, 5))
    QTest.mouseMove(name, QPoint(5, 5))
    assert value(document, "Temperature") == 1
    document.undo_stack.undo()
    assert PinName("Temperature") not in document.nodes[ALL].inputs


def test_escape_gives_back_the_number_from_before_the_drag(inspector: Inspector, document: FlowDocument) -> None:
    name, left = name_of(inspector, "Temperature"), Qt.MouseButton.LeftButton
    QTest.mousePress(name, left, pos=QPoint(5, 5))
    QTest.mouseMove(name, QPoint(65, 5))
    assert value(document, "Temperature") == 1
    QTest.keyClick(box(inspector, "Temperature"), Qt.Key.Key_Escape)
    QTest.mouseMove(name, QPoint(95, 5))
    QTest.mouseRelease(name, left, pos=QPoint(95, 5))
    assert PinName("Temperature") not in document.nodes[ALL].inputs


def test_stepping_a_default_starts_from_it(inspector: Inspector, document: FlowDocument) -> None:
    box(inspector, "Timeout").setFocus()
    QTest.keyClick(box(inspector, "Timeout"), Qt.Key.Key_Up)
    assert value(document, "Timeout") == 31
    assert isinstance(value(document, "Timeout"), int)


def test_emptying_an_optional_field_unsets_it(inspector: Inspector, document: FlowDocument) -> None:
    retype(box(inspector, "Temperature"), "1")
    assert value(document, "Temperature") == 1
    retype(box(inspector, "Temperature"), "")
    assert value(document, "Temperature") == "unset"
    assert "not sent" in texts(row(inspector, "Temperature"))


def test_an_emptied_field_shows_its_default_again_only_when_it_is_left(
    inspector: Inspector, document: FlowDocument
) -> None:
    field = box(inspector, "Timeout")
    retype(field, "12")
    assert value(document, "Timeout") == 12
    retype(field, "")
    assert value(document, "Timeout") == "unset"
    assert field.text() == ""
    box(inspector, "Line").setFocus()
    assert field.text() == "30"


# -- refusing


@pytest.mark.parametrize(
    ("pin", "typed", "why"),
    [
        ("Temperature", "5", "Not applied: takes 0 to 2, not 5"),
        ("Temperature", "warm", "Not applied: takes a number, not 'warm'"),
        ("Timeout", "1.5", "Not applied: takes a whole number, not '1.5'"),
        ("Line", "too long", "Not applied: takes 1 to 5 characters, not 8 characters"),
        ("Data", '{"a": 1,\n]', "line 2, column 1"),
    ],
)
def test_what_does_not_fit_is_refused_beside_the_field(
    inspector: Inspector, document: FlowDocument, pin: str, typed: str, why: str
) -> None:
    last_good = value(document, pin)
    field = box(inspector, pin)
    if isinstance(field, QPlainTextEdit):
        field.setPlainText(typed)
    else:
        for place in range(1, len(typed) + 1):
            retype(field, typed[:place])
    assert why in texts(row(inspector, pin))
    assert value(document, pin) != typed
    if pin in ("Temperature", "Data"):
        assert value(document, pin) == last_good


def test_a_field_is_free_of_its_error_once_it_fits(inspector: Inspector, document: FlowDocument) -> None:
    retype(box(inspector, "Temperature"), "5")
    assert "Not applied: takes 0 to 2, not 5. It is still not sent." in texts(row(inspector, "Temperature"))
    retype(box(inspector, "Temperature"), "1")
    assert "Not applied" not in texts(row(inspector, "Temperature"))
    assert value(document, "Temperature") == 1


def test_the_place_of_a_json_error_is_marked(inspector: Inspector) -> None:
    field = box(inspector, "Data")
    assert isinstance(field, QPlainTextEdit)
    field.setPlainText('{"a" 1}')
    marks = field.extraSelections()
    assert [mark.cursor.selectedText() for mark in marks] == ["1"]
    field.setPlainText('{"a": 1}')
    assert field.extraSelections() == []


# -- following the document


def test_a_change_from_elsewhere_keeps_keyboard_and_cursor(inspector: Inspector, document: FlowDocument) -> None:
    field = box(inspector, "Line")
    assert isinstance(field, QLineEdit)
    field.setFocus()
    field.setCursorPosition(1)
    commands.set_input(document, ALL, PinName("Timeout"), 99)
    assert box(inspector, "Timeout").text() == "99"
    assert field.hasFocus()
    assert field.cursorPosition() == 1
    commands.set_input(document, ALL, PinName("Line"), "abd")
    assert (field.text(), field.cursorPosition()) == ("abd", 1)


def test_a_half_typed_number_is_left_alone(inspector: Inspector, document: FlowDocument) -> None:
    field = box(inspector, "Temperature")
    retype(field, "1.")
    assert field.text() == "1."
    assert value(document, "Temperature") == 1


def test_a_wired_input_names_its_source_and_the_last_value(
    inspector: Inspector, document: FlowDocument, activity: RunActivity
) -> None:
    assert "Create Conversation" in texts(row(inspector, "Talk"))
    assert not box(inspector, "Talk").isVisible()
    gave(activity, TALK, {"ConversationId": "conv_7"})
    inspector.refresh_activity({TALK})
    assert "conv_7" in texts(row(inspector, "Talk"))
    located: list[NodeId] = []
    inspector.locate_requested.connect(located.append)
    source = next(label for label in row(inspector, "Talk").findChildren(QLabel) if "href" in label.text())
    source.linkActivated.emit("#")
    assert located == [TALK]


def test_cutting_and_drawing_a_wire_swaps_editor_and_source(inspector: Inspector, document: FlowDocument) -> None:
    wire = document.connection_into(ALL, PinName("Talk"))
    assert wire is not None
    commands.remove(document, [], [wire.key])
    assert box(inspector, "Talk").isVisible()
    commands.connect(document, PinKind.DATA, PinRef(TALK, PinName("ConversationId")), PinRef(ALL, PinName("Talk")))
    assert not box(inspector, "Talk").isVisible()
    commands.set_fields(document, TALK, "Rename", title="The talk <1>")
    assert "The talk &lt;1&gt;" in texts(row(inspector, "Talk"))


def test_moving_a_node_leaves_the_page_alone(inspector: Inspector, document: FlowDocument) -> None:
    field = box(inspector, "Temperature")
    retype(field, "9")
    commands.move_nodes(document, {ALL: (50, 50)})
    assert field.text() == "9"
    assert "Not applied" in texts(row(inspector, "Temperature"))


def test_title_and_comment_are_edited_in_place(inspector: Inspector, document: FlowDocument) -> None:
    QTest.keyClicks(page(inspector).title_field, "Mine")
    QTest.keyClicks(page(inspector).comment_field, "why not")
    assert (document.nodes[ALL].title, document.nodes[ALL].comment) == ("Mine", "why not")
    assert document.undo_stack.count() == 2
    document.undo_stack.undo()
    document.undo_stack.undo()
    assert page(inspector).title_field.text() == ""
    assert page(inspector).comment_field.toPlainText() == ""


def test_the_mode_is_chosen_in_the_inspector_and_follows_the_canvas(
    inspector: Inspector, document: FlowDocument
) -> None:
    combo = next(one for one in page(inspector).findChildren(QComboBox) if one.findText("bypass") >= 0)
    combo.setFocus()
    QTest.keyClick(combo, Qt.Key.Key_Down)
    assert document.nodes[ALL].mode == "mute"
    document.undo_stack.undo()
    assert combo.currentText() == "normal"
    nodes.switch_mode(document, [ALL], "bypass")
    assert combo.currentText() == "bypass"


# -- settings of the shape


def test_a_setting_is_applied_when_its_edit_is_complete(inspector: Inspector, document: FlowDocument) -> None:
    inspector.show_node(FORK)
    field = box(inspector, "outputs")
    retype(field, "12")
    assert document.nodes[FORK].config == {"outputs": 3}
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert document.nodes[FORK].config == {"outputs": 12}
    assert document.undo_stack.count() == 1
    QTest.keyClick(field, Qt.Key.Key_Down)
    assert document.nodes[FORK].config == {"outputs": 11}
    QTest.mouseClick(unset_button(inspector, "outputs"), Qt.MouseButton.LeftButton)
    assert document.nodes[FORK].config == {}
    assert field.text() == "2"


def test_a_setting_out_of_range_is_refused(inspector: Inspector, document: FlowDocument) -> None:
    inspector.show_node(FORK)
    retype(box(inspector, "outputs"), "99")
    QTest.keyClick(box(inspector, "outputs"), Qt.Key.Key_Return)
    assert "Not applied: takes 1 to 40, not 99. It is still 3." in texts(row(inspector, "outputs"))
    assert document.nodes[FORK].config == {"outputs": 3}


# -- outputs, several nodes, none, placeholders


def test_last_outputs_can_be_read_and_selected(inspector: Inspector, activity: RunActivity) -> None:
    assert "Last outputs" not in [b.text() for b in inspector.findChildren(QToolButton) if b.isVisible()]
    gave(activity, ALL, {"Answer": "forty-two", "Other": [1]})
    inspector.refresh_activity({ALL})
    outputs = page(inspector).outputs.view
    assert outputs.text_of("Answer") == "forty-two"
    assert outputs.text_of("Other") == "[\n  1\n]"
    gave(activity, ALL, {"Answer": "x" * 100_000})
    inspector.refresh_activity({ALL})
    assert outputs.text_of("Answer").endswith("(100,000 characters in all)")
    assert len(outputs.text_of("Answer")) < 5_000


def stepped(inspector: Inspector) -> tuple[str, str]:
    """Where one is among the values that are kept, and what stands there."""
    outputs = page(inspector).outputs
    return outputs.stepper.place.text(), outputs.view.text_of("Answer")


def loop_of_three(activity: RunActivity) -> None:
    """Talk is the loop, All is in its body."""
    run = ToldRun(activity)
    loop = run.begin(TALK)
    for turn, word in enumerate(("one", "two", "three")):
        run.give(TALK, loop, {"ConversationId": f"of {word}"})
        run.gave(ALL, {"Answer": word}, loop, turn)


def test_values_are_stepped_through_by_turn_of_the_loop_and_back_to_the_latest(
    inspector: Inspector, activity: RunActivity
) -> None:
    loop_of_three(activity)
    inspector.values_picked.connect(lambda: inspector.refresh_activity({ALL, TALK}))
    inspector.refresh_activity({ALL})
    stepper = page(inspector).outputs.stepper
    assert stepped(inspector) == ("3 of 3 · Create Conversation 3 · after 1.20 s", "three")
    assert not stepper.forth.isEnabled()
    for word in ("two", "one"):
        QTest.mouseClick(stepper.back, Qt.MouseButton.LeftButton)
        assert stepped(inspector)[1] == word
    assert not stepper.back.isEnabled()
    assert "last value: of one" in texts(row(inspector, "Talk"))
    assert not stepper.latest.isChecked()
    gave_more = ToldRun(activity, "another")
    assert gave_more
    inspector.refresh_activity({ALL})
    assert stepper.latest.isChecked()


def test_an_iteration_is_picked_from_a_list_and_is_that_of_all_nodes(
    inspector: Inspector, activity: RunActivity
) -> None:
    loop_of_three(activity)
    inspector.values_picked.connect(lambda: inspector.refresh_activity({ALL, TALK}))
    inspector.refresh_activity({ALL})
    stepper = page(inspector).outputs.stepper
    stepper.place.menu().aboutToShow.emit()
    entries = [action for action in stepper.place.menu().actions() if not action.isSeparator()]
    assert [action.text().split("    ")[1] for action in entries] == ["Answer='three'", "Answer='two'", "Answer='one'"]
    entries[1].trigger()
    inspector.show_node(TALK)
    view = page(inspector).outputs.view
    assert view.text_of("ConversationId") == "of two"
    QTest.mouseClick(page(inspector).outputs.stepper.latest, Qt.MouseButton.LeftButton)
    assert view.text_of("ConversationId") == "of three"


def test_a_value_is_opened_whole(inspector: Inspector, activity: RunActivity) -> None:
    gave(activity, ALL, {"Answer": "x" * 5_000})
    inspector.refresh_activity({ALL})
    QTest.mouseClick(page(inspector).outputs.view.button_of("Answer"), Qt.MouseButton.LeftButton)
    (viewer,) = inspector.window().findChildren(ValueViewer)
    assert viewer.text.toPlainText() == "x" * 5_000
    viewer.close()


def test_a_long_word_is_wrapped_and_pushes_nothing_out_of_sight(inspector: Inspector, activity: RunActivity) -> None:
    run = ToldRun(activity)
    run.gave(ALL, {"Answer": "x" * 250})
    run.gave(TALK, {"ConversationId": "c" * 80})
    inspector.refresh_activity({ALL, TALK})
    QApplication.processEvents()
    inspector.resize(300, 1600)
    QApplication.processEvents()
    answer = next(t for t in page(inspector).findChildren(QPlainTextEdit) if t.toPlainText().startswith("xxx"))
    assert page(inspector).width() == inspector.viewport().width()
    assert answer.height() > 5 * answer.fontMetrics().lineSpacing()
    assert answer.verticalScrollBar().maximum() == 0


def test_a_failed_node_says_why_until_it_runs_again(inspector: Inspector, activity: RunActivity) -> None:
    activity.apply(NodeFailed(0.1, RunId("r"), ALL, StepId(1), "InputError", "Line: is missing", handled=False))
    inspector.refresh_activity({ALL})
    assert "Failed: Line: is missing" in texts(page(inspector))
    activity.apply(NodeStarted(0.2, RunId("r"), ALL, StepId(2)))
    inspector.refresh_activity({ALL})
    assert "Failed" not in texts(page(inspector))


def test_a_description_is_shown_whole_however_it_is_wrapped(inspector: Inspector, document: FlowDocument) -> None:
    commands.set_about(document, "Describe flow", description="some words " * 25)
    inspector.show_node(None)
    QApplication.processEvents()
    field = page_of_flow(inspector).description_field
    narrow = field.height()
    assert field.verticalScrollBar().maximum() == 0
    inspector.resize(700, 900)
    QApplication.processEvents()
    assert field.verticalScrollBar().maximum() == 0
    assert field.height() < narrow


def test_with_nothing_selected_the_flow_itself_is_edited(inspector: Inspector, document: FlowDocument) -> None:
    inspector.show_node(None)
    flow_page = page_of_flow(inspector)
    assert "3 nodes, 1 wire" in texts(flow_page)
    QTest.keyClicks(flow_page.name_field, "!")
    QTest.keyClicks(flow_page.description_field, "what for")
    assert (document.flow.name, document.flow.description) == ("Toys!", "what for")
    document.undo_stack.undo()
    assert flow_page.description_field.toPlainText() == ""
    document.undo_stack.undo()
    assert flow_page.name_field.text() == "Toys"


def test_several_nodes_are_summed_up(inspector: Inspector) -> None:
    inspector.show_nodes([ALL, TALK, FORK])
    assert "3 nodes selected" in texts(inspector.widget())
    assert "Take Everything: 1" in texts(inspector.widget())


def test_an_unknown_type_says_so_and_shows_its_data(dark: Theme) -> None:
    document = toy_document(toy_node("x", "acme.magic", inputs={"A": 1}, config={"deep": [1]}))
    inspector = Inspector(dark)
    inspector.set_document(document)
    inspector.show_node(NodeId("x"))
    shown(inspector)
    assert "no node type acme.magic" in texts(inspector.widget())
    raw = next(t for t in inspector.findChildren(QPlainTextEdit) if t.isReadOnly())
    assert '"deep"' in raw.toPlainText()


def test_a_deleted_node_gives_way_to_the_flow_and_undo_brings_it_back(
    inspector: Inspector, document: FlowDocument
) -> None:
    commands.remove(document, [ALL])
    assert isinstance(inspector.widget(), FlowPage)
    document.undo_stack.undo()
    assert isinstance(inspector.widget(), NodePage)
    assert box(inspector, "Line").text() == "abc"


def test_without_a_document_the_inspector_says_so(inspector: Inspector) -> None:
    inspector.set_document(None)
    assert "No flow is open" in texts(inspector.widget())


def test_a_page_that_goes_while_it_is_clicked_does_no_harm(inspector: Inspector, qapp: QApplication) -> None:
    inspector.locate_requested.connect(inspector.show_node)
    source = next(label for label in row(inspector, "Talk").findChildren(QLabel) if "href" in label.text())
    source.linkActivated.emit("#")
    assert page(inspector).node_id == TALK


def test_both_themes_paint_wide_and_narrow(inspector: Inspector) -> None:
    for name in ("light", "dark"):
        inspector.set_theme(Theme.load(name))
        for width in (500, 240):
            inspector.resize(width, 700)
            assert inspector.grab().width() == width


def test_what_is_wrong_with_an_input_stands_under_it_and_goes_with_the_problem(inspector: Inspector) -> None:
    node_id = page(inspector).node_id
    inspector.show_problems(
        {node_id: [Problem("error", "Temperature: must be from 0 to 2, got 3", node_id, "Temperature")]}
    )
    assert "Must be from 0 to 2, got 3" in texts(row(inspector, "Temperature"))
    inspector.show_problems({})
    assert "Must be from 0 to 2, got 3" not in texts(row(inspector, "Temperature"))


def test_a_node_that_was_swapped_for_another_type_is_shown_as_that(
    inspector: Inspector, document: FlowDocument
) -> None:
    inspector.show_node(TALK)
    own = len(page(inspector).findChildren(FieldRow))
    nodes.swap(document, TALK, "toy.everything")
    assert page(inspector).row("Line").isVisible()
    document.undo_stack.undo()
    assert len(page(inspector).findChildren(FieldRow)) == own
