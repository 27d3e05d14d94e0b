"""The inspector: everything that can be set on the selected node, made from its type's declaration."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from runtime.ids import NodeId
from runtime.validation import Problem

from ..activity import RunActivity
from ..change import Change
from ..document import FlowDocument
from ..theme import Theme
from .flow_page import FlowPage
from .labels import EmptyState, bold, hint_label
from .node_page import NodePage


class Inspector(QScrollArea):
    """Shows one node; with none selected the flow itself, with several a summary.

    Signals:
        locate_requested(NodeId): the source of a wire was clicked.
        values_picked(): other values are looked at, of all nodes.
    """

    locate_requested = Signal(object)
    values_picked = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._document: FlowDocument | None = None
        self._activity = RunActivity()
        self._shown: list[NodeId] = []
        self._problems: Mapping[NodeId, Sequence[Problem]] = {}
        self.setAccessibleName("Inspector")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._show_page()

    def set_document(self, document: FlowDocument | None, activity: RunActivity | None = None) -> None:
        """Show another document, nothing of it selected; `activity` knows the last outputs of its nodes."""
        if self._document is not None:
            self._document.changed.disconnect(self._on_changed)
            self._document.reset.disconnect(self._on_reset)
        self._document = document
        self._activity = activity or RunActivity()
        if document is not None:
            document.changed.connect(self._on_changed)
            document.reset.connect(self._on_reset)
        self._shown = []
        self._show_page()

    def show_node(self, node_id: NodeId | None) -> None:
        """Show one node, or the flow."""
        self.show_nodes([] if node_id is None else [node_id])

    def show_nodes(self, node_ids: Sequence[NodeId]) -> None:
        """Show what is selected."""
        if list(node_ids) != self._shown:
            self._shown = list(node_ids)
            self._show_page()

    def edit_mock(self, node_id: NodeId) -> None:
        """Mock the outputs of the node that is shown, and bring the keyboard to the first value."""
        page = self.widget()
        if isinstance(page, NodePage) and page.node_id == node_id:
            page.mock.start()
            # Once its new fields have got their places.
            QTimer.singleShot(0, page, lambda: self.ensureWidgetVisible(page.mock, 0, 0))

    def show_problems(self, problems: Mapping[NodeId, Sequence[Problem]]) -> None:
        """What is wrong with the nodes of the document."""
        self._problems = problems
        page = self.widget()
        if isinstance(page, NodePage):
            page.show_problems(problems.get(page.node_id, ()))

    def refresh_activity(self, node_ids: Collection[NodeId]) -> None:
        """These nodes did something: show their outputs anew."""
        page = self.widget()
        if isinstance(page, NodePage):
            page.refresh_activity(node_ids)

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        self._theme = theme
        self._show_page()

    def _show_page(self) -> None:
        # Shown nodes may just have been deleted: the selection's own news of that comes later.
        known = [n for n in self._shown if self._document is not None and n in self._document.nodes]
        old = self.takeWidget()
        if old is not None:
            # Not at once: a click in the old page may be what brought us here.
            old.hide()
            old.deleteLater()
        page = self._page(self._document, known)
        page.setMinimumWidth(1)  # never wider than the panel, whatever long word stands in it
        self.setWidget(page)

    def _page(self, document: FlowDocument | None, node_ids: Sequence[NodeId]) -> QWidget:
        if document is None:
            return EmptyState("inspector", "No flow is open", "Open or make a flow to see its nodes here.", self._theme)
        if not node_ids:
            return FlowPage(document, self._theme)
        if len(node_ids) > 1:
            return _summary(document, node_ids)
        page = NodePage(document, node_ids[0], self._activity, self._theme)
        page.locate_requested.connect(self.locate_requested)
        page.values_picked.connect(self.values_picked)
        page.show_problems(self._problems.get(page.node_id, ()))
        return page

    def _on_changed(self, change: Change) -> None:
        page = self.widget()
        others = {
            edit.key
            for edit in change.nodes
            if edit.after is None or edit.before is None or edit.after.type != edit.before.type
        }
        if others & set(self._shown):
            self._show_page()
        elif isinstance(page, NodePage | FlowPage):
            page.take(change)

    def _on_reset(self) -> None:
        self._shown = []
        self._show_page()

    def sizeHint(self) -> QSize:
        return QSize(320, 480)


def _summary(document: FlowDocument, node_ids: Sequence[NodeId]) -> QWidget:
    """How many nodes of which type are selected."""
    page = QWidget()
    layout = QVBoxLayout(page)
    layout.setContentsMargins(12, 12, 12, 12)
    headline = QLabel(f"{len(node_ids)} nodes selected")
    headline.setFont(bold(headline.font()))
    layout.addWidget(headline)
    layout.addWidget(hint_label("Select one node to see and set its inputs."))
    types = Counter(document.nodes[node_id].type for node_id in node_ids)
    for type_id, count in types.most_common():
        title = document.registry.get(type_id).title if type_id in document.registry else type_id
        line = QLabel(f"{title}: {count}")
        line.setTextFormat(Qt.TextFormat.PlainText)
        line.setForegroundRole(QPalette.ColorRole.Text)
        layout.addWidget(line)
    layout.addStretch()
    return page
