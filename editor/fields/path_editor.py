"""A path, typed or chosen in a dialog."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QToolButton

from runtime.nodes.pins import DataPin

from .field_editors import LineEditor


class PathEditor(LineEditor):
    """A line, and a button that opens a dialog. What lies in the folder of the flow is named from there."""

    def __init__(self, pin: DataPin, folder: Path | None) -> None:
        super().__init__(pin)
        self._folder = folder
        self.dialog: QFileDialog | None = None
        self.browse = QToolButton()
        self.browse.setText("…")
        self.browse.setToolTip("Choose a folder" if pin.path == "folder" else "Choose a file")
        self.browse.setAccessibleName(f"{pin.name}: {self.browse.toolTip()}")
        self.browse.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click must not end the editing of the line
        self.browse.clicked.connect(self.ask)
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(self._line, 1)
        row.addWidget(self.browse)
        self._layout.addLayout(row)

    def ask(self) -> None:
        """Open the dialog; it does not block (pitfall C2)."""
        start = Path(self._folder or Path.home(), self.text)
        dialog = self.dialog = QFileDialog(self.window(), self.browse.toolTip(), str(start.parent))
        mode = QFileDialog.FileMode
        dialog.setFileMode(mode.Directory if self.pin.path == "folder" else mode.AnyFile)
        if start.exists() and self.text:
            dialog.selectFile(str(start))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self._choose)
        dialog.finished.connect(self._end)
        self.is_asking = True
        dialog.open()

    def _choose(self, chosen: str) -> None:
        path = Path(chosen)
        if self._folder is not None and path.is_relative_to(self._folder):
            path = path.relative_to(self._folder)
        self._line.setText(path.as_posix())
        self.take(self._line.text())
        self.finished.emit()

    def _end(self) -> None:
        self.dialog, self.is_asking = None, False
        self._line.setFocus()
