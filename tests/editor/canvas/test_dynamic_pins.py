"""More and fewer pins by the buttons on a node: wires follow, undo gives everything back."""

from __future__ import annotations

import pytest
from canvas_stage import ALT, NONE, Stage, node, wire
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QToolTip, QWidget

from editor import commands, nodes, pins
from editor.canvas.geometry import PinButton
from editor.fields.pin_list import PinList
from runtime.document.files import dump_flow
from runtime.document.flow import Flow, Node
from runtime.ids import NodeId, PinName
from runtime.nodes.dynamic_pins import Slot

pytestmark = pytest.mark.usefixtures("qapp")


def configured(name: str, type_id: str, x: float, y: float, **config: object) -> Node:
    return node(name, type_id, x, y).model_copy(update={"config": config})


@pytest.fixture
def stage() -> Stage:
    """Nodes of each kind whose pins the config decides about, wired to consoles."""
    return Stage(
        Flow(
            nodes=(
                node("steps", "flow.sequence", 0, 0),
                configured("ways", "flow.switch", 0, 200, cases=["yes", "no"]),
                configured("items", "list.make", 250, 0, count=3).model_copy(
                    update={"inputs": {PinName("Item2"): "two", PinName("Item3"): "three"}}
                ),
                configured("letter", "string.template", 250, 260, template="Dear {{ name }}, {{text}}"),
                node("one", "util.console", 620, 0),
                node("two", "util.console", 620, 240),
                node("text", "value.text", -250, 0),
            ),
            connections=(
                wire("exec", "steps.Out1", "one.In"),
                wire("exec", "steps.Out3", "two.In"),
                wire("exec", "ways.yes", "one.In"),
                wire("exec", "ways.no", "one.In"),
                wire("data", "text.Output", "items.Item1"),
                wire("data", "text.Output", "letter.name"),
                wire("data", "letter.Result", "one.Message"),
            ),
        )
    )


def button(stage: Stage, name: str, which: PinButton) -> QPoint:
    placed = stage.view.projection.nodes[NodeId(name)]
    center = placed.shape.pin_buttons[which].center() + placed.rect.topLeft()
    return stage.at(center.x(), center.y())


def names(stage: Stage, name: str) -> list[str]:
    found = pins.pins_of(stage.document, NodeId(name))
    assert found is not None
    return [str(pin) for pin in found.names]


def arrange(stage: Stage, name: str, *slots: tuple[str | None, str]) -> list[str]:
    wanted = [Slot(PinName(before) if before else None, PinName(new)) for before, new in slots]
    return pins.arrange(stage.document, NodeId(name), "Arrange", wanted)


@pytest.mark.parametrize(
    ("name", "added"), [("steps", "Out4"), ("ways", "Case3"), ("items", "Item4"), ("letter", "name3")]
)
def test_plus_adds_a_pin_and_leaves_all_wires(stage: Stage, name: str, added: str) -> None:
    before, wires = dump_flow(stage.document.flow), stage.wires()
    stage.click(button(stage, name, "more"))
    assert names(stage, name)[-1] == added
    signature = stage.document.signature(NodeId(name))
    assert added in (*signature.exec_out, *signature.inputs)
    assert stage.wires() == wires
    assert stage.document.undo_stack.undoText() == f"Add {added}"
    stage.document.undo_stack.undo()
    assert dump_flow(stage.document.flow) == before


def test_minus_takes_the_last_pin_with_its_wire_and_says_what_it_cut(stage: Stage) -> None:
    before = dump_flow(stage.document.flow)
    stage.click(button(stage, "steps", "fewer"))
    assert names(stage, "steps") == ["Out1", "Out2"]
    assert "steps.Out3>two.In" not in stage.wires()
    assert stage.messages[-1] == "Cut the wire Sequence · Out3 → Console · In. Undo brings it back."
    stage.document.undo_stack.undo()
    assert dump_flow(stage.document.flow) == before


def test_minus_stops_at_the_least_that_the_type_takes(stage: Stage) -> None:
    for _ in range(5):
        stage.click(button(stage, "steps", "fewer"))
    assert names(stage, "steps") == ["Out1"]
    assert stage.document.undo_stack.count() == 2


def test_the_last_place_of_a_template_goes_with_its_braces(stage: Stage) -> None:
    stage.click(button(stage, "letter", "fewer"))
    assert stage.document.nodes[NodeId("letter")].config["template"] == "Dear {{ name }}, "


def test_another_order_takes_wires_and_values_along(stage: Stage) -> None:
    before = dump_flow(stage.document.flow)
    assert arrange(stage, "items", ("Item3", ""), ("Item1", ""), ("Item2", "")) == []
    assert stage.document.nodes[NodeId("items")].inputs == {"Item1": "three", "Item3": "two"}
    assert "text.Output>items.Item2" in stage.wires()
    arrange(stage, "ways", ("no", "no"), ("yes", "yes"))
    assert names(stage, "ways") == ["no", "yes"]
    assert {"ways.yes>one.In", "ways.no>one.In"} <= stage.wires()
    for _ in range(2):
        stage.document.undo_stack.undo()
    assert dump_flow(stage.document.flow) == before


def test_names_that_change_places_keep_their_wires(stage: Stage) -> None:
    before = dump_flow(stage.document.flow)
    arrange(stage, "ways", ("yes", "no"), ("no", "yes"))
    assert {"ways.yes>one.In", "ways.no>one.In"} <= stage.wires()
    stage.document.undo_stack.undo()
    assert dump_flow(stage.document.flow) == before


def test_a_pin_with_another_name_keeps_its_wire(stage: Stage) -> None:
    arrange(stage, "ways", ("yes", "ja"), ("no", "no"))
    assert "ways.ja>one.In" in stage.wires()
    arrange(stage, "letter", ("name", "who"), ("text", "text"))
    assert stage.document.nodes[NodeId("letter")].config["template"] == "Dear {{who}}, {{text}}"
    assert "text.Output>letter.who" in stage.wires()
    assert "letter.Result>one.Message" in stage.wires()


def test_resting_on_a_button_says_what_it_does(stage: Stage) -> None:
    place = button(stage, "steps", "more")
    event = QHelpEvent(QHelpEvent.Type.ToolTip, place, stage.view.viewport().mapToGlobal(place))
    QApplication.sendEvent(stage.view.viewport(), event)
    assert "Out4" in QToolTip.text()


def test_no_button_where_pins_stay_or_the_node_is_collapsed(stage: Stage) -> None:
    placed = stage.view.projection.nodes
    assert placed[NodeId("one")].shape.pin_buttons == {}
    stage.view.select([NodeId("steps")])
    nodes.switch_collapsed(stage.document, [NodeId("steps")])
    assert stage.view.projection.nodes[NodeId("steps")].shape.pin_buttons == {}
    assert stage.view.projection.nodes[NodeId("steps")].rect.contains(QPointF(20, 20))


# -- the list of pins


def opened_list(stage: Stage, name: str) -> PinList:
    stage.view.activateWindow()
    stage.click(button(stage, name, "list"))
    popup = stage.view.pins.popup
    assert popup is not None
    return popup.pins


def retype(found: PinList, row: int, text: str) -> None:
    """Rename a pin by keys."""
    found.list.setCurrentRow(row)
    press_key(found.list, Qt.Key.Key_F2)
    line = found.list.findChild(QLineEdit)
    assert line is not None
    line.selectAll()
    QTest.keyClicks(line, text)
    QTest.keyClick(line, Qt.Key.Key_Return)
    QApplication.processEvents()  # Qt commits by a queued call


def press_key(widget: QWidget, key: Qt.Key, keys: Qt.KeyboardModifier = NONE) -> None:
    QTest.keyClick(widget, key, keys)


def test_a_case_that_is_renamed_in_the_list_keeps_its_wire(stage: Stage) -> None:
    before = dump_flow(stage.document.flow)
    found = opened_list(stage, "ways")
    retype(found, 0, "ja")
    assert names(stage, "ways") == ["ja", "no"]
    assert "ways.ja>one.In" in stage.wires()
    assert stage.document.undo_stack.undoText() == "Rename yes"
    stage.document.undo_stack.undo()
    assert dump_flow(stage.document.flow) == before
    assert found.list.item(0).text() == "yes"


@pytest.mark.parametrize("wrong", ["no", "Default", ""])
def test_a_name_that_a_case_may_not_have_is_refused_in_words(stage: Stage, wrong: str) -> None:
    found = opened_list(stage, "ways")
    before = dump_flow(stage.document.flow)
    found.list.item(0).setText(wrong)
    assert dump_flow(stage.document.flow) == before
    assert found.error.text().startswith("Not applied: Switch: ")
    assert found.list.item(0).text() == "yes"


@pytest.mark.parametrize("wrong", ["text", "a}b"])
def test_a_name_that_no_place_may_have_is_refused(stage: Stage, wrong: str) -> None:
    found = opened_list(stage, "letter")
    before = dump_flow(stage.document.flow)
    found.list.item(0).setText(wrong)
    assert dump_flow(stage.document.flow) == before
    assert found.error.text().startswith("Not applied: Template: ")


def test_keys_move_a_pin_with_its_wire_and_its_value(stage: Stage) -> None:
    found = opened_list(stage, "items")
    found.list.setCurrentRow(2)
    press_key(found.list, Qt.Key.Key_Up, ALT)
    press_key(found.list, Qt.Key.Key_Up, ALT)
    assert stage.document.nodes[NodeId("items")].inputs == {"Item1": "three", "Item3": "two"}
    assert "text.Output>items.Item2" in stage.wires()
    assert found.list.currentRow() == 0


def test_delete_takes_the_pin_of_the_row_and_insert_adds_one(stage: Stage) -> None:
    found = opened_list(stage, "steps")
    found.list.setCurrentRow(0)
    press_key(found.list, Qt.Key.Key_Delete)
    assert {wire for wire in stage.wires() if wire.startswith("steps")} == {"steps.Out2>two.In"}
    assert "Out1 → Console · In" in found.cut.text()
    press_key(found.list, Qt.Key.Key_Insert)
    assert names(stage, "steps") == ["Out1", "Out2", "Out3"]


def test_the_list_closes_by_escape_by_a_press_elsewhere_and_with_its_node(stage: Stage) -> None:
    found = opened_list(stage, "ways")
    press_key(found.list, Qt.Key.Key_Escape)
    assert stage.view.pins.popup is None
    opened_list(stage, "ways")
    stage.click(stage.header("one"))
    assert stage.view.pins.popup is None
    opened_list(stage, "ways")
    commands.remove(stage.document, [NodeId("ways")])
    assert stage.view.pins.popup is None
