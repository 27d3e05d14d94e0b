"""Extract to Subflow: nodes go into a flow of their own, and a call stands in their place."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QPointF

from runtime.document.flow import Connection, Flow, Node, PinKind, PinRef, Point
from runtime.errors import DocumentError
from runtime.ids import NodeId, PinName, new_node_id
from runtime.nodes.pins import PinType
from runtime.validation.graph import FlowGraph

from ..change import Change, difference
from ..document import FlowDocument
from ..places import snapped
from .border import ERROR_MESSAGE, Border, border_of

EVENT: Final = "event.button"
CALL: Final = "flow.call"
INPUT: Final = "flow.input"
OUTPUT: Final = "flow.output"
_COLUMN: Final = 260
_ROW: Final = 120
"""How far the nodes at the border of a new flow stand from the others and from each other, in canvas units."""


@dataclass(frozen=True, slots=True)
class Extraction:
    """What extracting some nodes comes to: the new flow, and what it changes in the document."""

    flow: Flow
    call: NodeId
    change: Change


def extract(document: FlowDocument, chosen: Collection[NodeId], frames: Collection[str], path: Path) -> Extraction:
    """What to write into the file at `path`, and the change that puts a call of it into the place of the nodes.

    Raises DocumentError, which says why it cannot be done.
    """
    config_path = _seen_from(document, path)
    graph = FlowGraph(document.flow, document.registry, document.source)
    parts = _Parts(graph, border_of(graph, chosen))
    name = path.name.removesuffix(".flow.json")
    inside = Flow(
        name=name,
        nodes=tuple(parts.inner_nodes(document.path, path)),
        connections=tuple(parts.inner_wires()),
        frames=tuple(frame for frame in document.flow.frames if frame.id in frames),
    )
    call = Node(id=new_node_id(), type=CALL, position=parts.middle, title=name, config={"path": config_path})
    before = document.flow
    inner = parts.border.inner
    kept = [wire for wire in before.connections if not inner & {wire.source.node, wire.target.node}]
    after = before.model_copy(
        update={
            "nodes": (*(node for node in before.nodes if node.id not in inner), call),
            "connections": (*kept, *parts.outer_wires(call.id)),
            "frames": tuple(frame for frame in before.frames if frame.id not in frames),
        }
    )
    return Extraction(inside, call.id, difference(before, after))


def middle_of(nodes: Iterable[Node]) -> Point:
    """The middle of the places of some nodes."""
    xs, ys = zip(*(node.position for node in nodes), strict=True)
    return (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2


def rebased(node: Node, old: Path, new: Path) -> Node:
    """A node that comes from a flow in one file into one in another: the relative paths of its calls still hold."""
    if old.parent == new.parent or node.type != CALL:
        return node
    path = node.config.get("path")
    if not isinstance(path, str) or not path or Path(path).is_absolute():
        return node
    seen = os.path.relpath(old.parent / path, new.parent)
    return node.model_copy(update={"config": {**node.config, "path": Path(seen).as_posix()}})


def _seen_from(document: FlowDocument, path: Path) -> str:
    """The path as a call in the document has it. Raises DocumentError."""
    if document.path is None:
        raise DocumentError("save this flow first (Ctrl+S): the file of the subflow lies beside its own")
    folder = document.path.resolve().parent
    if path.resolve() == document.path.resolve():
        raise DocumentError("that is the file of this flow: give the subflow another name")
    if not path.resolve().is_relative_to(folder):
        raise DocumentError(f"a flow may only call those in its own folder: choose a place in {folder}")
    return path.resolve().relative_to(folder).as_posix()


class _Parts:
    """The nodes and wires on both sides of a border, with the names of what crosses it."""

    def __init__(self, graph: FlowGraph, border: Border) -> None:
        self._graph = graph
        self.border = border
        moved = [node for node in graph.flow.nodes if node.id in border.inner]
        self.middle: Point = snapped(QPointF(*middle_of(moved)))
        self._moved = moved
        self._event = new_node_id()
        self._inputs: dict[PinRef, Node] = {}
        self._outputs: dict[PinRef, Node] = {}
        self._declare()

    def inner_nodes(self, old: Path | None, new: Path) -> Iterator[Node]:
        """The nodes of the new flow, from left to right."""
        left, _ = self._corner(min)
        entry = self._graph.nodes[self.border.entry.node]
        yield Node(id=self._event, type=EVENT, position=(left - _COLUMN, entry.position[1]))
        yield from self._inputs.values()
        for node in self._moved:
            yield rebased(node, old, new) if old is not None else node
        yield from self._outputs.values()

    def inner_wires(self) -> Iterator[Connection]:
        """The wires of the new flow."""
        inner = self.border.inner
        yield _exec(PinRef(self._event, PinName("Out")), self.border.entry)
        yield from (
            wire for wire in self._graph.flow.connections if wire.source.node in inner and wire.target.node in inner
        )
        for wire in self.border.values_in:
            yield _data(PinRef(self._inputs[wire.source].id, PinName("Value")), wire.target)
        sources = [wire.source for wire in self.border.ways_out] or list(self.border.ends)
        for source, node in self._outputs.items():
            yield from (_exec(end, PinRef(node.id, PinName("In"))) for end in sources)
            yield _data(source, PinRef(node.id, PinName("Value")))
            sources = [PinRef(node.id, PinName("Out"))]

    def outer_wires(self, call: NodeId) -> Iterable[Connection]:
        """The wires of the call, each once."""
        return {wire.key: wire for wire in self._outer_wires(call)}.values()

    def _outer_wires(self, call: NodeId) -> Iterator[Connection]:
        border = self.border
        yield from (_exec(wire.source, PinRef(call, PinName("Execute"))) for wire in border.ways_in)
        yield from (_exec(PinRef(call, PinName("Success")), wire.target) for wire in border.ways_out)
        yield from (_exec(PinRef(call, PinName("Failed")), wire.target) for wire in border.failures)
        for wire in border.values_in:
            yield _data(wire.source, PinRef(call, _name_of(self._inputs[wire.source])))
        for wire in border.values_out:
            error = border.is_error(wire.source)
            pin = PinName(ERROR_MESSAGE) if error else _name_of(self._outputs[wire.source])
            yield _data(PinRef(call, pin), wire.target)

    def _declare(self) -> None:
        """Make the Flow Inputs and Flow Outputs: one for each value that crosses, however many read it."""
        left, top = self._corner(min)
        right, _ = self._corner(max)
        taken: set[str] = set()
        for wire in self.border.values_in:
            if wire.source not in self._inputs:
                place = left - _COLUMN, top + _ROW * (len(self._inputs) + 1)
                name = _free(self._graph.nodes[wire.source.node].title or wire.target.pin, taken)
                config = {"name": name, **self._declaration(wire.source)}
                self._inputs[wire.source] = Node(id=new_node_id(), type=INPUT, position=place, config=config)
        taken = {ERROR_MESSAGE}
        for wire in self.border.values_out:
            if wire.source not in self._outputs and not self.border.is_error(wire.source):
                place = right + _COLUMN * (len(self._outputs) + 1), top
                name = _free(self._graph.nodes[wire.source.node].title or wire.source.pin, taken)
                self._outputs[wire.source] = Node(id=new_node_id(), type=OUTPUT, position=place, config={"name": name})

    def _declaration(self, source: PinRef) -> dict[str, Any]:
        """The type that all readers want, else the one that the source has; required if one of them requires it."""
        targets = [wire.target for wire in self.border.values_in if wire.source == source]
        pins = [self._graph.signature(target.node).inputs.get(target.pin) for target in targets]
        given = self._graph.signature(source.node).outputs.get(source.pin)
        types = {pin.type if pin is not None else PinType.ANY for pin in pins}
        kind = types.pop() if len(types) == 1 else given.type if given is not None else PinType.ANY
        required = any(pin is not None and pin.required for pin in pins)
        return {
            **({"type": str(kind)} if kind is not PinType.ANY else {}),
            **({"required": True} if required else {}),
        }

    def _corner(self, choose: Any) -> Point:
        return choose(node.position[0] for node in self._moved), choose(node.position[1] for node in self._moved)


def _free(wanted: str, taken: set[str]) -> str:
    """The name, with a number if it is taken; taken from now on."""
    name, number = wanted, 2
    while name in taken:
        name, number = f"{wanted}{number}", number + 1
    taken.add(name)
    return name


def _name_of(node: Node) -> PinName:
    return PinName(str(node.config["name"]))


def _exec(source: PinRef, target: PinRef) -> Connection:
    return Connection(kind=PinKind.EXEC, source=source, target=target)


def _data(source: PinRef, target: PinRef) -> Connection:
    return Connection(kind=PinKind.DATA, source=source, target=target)
