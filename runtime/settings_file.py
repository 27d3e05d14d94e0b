"""The user's settings, JSON files in their configuration folder: read, checked, and read again once changed."""

from __future__ import annotations

from pathlib import Path
from typing import Generic, TypeVar

from pydantic import BaseModel, ValidationError

from .document.json_text import json_path, place_of, read_json
from .errors import FlowFileError, NotConfiguredError

M = TypeVar("M", bound=BaseModel)


class SettingsFile(Generic[M]):
    """A file that may not be there, and may be edited while the program runs."""

    def __init__(self, path: Path, model: type[M]) -> None:
        """`model` is what the file must fit; made without arguments it stands for a file that is not there."""
        self.path = path
        self._model = model
        self._stamp: tuple[int, int] | None = None
        self._value: M | None = None

    def read(self) -> M:
        """What the file says now; it is read only if it has changed.

        Raises NotConfiguredError, with file, line and column, for one that cannot be read or does not fit.
        """
        try:
            found = self.path.stat()
        except FileNotFoundError:
            stamp = None
        except OSError as error:
            raise NotConfiguredError(f"{self.path} cannot be read: {error}") from error
        else:
            stamp = (found.st_mtime_ns, found.st_size)
        if self._value is None or stamp != self._stamp:
            self._value = self._model() if stamp is None else read_settings(self.path, self._model)
            self._stamp = stamp
        return self._value


def read_settings(path: Path, model: type[M]) -> M:
    """What a settings file says. Raises NotConfiguredError, with file, line and column."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise NotConfiguredError(f"{path} cannot be read: {error}") from error
    try:
        return model.model_validate(read_json(text, path))
    except FlowFileError as error:
        raise NotConfiguredError(f"{error}. Correct the file or remove it.") from error
    except ValidationError as error:
        raise NotConfiguredError(f"{path}, {_first_problem(error, text)}") from error


def _first_problem(error: ValidationError, text: str) -> str:
    """Place and reason of the first thing wrong in the file; the value itself, which may be a key, is not repeated."""
    first = error.errors(include_url=False, include_input=False)[0]
    place = place_of(text, first["loc"]) or place_of(text, first["loc"][:-1])
    line = f"line {place[0]}, column {place[1]}, " if place else ""
    return f"{line}at {json_path(first['loc'])}: {first['msg']}. Correct the file or remove it."
