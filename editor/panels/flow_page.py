"""The inspector's page for the flow itself: its name, what it is for, and how much is in it."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QLineEdit, QVBoxLayout, QWidget

from .. import commands
from ..change import Change
from ..document import FlowDocument
from ..fields.growing_text import GrowingText
from ..theme import Theme
from ..typing_session import TypingSession
from .labels import bold, hint_label


class FlowPage(QWidget):
    """Name and description are edited in place; typing is one step of undo."""

    def __init__(self, document: FlowDocument, theme: Theme) -> None:
        super().__init__()
        self._document = document
        self.name_field = QLineEdit(placeholderText="Untitled")
        self.name_field.setAccessibleName("Name of the flow")
        self.description_field = GrowingText()
        self.description_field.setPlaceholderText("What this flow does")
        self.description_field.setAccessibleName("Description of the flow")
        self._counts = hint_label()
        headline = QLabel("Flow")
        headline.setFont(bold(headline.font()))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.setSpacing(6)
        for widget in (headline, self._counts, _label("Name"), self.name_field, _label("Description")):
            layout.addWidget(widget)
        layout.addWidget(self.description_field)
        layout.addWidget(hint_label("Select a node on the canvas to see and set its inputs."))
        layout.addStretch()
        self._typing = TypingSession()
        self.name_field.editingFinished.connect(self._typing.end)
        self.description_field.left.connect(self._typing.end)
        self.name_field.textEdited.connect(self._set_name)
        self.description_field.textChanged.connect(self._set_description)
        self._refresh()

    def take(self, _change: Change) -> None:
        """The document has changed."""
        self._refresh()

    def _refresh(self) -> None:
        name, description = str(self._document.about["name"]), str(self._document.about["description"])
        if self.name_field.text() != name:
            self.name_field.setText(name)
        self.description_field.show_text(description)
        nodes, wires = len(self._document.nodes), len(self._document.connections)
        self._counts.setText(f"{_count(nodes, 'node')}, {_count(wires, 'wire')}")

    def _set_name(self, name: str) -> None:
        commands.set_about(self._document, "Rename flow", typing=self._typing.key, name=name)

    def _set_description(self) -> None:
        text = self.description_field.toPlainText()
        commands.set_about(self._document, "Describe flow", typing=self._typing.key, description=text)


def _label(text: str) -> QLabel:
    label = QLabel(text)
    label.setContentsMargins(0, 8, 0, 0)
    return label


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"
