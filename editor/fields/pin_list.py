"""The pins about which a node's config decides, as a list: more, fewer, other names, another order."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QDropEvent, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from runtime.errors import DocumentError
from runtime.ids import NodeId, PinName
from runtime.nodes.dynamic_pins import DynamicPins, Slot

from .. import pins
from ..document import FlowDocument
from ..flat_button import flat_button
from ..panels.labels import error_label, hint_label

_BEFORE = Qt.ItemDataRole.UserRole
_MOST_ROWS = 8


class PinList(QWidget):
    """Edits the document at once: each edit is an undo step, and wires follow their pins.

    F2 or a double click renames, dragging or Alt+Up and Alt+Down move, Insert adds, Delete removes.

    It says which wires were cut, and what was refused.
    """

    def __init__(self, document: FlowDocument, node_id: NodeId) -> None:
        super().__init__()
        self._document = document
        self._node_id = node_id
        self._shown: DynamicPins | None = None
        self.list = _DragList()
        self.list.setAccessibleName("Pins")
        self.add = _button("+", "Add a pin (Insert)")
        self.remove = _button("\N{MINUS SIGN}", "Remove the pin (Delete)")
        self.up = _button("↑", "Move the pin up (Alt+Up)")
        self.down = _button("↓", "Move the pin down (Alt+Down)")
        self.error = error_label()
        self.error.hide()
        self.cut = hint_label()
        self.cut.hide()
        buttons = QHBoxLayout()
        buttons.setSpacing(4)
        for button in (self.add, self.remove, self.up, self.down):
            buttons.addWidget(button)
        buttons.addStretch()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.list)
        layout.addWidget(self.error)
        layout.addWidget(self.cut)
        layout.addLayout(buttons)
        self.setFocusProxy(self.list)
        self.list.installEventFilter(self)
        self.list.itemChanged.connect(self._rename)
        self.list.dropped.connect(self._take_order)
        self.list.currentRowChanged.connect(self._enable_buttons)
        self.add.clicked.connect(self._add)
        self.remove.clicked.connect(self._remove)
        self.up.clicked.connect(lambda: self._move(-1))
        self.down.clicked.connect(lambda: self._move(1))
        self.refresh()

    @property
    def keys_text(self) -> str:
        """What its keys do, in words."""
        renames = self._shown is not None and self._shown.kind != "count"
        does = ["F2 renames"] * renames + ["Alt+↑ and Alt+↓ move"] * self._is_ordered
        return ", ".join([*does, "Insert adds", "Delete removes"])

    def refresh(self) -> None:
        """Show what the document holds now."""
        found = pins.pins_of(self._document, self._node_id) if self._node_id in self._document.nodes else None
        if found != self._shown:
            self.cut.hide()
            self._shown = found
            self._fill()

    def _fill(self) -> None:
        row, found = self.list.currentRow(), self._shown
        self.list.blockSignals(True)
        self.list.clear()
        if found is not None:
            for name in found.names:
                self.list.addItem(_item(name, may_rename=found.kind != "count"))
        mode = QAbstractItemView.DragDropMode
        self.list.setDragDropMode(mode.InternalMove if self._is_ordered else mode.NoDragDrop)
        self.list.blockSignals(False)
        self.list.setCurrentRow(min(max(row, 0), self.list.count() - 1))
        rows = min(max(self.list.count(), 2), _MOST_ROWS)
        self.list.setFixedHeight(rows * max(self.list.sizeHintForRow(0), 20) + 2 * self.list.frameWidth() + 2)
        self._enable_buttons()

    @property
    def _is_ordered(self) -> bool:
        return self._shown is not None and self._shown.kind != "places"

    def _enable_buttons(self) -> None:
        row, count = self.list.currentRow(), self.list.count()
        self.add.setEnabled(self._shown is not None and self._shown.may_grow)
        self.remove.setEnabled(self._shown is not None and self._shown.may_shrink and row >= 0)
        for button, may in ((self.up, row > 0), (self.down, 0 <= row < count - 1)):
            button.setVisible(self._is_ordered)
            button.setEnabled(may)

    # -- editing

    def _add(self) -> None:
        pins.add(self._document, self._node_id)
        self.refresh()
        self.list.setCurrentRow(self.list.count() - 1)
        if self._shown is not None and self._shown.kind != "count":
            self.list.editItem(self.list.currentItem())

    def _remove(self) -> None:
        if self.remove.isEnabled():
            name = PinName(self.list.currentItem().data(_BEFORE))
            cut = pins.cut_in_words(pins.remove(self._document, self._node_id, name))
            self.refresh()
            self.cut.setText(cut)
            self.cut.setVisible(bool(cut))

    def _move(self, step: int) -> None:
        row, slots = self.list.currentRow(), self._slots()
        if not (self._is_ordered and 0 <= row < len(slots) and 0 <= row + step < len(slots)):
            return
        moved = slots.pop(row)
        slots.insert(row + step, moved)
        self._arrange(f"Move {moved.name}", slots)
        self.list.setCurrentRow(row + step)

    def _rename(self, item: QListWidgetItem) -> None:
        self._arrange(f"Rename {item.data(_BEFORE)}", self._slots())

    def _take_order(self) -> None:
        self._arrange("Move pin", self._slots())

    def _slots(self) -> list[Slot]:
        items = [self.list.item(row) for row in range(self.list.count())]
        return [Slot(PinName(item.data(_BEFORE)), PinName(item.text().strip())) for item in items]

    def _arrange(self, text: str, slots: list[Slot]) -> None:
        try:
            pins.arrange(self._document, self._node_id, text, slots)
        except DocumentError as error:
            self.error.setText(f"Not applied: {error}")
            self.error.show()
        else:
            self.error.hide()
        self._shown = None  # the list may show what was refused, or numbers in another order
        self.refresh()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and self._press(event):
            return True
        return super().eventFilter(watched, event)

    def _press(self, event: QKeyEvent) -> bool:
        key, has_alt = event.key(), bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        if has_alt and key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._move(-1 if key == Qt.Key.Key_Up else 1)
        elif key == Qt.Key.Key_Insert and self.add.isEnabled():
            self._add()
        elif key == Qt.Key.Key_Delete:
            self._remove()
        else:
            return False
        return True


class _DragList(QListWidget):
    """Signals:
    dropped(): items stand in another order, and the drag is over.
    """

    dropped = Signal()

    def dropEvent(self, event: QDropEvent) -> None:
        super().dropEvent(event)
        QTimer.singleShot(0, self.dropped.emit)  # the drag still holds on to the items


def _item(name: PinName, *, may_rename: bool) -> QListWidgetItem:
    item = QListWidgetItem(name)
    item.setData(_BEFORE, name)
    flags = item.flags() & ~Qt.ItemFlag.ItemIsDropEnabled
    item.setFlags(flags | Qt.ItemFlag.ItemIsEditable if may_rename else flags)
    return item


def _button(text: str, tip: str) -> QToolButton:
    button = flat_button(tip)
    button.setText(text)
    button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the list has keys for all of them
    return button
