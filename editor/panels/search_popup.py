"""A small window to pick from: a search field, what matches, and a line that tells of the chosen one."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from ..icons import icon
from ..theme import Theme
from .labels import hint_label

_SIZE: Final = QSize(380, 400)
_KEYS_FOR_THE_LIST: Final = (Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_PageDown, Qt.Key.Key_PageUp)


class SearchPopup(QFrame):
    """A frameless popup; Enter or a click picks, Escape or a click beside it closes.

    A subclass says in `fill` what matches, in `help_for` what a match is, and in `pick` what choosing it does.

    Signals:
        dismissed(): it closed without a pick.
    """

    dismissed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self._has_picked = False
        self.field = QLineEdit()
        self.field.installEventFilter(self)
        self._search_action = self.field.addAction(icon("search", theme), QLineEdit.ActionPosition.LeadingPosition)
        self.list = QListWidget()
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setUniformItemSizes(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._help = hint_label()
        self._help.setMinimumHeight(self._help.fontMetrics().lineSpacing() * 2 + 4)
        self._help.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._lay_out()
        self.field.textChanged.connect(self._show)
        self.field.returnPressed.connect(self._choose_current)
        self.list.currentItemChanged.connect(self._explain)
        self.list.itemClicked.connect(self._choose)
        self.setFocusProxy(self.field)
        self.resize(_SIZE)
        self.set_theme(theme)

    def fill(self, query: str) -> None:
        """Put what matches into the empty list, the best first."""
        raise NotImplementedError

    def help_for(self, item: QListWidgetItem | None) -> str:
        """A line about a match, or about there being none."""
        raise NotImplementedError

    def pick(self, item: QListWidgetItem) -> None:
        """Do what choosing a match does; the popup has closed by then."""
        raise NotImplementedError

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        self._search_action.setIcon(icon("search", theme, "text.faint"))
        popup, border, name = theme.color("popup").name(), theme.color("border").name(), type(self).__name__
        self.setStyleSheet(
            f"{name} {{ background: {popup}; border: 1px solid {border}; }}QListWidget {{ background: {popup}; }}"
        )

    def open_empty(self, position: QPoint) -> None:
        """Show it at a point of the screen, with nothing typed."""
        self._has_picked = False
        self.field.clear()
        self._show("")
        self.move(_on_screen(position, self.size()))
        self.show()
        self.field.setFocus()

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(8)
        layout.addWidget(self.field)
        layout.addWidget(self.list, 1)
        layout.addWidget(self._help)

    def _show(self, query: str) -> None:
        self.list.clear()
        self.fill(query)
        rows = (row for row in range(self.list.count()) if self.list.item(row).flags() & Qt.ItemFlag.ItemIsEnabled)
        self.list.setCurrentRow(next(rows, -1))  # titles within the list are not enabled
        if not self.list.count():
            self._help.setText(self.help_for(None))

    def _explain(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self._help.setText(self.help_for(item))

    def _choose_current(self) -> None:
        item = self.list.currentItem()
        if item is not None:
            self._choose(item)

    def _choose(self, item: QListWidgetItem) -> None:
        self._has_picked = True
        self.close()
        self.pick(item)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in _KEYS_FOR_THE_LIST:
                self.list.keyPressEvent(event)
                return True
            if event.key() == Qt.Key.Key_Escape:
                self.close()
                return True
        return super().eventFilter(watched, event)

    def hideEvent(self, event: QEvent) -> None:
        super().hideEvent(event)  # type: ignore[arg-type]  # Qt hands a QHideEvent here
        if not self._has_picked:
            self.dismissed.emit()


def _on_screen(position: QPoint, size: QSize) -> QPoint:
    """The point, moved so far that a window of this size stays on the screen."""
    screen = QGuiApplication.screenAt(position) or QGuiApplication.primaryScreen()
    area: QRect = screen.availableGeometry()
    x = max(area.left(), min(position.x(), area.right() - size.width()))
    y = max(area.top(), min(position.y(), area.bottom() - size.height()))
    return QPoint(x, y)
