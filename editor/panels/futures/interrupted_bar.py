"""Says that the program's end has cut requests off, and offers to ask them again."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QToolButton

from ...icons import icon
from ...theme import Theme


class InterruptedBar(QFrame):
    """A line above the table; hidden while there is nothing to say.

    Signals:
        resend_wanted(): ask all of them again.
        show_wanted(): list them.
    """

    resend_wanted = Signal()
    show_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._icon = QLabel()
        self._text = QLabel()
        self._text.setWordWrap(True)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.resend = QPushButton("Ask all again")
        self.show_them = QPushButton("Show them")
        self._close = QToolButton(autoRaise=True)
        self._close.setToolTip("Leave them; Show Earlier Requests lists them")
        self._close.setAccessibleName("Leave them")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(10, 4, 6, 4)
        for widget in (self._icon, self._text, self.resend, self.show_them, self._close):
            layout.addWidget(widget)
        self.resend.clicked.connect(self.resend_wanted)
        self.show_them.clicked.connect(self.show_wanted)
        self._close.clicked.connect(self.hide)
        self.set_theme(theme)
        self.hide()

    def say(self, count: int) -> None:
        """So many were cut off; none hides the line."""
        what = "1 request was" if count == 1 else f"{count:,} requests were"
        self._text.setText(f"{what} cut off when Futureflow ended, before the answer came.")
        self.resend.setText("Ask again" if count == 1 else "Ask all again")
        self.show_them.setText("Show it" if count == 1 else "Show them")
        self.setVisible(count > 0)

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        self._icon.setPixmap(icon("state_interrupted", theme, "state.interrupted").pixmap(16, 16))
        self._close.setIcon(icon("close", theme, "text.faint"))
        self.setStyleSheet(
            f"InterruptedBar {{ background: {theme.tokens['base.alternate']};"
            f" border-bottom: 1px solid {theme.tokens['state.interrupted']}; }}"
        )
