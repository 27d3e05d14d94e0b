"""The pins of a node edited at the node: opens the list, and closes it when the person goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QRect, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QFrame, QLabel, QVBoxLayout, QWidget

from runtime.ids import NodeId

from ..document import FlowDocument
from ..fields.pin_list import PinList
from ..pins import pins_of
from ..theme import Theme

if TYPE_CHECKING:
    from .view import CanvasView

_WIDTH = 220


class PinsEditing(QObject):
    """Opens at most one list over a view."""

    def __init__(self, view: CanvasView) -> None:
        super().__init__(view)
        self._view = view
        self._node: NodeId | None = None
        self.popup: PinsPopup | None = None

    def edit(self, node_id: NodeId) -> None:
        """Edit the pins of a node about which its config decides."""
        self.close()
        document, placed = self._view.document, self._view.projection.nodes.get(node_id)
        if placed is None or pins_of(document, node_id) is None:
            return
        self._node = node_id
        popup = self.popup = PinsPopup(self._view.viewport(), document, node_id, self._view.theme)
        popup.open_at(self._view.camera.rect_to_view(placed.rect))
        _application().focusChanged.connect(self._follow_focus)

    def close(self) -> None:
        """Close the list; what was edited is in the document."""
        popup, self.popup, self._node = self.popup, None, None
        if popup is None:
            return
        _application().focusChanged.disconnect(self._follow_focus)
        focused: QWidget | None = QApplication.focusWidget()
        had_focus = focused is not None and popup.isAncestorOf(focused)
        popup.hide()
        popup.deleteLater()
        if had_focus:
            self._view.setFocus()

    def cancel(self) -> None:
        """Close the list: another flow is in."""
        self.close()

    def follow_document(self) -> None:
        """The document changed: show its pins, or close if there are none any more."""
        if self.popup is None or self._node is None:
            return
        if self._node in self._view.document.nodes and pins_of(self._view.document, self._node) is not None:
            self.popup.pins.refresh()
        else:
            self.close()

    def _follow_focus(self, _before: QWidget | None, now: QWidget | None) -> None:
        if self.popup is not None and now is not None and not self.popup.isAncestorOf(now):
            self.close()


def _application() -> QApplication:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    return application


class PinsPopup(QFrame):
    """The list with a line that says its keys. Escape closes it."""

    def __init__(self, parent: QWidget, document: FlowDocument, node_id: NodeId, theme: Theme) -> None:
        super().__init__(parent)
        self._room = parent
        self.pins = PinList(document, node_id)
        hint = QLabel(f"{self.pins.keys_text}, Escape closes")
        hint.setWordWrap(True)
        hint.setObjectName("hint")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.addWidget(self.pins)
        layout.addWidget(hint)
        self.setObjectName("PinsPopup")
        self.setStyleSheet(
            f"#PinsPopup {{ background: {theme.tokens['popup']}; border: 1px solid {theme.tokens['accent']};"
            " border-radius: 4px; }"
            f"#PinsPopup QLabel#hint {{ color: {theme.tokens['text.faint']}; }}"
        )
        self.setAccessibleName(f"Pins of {document.node_title(node_id)}")

    def open_at(self, node: QRect) -> None:
        """Show it below the node's last row, within the parent."""
        self.setFixedWidth(_WIDTH)
        self.adjustSize()
        room = self._room.rect()
        left = min(max(node.right() - self.width(), 4), max(room.width() - self.width() - 4, 4))
        top = min(max(node.bottom() - 8, 4), max(room.height() - self.height() - 4, 4))
        self.move(left, top)
        self.show()
        self.raise_()
        self.pins.list.setFocus(Qt.FocusReason.PopupFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        event.accept()  # what the list has no use for must not reach the canvas
        if event.key() == Qt.Key.Key_Escape:
            self._room.setFocus()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self.adjustSize()
        return super().event(event)
