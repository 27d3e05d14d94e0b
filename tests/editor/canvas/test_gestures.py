"""Every interaction by mouse, through Qt's own events, and its undo."""

from __future__ import annotations

import pytest
from canvas_stage import ALT, CTRL, MIDDLE, RIGHT, SHIFT, Stage, colors_in, node, pin_key, wire, wire_text
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from editor import commands
from editor.canvas.add_request import WireEnd
from editor.canvas.hit import Hit
from runtime.document.flow import Flow, PinDirection, PinKind, PinRef
from runtime.ids import NodeId, PinName

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.fixture
def stage() -> Stage:
    """The small flow on a stage."""
    return Stage()


EMPTY = QPoint(900, 600)


# -- select


def test_a_click_selects_a_node_and_a_click_on_nothing_selects_nothing(stage: Stage) -> None:
    stage.click(stage.header("conv"))
    assert stage.selected() == {"conv"}
    stage.click(stage.header("ask"))
    assert stage.selected() == {"ask"}
    stage.click(EMPTY)
    assert stage.selected() == set()


def test_shift_adds_and_ctrl_toggles(stage: Stage) -> None:
    stage.click(stage.header("conv"))
    stage.click(stage.header("ask"), keys=SHIFT)
    assert stage.selected() == {"conv", "ask"}
    stage.click(stage.header("conv"), keys=CTRL)
    assert stage.selected() == {"ask"}


def test_a_click_on_one_of_several_selects_it_alone_but_only_when_the_button_goes_up(stage: Stage) -> None:
    stage.view.select(stage.view.document.nodes)
    stage.press(stage.header("conv"))
    assert len(stage.selected()) == 4
    stage.release(stage.header("conv"))
    assert stage.selected() == {"conv"}


def test_a_click_on_a_wire_selects_it_and_delete_removes_it(stage: Stage) -> None:
    start, end = stage.pin("start", "out", "exec", "Out"), stage.pin("conv", "in", "exec", "Execute")
    stage.click((start + end) / 2)
    assert [wire_text(key) for key in stage.view.selected_connections()] == ["start.Out>conv.Execute"]
    stage.key(Qt.Key.Key_Delete)
    assert stage.wires() == {"conv.ConversationId>ask.Conversation"}
    stage.document.undo_stack.undo()
    assert "start.Out>conv.Execute" in stage.wires()


def test_the_selection_says_when_it_changes_and_drops_what_is_deleted(stage: Stage) -> None:
    told: list[set[str]] = []
    stage.view.selection_changed.connect(lambda: told.append(stage.selected()))
    stage.view.select([NodeId("conv"), NodeId("gone")])
    commands.remove(stage.document, [NodeId("conv")])
    assert told == [{"conv"}, set()]


# -- rubber band


def test_a_rubber_band_selects_what_it_touches(stage: Stage) -> None:
    stage.drag(stage.at(-30, -20), stage.at(250, 60))
    assert stage.selected() == {"start", "conv"}


@pytest.mark.parametrize(("keys", "expected"), [(SHIFT, {"ask", "start"}), (CTRL, {"ask", "start"})])
def test_a_rubber_band_adds_with_shift_and_toggles_with_ctrl(
    stage: Stage, keys: Qt.KeyboardModifier, expected: set[str]
) -> None:
    stage.view.select([NodeId("ask")])
    stage.drag(stage.at(-30, -20), stage.at(100, 60), keys=keys)
    assert stage.selected() == expected
    stage.drag(stage.at(-30, -20), stage.at(100, 60), keys=keys)
    assert stage.selected() == (expected if keys == SHIFT else {"ask"})


def test_escape_calls_a_rubber_band_off(stage: Stage) -> None:
    stage.view.select([NodeId("ask")])
    stage.press(stage.at(-30, -20))
    stage.hover(stage.at(-30, -20), stage.at(250, 60))
    assert stage.selected() == {"start", "conv"}
    stage.key(Qt.Key.Key_Escape)
    assert stage.selected() == {"ask"}


# -- move


def test_a_drag_moves_all_selected_nodes_in_one_step_that_undoes(stage: Stage) -> None:
    stage.view.select([NodeId("conv"), NodeId("ask")])
    begin = stage.header("conv")
    stage.drag(begin, begin + QPoint(53, 28))
    assert (stage.position("conv"), stage.position("ask")) == ((290, 30), (570, 30))
    assert stage.document.undo_stack.count() == 1
    stage.document.undo_stack.undo()
    assert (stage.position("conv"), stage.position("ask")) == ((240, 0), (520, 0))


def test_a_drag_of_a_node_that_is_not_selected_moves_it_alone(stage: Stage) -> None:
    stage.view.select([NodeId("ask")])
    stage.drag(stage.header("conv"), stage.header("conv") + QPoint(20, 0))
    assert (stage.position("conv"), stage.position("ask")) == ((260, 0), (520, 0))


def test_wires_follow_while_nodes_are_dragged(stage: Stage) -> None:
    begin = stage.header("conv")
    stage.press(begin)
    stage.hover(begin, begin + QPoint(0, 100))
    projection = stage.view.projection
    for placed in projection.wires.values():
        kind, source, target = placed.key
        assert placed.start == projection.pin_position(source.node, pin_key("out", kind, source.pin))
        assert placed.end == projection.pin_position(target.node, pin_key("in", kind, target.pin))
    stage.release(begin + QPoint(0, 100))
    assert stage.position("conv") == (240, 100)


def test_a_node_stays_under_the_mouse_when_the_canvas_is_panned_and_zoomed_during_a_drag(stage: Stage) -> None:
    begin = stage.header("conv")
    stage.press(begin)
    stage.hover(begin, begin + QPoint(50, 50))
    stage.view.pan(QPointF(200, -70))
    stage.view.zoom_to(0.5, QPointF(begin))
    place = begin + QPoint(51, 50)
    stage.move(place)
    stage.release(place)
    assert stage.view.hit(QPointF(place)).node == "conv"
    rect = stage.view.projection.nodes[NodeId("conv")].rect
    held = stage.view.camera.to_scene(place) - rect.topLeft()
    assert (held - QPointF(60, 14)).manhattanLength() <= 12


def test_with_alt_a_drag_does_not_snap(stage: Stage) -> None:
    begin = stage.header("conv")
    stage.press(begin)
    stage.move(begin + QPoint(20, 0))
    stage.release(begin + QPoint(20, 0))
    stage.press(stage.header("conv"))
    place = stage.header("conv") + QPoint(13, 7)
    stage.hover(stage.header("conv"), place)
    assert stage.view.projection.offset == QPointF(10, 10)
    stage.key(Qt.Key.Key_Escape)


def test_escape_calls_a_drag_off_and_nothing_is_left_to_undo(stage: Stage) -> None:
    begin = stage.header("conv")
    before = stage.image()
    stage.view.select([NodeId("conv")])
    selected = stage.image()
    stage.press(begin)
    stage.hover(begin, begin + QPoint(90, 40))
    assert stage.image() != selected
    stage.key(Qt.Key.Key_Escape)
    stage.release(begin + QPoint(90, 40))
    assert stage.position("conv") == (240, 0)
    assert stage.document.undo_stack.count() == 0
    assert stage.image() == selected
    stage.view.select([])
    assert stage.image() == before


def test_a_node_deleted_while_it_is_dragged_stays_deleted_and_the_others_move(stage: Stage) -> None:
    stage.view.select([NodeId("conv"), NodeId("ask")])
    begin = stage.header("conv")
    stage.press(begin)
    stage.hover(begin, begin + QPoint(50, 0))
    commands.remove(stage.document, [NodeId("conv")])
    stage.release(begin + QPoint(50, 0))
    assert NodeId("conv") not in stage.document.nodes
    assert stage.position("ask") == (570, 0)


def test_another_flow_loaded_during_a_drag_ends_it(stage: Stage) -> None:
    begin = stage.header("conv")
    stage.press(begin)
    stage.hover(begin, begin + QPoint(50, 0))
    stage.document.load(Flow(nodes=(node("conv", "util.console", 0, 0),)), None)
    stage.release(begin + QPoint(50, 0))
    assert stage.position("conv") == (0, 0)
    assert set(stage.view.projection.nodes) == {"conv"}


# -- connect


def test_a_wire_is_drawn_from_an_output_to_an_input_and_undone(stage: Stage) -> None:
    stage.drag(stage.pin("conv", "out", "exec", "Success"), stage.pin("ask", "in", "exec", "Execute"))
    assert "conv.Success>ask.Execute" in stage.wires()
    stage.document.undo_stack.undo()
    assert "conv.Success>ask.Execute" not in stage.wires()


def test_a_wire_is_drawn_from_an_input_to_an_output(stage: Stage) -> None:
    stage.drag(stage.pin("log", "in", "data", "Message"), stage.pin("ask", "out", "data", "ErrorMessage"))
    assert "ask.ErrorMessage>log.Message" in stage.wires()


def test_only_legal_pins_are_offered(stage: Stage) -> None:
    stage.press(stage.pin("conv", "out", "data", "ErrorMessage"))
    targets = stage.view.subject.emphasis.targets
    assert targets is not None
    assert targets(NodeId("start")) == frozenset()
    assert targets(NodeId("log")) == {pin_key("in", "data", "Message"), pin_key("in", "data", "Level")}
    stage.key(Qt.Key.Key_Escape)
    assert stage.view.subject.emphasis.targets is None


def test_a_refused_pin_says_why_and_nothing_changes(stage: Stage) -> None:
    start, end = stage.pin("conv", "out", "data", "ConversationId"), stage.pin("ask", "in", "exec", "Execute")
    stage.drag(start, end)
    assert "they do not fit together" in stage.messages[-1]
    assert len(stage.wires()) == 2
    stage.drag(start, stage.pin("ask", "out", "data", "ErrorMessage"))
    assert "both outputs" in stage.messages[-1]


def test_the_reason_is_painted_beside_the_mouse_while_over_an_illegal_pin(stage: Stage) -> None:
    start, end = stage.pin("conv", "out", "data", "ConversationId"), stage.pin("ask", "in", "exec", "Execute")
    stage.press(start)
    stage.hover(start, end + QPoint(0, 300))
    assert stage.theme.tokens["popup"] not in _near(stage, end)
    stage.move(end)
    assert stage.theme.tokens["popup"] in _near(stage, end)
    stage.key(Qt.Key.Key_Escape)


def test_a_wire_that_could_lose_something_is_offered_its_conversion_in_one_undo_step(stage: Stage) -> None:
    before = stage.wires()
    stage.click(stage.more("ask"))
    stage.drag(stage.pin("conv", "out", "data", "ErrorMessage"), stage.pin("ask", "in", "data", "MaxTokens"))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    assert [action.text() for action in menu.actions()] == ["Insert “String to Integer” between"]
    assert stage.wires() == before
    QTest.keyClick(menu, Qt.Key.Key_Down)
    QTest.keyClick(menu, Qt.Key.Key_Return)
    assert stage.messages[-1] == ""
    (between,) = stage.selected()
    assert stage.document.nodes[NodeId(between)].type == "convert.string_to_integer"
    new = {f"conv.ErrorMessage>{between}.Input", f"{between}.Output>ask.MaxTokens"}
    assert stage.wires() == before | new
    stage.document.undo_stack.undo()
    assert stage.wires() == before


def test_where_no_node_converts_none_is_offered(stage: Stage) -> None:
    stage.drag(stage.pin("conv", "out", "data", "ErrorMessage"), stage.pin("ask", "in", "exec", "Execute"))
    assert QApplication.activePopupWidget() is None


def test_a_wire_dropped_on_a_node_goes_to_the_pin_that_fits(stage: Stage) -> None:
    stage.drag(stage.pin("ask", "out", "data", "ErrorMessage"), stage.header("log"))
    assert "ask.ErrorMessage>log.Message" in stage.wires()


def test_a_wire_dropped_on_nothing_asks_for_a_node_that_fits(stage: Stage) -> None:
    stage.drag(stage.pin("ask", "out", "data", "FutureResponseId"), EMPTY)
    (request,) = stage.requests
    assert request.wire_end == WireEnd(
        PinKind.DATA, PinDirection.OUT, PinRef(NodeId("ask"), PinName("FutureResponseId"))
    )
    assert request.position == stage.view.camera.to_scene(EMPTY)
    assert request.global_position == stage.view.viewport().mapToGlobal(EMPTY)


def test_a_wire_that_takes_the_place_of_another_is_one_undo_step(stage: Stage) -> None:
    stage.drag(stage.pin("start", "out", "exec", "Out"), stage.pin("ask", "in", "exec", "Execute"))
    assert stage.wires() == {"start.Out>ask.Execute", "conv.ConversationId>ask.Conversation"}
    stage.document.undo_stack.undo()
    assert stage.wires() == {"start.Out>conv.Execute", "conv.ConversationId>ask.Conversation"}


def test_the_end_of_a_data_wire_is_picked_up_and_dropped_on_nothing_it_is_gone(stage: Stage) -> None:
    stage.drag(stage.pin("ask", "in", "data", "Conversation"), EMPTY)
    assert stage.wires() == {"start.Out>conv.Execute"}
    assert stage.requests == []
    stage.document.undo_stack.undo()
    assert "conv.ConversationId>ask.Conversation" in stage.wires()


def test_the_end_of_a_data_wire_is_picked_up_and_put_elsewhere_in_one_step(stage: Stage) -> None:
    stage.drag(stage.pin("ask", "in", "data", "Conversation"), stage.pin("log", "in", "data", "Message"))
    assert stage.wires() == {"start.Out>conv.Execute", "conv.ConversationId>log.Message"}
    stage.document.undo_stack.undo()
    assert stage.wires() == {"start.Out>conv.Execute", "conv.ConversationId>ask.Conversation"}


def test_a_wire_picked_up_and_put_back_is_no_edit(stage: Stage) -> None:
    pin = stage.pin("ask", "in", "data", "Conversation")
    stage.press(pin)
    stage.hover(pin, EMPTY)
    stage.move(pin)
    stage.release(pin)
    stage.click(pin)
    assert "conv.ConversationId>ask.Conversation" in stage.wires()
    assert stage.document.undo_stack.count() == 0


def test_alt_and_a_click_take_all_wires_off_a_pin(stage: Stage) -> None:
    commands.connect(stage.document, *wire("data", "conv.ConversationId", "log.Message").key)
    stage.click(stage.pin("conv", "out", "data", "ConversationId"), keys=ALT)
    assert stage.wires() == {"start.Out>conv.Execute"}
    stage.document.undo_stack.undo()
    assert len(stage.wires()) == 3


def test_a_wire_over_the_fold_unfolds_the_inputs_and_folds_them_again(stage: Stage) -> None:
    start = stage.pin("conv", "out", "data", "ErrorMessage")
    stage.press(start)
    stage.hover(start, stage.more("ask"))
    assert NodeId("ask") in stage.view.projection.expanded
    end = stage.pin("ask", "in", "data", "Stop")
    stage.move(end)
    stage.release(end)
    assert "conv.ErrorMessage>ask.Stop" in stage.wires()
    assert NodeId("ask") not in stage.view.projection.expanded
    assert pin_key("in", "data", "Stop") in stage.view.projection.nodes[NodeId("ask")].shape.places


def test_a_node_deleted_while_a_wire_hangs_on_it_takes_the_wire_along(stage: Stage) -> None:
    start = stage.pin("ask", "out", "data", "FutureResponseId")
    stage.press(start)
    stage.hover(start, EMPTY)
    commands.remove(stage.document, [NodeId("ask")])
    stage.move(EMPTY + QPoint(5, 5))
    stage.release(EMPTY)
    assert stage.view.hand.gesture is None
    assert stage.requests == []
    stage.image()


# -- pan and zoom


def test_the_middle_button_and_space_pan(stage: Stage) -> None:
    before = stage.at(0, 0)
    stage.drag(EMPTY, EMPTY + QPoint(-40, 25), MIDDLE)
    assert stage.at(0, 0) == before + QPoint(-40, 25)
    stage.view.setFocus()
    QTest.keyPress(stage.view, Qt.Key.Key_Space)
    stage.drag(stage.header("conv"), stage.header("conv") + QPoint(30, 0))
    QTest.keyRelease(stage.view, Qt.Key.Key_Space)
    assert stage.at(0, 0) == before + QPoint(-10, 25)
    assert stage.position("conv") == (240, 0)


def test_what_a_pan_scrolls_is_what_a_repaint_paints(stage: Stage) -> None:
    stage.screen()
    stage.drag(EMPTY, EMPTY + QPoint(-130, -77), MIDDLE)
    assert stage.screen() == stage.image()


def test_the_wheel_zooms_to_the_mouse(stage: Stage) -> None:
    place = stage.header("conv")
    held = stage.view.camera.to_scene(place)
    stage.wheel(place, QPoint(0, 120))
    assert stage.view.camera.zoom == pytest.approx(1.2, abs=0.01)
    moved = stage.view.camera.to_view(held) - QPointF(place)
    assert moved.manhattanLength() <= 2
    stage.wheel(place, QPoint(0, -120), CTRL)
    assert stage.view.camera.zoom == pytest.approx(1.0)


def test_two_fingers_and_shift_pan(stage: Stage) -> None:
    before = stage.at(0, 0)
    stage.wheel(EMPTY, QPoint(0, 0), pixels=QPoint(-12, 34))
    assert stage.at(0, 0) == before + QPoint(-12, 34)
    stage.wheel(EMPTY, QPoint(0, 120), SHIFT)
    assert stage.at(0, 0) == before + QPoint(48, 34)


def test_zoom_stays_within_its_bounds(stage: Stage) -> None:
    for factor in (1e9, 0.0, float("nan")):
        stage.view.zoom_to(factor)
        assert 0.01 < stage.view.camera.zoom < 10
        stage.image()


# -- asking for nodes and menus


def test_a_double_click_opens_a_node_or_asks_for_a_new_one(stage: Stage) -> None:
    QTest.mouseDClick(stage.view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, EMPTY)
    assert [request.wire_end for request in stage.requests] == [None]
    body = stage.view.projection.nodes[NodeId("ask")].rect.center()
    spot = stage.at(body.x(), body.y() - 30)
    QTest.mouseDClick(stage.view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, spot)
    assert stage.activated == ["ask"]


def test_a_double_click_on_the_text_of_a_title_names_the_node(stage: Stage) -> None:
    spot = stage.header("conv")
    QTest.mouseDClick(stage.view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, spot)
    line = stage.view.titles.line
    assert line is not None
    QTest.keyClicks(line, "Talk")
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert stage.document.nodes[NodeId("conv")].title == "Talk"
    assert stage.activated == []


def test_the_right_button_asks_for_a_menu_on_a_node_and_a_wire_and_for_a_node_on_nothing(stage: Stage) -> None:
    spot = stage.header("ask")
    _context_menu(stage, spot)
    assert stage.menus == [(Hit("body", NodeId("ask")), stage.view.viewport().mapToGlobal(spot))]
    assert stage.selected() == {"ask"}
    start, end = stage.pin("start", "out", "exec", "Out"), stage.pin("conv", "in", "exec", "Execute")
    _context_menu(stage, (start + end) / 2)
    assert stage.menus[-1][0].part == "wire"
    assert len(stage.view.selected_connections()) == 1
    assert stage.requests == []
    _context_menu(stage, EMPTY)
    assert stage.requests[0].position == stage.view.camera.to_scene(EMPTY)
    assert len(stage.menus) == 2


def test_a_right_click_leaves_a_selection_of_several_alone(stage: Stage) -> None:
    stage.view.select(stage.view.document.nodes)
    stage.click(stage.header("ask"), RIGHT)
    _context_menu(stage, stage.header("ask"))
    assert len(stage.selected()) == 4


def _context_menu(stage: Stage, place: QPoint) -> None:
    reason = QContextMenuEvent.Reason.Mouse
    event = QContextMenuEvent(reason, place, stage.view.viewport().mapToGlobal(place), Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(stage.view.viewport(), event)


def _near(stage: Stage, place: QPoint) -> set[str]:
    return colors_in(stage.image(), place.x() + 20, place.y() + 16, 60, 16)
