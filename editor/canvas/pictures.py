"""The pictures of nodes: one a shape, made for the zoom at which it is shown; the oldest go when memory is full."""

from __future__ import annotations

import math
from collections import OrderedDict
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QPainter, QPixmap

from .geometry import MARGIN, NodeShape
from .node_painter import NodePainter
from .pin_painter import PinPainter

MOST_BYTES = 96 * 1024 * 1024
"""What all pictures may hold: a 4K screen full of nodes takes about 40 MB."""
LARGEST = 1_500_000
"""Device pixels of the largest picture kept; beyond it few nodes are seen, and they are painted afresh."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A node's picture: `scale` is device pixels per canvas unit, `inset` where the node begins in it."""

    scale: float
    pixmap: QPixmap
    inset: int

    @property
    def size_in_bytes(self) -> int:
        """What it holds in memory."""
        return self.pixmap.width() * self.pixmap.height() * 4


class Pictures:
    """Makes and keeps the pictures."""

    def __init__(self, painter: NodePainter, pins: PinPainter) -> None:
        self._painter = painter
        self._pins = pins
        self._kept: OrderedDict[NodeShape, Picture] = OrderedDict()
        self._bytes = 0

    def __len__(self) -> int:
        return len(self._kept)

    def ready(self, shape: NodeShape, scale: float) -> Picture | None:
        """The picture for exactly this scale, if it was made before."""
        found = self._kept.get(shape)
        if found is None or found.scale != scale:
            return None
        self._kept.move_to_end(shape)
        return found

    def is_missing(self, shape: NodeShape, scale: float) -> bool:
        """Whether `crisp` would have to make a picture."""
        return self.ready(shape, scale) is None and not _is_too_large(shape, scale)

    def crisp(self, shape: NodeShape, scale: float, zoom: float) -> Picture | None:
        """The picture for exactly this scale, or None if it would be too large to keep."""
        if (found := self.ready(shape, scale)) is not None:
            return found
        if _is_too_large(shape, scale):
            return None
        return self._keep(shape, self._make(shape, scale, zoom))

    def nearest(self, shape: NodeShape, _scale: float, _zoom: float) -> Picture | None:
        """The picture there is, whatever its scale."""
        return self._kept.get(shape)

    def _make(self, shape: NodeShape, scale: float, zoom: float) -> Picture:
        inset = math.ceil(MARGIN * scale)
        size = QSize(math.ceil(shape.width * scale) + 2 * inset, math.ceil(shape.height * scale) + 2 * inset)
        pixmap = QPixmap(size)
        pixmap.fill(Qt.GlobalColor.transparent)
        with QPainter(pixmap) as painter:
            painter.translate(QPoint(inset, inset))
            painter.scale(scale, scale)
            # Nothing is under it here, so it need not be blended, which takes four times as long.
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
            self._painter.paint_shadow(painter, shape)
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
            self._painter.paint_body(painter, shape, zoom)
            painter.resetTransform()
            self._pins.stamp(painter, shape, scale, inset, inset)
            painter.translate(QPoint(inset, inset))
            painter.scale(scale, scale)
            self._painter.paint_marks(painter, shape, zoom)
        return Picture(scale, pixmap, inset)

    def _keep(self, shape: NodeShape, picture: Picture) -> Picture:
        old = self._kept.pop(shape, None)
        self._bytes += picture.size_in_bytes - (old.size_in_bytes if old else 0)
        self._kept[shape] = picture
        while self._bytes > MOST_BYTES and len(self._kept) > 1:
            self._bytes -= self._kept.popitem(last=False)[1].size_in_bytes
        return picture


def _is_too_large(shape: NodeShape, scale: float) -> bool:
    return shape.width * shape.height * scale * scale > LARGEST
