"""Opening and saving flows. Files are read and written in a thread, so a slow disk never holds the window up."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from PySide6.QtWidgets import QWidget

from runtime.document.files import load_flow, save_flow
from runtime.document.flow import Flow, View
from runtime.errors import FlowFileError
from runtime.ids import NodeId

from .canvas.export import ExportError, FlowPicture, excerpt
from .dialogs.asking import FILE_SUFFIX, choose_file_to_save, choose_files_to_open, choose_picture_to_save
from .flow_tab import FlowTab
from .notices import NoticeBar
from .resources import resource_path
from .settings import Settings
from .tabs import FlowTabs

FIRST_EXAMPLE: Final = "ask-in-the-background"
"""What a newcomer sees: opened as an untitled copy when the editor starts without a file."""

_NEVER_LOOKED_AT: Final = View()


class FlowFiles:
    """The File menu, as coroutines."""

    def __init__(
        self,
        window: QWidget,
        tabs: FlowTabs,
        settings: Settings,
        notices: NoticeBar,
        new_tab: Callable[[Flow, Path | None], FlowTab],
    ) -> None:
        """`new_tab` makes a tab of a flow and puts it in front."""
        self._window = window
        self._tabs = tabs
        self._settings = settings
        self._notices = notices
        self._new_tab = new_tab
        self._written: dict[FlowTab, Path] = {}
        self.openers: dict[str, Callable[[Path], Awaitable[object]]] = {}
        """What opens files that are no flows, by how their names end."""

    def new(self) -> None:
        """Begin an empty flow."""
        self._new_tab(Flow(), None)

    async def choose_and_open(self) -> None:
        """Ask which files, and open them."""
        for path in await choose_files_to_open(self._window, self._settings.folder):
            await self.open(path)

    async def open(self, path: Path) -> FlowTab | None:
        """Open a file in a tab, or bring the tab that has it to the front. A broken one gives a message."""
        for ending, opener in self.openers.items():
            if path.name.endswith(ending):
                await opener(path)
                return None
        if (tab := self._show(path)) is not None:
            return tab
        try:
            flow = await asyncio.to_thread(load_flow, path)
        except FlowFileError as error:
            self._notices.say("error", f"Could not open {error}")
            self._settings.forget_lost(path)
            return None
        self._settings.add_recent(path)
        return self._show(path) or await self._put_in_tab(flow, path)  # it may have been opened twice at once

    async def open_example(self, name: str) -> None:
        """Open a copy of an example: it has no file yet, and is as if just saved."""
        try:
            flow = await asyncio.to_thread(load_flow, resource_path(f"examples/{name}.{FILE_SUFFIX}"))
        except FlowFileError as error:
            self._notices.say("error", f"Could not open the example {error}")
            return
        await self.open_copy(flow)

    async def open_copy(self, flow: Flow) -> FlowTab:
        """Open a flow that has no file yet, as if just saved."""
        return await self._put_in_tab(flow, None)

    async def save(self, tab: FlowTab) -> bool:
        """Save to the flow's file, or ask for one; returns whether it was saved."""
        if tab.document.path is None:
            return await self.save_as(tab)
        return await self._write(tab, tab.document.path)

    async def save_as(self, tab: FlowTab) -> bool:
        """Ask for a file and save there; returns whether it was saved."""
        document = tab.document
        suggestion = document.path or self._settings.folder / f"{document.title}.{FILE_SUFFIX}"
        path = await choose_file_to_save(self._window, suggestion)
        return path is not None and await self._write(tab, path)

    async def export(self, tab: FlowTab, nodes: Collection[NodeId] = ()) -> None:
        """Ask for a file, and draw the flow there, or only some nodes of it, in the colours of the window."""
        document = tab.document
        folder = document.path.parent if document.path else self._settings.folder
        path = await choose_picture_to_save(self._window, folder / f"{document.title}.png")
        if path is None:
            return
        flow = excerpt(document.flow, nodes) if nodes else document.flow
        try:
            for _ in FlowPicture(flow, document.registry, tab.canvas.theme, document.path).save(path):
                await asyncio.sleep(0)  # the window goes on between two steps
        except ExportError as error:
            self._notices.say("error", f"No picture was made: {error}.")
            return
        tab.message.emit(f"Exported to {path}")

    async def _write(self, tab: FlowTab, path: Path) -> bool:
        document = tab.document
        if self._is_taken(path, tab):
            text = f"Not saved: {path} is open in another tab. Close that tab, or save under another name."
            self._notices.say("error", text)
            return False
        async with self._writing_to(path, tab):
            flow = document.flow
            seen = tab.canvas.view_state()
            view = flow.view.model_copy(update={"center": seen.center, "zoom": seen.zoom})  # bookmarks stay
            written = flow.model_copy(update={"view": view})
            try:
                await asyncio.to_thread(save_flow, written, path)
            except (OSError, FlowFileError) as error:
                reason = error.strerror if isinstance(error, OSError) and error.strerror else error
                self._notices.say("error", f"Could not save {path}: {reason}. Save it elsewhere by File → Save As.")
                return False
            self._settings.add_recent(path)
            if tab in self._tabs:  # it may have been closed meanwhile
                tab.on_disk, tab.file_is_lost = written, False
                document.saved_as(path, flow)
        for other in self._tabs:
            other.document.reread()  # it may call this one
        return True

    def _is_taken(self, path: Path, tab: FlowTab) -> bool:
        """Whether another tab has this file, or is writing to it: two tabs on one file would overwrite each other."""
        other = self._tabs.tab_of(path)
        taken = {wanted.resolve() for writer, wanted in self._written.items() if writer is not tab}
        return (other is not None and other is not tab) or path.resolve() in taken

    @asynccontextmanager
    async def _writing_to(self, path: Path, tab: FlowTab) -> AsyncIterator[None]:
        self._written[tab] = path
        try:
            async with tab.writing:
                yield
        finally:
            self._written.pop(tab, None)

    async def _put_in_tab(self, flow: Flow, path: Path | None) -> FlowTab:
        """Open a tab; a flow that was never looked at is shown whole, or from its beginning."""
        before = self._tabs.current
        tab = self._new_tab(flow, path)
        tab.on_disk = flow if path is not None else None
        if before is not None and before.is_untouched():
            self._tabs.drop(before)
        await asyncio.sleep(0)  # the new tab gets its size first
        if flow.view == _NEVER_LOOKED_AT:
            tab.show_whole_or_beginning()
        else:
            tab.canvas.set_view_state(flow.view)
        return tab

    def _show(self, path: Path) -> FlowTab | None:
        tab = self._tabs.tab_of(path)
        if tab is not None:
            self._tabs.setCurrentWidget(tab)
        return tab


def examples() -> list[str]:
    """The names of the examples, the first one first."""
    found = sorted(
        path.name.removesuffix(f".{FILE_SUFFIX}") for path in resource_path("examples").glob(f"*.{FILE_SUFFIX}")
    )
    return sorted(found, key=lambda name: name != FIRST_EXAMPLE)


def example_title(name: str) -> str:
    """An example's name for people: `ask-in-the-background` is `Ask in the background`."""
    return name.replace("-", " ").replace("_", " ").capitalize()
