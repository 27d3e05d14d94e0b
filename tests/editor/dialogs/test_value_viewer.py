"""A whole value in a window of its own: as it is, as JSON, found in, copied."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QWidget

from editor.dialogs.value_viewer import MOST_SHOWN, ValueViewer

Opener = Callable[[object], ValueViewer]


@pytest.fixture
def viewer_of(qapp: QApplication) -> Callable[[object], ValueViewer]:
    """Opens a value over a window."""
    window = QWidget()
    window.show()

    def opened(value: object) -> ValueViewer:
        viewer = ValueViewer("Answer of Ask", value, window)
        viewer.show()
        return viewer

    return opened


def switch(box: QCheckBox) -> None:
    QTest.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(8, box.height() // 2))


def test_a_text_is_shown_as_it_is_and_as_json_if_it_holds_some(viewer_of: Opener) -> None:
    viewer = viewer_of('{"a": [1, 2]}')
    assert viewer.text.toPlainText() == '{"a": [1, 2]}'
    switch(viewer.as_json)
    assert viewer.text.toPlainText() == '{\n  "a": [\n    1,\n    2\n  ]\n}'
    assert "6 lines" in viewer.facts.text()
    switch(viewer.as_json)
    assert viewer.text.toPlainText() == '{"a": [1, 2]}'


@pytest.mark.parametrize("value", ["no JSON", "12", {"a": 1}, 5])
def test_what_is_no_text_with_json_in_it_offers_no_json(viewer_of: Opener, value: object) -> None:
    assert not viewer_of(value).as_json.isVisible()


def test_other_values_are_json_on_lines_of_their_own(viewer_of: Opener) -> None:
    assert viewer_of(["ü", None]).text.toPlainText() == '[\n  "ü",\n  null\n]'


def test_more_than_can_be_laid_out_is_cut_but_copied_whole(viewer_of: Opener) -> None:
    viewer = viewer_of("x" * (MOST_SHOWN + 5))
    assert len(viewer.text.toPlainText()) == MOST_SHOWN
    assert f"the first {MOST_SHOWN:,} are shown" in viewer.facts.text()
    QTest.mouseClick(viewer.copy, Qt.MouseButton.LeftButton)
    assert len(QGuiApplication.clipboard().text()) == MOST_SHOWN + 5


def test_a_word_is_found_again_and_again_from_the_keyboard(viewer_of: Opener) -> None:
    viewer = viewer_of("one two one two one")
    viewer.activateWindow()
    QApplication.processEvents()
    QTest.keyClick(viewer.text, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert viewer.find_field.hasFocus()
    QTest.keyClicks(viewer.find_field, "one")
    places = [viewer.text.textCursor().selectionStart()]
    for _ in range(3):
        QTest.keyClick(viewer.find_field, Qt.Key.Key_Return)
        places.append(viewer.text.textCursor().selectionStart())
    assert places == [0, 8, 16, 0]
    QTest.keyClick(viewer.find_field, Qt.Key.Key_Escape)
    assert not viewer.isVisible()


def test_lines_are_wrapped_or_not(viewer_of: Opener) -> None:
    viewer = viewer_of("word " * 500)
    assert viewer.text.horizontalScrollBar().maximum() == 0
    switch(viewer.wrap)
    assert viewer.text.horizontalScrollBar().maximum() > 0
