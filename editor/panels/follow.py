"""Following a list or text that grows at its end, until the person scrolls away."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QAbstractScrollArea


class FollowLive(QObject):
    """Keeps a scroll area at its end while it grows; yields when scrolled up, resumes when scrolled to the end.

    Signals:
        following_changed(bool): the person scrolled away from the end, or back to it.
    """

    following_changed = Signal(bool)

    def __init__(self, area: QAbstractScrollArea) -> None:
        super().__init__(area)
        self._bar = area.verticalScrollBar()
        self._following = True
        self._bar.valueChanged.connect(self._on_scrolled)
        self._bar.rangeChanged.connect(self._on_range_changed)

    @property
    def following(self) -> bool:
        """Whether the end stays in sight."""
        return self._following

    def set_following(self, following: bool) -> None:
        """Go to the end and stay there, or stay here."""
        self._set(following)
        if following:
            self._bar.setValue(self._bar.maximum())

    def _on_scrolled(self, value: int) -> None:
        self._set(value >= self._bar.maximum())

    def _on_range_changed(self, _minimum: int, maximum: int) -> None:
        if self._following:
            self._bar.setValue(maximum)

    def _set(self, following: bool) -> None:
        if following != self._following:
            self._following = following
            self.following_changed.emit(following)
