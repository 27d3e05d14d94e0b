"""Open files that others change or delete: noticed, told above the canvas, and left to the person."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QEvent, QFileSystemWatcher, QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from runtime.document.files import load_flow
from runtime.document.flow import Flow
from runtime.errors import FlowFileError

from . import commands
from .change import difference
from .document import FlowDocument
from .flow_tab import FlowTab
from .notices import NoticeBar
from .tabs import FlowTabs
from .tasks import Tasks

RELOAD: Final = "Reload"
KEEP: Final = "Keep mine"
SAVE: Final = "Save"
_REST_MS: Final = 200
"""How long a folder must be quiet: who saves by renaming deletes the file for a moment."""


class FileChanges(QObject):
    """Compares the file of each tab with what was last read from it or written to it, whenever it may have changed.

    Signals:
        looked(): all files that may have changed were looked at.
    """

    looked = Signal()

    def __init__(
        self, window: QWidget, tabs: FlowTabs, tasks: Tasks, notices: NoticeBar, save: Callable[[FlowTab], object]
    ) -> None:
        super().__init__(window)
        self._tabs = tabs
        self._tasks = tasks
        self._notices = notices
        self._save = save
        self._told: dict[FlowTab, Callable[[], None]] = {}
        self._stamps: dict[FlowTab, object] = {}
        self._watcher = QFileSystemWatcher(self)
        self._rest = QTimer(self, singleShot=True, interval=_REST_MS)
        self._watcher.fileChanged.connect(lambda _path: self._rest.start())
        self._watcher.directoryChanged.connect(lambda _path: self._rest.start())
        self._rest.timeout.connect(self.look)
        tabs.dropped.connect(self._forget)
        window.installEventFilter(self)

    def watch(self, tab: FlowTab) -> None:
        """Look after a new tab."""
        tab.document.path_changed.connect(self._follow_paths)
        self._follow_paths()

    def look(self) -> None:
        """Compare all open files now."""
        self._tasks.spawn("look for changed files", self._look())

    async def _look(self) -> None:
        self._follow_paths()
        for tab in list(self._tabs):
            async with tab.writing:  # else our own half-written save would be a surprise
                await self._compare(tab)
        self.looked.emit()

    async def _compare(self, tab: FlowTab) -> None:
        path, known = tab.document.path, tab.on_disk
        if path is None or known is None or tab not in self._tabs:
            return
        stamp = await asyncio.to_thread(_stamp, path)
        if stamp is not None and stamp == self._stamps.get(tab):
            return
        found = await asyncio.to_thread(_read, path)
        if tab not in self._tabs or tab.document.path != path:
            return
        self._stamps[tab] = stamp
        if found is None:
            self._tell_lost(tab, path)
        elif isinstance(found, FlowFileError):
            self._tell(tab, f"{path.name} was changed by another program, and is no flow any more: {found}")
        elif _differs(found, known):
            self._tell_changed(tab, path, found)
        elif tab.file_is_lost:
            tab.file_is_lost = False
            self._settle(tab, found)

    def _tell_changed(self, tab: FlowTab, path: Path, found: Flow) -> None:
        tab.on_disk, tab.file_is_lost = found, False
        if not _differs(tab.document.flow, found):
            self._settle(tab, found)  # the same was done here
            return
        edited = tab.document.is_modified
        more = " It has unsaved edits here; Reload takes them away, and Undo brings them back." if edited else ""
        tab.document.undo_stack.resetClean()  # what is here is not what is in the file
        text = f"{path.name} was changed by another program.{more}"
        self._tell(tab, text, (RELOAD, partial(self._reload, tab, found)), (KEEP, partial(self._take_away, tab)))

    def _settle(self, tab: FlowTab, found: Flow) -> None:
        """There is nothing to decide any more."""
        self._take_away(tab)
        if not _differs(tab.document.flow, found):
            tab.document.undo_stack.setClean()

    def _tell_lost(self, tab: FlowTab, path: Path) -> None:
        if not tab.file_is_lost:
            tab.file_is_lost = True
            tab.document.undo_stack.resetClean()
            text = f"{path.name} was deleted or moved away. The flow is only here now: save it to keep it."
            self._tell(tab, text, (SAVE, partial(self._save_again, tab)))

    def _reload(self, tab: FlowTab, found: Flow) -> None:
        self._take_away(tab)
        if tab in self._tabs:
            reload(tab.document, found)

    def _save_again(self, tab: FlowTab) -> None:
        self._take_away(tab)
        if tab in self._tabs:
            self._save(tab)

    def _tell(self, tab: FlowTab, text: str, *actions: tuple[str, Callable[[], object]]) -> None:
        self._take_away(tab)
        self._told[tab] = self._notices.say("warning", text, *actions)

    def _take_away(self, tab: FlowTab) -> None:
        if (remove := self._told.pop(tab, None)) is not None:
            remove()

    def _follow_paths(self) -> None:
        """Watch each file, and its folder: a file that is replaced is no longer watched itself."""
        files = {str(tab.document.path) for tab in self._tabs if tab.document.path and tab.document.path.exists()}
        folders = {str(tab.document.path.parent) for tab in self._tabs if tab.document.path}
        wanted = files | {folder for folder in folders if Path(folder).is_dir()}
        watched = {*self._watcher.files(), *self._watcher.directories()}
        if gone := watched - wanted:
            self._watcher.removePaths(list(gone))
        if new := wanted - watched:
            self._watcher.addPaths(list(new))

    def _forget(self, tab: FlowTab) -> None:
        self._take_away(tab)
        self._stamps.pop(tab, None)
        self._follow_paths()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.WindowActivate:
            self._rest.start()  # network folders tell of nothing
        return super().eventFilter(watched, event)


def reload(document: FlowDocument, found: Flow) -> None:
    """Put in what the file holds now: one step, which Undo takes back; what is there is saved then."""
    before = document.flow
    after = found.model_copy(update={"view": before.view})
    if _in_order(before, after):
        commands.push(document, "Reload the file", difference(before, after))
        document.undo_stack.setClean()
    else:
        document.load(after, document.path)


def _in_order(before: Flow, after: Flow) -> bool:
    """Whether the parts that both have stand in one order, so that a change can lead from one to the other."""
    if before.model_extra != after.model_extra:
        return False
    pairs = (
        ([node.id for node in before.nodes], [node.id for node in after.nodes]),
        ([wire.key for wire in before.connections], [wire.key for wire in after.connections]),
        ([frame.id for frame in before.frames], [frame.id for frame in after.frames]),
    )
    return all([key for key in old if key in set(new)] == [key for key in new if key in set(old)] for old, new in pairs)


def _stamp(path: Path) -> object:
    """What changes whenever the file does, and is cheap to look at; None if it is not there."""
    try:
        facts = path.stat()
    except OSError:
        return None
    return path, facts.st_mtime_ns, facts.st_size, facts.st_ino


def _read(path: Path) -> Flow | FlowFileError | None:
    """The flow in a file, what is wrong with it, or None if it is not there."""
    try:
        return load_flow(path) if path.exists() else None
    except FlowFileError as error:
        return error


def _differs(one: Flow, other: Flow) -> bool:
    return _without_view(one) != _without_view(other)


def _without_view(flow: Flow) -> Flow:
    return flow.model_copy(update={"view": Flow().view})
