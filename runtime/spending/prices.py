"""Prices of models by pattern: the list that comes with Futureflow, and before it the user's own."""

from __future__ import annotations

from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, Field

from ..settings_file import SettingsFile, read_settings
from ..usage import TokenCount

MILLION: Final = 1_000_000


class Price(BaseModel):
    """What some models cost, in US dollars for a million tokens.

    A future's provider must fit too: its name one of `providers`, if there are any, and else its kind must be one at
    which the names of models are OpenAI's. So a model on this machine costs nothing, whatever name it answers to.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    models: tuple[str, ...] = Field(min_length=1, description="Names, with * for any characters")
    providers: tuple[str, ...] = Field(default=(), description="Names of providers, with * for any characters")
    input: float = Field(ge=0, description="For what is read")
    cached_input: float | None = Field(default=None, ge=0, description="For what is read again; unset: as input")
    output: float = Field(ge=0, description="For what is written, reasoning among it")
    as_of: str = Field(default="", description="Of what day the price is and where it is from, for people")

    def fits(self, provider: str, kind: str, model: str) -> bool:
        """Whether it is the price of this model there."""
        if self.providers:
            if not any(fnmatchcase(provider, pattern) for pattern in self.providers):
                return False
        elif kind not in _OPENAI_NAMES:
            return False
        return any(fnmatchcase(model, pattern) for pattern in self.models)

    def of(self, tokens: TokenCount) -> float:
        """What so many tokens cost, in US dollars."""
        cached = self.cached_input if self.cached_input is not None else self.input
        fresh = max(tokens.prompt - tokens.cached, 0)
        return (fresh * self.input + tokens.cached * cached + tokens.completion * self.output) / MILLION


_OPENAI_NAMES: Final = frozenset({"openai", "azure"})


class PriceList(BaseModel):
    """A file of prices; the first that fits counts."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    prices: tuple[Price, ...] = ()


class Prices:
    """The user's own `prices.json` in their configuration folder, then the list that comes with Futureflow."""

    def __init__(self, config_folder: Path) -> None:
        self._own = SettingsFile(config_folder / "prices.json", PriceList)
        self._shipped = read_settings(shipped_file(), PriceList).prices

    def find(self, provider: str, kind: str, *models: str) -> Price | None:
        """The price of the first of the model's names that has one; None if the model is not known.

        Raises NotConfiguredError for a broken file of the user's.
        """
        prices = (*self._own.read().prices, *self._shipped)
        found = (price for model in models for price in prices if price.fits(provider, kind, model))
        return next(found, None)


def shipped_file() -> Path:
    """The list that comes with Futureflow: inside the installed package, or in `resources/` of a checkout."""
    installed = Path(__file__).with_name("prices.json")
    return installed if installed.exists() else Path(__file__).parents[2] / "resources" / "prices.json"
