"""How far the store's requests can be searched for words yet, below the list."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QWidget


class SearchProgress(QWidget):
    """Hidden while nobody waits for it."""

    def __init__(self) -> None:
        super().__init__()
        self._text = QLabel()
        self._bar = QProgressBar(textVisible=False, maximum=100)
        self._bar.setFixedHeight(6)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(10, 4, 10, 4)
        layout.setSpacing(10)
        layout.addWidget(self._text)
        layout.addWidget(self._bar, 1, Qt.AlignmentFlag.AlignVCenter)
        self._text.setToolTip("The list shows what is found by now, and the rest once all can be found.")
        self._bar.setAccessibleName("Making earlier requests findable")
        self.hide()

    def say(self, share: float | None) -> None:
        """So much is done, from 0 to 1; None hides the line."""
        if share is not None:
            percent = int(share * 100)
            self._text.setText(f"Making earlier requests findable: {percent} %")
            self._bar.setValue(percent)
        self.setVisible(share is not None)
