"""The bar over a canvas in which one looks for a text: field, count, steps, and the list of what was found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from PySide6.QtCore import QAbstractListModel, QEvent, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QLabel, QLineEdit, QListView, QVBoxLayout

from ..finding import Match
from ..flat_button import flat_button
from ..icons import icon
from ..tabs import FlowTabs
from ..theme import Theme
from .labels import hint_label

_WIDTH: Final = 460
_MARGIN: Final = 10
"""Pixels between the bar and the edges of the canvas."""
_LIST_ROWS: Final = 8
_Index = QModelIndex | QPersistentModelIndex


class FindBar(QFrame):
    """Lies over the canvas in front, in its upper right corner.

    Signals:
        text_changed(str): another text is looked for.
        step_wanted(int): the next match (1) or the one before (-1).
        row_chosen(int): a match of the list.
        scope_changed(): all open flows are to be searched, or just the one in front.
        closed(): Escape, or the cross.
    """

    text_changed = Signal(str)
    step_wanted = Signal(int)
    row_chosen = Signal(int)
    scope_changed = Signal()
    closed = Signal()

    def __init__(self, tabs: FlowTabs, theme: Theme) -> None:
        super().__init__(tabs)
        self._tabs = tabs
        self.setBackgroundRole(QPalette.ColorRole.Button)
        self.setAutoFillBackground(True)
        self.field = QLineEdit(placeholderText="Find in titles, ids, types, pins, values, comments, frames")
        self.field.setAccessibleName("Text to find")
        self.field.setClearButtonEnabled(True)
        self.count = QLabel()
        self.count.setMinimumWidth(self.count.fontMetrics().horizontalAdvance("10,000 of 10,000"))
        self.count.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.all_tabs = QCheckBox("All open flows")
        self.hint = hint_label(wrap=False)
        self._previous = flat_button("Show the match before (Shift+F3)")
        self._next = flat_button("Show the next match (F3)")
        self._close = flat_button("Close (Escape)")
        self.matches = MatchList(self)
        self.list = QListView()
        self.list.setAccessibleName("What was found")
        self.list.setModel(self.matches)
        self.list.setUniformItemSizes(True)
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setSpacing(2)
        self.list.hide()
        self._lay_out()
        self._tie()
        self.set_theme(theme)
        self.hide()

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        for widget in (self.field, self.count, self._previous, self._next, self._close):
            top.addWidget(widget, 1 if widget is self.field else 0)
        below = QHBoxLayout()
        below.addWidget(self.all_tabs)
        below.addStretch()
        below.addWidget(self.hint)
        box = QVBoxLayout(self)
        box.setContentsMargins(8, 6, 6, 6)
        box.setSpacing(4)
        box.addLayout(top)
        box.addLayout(below)
        box.addWidget(self.list)

    def _tie(self) -> None:
        self.field.textChanged.connect(self.text_changed)
        self.field.installEventFilter(self)
        self._previous.clicked.connect(lambda: self.step_wanted.emit(-1))
        self._next.clicked.connect(lambda: self.step_wanted.emit(1))
        self._close.clicked.connect(self.closed)
        self.all_tabs.toggled.connect(lambda _on: self.scope_changed.emit())
        self.list.clicked.connect(lambda index: self.row_chosen.emit(index.row()))
        self.list.activated.connect(lambda index: self.row_chosen.emit(index.row()))
        self._tabs.installEventFilter(self)
        self._tabs.current_tab_changed.connect(self.place)

    def set_theme(self, theme: Theme) -> None:
        """Wear other colours."""
        self._border = theme.color("border")
        for button, name in ((self._previous, "up"), (self._next, "down"), (self._close, "close")):
            button.setIcon(icon(name, theme))

    def open(self) -> None:
        """Show it with the keyboard in its field, and what was looked for last selected."""
        self.place()
        self.show()
        self.raise_()
        self.field.setFocus()
        self.field.selectAll()

    def show_matches(self, matches: Sequence[Match], current: int, *, is_done: bool) -> None:
        """Show what was found, and which of it is looked at (-1: none)."""
        self.matches.show_matches(matches, with_flows=self.all_tabs.isChecked())
        count = f"{len(matches):,}" + ("" if is_done else "+")
        if not self.field.text():
            self.count.setText("")
        elif not matches:
            self.count.setText("None" if is_done else "Searching…")
        else:
            self.count.setText(f"{current + 1:,} of {count}" if current >= 0 else count)
        place = matches[current].place() if current >= 0 else None
        self.hint.setText(f"Found in: {place.what}" if place else "")
        self._previous.setEnabled(bool(matches))
        self._next.setEnabled(bool(matches))
        if current >= 0:
            self.list.setCurrentIndex(self.matches.index(current))
        self.list.setVisible(bool(matches))
        self.place()

    def place(self) -> None:
        """Stand in the upper right corner of the canvas in front."""
        tab = self._tabs.current
        if tab is None:
            return
        corner = tab.canvas.mapTo(self._tabs, tab.canvas.rect().topRight())
        rows = min(len(self.matches.found), _LIST_ROWS)
        row_height = max(self.list.sizeHintForRow(0) + 4, self.fontMetrics().height() + 4)
        room = max(tab.canvas.height() - 2 * _MARGIN - 80, row_height)
        self.list.setFixedHeight(min(rows * row_height + 4, room))
        width = min(_WIDTH, tab.canvas.width() - 2 * _MARGIN)
        self.setFixedWidth(width)
        self.resize(width, self.sizeHint().height())
        self.move(corner.x() - width - _MARGIN + 1, corner.y() + _MARGIN)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._tabs and event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest):
            if self.isVisible():
                self.place()
        elif watched is self.field and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._press(event)
        return False

    def _press(self, event: QKeyEvent) -> bool:
        """Enter steps; the arrows do so too, since the list lies below."""
        back = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        match event.key():
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self.step_wanted.emit(-1 if back else 1)
            case Qt.Key.Key_Down:
                self.step_wanted.emit(1)
            case Qt.Key.Key_Up:
                self.step_wanted.emit(-1)
            case _:
                return False
        return True

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setPen(self._border)
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)


class MatchList(QAbstractListModel):
    """The matches as lines: the node, where in it the text stands, and the text around."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.found: list[Match] = []
        self._with_flows = False

    def show_matches(self, matches: Sequence[Match], *, with_flows: bool) -> None:
        """Show these; of a list that has only grown, the lines that stand there stay."""
        before = len(self.found)
        grew = with_flows == self._with_flows and before <= len(matches) and (not before or self.found[0] is matches[0])
        self._with_flows = with_flows
        if not grew or (before and self.found[-1] is not matches[before - 1]):
            self.beginResetModel()
            self.found = list(matches)
            self.endResetModel()
        elif len(matches) > before:
            self.beginInsertRows(QModelIndex(), before, len(matches) - 1)
            self.found.extend(matches[before:])
            self.endInsertRows()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 (Qt's own default)
        return 0 if parent.isValid() else len(self.found)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return None
        match = self.found[index.row()]
        where = f"{match.document.title}: " if self._with_flows else ""
        place = match.place()
        if place is None:
            return f"{where}(no longer there)"
        if place.what == "Frame":
            return f"{where}{place.name or 'Untitled frame'}  ·  Frame"
        return f"{where}{place.name}" + ("" if place.what == "Title" else f"  ·  {place.what}: {place.excerpt}")
