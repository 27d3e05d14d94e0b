"""What is asked before work could get lost: unsaved changes, a flow that listens or runs, futures that are pending."""

from __future__ import annotations

from typing import Final

from PySide6.QtWidgets import QWidget

from runtime.session import Session

from .dialogs.asking import choose
from .flow_files import FlowFiles
from .flow_tab import FlowTab
from .notices import NoticeBar
from .tabs import FlowTabs

SAVE: Final = "Save"
DISCARD: Final = "Discard"
CANCEL: Final = "Cancel"
STOP: Final = "Stop and close"
STOP_LISTENING: Final = "Stop listening and close"
WAIT: Final = "Wait"
CANCEL_THEM: Final = "Cancel them"
KEEP_EDITING: Final = "Keep editing"
WAITING: Final = "Futureflow closes when everything under way has ended. To change your mind, close it again."


class Closing:
    """Asks, and says whether to go on."""

    def __init__(self, window: QWidget, tabs: FlowTabs, files: FlowFiles, session: Session, notices: NoticeBar) -> None:
        self._window = window
        self._tabs = tabs
        self._files = files
        self._session = session
        self._notices = notices

    async def may_close_tab(self, tab: FlowTab) -> bool:
        """Whether a tab may go: its changes are saved or given up, its run is stopped or over."""
        if tab not in self._tabs:
            return False  # asked to twice at once, it is gone already
        does = " and ".join(
            word for word, is_so in (("listening", tab.listening.is_on), ("running", tab.runs.running)) if is_so
        )
        if does:
            more = "Its futures go on; the panel keeps them."
            if tab.listening.is_on:
                more = "Its events start no more runs then. " + more
            question = f"“{tab.document.title}” is still {does}."
            if await choose(self._window, question, more, (STOP, KEEP_EDITING)) != STOP:
                return False
        return await self._saved_or_given_up(tab)

    async def may_close_window(self) -> bool:
        """Whether the window may go: nothing under way that the person wants to keep, and nothing unsaved.

        In this order, for while the window waits its flows can be edited.
        """
        if not await self._nothing_listening():
            return False
        answer = await self._nothing_pending()
        if answer == KEEP_EDITING:
            return False
        for tab in list(self._tabs):
            if not await self._saved_or_given_up(tab):
                return False
        if answer == CANCEL_THEM:  # else the end of the program interrupts what is new since then: that can be resent
            self._session.futures.cancel_pending(reason="cancelled as the window was closed")
        return True

    async def _saved_or_given_up(self, tab: FlowTab) -> bool:
        if not tab.document.is_modified:
            return True
        self._tabs.setCurrentWidget(tab)
        question = f"Save the changes to “{tab.document.title}”?"
        answer = await choose(self._window, question, "Without saving they are lost.", (SAVE, DISCARD, CANCEL))
        if answer == SAVE and await self._files.save(tab):
            return await self._saved_or_given_up(tab)  # it may have been edited while it was written
        return answer == DISCARD

    async def _nothing_listening(self) -> bool:
        """Whether no flow listens, or no longer: else there would always be something new under way."""
        listening = [tab for tab in self._tabs if tab.listening.is_on]
        if not listening:
            return True
        what = f"“{listening[0].document.title}” is" if len(listening) == 1 else f"{len(listening)} flows are"
        question, more = f"{what} still listening.", "Without Futureflow, events start no runs."
        if await choose(self._window, question, more, (STOP_LISTENING, KEEP_EDITING)) != STOP_LISTENING:
            return False
        for tab in self._tabs:
            tab.listening.end()
        return True

    async def _nothing_pending(self) -> str:
        """What to do with what is under way; WAIT if nothing is, or no longer."""
        under_way = self._under_way()
        if not under_way:
            return WAIT
        more = "Wait until they have ended, or cancel them and close now?"
        answer = await choose(self._window, f"{under_way} still under way.", more, (WAIT, CANCEL_THEM, KEEP_EDITING))
        if answer == WAIT:
            take_away = self._notices.say("info", WAITING)
            try:
                await self._all_ended()
            finally:
                take_away()
        return answer

    async def _all_ended(self) -> None:
        """Wait for runs and futures: either may bring new ones of the other."""
        while self._under_way():
            for run in self._session.runs:
                await self._session.wait(run)
            await self._session.futures.wait_all()

    def _under_way(self) -> str:
        """As `1 run and 3 futures are`; "" if nothing is."""
        counts = ((len(self._session.runs), "run"), (len(self._session.futures.pending()), "future"))
        parts = [f"{count} {what}{'s' if count > 1 else ''}" for count, what in counts if count]
        verb = "are" if len(parts) > 1 or sum(count for count, _ in counts) > 1 else "is"
        return f"{' and '.join(parts)} {verb}" if parts else ""
