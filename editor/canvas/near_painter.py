"""Paints the canvas from near: wires as short thick lines, nodes as pictures on whole device pixels."""

from __future__ import annotations

from collections.abc import Iterable
from operator import attrgetter, itemgetter

from PySide6.QtCore import QLineF, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QTransform

from .animation import light_on
from .camera import Camera
from .geometry import READABLE, Metrics
from .inks import Inks, blend
from .node_painter import RADIUS, NodePainter
from .pictures import Picture, Pictures
from .pin_painter import PinPainter
from .projection import PlacedNode
from .rows import pin_color
from .status_painter import StatusPainter
from .subject import Subject
from .wire import Wire

EXEC_WIDTH, DATA_WIDTH = 3.0, 2.2
BEND = 5.0
"""Radius of the handle of a bend."""
LIGHT = 70.0
"""How long the light on a wire that is in use is, in canvas units."""
MOST_NEW = 48
"""Pictures made in one frame, 0.15 to 0.4 ms each; the others follow in the next frames."""
DIMMED = 0.3
"""How much is left of what is no target of the wire being drawn."""


class NearPainter:
    """Paints areas of the canvas.

    Attributes:
        stretch: while zooming, the pictures there are serve, and no new ones are made.
        late: where pictures are missing for which a frame had no time: to be painted again, and emptied, by the owner.
    """

    def __init__(self, subject: Subject, inks: Inks, metrics: Metrics, *, keeps_pictures: bool = True) -> None:
        """Without `keeps_pictures` nodes are painted as shapes each time: for what is painted once, and for SVG."""
        self._subject = subject
        self._inks = inks
        self._pins = PinPainter(inks)
        self._nodes = NodePainter(inks, metrics, self._pins)
        self._status = StatusPainter(inks, metrics)
        self.pictures = Pictures(self._nodes, self._pins)
        self._keeps_pictures = keeps_pictures
        self.stretch = False
        self.late: list[QRectF] = []
        self._made = 0

    def paint(self, painter: QPainter, camera: Camera, areas: list[QRectF]) -> None:
        """Wires, nodes, and on top what is being dragged."""
        self._made = 0
        projection, offset = self._subject.projection, self._subject.projection.offset
        self.paint_wires(painter, projection.wire_grid.within_any(areas))
        self._lights(painter)
        self.paint_nodes(painter, camera, projection.node_grid.within_any(areas), camera.origin)
        if projection.lifted:
            shifted = [area.translated(-offset) for area in areas]
            painter.setTransform(QTransform.fromTranslate(offset.x(), offset.y()) * camera.transform)
            self.paint_wires(painter, [wire for wire in projection.carried.values() if _touches(wire.box, shifted)])
            lifted = [node for node in projection.lifted.values() if _touches(node.box, shifted)]
            self.paint_nodes(painter, camera, lifted, camera.origin + offset * camera.zoom)

    # -- wires

    def paint_wires(self, painter: QPainter, wires: Iterable[Wire]) -> None:
        """Wires, in canvas units."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        lit, hidden = self._subject.lit_wires(), self._subject.emphasis.hidden_wire
        by_color: dict[str, list[QLineF]] = {}
        selected: list[Wire] = []
        for wire in wires:
            if lit and wire.key in lit:
                selected.append(wire)
            elif hidden is None or wire.key != hidden:
                by_color.setdefault(wire.color, []).extend(wire.lines)
        for token, lines in sorted(by_color.items(), key=itemgetter(0)):
            painter.setPen(QPen(self._wire_color(token), wire_width(token)))
            painter.drawLines(lines)
        for wire in selected:
            painter.setPen(QPen(self._inks.color("node.selected"), wire_width(wire.color) + 3.5))
            painter.drawLines(wire.lines)
            painter.setPen(QPen(self._wire_color(wire.color), wire_width(wire.color)))
            painter.drawLines(wire.lines)
            self._bends(painter, wire)

    def _bends(self, painter: QPainter, wire: Wire) -> None:
        """The handles by which a wire that stands out is bent."""
        painter.setPen(QPen(self._inks.color("canvas"), 1.5))
        painter.setBrush(self._inks.color("node.selected"))
        for bend in wire.via:
            painter.drawEllipse(bend, BEND, BEND)

    def _lights(self, painter: QPainter) -> None:
        """All lights by few calls: they are painted most often while a busy network thread wants the GIL too."""
        by_width: dict[float, list[QLineF]] = {}
        for wire, share in self._subject.animation.lights():
            by_width.setdefault(wire_width(wire.color), []).extend(light_on(wire, share, LIGHT))
        for width, color in ((5.0, self._inks.glow("wire.active", 90)), (2.0, self._inks.color("wire.active"))):
            for thickness, lines in by_width.items():
                painter.setPen(QPen(color, thickness + width, c=Qt.PenCapStyle.RoundCap))
                painter.drawLines(lines)

    def _wire_color(self, token: str) -> QColor:
        color = self._inks.color(token)
        return blend(self._inks.color("canvas"), color, DIMMED) if self._subject.emphasis.targets else color

    # -- nodes

    def paint_nodes(self, painter: QPainter, camera: Camera, nodes: Iterable[PlacedNode], origin: QPointF) -> None:
        """Nodes from below to above; `origin` is where the canvas's (0, 0) is in the viewport."""
        ratio, scale = camera.ratio, camera.zoom * camera.ratio
        left, top = origin.x() * ratio, origin.y() * ratio
        on_pixels = QTransform.fromScale(1 / ratio, 1 / ratio)
        painter.setTransform(on_pixels)
        # A node that has a picture and over which nothing is laid: most of them, most of the time.
        is_dressed = not self._keeps_pictures or self._subject.emphasis.targets is not None
        ready, is_marked = self.pictures.ready, self._subject.is_marked
        for node in sorted(nodes, key=attrgetter("order")):
            rect = node.rect
            x, y = round(rect.x() * scale + left), round(rect.y() * scale + top)
            picture = None if is_dressed or is_marked(node.id) else ready(node.shape, scale)
            if picture is not None:
                painter.drawPixmap(x - picture.inset, y - picture.inset, picture.pixmap)
            else:
                self._node(painter, camera, node, x, y)
                painter.setTransform(on_pixels)

    def _node(self, painter: QPainter, camera: Camera, node: PlacedNode, x: int, y: int) -> None:
        """One node with its corner on a device pixel."""
        subject, ratio, scale = self._subject, camera.ratio, camera.zoom * camera.ratio
        targets = subject.emphasis.targets(node.id) if subject.emphasis.targets else frozenset()
        painter.setOpacity(DIMMED if subject.emphasis.targets and not targets else 1.0)
        on_pixels = QTransform.fromScale(1 / ratio, 1 / ratio)
        on_node = QTransform(camera.zoom, 0, 0, camera.zoom, x / ratio, y / ratio)
        painter.setTransform(on_pixels)
        stretch = self.stretch or self._must_wait(node, scale)
        if not self._picture(painter, node, x, y, camera, stretch=stretch):
            painter.setTransform(on_node)
            (self._nodes.flat if stretch else self._nodes.paint)(painter, node.shape, camera.zoom)
        if subject.is_marked(node.id):
            painter.setTransform(on_node)
            self._marks(painter, node, camera.zoom)
            if subject.is_outlined(node.id):
                painter.setTransform(on_pixels)
                self._pins.stamp(painter, node.shape, scale, x, y)
                painter.setTransform(on_node)
                self._nodes.paint_signs(painter, node.shape, camera.zoom)
        if targets:
            painter.setTransform(on_node)
            for key, place in node.shape.places.items():
                self._pins.halo(painter, place) if key in targets else self._pins.dim(painter, place, DIMMED)
        painter.setOpacity(1.0)

    def _must_wait(self, node: PlacedNode, scale: float) -> bool:
        """Whether the node's picture is missing and there is no time to make it in this frame."""
        if not self._keeps_pictures or not self.pictures.is_missing(node.shape, scale):
            return False
        self._made += 1
        if self._made <= MOST_NEW:
            return False
        self.late.append(node.box)
        return True

    def _picture(self, painter: QPainter, node: PlacedNode, x: int, y: int, camera: Camera, *, stretch: bool) -> bool:
        """Put the node's picture at a device pixel; False if there is none."""
        scale = camera.zoom * camera.ratio
        if not self._keeps_pictures:
            return False
        get = self.pictures.nearest if stretch else self.pictures.crisp
        picture = get(node.shape, scale, camera.zoom)
        if picture is None:
            return False
        if picture.scale == scale:
            painter.drawPixmap(x - picture.inset, y - picture.inset, picture.pixmap)
        else:
            painter.drawPixmap(_stretched(picture, x, y, scale), picture.pixmap)
        return True

    def _marks(self, painter: QPainter, node: PlacedNode, zoom: float) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        turn = self._subject.animation.turn
        self._status.paint(
            painter, node.shape, self._subject.activity.of(node.id), readable=zoom >= READABLE, turn=turn
        )
        if found := self._subject.problems.get(node.id):
            self._status.problem(painter, node.shape, found[0].severity, zoom)
        outlines = []
        if node.id in self._subject.selection.nodes:
            outlines.append((2.0, max(2.0, 1.5 / zoom)))
        if node.id == self._subject.flash.node:
            outlines.append((8.0, 4.0))
            self._flash_pins(painter, node)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for distance, width in outlines:
            painter.setPen(QPen(self._inks.color("node.selected"), width))
            body = QRectF(0, 0, node.shape.width, node.shape.height)
            ring = body.adjusted(-distance, -distance, distance, distance)
            painter.drawRoundedRect(ring, RADIUS + distance, RADIUS + distance)

    def _flash_pins(self, painter: QPainter, node: PlacedNode) -> None:
        color = self._inks.glow("node.selected", 150)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        for key, place in node.shape.places.items():
            if key.name == self._subject.flash.pin:
                painter.drawEllipse(QPointF(place.x, place.y), 12, 12)


def wire_width(color: str) -> float:
    """How thick the wires of a colour (a theme token) are: exec wires more than data wires."""
    return EXEC_WIDTH if color == pin_color(None) else DATA_WIDTH


def _stretched(picture: Picture, x: int, y: int, scale: float) -> QRect:
    grown = scale / picture.scale
    inset = round(picture.inset * grown)
    size = picture.pixmap.size()
    return QRect(x - inset, y - inset, round(size.width() * grown), round(size.height() * grown))


def _touches(box: QRectF, areas: Iterable[QRectF]) -> bool:
    return any(box.intersects(area) for area in areas)
