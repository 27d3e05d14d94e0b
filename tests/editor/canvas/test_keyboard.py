"""The keyboard alone: from node to node, into pins, along wires; and what is read out on the way."""

from __future__ import annotations

import pytest
from canvas_stage import ALT, CTRL, SHIFT, Stage, differing, pin_key
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication
from told_values import gave

from editor import commands
from editor.canvas.add_request import WireEnd
from editor.canvas.hit import Hit
from runtime.document.flow import PinDirection, PinKind, PinRef
from runtime.ids import NodeId, PinName
from runtime.validation import Problem

pytestmark = pytest.mark.usefixtures("qapp")

Key = Qt.Key
CONV, ASK, LOG, START = map(NodeId, ("conv", "ask", "log", "start"))


@pytest.fixture
def stage() -> Stage:
    return Stage()


def where(stage: Stage) -> str:
    """Where the keyboard is: `node` or `node.Pin`."""
    focus = stage.view.keyboard
    return ".".join(filter(None, [focus.node, focus.pin.name if focus.pin else None]))


def told(stage: Stage) -> str:
    """What a screen reader heard last."""
    return stage.view.accessibleDescription()


# -- nodes


def test_ctrl_arrows_go_to_the_nearest_node_that_way_and_select_it(stage: Stage) -> None:
    stage.view.select([START])
    path = []
    for key in (Key.Key_Right, Key.Key_Right, Key.Key_Left, Key.Key_Down, Key.Key_Up):
        stage.key(key, CTRL)
        path.append(where(stage))
    assert path == ["conv", "ask", "conv", "log", "conv"]
    assert stage.selected() == {"conv"}


def test_where_no_node_lies_that_way_the_focus_stays_and_says_so(stage: Stage) -> None:
    stage.view.select([START])
    stage.key(Key.Key_Right, CTRL)
    stage.key(Key.Key_Up, CTRL)
    assert where(stage) == "conv"
    assert told(stage) == "No node above"


def test_alt_shift_arrows_add_to_the_selection(stage: Stage) -> None:
    stage.view.select([START])
    stage.key(Key.Key_Right, ALT | SHIFT)
    stage.key(Key.Key_Right, ALT | SHIFT)
    assert stage.selected() == {"start", "conv", "ask"}


def test_after_the_last_node_n_stays_and_says_so(stage: Stage) -> None:
    for _ in range(6):  # the frame around them comes first
        stage.key(Key.Key_N)
    assert where(stage) == "log"
    assert told(stage) == "No node after this one"


def test_the_ring_of_the_focus_shows_and_goes_with_a_press_of_the_mouse(stage: Stage) -> None:
    stage.view.select([START])
    selected = stage.image()
    stage.key(Key.Key_N)
    stage.key(Key.Key_N, SHIFT)
    assert where(stage) == "start"
    assert differing(selected, stage.image()) > 200
    stage.click(stage.header("start"))
    assert differing(selected, stage.image()) == 0


def test_arrows_alone_still_move_the_selected_nodes(stage: Stage) -> None:
    stage.key(Key.Key_N)
    stage.key(Key.Key_Right)
    assert stage.position("start") == (10, 0)


def test_the_focus_goes_with_its_node(stage: Stage) -> None:
    stage.key(Key.Key_N)
    stage.key(Key.Key_Delete)
    assert where(stage) == ""
    stage.image()


# -- pins


def test_return_enters_the_pins_arrows_walk_them_and_escape_leaves(stage: Stage) -> None:
    stage.view.select([START])
    stage.key(Key.Key_Right, CTRL)
    seen = []
    stage.key(Key.Key_Return)
    seen.append(where(stage))
    for key in (Key.Key_Right, Key.Key_Down, Key.Key_Up, Key.Key_Left):
        stage.key(key)
        seen.append(where(stage))
    assert seen[0] == "conv.Execute" == seen[-1]
    assert seen[1] == "conv.Success"
    assert seen[2].startswith("conv.")
    assert seen[2] != seen[1] == seen[3]
    assert stage.position("conv") == (240, 0)
    stage.key(Key.Key_Escape)
    assert where(stage) == "conv"
    assert stage.selected() == {"conv"}
    stage.key(Key.Key_Escape)
    assert (where(stage), stage.selected()) == ("", set())


def test_down_from_the_last_input_unfolds_the_rest(stage: Stage) -> None:
    stage.view.keyboard.go_to(ASK, pin_key("in", "exec", "Execute"))
    seen = set()
    for _ in range(40):
        stage.key(Key.Key_Down)
        seen.add(where(stage))
    assert ASK in stage.view.projection.expanded
    assert len(seen) == len(stage.document.signature(ASK).inputs)


def test_return_on_a_value_edits_it_and_comes_back_to_it(stage: Stage) -> None:
    stage.view.activateWindow()
    stage.view.keyboard.go_to(ASK, pin_key("in", "data", "Model"))
    stage.key(Key.Key_Return)
    editor = stage.view.editing.editor
    assert editor is not None
    stage.key(Key.Key_A, CTRL, editor.input)
    for key in (Key.Key_O, Key.Key_1, Key.Key_Return):
        stage.key(key, widget=editor.input)
    assert stage.document.nodes[ASK].inputs[PinName("Model")] == "o1"
    assert where(stage) == "ask.Model"


def test_delete_at_a_pin_takes_its_wires_away_and_never_the_node(stage: Stage) -> None:
    before = stage.document.flow
    stage.view.keyboard.go_to(CONV, pin_key("out", "data", "ConversationId"))
    stage.key(Key.Key_Delete)
    assert stage.wires() == {"start.Out>conv.Execute"}
    assert told(stage) == "1 wire removed"
    stage.key(Key.Key_Delete)
    assert "conv" in stage.document.nodes
    stage.document.undo_stack.undo()
    assert stage.document.flow == before


# -- wires


def test_w_selects_the_wires_of_a_node_one_by_one_and_delete_takes_the_one(stage: Stage) -> None:
    stage.view.keyboard.go_to(CONV)
    stage.key(Key.Key_W)
    ask = "Create Chat Completion (Async)"
    assert told(stage) == f"Wire from ConversationId of Create Conversation to Conversation of {ask}, 1 of 2"
    stage.key(Key.Key_W)
    assert told(stage).startswith("Exec wire from Out of Button")
    assert told(stage).endswith("2 of 2")
    stage.key(Key.Key_Delete)
    assert stage.wires() == {"conv.ConversationId>ask.Conversation"}


def test_brackets_follow_wires_to_their_other_ends(stage: Stage) -> None:
    stage.view.select([START])
    seen = []
    for key in (Key.Key_BracketRight, Key.Key_Escape, Key.Key_BracketRight, Key.Key_Escape, Key.Key_BracketLeft):
        stage.key(key)
        seen.append(where(stage))
    assert seen == ["conv.Execute", "conv", "ask.Conversation", "ask", "conv.ConversationId"]
    stage.key(Key.Key_Return, CTRL)
    assert where(stage) == "ask.Conversation"


# -- connecting, menus


def test_c_asks_for_targets_of_the_pin_or_of_the_way_on_of_the_node(stage: Stage) -> None:
    asked: list[WireEnd] = []
    stage.view.targets_requested.connect(asked.append)
    stage.key(Key.Key_C)
    assert asked == []
    assert "N goes to the next one" in stage.messages[-1]
    stage.view.select([CONV])
    stage.key(Key.Key_C)
    assert asked == [WireEnd(PinKind.EXEC, PinDirection.OUT, PinRef(CONV, PinName("Success")))]
    stage.view.keyboard.go_to(LOG, pin_key("in", "exec", "Execute"))
    stage.key(Key.Key_Return)
    assert asked[-1] == WireEnd(PinKind.EXEC, PinDirection.IN, PinRef(LOG, PinName("Execute")))


def test_the_menu_key_offers_the_menu_of_the_pin_beside_it(stage: Stage) -> None:
    key = pin_key("out", "data", "ConversationId")
    stage.view.keyboard.go_to(CONV, key)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(10, 10), QPoint(10, 10))
    QApplication.sendEvent(stage.view.viewport(), event)
    pin = stage.pin("conv", "out", "data", "ConversationId")
    assert stage.menus == [(Hit("pin", CONV, key), stage.view.viewport().mapToGlobal(pin))]


# -- what is read out


def test_pins_are_read_out_with_side_type_and_what_they_hold(stage: Stage) -> None:
    focus = stage.view.keyboard
    focus.go_to(ASK, pin_key("in", "data", "Model"))
    assert told(stage) == "Model, string input, of Create Chat Completion (Async), value gpt-4o-mini"
    focus.go_to(ASK, pin_key("in", "data", "Conversation"))
    assert told(stage).endswith("connected from ConversationId of Create Conversation")
    focus.go_to(CONV, pin_key("out", "exec", "Success"))
    assert told(stage) == "Success, exec output, of Create Conversation, not connected"


def test_problems_are_read_out_where_they_are(stage: Stage) -> None:
    stage.view.highlights.show_problems([Problem("error", "Model is unknown", ASK, "Model")])
    stage.view.keyboard.go_to(ASK, pin_key("in", "data", "Model"))
    assert told(stage).endswith(". Model is unknown")
    stage.view.keyboard.go_to(ASK, pin_key("in", "exec", "Execute"))
    assert "unknown" not in told(stage)


def test_what_the_node_with_the_focus_begins_to_do_is_read_out(stage: Stage) -> None:
    stage.view.keyboard.go_to(CONV)
    stage.view.highlights.refresh_activity(gave(stage.activity, "conv", {"ConversationId": "c1"}))
    assert told(stage) == "Create Conversation: done"


def test_refusals_are_read_out(stage: Stage) -> None:
    out = stage.pin("conv", "out", "data", "ConversationId")
    stage.drag(out, stage.pin("log", "in", "exec", "In"))
    assert told(stage) == stage.messages[-1] != ""


def test_walking_changes_nothing_in_the_flow(stage: Stage) -> None:
    for key, keys in ((Key.Key_N, SHIFT), (Key.Key_Left, CTRL), (Key.Key_Return, SHIFT), (Key.Key_W, ALT)):
        stage.key(key, keys)
    for key in (Key.Key_N, Key.Key_Return, Key.Key_Down, Key.Key_Right, Key.Key_W, Key.Key_BracketLeft, Key.Key_Escape):
        stage.key(key)
    assert stage.document.undo_stack.count() == 0
    commands.remove(stage.document, [CONV])
