"""Labels that the panels share: quiet hints, errors, and what stands where there is nothing to show yet."""

from __future__ import annotations

import html

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from ..icons import pixmap
from ..theme import Theme

_EMPTY_ICON = 40


def smaller(font: QFont) -> QFont:
    """The font, one step smaller: for help, units and badges."""
    made = QFont(font)
    made.setPointSizeF(max(7.0, font.pointSizeF() * 0.9))
    return made


def bold(font: QFont) -> QFont:
    """The font, bolder."""
    made = QFont(font)
    made.setWeight(QFont.Weight.DemiBold)
    return made


def hint_label(text: str = "", *, wrap: bool = True) -> QLabel:
    """A small quiet label; its colour follows the theme through the palette."""
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setFont(smaller(label.font()))
    label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
    label.setWordWrap(wrap)
    return label


def error_label() -> QLabel:
    """A small label for what is wrong with the field above it; hidden until it has a text."""
    label = hint_label()
    label.setForegroundRole(QPalette.ColorRole.BrightText)
    label.hide()
    return label


def wrapped_tool_tip(text: str) -> str:
    """A plain text as a tool tip of several lines: Qt breaks the lines of rich text only."""
    return f"<qt>{html.escape(text)}</qt>" if text else ""


class ElidedLabel(QLabel):
    """A text that gives way: what does not fit is left out, and the tool tip has it."""

    def __init__(self, text: str = "") -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.setText(text)

    def setText(self, text: str) -> None:
        super().setText(text)
        self.setToolTip(wrapped_tool_tip(text))

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setPen(self.palette().color(self.foregroundRole()))
            shown = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter, shown)


class EmptyState(QWidget):
    """Stands where a list would be: what will appear here, and how to make it appear."""

    def __init__(self, icon_name: str, headline: str, hint: str, theme: Theme) -> None:
        super().__init__()
        self._icon_name = icon_name
        self._picture = QLabel()
        self._headline = QLabel(headline)
        self._headline.setFont(bold(self._headline.font()))
        self._hint = hint_label(hint)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 16, 24, 16)
        layout.setSpacing(6)
        layout.addStretch()
        for label in (self._picture, self._headline, self._hint):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            layout.addWidget(label)
        layout.addStretch()
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.setAutoFillBackground(True)
        self.set_theme(theme)

    def set_text(self, headline: str, hint: str) -> None:
        """Say something else."""
        self._headline.setText(headline)
        self._hint.setText(hint)

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        ratio = self.devicePixelRatioF()
        self._picture.setPixmap(pixmap(self._icon_name, theme.color("text.disabled"), _EMPTY_ICON, ratio))
