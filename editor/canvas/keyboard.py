"""Where the keyboard is on a canvas, at a node or at a pin of it, and where it goes from there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from runtime.document.flow import ConnectionKey, PinDirection, PinKind, PinRef
from runtime.ids import NodeId

from .. import commands, wires
from . import accessible, announce
from .add_request import WireEnd
from .locating import bring_in_sight
from .nearby import Way, in_reading_order, node_towards, pin_towards, pins_of
from .projection import PlacedNode
from .rows import PinKey
from .selected import activate_selected

if TYPE_CHECKING:
    from .view import CanvasView

_IN, _OUT = PinDirection.IN, PinDirection.OUT


class KeyboardFocus(QObject):
    """The node, and perhaps the pin of it, that keys mean. It shows as a ring until the mouse is pressed.

    To go to a node selects it, so that all that acts on the selection acts on it. Each step is read out.

    Attributes:
        node, pin: None where the keyboard is at none. Both are always on the canvas.
    """

    def __init__(self, view: CanvasView) -> None:
        super().__init__(view)
        self._view = view
        self.node: NodeId | None = None
        self.pin: PinKey | None = None
        self._told = ""
        view.document.changed.connect(self._drop_what_is_gone)
        view.document.reset.connect(self.clear)
        view.selection.changed.connect(self._follow_selection)
        view.message.connect(self._tell)

    # -- from node to node

    def step(self, step: int) -> bool:
        """Go to the next node (1) or the one before (-1) in reading order; False if there is none any more."""
        placed = in_reading_order(self._view.projection)
        start = self._start()
        at = placed.index(start) if start in placed else None
        goal = at + step if at is not None else 0 if step > 0 else len(placed) - 1
        if not 0 <= goal < len(placed):
            announce.say(self._view, f"No node {'after' if step > 0 else 'before'} this one")
            return False
        self.go_to(placed[goal].id)
        return True

    def go(self, way: Way, *, adding: bool = False) -> None:
        """Go to the nearest pin or node in a direction; `adding` leaves selected what is."""
        if self.node is not None and self.pin is not None and not adding:
            self._go_to_pin(self.node, way)
            return
        start = self._start()
        if start is None:
            self.step(1)
        elif goal := node_towards(self._view.projection, start, way):
            self.go_to(goal.id, adding=adding)
        else:
            announce.say(self._view, f"No node {_SAID[way]}")

    def go_to(self, node_id: NodeId, pin: PinKey | None = None, *, adding: bool = False) -> None:
        """Go to a node, or to a pin of it, which is unfolded if need be."""
        view = self._view
        if pin is not None and pin not in view.projection.nodes[node_id].shape.places:
            view.projection.expand([node_id])
        self.node, self.pin = node_id, pin
        view.selection.set({node_id} | (view.selection.nodes if adding else set()))
        bring_in_sight(view, node_id)
        self._show()

    # -- pins

    def enter(self) -> None:
        """From a node to its pins; at a value, edit it; at any other pin, choose what to connect it with."""
        node_id, view = self.node, self._view
        if node_id is None:
            activate_selected(view)
            return
        shape = view.projection.nodes[node_id].shape
        if self.pin is None:
            pins = pins_of(shape, _IN) or pins_of(shape, _OUT)
            self.go_to(node_id, pins[0]) if pins else view.node_activated.emit(node_id)
        elif self.pin.direction is _IN and self.pin.kind is PinKind.DATA and self.pin.name in shape.fields:
            view.editing.edit(node_id, self.pin.name)
        else:
            self.ask_for_targets()

    def leave(self) -> bool:
        """From a pin back to its node; from a node to nowhere. Whether there was a pin to leave."""
        if self.node is None or self.pin is None:
            self.clear()
            return False
        self.go_to(self.node)
        return True

    def clear(self) -> None:
        """Be nowhere."""
        if self.node is not None:
            self.node = self.pin = None
            self._view.viewport().update()

    def ask_for_targets(self) -> None:
        """Ask for the list of pins that the pin may be connected with; from a node, its way on."""
        node_id, pin = self.node, self.pin
        if node_id is None and len(self._view.selection.nodes) == 1:
            (node_id,) = self._view.selection.nodes
        if node_id is not None and pin is None:
            pin = self._likely_pin(node_id)
        if node_id is None or pin is None:
            self._view.message.emit("Go to a node with pins first: N goes to the next one.")
            return
        if pin != self.pin:
            self.go_to(node_id, pin)
        self._view.targets_requested.emit(WireEnd(pin.kind, pin.direction, PinRef(node_id, pin.name)))

    def _likely_pin(self, node_id: NodeId) -> PinKey | None:
        """The pin from which one most likely wants to go on: the way on, else the first output, else an input."""
        way_on = wires.way_on(self._view.document, node_id)
        shape = self._view.projection.nodes[node_id].shape
        pins = [*pins_of(shape, _OUT), *pins_of(shape, _IN)]
        return next((pin for pin in pins if pin.kind is PinKind.EXEC and pin.name == way_on), pins[0] if pins else None)

    # -- wires

    def wires(self) -> list[ConnectionKey]:
        """The wires of the pin, or of the node, exec wires first, outgoing ones before others."""
        if self.node is None:
            return []
        document = self._view.document
        if self.pin is not None:
            return wires.wires_at(document, PinRef(self.node, self.pin.name), self.pin.kind, self.pin.direction)
        keys = [wire.key for wire in document.connections_of(self.node)]
        return sorted(keys, key=lambda key: (key.source.node != self.node, key.kind is not PinKind.EXEC, key))

    def next_wire(self) -> None:
        """Select the next wire of the pin or node; after the last comes the first."""
        keys = self.wires()
        if not keys:
            announce.say(self._view, "No wires here")
            return
        at = next((i for i, key in enumerate(keys) if key in self._view.selection.wires), -1)
        key = keys[(at + 1) % len(keys)]
        self._view.selection.set(wires=[key])
        announce.say(
            self._view, f"{announce.about_wire(self._view.document, key)}, {(at + 1) % len(keys) + 1} of {len(keys)}"
        )

    def follow(self, direction: PinDirection | None = None) -> None:
        """Go to the other end of the selected wire, or of the first of the pin, or of those out of or into the node."""
        if self.node is None and len(self._view.selection.nodes) == 1:
            (self.node,) = self._view.selection.nodes
        keys = [
            key for key in self.wires() if self.pin or direction is None or self._leaves(key) == (direction is _OUT)
        ]
        key = next((key for key in keys if key in self._view.selection.wires), keys[0] if keys else None)
        if key is None:
            announce.say(self._view, "No wire to follow")
            return
        end, side = (key.target, _IN) if self._leaves(key) else (key.source, _OUT)
        if end.node in self._view.projection.nodes:
            self.go_to(end.node, PinKey(side, key.kind, end.pin))

    def delete_wires(self) -> bool:
        """Take away the wires of the pin; False if the keyboard is at none, or a wire is selected, which goes alone."""
        if self.pin is None or self._view.selection.wires:
            return False
        keys = self.wires()
        commands.remove(self._view.document, (), keys)
        announce.say(self._view, f"{len(keys) or 'No'} wire{'' if len(keys) == 1 else 's'} removed")
        return True

    def _leaves(self, key: ConnectionKey) -> bool:
        """Whether a wire begins where the keyboard is."""
        if self.pin is not None:
            return self.pin.direction is _OUT
        return key.source.node == self.node

    # -- following

    def tell_activity(self) -> None:
        """Read out the node if what it does has changed."""
        if self.node is None:
            return
        status = self._view.activity.of(self.node).status
        if status != self._told:
            self._told = status
            if status != "idle":
                announce.say(self._view, f"{self._view.document.node_title(self.node)}: {status}")

    def _start(self) -> PlacedNode | None:
        """From where a step begins: the keyboard's node, else the first that is selected."""
        chosen = self._view.selected_nodes()
        start = self.node if self.node is not None else chosen[0] if chosen else None
        return self._view.projection.nodes.get(start) if start is not None else None

    def _go_to_pin(self, node_id: NodeId, way: Way) -> None:
        assert self.pin is not None
        projection = self._view.projection
        goal = pin_towards(projection.nodes[node_id].shape, self.pin, way)
        if goal is None and way == "down" and projection.nodes[node_id].shape.look.folded:
            projection.expand([node_id])
            goal = pin_towards(projection.nodes[node_id].shape, self.pin, way)
        if goal is None:
            announce.say(self._view, f"No pin {_SAID[way]}")
        else:
            self.go_to(node_id, goal)

    def _show(self) -> None:
        self._view.viewport().update()
        if self.node is not None:
            self._told = self._view.activity.of(self.node).status
            accessible.tell_focus(self._view, announce.about(self._view.subject, self.node, self.pin))

    def _tell(self, refusal: str) -> None:
        if refusal:
            announce.say(self._view, refusal)

    def _drop_what_is_gone(self, _change: object) -> None:
        if self.node is None:
            return
        placed = self._view.projection.nodes.get(self.node)
        if placed is None:
            self.clear()
        elif self.pin is not None and self.pin not in placed.shape.places:
            self.pin = None
            self._view.viewport().update()

    def _follow_selection(self, *_turned: object) -> None:
        nodes = self._view.selection.nodes
        if nodes and self.node not in nodes:
            self.clear()


_SAID = {"left": "on the left", "right": "on the right", "up": "above", "down": "below"}
