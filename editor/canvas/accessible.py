"""What a screen reader finds on the canvas: nodes with their pins, and wires, as children of the widget.

Qt asks for them only while a reader listens, and they are made one by one as it asks: no node has an object of its own
otherwise. Qt's cache holds what was made here and deletes it; Python must hold it as long (see `_canvases`).
"""

from __future__ import annotations

import weakref
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, QPointF, QRect, QRectF
from PySide6.QtGui import QAccessible, QAccessibleEvent, QAccessibleInterface
from PySide6.QtWidgets import QAccessibleWidget

from runtime.document.flow import ConnectionKey
from runtime.ids import NodeId

from . import announce
from .rows import PinKey

if TYPE_CHECKING:
    from .view import CanvasView

Thing = NodeId | ConnectionKey | tuple[NodeId, PinKey]
"""A node, a wire, or a pin of a node."""
_PIN_SIZE = 20.0
"""Pixels around the middle of a pin that stand for it."""


class CanvasAccessible(QAccessibleWidget):
    """The canvas: its children are all nodes, then all wires, in the order of the file."""

    def __init__(self, view: CanvasView) -> None:
        super().__init__(view, QAccessible.Role.Canvas)
        self._ref = weakref.ref(view)
        self._made: dict[Thing, _Part] = {}

    @property
    def view(self) -> CanvasView:
        """The canvas; Qt asks nothing once it is gone."""
        view = self._ref()
        assert view is not None, "an interface goes with its widget"
        return view

    def part(self, thing: Thing) -> _Part:
        """The interface of a thing, made when it is first asked for."""
        found = self._made.get(thing)
        if found is None:
            found = self._made[thing] = _Part(self, thing)
            QAccessible.registerAccessibleInterface(found)
        return found

    def forget(self) -> None:
        """The canvas goes: let Qt delete what was made for it."""
        for part in self._made.values():
            QAccessible.deleteAccessibleInterface(QAccessible.uniqueId(part))
        self._made.clear()

    def things(self) -> Sequence[Thing]:
        """What the children stand for."""
        return [*self.view.document.nodes, *self.view.projection.wires]

    def childCount(self) -> int:
        return len(self.view.document.nodes) + len(self.view.projection.wires)

    def child(self, index: int) -> QAccessibleInterface | None:  # type: ignore[override]  # None is an answer
        things = self.things()
        return self.part(things[index]) if 0 <= index < len(things) else None

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        things = self.things()
        return things.index(child.thing) if isinstance(child, _Part) and child.thing in things else -1

    def childAt(self, x: int, y: int) -> QAccessibleInterface | None:  # type: ignore[override]  # None is an answer
        place = self.view.viewport().mapFromGlobal(QPoint(x, y))
        hit = self.view.hit(QPointF(place))
        thing = hit.node if hit.node is not None else hit.wire
        return self.part(thing) if thing is not None else None

    def focusChild(self) -> QAccessibleInterface | None:  # type: ignore[override]  # None is an answer
        focus = self.view.keyboard
        if focus.node is None:
            return None
        return self.part(focus.node if focus.pin is None else (focus.node, focus.pin))


class _Part(QAccessibleInterface):
    """A node, a pin or a wire. One whose thing is gone from the flow is invalid, and says nothing."""

    def __init__(self, canvas: CanvasAccessible, thing: Thing) -> None:
        super().__init__()
        self._canvas = canvas
        self.thing = thing

    @property
    def _view(self) -> CanvasView:
        return self._canvas.view

    def isValid(self) -> bool:
        document = self._view.document
        match self.thing:
            case ConnectionKey():
                return self.thing in document.connections
            case (node_id, pin):
                return node_id in document.nodes and pin in self._pins(node_id)
            case node_id:
                return node_id in document.nodes

    def object(self) -> QObject | None:  # type: ignore[override]  # None is an answer
        return None

    def role(self) -> QAccessible.Role:
        match self.thing:
            case ConnectionKey():
                return QAccessible.Role.Link
            case (_, _):
                return QAccessible.Role.ListItem
            case _:
                return QAccessible.Role.Grouping

    def text(self, what: QAccessible.Text) -> str:
        if not self.isValid():
            return ""
        document = self._view.document
        match self.thing:
            case ConnectionKey():
                name, told = announce.about_wire(document, self.thing), ""
            case (node_id, pin):
                name, told = pin.name, announce.about(self._view.subject, node_id, pin)
            case node_id:
                name, told = document.node_title(node_id), announce.about(self._view.subject, node_id)
        return {QAccessible.Text.Name: name, QAccessible.Text.Description: told}.get(what, "")

    def setText(self, what: QAccessible.Text, text: str) -> None:
        """Nothing is named by way of a reader."""

    def state(self) -> QAccessible.State:
        state = QAccessible.State()
        state.invalid = not self.isValid()
        state.focusable = state.selectable = True
        selection, focus = self._view.selection, self._view.keyboard
        state.selected = self.thing in selection.nodes or self.thing in selection.wires
        state.focused = self.thing == (focus.node if focus.pin is None else (focus.node, focus.pin))
        return state

    def rect(self) -> QRect:
        if not self.isValid():
            return QRect()
        camera, projection = self._view.camera, self._view.projection
        match self.thing:
            case ConnectionKey():
                area = camera.rect_to_view(projection.wires[self.thing].box)
            case (node_id, pin):
                reach = QPointF(_PIN_SIZE, _PIN_SIZE) / 2
                at = camera.to_view(projection.pin_position(node_id, pin))
                area = QRectF(at - reach, at + reach).toAlignedRect()
            case node_id:
                area = camera.rect_to_view(projection.nodes[node_id].rect)
        return QRect(self._view.viewport().mapToGlobal(area.topLeft()), area.size())

    def parent(self) -> QAccessibleInterface:
        if isinstance(self.thing, tuple) and not isinstance(self.thing, ConnectionKey):
            return self._canvas.part(self.thing[0])
        return QAccessible.queryAccessibleInterface(self._view)

    def childCount(self) -> int:
        return len(self._children())

    def child(self, index: int) -> QAccessibleInterface | None:  # type: ignore[override]  # None is an answer
        children = self._children()
        return self._canvas.part(children[index]) if 0 <= index < len(children) else None

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        children = self._children()
        return children.index(child.thing) if isinstance(child, _Part) and child.thing in children else -1

    def childAt(self, x: int, y: int) -> QAccessibleInterface | None:  # type: ignore[override]  # None is an answer
        parts = (self._canvas.part(thing) for thing in self._children())
        return next((part for part in parts if part.rect().contains(x, y)), None)

    def _children(self) -> list[Thing]:
        if isinstance(self.thing, tuple) or not self.isValid():
            return []
        return [(self.thing, pin) for pin in self._pins(self.thing)]

    def _pins(self, node_id: NodeId) -> Sequence[PinKey]:
        placed = self._view.projection.nodes.get(node_id)
        return [pin.key for pin in placed.shape.look.rows.all] if placed is not None else ()


_canvases: set[CanvasAccessible] = set()
"""Qt deletes them with their views; what Qt still knows must not go first in Python."""


def install() -> None:
    """From now on readers find children on every canvas; once for a QApplication."""
    QAccessible.installFactory(_canvas_of)


def tell_focus(view: CanvasView, told: str) -> None:
    """Tell readers that the keyboard is at another child; where they know no children, have `told` read out."""
    canvas = QAccessible.queryAccessibleInterface(view) if QAccessible.isActive() else None
    child = canvas.focusChild() if isinstance(canvas, CanvasAccessible) else None
    if child is None:
        announce.say(view, told)
    else:
        view.setAccessibleDescription(told)
        QAccessible.updateAccessibility(QAccessibleEvent(child, QAccessible.Event.Focus))


def _canvas_of(class_name: str, thing: QObject | None) -> QAccessibleInterface | None:
    """Called by Qt for each class of an object, until one gives an interface."""
    if class_name != "CanvasView" or thing is None:
        return None
    made = CanvasAccessible(thing)  # type: ignore[arg-type]  # the class of this name is ours
    _canvases.add(made)
    thing.destroyed.connect(lambda: _let_go(made))
    return made


def _let_go(canvas: CanvasAccessible) -> None:
    canvas.forget()
    _canvases.discard(canvas)
