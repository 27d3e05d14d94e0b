"""Random flows that hold together: blocks within blocks, data wires from anywhere, nodes that fail, breaks and ends.

No way leads back but to a loop, so that a flow always ends, and the branches of a Parallel share no node. Data wires
come from nodes that have run as well as from ones that have not.
"""

from __future__ import annotations

from collections.abc import Callable

from flows import registry_with
from hypothesis import strategies as st
from random_sketch import Ends, Sketch
from random_statements import block

from runtime.document.flow import Flow
from runtime.nodes.conversions import refusal

MOST_PURE = 6

PURE: list[tuple[str, dict[str, tuple[object, ...]]]] = [
    ("toy.sum", {"A": (1, 2), "B": (3,)}),
    ("toy.below", {"A": (1, 2), "B": (1, 2)}),
    ("logic.select", {"Condition": (True, False), "IfTrue": (True, 4), "IfFalse": (False, 5)}),
    ("logic.select", {"Condition": (True, False), "IfTrue": (6,)}),
    ("logic.not", {"Value": (True, False)}),
    ("logic.and", {"A": (True, False), "B": (True, False)}),
    ("logic.or", {"A": (True, False), "B": (True, False)}),
    ("logic.xor", {"A": (True, False), "B": (True, False)}),
    ("toy.refuse", {}),
]
"""Types, each with what its inputs may be set to."""


def end_run(sketch: Sketch, ends: Ends) -> None:
    """End the run as succeeded or failed, if there is a way to here."""
    type_id = sketch.one_of(None, None, "flow.success", "flow.failed")
    if type_id is not None and ends:
        sketch.add(str(type_id), ends)


def add_pure_nodes(sketch: Sketch) -> list[str]:
    """Some pure nodes that nobody reads yet."""
    names = []
    for number in range(sketch.number(0, MOST_PURE)):
        type_id, inputs = sketch.one_of(*PURE)
        names.append(f"pure{number}")
        sketch.drawing.node(
            names[-1], type_id, inputs={name: sketch.one_of(*values) for name, values in inputs.items()}
        )
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
        choice = sketch.one_of("none", "none", "none", "pure", "before", "before", "before", "any")
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
    end_run(sketch, block(sketch, ["start.Out"], 0))
    wire_data(sketch, add_pure_nodes(sketch))
    return sketch.drawing.flow()


def as_text(flow: Flow) -> str:
    """The flow in few lines, for a person who looks at a failing one."""
    nodes = (f"{node.id}: {node.type} {node.inputs} {node.config}" for node in flow.nodes)
    wires = (f"{wire.kind} {'.'.join(wire.source)} > {'.'.join(wire.target)}" for wire in flow.connections)
    return "\n".join((*nodes, *wires))
