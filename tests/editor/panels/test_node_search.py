"""Finding node types: by title, synonym, category, pins; recents first; and by what a wire could end in."""

from __future__ import annotations

import pytest
from panel_nodes import toy_registry

from editor.panels.node_search import NodeSearch, WireFit
from runtime.document.flow import PinDirection, PinKind
from runtime.nodes.pins import PinType


@pytest.fixture
def search() -> NodeSearch:
    return NodeSearch(toy_registry())


def ids(found: list) -> list[str]:
    return [node_type.type_id for node_type in found]


@pytest.mark.parametrize(
    ("query", "best"),
    [
        ("fork", "toy.fork"),
        ("STRING LENGTH", "toy.length"),
        ("begin", "toy.start"),
        ("chat", "toy.talk"),
        ("cc", "toy.talk"),
        ("crtcnv", "toy.talk"),
        ("flow control", "toy.fork"),
        ("temperature", "toy.everything"),
        ("toy.len", "toy.length"),
        ("conv create", "toy.talk"),
        ("take", "toy.everything"),
    ],
)
def test_words_find_the_type_they_mean(search: NodeSearch, query: str, best: str) -> None:
    assert ids(search.find(query))[0] == best


def test_a_word_that_fits_nothing_finds_nothing(search: NodeSearch) -> None:
    assert search.find("zzz") == []
    assert search.find("fork zzz") == []


def test_a_title_beats_a_pin_of_the_same_name(search: NodeSearch) -> None:
    assert ids(search.find("length"))[0] == "toy.length"
    assert ids(search.find("conversation"))[0] == "toy.talk"


def test_nothing_typed_lists_all_the_latest_used_first(search: NodeSearch) -> None:
    search.note_use("toy.length")
    search.note_use("toy.fork")
    found = ids(search.find())
    assert found[:2] == ["toy.fork", "toy.length"]
    assert len(found) == len(search.registry)


def test_recents_break_ties_only(search: NodeSearch) -> None:
    search.note_use("toy.everything")
    assert ids(search.find("fork"))[0] == "toy.fork"


def test_types_unknown_by_now_are_no_recents() -> None:
    assert NodeSearch(toy_registry(), ["toy.gone", "toy.fork"]).recent == ["toy.fork"]


def test_categories_hold_their_types_in_order(search: NodeSearch) -> None:
    groups = search.by_category()
    assert list(groups) == sorted(groups, key=str.casefold)
    assert ids(groups["Flow Control"]) == ["toy.fork"]


@pytest.mark.parametrize(
    ("end", "fitting"),
    [
        (WireFit(PinKind.DATA, PinDirection.OUT, PinType.STRING), {"toy.everything", "toy.length"}),
        (WireFit(PinKind.DATA, PinDirection.IN, PinType.CONVERSATION), {"toy.talk", "toy.everything"}),
        (WireFit(PinKind.EXEC, PinDirection.OUT), {"toy.everything", "toy.fork", "toy.talk"}),
        (WireFit(PinKind.EXEC, PinDirection.IN), {"toy.start", "toy.everything", "toy.fork", "toy.talk"}),
        (WireFit(PinKind.DATA, PinDirection.IN, PinType.INTEGER), {"toy.length"}),
    ],
)
def test_a_loose_wire_leaves_only_what_it_could_end_in(search: NodeSearch, end: WireFit, fitting: set[str]) -> None:
    assert set(ids(search.find("", end))) == fitting


def test_a_wire_ends_in_the_pin_of_its_very_type_before_one_that_converts(search: NodeSearch) -> None:
    everything = search.registry.instance("toy.everything")
    assert WireFit(PinKind.DATA, PinDirection.OUT, PinType.CONVERSATION).pin_of(everything) == "Talk"
    assert WireFit(PinKind.DATA, PinDirection.OUT, PinType.BOOLEAN).pin_of(everything) == "Flag"
    assert WireFit(PinKind.EXEC, PinDirection.IN).pin_of(everything) == "Out"
