"""Expressions that are watched, each with its value now."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QMenu, QTableView

from ..values import whole_text
from .rows_table import dress
from .watch_model import Column, Index, WatchModel

ROW_HEIGHT: Final = 24
_EXPRESSION_WIDTH: Final = 200


class WatchList(QTableView):
    """The table. Enter, F2 and a double-click edit an expression or open a value; Delete takes the row away.

    Signals:
        value_opened(int): show the value of this row in full.
    """

    value_opened = Signal(int)

    def __init__(self, model: WatchModel) -> None:
        super().__init__()
        self._model = model
        self.setModel(model)
        dress(self, "Watches", ROW_HEIGHT)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.horizontalHeader().setStretchLastSection(True)
        self.setColumnWidth(Column.EXPRESSION, _EXPRESSION_WIDTH)
        self.customContextMenuRequested.connect(self._open_menu)
        self.doubleClicked.connect(self._open)
        self.clicked.connect(self._on_click)

    def _open(self, index: Index) -> None:
        watched = self._model.watched(index.row())
        if index.column() == Column.EXPRESSION or watched is None:
            self._edit(index.row())
        elif not watched.error:
            self.value_opened.emit(index.row())

    def _on_click(self, index: Index) -> None:
        if self._model.watched(index.row()) is None:
            self._edit(index.row())

    def _edit(self, row: int) -> None:
        place = self._model.index(row, Column.EXPRESSION)
        self.setCurrentIndex(place)
        if not self.isPersistentEditorOpen(place) and self.state() is not QAbstractItemView.State.EditingState:
            self.edit(place)

    def _open_menu(self, place: QPoint) -> None:
        row = self.indexAt(place).row()
        watched = self._model.watched(row) if row >= 0 else None
        if watched is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("Show the Value").triggered.connect(lambda: self.value_opened.emit(row))
        menu.addAction("Copy the Value").triggered.connect(lambda: _copy(watched.value))
        for action in menu.actions():
            action.setEnabled(not watched.error)
        menu.addSeparator()
        menu.addAction("Edit").triggered.connect(lambda: self._edit(row))
        menu.addAction("Remove").triggered.connect(lambda: self._model.remove(row))
        menu.addAction("Remove All").triggered.connect(lambda: self._model.set_expressions(()))
        menu.popup(self.viewport().mapToGlobal(place))

    # -- Qt

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        if self.state() is QAbstractItemView.State.EditingState or not index.isValid():
            super().keyPressEvent(event)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open(index)
        elif event.key() == Qt.Key.Key_F2:
            self._edit(index.row())
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self._model.remove(index.row())
        else:
            super().keyPressEvent(event)


def _copy(value: object) -> None:
    QGuiApplication.clipboard().setText(whole_text(value))
