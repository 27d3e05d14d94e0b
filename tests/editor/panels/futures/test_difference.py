"""What differs between two texts: lines beside their like, and the words within them."""

from __future__ import annotations

import pytest
from futures_desk import Desk
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPlainTextEdit, QTabWidget

from editor.panels.futures.comparison import Comparison
from editor.panels.futures.difference import MOST_LINES, compare
from editor.theme import Theme


def marked(side: object) -> list[str]:
    """The words that are marked on a side."""
    text, spans = side.text, side.changed  # type: ignore[attr-defined]
    return [text[start:end] for start, end in spans]


def test_equal_lines_stand_beside_each_other_and_lines_of_one_side_beside_nothing() -> None:
    pairs = compare("a\nb\nc", "a\nc\nd")
    assert [(pair.left.text, pair.right.text) for pair in pairs] == [("a", "a"), ("b", None), ("c", "c"), (None, "d")]
    assert [pair.is_equal for pair in pairs] == [True, False, True, False]


def test_within_a_changed_line_its_words_are_marked() -> None:
    (pair,) = compare("The quick brown fox.", "The slow brown fox!")
    assert (marked(pair.left), marked(pair.right)) == (["quick", "."], ["slow", "!"])


def test_equal_texts_have_no_differences() -> None:
    assert all(pair.is_equal for pair in compare("a\n\nb", "a\n\nb"))
    assert compare("", "") == []


def test_a_long_line_is_marked_as_a_whole() -> None:
    (pair,) = compare("x " * 5000, "y " * 5000)
    assert marked(pair.left) == ["x " * 5000]


def test_of_very_long_texts_the_beginning_is_compared() -> None:
    assert len(compare("a\n" * 5000, "a\n" * 5000)) == MOST_LINES


@pytest.mark.usefixtures("qapp")
def test_two_requests_are_compared_in_a_window_that_blocks_nothing(dark: Theme) -> None:
    desk = Desk(dark)
    first, second = desk.ask(text="Why?"), desk.ask(text="How?")
    desk.succeed(first, "Because.")
    desk.succeed(second, "Thus.")
    desk.select(0, 1)
    desk.key(Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    window = desk.panel.findChild(Comparison)
    assert window.isVisible()
    assert not window.isModal()
    texts = {view.accessibleName(): view.toPlainText() for view in window.pages["Answers"].findChildren(QPlainTextEdit)}
    assert texts == {"Left": "Because.", "Right": "Thus."}
    request = window.pages["Requests"]
    assert request.count == 1
    assert '"content": "How?"' in request.right.toPlainText()
    changed = [mark.cursor.selectedText() for mark in request.left.extraSelections()]
    assert "Why" in changed
    tabs = window.findChild(QTabWidget)
    assert [tabs.tabText(at) for at in range(tabs.count())][:2] == ["Answers (1)", "Requests (1)"]
    request.left.verticalScrollBar().setValue(3)
    assert request.right.verticalScrollBar().value() == request.left.verticalScrollBar().value()
    window.close()
