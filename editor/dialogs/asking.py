"""Dialogs without a nested event loop: each is opened, and its answer awaited (pitfall C2)."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFileDialog, QMessageBox, QPushButton, QWidget

from runtime.recording.writing import RECORDING_SUFFIX

FILE_FILTER: Final = "Flows (*.flow.json);;JSON files (*.json);;All files (*)"
OPEN_FILTER: Final = f"Flows and recordings (*.flow.json *{RECORDING_SUFFIX});;{FILE_FILTER}"
RECORDING_FILTER: Final = f"Recordings (*{RECORDING_SUFFIX});;All files (*)"
FILE_SUFFIX: Final = "flow.json"
PICTURE_FILTER: Final = "PNG pictures (*.png);;SVG drawings (*.svg)"


async def result_of(dialog: QDialog) -> int:
    """Open a dialog and return its result once it is finished; then it is deleted.

    Cancelling the wait takes the dialog away.
    """
    answer: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def settle(result: int) -> None:
        if not answer.done():
            answer.set_result(result)

    dialog.finished.connect(settle)
    dialog.open()
    try:
        return await answer
    finally:
        dialog.hide()
        dialog.deleteLater()


async def choose(parent: QWidget, text: str, more: str, answers: Sequence[str]) -> str:
    """Ask a question; returns the chosen one of `answers`. The first is the default, the last what Escape means."""
    box = QMessageBox(QMessageBox.Icon.Question, "Futureflow", text, QMessageBox.StandardButton.NoButton, parent)
    box.setInformativeText(more)
    box.setWindowModality(Qt.WindowModality.WindowModal)
    roles = QMessageBox.ButtonRole
    buttons: list[QPushButton] = []
    for answer in answers:
        role = roles.RejectRole if answer == answers[-1] else roles.AcceptRole
        buttons.append(box.addButton(answer, role))
    box.setDefaultButton(buttons[0])
    box.setEscapeButton(buttons[-1])
    await result_of(box)
    clicked = box.clickedButton()
    return next((answer for answer, button in zip(answers, buttons, strict=True) if button is clicked), answers[-1])


async def choose_files_to_open(parent: QWidget, folder: Path) -> list[Path]:
    """Ask for flow files; none if the person cancels."""
    dialog = QFileDialog(parent, "Open flows", str(folder), OPEN_FILTER)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
    if await result_of(dialog) != QDialog.DialogCode.Accepted:
        return []
    return [Path(name) for name in dialog.selectedFiles()]


async def choose_file_to_save(parent: QWidget, suggestion: Path) -> Path | None:
    """Ask where to save; None if the person cancels. The dialog itself asks before a file is replaced."""
    return await _where_to_save(QFileDialog(parent, "Save the flow", str(suggestion.parent), FILE_FILTER), suggestion)


async def choose_subflow_to_save(parent: QWidget, suggestion: Path) -> Path | None:
    """Ask for the file of a new subflow; None if the person cancels."""
    dialog = QFileDialog(parent, "Extract to a subflow", str(suggestion.parent), FILE_FILTER)
    dialog.setLabelText(QFileDialog.DialogLabel.Accept, "Extract")
    return await _where_to_save(dialog, suggestion)


async def choose_recording_to_save(parent: QWidget, suggestion: Path) -> Path | None:
    """Ask where to write a recording; None if the person cancels."""
    dialog = QFileDialog(parent, "Save the recording", str(suggestion.parent), RECORDING_FILTER)
    return await _where_to_save(dialog, suggestion, RECORDING_SUFFIX.lstrip("."))


async def choose_picture_to_save(parent: QWidget, suggestion: Path) -> Path | None:
    """Ask where to save a picture, as PNG or SVG by the name or the kind that is chosen; None if the person cancels."""
    dialog = QFileDialog(parent, "Export as a picture", str(suggestion.parent), PICTURE_FILTER)
    dialog.filterSelected.connect(lambda chosen: dialog.setDefaultSuffix("svg" if "svg" in chosen else "png"))
    return await _where_to_save(dialog, suggestion)


async def _where_to_save(dialog: QFileDialog, suggestion: Path, suffix: str = "") -> Path | None:
    """`suffix` is added to a name without one (by default the suggestion's own)."""
    own = FILE_SUFFIX if suggestion.name.endswith(FILE_SUFFIX) else suggestion.suffix.lstrip(".")
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(suffix or own)
    dialog.selectFile(suggestion.name)
    if await result_of(dialog) != QDialog.DialogCode.Accepted:
        return None
    return Path(dialog.selectedFiles()[0])
