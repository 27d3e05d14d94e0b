"""What this program is, and which versions it stands on."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version

from PySide6.QtCore import QSize, Qt, qVersion
from PySide6.QtWidgets import QMessageBox, QWidget

from ..icons import app_icon

_PACKAGES = ("futureflow", "PySide6-Essentials", "qasync", "openai", "pydantic")


def open_about(parent: QWidget) -> QMessageBox:
    """Show the box and return at once."""
    box = QMessageBox(parent)
    box.setWindowTitle("About Futureflow")
    box.setIconPixmap(app_icon().pixmap(QSize(64, 64), parent.devicePixelRatioF()))
    box.setText("<h3>Futureflow</h3>")
    box.setInformativeText(
        "Draw a flow, run it, and see every request to a model while it is in flight.<br><br>"
        f"<small>{'<br>'.join(_versions())}</small><br><br>MIT licence"
    )
    box.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setModal(False)  # a run may be on
    box.show()
    return box


def _versions() -> list[str]:
    """One line for each part; one that runs from a checkout has no version of its own."""
    lines = [f"Python {platform.python_version()}", f"Qt {qVersion()}"]
    for package in _PACKAGES:
        try:
            lines.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            lines.append(f"{package} (from a checkout)")
    return lines
