"""The file of an extracted subflow, when the extraction is undone and redone.

Undo gives the flow back, and leaves the file: other flows may call it by then, and no undo takes a file away unasked.
It is told, with a button that moves the file to the trash. Redo writes the file again if it is gone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QFile, QObject

from runtime.document.files import dump_flow, save_flow

from ..document import FlowDocument
from ..notices import NoticeBar
from ..tabs import FlowTabs
from ..tasks import Tasks
from .extract import Extraction


class ExtractedFile(QObject):
    """Follows one extraction for as long as its document lives."""

    def __init__(
        self, document: FlowDocument, found: Extraction, path: Path, tabs: FlowTabs, tasks: Tasks, notices: NoticeBar
    ) -> None:
        """To be made right after the change was pushed; the flow was written to `path`."""
        super().__init__(document)
        self._document = document
        self._call = found.call
        self._flow = found.flow
        self._path = path
        self._tabs = tabs
        self._tasks = tasks
        self._notices = notices
        self._step = document.undo_stack.index()
        self._is_done = True
        self._take_back: Callable[[], None] | None = None
        document.undo_stack.indexChanged.connect(self._follow)

    def _follow(self, index: int) -> None:
        has_call = self._call in self._document.nodes
        if self._is_done and index < self._step and not has_call:
            self._is_done = False
            if self._path.exists():
                self._offer()
        elif not self._is_done and has_call:
            self._is_done = True
            self._withdraw()
            self._tasks.spawn("write the subflow again", self._restore())

    def _offer(self) -> None:
        name = self._path.name
        self._take_back = self._notices.say(
            "info",
            f"The file of the subflow, {name}, was kept: redo calls it again.",
            ("Move It to the Trash", lambda: self._tasks.spawn(f"move {name} to the trash", self._trash())),
        )

    def _withdraw(self) -> None:
        if self._take_back is not None:
            self._take_back()
            self._take_back = None

    async def _trash(self) -> None:
        self._withdraw()
        why = await self._refusal()
        if not why and not await asyncio.to_thread(QFile(str(self._path)).moveToTrash):
            why = "the system has no trash for it. Delete it in your file manager"
        if why:
            self._notices.say("warning", f"{self._path.name} stays: {why}.")

    async def _refusal(self) -> str:
        """Why the file is not taken away, or ""."""
        if self._tabs.tab_of(self._path) is not None:
            return "it is open in a tab. Close that, and delete the file in your file manager"
        try:
            text = await asyncio.to_thread(self._path.read_text, encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            return f"it cannot be read ({error})"
        return "" if text == dump_flow(self._flow) else "it was changed since the extraction"

    async def _restore(self) -> None:
        if not await asyncio.to_thread(self._path.exists):
            await asyncio.to_thread(save_flow, self._flow, self._path)
            self._document.reread()
