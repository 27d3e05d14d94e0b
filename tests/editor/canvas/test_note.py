"""Notes: nodes without pins that show their text."""

from __future__ import annotations

import pytest
from canvas_stage import Stage, colors_in, differing
from PySide6.QtCore import QRect
from PySide6.QtGui import QImage

from editor import commands
from editor.theme import NAMES
from runtime.document.flow import Flow, Node
from runtime.ids import NodeId

pytestmark = pytest.mark.usefixtures("qapp")
NOTE = NodeId("note")


def stage(text: str = "", *, title: str = "", theme: str = "dark") -> Stage:
    """One note on a stage."""
    config = {"text": text} if text else {}
    return Stage(Flow(nodes=(Node(id=NOTE, type="flow.comment", position=(0, 0), config=config, title=title),)), theme)


def size(note: Stage) -> tuple[float, float]:
    rect = note.view.projection.nodes[NOTE].rect
    return rect.width(), rect.height()


def seen(note: Stage) -> QRect:
    return note.view.camera.rect_to_view(note.view.projection.nodes[NOTE].rect)


def inked_rows(image: QImage, rect: QRect, ink: str) -> set[int]:
    """The rows of pixels in which there is some of an ink."""
    rows = range(rect.top(), rect.bottom())
    return {y for y in rows if ink in colors_in(image, rect.left(), y, rect.width(), 1)}


def test_a_note_grows_with_its_text_up_to_a_width_and_then_in_height() -> None:
    word, line, page = size(stage("word")), size(stage("some words " * 3)), size(stage("some words " * 60))
    assert word[0] < line[0] < page[0] <= 380
    assert word[1] == line[1] < page[1]
    assert size(stage("a line\n\n" * 500))[1] <= 900


@pytest.mark.parametrize("theme", NAMES)
def test_every_line_of_the_text_is_there(theme: str) -> None:
    lines = [f"- line number {i}" for i in range(6)]
    few, many = (stage("\n".join(lines[:count]), theme=theme) for count in (5, 6))
    ink = few.theme.tokens["note.text"]
    for note in (few, many):
        rows = inked_rows(note.image(), seen(note), ink)
        assert max(rows) > seen(note).bottom() - 30, "the last line is not cut off"
    assert size(many)[1] > size(few)[1]


def test_markdown_is_shown_as_it_is_meant_and_a_title_above() -> None:
    assert differing(stage("word").image(), stage("**word**").image()) > 20
    assert size(stage("word", title="A title"))[1] > size(stage("word"))[1]


def test_tags_are_words() -> None:
    assert size(stage("<img src='x' width='300' height='300'>"))[1] < 100


@pytest.mark.parametrize("theme", NAMES)
@pytest.mark.parametrize("zoom", [0.2, 0.4, 1.0])
def test_a_note_is_told_from_nodes_by_its_paper_at_every_zoom(theme: str, zoom: float) -> None:
    note = stage("word", theme=theme)
    note.look(zoom)
    rect = seen(note)
    paper = colors_in(note.image(), rect.left() + 3, rect.center().y(), 3, 1)
    assert paper == {note.theme.tokens["category.note"]}


def test_an_empty_note_says_how_to_fill_it_and_shows_what_is_written() -> None:
    note = stage()
    before = size(note)
    commands.set_fields(note.document, NOTE, "Write", config={"text": "word"})
    assert size(note) != before
    note.document.undo_stack.undo()
    assert size(note) == before
