"""Tiny flows for tests, and what their runs tell, in words short enough to compare whole.

flow = (
    draw("start: event.button", "log: util.console")
    .set("log", Message="hello")
    .exec("start.Out > log.In")
    .flow()
)
result, told = await run(flow)
assert told == ["run started at start", "start started", ...]
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any, Final

from toys import TOYS, Gates

from runtime.catalogue import builtin_registry
from runtime.document.flow import Connection, Flow, Node, PinKind, PinRef
from runtime.engine.events import (
    Event,
    LogWritten,
    NodeFailed,
    NodeFinished,
    NodeOutputs,
    NodeStarted,
    RunFinished,
    RunPaused,
    RunResumed,
    RunStarted,
    TokenMoved,
)
from runtime.engine.run import Run, RunResult
from runtime.ids import NodeId, PinName
from runtime.nodes.node_type import NodeType
from runtime.nodes.registry import NodeRegistry
from runtime.state import SessionState

TIMEOUT: Final = 60.0
"""Seconds after which a flow that does not end is a failed test, far above what any needs."""


class Drawing:
    """A flow under the pencil: every method returns the drawing, `flow()` the value."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._nodes: dict[str, dict[str, Any]] = {}
        self._wires: list[Connection] = []

    def node(self, node_id: str, type_id: str, **fields: Any) -> Drawing:
        """Add a node; `fields` are those of `runtime.document.flow.Node`."""
        self._nodes[node_id] = {"id": node_id, "type": type_id, "position": (len(self._nodes) * 240, 0), **fields}
        return self

    def set(self, node_id: str, **inputs: Any) -> Drawing:
        """Set values of unconnected data inputs."""
        self._nodes[node_id].setdefault("inputs", {}).update(inputs)
        return self

    def config(self, node_id: str, **config: Any) -> Drawing:
        """Set what decides about a node's shape."""
        self._nodes[node_id].setdefault("config", {}).update(config)
        return self

    def exec(self, *wires: str) -> Drawing:
        """Draw exec wires, each as `node.Pin > node.Pin`."""
        return self._wire(PinKind.EXEC, wires)

    def data(self, *wires: str) -> Drawing:
        """Draw data wires, each as `node.Pin > node.Pin`."""
        return self._wire(PinKind.DATA, wires)

    def flow(self) -> Flow:
        """The flow as drawn."""
        nodes = tuple(Node(**fields) for fields in self._nodes.values())
        return Flow(name=self._name, nodes=nodes, connections=tuple(self._wires))

    def _wire(self, kind: PinKind, wires: Iterable[str]) -> Drawing:
        for wire in wires:
            source, target = (_pin(end) for end in wire.split(">"))
            self._wires.append(Connection(kind=kind, source=source, target=target))
        return self


def draw(*nodes: str, name: str = "test") -> Drawing:
    """Begin a flow with nodes, each as `id: type.id`."""
    drawing = Drawing(name)
    for node in nodes:
        node_id, type_id = node.split(":")
        drawing.node(node_id.strip(), type_id.strip())
    return drawing


def _pin(end: str) -> PinRef:
    node_id, _, pin = end.strip().partition(".")
    return PinRef(NodeId(node_id), PinName(pin))


def registry_with(*node_types: type[NodeType]) -> NodeRegistry:
    """The built-in node types, the toys, and some more."""
    return NodeRegistry((*builtin_registry(), *TOYS, *node_types))


async def run(flow: Flow, *node_types: type[NodeType], **arguments: Any) -> tuple[RunResult, list[str]]:
    """Run a flow to its end: the result, and all that the run told. `arguments` are those of `Run`."""
    events: list[Event] = []
    resources = {Gates: Gates(), SessionState: SessionState(), **arguments.pop("resources", {})}
    made = Run(flow, registry_with(*node_types), sink=events.append, resources=resources, **arguments)
    async with asyncio.timeout(TIMEOUT):
        return await made.execute(), in_words(events)


def in_words(events: Iterable[Event]) -> list[str]:
    """Events as short sentences without times and ids of runs and steps."""
    return [_words(event) for event in events]


def lines(text: str) -> list[str]:
    """The lines of a text without their indent: a whole list of what a run tells, without quotes and commas."""
    return [line.strip() for line in text.strip().splitlines()]


def logged(told: Iterable[str]) -> list[str]:
    """Only the lines that nodes logged."""
    return [line.partition(" logged ")[2] for line in told if " logged " in line]


def steps(told: Iterable[str]) -> list[str]:
    """Only the ids of the nodes that were started, in order."""
    return [line.removesuffix(" started") for line in told if line.endswith(" started")]


def _words(event: Event) -> str:
    match event:
        case RunStarted():
            return f"run started at {event.entry}"
        case NodeStarted():
            return f"{event.node_id} started"
        case NodeOutputs():
            return f"{event.node_id} has {_values(event.outputs)}"
        case NodeFinished():
            return f"{event.node_id} {_end(event)}"
        case NodeFailed():
            return f"{event.node_id} failed{' (handled)' if event.handled else ''}: {event.message}"
        case TokenMoved():
            return f"token {event.node_id}.{event.pin} > {event.to_node_id}.{event.to_pin}"
        case LogWritten():
            return f"{event.node_id or 'run'} logged {event.level}: {event.message}"
        case _:
            return _words_of_run(event)


def _words_of_run(event: Event) -> str:
    match event:
        case RunPaused():
            return f"paused at {event.node_id}: {event.message or event.reason}"
        case RunResumed():
            return "resumed"
        case RunFinished():
            return f"run {event.status}"
        case _:
            return type(event).__name__


def _end(event: NodeFinished) -> str:
    if event.cancelled:
        return "cancelled"
    return f"finished > {event.exec_out}" if event.exec_out is not None else "finished"


def _values(outputs: Mapping[str, Any]) -> str:
    return ", ".join(f"{pin}={value!r}" for pin, value in outputs.items())


def out(flow: Drawing, after: str, **pins: str) -> Drawing:
    """After an exec output: results of the flow, each name from a pin."""
    for name, pin in pins.items():
        flow.node(f"out-{name}", "flow.output", config={"name": name}).exec(f"{after} > out-{name}.In")
        flow.data(f"{pin} > out-{name}.Value")
        after = f"out-{name}.Out"
    return flow


def greets() -> Drawing:
    """Its output `Hello` is what its input `Name` is given."""
    return (
        draw("start: event.button", "name: flow.input", "out: flow.output", name="Greet")
        .config("name", name="Name", type="string")
        .config("out", name="Hello")
        .exec("start.Out > out.In")
        .data("name.Value > out.Value")
    )


def fails() -> Drawing:
    """A run of it always fails."""
    return draw("start: event.button", "end: flow.failed", name="Fail").exec("start.Out > end.In")
