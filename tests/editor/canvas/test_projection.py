"""After any edits the projection is what it would be if the document had just been opened."""

from __future__ import annotations

import pytest
from canvas_stage import node, pin_key, small_flow, wire
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, QRectF

from editor import commands
from editor.canvas.projection import BROKEN, Projection
from editor.canvas.rows import data_input
from editor.document import FlowDocument
from runtime.catalogue import builtin_registry
from runtime.document.flow import Flow
from runtime.errors import IllegalConnectionError
from runtime.ids import NodeId, PinName

pytestmark = pytest.mark.usefixtures("qapp")

TYPES = ("util.console", "string.concat", "openai.chat_completion_async", "flow.branch")
edits = st.lists(
    st.tuples(st.integers(0, 6), st.integers(0, 9), st.integers(0, 9), st.integers(-3000, 3000)), max_size=25
)


def edit(document: FlowDocument, what: int, one: int, two: int, place: int) -> None:
    """One edit out of all kinds, made of numbers."""
    ids = list(document.nodes)
    first, second = ids[one % len(ids)], ids[two % len(ids)]
    match what:
        case 0:
            commands.add_node(document, TYPES[one % len(TYPES)], (place, two * 100))
        case 1 if len(ids) > 2:
            commands.remove(document, [first])
        case 2:
            commands.move_nodes(document, {first: (place, one * 50), second: (two * 70, place)})
        case 3:
            connect_something(document, first, second)
        case 4:
            document.undo_stack.undo()
        case 5:
            document.undo_stack.redo()
        case 6:
            inputs = list(document.signature(first).inputs)
            if inputs:
                commands.set_input(document, first, inputs[two % len(inputs)], f"value {place}")


def connect_something(document: FlowDocument, first: NodeId, second: NodeId) -> None:
    """Any legal wire between two nodes."""
    source, target = document.signature(first), document.signature(second)
    for kind, outs, ins in (("data", source.outputs, target.inputs), ("exec", source.exec_out, target.exec_in)):
        for out in outs:
            for into in ins:
                try:
                    commands.connect(document, *wire(kind, f"{first}.{out}", f"{second}.{into}").key)
                except IllegalConnectionError:
                    continue
                return


def picture(projection: Projection) -> tuple[object, ...]:
    """All that the projection says, as plain values."""
    everywhere = QRectF(-9000, -9000, 20000, 20000)
    nodes = {
        placed.id: (placed.rect.getRect(), placed.shape.look._replace(rows=None))
        for placed in projection.nodes.values()
    }  # type: ignore[arg-type]
    wires = {key: (w.color, w.start.toTuple(), w.end.toTuple(), w.box.getRect()) for key, w in projection.wires.items()}
    return (
        nodes,
        wires,
        {placed.id for placed in projection.node_grid.within(everywhere)},
        {laid.key for laid in projection.wire_grid.within(everywhere)},
        len(projection.bodies),
        {category: len(batch) for category, batch in projection.headers.items() if len(batch)},
        {color: len(batch) for color, batch in projection.courses.items() if len(batch)},
    )


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(edits)
def test_following_changes_gives_what_reading_anew_gives(script: list[tuple[int, int, int, int]]) -> None:
    document = FlowDocument(builtin_registry(), small_flow())
    followed = Projection(document)
    for step in script:
        edit(document, *step)
    assert picture(followed) == picture(Projection(document))


@pytest.fixture
def document() -> FlowDocument:
    """The small flow."""
    return FlowDocument(builtin_registry(), small_flow())


def test_what_is_lifted_leaves_the_index_and_comes_back(document: FlowDocument) -> None:
    projection = Projection(document)
    before = picture(projection)
    projection.lift([NodeId("conv"), NodeId("ask")])
    projection.shift(QPointF(100, 50))
    assert {placed.id for placed in projection.node_grid.within(QRectF(0, 0, 900, 900))} == {"start", "log"}
    assert set(projection.carried) == {wire("data", "conv.ConversationId", "ask.Conversation").key}
    assert projection.pin_position(NodeId("conv"), pin_key("in", "exec", "Execute")).x() == 340
    projection.put_down()
    assert picture(projection) == before


def test_damage_covers_where_a_node_was_and_where_it_is(document: FlowDocument) -> None:
    projection = Projection(document)
    damage: list[QRectF] = []
    projection.damaged.connect(damage.extend)
    before = projection.nodes[NodeId("log")].box
    commands.move_nodes(document, {NodeId("log"): (800, 800)})
    assert any(area.contains(before) for area in damage)
    assert any(area.contains(projection.nodes[NodeId("log")].box) for area in damage)


def test_moving_a_node_touches_only_its_own_wires(document: FlowDocument) -> None:
    projection = Projection(document)
    others = {
        key: laid.edges for key, laid in projection.wires.items() if "log" not in (key.source.node, key.target.node)
    }
    commands.move_nodes(document, {NodeId("log"): (800, 800)})
    assert all(projection.wires[key].edges is edges for key, edges in others.items())


def test_a_wire_to_a_pin_that_is_not_there_is_shown_as_broken_and_one_to_no_node_not_at_all() -> None:
    flow = Flow(
        nodes=(node("a", "event.button", 0, 0), node("b", "util.console", 300, 0)),
        connections=(wire("exec", "a.Nowhere", "b.In"), wire("exec", "a.Out", "ghost.In")),
    )
    projection = Projection(FlowDocument(builtin_registry(), flow))
    assert [laid.color for laid in projection.wires.values()] == [BROKEN]


def test_a_placeholder_shows_the_pins_that_its_wires_name() -> None:
    flow = Flow(
        nodes=(node("a", "event.button", 0, 0), node("b", "acme.magic", 300, 0, Wand="oak")),
        connections=(wire("exec", "a.Out", "b.Swing"),),
    )
    placed = Projection(FlowDocument(builtin_registry(), flow)).nodes[NodeId("b")]
    assert placed.shape.look.unknown
    assert pin_key("in", "exec", "Swing") in placed.shape.places
    assert PinName("Wand") in placed.shape.fields


def test_nodes_that_look_alike_share_a_shape() -> None:
    flow = Flow(nodes=tuple(node(f"n{i}", "util.console", i * 200, 0) for i in range(3)))
    placed = Projection(FlowDocument(builtin_registry(), flow)).nodes.values()
    assert len({id(one.shape) for one in placed}) == 1


def test_both_sides_of_a_select_are_shown_though_none_of_them_need_be_set() -> None:
    document = FlowDocument(builtin_registry())
    select = commands.add_node(document, "logic.select", (0, 0))
    placed = Projection(document).nodes[select]
    heights = [placed.point_of(data_input(PinName(pin))).y() for pin in ("Condition", "IfTrue", "IfFalse")]
    assert heights == sorted(heights)
    assert placed.shape.look.folded == 0
