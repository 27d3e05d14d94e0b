"""Edits: what each command does to the document, and that undo gives the very file back."""

from __future__ import annotations

import gc
import weakref
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import Field

from editor import commands
from editor.document import FlowDocument
from runtime.document.files import dump_flow
from runtime.document.flow import Connection, Flow, Node, PinKind, PinRef
from runtime.errors import DocumentError, IllegalConnectionError
from runtime.ids import NodeId, PinName
from runtime.nodes.context import EvaluationContext, NodeContext
from runtime.nodes.node_type import EventNode, ExecNode, PureNode
from runtime.nodes.pins import NodeModel
from runtime.nodes.registry import NodeRegistry
from runtime.validation import find_problems


class Start(EventNode):
    """Begins."""

    type_id, title, category, exec_out = "toy.start", "Start", "Toys", ("Out",)


class Fork(ExecNode):
    """As many ways as its config says."""

    type_id, title, category, exec_in = "toy.fork", "Fork", "Toys", ("In",)

    class Inputs(NodeModel):
        count: int = Field(default=1, ge=0, le=9, description="How many")
        text: str = Field(default="", description="Words")

    class Config(NodeModel):
        outputs: int = Field(default=2, ge=1, le=4, alias="outputs")

    def exec_outputs(self) -> tuple[str, ...]:
        return tuple(f"Out{i + 1}" for i in range(self.config.outputs))

    async def execute(self, inputs: Inputs, ctx: NodeContext) -> str:
        return "Out1"


class Words(PureNode):
    """A text."""

    type_id, title, category = "toy.words", "Words", "Toys"

    class Outputs(NodeModel):
        text: str = ""

    def evaluate(self, inputs: Any, ctx: EvaluationContext) -> Outputs:
        return self.Outputs(text="words")


FLOW = Flow(
    nodes=(
        Node(id=NodeId("start"), type="toy.start", position=(0, 0)),
        Node(id=NodeId("fork"), type="toy.fork", position=(300, 0), config={"outputs": 3}),
        Node(id=NodeId("words"), type="toy.words", position=(0, 200)),
        Node(id=NodeId("last"), type="toy.fork", position=(600, 0)),
    ),
    connections=(
        Connection(kind=PinKind.EXEC, source=("start", "Out"), target=("fork", "In")),
        Connection(kind=PinKind.DATA, source=("words", "Text"), target=("fork", "Text")),
        Connection(kind=PinKind.EXEC, source=("fork", "Out3"), target=("last", "In")),
    ),
)


@pytest.fixture
def document(qapp: object) -> FlowDocument:
    return FlowDocument(NodeRegistry([Start, Fork, Words]), FLOW)


def pin(node: str, name: str) -> PinRef:
    return PinRef(NodeId(node), PinName(name))


def ends(document: FlowDocument) -> list[str]:
    return [f"{'.'.join(wire.source)}>{'.'.join(wire.target)}" for wire in document.connections.values()]


def test_removing_a_node_takes_its_wires_and_undo_brings_all_back_in_place(document: FlowDocument) -> None:
    before = dump_flow(document.flow)
    commands.remove(document, [NodeId("fork")])
    assert list(document.nodes) == ["start", "words", "last"]
    assert ends(document) == []
    assert document.undo_stack.undoText() == "Delete 1 node"
    document.undo_stack.undo()
    assert dump_flow(document.flow) == before


def test_a_new_exec_wire_replaces_the_old_one_of_its_output_in_one_step(document: FlowDocument) -> None:
    commands.connect(document, PinKind.EXEC, pin("start", "Out"), pin("last", "In"))
    assert ends(document) == ["words.Text>fork.Text", "fork.Out3>last.In", "start.Out>last.In"]
    document.undo_stack.undo()
    assert ends(document) == ["start.Out>fork.In", "words.Text>fork.Text", "fork.Out3>last.In"]


def test_a_wire_that_could_lose_something_is_refused_with_the_node_that_converts(document: FlowDocument) -> None:
    with pytest.raises(IllegalConnectionError) as refused:
        commands.connect(document, PinKind.DATA, pin("words", "Text"), pin("fork", "Count"))
    assert refused.value.conversion_type == "convert.string_to_integer"
    assert not document.is_modified


def test_a_smaller_shape_drops_the_wires_of_pins_that_are_gone(document: FlowDocument) -> None:
    commands.set_config(document, NodeId("fork"), {"outputs": 2})
    assert "fork.Out3>last.In" not in ends(document)
    document.undo_stack.undo()
    assert "fork.Out3>last.In" in ends(document)


def test_a_config_that_does_not_fit_is_refused_by_name(document: FlowDocument) -> None:
    with pytest.raises(DocumentError, match=r"Fork: outputs: .*less than or equal to 4"):
        commands.set_config(document, NodeId("fork"), {"outputs": 9})
    assert not document.is_modified


def test_typing_into_one_input_is_one_undo_step(document: FlowDocument) -> None:
    for text in ("h", "he", "hey"):
        commands.set_input(document, NodeId("last"), PinName("Text"), text, typing="1")
    assert document.nodes[NodeId("last")].inputs == {"Text": "hey"}
    document.undo_stack.undo()
    assert document.nodes[NodeId("last")].inputs == {}


@pytest.mark.parametrize("typing", [("", ""), ("1", "2")])
def test_edits_of_one_input_that_were_each_complete_are_steps_of_their_own(
    document: FlowDocument, typing: tuple[str, str]
) -> None:
    for text, session in zip(("one", "two"), typing, strict=True):
        commands.set_input(document, NodeId("last"), PinName("Text"), text, session)
    document.undo_stack.undo()
    assert document.nodes[NodeId("last")].inputs == {"Text": "one"}


def test_edits_that_merge_to_nothing_leave_no_step_to_undo(document: FlowDocument) -> None:
    commands.add_node(document, "toy.start", (0, 900))
    before, steps = dump_flow(document.flow), document.undo_stack.count()
    commands.set_fields(document, NodeId("fork"), "Fold", typing="1", collapsed=True)
    commands.set_fields(document, NodeId("fork"), "Unfold", typing="1", collapsed=False)
    assert dump_flow(document.flow) == before
    assert document.undo_stack.count() == steps
    assert document.undo_stack.undoText() == "Add Start"
    commands.set_fields(document, NodeId("fork"), "Fold", collapsed=True)
    document.undo_stack.undo()
    assert dump_flow(document.flow) == before


def test_an_edit_taken_back_by_hand_leaves_the_flow_as_saved(document: FlowDocument) -> None:
    document.saved_as(Path("saved.flow.json"), document.flow)
    for collapsed in (True, False):
        commands.set_fields(document, NodeId("fork"), "Fold", typing="1", collapsed=collapsed)
    assert not document.is_modified


def test_moves_under_one_key_merge_and_others_do_not(document: FlowDocument) -> None:
    for x in (610, 620):
        commands.move_nodes(document, {NodeId("last"): (x, 0)}, merge_key="drag 1")
    commands.move_nodes(document, {NodeId("last"): (700, 0)}, merge_key="drag 2")
    assert document.undo_stack.count() == 2


def test_unsetting_an_input_gives_its_default_back(document: FlowDocument) -> None:
    commands.set_input(document, NodeId("last"), PinName("Count"), 5)
    commands.unset_input(document, NodeId("last"), PinName("Count"))
    assert document.nodes[NodeId("last")].inputs == {}


def test_a_change_that_changes_nothing_is_no_step(document: FlowDocument) -> None:
    commands.move_nodes(document, {NodeId("last"): (600, 0)})
    assert not document.is_modified


@pytest.mark.parametrize(("first", "second"), [(1, True), (1, 1.0), ([0], [False])])
def test_json_values_that_python_takes_for_equal_are_told_apart(
    document: FlowDocument, first: object, second: object
) -> None:
    for value in (first, second):
        commands.set_input(document, NodeId("last"), PinName("Text"), value, "1")
    assert repr(document.nodes[NodeId("last")].inputs["Text"]) == repr(second)
    commands.set_input(document, NodeId("last"), PinName("Text"), first, "1")
    document.undo_stack.undo()
    assert document.nodes[NodeId("last")].inputs == {}


def test_an_edit_made_while_the_flow_was_written_is_not_saved(document: FlowDocument, tmp_path: Path) -> None:
    commands.set_input(document, NodeId("last"), PinName("Count"), 1)
    written = document.flow
    commands.set_input(document, NodeId("last"), PinName("Count"), True)
    document.saved_as(tmp_path / "a.flow.json", written)
    assert document.is_modified
    document.undo_stack.undo()
    document.saved_as(tmp_path / "a.flow.json", document.flow)
    assert not document.is_modified


def test_one_signal_tells_just_what_changed(document: FlowDocument) -> None:
    changes: list[Any] = []
    document.changed.connect(changes.append)
    commands.set_fields(document, NodeId("last"), "Rename", title="End")
    document.undo_stack.undo()
    assert [(change.nodes[0].before.title, change.nodes[0].after.title) for change in changes] == [
        ("", "End"),
        ("End", ""),
    ]


def test_a_document_with_a_history_goes_without_the_collector(qapp: object) -> None:
    # A cycle through the undo stack crashed the process when it was collected.
    document = FlowDocument(NodeRegistry([Start, Fork, Words]), FLOW)
    for x in range(3):
        commands.move_nodes(document, {NodeId("last"): (x, 1)}, merge_key="drag")
        commands.add_node(document, "toy.words", (x, 0))
    document.undo_stack.undo()
    gone = weakref.ref(document)
    gc.disable()
    try:
        del document
        assert gone() is None
    finally:
        gc.enable()


_node = st.sampled_from(["start", "fork", "words", "last"])
_edit = st.one_of(
    st.tuples(st.just("add"), st.sampled_from(["toy.start", "toy.fork", "toy.words"]), st.integers(0, 900)),
    st.tuples(st.just("remove"), _node, st.none()),
    st.tuples(st.just("move"), _node, st.integers(0, 900)),
    st.tuples(st.just("input"), _node, st.integers(0, 9)),
    st.tuples(st.just("config"), _node, st.integers(1, 4)),
    st.tuples(st.just("connect"), _node, _node),
    st.tuples(st.just("mend"), st.integers(0, 9), st.integers(0, 9)),
    st.tuples(st.just("undo"), st.none(), st.none()),
)


def perform(document: FlowDocument, what: str, first: Any, second: Any) -> None:
    present = first in document.nodes
    match what:
        case "add":
            commands.add_node(document, first, (second, 0))
        case "remove" if present:
            commands.remove(document, [first])
        case "move" if present:
            commands.move_nodes(document, {first: (second, second)}, merge_key="drag")
        case "input" if present:
            commands.set_input(document, first, PinName("Count"), second)
        case "config" if present and document.nodes[first].type == "toy.fork":
            commands.set_config(document, first, {"outputs": second})
        case "connect" if present and second in document.nodes and document.signature(first).exec_out:
            source = pin(first, document.signature(first).exec_out[0])
            try:
                commands.connect(document, PinKind.EXEC, source, pin(second, "In"))
            except IllegalConnectionError:
                return
        case "mend":
            fixes = [fix for problem in find_problems(document.flow, document.registry) for fix in problem.fixes]
            commands.mend(document, "Mend", fixes[first : first + second])
        case "undo":
            document.undo_stack.undo()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edits=st.lists(_edit, max_size=25))
def test_undo_everything_gives_the_file_byte_for_byte_and_redo_likewise(
    qapp: object, edits: list[tuple[str, Any, Any]]
) -> None:
    document = FlowDocument(NodeRegistry([Start, Fork, Words]), FLOW)
    before = dump_flow(document.flow)
    for edit in edits:
        perform(document, *edit)
    after, stack = dump_flow(document.flow), document.undo_stack
    top = stack.index()
    stack.setIndex(0)
    assert dump_flow(document.flow) == before
    stack.setIndex(top)
    assert dump_flow(document.flow) == after
