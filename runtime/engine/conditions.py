"""Conditions of breakpoints: expressions over what a token sees, without access to Python."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Final

from simpleeval import EvalWithCompoundTypes

_FUNCTIONS: Final[dict[str, Callable[..., Any]]] = {
    "abs": abs, "bool": bool, "float": float, "int": int, "len": len,
    "max": max, "min": min, "round": round, "str": str,
}  # fmt: skip
_CONSTANTS: Final = {"True": True, "False": False, "None": None, "true": True, "false": False, "null": None}


class _Names:
    """Names with the constants before them; they are looked up only when they are used."""

    def __init__(self, names: Mapping[str, Any]) -> None:
        self._names = names

    def __getitem__(self, name: str) -> Any:
        return _CONSTANTS[name] if name in _CONSTANTS else self._names[name]


class ConditionError(Exception):
    """A condition that cannot be evaluated: its text says why."""


def holds(condition: str, names: Mapping[str, Any]) -> bool:
    """Whether a condition such as `Index > 3 and Value != ''` is true. Raises ConditionError."""
    return bool(value_of(condition, names))


def value_of(expression: str, names: Mapping[str, Any]) -> Any:
    """What an expression such as `len(For_Each.Value)` gives. Raises ConditionError."""
    evaluator = EvalWithCompoundTypes(functions=_FUNCTIONS, names=_Names(names))
    try:
        return evaluator.eval(expression, previously_parsed=_parsed(expression))
    except SyntaxError as error:
        raise ConditionError(_unread(error)) from error
    except Exception as error:
        raise ConditionError(" ".join(str(error).split()) or type(error).__name__) from error


def what_is_wrong(expression: str) -> str:
    """Why a text is no expression, or "": said while it is typed, before there are values."""
    try:
        _parsed(expression)
    except SyntaxError as error:
        return _unread(error)
    return ""


def _unread(error: SyntaxError) -> str:
    return f"{error.msg}, compare as in Index > 3 and Value == 'x'"


def as_name(text: str) -> str:
    """A node's title or id as it can be written in a condition: `For Each` is `For_Each`, `1st` is `_1st`."""
    return re.sub(r"\W|^(?=\d)", "_", text)


@lru_cache(maxsize=256)
def _parsed(expression: str) -> ast.expr:
    return ast.parse(expression.strip(), mode="eval").body
