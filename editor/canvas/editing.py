"""Editing painted values: which editor a pin gets, where it opens, and what comes after it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QRectF
from PySide6.QtWidgets import QMenu

from runtime.ids import NodeId, PinName
from runtime.nodes.pins import DataPin, PinType

from .. import commands
from ..document import FlowDocument
from ..values import UNSET
from .value_editor import ValueEditor, choose

if TYPE_CHECKING:
    from .view import CanvasView


class ValueEditing(QObject):
    """Opens at most one editor over a view, and pushes what comes out of it."""

    def __init__(self, view: CanvasView) -> None:
        super().__init__(view)
        self._view = view
        self.editor: ValueEditor | None = None
        self._target: tuple[NodeId, PinName] | None = None
        self.menu: QMenu | None = None

    def edit(self, node: NodeId, name: PinName) -> None:
        """Edit the value of an unconnected input: flip it, choose it, or type it."""
        self.close()
        pin = self._pin(node, name)
        shape = self._view.projection.nodes[node].shape if pin else None
        if pin is None or shape is None or name not in shape.fields:
            return
        inputs = self._view.document.nodes[node].inputs
        value = inputs.get(name, UNSET if pin.required or pin.optional else pin.default)
        place = shape.fields[name].rect.translated(self._view.projection.nodes[node].rect.topLeft())
        if pin.type is PinType.BOOLEAN:
            self._set(node, name, value is not True)
        elif pin.choices:
            at = self._view.global_position(place.bottomLeft())
            self.menu = choose(self._view, pin, value, at, lambda choice: self._set(node, name, choice))
        else:
            self._open(node, pin, value, place)

    def close(self) -> None:
        """End the editing under way: what was typed is kept if the pin takes it, else dropped with a message."""
        if self.editor is not None:
            self.editor.leave()

    def cancel(self) -> None:
        """End the editing under way and keep nothing."""
        if self.editor is not None:
            self.editor.cancel()

    def follow_document(self) -> None:
        """The document changed: an input that is gone or wired now has no value to edit."""
        if self._target is not None and self._pin(*self._target) is None:
            self.cancel()

    def _open(self, node: NodeId, pin: DataPin, value: object, place: QRectF) -> None:
        editor = self.editor = ValueEditor(
            self._view.viewport(), pin, value, self._view.theme, _folder(self._view.document)
        )
        self._target = (node, pin.name)
        editor.committed.connect(lambda new: self._set(node, pin.name, new))
        editor.dropped.connect(lambda reason: self._view.message.emit(f"Not set: {reason}."))
        editor.finished.connect(lambda step: self._go_on(node, pin.name, step))
        editor.open_at(self._view.camera.rect_to_view(place))

    def _go_on(self, node: NodeId, name: PinName, step: int) -> None:
        self.editor = self._target = None
        placed = self._view.projection.nodes.get(node)
        names = list(placed.shape.fields) if placed else []
        typed = [other for other in names if other == name or self._is_typed(node, other)]
        if step and name in typed and len(typed) > 1:
            self.edit(node, typed[(typed.index(name) + step) % len(typed)])

    def _is_typed(self, node: NodeId, name: PinName) -> bool:
        pin = self._pin(node, name)
        return pin is not None and pin.type is not PinType.BOOLEAN and not pin.choices

    def _set(self, node: NodeId, name: PinName, value: object) -> None:
        document = self._view.document
        if self._pin(node, name) is None:
            return  # deleted or wired while the editor was open
        if value is UNSET:
            commands.unset_input(document, node, name)
        else:
            commands.set_input(document, node, name, value)

    def _pin(self, node: NodeId, name: PinName) -> DataPin | None:
        document = self._view.document
        if node not in document.nodes or document.connection_into(node, name) is not None:
            return None
        return document.signature(node).inputs.get(name)


def _folder(document: FlowDocument) -> Path | None:
    """Where relative paths of a flow begin, if it was saved yet."""
    return document.path.parent if document.path is not None else None
