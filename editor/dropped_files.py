"""Files that are dragged onto the window: which of them it can open, and why not the others."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from PySide6.QtCore import QEvent, QMimeData, QObject, Qt
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QWidget

from .notices import NoticeBar

_ENDINGS: Final = (".json", ".jsonl")


class FileDrops(QObject):
    """Opens what is dropped on a window, wherever no part of it has a use of its own for it."""

    def __init__(self, window: QWidget, notices: NoticeBar, open_file: Callable[[Path], object]) -> None:
        super().__init__(window)
        self._notices = notices
        self._open = open_file
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QDropEvent):
            return super().eventFilter(watched, event)
        paths = _local_files(event.mimeData())
        if event.type() == QEvent.Type.Drop:
            self._take(paths)
        event.setDropAction(Qt.DropAction.CopyAction)  # who moves a file deletes it at its old place
        event.setAccepted(bool(paths))
        return True

    def _take(self, paths: Iterable[Path]) -> None:
        for path in paths:
            if path.suffix in _ENDINGS:
                self._open(path)
        if others := [path.name for path in paths if path.suffix not in _ENDINGS]:
            named = f"{', '.join(others[:3])}{' …' if others[3:] else ''} {'is' if len(others) == 1 else 'are'}"
            self._notices.say("warning", f"Not opened: {named} neither a flow (.flow.json) nor a recording (.jsonl).")


def _local_files(data: QMimeData) -> list[Path]:
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
