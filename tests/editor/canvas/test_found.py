"""What a search found stays as bright as it was; all else lies under a veil, from near and from afar."""

from __future__ import annotations

import pytest
from canvas_stage import Stage, colors_in
from PySide6.QtCore import QPoint

from editor.canvas.found import Found
from editor.canvas.selected import delete_selection
from editor.finding import FlowTexts
from runtime.ids import NodeId, PinName

pytestmark = pytest.mark.usefixtures("qapp")


def colors_of(stage: Stage, name: str) -> set[str]:
    """The colours in the middle of a node."""
    rect = stage.view.projection.nodes[NodeId(name)].rect
    place = stage.at(rect.center().x(), rect.center().y()) - QPoint(3, 3)
    return colors_in(stage.image(), place.x(), place.y(), 6, 6)


def test_from_near_what_was_found_looks_as_before_and_the_rest_is_dimmed() -> None:
    stage = Stage()
    before = {name: colors_of(stage, name) for name in ("log", "ask")}
    stage.view.highlights.show_found(Found(frozenset({NodeId("log")}), frozenset(), NodeId("log")))
    assert colors_of(stage, "log") == before["log"]
    assert colors_of(stage, "ask") != before["ask"]
    stage.view.highlights.show_found(None)
    assert colors_of(stage, "ask") == before["ask"]


def test_from_afar_what_was_found_shines() -> None:
    stage = Stage()
    stage.look(0.2)
    stage.view.highlights.show_found(Found(frozenset({NodeId("log")}), frozenset({"f"})))
    assert colors_of(stage, "log") == {stage.theme.color("link").name()}
    assert stage.theme.color("link").name() not in colors_of(stage, "ask")


def test_a_text_is_found_in_pins_types_and_values_whatever_the_case_and_what_is_deleted_is_not() -> None:
    stage = Stage()
    texts = FlowTexts(stage.document)

    def found(text: str) -> list[str | None]:
        return [match.node for match in texts.search(text) if match is not None]

    assert found("GPT-4O") == ["ask"]
    assert found("util.console") == ["log"]
    assert "conv" in found("conversationid")
    match = next(match for match in texts.search("gpt-4o") if match is not None)
    place = match.place()
    assert place is not None
    assert (place.what, place.excerpt) == (PinName("Model"), "gpt-4o-mini")
    stage.view.select([NodeId("ask")])
    delete_selection(stage.view)
    assert found("gpt-4o") == []
    assert match.place() is None
