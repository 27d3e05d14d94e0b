"""A request to be changed and sent again: model, messages, parameters. A window of its own that blocks nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from runtime.catalogue.openai.chat import ChatInputs
from runtime.errors import FutureflowError, InputError
from runtime.futures.future import FutureResponse
from runtime.ids import FutureId, PinName
from runtime.llm.requests import ChatRequest, chat_request, options_of
from runtime.nodes.pins import DataPin, PinType, data_pins

from ...theme import Theme
from ...values import UNSET
from ..field_row import FieldRow
from ..labels import bold, error_label, hint_label
from .message_card import MessageCard

Send = Callable[[ChatRequest, str], FutureId]
"""Sends a request to the provider of this name. Raises FutureflowError."""

_NOT_PARAMETERS: Final = frozenset({"Model", "Conversation"})
_MORE: Final = DataPin(
    PinName("More"), "more", PinType.JSON, "A JSON object of further parameters, sent as they are",
    optional=True, multiline=True,
)  # fmt: skip
_MARGINS: Final = (10, 8, 10, 8)


class ResendEditor(QWidget):
    """The editor; it stays open after sending, so that one can try on."""

    def __init__(
        self, future: FutureResponse, providers: Sequence[str], send: Send, theme: Theme, parent: QWidget
    ) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Edit and Resend")
        self.resize(860, 620)
        self._theme = theme
        self._send = send
        request = ChatRequest.from_snapshot(future.request)
        options, rest = options_of(request)
        self._options: dict[PinName, Any] = {**options, **({_MORE.name: rest} if rest else {})}
        self._refused: set[PinName] = set()
        self.model = QLineEdit(request.model)
        self.provider = QComboBox()
        self.provider.addItems([*providers, *([future.provider] if future.provider not in providers else [])])
        self.provider.setCurrentText(future.provider)
        self.cards: list[MessageCard] = []
        self.rows = {pin.name: self._row(pin) for pin in _parameters()}
        self._column = QVBoxLayout()
        self._problem = error_label()
        self._told = hint_label()
        self.send_button = QPushButton("Send")
        self.add_button = QPushButton("Add a message")
        self._lay_out()
        for message in request.messages:
            self._add_card(message)
        self.send_button.clicked.connect(self._on_send)
        self.add_button.clicked.connect(self._add_empty)
        QShortcut(QKeySequence("Ctrl+Return"), self, self._on_send)
        QShortcut(QKeySequence("Escape"), self, self.close)
        self.set_theme(theme)

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        for label, field, share in (("&Model", self.model, 3), ("&Provider", self.provider, 2)):
            form = QFormLayout()
            form.addRow(label, field)
            top.addLayout(form, share)
        halves = QSplitter(Qt.Orientation.Horizontal, childrenCollapsible=False)
        halves.addWidget(_half("Messages", self._column, self.add_button))
        parameters = QVBoxLayout()
        parameters.setSpacing(12)
        for row in self.rows.values():
            parameters.addWidget(row)
        halves.addWidget(_half("Parameters", parameters))
        halves.setSizes([500, 340])
        bottom = QHBoxLayout()
        bottom.addWidget(self._problem, 1)
        bottom.addWidget(self._told, 1)
        self.send_button.setDefault(True)
        self.send_button.setToolTip("Send it as a new request (Ctrl+Return)")
        bottom.addWidget(self.send_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*_MARGINS)
        layout.addLayout(top)
        layout.addWidget(halves, 1)
        layout.addLayout(bottom)

    def _row(self, pin: DataPin) -> FieldRow:
        row = FieldRow(pin, self._theme)
        row.show_value(self._options.get(pin.name, UNSET))
        row.value_edited.connect(lambda value: self._take(pin.name, value))
        row.editor.refused.connect(lambda _why: self._refused.add(pin.name))
        return row

    def _take(self, pin: PinName, value: object) -> None:
        self._refused.discard(pin)
        if value is UNSET:
            self._options.pop(pin, None)
        else:
            self._options[pin] = value
        self.rows[pin].show_value(value)

    # -- messages

    def _add_card(self, message: Mapping[str, Any]) -> MessageCard:
        card = MessageCard(message, self._theme)
        card.moved.connect(lambda steps: self._move(card, steps))
        card.removed.connect(lambda: self._remove(card))
        self.cards.append(card)
        self._column.insertWidget(len(self.cards) - 1, card)
        return card

    def _add_empty(self) -> None:
        last = self.cards[-1].role.currentText() if self.cards else ""
        self._add_card({"role": "assistant" if last == "user" else "user", "content": ""}).text.setFocus()

    def _move(self, card: MessageCard, steps: int) -> None:
        place = self.cards.index(card) + steps
        if 0 <= place < len(self.cards):
            self.cards.remove(card)
            self.cards.insert(place, card)
            self._column.removeWidget(card)
            self._column.insertWidget(place, card)

    def _remove(self, card: MessageCard) -> None:
        self.cards.remove(card)
        self._column.removeWidget(card)
        card.hide()
        card.deleteLater()

    # -- sending

    def request(self) -> ChatRequest:
        """What stands there. Raises InputError naming the field, or ValueError that a card has shown already."""
        if self._refused:
            raise InputError(min(self._refused), "does not fit: correct it before you send")
        messages = [card.message() for card in self.cards]
        options: dict[str, Any] = {pin: value for pin, value in self._options.items() if pin != _MORE.name}
        more = self._options.get(_MORE.name) or {}
        if not isinstance(more, dict):
            raise InputError(_MORE.name, 'must be a JSON object, as {"seed": 1}')
        made = chat_request(self.model.text(), messages, options)
        return replace(made, parameters={**made.parameters, **more})

    def _on_send(self) -> None:
        self._told.setText("")
        try:
            future_id = self._send(self.request(), self.provider.currentText())
        except FutureflowError as error:
            self._problem.setText(str(error))
            self._problem.show()
            return
        except ValueError:
            self._problem.setText("A message does not fit: see there.")
            self._problem.show()
            return
        self._problem.hide()
        self._told.setText(f"Sent as {future_id}. Change it and send again, or close this window.")

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        for row in self.rows.values():
            row.set_theme(theme)
        for card in self.cards:
            card.set_theme(theme)


def _parameters() -> list[DataPin]:
    pins = data_pins(ChatInputs).values()
    return [*(pin for pin in pins if pin.name not in _NOT_PARAMETERS), _MORE]


def _half(title: str, rows: QVBoxLayout, *more: QWidget) -> QWidget:
    """A heading over a column that scrolls."""
    body = QWidget()
    column = QVBoxLayout(body)
    column.setContentsMargins(0, 0, 8, 0)
    column.addLayout(rows)
    for widget in more:
        column.addWidget(widget, 0, Qt.AlignmentFlag.AlignLeft)
    column.addStretch()
    scroll = QScrollArea(widgetResizable=True)
    scroll.setFrameShape(QScrollArea.Shape.NoFrame)
    scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    scroll.setWidget(body)
    scroll.setAccessibleName(title)
    half = QWidget()
    layout = QVBoxLayout(half)
    layout.setContentsMargins(0, 0, 0, 0)
    heading = hint_label(title)
    heading.setFont(bold(heading.font()))
    layout.addWidget(heading)
    layout.addWidget(scroll, 1)
    return half
