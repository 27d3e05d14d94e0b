"""Files that are dragged onto the window: which of them it can open."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from PySide6.QtCore import QMimeData

_ENDINGS: Final = (".json", ".jsonl")


def local_files(data: QMimeData) -> list[Path]:
    """The files in what is dragged."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]


def refused_files(paths: Iterable[Path]) -> str:
    """Why some of the files are not opened; "" if all can be."""
    others = [path.name for path in paths if path.suffix not in _ENDINGS]
    if not others:
        return ""
    named = f"{others[0]} is" if len(others) == 1 else f"{', '.join(others[:3])}{' …' if others[3:] else ''} are"
    return f"Not opened: {named} neither a flow (.flow.json) nor a recording (.jsonl)."


def openable_files(paths: Iterable[Path]) -> list[Path]:
    """The flows and recordings among them."""
    return [path for path in paths if path.suffix in _ENDINGS]
