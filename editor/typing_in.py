"""Text that is being typed counts: what a field holds is taken in before the flow is run or saved."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication


def take_in_typing() -> None:
    """Let the field that has the keyboard finish as if it was left; it keeps the keyboard if it stays."""
    field = QApplication.focusWidget()
    if field is None:
        return
    field.clearFocus()
    if field.isVisible():
        field.setFocus()
