"""Files that are dragged onto the window: which of them it can open."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import QMimeData

_ENDINGS: Final = (".json", ".jsonl")


def openable_files(data: QMimeData) -> list[Path]:
    """The flows and recordings in what is dragged."""
    paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
    return [path for path in paths if path.suffix in _ENDINGS]
