"""What menus, keys and double clicks do about subflows in the flow in front."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Coroutine, Mapping
from pathlib import Path
from typing import Any, Final

from PySide6.QtWidgets import QWidget

from runtime.document.files import load_flow, save_flow
from runtime.errors import DocumentError, FlowFileError, FlowPathError
from runtime.ids import NodeId

from .. import commands
from ..canvas.selected import moving
from ..change import difference
from ..dialogs.asking import FILE_SUFFIX, choose_subflow_to_save
from ..document import FlowDocument
from ..flow_files import FlowFiles
from ..flow_tab import FlowTab
from ..notices import NoticeBar
from ..tabs import FlowTabs
from ..tasks import Tasks
from ..theme import Theme
from .extract import CALL, extract
from .extracted_file import ExtractedFile
from .navigation import SubflowNavigation, called_path
from .unpack import unpack

_CHANGED: Final = "the flow was changed meanwhile: do it again"
_OWN_STATE: Final = (
    "Session state is each flow's own: what “{title}” keeps or reads in the subflow, its caller does not see. Hand it "
    "over by pins."
)


class SubflowMenu:
    """Handlers for `Actions`.

    Attributes:
        navigation: into called flows, and back.
    """

    def __init__(
        self, window: QWidget, tabs: FlowTabs, files: FlowFiles, *, tasks: Tasks, notices: NoticeBar, theme: Theme
    ) -> None:
        self._window = window
        self._tabs = tabs
        self._tasks = tasks
        self._notices = notices
        self.navigation = SubflowNavigation(tabs, files, tasks, theme)

    def handlers(self) -> Mapping[str, Callable[[], None]]:
        """What each action does."""
        return {
            "extract_subflow": self._on_tab("extract the subflow", self._extract),
            "unpack_subflow": self._on_tab("unpack the subflow", self._unpack),
            "open_subflow": self._on_tab("open the subflow", self._open),
            "back_to_caller": self._on_tab("go back to the caller", self._back),
        }

    def opens(self, tab: FlowTab, node_id: NodeId) -> bool:
        """Open the flow that a node calls; False if it is no node that calls one."""
        try:
            calls = called_path(tab.document, node_id) is not None
        except FlowPathError:
            calls = True  # opening it tells what is wrong
        if calls:
            self._tasks.spawn("open the subflow", self.navigation.enter(tab, node_id))
        return calls

    def set_theme(self, theme: Theme) -> None:
        """Wear other colours."""
        self.navigation.set_theme(theme)

    def _on_tab(self, name: str, act: Callable[[FlowTab], Coroutine[Any, Any, None]]) -> Callable[[], None]:
        def handler() -> None:
            if (tab := self._tabs.current) is not None:
                self._tasks.spawn(name, self._told(tab, act))

        return handler

    async def _told(self, tab: FlowTab, act: Callable[[FlowTab], Coroutine[Any, Any, None]]) -> None:
        """Do it, and tell why it could not be done."""
        try:
            await act(tab)
        except (DocumentError, FlowFileError, FlowPathError) as error:
            self._notices.say("warning", f"Not done: {error}.")

    async def _extract(self, tab: FlowTab) -> None:
        nodes, frames = moving(tab.canvas)
        if not nodes:
            tab.message.emit("Select the nodes that are to become a subflow first.")
            return
        document = tab.document
        suggestion = _free_path(document)
        extract(document, nodes, frames, suggestion)  # whatever is in the way is told before a name is asked for
        path = await choose_subflow_to_save(self._window, suggestion)
        if path is None or tab not in self._tabs:
            return
        if self._tabs.tab_of(path) is not None:
            raise DocumentError(f"{path.name} is open in a tab: give the subflow another name")
        before = document.flow
        found = extract(document, nodes & document.nodes.keys(), frames & document.frames.keys(), path)
        await asyncio.to_thread(save_flow, found.flow, path)
        if tab not in self._tabs or difference(before, document.flow):
            raise DocumentError(f"{path.name} was written, but {_CHANGED}")
        self._warn_of_state(document, nodes)
        commands.push(document, "Extract to subflow", found.change)
        ExtractedFile(document, found, path, self._tabs, self._tasks, self._notices)
        tab.canvas.select([found.call])
        tab.message.emit(f"Extracted to {path.name}. A double-click on the call, or Shift+Return, opens it.")

    def _warn_of_state(self, document: FlowDocument, nodes: Collection[NodeId]) -> None:
        keepers = [node for node in nodes if document.nodes[node].type.startswith("state.")]
        if keepers:
            self._notices.say("warning", _OWN_STATE.format(title=document.node_title(keepers[0])))

    async def _unpack(self, tab: FlowTab) -> None:
        document = tab.document
        call = _selected_call(tab)
        path = called_path(document, call)
        if path is None:
            raise DocumentError("the node calls no flow yet: choose its file in the inspector")
        inside = self._tabs.tab_of(path)
        if inside is not None and inside.document.is_modified:
            raise DocumentError(f"{path.name} has unsaved edits in its tab: save it first")
        before = document.flow
        callee = await asyncio.to_thread(load_flow, path)
        if tab not in self._tabs or difference(before, document.flow):
            raise DocumentError(_CHANGED)
        found = unpack(document, call, callee, path)
        commands.push(document, "Unpack subflow", found.change)
        tab.canvas.select(found.nodes)
        tab.message.emit(f"Unpacked {path.name}; the file stays.")

    async def _open(self, tab: FlowTab) -> None:
        chosen = tab.canvas.selected_nodes()
        if len(chosen) != 1:
            raise DocumentError("select one Call Flow first")
        await self.navigation.enter(tab, chosen[0])

    async def _back(self, tab: FlowTab) -> None:
        trail = self.navigation.trail_of(tab)
        if trail:
            await self.navigation.leave(trail[-1])
        else:
            tab.message.emit("This flow was not opened from a call.")


def _selected_call(tab: FlowTab) -> NodeId:
    chosen = tab.canvas.selected_nodes()
    if len(chosen) != 1 or tab.document.nodes[chosen[0]].type != CALL:
        raise DocumentError("select one Call Flow first")
    return chosen[0]


def _free_path(document: FlowDocument) -> Path:
    """A name for a subflow beside the flow that no file has yet."""
    if document.path is None:
        raise DocumentError("save this flow first (Ctrl+S): the file of a subflow lies beside its own")
    names = (f"{document.title} part {number}.{FILE_SUFFIX}" for number in range(1, 1000))
    paths = (document.path.with_name(name) for name in names)
    return next(path for path in paths if not path.exists())
