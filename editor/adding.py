"""Adding nodes: the search at the cursor, and what is tied to the wire that a person dragged into the void."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, QPoint
from PySide6.QtWidgets import QWidget

from runtime.document.flow import ConnectionKey, PinDirection, PinKind, PinRef
from runtime.ids import NodeId

from . import commands, wires
from .canvas import insertion
from .canvas.add_request import AddRequest
from .document import FlowDocument
from .flow_tab import FlowTab
from .panels.add_node_popup import AddNodePopup
from .panels.node_search import NodeSearch, WireFit
from .places import snapped
from .theme import Theme


class NodeAdder(QObject):
    """Asks for a node type by the popup, and adds a node of it to the flow that asked."""

    def __init__(self, search: NodeSearch, theme: Theme, window: QWidget) -> None:
        super().__init__(window)
        self.popup = AddNodePopup(search, theme, window)
        self._chosen: Callable[[str], object] | None = None
        self.popup.type_chosen.connect(self._act)
        self.popup.dismissed.connect(self._forget)

    def ask(self, tab: FlowTab, request: AddRequest) -> None:
        """Open the popup where the request was made; it offers only what fits the loose wire, if there is one."""
        self._chosen = partial(_add, tab, request)
        self.popup.open_at(request.global_position, wire_fit(tab.document, request))

    def choose(self, tab: FlowTab, place: QPoint, act: Callable[[str], object]) -> None:
        """Let the person choose any node type at a place of the screen; `act` gets its id."""

        def act_and_go_back(type_id: str) -> None:
            act(type_id)
            tab.setFocus()

        self._chosen = act_and_go_back
        self.popup.open_at(place, None)

    def _act(self, type_id: str) -> None:
        chosen, self._chosen = self._chosen, None
        if chosen is not None:
            chosen(type_id)

    def _forget(self) -> None:
        self._chosen = None


def _add(tab: FlowTab, request: AddRequest, type_id: str) -> None:
    if request.into is not None and request.into in tab.document.connections:
        node_id = insertion.add_at(tab.canvas.projection, type_id, snapped(request.position), request.into)
    else:
        node_id = add_requested(tab.document, type_id, request)
    tab.canvas.keyboard.go_to(node_id) if request.by_keys else tab.canvas.select([node_id])
    tab.setFocus()


def wire_fit(document: FlowDocument, request: AddRequest) -> WireFit | None:
    """What a new node must fit, or None if no wire hangs loose."""
    if request.wire_end is None:
        return None
    kind, direction, loose = request.wire_end
    if kind is PinKind.EXEC:
        return WireFit(kind, direction)
    signature = document.signature(loose.node)
    pins = signature.outputs if direction is PinDirection.OUT else signature.inputs
    return WireFit(kind, direction, pins[loose.pin].type)


def add_requested(document: FlowDocument, type_id: str, request: AddRequest) -> NodeId:
    """Add a node of a type at the place of the request; node and wire are one step for undo."""
    end = wire_fit(document, request)
    if end is None or request.wire_end is None:
        return commands.add_node(document, type_id, snapped(request.position))
    with wires.step(document, f"Add {document.registry.get(type_id).title}"):
        node_id = commands.add_node(document, type_id, snapped(request.position))
        pin = end.pin_of(document.registry.instance(type_id))
        if pin is not None:
            new, loose = PinRef(node_id, pin), request.wire_end.pin
            source, target = (loose, new) if end.direction is PinDirection.OUT else (new, loose)
            commands.connect(document, end.kind, source, target)
            for key in _besides(document, end.kind, source.node, target.node):
                commands.connect(document, *key)
    return node_id


def _besides(document: FlowDocument, kind: PinKind, source: NodeId, target: NodeId) -> list[ConnectionKey]:
    """What else one would draw between two nodes once a wire of one kind is drawn: values, or the way on."""
    if kind is PinKind.EXEC:
        return wires.obvious_values(document, source, target)
    out, ins = wires.way_on(document, source), document.signature(target).exec_in
    return [ConnectionKey(PinKind.EXEC, PinRef(source, out), PinRef(target, ins[0]))] if out and ins else []
