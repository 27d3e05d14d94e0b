"""Random flows that hold together: blocks within blocks, data wires from anywhere, nodes that fail, breaks and ends.

No way leads back but to a loop, so that a flow always ends, and the branches of a Parallel share no node. Data wires
come from nodes that have run as well as from ones that have not.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from flows import Drawing, draw, registry_with
from hypothesis import strategies as st

from runtime.document.flow import Flow
from runtime.nodes.conversions import refusal

DEEPEST = 3
"""Blocks within blocks; with loops of up to MOST_TURNS turns that is some hundred steps."""
MOST_TURNS = 3
MOST_STATEMENTS = 4
MOST_PURE = 5

Ends = list[str]
"""Exec outputs that lead nowhere yet, as `node.Pin`."""


@dataclass
class Sketch:
    """A flow under way.

    Attributes:
        loops: the loops around, outermost first.
        readers: inputs of exec nodes that may be wired, as `node.Pin`, with whether they must be.
        pure: the pure nodes, each of which may read those before it.
        at_once: whether blocks run bodies at the same time; nothing in them then reaches out of its body, as how far
            the others have come by then is nobody's promise.
    """

    choose: Callable[[st.SearchStrategy], object]
    at_once: bool
    drawing: Drawing = field(default_factory=lambda: draw("start: event.button"))
    loops: list[str] = field(default_factory=list)
    readers: list[str] = field(default_factory=list)
    count: int = 0

    def one_of(self, *options: object) -> object:
        """One of these, the simplest first."""
        return self.choose(st.sampled_from(options))

    def number(self, least: int, most: int) -> int:
        """A number from `least` to `most`."""
        return self.choose(st.integers(least, most))

    def add(self, type_id: str, ends: Ends, *open_inputs: str, **fields: object) -> str:
        """A node at the end of some wires; `open_inputs` may get a data wire later."""
        name = f"{type_id.partition('.')[2]}{self.count}"
        self.count += 1
        self.drawing.node(name, type_id, **fields)
        self.drawing.exec(*(f"{end} > {name}.In" for end in ends))
        self.readers += [f"{name}.{pin}" for pin in open_inputs]
        return name

    def block(self, ends: Ends, depth: int) -> Ends:
        """Some statements in a row."""
        for _ in range(self.number(1 if depth else 2, MOST_STATEMENTS)):
            if not ends:
                break
            nested = [branch, sequence, for_each, for_each] + ([parallel, parallel] if self.at_once else [])
            leaving = [leave_loop] * len(self.loops)  # the deeper, the more often
            kinds = [keep, keep, output, risk, *leaving, *(nested if depth < DEEPEST else ())]
            ends = self.one_of(*kinds)(self, ends, depth)
        return ends


def keep(sketch: Sketch, ends: Ends, depth: int) -> Ends:
    value = sketch.number(0, 9)
    return [sketch.add("toy.keep", ends, "Value", inputs={"Value": value}) + ".Out"]


def output(sketch: Sketch, ends: Ends, depth: int) -> Ends:
    config = {"name": f"result{sketch.count}" if sketch.at_once else sketch.one_of("a", "b")}
    return [sketch.add("flow.output", ends, "Value", inputs={"Value": sketch.number(0, 9)}, config=config) + ".Out"]


def risk(sketch: Sketch, ends: Ends, depth: int) -> Ends:
    """A node that fails or not, and whose failure is handled or not: mostly the flow is to go on."""
    message = sketch.one_of("", "no luck")
    node = sketch.add("toy.risk", ends, "AtMostTen", inputs={"Message": message})
    is_handled = sketch.one_of(True, True, True, False)
    return [f"{node}.Success", f"{node}.Failed"] if is_handled else [f"{node}.Success"]


def leave_loop(sketch: Sketch, ends: Ends, depth: int) -> Ends:
    """Break a loop or go on with its next turn, not always the innermost; in some branches only."""
    loop, pin = sketch.one_of(*reversed(sketch.loops)), sketch.one_of("Break", "Continue")
    if sketch.one_of(True, False):
        sketch.drawing.exec(*(f"{end} > {loop}.{pin}" for end in ends))
        return []
    node = sketch.add("flow.branch", ends, "Condition", inputs={"Condition": sketch.one_of(True, False)})
    sketch.drawing.exec(f"{node}.True > {loop}.{pin}")
    return [f"{node}.False"]


def end_run(sketch: Sketch, ends: Ends) -> None:
    """End the run as succeeded or failed, if there is a way to here."""
    type_id = sketch.one_of(None, None, "flow.success", "flow.failed")
    if type_id is not None and ends:
        sketch.add(str(type_id), ends)


def branch(sketch: Sketch, ends: Ends, depth: int) -> Ends:
    node = sketch.add("flow.branch", ends, "Condition", inputs={"Condition": sketch.one_of(True, False)})
    return sketch.block([f"{node}.True"], depth + 1) + sketch.block([f"{node}.False"], depth + 1)


def sequence(sketch: Sketch, ends: Ends, depth: int) -> Ends:
    count = sketch.number(1, 3)
    node = sketch.add("flow.sequence", ends, config={"outputs": count})
    for number in range(1, count + 1):
        ends = sketch.block([f"{node}.Out{number}"], depth + 1)
    return ends


def for_each(sketch: Sketch, ends: Ends, depth: int) -> Ends:
    items = sketch.choose(st.lists(st.integers(0, 9), min_size=sketch.one_of(1, 1, 0), max_size=MOST_TURNS))
    node = sketch.add("flow.for_each", ends, inputs={"Collection": items})
    loop_body(sketch, node, depth)
    return done(sketch, node)


def loop_body(sketch: Sketch, loop: str, depth: int) -> None:
    sketch.loops.append(loop)
    ends = sketch.block([f"{loop}.Do"], depth + 1)
    sketch.loops.pop()
    back = sketch.one_of(None, "Continue", "Break")
    if back is not None:
        sketch.drawing.exec(*(f"{end} > {loop}.{back}" for end in ends))


def parallel(sketch: Sketch, ends: Ends, depth: int) -> Ends:
    count = sketch.number(1, 3)
    node = sketch.add("flow.parallel", ends, config={"branches": count, "on_error": "collect"})
    around, sketch.loops = sketch.loops, []
    for number in range(1, count + 1):
        sketch.block([f"{node}.Branch{number}"], depth + 1)
    sketch.loops = around
    return done(sketch, node)


def done(sketch: Sketch, block: str) -> Ends:
    """Behind a block: `Failed` joins `Done` or leads nowhere."""
    return [f"{block}.Done", f"{block}.Failed"] if sketch.one_of(True, False) else [f"{block}.Done"]


def add_pure_nodes(sketch: Sketch) -> list[str]:
    """Some pure nodes that nobody reads yet."""
    names = []
    for number in range(sketch.number(0, MOST_PURE)):
        type_id = str(sketch.one_of("toy.sum", "toy.choose", "toy.refuse"))
        names.append(f"pure{number}")
        sketch.drawing.node(f"pure{number}", type_id)
        if type_id == "toy.sum":
            sketch.drawing.set(names[-1], A=number, B=1)
        elif type_id == "toy.choose":
            sketch.drawing.set(names[-1], Condition=sketch.one_of(True, False), IfTrue=number, IfFalse=-number)
    return names


def wire_data(sketch: Sketch, pure: list[str]) -> None:
    """Lay data wires: to exec nodes from any node, to pure ones from exec nodes and the pure ones before.

    Of exec nodes mostly those drawn before are read: most of them have run by then.
    """
    flow, registry = sketch.drawing.flow(), registry_with()
    types = {str(node.id): registry.instance(node.type, node.config) for node in flow.nodes}
    place = {name: number for number, name in enumerate([*pure, *(name for name in types if name not in pure)])}
    sources = [(name, pin) for name in types for pin in types[name].signature.outputs.values()]
    for reader in [*sketch.readers, *(f"{name}.{pin}" for name in pure for pin in types[name].signature.inputs)]:
        name, _, pin = reader.partition(".")
        wanted = types[name].signature.inputs[pin].type
        fitting = [
            (source, out)
            for source, out in sources
            if refusal(out.type, wanted) is None
            and source != name
            and (source not in pure or place[source] < place[name] or name not in pure)
        ]
        choice = sketch.one_of("none", "none", "pure", "before", "before", "any")
        if choice == "pure":
            fitting = [(source, out) for source, out in fitting if source in pure]
        elif choice == "before" and name not in pure:
            fitting = [(source, out) for source, out in fitting if place[source] < place[name]]
        if fitting and choice != "none":
            source, out = sketch.one_of(*fitting)
            sketch.drawing.data(f"{source}.{out.name} > {reader}")


@st.composite
def flows(choose: Callable[[st.SearchStrategy], object], *, at_once: bool = False) -> Flow:
    """A flow whose entry is `start`; `at_once` with blocks that run bodies at the same time."""
    sketch = Sketch(choose, at_once)
    end_run(sketch, sketch.block(["start.Out"], 0))
    wire_data(sketch, add_pure_nodes(sketch))
    return sketch.drawing.flow()


def as_text(flow: Flow) -> str:
    """The flow in few lines, for a person who looks at a failing one."""
    nodes = (f"{node.id}: {node.type} {node.inputs} {node.config}" for node in flow.nodes)
    wires = (f"{wire.kind} {'.'.join(wire.source)} > {'.'.join(wire.target)}" for wire in flow.connections)
    return "\n".join((*nodes, *wires))
