"""What the window remembers between two starts: recent files, layout, theme. One INI file in the user's folder."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import platformdirs
from PySide6.QtCore import QByteArray, QSettings

from .theme import NAMES

SYSTEM_THEME: Final = "system"
THEME_CHOICES: Final = (SYSTEM_THEME, *NAMES)
NOTIFY_AFTER_S: Final = 30.0
"""Who waits longer than this has turned to something else."""
MOST_RECENT: Final = 10
"""How many files the menu of recent files shows: one for each digit key."""


class Settings:
    """Reads and writes the settings file; whatever is missing or unreadable there has a default."""

    def __init__(self, path: Path | None = None) -> None:
        """`path` is the INI file; by default `editor.ini` in the user's config folder."""
        file = path or platformdirs.user_config_path("futureflow") / "editor.ini"
        self._store = QSettings(str(file), QSettings.Format.IniFormat)

    # -- recent files

    @property
    def recent_files(self) -> list[Path]:
        """Files that were opened or saved, the latest first."""
        return [Path(name) for name in self._texts("files/recent")]

    def add_recent(self, path: Path) -> None:
        """Put a file on top of the list."""
        path = path.absolute()
        self._set_recent([path, *(other for other in self.recent_files if other != path)][:MOST_RECENT])

    def forget_lost(self, path: Path) -> None:
        """Take a file off the list if it is gone."""
        if not path.exists():
            self._set_recent([other for other in self.recent_files if other != path.absolute()])

    def clear_recent(self) -> None:
        """Empty the list."""
        self._set_recent([])

    @property
    def folder(self) -> Path:
        """Where file dialogs start: the folder of the latest file, else the home folder."""
        return next((path.parent for path in self.recent_files if path.parent.is_dir()), Path.home())

    def _set_recent(self, paths: list[Path]) -> None:
        self._store.setValue("files/recent", [str(path) for path in paths])

    # -- the window

    @property
    def theme(self) -> str:
        """One of THEME_CHOICES."""
        name = str(self._store.value("window/theme", SYSTEM_THEME))
        return name if name in THEME_CHOICES else SYSTEM_THEME

    @theme.setter
    def theme(self, name: str) -> None:
        self._store.setValue("window/theme", name)

    @property
    def shows_minimap(self) -> bool:
        """Whether canvases show a map of their flow."""
        return str(self._store.value("canvas/minimap", "false")) == "true"

    @shows_minimap.setter
    def shows_minimap(self, shows: bool) -> None:
        self._store.setValue("canvas/minimap", "true" if shows else "false")

    @property
    def layout(self) -> tuple[QByteArray, QByteArray] | None:
        """(geometry, state) as QMainWindow saved them, or None."""
        geometry, state = self._store.value("window/geometry"), self._store.value("window/state")
        return (geometry, state) if isinstance(geometry, QByteArray) and isinstance(state, QByteArray) else None

    @layout.setter
    def layout(self, layout: tuple[QByteArray, QByteArray]) -> None:
        self._store.setValue("window/geometry", layout[0])
        self._store.setValue("window/state", layout[1])

    @property
    def notify_after_s(self) -> float | None:
        """A request that took at least so many seconds is told by the desktop when it ends; None: none is."""
        try:
            seconds = float(str(self._store.value("futures/notify_after_s", NOTIFY_AFTER_S)))
        except ValueError:
            return NOTIFY_AFTER_S
        return seconds if seconds > 0 else None

    @notify_after_s.setter
    def notify_after_s(self, seconds: float | None) -> None:
        self._store.setValue("futures/notify_after_s", seconds or 0)

    def view_of(self, panel: str) -> dict[str, Any]:
        """How a person looked at a panel last (columns, order, grouping), as the panel told it; empty if never."""
        try:
            state = json.loads(str(self._store.value(f"panels/{panel}", "{}")))
        except ValueError:
            return {}
        return state if isinstance(state, dict) else {}

    def set_view_of(self, panel: str, state: Mapping[str, Any]) -> None:
        """Remember how a person looks at a panel; a JSON-able value."""
        self._store.setValue(f"panels/{panel}", json.dumps(state))

    # -- adding nodes

    @property
    def recent_types(self) -> list[str]:
        """The ids of the node types that were added lately, the latest first."""
        return self._texts("adding/recent_types")

    @recent_types.setter
    def recent_types(self, type_ids: Sequence[str]) -> None:
        self._store.setValue("adding/recent_types", list(type_ids))

    # -- debugging

    @property
    def breaks_on_failure(self) -> bool:
        """Whether runs stand still at nodes that fail."""
        return str(self._store.value("debugger/break_on_failure", "false")) == "true"

    @breaks_on_failure.setter
    def breaks_on_failure(self, breaks: bool) -> None:
        self._store.setValue("debugger/break_on_failure", "true" if breaks else "false")

    @property
    def watches(self) -> list[str]:
        """The expressions that are watched."""
        return self._texts("debugger/watches")

    @watches.setter
    def watches(self, expressions: Sequence[str]) -> None:
        self._store.setValue("debugger/watches", list(expressions))

    def save(self) -> None:
        """Write the file now. A folder that cannot be written to costs the memory, not the program."""
        self._store.sync()

    def _texts(self, key: str) -> list[str]:
        # Qt writes a list of one as a plain text, and an empty one as nothing.
        value = self._store.value(key)
        if isinstance(value, str):
            return [value] if value else []
        return [str(item) for item in value] if isinstance(value, list) else []
