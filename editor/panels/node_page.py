"""The inspector's page for one node."""

from __future__ import annotations

import html
import json
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from runtime.document.flow import Node
from runtime.errors import DocumentError
from runtime.ids import NodeId, PinName
from runtime.nodes.pins import DataPin, PinType, Signature, data_pins
from runtime.validation import Problem

from .. import commands, nodes
from ..activity import RunActivity
from ..change import Change
from ..document import FlowDocument
from ..fields.growing_text import GrowingText
from ..fields.pin_list import PinList
from ..theme import Theme
from ..typing_session import TypingSession
from ..values import UNSET, value_text
from .field_row import FieldRow
from .labels import bold, error_label, hint_label
from .mock_section import MockSection
from .outputs_section import OutputsSection
from .section import Section

_MODE: Final = DataPin(
    PinName("Mode"),
    "mode",
    PinType.STRING,
    "Mute skips the node, bypass passes values through it",
    default="normal",
    choices=("normal", "mute", "bypass"),
)


class NodePage(QWidget):
    """Title, help, failure, settings, inputs, last outputs and comment of a node.

    It follows the document: what changes elsewhere (undo, a wire, another name) is shown without taking the keyboard
    or the cursor from where the person types.

    Signals:
        locate_requested(NodeId): the source of a wire was clicked.
        values_picked(): other values are looked at, of all nodes.
    """

    locate_requested = Signal(object)
    values_picked = Signal()

    def __init__(self, document: FlowDocument, node_id: NodeId, activity: RunActivity, theme: Theme) -> None:
        super().__init__()
        self.node_id = node_id
        self._document = document
        self._activity = activity
        self._theme = theme
        self._inputs: dict[PinName, FieldRow] = {}
        self._settings: dict[str, FieldRow] = {}
        self._entered: dict[str, object] = {}
        self.pin_list: PinList | None = None
        self._problems: Sequence[Problem] = ()
        self.title_field = QLineEdit()
        self.title_field.setAccessibleName("Title of the node")
        self.comment_field = GrowingText()
        self.comment_field.setAccessibleName("Comment")
        self.comment_field.setPlaceholderText("A note for whoever reads the flow")
        self._failure = error_label()
        self._failure.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._settings_section = Section("Settings", theme)
        self._inputs_section = Section("Inputs", theme)
        self._advanced_section = Section("More inputs", theme, folded=True)
        self._policy_section = Section("More settings", theme, folded=True)
        self.outputs = OutputsSection(document, node_id, activity.values, theme)
        self._comment_section = Section("Comment", theme)
        self._mode_section = Section("In runs", theme)
        self._mode = FieldRow(_MODE, theme)
        self._mode_section.add(self._mode)
        self.mock = MockSection(document, node_id, activity, theme)
        self._signature: Signature = document.signature(node_id)
        self._typing = TypingSession()
        self._lay_out()
        self._fill_settings()
        self._fill_inputs()
        self._refresh()
        self._refresh_activity()
        self._mode.value_edited.connect(self._set_mode)
        self.title_field.editingFinished.connect(self._typing.end)
        self.comment_field.left.connect(self._typing.end)
        self.title_field.textEdited.connect(self._set_title)
        self.comment_field.textChanged.connect(self._set_comment)
        self.outputs.values_picked.connect(self.values_picked)

    @property
    def _node(self) -> Node:
        return self._document.nodes[self.node_id]

    @property
    def _folder(self) -> Path | None:
        """Where relative paths of the flow begin, if it was saved yet."""
        return self._document.path.parent if self._document.path is not None else None

    def row(self, pin: str) -> FieldRow:
        """The row of an input or, by its field's name, of a setting. Raises KeyError."""
        return self._settings[pin] if pin in self._settings else self._inputs[PinName(pin)]

    # -- building

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.setSpacing(6)
        layout.addWidget(self.title_field)
        for widget in self._about_type():
            layout.addWidget(widget)
        layout.addWidget(self._failure)
        self._comment_section.add(self.comment_field)
        layout.addSpacing(4)
        for section in (
            self._settings_section,
            self._inputs_section,
            self._advanced_section,
            self._policy_section,
            self.outputs,
            self.mock,
            self._mode_section,
            self._comment_section,
        ):
            layout.addWidget(section)
        layout.addStretch()

    def _about_type(self) -> list[QWidget]:
        """What the node is; for a type that nobody knows, its data as they are."""
        node_type = self._document.node_type(self.node_id)
        if node_type is None:
            self.title_field.setPlaceholderText(self._node.type)
            return _placeholder_widgets(self._node)
        self.title_field.setPlaceholderText(node_type.title)
        kind = hint_label(f"{node_type.category} · {node_type.type_id}")
        kind.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        lead, _, more = node_type.description().partition("\n\n")
        if not more:
            return [kind, _help_label(lead)]
        section = Section("More about this node", self._theme, folded=True)
        section.add(_help_label(more))
        return [kind, _help_label(lead), section]

    def _fill_settings(self) -> None:
        node_type = self._document.node_type(self.node_id)
        pins = data_pins(node_type.Config) if node_type is not None else {}
        for pin in pins.values():
            if pin.pins and pin.type is PinType.JSON:
                continue  # the list of pins below edits it, and wires follow
            row = self._settings[pin.field] = FieldRow(pin, self._theme, self._folder)
            row.value_edited.connect(lambda value, field=pin.field: self._entered.update({field: value}))
            row.editor.refused.connect(lambda _why, field=pin.field: self._entered.pop(field, None))
            row.edit_finished.connect(lambda field=pin.field: self._apply_setting(field))
            (self._policy_section if pin.advanced else self._settings_section).add(row)
        for pin in filter(lambda pin: pin.pins, pins.values()):
            self.pin_list = PinList(self._document, self.node_id)
            heading = QLabel(str(pin.name) if pin.type is PinType.JSON else "Pins")
            heading.setFont(bold(heading.font()))
            heading.setBuddy(self.pin_list)
            for widget in (heading, self.pin_list, hint_label(self.pin_list.keys_text)):
                self._settings_section.add(widget)
        self._mode_section.setVisible(node_type is not None and bool(self._signature.inputs or self._signature.exec_in))
        self._settings_section.setVisible(any(not pin.advanced for pin in pins.values()))
        self._policy_section.setVisible(any(pin.advanced for pin in pins.values()))

    def _fill_inputs(self) -> None:
        self._inputs.clear()
        for section in (self._inputs_section, self._advanced_section):
            section.clear()
        for name, pin in self._signature.inputs.items():
            row = self._inputs[name] = FieldRow(pin, self._theme, self._folder)
            row.value_edited.connect(lambda value, name=name: self._set_input(name, value))
            row.edit_finished.connect(self._typing.end)
            row.source_clicked.connect(lambda name=name: self._locate_source(name))
            (self._advanced_section if pin.advanced else self._inputs_section).add(row)
        pins = self._signature.inputs.values()
        self._inputs_section.setVisible(any(not pin.advanced for pin in pins))
        self._advanced_section.setVisible(any(pin.advanced for pin in pins))

    # -- following

    def take(self, change: Change) -> None:
        """The document has changed."""
        only_moved = not change.connections and all(
            edit.before is not None
            and edit.after is not None
            and edit.before.model_copy(update={"position": edit.after.position}) == edit.after
            for edit in change.nodes
        )
        if only_moved:
            return
        signature = self._document.signature(self.node_id)
        if signature.inputs != self._signature.inputs:
            self._signature = signature
            self._fill_inputs()
            self.show_problems(self._problems)
        self._refresh()

    def show_problems(self, problems: Sequence[Problem]) -> None:
        """What is wrong with the node: each problem of an input stands under it."""
        self._problems = problems
        for name, row in self._inputs.items():
            found = (problem.message.removeprefix(f"{name}: ") for problem in problems if problem.pin == name)
            row.show_problem("\n".join(text[:1].upper() + text[1:] for text in found))

    def refresh_activity(self, node_ids: Collection[NodeId]) -> None:
        """These nodes did something: how that ended stands here, or beside the inputs that they feed."""
        if self.node_id in node_ids:
            self._refresh_activity()
        for row in self._inputs.values():
            wire = self._document.connection_into(self.node_id, row.pin.name)
            if wire is not None and wire.source.node in node_ids:
                row.show_source(self._source_text(row.pin))

    def _refresh_activity(self) -> None:
        failure = self._activity.of(self.node_id).error
        self._failure.setText(f"Failed: {failure}")
        self._failure.setVisible(bool(failure))
        self.outputs.refresh()
        self.outputs.setVisible(self.outputs.is_wanted)
        self.mock.refresh_activity()

    def _refresh(self) -> None:
        node = self._node
        if self.title_field.text() != node.title:
            self.title_field.setText(node.title)
        self.comment_field.show_text(node.comment)
        self._mode.show_value(UNSET if node.mode == "normal" else node.mode)
        self.mock.refresh()
        self.mock.setVisible(self.mock.is_wanted)
        if self.pin_list is not None:
            self.pin_list.refresh()
        for field, row in self._settings.items():
            row.show_value(node.config.get(field, UNSET))
        for name, row in self._inputs.items():
            source = self._source_text(row.pin)
            if source:
                row.show_source(source)
            else:
                row.show_value(node.inputs.get(name, UNSET))

    def _source_text(self, pin: DataPin) -> str:
        """From where a wired input comes, and what came last; "" if it is not wired."""
        wire = self._document.connection_into(self.node_id, pin.name)
        if wire is None:
            return ""
        title = self._document.node_title(wire.source.node)
        text = f'from <a href="#">{html.escape(title)}</a> · {html.escape(wire.source.pin)}'
        outputs = self._activity.values.outputs_of(wire.source.node)
        if wire.source.pin in outputs:
            text += f"<br>last value: {html.escape(value_text(outputs[wire.source.pin], pin))}"
        return text

    # -- editing

    def _set_title(self, title: str) -> None:
        commands.set_fields(self._document, self.node_id, "Rename node", typing=self._typing.key, title=title)

    def _set_comment(self) -> None:
        comment = self.comment_field.toPlainText()
        commands.set_fields(self._document, self.node_id, "Comment node", typing=self._typing.key, comment=comment)

    def _set_mode(self, mode: object) -> None:
        wanted = "normal" if mode is UNSET else mode
        nodes.set_all(self._document, [self.node_id], "Set the mode", mode=wanted)

    def _set_input(self, pin: PinName, value: object) -> None:
        if value is UNSET:
            commands.unset_input(self._document, self.node_id, pin, self._typing.key)
        else:
            commands.set_input(self._document, self.node_id, pin, value, self._typing.key)

    def _apply_setting(self, field: str) -> None:
        """The edit of a setting is complete: `12` must not become `1` on its way, and cut wires off."""
        if field not in self._entered:
            return
        value = self._entered.pop(field)
        config = {name: old for name, old in self._node.config.items() if name != field}
        if value is not UNSET:
            config[field] = value
        if config == self._node.config:
            return
        try:
            commands.set_config(self._document, self.node_id, config)
        except DocumentError as error:
            self._settings[field].show_error(f"Not applied: {error}")

    def _locate_source(self, pin: PinName) -> None:
        wire = self._document.connection_into(self.node_id, pin)
        if wire is not None:
            self.locate_requested.emit(wire.source.node)


def _help_label(text: str) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.MarkdownText)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextBrowserInteraction)
    return label


def _placeholder_widgets(node: Node) -> list[QWidget]:
    told = hint_label(
        f"This Futureflow has no node type {node.type}. The node is kept and saved as it is, but the flow cannot run: "
        "replace it, or open the flow with a version that knows the type."
    )
    raw = QPlainTextEdit(json.dumps(node.model_dump(), indent=2, ensure_ascii=False))
    raw.setReadOnly(True)
    raw.setAccessibleName("Data of the node")
    return [told, raw]
