"""How a node type looks in a list: a dot in its category's colour, its title, and faintly its category."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QMimeData, QModelIndex, QPersistentModelIndex, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPalette, QPen, QTextDocumentFragment
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from runtime.nodes.node_type import NodeType

from ..canvas.node_drop import MIME_NODE_TYPE
from ..theme import Theme

TYPE_ROLE: Final = Qt.ItemDataRole.UserRole
"""The item's type id; None for a category."""
CATEGORY_ROLE: Final = Qt.ItemDataRole.UserRole + 1
"""The category that an item belongs to or, without TYPE_ROLE, stands for."""

_DOT = 8
_GAP = 8
_ROW = 26
_LEAST_CATEGORY = 40


def drag_data(type_id: str) -> QMimeData:
    """What is dragged for a type."""
    data = QMimeData()
    data.setData(MIME_NODE_TYPE, type_id.encode())
    return data


def first_line(node_type: type[NodeType]) -> str:
    """The first sentence or paragraph of a type's help, on one line, without the marks of Markdown."""
    paragraph = node_type.description().split("\n\n", maxsplit=1)[0]
    return " ".join(QTextDocumentFragment.fromMarkdown(paragraph).toPlainText().split())


class TypeDelegate(QStyledItemDelegate):
    """Paints items of the palette and of the search popup.

    Attributes:
        show_categories: whether the category stands at the right (for ranked lists, where no heading says it).
    """

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.show_categories = False

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        made = QStyleOptionViewItem(option)
        self.initStyleOption(made, index)
        text, made.text = made.text, ""
        made.widget.style().drawControl(QStyle.ControlElement.CE_ItemViewItem, made, painter, made.widget)
        painter.save()
        area = made.rect.adjusted(_GAP, 0, -_GAP, 0)
        category = str(index.data(CATEGORY_ROLE))
        self._paint_dot(painter, area, category)
        area.setLeft(area.left() + _DOT + _GAP)
        selected = bool(made.state & QStyle.StateFlag.State_Selected)
        roles, colors = QPalette.ColorRole, made.palette
        painter.setFont(made.font)
        painter.setPen(colors.color(roles.HighlightedText if selected else roles.Text))
        shown = made.fontMetrics.elidedText(text, Qt.TextElideMode.ElideRight, area.width())
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
        if self.show_categories and index.data(TYPE_ROLE) is not None:
            area.setLeft(area.left() + made.fontMetrics.horizontalAdvance(text) + 2 * _GAP)
            painter.setPen(colors.color(roles.HighlightedText if selected else roles.PlaceholderText))
            _paint_category(painter, made.fontMetrics, area, category)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        size = super().sizeHint(option, index)
        return QSize(size.width() + _DOT + 2 * _GAP, max(_ROW, size.height()))

    def _paint_dot(self, painter: QPainter, area: QRect, category: str) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        is_outlined = self.theme.name == "contrast"  # there the colours are dark, as white titles lie on them
        painter.setPen(QPen(self.theme.color("text"), 1) if is_outlined else Qt.PenStyle.NoPen)
        painter.setBrush(self.theme.category(category).lighter(130 if self.theme.name == "dark" else 100))
        painter.drawEllipse(QPointF(area.left() + _DOT / 2, area.center().y() + 1), _DOT / 2, _DOT / 2)


def _paint_category(painter: QPainter, metrics: QFontMetrics, room: QRect, category: str) -> None:
    """At the right of the room that the title left; where that is small, only its last part, cut short if need be."""
    if metrics.horizontalAdvance(category) > room.width():
        category = category.rsplit("/", maxsplit=1)[-1].strip()
    if room.width() >= _LEAST_CATEGORY:
        shown = metrics.elidedText(category, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, shown)
