"""The search at the cursor: type a few letters, press Enter, and the node stands where the mouse is."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from ..icons import icon
from ..theme import Theme
from .labels import hint_label
from .node_search import NodeSearch, WireFit
from .type_items import CATEGORY_ROLE, TYPE_ROLE, TypeDelegate, first_line

_SIZE: Final = QSize(380, 400)
_KEYS_FOR_THE_LIST: Final = (Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_PageDown, Qt.Key.Key_PageUp)


class AddNodePopup(QFrame):
    """A frameless popup with a search field, the ranked types and one line of help; Escape or a click beside it closes.

    Signals:
        type_chosen(str): the type id that was picked; the popup has closed by then.
        dismissed(): it closed without a pick.
    """

    type_chosen = Signal(str)
    dismissed = Signal()

    def __init__(self, search: NodeSearch, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self._search = search
        self._fits: WireFit | None = None
        self._chosen: str | None = None
        self._delegate = TypeDelegate(theme)
        self._delegate.show_categories = True
        self._field = QLineEdit(placeholderText="Add a node: type to search")
        self._field.setAccessibleName("Search for a node to add")
        self._field.installEventFilter(self)
        self._search_action = self._field.addAction(icon("search", theme), QLineEdit.ActionPosition.LeadingPosition)
        self._list = QListWidget()
        self._list.setAccessibleName("Matching nodes")
        self._list.setItemDelegate(self._delegate)
        self._list.setFrameShape(QFrame.Shape.NoFrame)
        self._list.setUniformItemSizes(True)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._help = hint_label()
        self._help.setMinimumHeight(self._help.fontMetrics().lineSpacing() * 2 + 4)
        self._help.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._lay_out()
        self._field.textChanged.connect(self._show)
        self._field.returnPressed.connect(self._choose_current)
        self._list.currentItemChanged.connect(self._explain)
        self._list.itemClicked.connect(self._choose)
        self.setFocusProxy(self._field)
        self.resize(_SIZE)
        self.set_theme(theme)

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(8)
        layout.addWidget(self._field)
        layout.addWidget(self._list, 1)
        layout.addWidget(self._help)

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        self._delegate.theme = theme
        self._search_action.setIcon(icon("search", theme, "text.faint"))
        popup, border = theme.color("popup").name(), theme.color("border").name()
        self.setStyleSheet(
            f"AddNodePopup {{ background: {popup}; border: 1px solid {border}; }}QListWidget {{ background: {popup}; }}"
        )

    def open_at(self, position: QPoint, fits: WireFit | None = None) -> None:
        """Show it at a point of the screen, empty; `fits` leaves only types that a loose wire could end in."""
        self._fits = fits
        self._chosen = None
        self._field.clear()
        self._field.setPlaceholderText("Add a node that fits the wire" if fits else "Add a node: type to search")
        self._show("")
        self.move(_on_screen(position, self.size()))
        self.show()
        self._field.setFocus()

    def _show(self, query: str) -> None:
        self._list.clear()
        for node_type in self._search.find(query, self._fits):
            item = QListWidgetItem(node_type.title)
            item.setData(TYPE_ROLE, node_type.type_id)
            item.setData(CATEGORY_ROLE, node_type.category)
            self._list.addItem(item)
        self._list.setCurrentRow(0)
        if not self._list.count():
            self._help.setText("No node matches. Try fewer letters, or another word for it.")

    def _explain(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self._help.setText(first_line(self._search.registry.get(item.data(TYPE_ROLE))))

    def _choose_current(self) -> None:
        item = self._list.currentItem()
        if item is not None:
            self._choose(item)

    def _choose(self, item: QListWidgetItem) -> None:
        self._chosen = item.data(TYPE_ROLE)
        self._search.note_use(item.data(TYPE_ROLE))
        self.close()
        self.type_chosen.emit(item.data(TYPE_ROLE))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in _KEYS_FOR_THE_LIST:
                self._list.keyPressEvent(event)
                return True
            if event.key() == Qt.Key.Key_Escape:
                self.close()
                return True
        return super().eventFilter(watched, event)

    def hideEvent(self, event: QEvent) -> None:
        super().hideEvent(event)  # type: ignore[arg-type]  # Qt hands a QHideEvent here
        if self._chosen is None:
            self.dismissed.emit()


def _on_screen(position: QPoint, size: QSize) -> QPoint:
    """The point, moved so far that a window of this size stays on the screen."""
    screen = QGuiApplication.screenAt(position) or QGuiApplication.primaryScreen()
    area: QRect = screen.availableGeometry()
    x = max(area.left(), min(position.x(), area.right() - size.width()))
    y = max(area.top(), min(position.y(), area.bottom() - size.height()))
    return QPoint(x, y)
