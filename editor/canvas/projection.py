"""The document as it lies on the canvas: a shape and a place for every node, a course for every wire, and their index.

It reads the document and follows its changes; nothing here is saved, and nothing here writes the document.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from weakref import WeakValueDictionary

from PySide6.QtCore import QObject, QPointF, QRectF, Signal

from runtime.document.flow import ConnectionKey, Frame, PinDirection, PinKind
from runtime.ids import NodeId
from runtime.uncollected import uncollected

from ..change import Change
from ..document import FlowDocument
from ..frames import frame_rect
from .batch import Batch
from .folding import bar_of, bar_rect, folds, owned
from .geometry import MARGIN, STRIP_GAP, STRIP_HEIGHT, Metrics, NodeShape, lay_out
from .index import Edges, SpatialGrid, edges
from .look import UNMARKED, NodeLook, look_of
from .rows import HEADER, PinKey, PinTuple, RowPlans, pin_color
from .wire import Wire

_IN, _OUT = PinDirection.IN, PinDirection.OUT
BROKEN = "error"
"""Theme token of wires to pins that their node does not have."""


@dataclass(eq=False, slots=True)
class PlacedNode:
    """One node on the canvas. `order` grows with each node added: later ones lie on top."""

    id: NodeId
    order: int
    shape: NodeShape
    rect: QRectF

    @property
    def box(self) -> QRectF:
        """All that may be painted for the node: pins, outline, badge, the strip of streamed words."""
        left, top, right, bottom = _painted(*edges(self.rect))
        return QRectF(left, top, right - left, bottom - top)

    def end_of(self, key: PinTuple) -> tuple[float, float]:
        """Where the wires of a pin end: x and y."""
        x, y = self.shape.pin_point(key)
        return self.rect.x() + x, self.rect.y() + y

    def point_of(self, key: PinKey) -> QPointF:
        """Where the wires of a pin end."""
        return QPointF(*self.end_of(key))


class Projection(QObject):
    """What lies where. Nodes that are being dragged are `lifted`: out of the index, at an offset, until put down.

    What a collapsed frame owns is `folded`: it lies where the bar of the frame is, and is in no index.

    Signals:
        damaged(list[QRectF] | None): these areas look different; None is everything.
    """

    damaged = Signal(object)

    def __init__(self, document: FlowDocument, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.document = document
        self.metrics = Metrics()
        self.nodes: dict[NodeId, PlacedNode] = {}
        self.wires: dict[ConnectionKey, Wire] = {}
        self.expanded: set[NodeId] = set()
        self.node_grid: SpatialGrid[PlacedNode] = SpatialGrid()
        self.wire_grid: SpatialGrid[Wire] = SpatialGrid()
        self.bodies: Batch[PlacedNode] = Batch()
        self.headers: dict[str, Batch[PlacedNode]] = {}
        self.courses: dict[str, Batch[Wire]] = {}
        self.marked: dict[NodeId, PlacedNode] = {}
        self.lifted: dict[NodeId, PlacedNode] = {}
        self.carried: dict[ConnectionKey, Wire] = {}
        self.lifted_frames: set[str] = set()
        self.folded: Mapping[NodeId, str] = {}
        self.offset = QPointF()
        self._order = 0
        self._plans = RowPlans()
        self._shapes: WeakValueDictionary[NodeLook, NodeShape] = WeakValueDictionary()
        document.changed.connect(self._follow)
        document.reset.connect(self.rebuild)
        self.rebuild()

    def rebuild(self) -> None:
        """Read the whole document anew."""
        self.node_grid.clear()
        self.wire_grid.clear()
        for held in (self.nodes, self.wires, self.expanded, self.headers, self.courses, self.lifted, self.carried):
            held.clear()
        self.marked.clear()
        self.lifted_frames.clear()
        self.bodies = Batch()
        self.folded = {}
        with uncollected():  # a third of the time
            for node_id in self.document.nodes:
                self._add_node(node_id)
            for key in self.document.connections:
                self._add_wire(key)
            self._refresh_nodes(self._refold())
        self.damaged.emit(None)

    # -- asking

    def bounds(self, nodes: Collection[NodeId] = ()) -> QRectF:
        """The smallest rectangle around some nodes, or around all nodes, wires and frames."""
        total = QRectF()
        for node_id in nodes or self.nodes:
            if node_id in self.nodes:
                total |= self.nodes[node_id].rect
        if not nodes:
            for frame_id in self.document.frames:
                total |= self.frame_place(frame_id)
        return total

    def frame_place(self, frame_id: str) -> QRectF:
        """Where a frame is now, drag included: its bar if it is collapsed."""
        frame = self.document.frames[frame_id]
        place = bar_rect(frame) if frame.collapsed else frame_rect(frame)
        return place.translated(self.offset) if frame_id in self.lifted_frames else place

    def shown_frames(self, area: QRectF | None = None) -> list[Frame]:
        """The frames that lie in no collapsed one, of an area or all; the largest first: inner ones lie on top."""
        frames = self.document.frames
        collapsed = [frame_rect(frame) for frame in frames.values() if frame.collapsed]
        shown = [
            frame
            for frame in frames.values()
            if (area is None or self.frame_place(frame.id).intersects(area))
            and not any(outer != frame_rect(frame) and outer.contains(frame_rect(frame)) for outer in collapsed)
        ]
        return sorted(shown, key=lambda frame: -frame_rect(frame).width() * frame_rect(frame).height())

    def owned_by(self, frame_id: str) -> set[NodeId]:
        """The nodes that a frame owns, folded or not."""
        return owned(frame_rect(self.document.frames[frame_id]), self._unfolded_places())

    def pin_position(self, node_id: NodeId, key: PinKey) -> QPointF:
        """Where the wires of a pin end now, drag included."""
        return QPointF(*self._end(node_id, key))

    def _end(self, node_id: NodeId, key: PinTuple) -> tuple[float, float]:
        x, y = self.nodes[node_id].end_of(key)
        return (x + self.offset.x(), y + self.offset.y()) if node_id in self.lifted else (x, y)

    # -- view state

    def expand(self, nodes: Iterable[NodeId], *, shown: bool = True) -> None:
        """Show or fold the optional inputs of nodes."""
        touched = list(nodes)
        (self.expanded.update if shown else self.expanded.difference_update)(touched)
        self.damaged.emit(self._refresh_nodes(touched))

    # -- dragging

    def lift(self, nodes: Collection[NodeId], frames: Iterable[str] = ()) -> None:
        """Take nodes, and the wires between them, out of the index: from now on they move as one, by `shift`."""
        self.offset = QPointF()
        self.lifted_frames = set(frames)
        for node_id in nodes:
            node = self.nodes[node_id]
            self.lifted[node_id] = node
            self._hide_node(node)
        for wire in self._wires_of(nodes):
            if wire.key.source.node in self.lifted and wire.key.target.node in self.lifted:
                self.carried[wire.key] = wire
                self._hide_wire(wire)

    def shift(self, offset: QPointF) -> None:
        """Move what is lifted to this distance from where it lay."""
        damage = [self._lifted_box()]
        self.offset = offset
        damage.append(self._lifted_box())
        for wire in self._wires_of(self.lifted):
            if wire.key not in self.carried:
                damage.append(wire.box)
                self._lay(wire)
                damage.append(wire.box)
        self.damaged.emit(None if self.lifted_frames else damage)

    def put_down(self) -> None:
        """Put what is lifted back where the document says that it is."""
        damage = [self._lifted_box()]
        nodes, wires = list(self.lifted), list(self.carried.values())
        self.lifted.clear()
        self.carried.clear()
        self.offset = QPointF()
        for wire in wires:
            self._lay(wire)
        damage += self._refresh_nodes(nodes)
        self.damaged.emit(None if self.lifted_frames else damage)
        self.lifted_frames = set()

    def _lifted_box(self) -> QRectF:
        total = QRectF()
        for node in self.lifted.values():
            total |= node.box
        for wire in self.carried.values():
            total |= wire.box
        return total.translated(self.offset)

    # -- following the document

    def _follow(self, change: Change) -> None:
        damage: list[QRectF] = []
        stale: set[NodeId] = set()
        for wire_edit in change.connections:
            stale |= {wire_edit.key.source.node, wire_edit.key.target.node}
            damage += self._drop_wire(wire_edit.key)
        for node_edit in change.nodes:
            if node_edit.after is None:
                damage += self._drop_node(node_edit.key)
            elif node_edit.before is None:
                damage.append(self._add_node(node_edit.key).box)
                stale |= {end.node for wire in self.document.connections_of(node_edit.key) for end in wire.key[1:]}
            else:
                stale.add(node_edit.key)
        for wire_edit in change.connections:
            wire = self._add_wire(wire_edit.key) if wire_edit.after is not None else None
            if wire is not None:
                damage.append(wire.box)
        stale |= self._refold()
        if change.frames:
            edited = {edit.key for edit in change.frames}
            stale |= {node_id for node_id, frame_id in self.folded.items() if frame_id in edited}
        damage += self._refresh_nodes(stale)
        self.damaged.emit(None if change.frames else damage)

    def _refold(self) -> set[NodeId]:
        """Find anew what is folded away; returns the nodes of which that has changed."""
        before, self.folded = self.folded, folds(self.document.frames.values(), self._unfolded_places)
        return {node_id for node_id in before.keys() | self.folded if before.get(node_id) != self.folded.get(node_id)}

    def _unfolded_places(self) -> dict[NodeId, QRectF]:
        return {node_id: self._place(node_id)[1] for node_id in self.nodes}

    def _place(self, node_id: NodeId) -> tuple[NodeShape, QRectF]:
        """The shape of a node, and where it lies if nothing folds it away."""
        shape = self._shape(node_id)
        x, y = self.document.nodes[node_id].position
        return shape, QRectF(x, y, shape.width, shape.height)

    def _add_node(self, node_id: NodeId) -> PlacedNode:
        self._order += 1
        node = PlacedNode(node_id, self._order, *self._place(node_id))
        self.nodes[node_id] = node
        self._show_node(node)
        return node

    def _drop_node(self, node_id: NodeId) -> list[QRectF]:
        node = self.nodes.pop(node_id)
        self.marked.pop(node_id, None)
        self.expanded.discard(node_id)
        if self.lifted.pop(node_id, None):
            return [node.box.translated(self.offset)]
        self._hide_node(node)
        return [node.box]

    def _refresh_nodes(self, nodes: Iterable[NodeId]) -> list[QRectF]:
        """Read nodes anew, with the wires that touch them."""
        damage = []
        present = [node_id for node_id in nodes if node_id in self.nodes]
        for node_id in present:
            node = self.nodes[node_id]
            damage.append(node.box)
            shape, rect = self._place(node_id)
            folded_in = self.folded.get(node_id)
            if folded_in is not None or shape.look.category != node.shape.look.category:
                self._hide_node(node)
            if folded_in is not None:
                shape, rect = bar_of(self.document.frames[folded_in], self.metrics)
            node.shape, node.rect = shape, rect
            if node_id not in self.lifted and folded_in is None:
                self._show_node(node)
            damage.append(node.box)
        for wire in self._wires_of(present):
            damage.append(wire.box)
            self._color(wire)
            self._lay(wire)
            damage.append(wire.box)
        return damage

    def _shape(self, node_id: NodeId) -> NodeShape:
        look = look_of(self.document, self._plans, node_id, expanded=node_id in self.expanded)
        shape = self._shapes.get(look)
        if shape is None:
            shape = self._shapes[look] = lay_out(look, self.metrics)
        return shape

    def _show_node(self, node: PlacedNode) -> None:
        look, (left, top, right, bottom) = node.shape.look, edges(node.rect)
        self.node_grid.put(node, _painted(left, top, right, bottom))
        self.bodies.put(node, left, top, right - left, bottom - top)
        headers = self.headers.get(look.category)
        if headers is None:
            headers = self.headers[look.category] = Batch()
        headers.put(node, left, top, right - left, HEADER if look.note is None else bottom - top)
        if look.marks == UNMARKED:
            self.marked.pop(node.id, None)
        else:
            self.marked[node.id] = node

    def _hide_node(self, node: PlacedNode) -> None:
        if node not in self.node_grid:
            return  # lifted or folded
        self.node_grid.discard(node)
        self.bodies.discard(node)
        self.headers[node.shape.look.category].discard(node)

    # -- wires

    def _wires_of(self, nodes: Iterable[NodeId]) -> list[Wire]:
        document, wires = self.document, self.wires
        keys = {key: None for node_id in nodes for key in document.wires_of(node_id)}
        return [wires[key] for key in keys if key in wires]

    def _add_wire(self, key: ConnectionKey) -> Wire | None:
        if key.source.node not in self.nodes or key.target.node not in self.nodes:
            return None  # a wire to nowhere: the problems panel names it
        wire = self.wires[key] = Wire(key, "")
        self._color(wire)
        self._lay(wire)
        return wire

    def _drop_wire(self, key: ConnectionKey) -> list[QRectF]:
        wire = self.wires.pop(key, None)
        if wire is None:
            return []
        self.carried.pop(key, None)
        self._hide_wire(wire)
        return [wire.box]

    def _lay(self, wire: Wire) -> None:
        """Lay a wire between where its pins are now."""
        kind, source, target = key = wire.key
        folded_in = self.folded.get(source.node)
        # Bends were made for what is folded away: a wire that ends at a bar does without them.
        bends = () if folded_in is not None or target.node in self.folded else self.document.connections[key].via
        wire.via = tuple([QPointF(x, y) for x, y in bends]) if bends else ()
        wire.run((*self._end(source.node, (_OUT, kind, source.pin)), *self._end(target.node, (_IN, kind, target.pin))))
        if folded_in is not None and folded_in == self.folded.get(target.node):
            self._hide_wire(wire)
        elif not self.carried or key not in self.carried:
            self.wire_grid.put(wire, wire.edges)
            self.courses[wire.color].put(wire, *wire.ends)

    def _hide_wire(self, wire: Wire) -> None:
        self.wire_grid.discard(wire)
        self.courses[wire.color].discard(wire)

    def _color(self, wire: Wire) -> None:
        """Give a wire the colour of its source, or that of broken ones if a pin of its is missing."""
        kind, source, target = wire.key
        here, there = self.document.signature(source.node), self.document.signature(target.node)
        if kind is PinKind.EXEC:
            whole = source.pin in here.exec_out and target.pin in there.exec_in
            color = pin_color(None) if whole else BROKEN
        else:
            whole = source.pin in here.outputs and target.pin in there.inputs
            color = pin_color(here.outputs[source.pin].type) if whole else BROKEN
        if color != wire.color:
            if wire.color:
                self._hide_wire(wire)
            wire.color = color
            self.courses.setdefault(color, Batch())


def _painted(left: float, top: float, right: float, bottom: float) -> Edges:
    """The edges of all that may be painted for a node that lies there."""
    return left - MARGIN, top - MARGIN, right + MARGIN, bottom + STRIP_GAP + STRIP_HEIGHT + 2
