"""The frame around the button, tab bar or text to which the keyboard went: Fusion draws none there."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QFocusFrame, QLabel, QTabBar
from shiboken6 import isValid


class FocusFrame(QObject):
    """Follows the keyboard through the program. Fields, lists and nodes show by themselves where it is."""

    def __init__(self, app: QApplication, parent: QObject) -> None:
        super().__init__(parent)
        self._app = app
        self._frame: QFocusFrame | None = None
        app.focusChanged.connect(self._follow)

    def _follow(self) -> None:
        at = self._app.focusWidget()
        by_mouse = self._app.mouseButtons() != Qt.MouseButton.NoButton
        goal = at if isinstance(at, QAbstractButton | QLabel | QTabBar) and not by_mouse else None
        if self._frame is None or not isValid(self._frame):  # it went with the parent of its widget
            if goal is None:
                return
            self._frame = QFocusFrame()
        self._frame.setWidget(goal)  # type: ignore[arg-type]  # Qt takes None, whatever the stubs say
