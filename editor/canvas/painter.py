"""Paints the canvas in batches: far away rectangles and lines in a few calls, near by pictures and short segments.

It decides the level of detail from the zoom, draws less when far, and changes nothing while painting (pitfall C26).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from PySide6.QtCore import QLineF, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QRegion, QTransform

from runtime.document.flow import ConnectionKey
from runtime.ids import NodeId

from ..activity import IDLE, RunActivity
from ..theme import Theme
from .backdrop import TITLE_ROOM, paint_frames, paint_grid
from .camera import Camera
from .hit import FAR
from .inks import Inks, blend
from .node_painter import RADIUS, READABLE, NodePainter
from .pictures import Picture, Pictures
from .pin_painter import PinPainter
from .projection import PlacedNode, Projection, frame_rect
from .rows import HEADER, PinKey, pin_color
from .selection import Selection
from .status_painter import StatusPainter
from .wire import Wire

EXEC_WIDTH, DATA_WIDTH = 3.0, 2.2
DIMMED = 0.3
"""How much is left of what is no target of the wire being drawn."""
_OFF = Qt.PenStyle.NoPen


@dataclass
class Emphasis:
    """What the gesture under way wants shown.

    Attributes:
        targets: which pins of a node may be connected; everything else is dimmed. None: nothing is dimmed.
        hidden_wire: a wire that was picked up and hangs on the cursor.
        flashed: the node that was asked to be located.
    """

    targets: Callable[[NodeId], frozenset[PinKey]] | None = None
    hidden_wire: ConnectionKey | None = None
    flashed: NodeId | None = None


class CanvasPainter:
    """Paints what lies in some areas of the viewport."""

    def __init__(self, projection: Projection, selection: Selection, activity: RunActivity, theme: Theme) -> None:
        self._projection = projection
        self._selection = selection
        self._activity = activity
        self.emphasis = Emphasis()
        self.stretch = False
        """While zooming: stretch the pictures there are, make no new ones."""
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Paint with other colours, and with the projection's fonts as they are now."""
        metrics, inks = self._projection.metrics, Inks(theme)
        self._theme, self._inks = theme, inks
        self._pins = PinPainter(inks)
        self._nodes = NodePainter(inks, metrics, self._pins)
        self._status = StatusPainter(inks, metrics, self._pins)
        self._pictures = Pictures(self._nodes, self._pins)

    def paint(self, painter: QPainter, camera: Camera, region: QRegion) -> None:
        """Paint a region of the viewport; Qt clips to it."""
        projection = self._projection
        pieces: list[QRect] = list(region)  # type: ignore[call-overload]  # iterable, though the stubs do not say so
        areas = [camera.rect_to_scene(piece) for piece in pieces]
        whole = camera.rect_to_scene(region.boundingRect())
        paint_grid(painter, camera, region.boundingRect(), self._inks)
        above = whole.adjusted(0, 0, 0, max(TITLE_ROOM / camera.zoom, TITLE_ROOM))
        frames = [frame for frame in projection.document.frames.values() if frame_rect(frame).intersects(above)]
        paint_frames(painter, camera, frames, self._theme, projection.metrics.title)
        painter.setTransform(camera.transform)
        paint_layer = self._far if camera.zoom < FAR else self._near
        paint_layer(painter, camera, areas)
        painter.resetTransform()

    # -- far

    def _far(self, painter: QPainter, camera: Camera, areas: list[QRectF]) -> None:
        projection = self._projection
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        everything = len(areas) == 1 and projection.node_grid.is_mostly_in(areas[0])
        if everything:
            self._all_wires(painter)
            self._all_nodes(painter)
        else:
            self._some_wires(painter, projection.wire_grid.within_any(areas))
            self._some_nodes(painter, projection.node_grid.within_any(areas), QPointF())
        self._some_wires(painter, projection.carried.values(), projection.offset)
        self._some_nodes(painter, projection.lifted.values(), projection.offset)
        self._far_states(painter)

    def _all_wires(self, painter: QPainter) -> None:
        for token, batch in self._projection.courses.items():
            painter.setPen(QPen(self._wire_color(token), 0))
            batch.draw_lines(painter)

    def _all_nodes(self, painter: QPainter) -> None:
        painter.setPen(_OFF)
        painter.setBrush(self._inks.color("node.far"))
        self._projection.bodies.draw_rects(painter)
        for category, batch in self._projection.headers.items():
            painter.setBrush(self._inks.category(category))
            batch.draw_rects(painter)

    def _some_wires(self, painter: QPainter, wires: Iterable[Wire], offset: QPointF | None = None) -> None:
        by_color: dict[str, list[QLineF]] = {}
        for wire in wires:
            line = QLineF(wire.start, wire.end)
            by_color.setdefault(wire.color, []).append(line.translated(offset) if offset else line)
        for token, lines in by_color.items():
            painter.setPen(QPen(self._wire_color(token), 0))
            painter.drawLines(lines)

    def _some_nodes(self, painter: QPainter, nodes: Iterable[PlacedNode], offset: QPointF) -> None:
        bodies: list[QRectF] = []
        headers: dict[str, list[QRectF]] = {}
        for node in nodes:
            rect = node.rect.translated(offset)
            bodies.append(rect)
            headers.setdefault(node.shape.look.category, []).append(QRectF(rect.x(), rect.y(), rect.width(), HEADER))
        painter.setPen(_OFF)
        painter.setBrush(self._inks.color("node.far"))
        painter.drawRects(bodies)
        for category, rects in headers.items():
            painter.setBrush(self._inks.category(category))
            painter.drawRects(rects)

    def _far_states(self, painter: QPainter) -> None:
        states: dict[str, list[QRectF]] = {}
        for node_id in self._activity.active:
            node, token = self._projection.nodes.get(node_id), self._status.token(self._activity.of(node_id))
            if node is not None and token:
                states.setdefault(token, []).append(self._rect(node).adjusted(0, HEADER, 0, 0))
        painter.setPen(_OFF)
        for token, rects in states.items():
            painter.setBrush(self._inks.color(token))
            painter.drawRects(rects)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        nodes = self._projection.nodes
        painter.setPen(QPen(self._inks.color("node.selected"), 0))
        painter.drawRects([self._rect(nodes[node_id]) for node_id in self._selection.nodes])
        if self.emphasis.flashed in nodes:
            painter.setPen(QPen(self._inks.color("node.selected"), 30))
            painter.drawRect(nodes[self.emphasis.flashed].rect.adjusted(-40, -40, 40, 40))

    def _rect(self, node: PlacedNode) -> QRectF:
        return node.rect.translated(self._projection.offset) if node.id in self._projection.lifted else node.rect

    # -- near

    def _near(self, painter: QPainter, camera: Camera, areas: list[QRectF]) -> None:
        projection = self._projection
        self._near_wires(painter, projection.wire_grid.within_any(areas))
        origin = camera.origin
        for node in sorted(projection.node_grid.within_any(areas), key=_order):
            self._near_node(painter, camera, node, origin)
        if not projection.lifted:
            return
        offset = projection.offset
        shifted = [area.translated(-offset) for area in areas]
        painter.setTransform(QTransform.fromTranslate(offset.x(), offset.y()) * camera.transform)
        self._near_wires(painter, [wire for wire in projection.carried.values() if _touches(wire.box, shifted)])
        lifted = [node for node in projection.lifted.values() if _touches(node.box, shifted)]
        for node in sorted(lifted, key=_order):
            self._near_node(painter, camera, node, origin + offset * camera.zoom)

    def _near_wires(self, painter: QPainter, wires: Iterable[Wire]) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        by_color: dict[str, list[QLineF]] = {}
        selected: list[Wire] = []
        for wire in wires:
            if wire.key in self._selection.wires:
                selected.append(wire)
            elif wire.key != self.emphasis.hidden_wire:
                by_color.setdefault(wire.color, []).extend(wire.lines)
        for token, lines in by_color.items():
            painter.setPen(QPen(self._wire_color(token), wire_width(token)))
            painter.drawLines(lines)
        for wire in selected:
            painter.setPen(QPen(self._inks.color("node.selected"), wire_width(wire.color) + 3.5))
            painter.drawLines(wire.lines)
            painter.setPen(QPen(self._wire_color(wire.color), wire_width(wire.color)))
            painter.drawLines(wire.lines)

    def _near_node(self, painter: QPainter, camera: Camera, node: PlacedNode, origin: QPointF) -> None:
        """One node on whole device pixels; `origin` is where the canvas's (0, 0) is in the viewport."""
        zoom, ratio = camera.zoom, camera.ratio
        x = round((node.rect.x() * zoom + origin.x()) * ratio)
        y = round((node.rect.y() * zoom + origin.y()) * ratio)
        targets = self.emphasis.targets(node.id) if self.emphasis.targets else None
        if targets is not None and not targets:
            painter.setOpacity(DIMMED)
        get = self._pictures.nearest if self.stretch else self._pictures.crisp
        picture = get(node.shape, zoom * ratio, zoom)
        if picture is not None:
            painter.setTransform(QTransform.fromScale(1 / ratio, 1 / ratio))
            _blit(painter, x, y, picture, zoom * ratio)
        own = QTransform(zoom, 0, 0, zoom, x / ratio, y / ratio)
        if picture is None:
            painter.setTransform(own)
            (self._nodes.flat if self.stretch else self._nodes.paint)(painter, node.shape, zoom)
        if self._is_marked(node.id) or targets:
            painter.setTransform(own)
            self._overlay(painter, camera, node, targets or frozenset())
        painter.setOpacity(1.0)

    def _is_marked(self, node_id: NodeId) -> bool:
        is_idle = self._activity.of(node_id) is IDLE
        return not is_idle or node_id in self._selection.nodes or node_id == self.emphasis.flashed

    def _overlay(self, painter: QPainter, camera: Camera, node: PlacedNode, targets: frozenset[PinKey]) -> None:
        shape = node.shape
        body = QRectF(0, 0, shape.width, shape.height)
        activity = self._activity.of(node.id)
        if activity is not IDLE:
            self._status.paint(painter, shape, activity, readable=camera.zoom >= READABLE)
        if node.id in self._selection.nodes:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(self._inks.color("node.selected"), max(2.0, 1.5 / camera.zoom)))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(body.adjusted(-2, -2, 2, 2), RADIUS + 2, RADIUS + 2)
            self._pins.paint(painter, shape)  # over the outline
        if node.id == self.emphasis.flashed:
            painter.setPen(QPen(self._inks.color("node.selected"), 4))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(body.adjusted(-8, -8, 8, 8), RADIUS + 8, RADIUS + 8)
        for key in targets & shape.places.keys():
            self._pins.halo(painter, shape.places[key])

    def _wire_color(self, token: str) -> QColor:
        color = self._inks.color(token)
        return blend(self._inks.color("canvas"), color, DIMMED) if self.emphasis.targets else color


def _blit(painter: QPainter, x: int, y: int, picture: Picture, scale: float) -> None:
    """Put a node's picture at a device pixel; one made for another scale is stretched."""
    if picture.scale == scale:
        painter.drawPixmap(x - picture.inset, y - picture.inset, picture.pixmap)
        return
    grown = scale / picture.scale
    width, height = round(picture.pixmap.width() * grown), round(picture.pixmap.height() * grown)
    inset = round(picture.inset * grown)
    painter.drawPixmap(QRect(x - inset, y - inset, width, height), picture.pixmap)


def wire_width(color: str) -> float:
    """How thick the wires of a colour (a theme token) are: exec wires more than data wires."""
    return EXEC_WIDTH if color == pin_color(None) else DATA_WIDTH


def _order(node: PlacedNode) -> int:
    return node.order


def _touches(box: QRectF, areas: Iterable[QRectF]) -> bool:
    return any(box.intersects(area) for area in areas)
