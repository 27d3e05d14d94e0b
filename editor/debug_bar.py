"""The buttons of the debugger in the toolbar: there while a run is on or stands still."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QStyle, QToolButton, QWidget, QWidgetAction

from .actions import Actions
from .run_control import STEPS


class DebugBar(QWidgetAction):
    """Pause or Continue, whichever can be done, the steps, and whether failures stop a run."""

    def __init__(self, actions: Actions, parent: QWidget) -> None:
        super().__init__(parent)
        self._actions = actions
        self._buttons: dict[str, QToolButton] = {}
        box, size = QWidget(), parent.style().pixelMetric(QStyle.PixelMetric.PM_ToolBarIconSize)
        layout = QHBoxLayout(box)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        for name in ("pause", "continue", *STEPS, "break_on_failure"):
            button = self._buttons[name] = QToolButton(autoRaise=True)
            button.setDefaultAction(actions[name])
            button.setIconSize(QSize(size, size))
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            layout.addWidget(button)
        self.setDefaultWidget(box)
        self.setVisible(False)

    def show_run(self, *, is_on: bool, stands: bool) -> None:
        """A run is on, or not; it stands still, or is about to."""
        self.setVisible(is_on)
        self._buttons["pause"].setVisible(not stands)
        self._buttons["continue"].setVisible(stands)
