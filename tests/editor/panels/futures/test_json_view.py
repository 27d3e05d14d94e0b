"""JSON that folds: by the arrows, by keys, one level within another."""

from __future__ import annotations

import pytest
from panel_nodes import shown
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from editor.panels.futures.json_view import JsonView
from editor.theme import Theme

pytestmark = pytest.mark.usefixtures("qapp")
VALUE = {"model": "m", "messages": [{"role": "user", "content": "a {b} [c"}, {"role": "x"}], "n": 1, "ok": True}


@pytest.fixture
def view(dark: Theme) -> JsonView:
    made = JsonView("JSON", dark)
    made.show_value(VALUE)
    shown(made, 500, 500)
    made.grab()
    return made


def lines(view: JsonView) -> list[str]:
    """What can be seen."""
    document = view.document()
    blocks = (document.findBlockByNumber(number) for number in range(document.blockCount()))
    return [block.text().strip() for block in blocks if block.isVisible()]


def click_arrow(view: JsonView, line: int) -> None:
    block = view.document().findBlockByNumber(line)
    y = view.blockBoundingGeometry(block).translated(view.contentOffset()).center().y()
    gutter = view.childAt(QPoint(5, int(y)))
    QTest.mouseClick(gutter, Qt.MouseButton.LeftButton, pos=QPoint(5, int(y)))


def test_what_an_arrow_opens_folds_and_what_was_folded_within_stays_so(view: JsonView) -> None:
    everything = lines(view)
    click_arrow(view, 3)
    assert lines(view)[:6] == ["{", '"model": "m",', '"messages": [', "{", "},", "{"]
    inner = lines(view)
    click_arrow(view, 2)
    assert lines(view) == ["{", '"model": "m",', '"messages": [', "],", '"n": 1,', '"ok": true', "}"]
    click_arrow(view, 2)
    assert lines(view) == inner
    click_arrow(view, 3)
    assert lines(view) == everything


def test_lines_fold_by_keys(view: JsonView) -> None:
    QTest.keyClick(view, Qt.Key.Key_Minus)
    assert lines(view) == ["{", "}"]
    QTest.keyClick(view, Qt.Key.Key_Plus)
    assert len(lines(view)) == view.document().blockCount()


def test_a_line_that_opens_nothing_has_no_arrow(view: JsonView) -> None:
    before = lines(view)
    click_arrow(view, 1)
    assert lines(view) == before


def test_keys_texts_numbers_and_words_have_colours_of_the_theme(view: JsonView, dark: Theme) -> None:
    def colors(line: int) -> list[str]:
        formats = view.document().findBlockByNumber(line).layout().formats()
        return [form.format.foreground().color().name() for form in formats]  # type: ignore[attr-defined]

    assert colors(1) == [dark.color("link").name(), dark.color("success").name()]
    last = view.document().blockCount() - 2
    assert colors(last) == [dark.color("link").name(), dark.color("pin.conversation").name()]
