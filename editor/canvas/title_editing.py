"""Naming nodes and frames where their titles are painted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QRect, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit

from runtime.ids import NodeId

from .. import commands, frames
from .frame_painter import title_height
from .rows import HEADER

if TYPE_CHECKING:
    from .view import CanvasView

_LEAST_WIDTH, _HEIGHT = 240, 26


class TitleEditing(QObject):
    """Opens at most one line over a view. Enter, Tab or leaving it commit, Escape keeps the title as it was."""

    def __init__(self, view: CanvasView) -> None:
        super().__init__(view)
        self._view = view
        self.line: QLineEdit | None = None
        self._node: NodeId | None = None
        self._frame: str | None = None

    def edit_node(self, node_id: NodeId) -> None:
        """Name a node; an empty title gives it that of its type back."""
        self.close()
        placed = self._view.projection.nodes.get(node_id)
        if placed is None or node_id in self._view.projection.folded:
            return
        self._node = node_id
        header = placed.rect.adjusted(0, 0, 0, HEADER - placed.rect.height())
        own = self._view.document.nodes[node_id].title
        self._open(own, self._view.document.node_title(node_id), self._view.camera.rect_to_view(header))

    def edit_frame(self, frame_id: str) -> None:
        """Name a frame."""
        self.close()
        frame = self._view.document.frames.get(frame_id)
        if frame is None:
            return
        self._frame = frame_id
        place = self._view.projection.frame_place(frame_id)
        above = 0.0 if frame.collapsed else -title_height(self._view.camera.zoom)
        bar = place.adjusted(0, above, 0, above + (HEADER if frame.collapsed else 0) - place.height() - above)
        self._open(frame.title, "Title", self._view.camera.rect_to_view(bar))

    def close(self) -> None:
        """End the naming under way, and keep what was typed."""
        line, node, frame = self._forget()
        if line is None or not line.isModified():
            return
        document, title = self._view.document, line.text().strip()
        if node is not None and node in document.nodes:
            commands.set_fields(document, node, "Rename node", title=title)
        elif frame is not None and frame in document.frames:
            frames.set_frames(document, [frame], "Rename frame", title=title)

    def cancel(self) -> None:
        """End the naming under way, and keep nothing."""
        self._forget()

    def _open(self, text: str, placeholder: str, place: QRect) -> None:
        line = self.line = QLineEdit(text, self._view.viewport())
        line.setPlaceholderText(placeholder)
        line.setAccessibleName("Title")
        room = self._view.viewport().rect()
        width = max(place.width(), _LEAST_WIDTH)
        left = min(max(place.left(), 4), max(room.width() - width - 4, 4))
        top = min(max(place.center().y() - _HEIGHT // 2, 4), room.height() - _HEIGHT - 4)
        line.setGeometry(left, top, width, _HEIGHT)
        line.installEventFilter(self)
        line.show()
        line.setFocus(Qt.FocusReason.PopupFocusReason)
        line.selectAll()

    def _forget(self) -> tuple[QLineEdit | None, NodeId | None, str | None]:
        found = self.line, self._node, self._frame
        self.line = self._node = self._frame = None
        if found[0] is not None:
            had_focus = found[0].hasFocus()
            found[0].hide()
            found[0].deleteLater()
            if had_focus:
                self._view.setFocus()
        return found

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() in (QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride):
            return self._key(event)
        if event.type() == QEvent.Type.FocusOut:
            self.close()
        return False

    def _key(self, event: QKeyEvent) -> bool:
        is_press = event.type() == QEvent.Type.KeyPress
        match event.key():
            case Qt.Key.Key_Escape:
                event.accept()
                if is_press:
                    self.cancel()
                return True
            case Qt.Key.Key_Return | Qt.Key.Key_Enter | Qt.Key.Key_Tab:
                event.accept()
                if is_press:
                    self.close()
                return True
            case _:
                return False
