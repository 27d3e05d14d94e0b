"""What a screen reader, or a program that speaks its language, can do to a part of the canvas."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from PySide6.QtGui import QAccessibleActionInterface

from runtime.document.flow import ConnectionKey

from .. import frames, nodes
from .accessible_thing import FrameThing, Thing, hit_of, is_there
from .asking import open_menu_of
from .selected import activate_selected

if TYPE_CHECKING:
    from .view import CanvasView

CONNECT: Final = "Connect"
_PRESS = QAccessibleActionInterface.pressAction()
_TOGGLE = QAccessibleActionInterface.toggleAction()
_MENU = QAccessibleActionInterface.showMenuAction()
_FOCUS = QAccessibleActionInterface.setFocusAction()
_TOLD: Final = {CONNECT: "Choose from a list what to connect it with"}
_KEYS: Final = {_PRESS: ["Return"], _MENU: ["Menu"], CONNECT: ["C"]}


class PartActions(QAccessibleActionInterface):
    """The actions of a node, a pin, a wire or a frame. They do what keys do there."""

    def __init__(self, canvas: Callable[[], CanvasView], thing: Thing) -> None:
        super().__init__()
        self._canvas = canvas
        self._thing = thing

    def actionNames(self) -> list[str]:
        return list(_acts(self._thing)) if is_there(self._canvas(), self._thing) else []

    def doAction(self, name: str) -> None:
        if name in self.actionNames():
            _acts(self._thing)[name](self._canvas(), self._thing)

    def localizedActionDescription(self, name: str) -> str:
        return _TOLD.get(name) or super().localizedActionDescription(name)

    def keyBindingsForAction(self, name: str) -> list[str]:
        return _KEYS.get(name, [])


def _go_to(view: CanvasView, thing: Thing) -> None:
    match thing:
        case FrameThing():
            view.keyboard.go_to_frame(thing.id)
        case ConnectionKey():
            view.selection.set(wires=[thing])
        case (node_id, pin):
            view.keyboard.go_to(node_id, pin)
        case _:
            view.keyboard.go_to(thing)
    view.setFocus()


def _open_menu(view: CanvasView, thing: Thing) -> None:
    _go_to(view, thing)
    open_menu_of(view, hit_of(thing))


def _press(view: CanvasView, thing: Thing) -> None:
    """What a double-click does to a node, and Return to a pin."""
    _go_to(view, thing)
    view.keyboard.enter() if view.keyboard.pin is not None else activate_selected(view)


def _connect(view: CanvasView, thing: Thing) -> None:
    _go_to(view, thing)
    view.keyboard.ask_for_targets()


def _toggle(view: CanvasView, thing: Thing) -> None:
    """Fold or unfold a frame, collapse or expand a node."""
    _go_to(view, thing)
    if isinstance(thing, FrameThing):
        frames.fold(view.document, [thing.id], folded=not view.document.frames[thing.id].collapsed)
    elif isinstance(thing, str):
        nodes.switch_collapsed(view.document, [thing])


_Acts = Mapping[str, "Callable[[CanvasView, Thing], object]"]
_OF_ALL: Final[_Acts] = {_FOCUS: _go_to, _MENU: _open_menu}
_OF_FRAME: Final[_Acts] = {_PRESS: _toggle, _TOGGLE: _toggle, **_OF_ALL}
_OF_PIN: Final[_Acts] = {_PRESS: _press, CONNECT: _connect, **_OF_ALL}
_OF_NODE: Final[_Acts] = {_PRESS: _press, _TOGGLE: _toggle, CONNECT: _connect, **_OF_ALL}


def _acts(thing: Thing) -> _Acts:
    """What can be done to a thing, by the names that Qt gives it; the first is what a click does."""
    match thing:
        case FrameThing():
            return _OF_FRAME
        case ConnectionKey():
            return _OF_ALL
        case (_, _):
            return _OF_PIN
        case _:
            return _OF_NODE
