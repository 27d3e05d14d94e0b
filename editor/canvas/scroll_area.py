"""An area without bounds: a camera that pans and zooms, driven by wheel, touchpad and calls."""

from __future__ import annotations

from functools import reduce

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QNativeGestureEvent, QResizeEvent, QShowEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractScrollArea

from runtime.document.flow import View

from .camera import Camera, clamped
from .view_history import ViewHistory
from .wheel import pan_distance, zoom_factor

REST_MS = 120
"""After the last step of a zoom, what was stretched is drawn crisp again."""
MOST_PIECES = 12
"""More damaged areas than this are repainted as one: to clip to many pieces costs more than to paint between them."""


class UnboundedScrollArea(QAbstractScrollArea):
    """Shows a part of an endless plane; `camera` says which.

    A subclass paints, says in `content_bounds` what there is to fit, and may follow `view_moved` and `zoom_rested`.

    Signals:
        zoom_changed(float): the factor; 1.0 is natural size.
        camera_moving(): what is seen is about to change.
    """

    zoom_changed = Signal(float)
    camera_moving = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.camera = Camera()
        self.history = ViewHistory(self.view_state, self._show_view)
        self._fit_when_shown = True
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self.zoom_rested)
        self.setFrameShape(self.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def content_bounds(self) -> QRectF:
        """The area that holds everything; null if there is nothing."""
        return QRectF()

    def can_scroll_pixels(self) -> bool:
        """Whether a pan may move the painted pixels instead of painting anew."""
        return float(self.camera.ratio).is_integer()

    def view_moved(self, *, zoomed: bool) -> None:
        """What is seen is about to change. A subclass that follows calls this one too."""
        self.camera_moving.emit()

    def zoom_rested(self) -> None:
        """The zoom has come to rest."""

    # -- moving the camera

    def fit(self) -> None:
        """Show everything."""
        self.fit_area(self.content_bounds())

    def fit_area(self, area: QRectF) -> None:
        """Show an area whole; a null one shows the middle of the canvas at its natural size."""
        self._note_jump()
        self._fit_when_shown = not self.isVisible() and area == self.content_bounds()
        self.view_moved(zoomed=False)
        self.camera.fit(area)
        self.zoom_changed.emit(self.camera.zoom)
        self.viewport().update()

    def zoom_to(self, factor: float, anchor: QPointF | None = None) -> None:
        """Zoom to a factor (1.0 is natural size); `anchor`, a place of the viewport, stays where it is."""
        if clamped(factor) == self.camera.zoom:
            return
        self._fit_when_shown = False
        self.view_moved(zoomed=True)
        self.camera.zoom_to(factor, anchor if anchor is not None else QRectF(self.viewport().rect()).center())
        self.zoom_changed.emit(self.camera.zoom)
        self._rest.start()
        self.viewport().update()

    def reset_zoom(self) -> None:
        """Natural size."""
        self.zoom_to(1.0)

    def pan(self, pixels: QPointF) -> None:
        """Move the canvas by some pixels, as a hand would."""
        self._fit_when_shown = False
        self.view_moved(zoomed=False)
        moved = self.camera.pan(pixels)
        if self.can_scroll_pixels() and self.isVisible():
            self.viewport().scroll(round(moved.x()), round(moved.y()))
        else:
            self.viewport().update()

    def center_at(self, place: QPointF) -> None:
        """Bring a place of the canvas to the middle; one can go back."""
        self._note_jump()
        self.glide_to(place)

    def glide_to(self, place: QPointF) -> None:
        """Bring a place to the middle as a part of a longer movement."""
        self._fit_when_shown = False
        self.view_moved(zoomed=False)
        self.camera.center = QPointF(place)
        self.viewport().update()

    # -- places

    def view_state(self) -> View:
        """Where the canvas looks, for the flow file."""
        center = self.camera.center
        return View(center=(round(center.x(), 1), round(center.y(), 1)), zoom=round(self.camera.zoom, 4))

    def set_view_state(self, view: View) -> None:
        """Look where a flow file or a bookmark says; one can go back."""
        self._note_jump()
        self._show_view(view)

    def _show_view(self, view: View) -> None:
        self._fit_when_shown = False
        self.view_moved(zoomed=False)
        self.camera.center, self.camera.zoom = QPointF(*view.center), clamped(view.zoom)
        self.zoom_changed.emit(self.camera.zoom)
        self.viewport().update()

    def _note_jump(self) -> None:
        if self.isVisible() and not self._fit_when_shown:
            self.history.note()

    def scene_position(self, place: QPoint) -> QPointF:
        """The place of the canvas under a place of the screen."""
        return self.camera.to_scene(self.viewport().mapFromGlobal(place))

    def global_position(self, place: QPointF) -> QPoint:
        """The place of the screen where a place of the canvas is."""
        return self.viewport().mapToGlobal(self.camera.to_view(place).toPoint())

    # -- events

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._measure()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._measure()
        if self._fit_when_shown:
            self.fit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        factor = zoom_factor(event)
        if factor is None:
            self.pan(pan_distance(event))
        else:
            self.zoom_to(self.camera.zoom * factor, event.position())
        event.accept()

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QNativeGestureEvent) and event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
            self.zoom_to(self.camera.zoom * (1 + event.value()), event.position())
            return True
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._measure()
        return super().viewportEvent(event)

    def _measure(self) -> None:
        self.camera.size = self.viewport().size()
        self.camera.ratio = self.viewport().devicePixelRatioF()
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

    def update_area(self, area: QRectF) -> None:
        """Repaint what shows an area of the canvas, if it is in sight."""
        pixels = self.camera.rect_to_view(area) & QRect(QPoint(), self.camera.size)
        if not pixels.isEmpty():
            self.viewport().update(pixels)
