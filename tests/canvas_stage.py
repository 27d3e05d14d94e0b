"""A canvas on a stage: a small flow, a shown view of fixed size, and a mouse and keys that go through Qt's own path."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from editor.activity import RunActivity
from editor.canvas.hit import Hit
from editor.canvas.rows import PinKey
from editor.canvas.view import CanvasView
from editor.document import FlowDocument
from editor.theme import Theme
from runtime.catalogue import builtin_registry
from runtime.document.flow import Connection, ConnectionKey, Flow, Frame, Node, PinDirection, PinKind, PinRef
from runtime.ids import NodeId, PinName

LEFT, RIGHT, MIDDLE = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton
SHIFT, CTRL, ALT = (
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
)
NONE = Qt.KeyboardModifier.NoModifier
SIZE = 1000, 700


def node(name: str, type_id: str, x: float, y: float, **inputs: Any) -> Node:
    """A node; keywords are its inputs."""
    return Node(id=NodeId(name), type=type_id, position=(x, y), inputs={PinName(k): v for k, v in inputs.items()})


def wire(kind: str, source: str, target: str) -> Connection:
    """A connection between `node.Pin` and `node.Pin`."""
    ends = [PinRef(NodeId(end.split(".")[0]), PinName(end.split(".")[1])) for end in (source, target)]
    return Connection(kind=PinKind(kind), source=ends[0], target=ends[1])


def pin_key(direction: str, kind: str, name: str) -> PinKey:
    """A pin of a node."""
    return PinKey(PinDirection(direction), PinKind(kind), PinName(name))


def small_flow() -> Flow:
    """A button, a conversation, the async completion, a console; one exec wire and one data wire."""
    return Flow(
        nodes=(
            node("start", "event.button", 0, 0),
            node("conv", "openai.create_conversation", 240, 0),
            node("ask", "openai.chat_completion_async", 520, 0, Model="gpt-4o-mini"),
            node("log", "util.console", 240, 260),
        ),
        connections=(
            wire("exec", "start.Out", "conv.Execute"),
            wire("data", "conv.ConversationId", "ask.Conversation"),
        ),
        frames=(Frame(id="f", title="All of it", rect=(-40, -60, 900, 500), color="green"),),
    )


class Stage:
    """A shown canvas, at natural size with the canvas's (0, 0) at pixel (60, 120), and what its signals said."""

    def __init__(self, flow: Flow | None = None, theme: str = "dark") -> None:
        self.document = FlowDocument(builtin_registry(), flow or small_flow())
        self.activity = RunActivity()
        self.theme = Theme.load(theme)
        self.view = CanvasView(self.document, self.theme, self.activity)
        self.view.resize(*SIZE)
        self.view.show()
        self.look(1.0)
        self.messages: list[str] = []
        self.requests: list[Any] = []
        self.activated: list[NodeId] = []
        self.menus: list[tuple[Hit, QPoint]] = []
        self.view.message.connect(self.messages.append)
        self.view.add_requested.connect(self.requests.append)
        self.view.node_activated.connect(self.activated.append)
        self.view.context_menu_requested.connect(lambda hit, place: self.menus.append((hit, place)))

    def look(self, zoom: float) -> None:
        """Look at the same corner at some zoom, crisp."""
        self.view.zoom_to(zoom)
        self.view.center_at(QPointF((SIZE[0] / 2 - 60) / zoom, (SIZE[1] / 2 - 120) / zoom))
        self.view.zoom_rested()
        QApplication.processEvents()

    def look_at(self, name: str, zoom: float) -> None:
        """Look at a node at some zoom, crisp."""
        self.look(zoom)
        self.view.center_at(self.view.projection.nodes[NodeId(name)].rect.center())

    # -- places, in pixels of the viewport

    def at(self, x: float, y: float) -> QPoint:
        """A place of the canvas."""
        return self.view.camera.to_view(QPointF(x, y)).toPoint()

    def pin(self, name: str, direction: str, kind: str, pin: str) -> QPoint:
        """A pin."""
        key = pin_key(direction, kind, pin)
        return self.view.camera.to_view(self.view.projection.pin_position(NodeId(name), key)).toPoint()

    def header(self, name: str) -> QPoint:
        """The header of a node."""
        rect = self.view.projection.nodes[NodeId(name)].rect
        return self.at(rect.x() + 60, rect.y() + 14)

    def field(self, name: str, pin: str) -> QPoint:
        """The painted value of an input."""
        placed = self.view.projection.nodes[NodeId(name)]
        center = placed.shape.fields[PinName(pin)].rect.center() + placed.rect.topLeft()
        return self.at(center.x(), center.y())

    def more(self, name: str) -> QPoint:
        """The row that unfolds optional inputs."""
        placed = self.view.projection.nodes[NodeId(name)]
        row = placed.shape.more
        assert row is not None
        return self.at(placed.rect.x() + row.center().x(), placed.rect.y() + row.center().y())

    # -- mouse and keys

    def press(self, place: QPoint, button: Qt.MouseButton = LEFT, keys: Qt.KeyboardModifier = NONE) -> None:
        """Press a button."""
        QTest.mousePress(self.view.viewport(), button, keys, place)

    def move(self, place: QPoint) -> None:
        """Move the mouse."""
        QTest.mouseMove(self.view.viewport(), place)

    def release(self, place: QPoint, button: Qt.MouseButton = LEFT, keys: Qt.KeyboardModifier = NONE) -> None:
        """Release a button."""
        QTest.mouseRelease(self.view.viewport(), button, keys, place)

    def click(self, place: QPoint, button: Qt.MouseButton = LEFT, keys: Qt.KeyboardModifier = NONE) -> None:
        """Press and release."""
        self.press(place, button, keys)
        self.release(place, button, keys)

    def drag(self, start: QPoint, end: QPoint, button: Qt.MouseButton = LEFT, keys: Qt.KeyboardModifier = NONE) -> None:
        """Press, move in three steps, release."""
        self.press(start, button, keys)
        self.hover(start, end)
        self.release(end, button, keys)

    def hover(self, start: QPoint, end: QPoint) -> None:
        """Move in three steps, as a drag does."""
        for share in (0.3, 0.7, 1.0):
            self.move((QPointF(start) * (1 - share) + QPointF(end) * share).toPoint())

    def key(self, key: Qt.Key, keys: Qt.KeyboardModifier = NONE, widget: QWidget | None = None) -> None:
        """Press and release a key."""
        QTest.keyClick(widget or self.view, key, keys)

    def wheel(
        self, place: QPoint, turned: QPoint, keys: Qt.KeyboardModifier = NONE, pixels: QPoint | None = None
    ) -> None:
        """Turn the wheel, or move two fingers if `pixels` are given."""
        phase = Qt.ScrollPhase.ScrollUpdate if pixels else Qt.ScrollPhase.NoScrollPhase
        spot, screen = QPointF(place), QPointF(self.view.viewport().mapToGlobal(place))
        event = QWheelEvent(spot, screen, pixels or QPoint(), turned, Qt.MouseButton.NoButton, keys, phase, False)
        QApplication.sendEvent(self.view.viewport(), event)

    # -- what there is

    def wires(self) -> set[str]:
        """All wires, as `node.Pin>node.Pin`."""
        return set(map(wire_text, self.document.connections))

    def selected(self) -> set[str]:
        """The selected nodes."""
        return set(self.view.selected_nodes())

    def position(self, name: str) -> tuple[float, float]:
        """Where the document says that a node is."""
        return self.document.nodes[NodeId(name)].position

    def image(self) -> QImage:
        """What a full repaint paints."""
        return self.view.viewport().grab().toImage()

    def screen(self) -> QImage:
        """What is on the screen once all repaints that were asked for are done."""
        QApplication.processEvents()
        return self.view.screen().grabWindow(self.view.winId()).toImage()


def wire_text(key: ConnectionKey) -> str:
    """A wire as `node.Pin>node.Pin`."""
    return f"{'.'.join(key.source)}>{'.'.join(key.target)}"


def differing(one: QImage, other: QImage) -> int:
    """How many pixels of two pictures of one size differ."""
    a, b = (
        memoryview(image.convertToFormat(QImage.Format.Format_RGB32).constBits()).cast("I") for image in (one, other)
    )
    assert len(a) == len(b)
    return sum(left != right for left, right in zip(a, b, strict=True)) if a != b else 0


def colors_in(image: QImage, left: int, top: int, width: int, height: int) -> set[str]:
    """The colours of some pixels, as #rrggbb."""
    pixels: Iterable[QPoint] = (QPoint(x, y) for x in range(left, left + width) for y in range(top, top + height))
    return {QColor(image.pixel(pixel)).name() for pixel in pixels}
