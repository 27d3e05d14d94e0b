"""The canvas widget: shows a document, turns events into gestures, and offers what menus and shortcuts need."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import reduce

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragMoveEvent,
    QDropEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QToolTip

from runtime.document.flow import ConnectionKey
from runtime.ids import NodeId, PinName
from runtime.validation import Problem

from .. import commands, frames
from ..activity import RunActivity
from ..document import FlowDocument
from ..places import snapped
from ..theme import Theme
from . import announce, insertion
from .animation import Animation
from .asking import ask_for_details, ask_for_menu, request_at_cursor
from .breakpoint_editing import BreakpointEditing
from .editing import ValueEditing
from .empty_hint import EmptyHint
from .focus_painter import paint_focus
from .found import Found
from .free_place import free_place
from .gestures.hand import Hand
from .gestures.pan import Pan
from .hit import Hit, hit_at
from .keyboard import KeyboardFocus
from .keys import asks_for_node, press_key
from .late_paint import LatePaint
from .locating import NO_PIN, locate, place_of
from .painter import CanvasPainter
from .pins_editing import PinsEditing
from .problem_marks import by_node, severities
from .projection import Projection
from .rows import HEADER
from .scroll_area import UnboundedScrollArea
from .selection import Selection
from .space_key import SpaceKey
from .standing import Standing
from .subject import NO_FLASH, Subject
from .title_editing import TitleEditing
from .tooltips import tooltip

MIME_NODE_TYPE = "application/x-futureflow-node-type"
"""What the palette drags: the id of a node type as UTF-8."""
FLASH_MS = 900
MOST_PIECES = 12
"""More damaged areas than this are repainted as one: to clip to many pieces costs more than to paint between them."""


class CanvasView(UnboundedScrollArea):
    """A document's canvas.

    Signals:
        selection_changed(): read `selected_nodes` and `selected_connections`.
        node_activated(NodeId): double-click, or Enter.
        add_requested(AddRequest): Tab, a tap on Space, double-click or right-click on nothing, or a wire dropped there.
        message(str): a refusal or a hint for the status bar; "" takes it away.
        context_menu_requested(Hit, QPoint): right-click on a node, a pin or a wire; the place is global.
        targets_requested(WireEnd): somebody wants to choose from a list what to connect a pin with.
    """

    selection_changed = Signal()
    node_activated = Signal(object)
    add_requested = Signal(object)
    message = Signal(str)
    context_menu_requested = Signal(object, QPoint)
    targets_requested = Signal(object)

    def __init__(self, document: FlowDocument, theme: Theme, activity: RunActivity) -> None:
        super().__init__()
        self.document = document
        self.theme = theme
        self.activity = activity
        self.projection = Projection(document, self)
        self.selection = Selection(document, self)
        self.animation = Animation(self.projection, activity, self)
        self.subject = Subject(self.projection, self.selection, activity, self.animation)
        self.painter = CanvasPainter(self.subject, theme)
        self.editing = ValueEditing(self)
        self.titles = TitleEditing(self)
        self.pins = PinsEditing(self)
        self.breakpoints = BreakpointEditing(self)
        self.hand = Hand(self)
        self.space = SpaceKey(self)
        self.keyboard: KeyboardFocus = KeyboardFocus(self)
        self._flash = QTimer(self, singleShot=True, interval=FLASH_MS)
        self._flash.timeout.connect(self._end_flash)
        self._late = LatePaint(self)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAcceptDrops(True)
        self.viewport().setMouseTracking(True)
        self.empty_hint = EmptyHint(self, document)
        self.setAccessibleName("Flow canvas")
        self.setAccessibleDescription(announce.about_flow(document))
        self.projection.damaged.connect(self.damage)
        self.animation.damaged.connect(self.damage)
        self.selection.changed.connect(self._show_selection)
        document.changed.connect(self._follow_document)
        document.reset.connect(self._start_anew)

    # -- selection

    def selected_nodes(self) -> list[NodeId]:
        """The selected nodes in the order of the document."""
        return [node_id for node_id in self.document.nodes if node_id in self.selection.nodes]

    def selected_connections(self) -> list[ConnectionKey]:
        """The selected wires in the order of the document."""
        return [key for key in self.document.connections if key in self.selection.wires]

    def select(self, nodes: Iterable[NodeId]) -> None:
        """Select exactly these nodes."""
        self.selection.set(nodes)

    def select_all(self) -> None:
        """Select all nodes."""
        self.selection.set(self.document.nodes)

    def add_node(self, type_id: str, place: QPointF, into: ConnectionKey | None = None) -> NodeId:
        """Add a node with its header under a place of the canvas, and select it; it goes into a wire that it fits."""
        corner = place - QPointF(HEADER, HEADER / 2)
        node_id = insertion.add_at(self.projection, type_id, snapped(corner), into)
        self.selection.set([node_id])
        return node_id

    def add_node_in_sight(self, type_id: str) -> NodeId:
        """Add a node where one looks and nothing lies yet, and select it."""
        node_id = self.add_node(type_id, self.free_place(self.camera.center))
        self.bring_in_sight(node_id)
        return node_id

    def free_place(self, wanted: QPointF) -> QPointF:
        """A place of the canvas, or the next one to it where no node lies."""
        return free_place(self.projection, self.camera, wanted)

    def delete_selection(self) -> None:
        """Delete the selected nodes and wires, or the wires of the pin that the keyboard is at: one undo step."""
        self.hand.cancel()
        if not self.keyboard.delete_wires():
            commands.remove(self.document, self.selection.nodes, self.selection.wires, self.selection.frames)

    def nudge(self, dx: float, dy: float) -> None:
        """Move what is selected a little; moves in a row are one undo step."""
        frames.move(self.document, *self.moving(), QPointF(dx, dy), "nudge")

    def moving(self) -> tuple[set[NodeId], set[str]]:
        """The nodes and frames that move with the selection: with a frame goes all that it owns."""
        chosen = self.selection.frames.union(
            *(frames.inner_frames(self.document, one) for one in self.selection.frames)
        )
        return set(self.selection.nodes).union(*map(self.projection.owned_by, chosen)), set(chosen)

    def bring_in_sight(self, node_id: NodeId) -> None:
        """Move the view if the node is not seen whole."""
        rect = self.projection.nodes[node_id].rect
        if not self.camera.visible.contains(rect):
            self.center_at(rect.center())

    def activate_selected(self) -> None:
        """What a double-click on the selected node does."""
        if len(self.selection.nodes) == 1:
            self.node_activated.emit(next(iter(self.selection.nodes)))

    # -- view

    def fit_selection(self) -> None:
        """Show all selected nodes, or everything if nothing is selected."""
        self.fit_area(self.projection.bounds(self.selection.nodes))

    def center_on(self, node_id: NodeId) -> None:
        """Bring a node to the middle, select it and flash it; a node that is gone is no error."""
        self.show_place(node_id)

    def show_place(self, node: NodeId | None, pin: PinName = NO_PIN, wire: ConnectionKey | None = None) -> None:
        """Bring a wire, or else a node, to the middle, select it and flash it, and the pin of this name with it.

        What is gone is no error.
        """
        flash = locate(self.projection, node, pin, wire)
        if flash is None:
            return
        self.selection.set(filter(None, [flash.node]), filter(None, [flash.wire]))
        self.center_at(place_of(self.projection, self.camera, flash))
        self.subject.flash = flash
        self._flash.start()
        self.viewport().update()

    def show_found(self, found: Found | None) -> None:
        """Show what a search found, and all else under a veil; None takes the veil away."""
        if found != self.subject.found:
            self.subject.found = found
            self.viewport().update()

    def set_theme(self, theme: Theme) -> None:
        """Show everything in other colours."""
        self.theme = theme
        self.painter.set_theme(theme)
        self.viewport().update()

    def hover_wire(self, key: ConnectionKey | None) -> None:
        """The mouse is on this wire, or on none: it stands out."""
        before, self.subject.hovered_wire = self.subject.hovered_wire, key
        if key != before:
            laid = self.projection.wires
            self.damage([laid[wire].box for wire in (before, key) if wire in laid])

    def show_problems(self, problems: Iterable[Problem]) -> None:
        """Mark the nodes that have problems, given errors first."""
        before, self.subject.problems = self.subject.problems, by_node(problems)
        changed = severities(before) ^ severities(self.subject.problems)
        placed = self.projection.nodes
        self.damage([placed[node_id].box for node_id in {node_id for node_id, _ in changed} if node_id in placed])

    def show_standing(self, standing: Standing) -> None:
        """Mark where tokens stand still; tool tips show the values that the one sees which is looked at."""
        self.subject.standing = standing
        self.activity.values.standing = standing.outputs
        self.viewport().update()  # their signs have one size at every zoom, so they reach out of the nodes' boxes

    def refresh_activity(self, nodes: frozenset[NodeId]) -> None:
        """These nodes do something else now: repaint those that are in sight, once with the next frame or tick."""
        if self.isVisible():
            placed = self.projection.nodes
            self.animation.damage([placed[node_id].box for node_id in nodes if node_id in placed])
            self.animation.follow_activity()
            self.keyboard.tell_activity()

    # -- gestures

    def escape(self) -> None:
        """Call off what is under way; else leave the pin that the keyboard is at; else select nothing."""
        if self.hand.gesture is not None:
            self.hand.cancel()
        elif not self.keyboard.leave():
            self.selection.clear()

    def edit_value(self, node: NodeId, pin: PinName) -> None:
        """Edit a painted value where it is painted."""
        self.editing.edit(node, pin)

    def hit(self, place: QPointF) -> Hit:
        """What lies under a place of the viewport."""
        return hit_at(self.projection, self.camera.to_scene(place), self.camera.zoom)

    # -- following

    def content_bounds(self) -> QRectF:
        return self.projection.bounds()

    def can_scroll_pixels(self) -> bool:
        nothing_above = self.hand.gesture is None or isinstance(self.hand.gesture, Pan)
        return super().can_scroll_pixels() and nothing_above

    def view_moved(self, *, zoomed: bool) -> None:
        super().view_moved(zoomed=zoomed)
        self._close_popups()
        self.painter.near.stretch = zoomed

    def zoom_rested(self) -> None:
        self.painter.near.stretch = False
        self.viewport().update()

    def damage(self, areas: list[QRectF] | None) -> None:
        """Repaint what shows these areas of the canvas, or everything."""
        if areas is None:
            self.viewport().update()
            return
        visible = self.camera.visible
        seen = [area for area in areas if area.intersects(visible)]
        if len(seen) > MOST_PIECES:
            seen = [reduce(QRectF.united, seen)]
        for area in seen:
            self.update_area(area)

    def _show_selection(
        self, nodes: Iterable[NodeId], wires: Iterable[ConnectionKey], turned_frames: Collection[str]
    ) -> None:
        placed, laid = self.projection.nodes, self.projection.wires
        boxes = [placed[node_id].box for node_id in nodes if node_id in placed]
        self.damage(None if turned_frames else boxes + [laid[key].box for key in wires if key in laid])
        self.selection_changed.emit()

    def _follow_document(self, _change: object) -> None:
        self.hand.follow_document()
        self.editing.follow_document()
        self.pins.follow_document()
        self.breakpoints.follow_document()
        self.setAccessibleDescription(announce.about_flow(self.document))

    def _start_anew(self) -> None:
        for popup in (self.editing, self.titles, self.pins, self.breakpoints):
            popup.cancel()
        self.hand.cancel()
        self.fit()
        self.history.clear()

    def _close_popups(self) -> None:
        for popup in (self.editing, self.titles, self.pins, self.breakpoints):
            popup.close()

    def _end_flash(self) -> None:
        self.subject.flash = NO_FLASH
        self.viewport().update()

    # -- events

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        self.painter.paint(painter, self.camera, event.region())
        paint_focus(painter, self.camera, self.projection, self.theme, self.keyboard)
        if self.hand.gesture is not None:
            self.hand.gesture.paint(painter)
        painter.end()
        self._late.follow_paint()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._close_popups()
        self.space.spoil()
        self.keyboard.clear()
        self.hand.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.hand.move(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.hand.release(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        is_left = event.button() is Qt.MouseButton.LeftButton
        if not (is_left and ask_for_details(self, event.position())):
            self.mousePressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self.hand.gesture is None:
            ask_for_menu(self, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space:
            self.space.press(event)
        elif not press_key(self, event):
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space:
            self.space.release(event)
        super().keyReleaseEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.hand.pans = False
        self.space.spoil()
        super().focusOutEvent(event)

    def event(self, event: QEvent) -> bool:
        # Not in focusNextPrevChild: Qt calls that too when a child with the focus is hidden.
        if asks_for_node(event):
            self.add_requested.emit(request_at_cursor(self))
            event.accept()
            return True
        return super().event(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasFormat(MIME_NODE_TYPE):
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        type_id = bytes(event.mimeData().data(MIME_NODE_TYPE).data()).decode()
        if type_id in self.document.registry:
            self.add_node(type_id, self.camera.to_scene(event.position()), self.hit(event.position()).wire)
            event.acceptProposedAction()

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            text = tooltip(self.subject, self.hit(QPointF(event.pos())))
            QToolTip.showText(event.globalPos(), text, self.viewport())
            return True
        return super().viewportEvent(event)
