"""One of the answers to a request: what the model thought, what it said, why it refused, which tools it calls."""

from __future__ import annotations

import json
from typing import Final

from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from runtime.choices import Choice, ToolCall

from ...theme import Theme
from ..labels import bold, error_label, hint_label
from ..section import Section
from .answer_text import MOST_SHOWN, AnswerText

_CALLS_LINES: Final = 8
_THOUGHT_HEIGHT: Final = 120
_FINISH: Final = {
    "length": "It was cut at the most tokens allowed (MaxTokens): raise that to get all.",
    "content_filter": "The provider's filter withheld the rest.",
}


class ChoiceView(QWidget):
    """Shows one choice; a part that has nothing to show is not there.

    Attributes:
        answer: the text proper.
    """

    def __init__(self, number: int, theme: Theme) -> None:
        super().__init__()
        self._choice = Choice()
        self.title = QLabel(f"Choice {number}")
        self.title.setFont(bold(self.title.font()))
        self.title.setContentsMargins(10, 6, 10, 0)
        self._thought = Section("Reasoning", theme, folded=True)
        self._thought_text = AnswerText(f"Reasoning {number}", theme)
        self._thought_text.setFixedHeight(_THOUGHT_HEIGHT)
        self._thought.add(self._thought_text)
        self.answer = AnswerText(f"Answer {number}", theme)
        self._refusal = error_label()
        self._refusal.setContentsMargins(10, 4, 10, 4)
        self._calls = QPlainTextEdit(readOnly=True)
        self._calls.setAccessibleName(f"Calls of tools {number}")
        self._calls.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        self._calls.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self._calls.document().setDocumentMargin(10)
        self._note = hint_label()
        self._note.setContentsMargins(10, 2, 10, 6)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for part in (self.title, self._thought, self.answer, self._refusal, self._calls, self._note):
            layout.addWidget(part, 1 if part is self.answer else 0)
        self.setFocusProxy(self.answer)
        self.answer.too_long.connect(self._show_note)
        self.clear()

    @property
    def text(self) -> str:
        """All that can be copied: the answer, else the refusal, else the calls."""
        return self._choice.text or self._choice.refusal or _calls_text(self._choice.tool_calls)

    def clear(self) -> None:
        """Begin with another answer."""
        self._choice = Choice()
        self.answer.clear()
        self._thought_text.clear()
        self._calls.clear()
        for part in (self._thought, self._refusal, self._calls, self._note):
            part.hide()
        self.answer.show()

    def show_choice(self, choice: Choice, *, is_whole: bool, waiting: str) -> None:
        """Show a choice as far as it has come; `waiting` stands where no text is yet."""
        before, self._choice = self._choice, choice
        self.answer.plain.setPlaceholderText("" if choice.tool_calls or choice.refusal else waiting)
        self.answer.show_text(choice.text, is_whole=is_whole)
        self.answer.setVisible(bool(choice.text) or not (choice.refusal or choice.tool_calls))
        self._thought.setVisible(bool(choice.reasoning))
        self._thought_text.show_text(choice.reasoning, is_whole=is_whole)
        self._refusal.setText(f"The model refused: {choice.refusal}")
        self._refusal.setVisible(bool(choice.refusal))
        if choice.tool_calls != before.tool_calls:
            self._show_calls(choice.tool_calls)
        self._show_note()

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        self._thought.set_theme(theme)
        for text in (self._thought_text, self.answer):
            text.set_theme(theme)

    def _show_calls(self, calls: tuple[ToolCall, ...]) -> None:
        text = _calls_text(calls)
        self._calls.setPlainText(text)
        self._calls.setVisible(bool(calls))
        lines = min(text.count("\n") + 1, _CALLS_LINES)
        margins = 2 * int(self._calls.document().documentMargin()) + 2
        self._calls.setFixedHeight(lines * self._calls.fontMetrics().lineSpacing() + margins)

    def _show_note(self) -> None:
        notes = [_FINISH.get(self._choice.finish_reason, "")]
        if len(self._choice.text) > MOST_SHOWN:
            notes.append(f"The first {MOST_SHOWN:,} of {len(self._choice.text):,} characters. Copy takes all.")
        text = " ".join(filter(None, notes))
        self._note.setText(text)
        self._note.setVisible(bool(text))


def _calls_text(calls: tuple[ToolCall, ...]) -> str:
    """`name(arguments)`, one below the other; arguments that are JSON are laid out."""
    return "\n".join(f"{call.name or 'a tool'}({_laid_out(call.arguments)})" for call in calls)


def _laid_out(arguments: str) -> str:
    try:
        value = json.loads(arguments)
    except ValueError:  # still on its way, or the model wrote something else
        return arguments
    flat = json.dumps(value, ensure_ascii=False)
    return flat if len(flat) < 80 else json.dumps(value, ensure_ascii=False, indent=2)
