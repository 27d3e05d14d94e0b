"""Every edit of the flow in front by its name: a click goes back to it, or forward again."""

from __future__ import annotations

from PySide6.QtGui import QUndoGroup
from PySide6.QtWidgets import QUndoView

from ..icons import icon
from ..theme import Theme


class UndoHistory(QUndoView):
    """A list of the edits, the newest last; the one where the file was saved has a sign."""

    def __init__(self, group: QUndoGroup, theme: Theme) -> None:
        super().__init__(group)
        self.setEmptyLabel("As opened")
        self.setAccessibleName("Undo history")
        self.setFrameShape(QUndoView.Shape.NoFrame)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Wear other colours."""
        self.setCleanIcon(icon("save", theme, "text.faint"))
