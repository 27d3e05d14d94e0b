"""The canvas widget: shows a document, turns events into gestures, and offers what menus and shortcuts need."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, Signal
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
from runtime.ids import NodeId

from ..activity import RunActivity
from ..document import FlowDocument
from ..theme import Theme
from . import announce, node_drop
from .animation import Animation
from .asking import ask_for_details, ask_for_menu, request_at_cursor
from .bend_keys import BendKeys
from .breakpoint_editing import BreakpointEditing
from .editing import ValueEditing
from .empty_hint import EmptyHint
from .focus_painter import paint_focus
from .gestures.hand import Hand
from .gestures.pan import Pan
from .highlights import Highlights
from .hit import Hit, hit_at
from .keyboard import KeyboardFocus
from .keys import asks_for_node, press_key
from .late_paint import LatePaint
from .painter import CanvasPainter
from .pins_editing import PinsEditing
from .projection import Projection
from .scroll_area import UnboundedScrollArea
from .selection import Selection
from .space_key import SpaceKey
from .subject import Subject
from .title_editing import TitleEditing
from .tooltips import tooltip


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
        self.highlights = Highlights(self)
        self.painter = CanvasPainter(self.subject, theme)
        self.editing = ValueEditing(self)
        self.titles = TitleEditing(self)
        self.pins = PinsEditing(self)
        self.breakpoints = BreakpointEditing(self)
        self._in_place = (self.editing, self.titles, self.pins, self.breakpoints)
        self.hand = Hand(self)
        self.space = SpaceKey(self)
        document.changed.connect(self._follow_document)  # before the keyboard's, which may have more to tell
        self.keyboard: KeyboardFocus = KeyboardFocus(self)
        self.bends = BendKeys(self)
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

    # -- view

    def set_theme(self, theme: Theme) -> None:
        """Show everything in other colours."""
        self.theme = theme
        self.painter.set_theme(theme)
        self.viewport().update()

    # -- gestures

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
        for editing in self._in_place:
            editing.cancel()
        self.hand.cancel()
        self.fit()
        self.history.clear()

    def _close_popups(self) -> None:
        for editing in self._in_place:
            editing.close()

    # -- events

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self.viewport()) as painter:
            self.painter.paint(painter, self.camera, event.region())
            paint_focus(painter, self)
            if self.hand.gesture is not None:
                self.hand.gesture.paint(painter)
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
        if not press_key(self, event):
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        self.space.release(event)
        super().keyReleaseEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.keyboard.arrive(event.reason())
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.hand.pans = False
        self.space.spoil()
        self.viewport().update()  # of the keyboard's line around the canvas
        super().focusOutEvent(event)

    def event(self, event: QEvent) -> bool:
        # Not in focusNextPrevChild: Qt calls that too when a child with the focus is hidden.
        if asks_for_node(event):
            self.add_requested.emit(request_at_cursor(self))
            event.accept()
            return True
        return super().event(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        node_drop.enter(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        node_drop.drop(self, event)

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            text = tooltip(self.subject, self.hit(QPointF(event.pos())))
            QToolTip.showText(event.globalPos(), text, self.viewport())
            return True
        return super().viewportEvent(event)
