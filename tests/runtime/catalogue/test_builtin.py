"""The catalogue as a whole: what `catalogue.md` makes normative of the types that need no model."""

from __future__ import annotations

import pytest

from runtime.catalogue import builtin_registry
from runtime.nodes.pins import DataPin

PINS: dict[str, str] = {
    "event.button": "> Out",
    "flow.branch": "In; Condition:boolean > True, False",
    "flow.sequence": "In > Out1, Out2, Out3",
    "flow.for_each": "In, Continue, Break; Collection:any, Concurrency:integer=1 > Do, Done, Failed; "
    "Key:string, Value:any, ErrorMessage:string",
    "flow.do_n": "In, Continue, Break; Count:integer > Do, Done; Index:integer",
    "flow.while": "In, Continue, Break; Condition:boolean, MaxIterations?:integer > Do, Done; Index:integer",
    "flow.race": "In > Branch1, Branch2, Done; Winner:integer",
    "flow.switch": "In; Value:any > A, B, Default",
    "flow.try": "In > Try, Catch, Finally, Done; ErrorMessage:string, ErrorNode:string, ErrorType:string",
    "flow.retry": "In; Attempts:integer=3, DelayMs:integer=1000, Backoff:float=2.0 > Do, Done, Failed; "
    "Attempt:integer, ErrorMessage:string",
    "flow.timeout": "In; TimeoutMs:integer > Do, Done, TimedOut",
    "flow.call": "Execute > Success, Failed; ErrorMessage:string",
    "flow.trigger_flow": "In; FlowName:string > Out, Failed; Success:boolean, ErrorMessage:string",
    "flow.comment": ">",
    "state.set": "In; Key:string, Value:any > Out",
    "state.get": "In; Key:string, Default?:any > Out; Value:any, Found:boolean",
    "state.delete": "In; Key:string > Out",
    "logic.and": "; A:boolean, B:boolean > ; Result:boolean",
    "logic.or": "; A:boolean, B:boolean > ; Result:boolean",
    "logic.xor": "; A:boolean, B:boolean > ; Result:boolean",
    "logic.not": "; Value:boolean > ; Result:boolean",
    "logic.select": "; Condition:boolean, IfTrue?:any, IfFalse?:any > ; Result:any",
    "flow.parallel": "In > Branch1, Branch2, Done, Failed; ErrorMessage:string",
    "flow.delay": "In; DelayMs:integer=1000 > Out",
    "flow.success": "In >",
    "flow.failed": "In >",
    "flow.input": "; Default?:any > ; Value:any",
    "flow.output": "In; Value:any > Out",
    "value.text": "; Input:string='' > ; Output:string",
    "value.integer": "; Input:integer=0 > ; Output:integer",
    "value.float": "; Input:float=0.0 > ; Output:float",
    "value.boolean": "; Input:boolean=False > ; Output:boolean",
    "util.console": "In; Message:string, Level:string='info' > Out",
    "string.template": "; name:string > ; Result:string",
    "string.concat": "; A:string, B:string > ; Result:string",
    "list.make": "; Item1:any, Item2:any > ; List:json",
    "list.append": "; List:json, Item:any > ; Result:json",
    "convert.string_to_integer": "; Input:string > ; Output:integer",
    "convert.integer_to_string": "; Input:integer > ; Output:string",
    "convert.string_to_float": "; Input:string > ; Output:float",
    "convert.float_to_string": "; Input:float > ; Output:string",
    "convert.string_to_boolean": "; Input:string > ; Output:boolean",
    "convert.boolean_to_string": "; Input:boolean > ; Output:string",
    "convert.integer_to_float": "; Input:integer > ; Output:float",
    "convert.float_to_integer": "; Input:float > ; Output:integer",
}


@pytest.mark.parametrize("type_id", PINS)
def test_a_type_has_the_pins_of_the_catalogue(type_id: str) -> None:
    signature = builtin_registry().instance(type_id).signature
    left = ", ".join(signature.exec_in) + _data(signature.inputs, inputs=True)
    right = ", ".join(signature.exec_out) + _data(signature.outputs, inputs=False)
    assert f"{left} > {right}".strip() == PINS[type_id]


def _data(pins: dict[str, DataPin], *, inputs: bool) -> str:
    shown = ", ".join(_shown(pin) if inputs else f"{pin.name}:{pin.type}" for pin in pins.values())
    return f"; {shown}" if shown else ""


def _shown(pin: DataPin) -> str:
    if pin.required or pin.optional:
        return f"{pin.name}{'?' * pin.optional}:{pin.type}"
    return f"{pin.name}:{pin.type}={pin.default!r}"


def test_every_pin_of_every_type_says_what_it_is_for() -> None:
    for node_type in builtin_registry():
        inputs = node_type().signature.inputs
        assert not [pin.name for pin in inputs.values() if not pin.description], node_type.type_id


def test_each_registry_is_its_own() -> None:
    assert builtin_registry() is not builtin_registry()
    assert len(builtin_registry()) >= len(PINS)
