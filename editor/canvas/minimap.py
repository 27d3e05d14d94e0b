"""The whole flow in a corner of its canvas: it shows where one is, what runs and what failed; a drag goes there."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap, QTransform, QWheelEvent
from PySide6.QtWidgets import QWidget

from .far_painter import FarPainter
from .inks import Inks
from .view import CanvasView
from .wheel import zoom_factor

SIZES: Final = (QSize(180, 120), QSize(260, 180), QSize(380, 260))
_GAP: Final = 12
"""Pixels between the map and the edges of the canvas."""
_INSET: Final = 6.0
_REST_MS: Final = 100
"""The picture is painted anew at most so often: 10,000 nodes take 5 ms."""


class Minimap(QWidget):
    """Lies over the lower right corner of a canvas. Its picture is kept: moving over the canvas paints a frame only.

    Signals:
        refreshed(): the picture is about to be painted anew.
    """

    refreshed = Signal()

    def __init__(self, view: CanvasView) -> None:
        super().__init__(view)
        self._view = view
        self._size = 1
        self._is_wanted = False
        self._picture: QPixmap | None = None
        self._map = QTransform()
        self._stale = QTimer(self, singleShot=True, interval=_REST_MS)
        self._stale.timeout.connect(self._repaint)
        self.setAccessibleName("Map of the flow")
        self.setToolTip("Drag: move over the flow. Wheel: zoom. Right click: another size.")
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        view.projection.damaged.connect(self.refresh)
        view.selection_changed.connect(self.refresh)
        view.camera_moving.connect(self.update)
        view.document.changed.connect(self._follow)
        view.document.reset.connect(self._follow)
        view.installEventFilter(self)
        self.hide()
        self._place()

    def set_wanted(self, wanted: bool) -> None:
        """Be shown, as long as there is something to show."""
        self._is_wanted = wanted
        self._follow()

    def _follow(self, _change: object = None) -> None:
        self.setVisible(self._is_wanted and bool(self._view.document.nodes))

    def refresh(self, _what: object = None) -> None:
        """Something looks different: paint it soon."""
        if self.isVisible() and not self._stale.isActive():
            self._stale.start()

    def next_size(self) -> None:
        """Be larger, or after the largest the smallest."""
        self._size = (self._size + 1) % len(SIZES)
        self._place()

    def scene_place(self, place: QPointF) -> QPointF:
        """The place of the canvas that is shown at a place of the map."""
        return self._map.inverted()[0].map(place)

    def _place(self) -> None:
        size = SIZES[self._size].boundedTo(self._view.size() / 2)
        self.setGeometry(
            self._view.width() - size.width() - _GAP,
            self._view.height() - size.height() - _GAP,
            size.width(),
            size.height(),
        )
        self._repaint()

    def _repaint(self) -> None:
        self._picture = None
        self.update()
        self.refreshed.emit()

    def _painted(self) -> QPixmap:
        ratio = self.devicePixelRatioF()
        picture = QPixmap(self.size() * ratio)
        picture.setDevicePixelRatio(ratio)
        inks = Inks(self._view.theme)
        picture.fill(inks.color("base"))
        area = self._view.content_bounds()
        self._map = _fitted(area, QRectF(self.rect()).adjusted(_INSET, _INSET, -_INSET, -_INSET))
        with QPainter(picture) as painter:
            painter.setTransform(self._map)
            self._frames(painter, inks)
            FarPainter(self._view.subject, inks).paint(painter, [area])
        return picture

    def _frames(self, painter: QPainter, inks: Inks) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        for frame in self._view.projection.shown_frames():
            painter.setBrush(inks.glow(f"frame.{frame.color}", 90))
            painter.drawRect(self._view.projection.frame_place(frame.id))

    # -- events

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._picture is None or self._picture.devicePixelRatio() != self.devicePixelRatioF():
            self._picture = self._painted()
        inks = Inks(self._view.theme)
        with QPainter(self) as painter:
            painter.drawPixmap(0, 0, self._picture)
            seen = self._map.mapRect(self._view.camera.visible) & QRectF(self.rect()).adjusted(1, 1, -2, -2)
            painter.setPen(QPen(inks.color("accent"), 2))
            painter.setBrush(inks.glow("accent", 40))
            painter.drawRect(seen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(inks.color("border"), 1))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.RightButton:
            self.next_size()
        elif event.button() is Qt.MouseButton.LeftButton:
            self._view.center_at(self.scene_place(event.position()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._view.glide_to(self.scene_place(event.position()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()  # it must not reach the canvas

    def wheelEvent(self, event: QWheelEvent) -> None:
        factor = zoom_factor(event)
        if factor is not None:
            self._view.zoom_to(self._view.camera.zoom * factor)
        event.accept()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._repaint()

    def showEvent(self, event: QEvent) -> None:
        super().showEvent(event)  # type: ignore[arg-type]  # Qt hands a QShowEvent here
        self._place()
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._place()
        return False


def _fitted(area: QRectF, room: QRectF) -> QTransform:
    """What shows an area in the middle of a room, at most at half its size."""
    scale = min(room.width() / max(area.width(), 1.0), room.height() / max(area.height(), 1.0), 0.5)
    corner = room.center() - area.center() * scale
    return QTransform(scale, 0, 0, scale, corner.x(), corner.y())
