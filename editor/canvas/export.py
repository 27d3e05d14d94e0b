"""A flow as a picture in a file: PNG or SVG, painted by the painters of the canvas."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator
from contextlib import suppress
from operator import attrgetter
from pathlib import Path
from typing import Final

from PySide6.QtCore import QBuffer, QIODevice, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgGenerator

from runtime.document.flow import Flow
from runtime.errors import FutureflowError
from runtime.ids import NodeId
from runtime.nodes.registry import NodeRegistry

from ..activity import RunActivity
from ..document import FlowDocument
from ..frames import frame_rect
from ..theme import Theme
from .animation import Animation
from .camera import Camera
from .frame_painter import TITLE_ROOM, FramePainter
from .inks import Inks
from .near_painter import NearPainter
from .projection import Projection
from .selection import Selection
from .subject import Subject

SUFFIXES: Final = (".png", ".svg")
MARGIN: Final = 40
"""Canvas units left free around the flow."""
MOST_PIXELS: Final = 100_000_000
"""Of a PNG: 400 MB while it is painted. Larger flows are drawn at a smaller scale."""
LONGEST_SIDE: Final = 32_000
"""Device pixels: Qt's raster painter counts them in 16 bits."""
_AT_ONCE: Final = 60
"""Nodes painted between two rests: some 10 ms."""


class ExportError(FutureflowError):
    """A picture that cannot be made; its text says what to do."""


def excerpt(flow: Flow, nodes: Collection[NodeId]) -> Flow:
    """The part of a flow that some nodes are, with the wires between them and the frames that hold any of them."""
    wires = [wire for wire in flow.connections if wire.source.node in nodes and wire.target.node in nodes]
    chosen = [node for node in flow.nodes if node.id in nodes]
    frames = [frame for frame in flow.frames if any(frame_rect(frame).contains(*node.position) for node in chosen)]
    parts = {"nodes": tuple(chosen), "connections": tuple(wires), "frames": tuple(frames)}
    return flow.model_copy(update=parts)


class FlowPicture:
    """A flow being painted. To be made, painted and written on the thread of the GUI."""

    def __init__(self, flow: Flow, registry: NodeRegistry, theme: Theme, path: Path | None = None) -> None:
        """`path` is the flow's file, if it has one. Raises ExportError if there is nothing to be seen."""
        self._document = FlowDocument(registry, flow, path)
        self._projection = Projection(self._document)
        self._theme = theme
        self._inks = Inks(theme)
        activity = RunActivity()
        animation = Animation(self._projection, activity)
        subject = Subject(self._projection, Selection(self._document), activity, animation)
        self._subject = subject
        self._painter = NearPainter(subject, self._inks, self._projection.metrics, keeps_pictures=False)
        content = self._content()
        if content.isEmpty():
            raise ExportError("the flow is empty, so there is nothing to draw: add a node first")
        self._camera = Camera()
        self._camera.size = QSize(math.ceil(content.width()), math.ceil(content.height()))
        self._camera.center = content.center()

    @property
    def size(self) -> QSize:
        """In canvas units."""
        return self._camera.size

    def save(self, path: Path, *, scale: float = 2.0, transparent: bool = False) -> Iterator[None]:
        """Paint into a file whose suffix says how; each step takes some 10 ms, and the file is there after the last.

        `scale` is pixels of a PNG per canvas unit; it gets smaller where the picture would be larger than MOST_PIXELS.
        Raises ExportError for another suffix, and if the file cannot be written.
        """
        suffix = path.suffix.lower()
        if suffix not in SUFFIXES:
            raise ExportError(f"{path.name}: a picture ends in {' or '.join(SUFFIXES)}: choose another name")
        return self._save_svg(path, transparent) if suffix == ".svg" else self._save_png(path, scale, transparent)

    def _save_png(self, path: Path, scale: float, transparent: bool) -> Iterator[None]:
        width, height = self.size.width(), self.size.height()
        most = min(math.sqrt(MOST_PIXELS / (width * height)), LONGEST_SIDE / max(width, height))
        ratio = self._camera.ratio = min(scale, most)
        image = QImage(math.ceil(width * ratio), math.ceil(height * ratio), QImage.Format.Format_ARGB32_Premultiplied)
        if image.isNull():
            raise ExportError("there is not enough memory for a picture of this size: choose a smaller scale, or SVG")
        image.setDevicePixelRatio(ratio)
        image.fill(Qt.GlobalColor.transparent if transparent else self._inks.color("canvas"))
        with QPainter(image) as painter:
            yield from self._paint(painter)
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        if not image.save(buffer, "PNG"):  # type: ignore[call-overload]  # the stubs want bytes for a `const char*`
            raise ExportError("the picture could not be packed as PNG: choose a smaller scale, or SVG")
        _write(path, bytes(buffer.data().data()))

    def _save_svg(self, path: Path, transparent: bool) -> Iterator[None]:
        buffer = QBuffer()
        svg = QSvgGenerator()
        svg.setOutputDevice(buffer)
        svg.setSize(self.size)
        svg.setViewBox(QRectF(0, 0, self.size.width(), self.size.height()))
        svg.setTitle(self._document.title)
        with QPainter(svg) as painter:
            if not transparent:
                painter.fillRect(QRectF(0, 0, self.size.width(), self.size.height()), self._inks.color("canvas"))
            yield from self._paint(painter)
        _write(path, bytes(buffer.data().data()))

    def _content(self) -> QRectF:
        total = QRectF()
        for node in self._projection.nodes.values():
            total |= node.rect
        for wire in self._projection.wires.values():
            total |= wire.box
        for frame_id in self._document.frames:
            total |= self._projection.frame_place(frame_id).adjusted(0, -TITLE_ROOM, 0, 0)
        return total.adjusted(-MARGIN, -MARGIN, MARGIN, MARGIN) if not total.isEmpty() else total

    def _paint(self, painter: QPainter) -> Iterator[None]:
        camera, projection = self._camera, self._projection
        FramePainter(self._subject, self._theme).paint(painter, camera, projection.shown_frames())
        painter.setTransform(camera.transform)
        self._painter.paint_wires(painter, [wire for wire in projection.wires.values() if wire in projection.wire_grid])
        yield
        shown = (node for node in projection.nodes.values() if node.id not in projection.folded)
        nodes = sorted(shown, key=attrgetter("order"))
        for start in range(0, len(nodes), _AT_ONCE):
            self._painter.paint_nodes(painter, camera, nodes[start : start + _AT_ONCE], camera.origin)
            yield


def _write(path: Path, content: bytes) -> None:
    """Through a file beside it, so that a full disk leaves the picture before it as it was."""
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_bytes(content)
        part.replace(path)
    except OSError as error:
        with suppress(OSError):
            part.unlink()
        raise ExportError(f"{path} cannot be written ({error.strerror}): choose another folder or name") from error
