"""Find and Go to Node: what the bar and the search at the top of the canvas do to the flows that are open."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, QPoint, QTimer

from runtime.ids import NodeId

from .canvas.found import Found
from .canvas.locating import bring_in_sight, show_place
from .finder import Finder
from .finding import Match
from .flow_tab import FlowTab
from .panels.find_bar import FindBar
from .panels.go_to_popup import GoToPopup
from .tabs import FlowTabs
from .theme import Theme

_LEGIBLE_ZOOM = 0.55
_QUIET_MS = 200
"""How long after an edit the flows are searched again."""


class FindMenu(QObject):
    """Handlers for `Actions`.

    Attributes:
        bar, go_to: its parts.
        finder: the search that the bar shows.
        current: which of the matches is looked at, -1 for none.
    """

    def __init__(self, tabs: FlowTabs, theme: Theme) -> None:
        super().__init__(tabs)
        self._tabs = tabs
        self.bar = FindBar(tabs, theme)
        self.go_to = GoToPopup(theme, tabs)
        self.finder = Finder(self)
        self.current = -1
        self._kept: Match | None = None
        self._front: FlowTab | None = None
        self._quiet = QTimer(self, interval=_QUIET_MS, singleShot=True)
        self._quiet.timeout.connect(self._look_again)
        self.finder.begun.connect(self._show)
        self.finder.found.connect(self._show_more)
        self.bar.text_changed.connect(self._look_anew)
        self.bar.scope_changed.connect(self._look_anew)
        self.bar.step_wanted.connect(self._step)
        self.bar.row_chosen.connect(self._choose)
        self.bar.closed.connect(self._close)
        self.go_to.node_chosen.connect(self._go_to)
        tabs.current_tab_changed.connect(self._on_tab)
        tabs.dropped.connect(lambda _tab: self._look_anew())

    def handlers(self) -> Mapping[str, Callable[[], object]]:
        """What each action does."""
        return {
            "find": self._open,
            "find_next": lambda: self._step(1),
            "find_previous": lambda: self._step(-1),
            "go_to_node": self._ask,
        }

    def watch(self, tab: FlowTab) -> None:
        """Search again when a flow is edited."""
        tab.document.changed.connect(lambda _change: self._note_edit())
        tab.document.reset.connect(self._note_edit)

    def set_theme(self, theme: Theme) -> None:
        """Wear other colours."""
        self.bar.set_theme(theme)
        self.go_to.set_theme(theme)

    # -- find

    def _open(self) -> None:
        is_new = not self.bar.isVisible()
        self.bar.open()
        if is_new:
            self._look_anew()

    def _close(self) -> None:
        self.bar.hide()
        self._quiet.stop()
        self._go_on_from(self._match())
        self.current, self._kept = -1, None
        self.finder.forget()
        for tab in self._tabs:
            tab.canvas.highlights.show_found(None)
        if self._tabs.current is not None:
            self._tabs.current.setFocus()

    def _go_on_from(self, match: Match | None) -> None:
        """The keyboard goes on from a match to which one stepped."""
        tab = self._tabs.current
        if tab is None or match is None or match.document is not tab.document:
            return
        canvas = tab.canvas
        if match.node is not None and match.node in canvas.selection.nodes:
            canvas.keyboard.go_to(match.node)
        elif match.frame is not None and match.frame in canvas.selection.frames:
            canvas.keyboard.go_to_frame(match.frame)

    def _look_anew(self, _text: str = "") -> None:
        self._kept = None
        self._look()

    def _look_again(self) -> None:
        """After an edit: what is looked at stays, if it is still there."""
        self._kept = self._match()
        self._look()

    def _look(self) -> None:
        if not self.bar.isVisible():
            return
        self._quiet.stop()
        self.current = -1
        self._front = front = self._tabs.current
        others = [tab for tab in self._tabs if tab is not front] if self.bar.all_tabs.isChecked() else []
        tabs = [tab for tab in (front, *others) if tab is not None]
        self.finder.look_for(self.bar.field.text(), [tab.document for tab in tabs])

    def _note_edit(self) -> None:
        if self.bar.isVisible():
            self._quiet.start()

    def _on_tab(self) -> None:
        """Another flow is in front. A search through all goes on: its own steps bring flows to the front."""
        front = self._tabs.current
        if front is not self._front and not self.bar.all_tabs.isChecked():
            self._look_anew()

    def _show_more(self) -> None:
        if self._kept is not None:
            same = (i for i, match in enumerate(self.finder.matches) if _same_place(match, self._kept))
            self.current = next(same, self.current)
        elif self.current < 0 and self.finder.matches:
            self.current = 0
            self._bring_in_sight(self.finder.matches[0])
        self._show()

    def _show(self) -> None:
        matches, current = self.finder.matches, self._match()
        if self.finder.is_done:
            self._mark(current)
        self.bar.show_matches(matches, self.current, is_done=self.finder.is_done)

    def _mark(self, current: Match | None) -> None:
        is_on = self.bar.isVisible() and bool(self.bar.field.text())
        for tab in self._tabs:
            here = [match for match in self.finder.matches if match.document is tab.document]
            is_here = current is not None and current.document is tab.document
            found = Found(
                frozenset(match.node for match in here if match.node is not None),
                frozenset(match.frame for match in here if match.frame is not None),
                current.node if is_here and current else None,
                current.frame if is_here and current else None,
            )
            searched = is_on and bool(here) and (self.bar.all_tabs.isChecked() or tab is self._tabs.current)
            tab.canvas.highlights.show_found(found if searched else None)

    def _match(self) -> Match | None:
        return self.finder.matches[self.current] if 0 <= self.current < len(self.finder.matches) else None

    def _step(self, step: int) -> None:
        if not self.bar.isVisible():
            self._open()
        elif self.finder.matches:
            self._choose((self.current + step) % len(self.finder.matches))

    def _choose(self, row: int) -> None:
        self.current = row
        match = self.finder.matches[row]
        self._bring_in_sight(match, selects=True)
        self._mark(match)
        self._show()

    def _bring_in_sight(self, match: Match, *, selects: bool = False) -> None:
        tab = next((tab for tab in self._tabs if tab.document is match.document), None)
        if tab is None:
            return
        if selects:
            self._tabs.setCurrentWidget(tab)
        canvas = tab.canvas
        if match.node is not None:
            show_place(canvas, match.node) if selects else bring_in_sight(canvas, match.node)
        elif match.frame is not None and match.frame in tab.document.frames:
            canvas.center_at(canvas.projection.frame_place(match.frame).center())
            if selects:
                canvas.selection.set(frames=[match.frame])

    # -- go to

    def _ask(self) -> None:
        tab = self._tabs.current
        if tab is None:
            return
        area = tab.canvas.viewport()
        middle = QPoint((area.width() - self.go_to.width()) // 2, min(area.height() // 8, 60))
        self.go_to.open_for(tab.document, area.mapToGlobal(middle))

    def _go_to(self, node_id: NodeId) -> None:
        tab = self._tabs.current
        if tab is None:
            return
        if tab.canvas.camera.zoom < _LEGIBLE_ZOOM:
            tab.canvas.zoom_to(_LEGIBLE_ZOOM)
        show_place(tab.canvas, node_id)
        tab.canvas.keyboard.go_to(node_id)
        tab.setFocus()


def _same_place(one: Match, other: Match) -> bool:
    return (one.document, one.node, one.frame) == (other.document, other.node, other.frame)
