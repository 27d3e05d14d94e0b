"""What a screen reader finds on the canvas: nodes with their pins, wires and frames, as children of the widget.

Qt asks for them only while a reader listens, and they are made one by one as it asks: no node has an object of its own
otherwise. Qt's cache holds what was made here and deletes it; Python must hold it as long (see `_canvases`).
"""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QObject, QPoint, QPointF, QRect
from PySide6.QtGui import QAccessible, QAccessibleEvent, QAccessibleInterface
from PySide6.QtWidgets import QAccessibleWidget
from shiboken6 import VoidPtr

from runtime.document.flow import ConnectionKey

from . import announce
from .accessible_actions import PartActions
from .accessible_thing import (
    FrameThing,
    Thing,
    area_of,
    description_of,
    focused_thing,
    is_there,
    name_of,
    pins_shown,
    thing_at,
    things_of,
)  # fmt: skip

if TYPE_CHECKING:
    from .view import CanvasView


class CanvasAccessible(QAccessibleWidget):
    """The canvas: its children are all nodes, then all wires, then all frames, in the order of the file."""

    def __init__(self, view: CanvasView) -> None:
        super().__init__(view, QAccessible.Role.Canvas)
        self._ref = weakref.ref(view)
        self._made: dict[Thing, _Part] = {}
        self._things: list[Thing] | None = None
        view.document.changed.connect(self._forget_things)
        view.document.reset.connect(self._forget_things)

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

    @property
    def things(self) -> list[Thing]:
        """What the children stand for; readers ask for one after the other, of thousands."""
        if self._things is None:
            self._things = things_of(self.view)
        return self._things

    def _forget_things(self, _change: object = None) -> None:
        self._things = None

    def childCount(self) -> int:
        return len(self.things)

    def child(self, index: int) -> QAccessibleInterface | None:  # type: ignore[override]  # None is an answer
        things = self.things
        return self.part(things[index]) if 0 <= index < len(things) else None

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        things = self.things
        return things.index(child.thing) if isinstance(child, _Part) and child.thing in things else -1

    def childAt(self, x: int, y: int) -> QAccessibleInterface | None:  # type: ignore[override]  # None is an answer
        place = self.view.viewport().mapFromGlobal(QPoint(x, y))
        thing = thing_at(self.view.hit(QPointF(place)))
        return self.part(thing) if thing is not None else None

    def focusChild(self) -> QAccessibleInterface | None:  # type: ignore[override]  # None is an answer
        thing = focused_thing(self.view)
        return self.part(thing) if thing is not None else None


class _Part(QAccessibleInterface):
    """A node, a pin, a wire or a frame. One whose thing is gone from the canvas is invalid, and says nothing."""

    def __init__(self, canvas: CanvasAccessible, thing: Thing) -> None:
        super().__init__()
        self._canvas = canvas
        self.thing = thing
        self._actions = PartActions(lambda: canvas.view, thing)

    @property
    def _view(self) -> CanvasView:
        return self._canvas.view

    def interface_cast(self, kind: QAccessible.InterfaceType) -> Any:  # a pointer in C++, an object in Python
        return self._actions if kind is QAccessible.InterfaceType.ActionInterface else _NO_INTERFACE

    def isValid(self) -> bool:
        return is_there(self._view, self.thing)

    def object(self) -> QObject | None:  # type: ignore[override]  # None is an answer
        return None

    def role(self) -> QAccessible.Role:
        match self.thing:
            case FrameThing():
                return QAccessible.Role.Section
            case ConnectionKey():
                return QAccessible.Role.Link
            case (_, _):
                return QAccessible.Role.ListItem
            case _:
                return QAccessible.Role.Grouping

    def text(self, what: QAccessible.Text) -> str:
        if not self.isValid():
            return ""
        match what:
            case QAccessible.Text.Name:
                return name_of(self._view, self.thing)
            case QAccessible.Text.Description:
                return description_of(self._view, self.thing)
            case _:
                return ""

    def setText(self, what: QAccessible.Text, text: str) -> None:
        """Nothing is named by way of a reader."""

    def state(self) -> QAccessible.State:
        state, view = QAccessible.State(), self._view
        state.invalid = not self.isValid()
        state.focusable = state.selectable = True
        state.focused = self.thing == focused_thing(view)
        match self.thing:
            case FrameThing():
                state.selected = self.thing.id in view.selection.frames
                frame = view.document.frames.get(self.thing.id)
                state.expandable = True
                state.collapsed = frame is not None and frame.collapsed
                state.expanded = frame is not None and not frame.collapsed
            case ConnectionKey():
                state.selected = self.thing in view.selection.wires
            case (node_id, _) | node_id:
                state.invisible = node_id in view.projection.folded
                state.selected = self.thing in view.selection.nodes
        return state

    def rect(self) -> QRect:
        return area_of(self._view, self.thing) if self.isValid() else QRect()

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
        if not isinstance(self.thing, str) or not self.isValid():
            return []
        return [(self.thing, pin) for pin in pins_shown(self._view, self.thing)]


_NO_INTERFACE: Final = VoidPtr(0)
"""WORKAROUND: PySide makes a pointer to `None` of None, and Qt follows it."""
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
