"""A press on a node: it selects at once; what else it does shows when the mouse moves or the button goes up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QMouseEvent

from runtime.ids import NodeId
from runtime.nodes.pins import DataPin

from ... import nodes, pins
from ..hit import Hit
from .gesture import Gesture
from .move_nodes import MoveNodes
from .scrub import ScrubValue, is_scrubbed

if TYPE_CHECKING:
    from ..view import CanvasView


class ClickNode(Gesture):
    """Selects the node; becomes a drag when the mouse moves, else edits the value or unfolds the inputs it hit."""

    def __init__(self, view: CanvasView, event: QMouseEvent, hit: Hit, node: NodeId) -> None:
        super().__init__(view, event)
        self._hit = hit
        self._node = node
        modifiers = event.modifiers()
        self._extends = bool(modifiers & (Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier))
        if modifiers & Qt.KeyboardModifier.ControlModifier:
            view.selection.toggle([node])
        elif modifiers & Qt.KeyboardModifier.ShiftModifier:
            view.selection.add([node])
        elif node not in view.selection.nodes:
            view.selection.set([node])

    def moved(self, event: QMouseEvent) -> None:
        pin = self._pin()
        if pin is not None and is_scrubbed(pin) and self.is_drag(event):
            self.view.hand.begin(ScrubValue(self.view, event, self.start, self._node, pin))
        elif self.is_drag(event) and self._node in self.view.selection.nodes:
            leader = self.view.projection.nodes[self._node].rect
            self.view.hand.begin(MoveNodes(self.view, event, self.start, leader))

    def released(self, event: QMouseEvent) -> None:
        if self._extends or self._node not in self.view.projection.nodes:
            return
        self.view.selection.set([self._node])
        if self._hit.part == "more":
            self._unfold()
        elif self._hit.part == "more_pins":
            pins.add(self.view.document, self._node)
        elif self._hit.part == "fewer_pins":
            self.view.message.emit(pins.cut_in_words(pins.remove(self.view.document, self._node)))
        elif self._hit.part == "list_pins":
            self.view.pins.edit(self._node)
        elif self._hit.field is not None:
            self.view.editing.edit(self._node, self._hit.field)

    def _pin(self) -> DataPin | None:
        """The input whose value was pressed."""
        document, name = self.view.document, self._hit.field
        if name is None or self._node not in document.nodes or self._extends:
            return None
        return document.signature(self._node).inputs.get(name)

    def _unfold(self) -> None:
        """Show the pins that are folded away: all of a collapsed node, else its optional inputs, or fold these."""
        if self.view.document.nodes[self._node].collapsed:
            nodes.set_all(self.view.document, [self._node], "Expand node", collapsed=False)
        else:
            self.view.projection.expand([self._node], shown=self._node not in self.view.projection.expanded)
