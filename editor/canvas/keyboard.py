"""Where the keyboard is on a canvas, at a node, a pin of it or a frame, and where it goes from there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt

from runtime.document.flow import PinDirection, PinKind, PinRef
from runtime.ids import NodeId

from .. import frames, wires
from ..change import Change
from . import accessible, announce
from .add_request import WireEnd
from .locating import bring_area_in_sight, bring_in_sight, unfold_around
from .nearby import (
    Stop,
    Way,
    in_reading_order,
    pin_towards,
    pins_of,
    stop_at_frame,
    stop_towards,
    within,
)  # fmt: skip
from .projection import PlacedNode
from .rows import PinKey
from .selected import activate_selected

if TYPE_CHECKING:
    from .view import CanvasView

_IN, _OUT = PinDirection.IN, PinDirection.OUT


class KeyboardFocus(QObject):
    """The node, and perhaps the pin of it, or the frame that keys mean. It shows as a ring until the mouse is pressed.

    To go to a node or frame selects it, so that all that acts on the selection acts on it. Each step is read out.

    Attributes:
        on_canvas: keys brought the focus to the canvas, and the keyboard is at nothing on it yet.
        node, pin, frame: None where the keyboard is at none; never a node and a frame. All are always on the canvas.
    """

    def __init__(self, view: CanvasView) -> None:
        super().__init__(view)
        self._view = view
        self.node: NodeId | None = None
        self.pin: PinKey | None = None
        self.frame: str | None = None
        self.on_canvas = False
        self._told = ""
        view.document.changed.connect(self._follow_document)
        view.document.reset.connect(self.clear)
        view.selection.changed.connect(self._follow_selection)
        view.message.connect(self._tell)

    # -- from node to node

    def step(self, step: int) -> bool:
        """Go to the next node or frame (1) or the one before (-1) in reading order; False if there is none any more."""
        stops = in_reading_order(self._view.projection)
        start = self._start()
        at = stops.index(start) if start in stops else None
        goal = at + step if at is not None else 0 if step > 0 else len(stops) - 1
        if not 0 <= goal < len(stops):
            announce.say(self._view, f"No node {'after' if step > 0 else 'before'} this one")
            return False
        self._go_to_stop(stops[goal])
        return True

    def go(self, way: Way, *, adding: bool = False) -> None:
        """Go to the nearest pin, node or folded frame in a direction; `adding` leaves selected what is."""
        if self.node is not None and self.pin is not None and not adding:
            self._go_to_pin(self.node, way)
            return
        start = self._start()
        if start is None:
            self.step(1)
        elif goal := stop_towards(self._view.projection, start, way):
            self._go_to_stop(goal, adding=adding)
        else:
            announce.say(self._view, f"No node {_SAID[way]}")

    def go_to(self, node_id: NodeId, pin: PinKey | None = None, *, adding: bool = False) -> None:
        """Go to a node, or to a pin of it; what is folded away is unfolded."""
        view = self._view
        unfold_around(view, node_id)
        if pin is not None and pin not in view.projection.nodes[node_id].shape.places:
            view.projection.expand([node_id])
        self.node, self.pin, self.frame = node_id, pin, None
        view.selection.add([node_id]) if adding else view.selection.set([node_id])
        bring_in_sight(view, node_id)
        self._show()

    def go_to_frame(self, frame_id: str, *, adding: bool = False) -> None:
        """Go to a frame, folded or not."""
        view = self._view
        self.node, self.pin, self.frame = None, None, frame_id
        view.selection.add(frames=[frame_id]) if adding else view.selection.set(frames=[frame_id])
        bring_area_in_sight(view, stop_at_frame(view.projection, frame_id).rect)
        self._show()

    # -- pins

    def enter(self) -> None:
        """From a node to its pins; at a value, edit it; at any other pin, choose what to connect it with.

        From a frame to what lies in it; a folded one is unfolded.
        """
        node_id, view = self.node, self._view
        if self.frame is not None:
            self._enter_frame(self.frame)
        elif node_id is None:
            activate_selected(view)
        else:
            self._enter_node(node_id)

    def _enter_node(self, node_id: NodeId) -> None:
        view = self._view
        shape = view.projection.nodes[node_id].shape
        if self.pin is None:
            pins = pins_of(shape, _IN) or pins_of(shape, _OUT)
            self.go_to(node_id, pins[0]) if pins else view.node_activated.emit(node_id)
        elif self.pin.direction is _IN and self.pin.kind is PinKind.DATA and self.pin.name in shape.fields:
            view.editing.edit(node_id, self.pin.name)
        else:
            self.ask_for_targets()

    def leave(self) -> bool:
        """From a wire back to its pin or node, from a pin to its node, else to nowhere: then False."""
        if self.node is not None and self._view.selection.wires:
            self.go_to(self.node, self.pin)
            return True
        if self.node is None or self.pin is None:
            self.clear()
            return False
        self.go_to(self.node)
        return True

    def clear(self) -> None:
        """Be nowhere."""
        self.on_canvas = False
        if self.node is not None or self.frame is not None:
            self.node = self.pin = self.frame = None
            self._view.viewport().update()

    def _enter_frame(self, frame_id: str) -> None:
        view = self._view
        if view.document.frames[frame_id].collapsed:
            frames.fold(view.document, [frame_id], folded=False)
        elif (inside := within(view.projection, frame_id)) is not None:
            self._go_to_stop(inside)
        else:
            announce.say(view, "Nothing lies in this frame")

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

    # -- following

    def arrive(self, reason: Qt.FocusReason) -> None:
        """The canvas has got the focus."""
        self.on_canvas = reason in _BY_KEYS
        self._view.viewport().update()

    def tell_activity(self) -> None:
        """Read out the node if what it does has changed."""
        if self.node is None:
            return
        status = self._view.activity.of(self.node).status
        if status != self._told:
            self._told = status
            if status != "idle":
                announce.say(self._view, f"{self._view.document.node_title(self.node)}: {status}")

    def _start(self) -> Stop | None:
        """From where a step begins: where the keyboard is, else the first node or frame that is selected."""
        view, projection = self._view, self._view.projection
        chosen = view.selected_nodes()
        node_id = self.node if self.node is not None or self.frame is not None else chosen[0] if chosen else None
        frame_id = self.frame if self.frame is not None else min(view.selection.frames, default=None)
        if node_id is not None:
            return projection.nodes[node_id]
        return stop_at_frame(projection, frame_id) if frame_id is not None else None

    def _go_to_stop(self, stop: Stop, *, adding: bool = False) -> None:
        if isinstance(stop, PlacedNode):
            self.go_to(stop.id, adding=adding)
        else:
            self.go_to_frame(stop.id, adding=adding)

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
        view = self._view
        view.viewport().update()
        if self.node is not None:
            self._told = view.activity.of(self.node).status
            accessible.tell_focus(view, announce.about(view.subject, self.node, self.pin))
        elif self.frame is not None:
            accessible.tell_focus(view, announce.about_frame(view.projection, self.frame))

    def _tell(self, refusal: str) -> None:
        if refusal:
            announce.say(self._view, refusal)

    def _follow_document(self, change: Change) -> None:
        """Leave what is gone; from a node that was folded away go to its frame; tell how the frame looks now."""
        projection = self._view.projection
        if self.frame is not None:
            if all(frame.id != self.frame for frame in projection.shown_frames()):
                self.clear()
            elif any(edit.key == self.frame for edit in change.frames):
                announce.say(self._view, announce.about_frame(projection, self.frame))
        elif self.node is not None:
            placed = projection.nodes.get(self.node)
            if placed is None:
                self.clear()
            elif (frame_id := projection.folded.get(self.node)) is not None:
                self.go_to_frame(frame_id)
            elif self.pin is not None and self.pin not in placed.shape.places:
                self.pin = None
                self._view.viewport().update()

    def _follow_selection(self, *_turned: object) -> None:
        nodes, frame_ids = self._view.selection.nodes, self._view.selection.frames
        if (nodes or frame_ids) and self.node not in nodes and self.frame not in frame_ids:
            self.clear()


_BY_KEYS = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason, Qt.FocusReason.ShortcutFocusReason)
_SAID = {"left": "on the left", "right": "on the right", "up": "above", "down": "below"}
