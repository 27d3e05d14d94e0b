"""The search at the cursor: type a few letters, press Enter, and the node stands where the mouse is."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QListWidgetItem, QWidget

from ..theme import Theme
from .node_search import NodeSearch, WireFit
from .search_popup import SearchPopup
from .type_items import CATEGORY_ROLE, TYPE_ROLE, TypeDelegate, first_line


class AddNodePopup(SearchPopup):
    """A search field, the ranked types and one line of help; Escape or a click beside it closes.

    Signals:
        type_chosen(str): the type id that was picked; the popup has closed by then.
    """

    type_chosen = Signal(str)

    def __init__(self, search: NodeSearch, theme: Theme, parent: QWidget | None = None) -> None:
        self._search = search
        self._fits: WireFit | None = None
        self._delegate = TypeDelegate(theme)
        self._delegate.show_categories = True
        super().__init__(theme, parent)
        self.field.setAccessibleName("Search for a node to add")
        self.list.setAccessibleName("Matching nodes")
        self.list.setItemDelegate(self._delegate)

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        self._delegate.theme = theme
        super().set_theme(theme)

    def open_at(self, position: QPoint, fits: WireFit | None = None) -> None:
        """Show it at a point of the screen, empty; `fits` leaves only types that a loose wire could end in."""
        self._fits = fits
        self.field.setPlaceholderText("Add a node that fits the wire" if fits else "Add a node: type to search")
        self.open_empty(position)

    def fill(self, query: str) -> None:
        for node_type in self._search.find(query, self._fits):
            item = QListWidgetItem(node_type.title)
            item.setData(TYPE_ROLE, node_type.type_id)
            item.setData(CATEGORY_ROLE, node_type.category)
            self.list.addItem(item)

    def help_for(self, item: QListWidgetItem | None) -> str:
        if item is None:
            return "No node matches. Try fewer letters, or another word for it."
        return first_line(self._search.registry.get(item.data(TYPE_ROLE)))

    def pick(self, item: QListWidgetItem) -> None:
        self._search.note_use(item.data(TYPE_ROLE))
        self.type_chosen.emit(item.data(TYPE_ROLE))
