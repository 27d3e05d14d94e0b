"""The files that a person edits by hand, from the menu: opened in the desktop's editor, made first if there is none."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Final

import platformdirs
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from runtime.spending.prices import shipped_file

from .notices import NoticeBar

_FIRST: Final = {
    "providers.json": '{\n  "providers": []\n}\n',
    "prices.json": '{\n  "prices": []\n}\n',
    "budget.json": '{\n  "per_run": null,\n  "per_flow": null,\n  "per_day": null\n}\n',
}
"""What a new file says: the same as none."""
_HELP: Final = {
    "providers.json": "What a provider is made of is in the README, under “Providers and keys”. It counts from the "
    "next start on.",
    "prices.json": "A price is {{“models”: [“gpt-4o*”], “input”: 2.5, “output”: 10}}, in US dollars for a million "
    "tokens. It comes before the list of Futureflow ({shipped}), which is from memory: check it before you rely on it.",
    "budget.json": "Numbers are US dollars, null is without limit. It counts from the next request on.",
}


class SettingsFiles:
    """Opens them, and says where they are and what they are for."""

    def __init__(self, notices: NoticeBar) -> None:
        self._folder = platformdirs.user_config_path("futureflow")
        self._notices = notices

    def handlers(self) -> Mapping[str, Callable[[], object]]:
        """The handlers of the actions."""
        return {name.replace(".json", "_file"): partial(self.open, name) for name in _FIRST}

    def open(self, name: str) -> None:
        """Open a file by its name."""
        path = self._folder / name
        try:
            self._make(path)
        except OSError as error:
            self._notices.say("error", f"{path} cannot be made ({error.strerror}): check permissions and free space.")
            return
        told = "is open in your editor" if QDesktopServices.openUrl(QUrl.fromLocalFile(path)) else "is ready to edit"
        self._notices.say("info", f"{path} {told}. {_HELP[name].format(shipped=shipped_file())}")

    def _make(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError):
            file = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
            with os.fdopen(file, "w", encoding="utf-8") as made:
                made.write(_FIRST[path.name])
