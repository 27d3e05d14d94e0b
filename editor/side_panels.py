"""The panels around the canvas, as one: they show the flow in front and hear every event."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QMainWindow

from runtime.ids import FutureId, NodeId, PinName, RunId
from runtime.session import Session
from runtime.validation import Problem

from .canvas.locating import show_place
from .canvas.problem_marks import by_node
from .docks import Docks
from .flow_tab import FlowTab
from .known_futures import KnownFutures
from .panels.console import Console
from .panels.debugger_panel import DebuggerPanel
from .panels.futures.history import HistorySource
from .panels.futures.panel import FuturesPanel
from .panels.history.panel import HistoryPanel
from .panels.inspector import Inspector
from .panels.node_search import NodeSearch
from .panels.palette import Palette
from .panels.problems import ProblemsPanel
from .panels.undo_history import UndoHistory
from .run_bridge import RunBridge
from .settings import Settings
from .tabs import FlowTabs
from .tasks import Tasks
from .theme import Theme


class SidePanels(QObject):
    """Makes the panels and keeps them fed.

    Attributes:
        palette, inspector, undo_history, futures, console, problems, debugger, history: the panels.
        known_futures: what the futures panel shows: those of the session and of recordings.
        docks: where they stand.

    Signals:
        locate_requested(NodeId): a panel wants this node shown on the canvas.
    """

    locate_requested = Signal(object)

    def __init__(  # noqa: PLR0913 (what all of the panels need together)
        self,
        window: QMainWindow,
        session: Session,
        search: NodeSearch,
        tabs: FlowTabs,
        bridge: RunBridge,
        *,
        tasks: Tasks,
        theme: Theme,
    ) -> None:
        super().__init__(window)
        self._tabs = tabs
        self._shown: FlowTab | None = None
        # The inspector builds its page anew, which takes longer than a frame: in a turn of its own, once for a rubber
        # band that selects node after node.
        self._selection_turn = QTimer(self, interval=0, singleShot=True)
        self._selection_turn.timeout.connect(self.show_selection)
        self.palette = Palette(search, theme)
        self.inspector = Inspector(theme)
        self.undo_history = UndoHistory(tabs.undo_group, theme)
        self.known_futures = KnownFutures(session.futures)
        source = (
            HistorySource(session.futures, session.store, tasks.spawn, self._open_titles)
            if session.store is not None
            else None
        )
        self.futures = FuturesPanel(
            self.known_futures,
            session.completions,
            session.providers,
            theme,
            self._node_title,
            source,
        )
        self.console = Console(theme, self._node_title)
        self.problems = ProblemsPanel(theme)
        self.debugger = DebuggerPanel(theme)
        self.history = HistoryPanel(theme)
        panels = {
            "palette": self.palette,
            "inspector": self.inspector,
            "undo": self.undo_history,
            "futures": self.futures,
            "console": self.console,
            "problems": self.problems,
            "debugger": self.debugger,
            "history": self.history,
        }
        self.docks = Docks(window, panels)
        self.problems.problems_changed.connect(self._take_problems)
        self.problems.problem_activated.connect(self._show_problem)
        for panel in (self.inspector, self.futures, self.console):
            panel.locate_requested.connect(self.locate_requested)
        self.inspector.values_picked.connect(self._look_again)
        bridge.listen(self.futures.on_event, self.console.on_event)
        bridge.texts_grew.connect(self.futures.on_texts)

    def forget(self, run_ids: Collection[RunId], future_ids: Collection[FutureId]) -> None:
        """Take away what these runs and futures told."""
        self.console.forget_runs(run_ids)
        self.futures.model.forget(future_ids)

    def restore(self, settings: Settings) -> None:
        """Look at the panels as at the end of the last session."""
        self.futures.restore_view(settings.view_of("futures"))

    def remember(self, settings: Settings) -> None:
        """Keep how the person looks at them for the next session."""
        settings.set_view_of("futures", self.futures.view_state())

    def show_tab(self, tab: FlowTab | None) -> None:
        """Show what belongs to the flow in front."""
        if tab is self._shown:
            return
        self._shown = tab
        document = tab.document if tab else None
        self.inspector.set_document(document, tab.feed.activity if tab else None)
        self.problems.set_document(document)
        self.history.set_flow(document.source.key if document else None)
        self._selection_turn.start()

    def watch(self, tab: FlowTab) -> None:
        """Listen to a new tab."""
        tab.canvas.selection_changed.connect(self._selection_turn.start)
        tab.feed.activity_changed.connect(lambda nodes: self._show_activity(tab, nodes))

    def show_selection(self) -> None:
        """Show in the inspector what is selected in the flow in front."""
        self.inspector.show_nodes(self._shown.canvas.selected_nodes() if self._shown else [])

    def set_theme(self, theme: Theme) -> None:
        """Wear other colours."""
        for panel in (
            self.palette,
            self.inspector,
            self.undo_history,
            self.futures,
            self.console,
            self.problems,
            self.debugger,
            self.history,
        ):
            panel.set_theme(theme)

    def _show_activity(self, tab: FlowTab, nodes: frozenset[NodeId]) -> None:
        if tab is self._shown:
            self.inspector.refresh_activity(nodes)

    def _look_again(self) -> None:
        if self._shown is not None:
            self._shown.feed.look_again()

    def _take_problems(self) -> None:
        """Another list of problems: hints are neither counted nor marked on the nodes."""
        problems = [problem for problem in self.problems.problems if problem.severity != "hint"]
        self.docks.set_title("problems", f"{len(problems):,}" if problems else "")
        if self._shown is not None:
            self._shown.canvas.highlights.show_problems(problems)
        self.inspector.show_problems(by_node(problems))

    def _show_problem(self, problem: Problem) -> None:
        if self._shown is not None:
            show_place(self._shown.canvas, problem.node, PinName(problem.pin), problem.connection)
            self._shown.setFocus()

    def _open_titles(self) -> Mapping[tuple[str, NodeId], str]:
        """Titles of the nodes of all open flows, by the flow's source and the node's id."""
        return {
            (tab.document.source.key, node_id): tab.document.node_title(node_id)
            for tab in self._tabs
            for node_id in tab.document.nodes
        }

    def _node_title(self, run_id: RunId, node_id: NodeId) -> str:
        """What the node of a run is called; once its tab is closed, its id."""
        document = next((tab.document for tab in self._tabs if tab.owns_run(run_id)), None)
        return document.node_title(node_id) if document is not None and node_id in document.nodes else node_id
