"""What a request waited for: each stretch with its length on a scale of its own, and what that makes in numbers."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter
from PySide6.QtWidgets import (
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ...icons import pixmap
from ...theme import Theme
from ..labels import hint_label, wrapped_tool_tip
from .ordered_rows import Index
from .row import WORDS, FutureRow, Phase, exact_text
from .scale import ScaleMode, TimeScale, zero_of
from .waterfall import WaterfallPainter

_HEADERS: Final = ("What", "Took", "When", "At", "Why")
_BAR: Final = 2
_WIDTHS: Final = (124, 64, 240, 96, 0)
_PHASE: Final = Qt.ItemDataRole.UserRole
_ROW_HEIGHT: Final = 24
_ICON: Final = 16


class TimingView(QWidget):
    """One line a stretch, and a line of numbers below."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.lines = QTreeWidget()
        self.lines.setAccessibleName("Timing")
        self.lines.setColumnCount(len(_HEADERS))
        self.lines.setHeaderLabels(list(_HEADERS))
        self.lines.setRootIsDecorated(False)
        self.lines.setUniformRowHeights(True)
        self.lines.setFrameShape(QTreeWidget.Shape.NoFrame)
        for column, width in enumerate(_WIDTHS[:-1]):
            self.lines.setColumnWidth(column, width)
        self.lines.header().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.lines.header().setStretchLastSection(True)
        self._bars = _BarDelegate(theme, self.lines)
        self.lines.setItemDelegateForColumn(_BAR, self._bars)
        self._numbers = hint_label()
        self._numbers.setContentsMargins(10, 4, 10, 6)
        self._numbers.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.lines, 1)
        layout.addWidget(self._numbers)
        self.setFocusProxy(self.lines)

    def show_row(self, row: FutureRow, now: float) -> None:
        """Show a request's life until now; lines that are there stay, so that a selection does."""
        phases = list(row.phases(now))
        while self.lines.topLevelItemCount() > len(phases):
            self.lines.takeTopLevelItem(len(phases))
        for place, phase in enumerate(phases):
            item = self.lines.topLevelItem(place)
            if item is None:
                item = QTreeWidgetItem(self.lines)
                item.setSizeHint(0, QSize(0, _ROW_HEIGHT))
            self._fill(item, phase, row.created)
        self._bars.scale = TimeScale.fitting([row], ScaleMode.OWN, now)
        self._bars.zero = zero_of(row, ScaleMode.OWN)
        self._numbers.setText("   ".join(_numbers(row, now)))

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme from the next future on."""
        self._theme = theme
        self._bars.set_theme(theme)
        self.lines.clear()

    def _fill(self, item: QTreeWidgetItem, phase: Phase, created: float) -> None:
        took = exact_text(phase.end - phase.start)
        known = item.data(_BAR, _PHASE)
        item.setData(_BAR, _PHASE, phase)
        item.setText(1, took)
        if isinstance(known, Phase) and (known.state, known.reason) == (phase.state, phase.reason):
            return
        for column, text in enumerate((WORDS[phase.state], took, "", _clock(phase.start), phase.reason)):
            item.setText(column, text)
        after = exact_text(phase.start - created)
        item.setData(_BAR, Qt.ItemDataRole.AccessibleTextRole, f"began after {after}")
        item.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        color = self._theme.state(phase.state)
        item.setIcon(0, QIcon(pixmap(f"state_{phase.state}", color, _ICON, self.devicePixelRatioF())))
        item.setToolTip(4, wrapped_tool_tip(phase.reason))


class _BarDelegate(QStyledItemDelegate):
    """Paints a stretch where it lies in the whole."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.scale = TimeScale(ScaleMode.OWN, 0, 1, 0.25)
        self.zero = 0.0
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        self._painter = WaterfallPainter(theme)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        super().paint(painter, option, index)
        phase = index.data(_PHASE)
        if isinstance(phase, Phase):
            painter.save()
            rect = QRectF(option.rect)
            self._painter.grid(painter, rect, self.scale)
            self._painter.stretch(painter, rect, phase, self.scale, self.zero)
            painter.restore()


def _numbers(row: FutureRow, now: float) -> list[str]:
    first, rate, tokens = row.first_token, row.rate(now), row.tokens
    return [
        f"Together {exact_text(row.age(now))}",
        *([f"First token after {exact_text(first)}"] if first is not None else []),
        *([f"{rate:,.1f} tokens/s while it streamed"] if rate is not None else []),
        *([f"{tokens.prompt:,} tokens read, {tokens.completion:,} written"] if tokens is not None else []),
    ]


def _clock(at: float) -> str:
    """Unix seconds as local time with milliseconds."""
    return datetime.fromtimestamp(at).astimezone().strftime("%H:%M:%S.%f")[:-3]
