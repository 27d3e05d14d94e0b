"""Every problem of a flow has its message, its place, and says what to do."""

from __future__ import annotations

import pytest
from flows import Drawing, draw, registry_with

from runtime.document.flow import Connection, ConnectionKey, Flow, Node, PinKind, PinRef
from runtime.ids import NodeId, PinName
from runtime.nodes.node_type import FlowParameter
from runtime.nodes.pins import PinType
from runtime.validation import Problem, connection_refusal, find_problems, flow_parameters, node_signature


def problems(drawing: Drawing) -> list[Problem]:
    return find_problems(drawing.flow(), registry_with())


def errors(drawing: Drawing) -> list[tuple[str | None, str]]:
    return [(problem.node, problem.message) for problem in problems(drawing) if problem.severity == "error"]


def test_a_flow_that_is_ready_has_none() -> None:
    drawing = (
        draw("start: event.button", "log: util.console", "text: value.text")
        .exec("start.Out > log.In")
        .data("text.Output > log.Message")
    )
    assert problems(drawing) == []


def test_an_unknown_type() -> None:
    assert errors(draw("x: no.such")) == [
        ("x", "unknown node type 'no.such': delete the node or install what provides it")
    ]


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"outputs": 0}, "its setting outputs does not fit: must be greater than or equal to 1"),
        ({"outputs": "two"}, "its setting outputs does not fit: must be a valid integer"),
        ({"colour": 1}, "its setting colour does not fit: extra inputs are not permitted"),
    ],
)
def test_a_config_that_does_not_fit(config: dict[str, object], message: str) -> None:
    assert errors(draw("seq: flow.sequence").config("seq", **config)) == [("seq", message)]


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        ({}, "Message: is missing: set a value or connect a wire"),
        ({"Message": "x", "Level": "loud"}, "Level: must be 'debug', 'info', 'warn' or 'error', got 'loud'"),
    ],
)
def test_a_value_that_is_missing_or_does_not_fit(inputs: dict[str, object], message: str) -> None:
    drawing = draw("start: event.button", "log: util.console").exec("start.Out > log.In").set("log", **inputs)
    (problem,) = problems(drawing)
    assert (problem.severity, problem.node, problem.message) == ("error", "log", message)
    assert problem.pin == message.partition(":")[0]
    assert not problem.handled_in_run


def test_a_value_out_of_range_names_value_and_range_and_is_left_to_a_node_that_has_failed() -> None:
    drawing = draw("start: event.button", "loop: flow.for_each", "step: toy.step")
    drawing.exec("start.Out > loop.In", "loop.Do > step.In")
    (problem,) = problems(drawing.set("loop", Collection=[], Concurrency=5000))
    assert problem.message == "Concurrency: must be from 1 to 1000, got 5000"
    assert problem.handled_in_run


def test_a_wired_input_is_not_missing() -> None:
    drawing = draw("log: util.console", "text: value.text").data("text.Output > log.Message")
    assert errors(drawing) == []


def test_muted_bypassed_and_pinned_nodes_need_no_values() -> None:
    drawing = (
        draw()
        .node("a", "util.console", mode="mute")
        .node("b", "util.console", mode="bypass")
        .node("c", "toy.keep", pinned_outputs={"Value": 1})
    )
    assert errors(drawing) == []


def test_a_pinned_value_that_does_not_fit() -> None:
    drawing = draw().node("sum", "toy.sum", pinned_outputs={"Result": "many"})
    assert errors(drawing) == [("sum", "its mocked value does not fit: Result: wants an integer, got 'many'")]


def test_values_for_pins_that_are_not_there_are_warnings() -> None:
    drawing = draw("text: value.text").node("keep", "toy.keep", pinned_outputs={"Worth": 1}).set("text", Inptu="x")
    assert {(problem.severity, problem.pin) for problem in problems(drawing) if problem.pin} == {
        ("warning", "Inptu"),
        ("warning", "Worth"),
    }


def wire(drawing: Drawing) -> tuple[str, ConnectionKey | None]:
    """The one problem of a drawing that has a wire: its message, and the wire."""
    (problem,) = [problem for problem in problems(drawing) if problem.connection is not None]
    assert problem.severity == "error"
    return problem.message, problem.connection


def test_a_wire_to_a_node_that_is_not_there() -> None:
    message, key = wire(draw("start: event.button").exec("start.Out > gone.In"))
    assert message == "the wire start.Out → gone.In ends at a node that is not there (gone): delete it"
    assert key == ConnectionKey(
        PinKind.EXEC, PinRef(NodeId("start"), PinName("Out")), PinRef(NodeId("gone"), PinName("In"))
    )


@pytest.mark.parametrize(
    ("drawing", "reason"),
    [
        (draw("a: toy.step", "b: toy.step").exec("a.Off > b.In"), "a has no exec output Off; it has: Out"),
        (draw("a: toy.step", "b: toy.step").exec("a.Out > b.On"), "b has no exec input On; it has: In"),
        (draw("a: toy.keep", "b: toy.keep").data("a.Worth > b.Value"), "a has no data output Worth; it has: Value"),
        (draw("a: toy.keep", "b: toy.keep").data("a.Value > b.Worth"), "b has no data input Worth; it has: Value"),
        (
            draw("a: value.text", "b: flow.delay").data("a.Output > b.DelayMs"),
            "string to integer could lose something: put a conversion node (convert.string_to_integer) between",
        ),
        (
            draw("a: toy.keep").set("a", Value=1).data("a.Value > a.Value"),
            "a node cannot read its own outputs: they are not there before it has run",
        ),
    ],
)
def test_a_wire_that_is_refused(drawing: Drawing, reason: str) -> None:
    message, _ = wire(drawing)
    assert message.endswith(f" is refused: {reason}")


def test_two_wires_at_one_exec_output() -> None:
    message, key = wire(draw("s: event.button", "a: toy.step", "b: toy.step").exec("s.Out > a.In", "s.Out > b.In"))
    assert message == (
        "the exec output Out of Button Event (s) has more than one wire: delete all but one, or put a Sequence between"
    )
    assert key is not None
    assert key.target.node == "b"


def test_two_wires_at_one_data_input() -> None:
    drawing = draw("a: value.text", "b: value.text", "c: toy.keep").data("a.Output > c.Value", "b.Output > c.Value")
    assert wire(drawing)[0] == "the input Value has more than one wire: delete all but one"


def test_pure_nodes_that_wait_for_each_other() -> None:
    drawing = draw("a: toy.sum", "b: toy.sum", "c: toy.sum").data("a.Result > b.A", "b.Result > a.A", "a.Result > c.A")
    ((node, message),) = errors(drawing)
    assert node in ("a", "b")
    around = "Sum (a) → Sum (b) → Sum (a)" if node == "a" else "Sum (b) → Sum (a) → Sum (b)"
    assert message == f"these nodes wait for each other: {around}: cut one of the wires"


def test_every_cycle_is_reported() -> None:
    drawing = draw("a: toy.sum", "b: toy.sum", "c: toy.sum", "d: toy.sum").data(
        "a.Result > b.A", "b.Result > a.A", "c.Result > d.A", "d.Result > c.A"
    )
    assert len([message for _, message in errors(drawing) if "wait for each other" in message]) == 2


def test_a_ring_of_exec_nodes_is_no_cycle() -> None:
    drawing = (
        draw("start: event.button", "a: toy.keep", "b: toy.keep")
        .exec("start.Out > a.In", "a.Out > b.In", "b.Out > a.In")
        .data("a.Value > b.Value", "b.Value > a.Value")
    )
    assert [problem for problem in problems(drawing) if problem.severity != "hint"] == []


def test_nodes_of_one_id() -> None:
    node = Node(id=NodeId("x"), type="toy.step", position=(0, 0))
    found = find_problems(Flow(nodes=(node, node)), registry_with())
    assert "2 nodes have this id: give each an id of its own in the file" in [problem.message for problem in found]


class TestSignatures:
    def test_of_a_known_type_follows_its_config(self) -> None:
        node = Node(id=NodeId("seq"), type="flow.sequence", position=(0, 0), config={"outputs": 2})
        assert node_signature(node, registry_with(), ()).exec_out == ("Out1", "Out2")

    @pytest.mark.parametrize("node", [
        Node(id=NodeId("x"), type="no.such", position=(0, 0), inputs={PinName("A"): 1}),
        Node(id=NodeId("x"), type="flow.sequence", position=(0, 0), inputs={PinName("A"): 1}, config={"outputs": 0}),
    ])  # fmt: skip
    def test_of_a_placeholder_is_what_its_wires_and_values_name(self, node: Node) -> None:
        def made(kind: PinKind, source: tuple[str, str], target: tuple[str, str]) -> Connection:
            return Connection(kind=kind, source=source, target=target)

        signature = node_signature(
            node,
            registry_with(),
            [
                made(PinKind.EXEC, ("a", "Out"), ("x", "Go")),
                made(PinKind.EXEC, ("x", "Done"), ("a", "In")),
                made(PinKind.DATA, ("a", "Value"), ("x", "B")),
                made(PinKind.DATA, ("x", "Result"), ("a", "Value")),
                made(PinKind.DATA, ("other", "Result"), ("a", "Else")),
            ],
        )
        assert (signature.exec_in, signature.exec_out) == (("Go",), ("Done",))
        assert (list(signature.inputs), list(signature.outputs)) == (["A", "B"], ["Result"])
        assert {pin.type for pin in signature.inputs.values()} == {PinType.ANY}


def test_a_refusal_names_the_conversion_that_would_help() -> None:
    registry = registry_with()
    text, delay = (registry.instance(type_id).signature for type_id in ("value.text", "flow.delay"))
    source, target = PinRef(NodeId("t"), PinName("Output")), PinRef(NodeId("d"), PinName("DelayMs"))
    refused = connection_refusal(PinKind.DATA, source, text, target, delay)
    assert refused is not None
    assert refused.conversion_type == "convert.string_to_integer"
    assert connection_refusal(PinKind.DATA, source, text, PinRef(NodeId("x"), PinName("Input")), text) is None


def test_the_parameters_of_a_flow() -> None:
    drawing = draw("a: flow.input", "b: flow.input").config(
        "a", name="Who", type="string", description="Whom to greet", required=True
    )
    assert flow_parameters(drawing.flow(), registry_with()) == {
        "Who": FlowParameter("Who", PinType.STRING, "Whom to greet", required=True),
        "Input": FlowParameter("Input", PinType.ANY, "", required=False),
    }
