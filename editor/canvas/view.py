"""The canvas widget: shows a document, turns events into gestures, and offers what menus and shortcuts need."""

from __future__ import annotations

from collections.abc import Iterable
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
from PySide6.QtWidgets import QApplication, QToolTip

from runtime.document.flow import ConnectionKey
from runtime.ids import NodeId, PinName

from .. import commands
from ..activity import RunActivity
from ..document import FlowDocument
from ..theme import Theme
from . import announce
from .add_request import AddRequest
from .editing import ValueEditing
from .gestures.gesture import Gesture
from .gestures.move_nodes import moved_by, snapped
from .gestures.press import gesture_for
from .hit import Hit, hit_at
from .keys import press_key, tab_step
from .painter import CanvasPainter
from .projection import Projection
from .rows import HEADER
from .scroll_area import UnboundedScrollArea
from .selection import Selection
from .subject import Subject
from .tooltips import tooltip

MIME_NODE_TYPE = "application/x-futureflow-node-type"
"""What the palette drags: the id of a node type as UTF-8."""
FLASH_MS = 900
MOST_PIECES = 12
"""More damaged areas than this are repainted as one: to clip to many pieces costs more than to paint between them."""
_CURSORS = {
    "pin": Qt.CursorShape.CrossCursor,
    "field": Qt.CursorShape.IBeamCursor,
    "more": Qt.CursorShape.PointingHandCursor,
}


class CanvasView(UnboundedScrollArea):
    """A document's canvas.

    Signals:
        selection_changed(): read `selected_nodes` and `selected_connections`.
        node_activated(NodeId): double-click, or Enter.
        add_requested(AddRequest): double-click or right-click on nothing, or a wire dropped there.
        message(str): a refusal or a hint for the status bar; "" takes it away.
        context_menu_requested(NodeId | None, QPoint): right-click on a node or a wire; the place is global.
    """

    selection_changed = Signal()
    node_activated = Signal(object)
    add_requested = Signal(object)
    message = Signal(str)
    context_menu_requested = Signal(object, QPoint)

    def __init__(self, document: FlowDocument, theme: Theme, activity: RunActivity) -> None:
        super().__init__()
        self.document = document
        self.theme = theme
        self.activity = activity
        self.projection = Projection(document, self)
        self.selection = Selection(document, self)
        self.subject = Subject(self.projection, self.selection, activity)
        self.painter = CanvasPainter(self.subject, theme)
        self.editing = ValueEditing(self)
        self.gesture: Gesture | None = None
        self.space_held = False
        self.drag_distance = QApplication.startDragDistance()
        self._flash = QTimer(self, singleShot=True, interval=FLASH_MS)
        self._flash.timeout.connect(self._end_flash)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAcceptDrops(True)
        self.viewport().setMouseTracking(True)
        self.setAccessibleName("Flow canvas")
        self.setAccessibleDescription(announce.about_flow(document))
        self.projection.damaged.connect(self._repaint)
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

    def add_node(self, type_id: str, place: QPointF) -> NodeId:
        """Add a node with its header under a place of the canvas, and select it."""
        corner = place - QPointF(HEADER, HEADER / 2)
        node_id = commands.add_node(self.document, type_id, snapped(corner))
        self.selection.set([node_id])
        return node_id

    def delete_selection(self) -> None:
        """Delete the selected nodes and wires: one undo step."""
        self.cancel_gesture()
        commands.remove(self.document, self.selection.nodes, self.selection.wires)

    def nudge(self, dx: float, dy: float) -> None:
        """Move the selected nodes a little; moves in a row are one undo step."""
        nodes, offset = self.document.nodes, QPointF(dx, dy)
        moved = {node_id: moved_by(nodes[node_id].position, offset) for node_id in self.selection.nodes}
        commands.move_nodes(self.document, moved, "nudge")

    def step_focus(self, step: int) -> bool:
        """Select the next node (1) or the previous one (-1) in reading order; False if there is none any more."""
        placed = sorted(self.projection.nodes.values(), key=lambda node: (node.rect.y() // 100, node.rect.x()))
        chosen = [i for i, node in enumerate(placed) if node.id in self.selection.nodes]
        goal = (chosen[0] + step) if chosen else (0 if step > 0 else len(placed) - 1)
        if not 0 <= goal < len(placed):
            return False
        node = placed[goal]
        self.selection.set([node.id])
        if not self.camera.visible.contains(node.rect):
            self.center_at(node.rect.center())
        announce.say(self, announce.about_node(self.document, self.activity, node.id))
        return True

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
        node = self.projection.nodes.get(node_id)
        if node is None:
            return
        self.selection.set([node_id])
        self.center_at(node.rect.center())
        self.subject.flashed = node_id
        self._flash.start()

    def set_theme(self, theme: Theme) -> None:
        """Show everything in other colours."""
        self.theme = theme
        self.painter.set_theme(theme)
        self.viewport().update()

    def refresh_activity(self, nodes: frozenset[NodeId]) -> None:
        """These nodes do something else now: repaint those that are in sight, once with the next frame."""
        if self.isVisible():
            placed = self.projection.nodes
            self._repaint([placed[node_id].box for node_id in nodes if node_id in placed])

    # -- gestures

    def begin(self, gesture: Gesture | None) -> None:
        """Make this the gesture under way; it takes the place of another that turned into it."""
        self.gesture = gesture
        if gesture is not None and gesture.cursor is not None:
            self.viewport().setCursor(gesture.cursor)

    def cancel_gesture(self) -> None:
        """Call off the gesture under way, if there is one."""
        gesture, self.gesture = self.gesture, None
        if gesture is not None:
            gesture.canceled()
            self.viewport().unsetCursor()

    def escape(self) -> None:
        """Call off what is under way; else select nothing."""
        if self.gesture is not None:
            self.cancel_gesture()
        else:
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
        overlaid = self.gesture is not None and self.subject.emphasis.targets is not None
        return super().can_scroll_pixels() and not overlaid

    def view_moved(self, *, zoomed: bool) -> None:
        self.editing.close()
        self.painter.near.stretch = zoomed

    def zoom_rested(self) -> None:
        self.painter.near.stretch = False
        self.viewport().update()

    def _repaint(self, areas: list[QRectF] | None) -> None:
        if areas is None:
            self.viewport().update()
            return
        visible = self.camera.visible
        seen = [area for area in areas if area.intersects(visible)]
        if len(seen) > MOST_PIECES:
            seen = [reduce(QRectF.united, seen)]
        for area in seen:
            self.update_area(area)

    def _show_selection(self, nodes: Iterable[NodeId], wires: Iterable[ConnectionKey]) -> None:
        placed, laid = self.projection.nodes, self.projection.wires
        boxes = [placed[node_id].box for node_id in nodes if node_id in placed]
        self._repaint(boxes + [laid[key].box for key in wires if key in laid])
        self.selection_changed.emit()

    def _follow_document(self, _change: object) -> None:
        if self.gesture is not None:
            self.gesture.document_changed()
        self.setAccessibleDescription(announce.about_flow(self.document))

    def _start_anew(self) -> None:
        self.editing.cancel()
        self.cancel_gesture()
        self.fit()

    def _end_flash(self) -> None:
        self.subject.flashed = None
        self.viewport().update()

    # -- events

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        self.painter.paint(painter, self.camera, event.region())
        if self.gesture is not None:
            self.gesture.paint(painter)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.editing.close()
        if self.gesture is None:
            self.begin(gesture_for(self, event))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.gesture is not None:
            self.gesture.moved(event)
        elif not self.space_held:
            self.viewport().setCursor(_CURSORS.get(self.hit(event.position()).part, Qt.CursorShape.ArrowCursor))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.gesture is None or event.button() != self.gesture.button:
            return
        gesture, self.gesture = self.gesture, None
        self.viewport().unsetCursor()
        gesture.released(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        hit = self.hit(event.position())
        if event.button() is not Qt.MouseButton.LeftButton or hit.part not in ("void", "body"):
            self.mousePressEvent(event)
        elif hit.node is not None:
            self.node_activated.emit(hit.node)
        else:
            place = event.globalPosition().toPoint()
            self.add_requested.emit(AddRequest(self.camera.to_scene(event.position()), place))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self.gesture is not None:
            return
        by_key = event.reason() is QContextMenuEvent.Reason.Keyboard
        hit = Hit("body", next(iter(self.selected_nodes()), None)) if by_key else self.hit(QPointF(event.pos()))
        if hit.node is not None and hit.node not in self.selection.nodes:
            self.selection.set([hit.node])
        elif hit.wire is not None and hit.wire not in self.selection.wires:
            self.selection.set(wires=[hit.wire])
        if hit.node is None and hit.wire is None:
            place = self.camera.center if by_key else self.camera.to_scene(event.pos())
            self.add_requested.emit(AddRequest(place, self.global_position(place)))
        else:
            self.context_menu_requested.emit(hit.node, event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat() and self.gesture is None:
            self.space_held = True
            self.viewport().setCursor(Qt.CursorShape.OpenHandCursor)
        elif not press_key(self, event):
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self.space_held = False
            self.viewport().unsetCursor()
        super().keyReleaseEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.space_held = False
        super().focusOutEvent(event)

    def event(self, event: QEvent) -> bool:
        # Not in focusNextPrevChild: Qt calls that too when a child with the focus is hidden.
        step = tab_step(event) if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress else 0
        if step and self.step_focus(step):
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
            self.add_node(type_id, self.camera.to_scene(event.position()))
            event.acceptProposedAction()

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            text = tooltip(self.document, self.activity, self.hit(QPointF(event.pos())))
            QToolTip.showText(event.globalPos(), text, self.viewport())
            return True
        return super().viewportEvent(event)
