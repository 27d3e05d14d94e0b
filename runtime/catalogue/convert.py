"""Conversions between pin types. What cannot be converted is an error, never a silent zero."""

from __future__ import annotations

import math
from decimal import Decimal, InvalidOperation

from pydantic import Field

from ..errors import InputError
from ..ids import PinName
from ..nodes.context import EvaluationContext
from ..nodes.conversions import as_text, shown
from ..nodes.node_type import PureNode
from ..nodes.pins import NodeModel

_INPUT = PinName("Input")
_MOST_DIGITS = 4300
"""Python's own limit for turning text into integers (https://docs.python.org/3/library/stdtypes.html#int-max-str-digits)."""
_BOOLEANS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


class _TextIn(NodeModel):
    """A text."""

    input: str = Field(description="The text to convert")


class _IntegerIn(NodeModel):
    """A whole number."""

    input: int = Field(description="The number to convert")


class _FloatIn(NodeModel):
    """A number."""

    input: float = Field(description="The number to convert")


class _BooleanIn(NodeModel):
    """True or false."""

    input: bool = Field(description="The value to convert")


class _TextOut(NodeModel):
    """The value as text."""

    output: str


class _IntegerOut(NodeModel):
    """The value as a whole number."""

    output: int


class _FloatOut(NodeModel):
    """The value as a number."""

    output: float


class _BooleanOut(NodeModel):
    """The value as true or false."""

    output: bool


class _Conversion(PureNode):
    """What all conversions share."""

    category = "Type Conversions"
    synonyms = ("cast", "parse", "to")


class StringToInteger(_Conversion):
    """Reads a whole number from text. Decimals are cut off: `3.9` gives 3."""

    type_id = "convert.string_to_integer"
    title = "String to Integer"
    Inputs = _TextIn
    Outputs = _IntegerOut

    def evaluate(self, inputs: _TextIn, ctx: EvaluationContext) -> _IntegerOut:
        """Parse. Raises InputError if the text is no number."""
        try:
            number = Decimal(inputs.input.strip())
        except InvalidOperation:
            raise _no_number(inputs.input) from None
        if not number.is_finite():
            raise _no_number(inputs.input)
        if number.adjusted() >= _MOST_DIGITS:
            raise InputError(_INPUT, f"has more than {_MOST_DIGITS} digits: {shown(inputs.input)}")
        return _IntegerOut(output=int(number))


class IntegerToString(_Conversion):
    """Writes a whole number as text."""

    type_id = "convert.integer_to_string"
    title = "Integer to String"
    Inputs = _IntegerIn
    Outputs = _TextOut

    def evaluate(self, inputs: _IntegerIn, ctx: EvaluationContext) -> _TextOut:
        """Write it as a wire does."""
        return _TextOut(output=as_text(inputs.input))


class StringToFloat(_Conversion):
    """Reads a number from text."""

    type_id = "convert.string_to_float"
    title = "String to Float"
    Inputs = _TextIn
    Outputs = _FloatOut

    def evaluate(self, inputs: _TextIn, ctx: EvaluationContext) -> _FloatOut:
        """Parse. Raises InputError if the text is no number."""
        try:
            number = float(inputs.input)
        except ValueError:
            raise _no_number(inputs.input) from None
        if not math.isfinite(number):
            raise _no_number(inputs.input)
        return _FloatOut(output=number)


class FloatToString(_Conversion):
    """Writes a number as text, with as many digits as it takes to read it back unchanged."""

    type_id = "convert.float_to_string"
    title = "Float to String"
    Inputs = _FloatIn
    Outputs = _TextOut

    def evaluate(self, inputs: _FloatIn, ctx: EvaluationContext) -> _TextOut:
        """Write it as a wire does."""
        return _TextOut(output=as_text(inputs.input))


class StringToBoolean(_Conversion):
    """Reads `true`, `yes` or `1` as true and `false`, `no` or `0` as false, in any case."""

    type_id = "convert.string_to_boolean"
    title = "String to Boolean"
    Inputs = _TextIn
    Outputs = _BooleanOut

    def evaluate(self, inputs: _TextIn, ctx: EvaluationContext) -> _BooleanOut:
        """Look the word up. Raises InputError for any other word."""
        try:
            return _BooleanOut(output=_BOOLEANS[inputs.input.strip().lower()])
        except KeyError:
            wanted = ", ".join(_BOOLEANS)
            raise InputError(_INPUT, f"must be one of {wanted}, got {shown(inputs.input)}") from None


class BooleanToString(_Conversion):
    """Writes `true` or `false`."""

    type_id = "convert.boolean_to_string"
    title = "Boolean to String"
    Inputs = _BooleanIn
    Outputs = _TextOut

    def evaluate(self, inputs: _BooleanIn, ctx: EvaluationContext) -> _TextOut:
        """Write it as a wire does."""
        return _TextOut(output=as_text(inputs.input))


class IntegerToFloat(_Conversion):
    """Turns a whole number into a number with decimals."""

    type_id = "convert.integer_to_float"
    title = "Integer to Float"
    Inputs = _IntegerIn
    Outputs = _FloatOut

    def evaluate(self, inputs: _IntegerIn, ctx: EvaluationContext) -> _FloatOut:
        """Widen. Raises InputError if it is too large."""
        try:
            return _FloatOut(output=float(inputs.input))
        except OverflowError:
            raise InputError(_INPUT, f"is too large for a float: {shown(inputs.input)}") from None


class FloatToInteger(_Conversion):
    """Cuts the decimals off: 3.9 gives 3, -3.9 gives -3."""

    type_id = "convert.float_to_integer"
    title = "Float to Integer"
    Inputs = _FloatIn
    Outputs = _IntegerOut

    def evaluate(self, inputs: _FloatIn, ctx: EvaluationContext) -> _IntegerOut:
        """Truncate. Raises InputError for infinities and NaN."""
        if not math.isfinite(inputs.input):
            raise InputError(_INPUT, f"must be a finite number, got {inputs.input}")
        return _IntegerOut(output=int(inputs.input))


def _no_number(text: str) -> InputError:
    return InputError(_INPUT, f"wants a number, got {shown(text)}")


NODE_TYPES = (
    StringToInteger, IntegerToString, StringToFloat, FloatToString,
    StringToBoolean, BooleanToString, IntegerToFloat, FloatToInteger,
)  # fmt: skip
