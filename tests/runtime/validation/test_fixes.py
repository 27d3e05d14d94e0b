"""After a fix its problem is gone, and no new error has come."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest
from flows import Drawing, draw, registry_with
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runtime.document.flow import Connection, Flow, Node, PinKind, PinRef
from runtime.ids import NodeId, PinName
from runtime.validation import Fix, Problem, find_problems

REGISTRY = registry_with()
TYPES = (
    "event.button", "flow.branch", "flow.sequence", "flow.for_each", "flow.parallel", "flow.delay", "util.console",
    "value.text", "toy.sum", "toy.keep", "toy.risk", "toy.smu", "no.such",
)  # fmt: skip


def found(flow: Flow) -> list[Problem]:
    return find_problems(flow, REGISTRY)


def place(problem: Problem) -> tuple[object, ...]:
    """What the problem is about, without numbers and names that another edit of the flow may change."""
    return problem.severity, problem.node, problem.pin, problem.connection, problem.message


def is_consequence(problem: Problem) -> bool:
    """A value that is missing once its wire was deleted, or a circle that was hidden behind another one."""
    return "is missing" in problem.message or "wait for each other" in problem.message


def was_hidden_by(problem: Problem, other: Problem) -> bool:
    """Whether nothing of a node was looked at as long as its type or config was not known, or its outputs pinned."""
    hides = any(words in problem.message for words in ("unknown node type", "its setting", "is mocked", "mocked value"))
    ends = {end.node for end in other.connection[1:]} if other.connection is not None else {other.node}
    return hides and problem.node in ends


def check(flow: Flow, problem: Problem, fix: Fix) -> None:
    """The fix mends the problem, and breaks nothing."""
    after = fix.apply(flow)
    assert after != flow
    left = found(after)
    assert place(problem) not in map(place, left), fix.title
    before = found(flow)
    known = {place(other) for other in before} | {other.connection for other in before if other.connection}
    new = [other for other in left if other.severity == "error" and not {place(other), other.connection} & known]
    assert [other for other in new if not is_consequence(other) and not was_hidden_by(problem, other)] == [], fix.title
    assert fix.apply(after) == after or fix.title.startswith("Give the later"), "a second time it does nothing"


def all_fixes(flow: Flow) -> Iterator[tuple[Problem, Fix]]:
    return ((problem, fix) for problem in found(flow) for fix in problem.fixes)


def titles(drawing: Drawing) -> list[str]:
    """What is offered, of which each is checked."""
    flow = drawing.flow()
    for problem, fix in all_fixes(flow):
        check(flow, problem, fix)
    return [fix.title for _, fix in all_fixes(flow)]


def started(*nodes: str) -> Drawing:
    return draw("start: event.button", *nodes)


@pytest.mark.parametrize(
    ("drawing", "offered"),
    [
        (draw("x: util.consol"), ["Make it “Console” (util.console)", "Delete the node"]),
        (
            started("log: util.console").exec("start.Out > log.In").set("log", Message="x", Level="warning"),
            ["Set Level to 'warn'", "Set Level to its default, 'info'"],
        ),
        (
            started("risk: toy.risk").exec("start.Out > risk.In").set("risk", AtMostTen=11),
            ["Set AtMostTen to 10", "Set AtMostTen to its default, 0"],
        ),
        (
            started("risk: toy.risk").exec("start.Out > risk.In").set("risk", AtMostTen="7"),
            ["Set AtMostTen to 7", "Set AtMostTen to its default, 0"],
        ),
        (started("a: toy.step").exec("start.Out > a.In").set("a", Old=1), ["Remove the value of Old"]),
        (
            started("seq: flow.sequence").exec("start.Out > seq.In").config("seq", outputs=0, colour="red"),
            ["Reset the setting outputs", "Remove the setting colour"],
        ),
        (
            started().node("a", "toy.keep", pinned_outputs={"Worth": 1}).exec("start.Out > a.In"),
            ["Remove the mocked value of Worth"],
        ),
        (
            started("text: value.text", "wait: flow.delay")
            .exec("start.Out > wait.In")
            .data("text.Output > wait.DelayMs"),
            ["Insert “String to Integer” between", "Delete the wire"],
        ),
        (started("a: toy.step").exec("start.Out > a.In", "a.Out > gone.In"), ["Delete the wire"]),
        (
            started("a: toy.step", "b: toy.step").exec("start.Out > a.In", "start.Out > b.In"),
            ["Delete the wire", "Keep only the wire to Step (b)"],
        ),
    ],
)
def test_what_is_offered_mends(drawing: Drawing, offered: list[str]) -> None:
    assert titles(drawing) == offered


def test_a_circle_of_pure_nodes_can_be_cut_anywhere() -> None:
    drawing = started("log: util.console", "a: toy.sum", "b: toy.sum").exec("start.Out > log.In")
    drawing.data("a.Result > b.A", "a.Result > b.B", "b.Result > a.A", "a.Result > log.Message")
    assert sorted(titles(drawing)) == ["Cut Sum → Sum", "Cut Sum → Sum"]


def test_an_inserted_conversion_stands_between_and_reads_and_is_read() -> None:
    drawing = draw("text: value.text", "wait: flow.delay").data("text.Output > wait.DelayMs")
    fix = next(fix for _, fix in all_fixes(drawing.flow()) if fix.title.startswith("Insert"))
    after = fix.apply(drawing.flow())
    (new,) = (node for node in after.nodes if node.type == "convert.string_to_integer")
    assert 0 < new.position[0] < 240
    assert {(wire.source.node, wire.target.node) for wire in after.connections} == {("text", new.id), (new.id, "wait")}


def test_nodes_of_one_id_get_ids_of_their_own() -> None:
    node = Node(id=NodeId("x"), type="toy.step", position=(0, 0))
    flow = Flow(nodes=(node, node, node))
    problem = next(problem for problem in found(flow) if "this id" in problem.message)
    check(flow, problem, problem.fixes[0])


def test_the_secret_value_of_an_input_is_not_offered() -> None:
    drawing = started("risk: toy.risk").exec("start.Out > risk.In").set("risk", Key=7)
    assert not any("7" in title for title in titles(drawing))


@st.composite
def broken_flows(choose: st.DrawFn) -> Flow:
    """A flow in which anything may be wrong."""
    names = [NodeId(name) for name in "abcdef"[: choose(st.integers(1, 6))]]
    nodes = tuple(
        Node(
            id=name,
            type=choose(st.sampled_from(TYPES)),
            position=(0, 0),
            inputs=choose(st.dictionaries(st.sampled_from(_PINS), st.sampled_from(_VALUES), max_size=2)),
            config=choose(st.sampled_from(({}, {"outputs": 2}, {"outputs": 0}, {"branches": 2}, {"colour": 1}))),
            mode=choose(st.sampled_from(("normal", "normal", "normal", "mute", "bypass"))),
            pinned_outputs=choose(st.sampled_from(({}, {}, {}, {PinName("Result"): "x"}, {PinName("Value"): 1}))),
        )
        for name in names
    )
    wires = choose(st.lists(_wires([*names, NodeId("gone")]), max_size=10))
    return Flow(nodes=nodes, connections=tuple(wires))


_PINS = [PinName(name) for name in ("Message", "Level", "DelayMs", "Concurrency", "Condition", "A", "AtMostTen", "Old")]
_VALUES = (1, -1, 5000, "info", "wran", "12", True, None, 0.5)
_EXEC = (("Out", "In"), ("True", "In"), ("Do", "In"), ("Done", "Continue"), ("Out1", "Break"), ("Branch2", "In"))
_DATA = (("Output", "DelayMs"), ("Result", "A"), ("Result", "B"), ("Value", "Value"), ("Result", "Message"))


def _wires(names: Iterable[NodeId]) -> st.SearchStrategy[Connection]:
    name = st.sampled_from(list(names))
    pins = st.sampled_from([(PinKind.EXEC, *pair) for pair in _EXEC] + [(PinKind.DATA, *pair) for pair in _DATA])
    return st.builds(
        lambda a, b, kind: Connection(
            kind=kind[0], source=PinRef(a, PinName(kind[1])), target=PinRef(b, PinName(kind[2]))
        ),
        name,
        name,
        pins,
    )


@given(flow=broken_flows())
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
def test_whatever_is_wrong_every_fix_mends_its_problem_and_breaks_nothing(flow: Flow) -> None:
    for problem, fix in all_fixes(flow):
        check(flow, problem, fix)
