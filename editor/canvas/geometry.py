"""How a node is laid out: arithmetic over its texts, in canvas units from its top left corner, without any painting."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QGuiApplication

from runtime.document.flow import PinDirection, PinKind
from runtime.ids import PinName

from .look import FieldLook, NodeLook, PinKey, PinLook

HEADER = 28.0
ROW = 24.0
FOOT = 8.0
MIN_WIDTH, MAX_WIDTH, WIDTH_STEP = 180.0, 300.0, 20.0
PAD = 14.0
"""From a node's side to the text beside a pin."""
GAP = 16.0
"""Least space between two texts of one row."""
FIELD_MIN, FIELD_MAX, FIELD_PAD, FIELD_HEIGHT = 64.0, 120.0, 8.0, 18.0
CHECK = 14.0
BADGE_ROOM = 26.0
"""Kept free at the right of the header for the badge of the node's state."""
STRIP_HEIGHT, STRIP_GAP = 22.0, 4.0
"""The strip of streamed words under a node, and its distance from it."""
MARGIN = 12.0
"""What a picture holds around the node: pins, shadow, outline."""


class Place(NamedTuple):
    """One pin: its centre, its look, and its label, shortened to what has room. `text_x` is the label's left end."""

    look: PinLook
    x: float
    y: float
    label: str
    text_x: float


class Field(NamedTuple):
    """The painted value of an input: where, what, and the text shortened to what has room."""

    look: FieldLook
    rect: QRectF
    text: str


@dataclass(eq=False, slots=True, weakref_slot=True)
class NodeShape:
    """A node laid out. Shapes are shared between nodes that look alike, and are their pictures' key."""

    look: NodeLook
    width: float
    title: str
    height: float = 0.0
    pins: dict[PinKey, Place] = field(default_factory=dict)
    fields: dict[PinName, Field] = field(default_factory=dict)
    more: QRectF | None = None

    @property
    def more_text(self) -> str:
        """What the row says that folds and unfolds optional inputs."""
        return "Show fewer" if self.look.expanded else f"{self.look.folded} more"


class Metrics:
    """The two fonts of a node, and how wide texts are in them. Measured once a text."""

    def __init__(self, family: str = "") -> None:
        family = family or QGuiApplication.font().family()
        self.title = _font(family, 13, QFont.Weight.DemiBold)
        self.label = _font(family, 12, QFont.Weight.Normal)
        self.small = _font(family, 11, QFont.Weight.Normal)
        self._title = QFontMetricsF(self.title)
        self._label = QFontMetricsF(self.label)
        self.title_width = lru_cache(maxsize=20_000)(self._title.horizontalAdvance)
        self.label_width = lru_cache(maxsize=20_000)(self._label.horizontalAdvance)

    def title_text(self, text: str, width: float) -> str:
        """A title shortened to a width."""
        fits = self.title_width(text) <= width
        return text if fits else self._title.elidedText(text, Qt.TextElideMode.ElideRight, width)

    def label_text(self, text: str, width: float) -> str:
        """A label or value shortened to a width."""
        fits = self.label_width(text) <= width
        return text if fits else self._label.elidedText(text, Qt.TextElideMode.ElideRight, width)


def lay_out(look: NodeLook, metrics: Metrics) -> NodeShape:
    """Place all parts of a node: header, exec rows, outputs, inputs, the row that unfolds the rest."""
    width = _width(look, metrics)
    shape = NodeShape(look, width, metrics.title_text(look.title, width - PAD - BADGE_ROOM))
    y = HEADER + FOOT / 2 + ROW / 2
    for index in range(max(len(look.exec_in), len(look.exec_out))):
        room = (width - 2 * PAD - GAP) / (2 if index < min(len(look.exec_in), len(look.exec_out)) else 1)
        for side in (look.exec_in, look.exec_out):
            if index < len(side):
                _place(shape, side[index], y, room, metrics)
        y += ROW
    for pin in look.outputs:
        _place(shape, pin, y, width - 2 * PAD, metrics)
        y += ROW
    for pin in look.inputs:
        _place_input(shape, pin, y, metrics)
        y += ROW
    if look.folded or look.expanded:
        shape.more = QRectF(PAD - 4, y - ROW / 2 + 2, width - 2 * PAD + 8, ROW - 4)
        y += ROW
    shape.height = max(y - ROW / 2 + FOOT / 2, HEADER + ROW)
    return shape


def pin_point(shape: NodeShape, key: PinKey) -> QPointF:
    """Where the wires of a pin end. A pin that the node does not have gets a place at its header."""
    place = shape.pins.get(key)
    if place is not None:
        return QPointF(place.x, place.y)
    return QPointF(0.0 if key.direction is PinDirection.IN else shape.width, HEADER / 2)


def _width(look: NodeLook, metrics: Metrics) -> float:
    wanted = metrics.title_width(look.title) + PAD + BADGE_ROOM
    for index in range(max(len(look.exec_in), len(look.exec_out))):
        pins = [side[index] for side in (look.exec_in, look.exec_out) if index < len(side)]
        texts = [metrics.label_width(pin.key.name) for pin in pins]
        wanted = max(wanted, sum(texts) + 2 * PAD + GAP * (len(texts) - 1))
    for pin in look.outputs:
        wanted = max(wanted, metrics.label_width(pin.key.name) + 2 * PAD)
    for pin in look.inputs:
        wanted = max(wanted, metrics.label_width(pin.key.name) + 2 * PAD + _field_width(pin, metrics))
    steps = -(-(min(wanted, MAX_WIDTH) - MIN_WIDTH) // WIDTH_STEP)
    return MIN_WIDTH + max(steps, 0.0) * WIDTH_STEP


def _field_width(pin: PinLook, metrics: Metrics) -> float:
    if pin.field is None:
        return 0.0
    if pin.field.form == "check":
        return GAP + CHECK
    return GAP + min(max(metrics.label_width(pin.field.text) + 2 * FIELD_PAD, FIELD_MIN), FIELD_MAX)


def _place(shape: NodeShape, pin: PinLook, y: float, room: float, metrics: Metrics) -> None:
    label = metrics.label_text(pin.key.name, room)
    if pin.key.direction is PinDirection.IN:
        shape.pins[pin.key] = Place(pin, 0.0, y, label, PAD)
    else:
        shape.pins[pin.key] = Place(pin, shape.width, y, label, shape.width - PAD - metrics.label_width(label))


def _place_input(shape: NodeShape, pin: PinLook, y: float, metrics: Metrics) -> None:
    room = shape.width - 2 * PAD
    if pin.field is None:
        _place(shape, pin, y, room, metrics)
        return
    least = GAP + (CHECK if pin.field.form == "check" else FIELD_MIN)
    _place(shape, pin, y, room - least, metrics)
    left = PAD + metrics.label_width(shape.pins[pin.key].label) + GAP
    right = shape.width - PAD + 4
    if pin.field.form == "check":
        left = right - CHECK
        rect = QRectF(left, y - CHECK / 2, CHECK, CHECK)
    else:
        rect = QRectF(left, y - FIELD_HEIGHT / 2, right - left, FIELD_HEIGHT)
    text = metrics.label_text(pin.field.text, rect.width() - 2 * FIELD_PAD) if pin.field.text else ""
    shape.fields[pin.key.name] = Field(pin.field, rect, text)


def _font(family: str, pixels: int, weight: QFont.Weight) -> QFont:
    font = QFont(family)
    font.setPixelSize(pixels)
    font.setWeight(weight)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)  # so that widths scale with the zoom
    return font


def data_input(name: PinName) -> PinKey:
    """The key of a data input."""
    return PinKey(PinDirection.IN, PinKind.DATA, name)
