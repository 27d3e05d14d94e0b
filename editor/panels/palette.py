"""The palette: every node type there is, by category, with search; drag one onto the canvas or press Enter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QEvent, QMimeData, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QLineEdit, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from runtime.nodes.node_type import NodeType

from ..icons import icon
from ..theme import Theme
from .labels import EmptyState, bold, wrapped_tool_tip
from .node_search import NodeSearch
from .type_items import CATEGORY_ROLE, TYPE_ROLE, TypeDelegate, drag_data, first_line

_KEYS_FOR_THE_LIST: Final = (Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_PageDown, Qt.Key.Key_PageUp)


class Palette(QWidget):
    """The panel.

    Signals:
        type_chosen(str): a type id was double-clicked or confirmed by Enter; the shell adds a node of it.
    """

    type_chosen = Signal(str)

    def __init__(self, search: NodeSearch, theme: Theme) -> None:
        super().__init__()
        self._search = search
        self._delegate = TypeDelegate(theme)
        self._field = QLineEdit(placeholderText="Search nodes", clearButtonEnabled=True)
        self._field.setAccessibleName("Search nodes")
        self._field.installEventFilter(self)
        self._search_action = self._field.addAction(icon("search", theme), QLineEdit.ActionPosition.LeadingPosition)
        self._tree = _TypeTree()
        self._tree.setItemDelegate(self._delegate)
        self._nothing = EmptyState("search", "No node matches", "Try fewer letters, or another word for it.", theme)
        self._nothing.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 6, 0, 0)
        layout.setSpacing(6)
        field_row = QVBoxLayout()
        field_row.setContentsMargins(6, 0, 6, 0)
        field_row.addWidget(self._field)
        layout.addLayout(field_row)
        layout.addWidget(self._tree)
        layout.addWidget(self._nothing)
        self._field.textChanged.connect(self._show)
        self._field.returnPressed.connect(self._choose_current)
        self._tree.itemActivated.connect(self._choose)
        self.setFocusProxy(self._field)
        self.set_theme(theme)
        self._show("")

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        self._delegate.theme = theme
        self._search_action.setIcon(icon("search", theme, "text.faint"))
        self._nothing.set_theme(theme)
        self._tree.viewport().update()

    def _show(self, query: str) -> None:
        """All types by category, or those that match, best first."""
        self._tree.clear()
        self._delegate.show_categories = bool(query.strip())
        self._tree.setRootIsDecorated(not query.strip())
        if query.strip():
            items = [_type_item(node_type) for node_type in self._search.find(query)]
            self._tree.addTopLevelItems(items)
            if items:
                self._tree.setCurrentItem(items[0])
        else:
            self._tree.addTopLevelItems([_category_item(*group) for group in self._search.by_category().items()])
            self._tree.expandAll()
        found = self._tree.topLevelItemCount() > 0
        self._tree.setVisible(found)
        self._nothing.setVisible(not found)

    def _choose_current(self) -> None:
        item = self._tree.currentItem()
        if item is not None:
            self._choose(item)

    def _choose(self, item: QTreeWidgetItem) -> None:
        type_id = item.data(0, TYPE_ROLE)
        if type_id is not None:
            self._search.note_use(type_id)
            self.type_chosen.emit(type_id)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in _KEYS_FOR_THE_LIST:
                self._tree.handle_key(event)
                return True
            if event.key() == Qt.Key.Key_Escape and self._field.text():
                self._field.clear()
                return True
        return super().eventFilter(watched, event)


class _TypeTree(QTreeWidget):
    """The list itself: drags carry the type's id."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Node types")
        self.setHeaderHidden(True)
        self.setIndentation(12)
        self.setUniformRowHeights(True)
        self.setFrameShape(QTreeWidget.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)

    def handle_key(self, event: QKeyEvent) -> None:
        """Move the selection by a key that another widget got."""
        self.keyPressEvent(event)

    def mimeTypes(self) -> list[str]:
        return list(drag_data("").formats())

    def mimeData(self, items: Sequence[QTreeWidgetItem]) -> QMimeData:
        type_id = items[0].data(0, TYPE_ROLE) if items else None
        return drag_data(type_id) if type_id is not None else QMimeData()


def _category_item(category: str, node_types: Sequence[type[NodeType]]) -> QTreeWidgetItem:
    item = QTreeWidgetItem([category])
    item.setData(0, CATEGORY_ROLE, category)
    item.setFont(0, bold(item.font(0)))
    item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
    item.addChildren([_type_item(node_type) for node_type in node_types])
    return item


def _type_item(node_type: type[NodeType]) -> QTreeWidgetItem:
    item = QTreeWidgetItem([node_type.title])
    item.setData(0, TYPE_ROLE, node_type.type_id)
    item.setData(0, CATEGORY_ROLE, node_type.category)
    item.setToolTip(0, wrapped_tool_tip(first_line(node_type)))
    item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsDragEnabled)
    return item
