"""What the options of the commands that run flows mean for a flow, its inputs and its provider."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal
from urllib.parse import urlsplit

from pydantic import ValidationError

from .document.flow import Flow, Node, PinKind
from .document.json_text import read_json
from .errors import FlowFileError, RunError
from .ids import PinName
from .llm.providers import ProviderProfile
from .nodes.pins import PinType
from .nodes.registry import NodeRegistry
from .validation import flow_parameters, node_signature

_MODEL: Final = PinName("Model")
_TRUTHS: Final = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


@dataclass(frozen=True, kw_only=True)
class FlowOptions:
    """The arguments that all commands share that run flows; the parser says what each means."""

    input: list[str]
    inputs: Path | None
    output: Literal["text", "json", "none"] | None
    events: str | None
    no_store: bool
    base_url: str | None
    api_key_env: str | None
    model: str | None
    trust: bool
    log_level: str


@dataclass(frozen=True, kw_only=True)
class RunOptions(FlowOptions):
    """The arguments of `futureflow run`."""

    flow: Path
    entry: str | None
    record: Path | None
    timeout: float | None
    no_wait: bool


@dataclass(frozen=True, kw_only=True)
class ServeOptions(FlowOptions):
    """The arguments of `futureflow serve`."""

    flows: list[Path]


def with_model(flow: Flow, registry: NodeRegistry, model: str) -> Flow:
    """The flow with this model in every node that asks one, whatever was set or wired there."""

    def asks_model(node: Node) -> bool:
        return _MODEL in node_signature(node, registry, flow.connections).inputs

    asking = {node.id for node in flow.nodes if asks_model(node)}
    nodes = tuple(
        node.model_copy(update={"inputs": {**node.inputs, _MODEL: model}}) if node.id in asking else node
        for node in flow.nodes
    )
    connections = tuple(
        wire
        for wire in flow.connections
        if not (wire.kind is PinKind.DATA and wire.target.pin == _MODEL and wire.target.node in asking)
    )
    return flow.model_copy(update={"nodes": nodes, "connections": connections})


def flow_inputs(flow: Flow, registry: NodeRegistry, options: FlowOptions) -> dict[str, object]:
    """The values for the flow's parameters: those of the file, then those of the command line.

    Raises RunError for a name that the flow does not have, or a value that is not of its type.
    """
    inputs: dict[str, object] = {}
    if options.inputs is not None:
        inputs.update(_inputs_of_file(options.inputs))
    parameters = flow_parameters(flow, registry)
    for argument in options.input:
        name, equals, value = argument.partition("=")
        if not equals:
            raise RunError(f"--input {argument}: write it as NAME=VALUE")
        if name not in parameters:
            known = ", ".join(parameters) or "none"
            raise RunError(f"--input {argument}: the flow has no input {name!r} (it has: {known})")
        inputs[name] = parsed_input(name, value, parameters[name].type)
    return inputs


def inputs_of_each(flows: Sequence[Flow], registry: NodeRegistry, options: FlowOptions) -> list[dict[str, object]]:
    """The values for the parameters of several flows: each gets those that it has.

    Raises RunError for a name that none of them has, or a value that is not of its type.
    """
    of_file = _inputs_of_file(options.inputs) if options.inputs is not None else {}
    known = [flow_parameters(flow, registry) for flow in flows]
    for name in [*of_file, *(argument.partition("=")[0] for argument in options.input)]:
        if not any(name in parameters for parameters in known):
            raise RunError(f"no flow has an input {name!r}")
    inputs = []
    for flow, parameters in zip(flows, known, strict=True):
        own = [argument for argument in options.input if argument.partition("=")[0] in parameters]
        values = flow_inputs(flow, registry, replace(options, input=own))
        inputs.append({name: value for name, value in values.items() if name in parameters})
    return inputs


def parsed_input(name: str, value: str, kind: PinType) -> object:
    """The text of a command line as a value of the declared type. Raises RunError."""
    try:
        match kind:
            case PinType.INTEGER:
                return int(value)
            case PinType.FLOAT:
                return _finite(float(value))
            case PinType.BOOLEAN:
                return _TRUTHS[value.lower()]
            case PinType.JSON:
                return read_json(value)
            case _:
                return value
    except (KeyError, ValueError, FlowFileError) as error:
        reason = f" ({error})" if isinstance(error, FlowFileError) else ""
        raise RunError(f"--input {name}={value}: {name} is of type {kind}, and this is none{reason}") from None


def command_line_profiles(options: FlowOptions) -> list[ProviderProfile] | None:
    """The provider that --base-url and --api-key-env make for this run, or None for the configured ones.

    Raises RunError for a URL that is none.
    """
    key_environment = options.api_key_env or ""
    if not options.base_url:
        # Only a key: OpenAI itself, with the key from another variable than usual.
        openai = [ProviderProfile(name="openai", kind="openai", key_environment=key_environment)]
        return openai if key_environment else None
    try:
        host = urlsplit(options.base_url).netloc.rpartition("@")[2] or options.base_url
        return [
            ProviderProfile(
                name=host, kind="openai_compatible", base_url=options.base_url, key_environment=key_environment
            )
        ]
    except ValidationError as error:
        raise RunError(f"--base-url: {error.errors()[0]['msg'].removeprefix('Value error, ')}") from None
    except ValueError as error:
        # Not the address itself: it may hold a password.
        raise RunError(f"--base-url: {error}: write it as http://host:8000/v1") from None


def _finite(number: float) -> float:
    if not math.isfinite(number):
        raise ValueError(f"{number} is no number that JSON has")
    return number


def _inputs_of_file(path: Path) -> dict[str, object]:
    try:
        values = read_json(path.read_text("utf-8"), path)
    except (OSError, UnicodeDecodeError) as error:
        raise RunError(f"--inputs {path} cannot be read: {error}") from error
    if not isinstance(values, dict):
        raise RunError(f"--inputs {path}: this file wants a JSON object of name and value")
    return values
