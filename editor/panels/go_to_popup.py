"""Go to a node: type a few letters of its title or id, press Enter, and the canvas shows it."""

from __future__ import annotations

from heapq import nlargest
from typing import Final

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QListWidgetItem, QWidget

from runtime.ids import NodeId

from ..document import FlowDocument
from ..finding import reading_order
from ..fuzzy import fuzzy_hit, hit
from ..theme import Theme
from .search_popup import SearchPopup
from .type_items import CATEGORY_ROLE, TYPE_ROLE, TypeDelegate

_NODE_ROLE: Final = Qt.ItemDataRole.UserRole + 2
MOST_ROWS: Final = 100
"""Who has not found the node among so many types on."""


class GoToPopup(SearchPopup):
    """A search field and the nodes of a flow, ranked.

    Signals:
        node_chosen(NodeId): the popup has closed by then.
    """

    node_chosen = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        self._delegate = TypeDelegate(theme)
        self._delegate.show_categories = True
        self._titles: list[tuple[str, NodeId]] = []
        self._document: FlowDocument | None = None
        super().__init__(theme, parent)
        self.field.setPlaceholderText("Go to a node: type its title or id")
        self.field.setAccessibleName("Search for a node of the flow")
        self.list.setAccessibleName("Nodes of the flow")
        self.list.setItemDelegate(self._delegate)
        self.dismissed.connect(self._forget)

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        self._delegate.theme = theme
        super().set_theme(theme)

    def open_for(self, document: FlowDocument, position: QPoint) -> None:
        """Show it at a point of the screen with the nodes of a flow."""
        self._document = document
        self._titles = [(document.node_title(node.id), node.id) for node in reading_order(document)]
        self.open_empty(position)

    def fill(self, query: str) -> None:
        document = self._document
        for node_id in ranked(self._titles, query) if document is not None else ():
            assert document is not None
            node_type = document.node_type(node_id)
            item = QListWidgetItem(document.node_title(node_id))
            item.setData(TYPE_ROLE, document.nodes[node_id].type)
            item.setData(CATEGORY_ROLE, node_type.category if node_type else "")
            item.setData(_NODE_ROLE, node_id)
            self.list.addItem(item)

    def help_for(self, item: QListWidgetItem | None) -> str:
        if item is None:
            return "No node has such a title or id. Ctrl+F looks also into values and comments."
        return f"{item.data(TYPE_ROLE)}, id {item.data(_NODE_ROLE)}"

    def pick(self, item: QListWidgetItem) -> None:
        node_id = item.data(_NODE_ROLE)
        self._forget()
        self.node_chosen.emit(node_id)

    def _forget(self) -> None:
        self._document = None
        self._titles = []


def ranked(titles: list[tuple[str, NodeId]], query: str) -> list[NodeId]:
    """The nodes whose title or id matches every word, best first; of equals, those that come first."""
    words = query.casefold().split()
    scored = ((_score(words, title, node_id), -place, node_id) for place, (title, node_id) in enumerate(titles))
    return [node_id for _, _, node_id in nlargest(MOST_ROWS, (one for one in scored if one[0] > 0 or not words))]


def _score(words: list[str], title: str, node_id: NodeId) -> float:
    total = 0.0
    for word in words:
        best = max(fuzzy_hit(word, title), hit(word, node_id))
        if best == 0:
            return 0.0
        total += best
    return total
