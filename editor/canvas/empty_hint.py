"""What a canvas without nodes says: how to begin."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel, QWidget

from ..document import FlowDocument

TEXT: Final = (
    "<p><b>An empty flow</b></p>"
    "<p>Press Tab or Space, or right-click here, to add a node, or drag one from the Nodes panel.<br>"
    "Begin with a Button Event: it is where Run starts.</p>"
)


class EmptyHint(QLabel):
    """Lies over a canvas while its flow has no node. Mouse and drops go through it."""

    def __init__(self, canvas: QWidget, document: FlowDocument) -> None:
        super().__init__(TEXT, canvas)
        self._document = document
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setWordWrap(True)
        self.setMargin(24)
        self.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        document.changed.connect(self._follow)
        document.reset.connect(self._follow)
        canvas.installEventFilter(self)
        self._follow()

    def _follow(self) -> None:
        self.setVisible(not self._document.nodes)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and isinstance(watched, QWidget):
            self.setGeometry(watched.rect())
        return False
