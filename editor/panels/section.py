"""A part of a form under a heading that folds it away."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QSizePolicy, QToolButton, QVBoxLayout, QWidget

from ..icons import icon
from ..theme import Theme
from .labels import bold


class Section(QWidget):
    """A heading with an arrow, and below it what `add` puts there."""

    def __init__(self, title: str, theme: Theme, *, folded: bool = False) -> None:
        super().__init__()
        self._theme = theme
        self._heading = QToolButton()
        self._heading.setText(title)
        self._heading.setFont(bold(self._heading.font()))
        self._heading.setCheckable(True)
        self._heading.setChecked(not folded)
        self._heading.setAutoRaise(True)
        self._heading.setIconSize(QSize(12, 12))
        self._heading.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._heading.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._heading.toggled.connect(self._unfold)
        self._body = QWidget()
        self.rows = QVBoxLayout(self._body)
        self.rows.setContentsMargins(0, 4, 0, 8)
        self.rows.setSpacing(14)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._heading)
        layout.addWidget(self._body)
        self.set_theme(theme)
        self._unfold(unfolded=not folded)

    def unfold(self) -> None:
        """Show what is in it."""
        self._heading.setChecked(True)

    def add(self, widget: QWidget) -> None:
        """Put a widget at the end."""
        self.rows.addWidget(widget)

    def clear(self) -> None:
        """Take everything out, and delete it."""
        while (item := self.rows.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        self._theme = theme
        border, text = theme.tokens["border"], theme.tokens["text.faint"]
        self._heading.setStyleSheet(
            f"QToolButton {{ border: none; border-top: 1px solid {border}; padding: 8px 0 6px 0; color: {text};"
            f" text-align: left; }} QToolButton:hover, QToolButton:focus {{ color: {theme.tokens['text']}; }}"
        )
        self._show_arrow()

    def _unfold(self, unfolded: bool) -> None:
        self._body.setVisible(unfolded)
        self._show_arrow()

    def _show_arrow(self) -> None:
        name = "expand" if self._heading.isChecked() else "collapse"
        self._heading.setIcon(icon(name, self._theme, "text.faint"))
