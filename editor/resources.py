"""Where the data files are: inside the installed package, or beside it in a checkout."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def resource_path(name: str) -> Path:
    """The file or folder `name` of `resources/`, given with forward slashes."""
    shipped = _PACKAGE / "_resources"
    return (shipped if shipped.is_dir() else _PACKAGE.parent / "resources") / name


def resource_text(name: str) -> str:
    """The text of a data file. Raises FileNotFoundError."""
    return resource_path(name).read_text(encoding="utf-8")
