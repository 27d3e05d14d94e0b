"""Prices are found by pattern, the user's own first; what is not known costs not nothing but nobody knows what."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from runtime.errors import NotConfiguredError
from runtime.spending.prices import Prices
from runtime.usage import TokenCount

MILLION = 1_000_000


def own(folder: Path, *prices: dict[str, Any]) -> Prices:
    (folder / "prices.json").write_text(json.dumps({"prices": prices}))
    return Prices(folder)


@pytest.mark.parametrize(("tokens", "dollars"), [
    (TokenCount(MILLION, 0), 2.5),
    (TokenCount(0, MILLION), 10.0),
    (TokenCount(MILLION, 0, cached=MILLION), 1.25),
    (TokenCount(1000, 100, cached=400), 0.0025 * 0.6 + 0.00125 * 0.4 + 0.001),
    (TokenCount(0, 1000, reasoning=900), 0.01),
    (TokenCount(), 0.0),
])  # fmt: skip
def test_read_cached_and_written_tokens_have_their_prices(tmp_path: Path, tokens: TokenCount, dollars: float) -> None:
    price = Prices(tmp_path).find("openai", "openai", "gpt-4o")
    assert price is not None
    assert price.of(tokens) == pytest.approx(dollars)


def test_where_cached_tokens_have_no_price_they_cost_as_others(tmp_path: Path) -> None:
    price = Prices(tmp_path).find("openai", "openai", "gpt-4-turbo")
    assert price is not None
    assert price.of(TokenCount(MILLION, 0, cached=MILLION)) == 10.0


@pytest.mark.parametrize(("model", "output"), [
    ("gpt-4o", 10), ("gpt-4o-2024-08-06", 10), ("gpt-4o-2024-05-13", 15), ("gpt-4o-mini-2024-07-18", 0.6), ("o3", 8),
])  # fmt: skip
def test_a_model_with_a_date_costs_as_the_one_without_unless_it_has_its_own(
    tmp_path: Path, model: str, output: float
) -> None:
    price = Prices(tmp_path).find("openai", "openai", model)
    assert price is not None
    assert price.output == output


@pytest.mark.parametrize("model", ["gpt-4o-audio-preview", "gpt-9", "llama3", ""])
def test_a_model_that_nobody_knows_has_no_price(tmp_path: Path, model: str) -> None:
    assert Prices(tmp_path).find("openai", "openai", model) is None


@pytest.mark.parametrize("kind", ["local", "openai_compatible"])
def test_the_name_of_an_openai_model_elsewhere_has_no_price(tmp_path: Path, kind: str) -> None:
    assert Prices(tmp_path).find("lab", kind, "gpt-4o") is None


def test_azure_answers_with_the_true_name_of_a_model(tmp_path: Path) -> None:
    price = Prices(tmp_path).find("work", "azure", "gpt-4o-2024-08-06", "my-deployment")
    assert price is not None
    assert price.output == 10


def test_own_prices_come_first_and_may_be_for_some_providers(tmp_path: Path) -> None:
    prices = own(
        tmp_path,
        {"models": ["gpt-4o"], "input": 1, "output": 2},
        {"models": ["*"], "providers": ["lab*"], "input": 0.1, "output": 0.2},
    )
    found = {
        name: prices.find(name, kind, "gpt-4o")
        for name, kind in {"openai": "openai", "lab2": "openai_compatible", "other": "openai_compatible"}.items()
    }
    assert {name: price and price.output for name, price in found.items()} == {"openai": 2, "lab2": 0.2, "other": None}
    assert prices.find("openai", "openai", "o3") is not None


def test_a_changed_file_counts_at_once(tmp_path: Path) -> None:
    prices = Prices(tmp_path)
    assert prices.find("lab", "openai_compatible", "m") is None
    own(tmp_path, {"models": ["m"], "providers": ["lab"], "input": 1, "output": 2})
    assert prices.find("lab", "openai_compatible", "m") is not None
    (tmp_path / "prices.json").unlink()
    assert prices.find("lab", "openai_compatible", "m") is None


@pytest.mark.parametrize(("text", "words"), [
    ("{", "line 1, column 2"),
    ('{"prices": [\n{"models": ["m"], "input": -1, "output": 2}]}', r"line 2, column \d+, at \$.prices\[0\].input"),
    ('{"prices": [\n{"models": ["m"], "input": 1}]}', r"line 2, column 1, at \$.prices\[0\].output: Field required"),
    ('{"price": []}', r"at \$.price"),
])  # fmt: skip
def test_a_broken_file_is_told_with_its_place(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "prices.json").write_text(text)
    with pytest.raises(NotConfiguredError, match=words) as caught:
        Prices(tmp_path).find("openai", "openai", "gpt-4o")
    assert str(tmp_path / "prices.json") in str(caught.value)
    assert "Correct the file or remove it" in str(caught.value)
