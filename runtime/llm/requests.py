"""A chat request as a value, built and checked from the values of a node's pins."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from ..errors import InputError
from ..ids import PinName


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """What is asked of a model.

    Attributes:
        messages: a snapshot in the API's form; later changes of the conversation do not reach it.
        parameters: only what is sent, by the API's names (`max_tokens` whatever the provider calls it).
        extra: more members of the body, sent as they are, in place of others of the same name.
    """

    model: str
    messages: tuple[Mapping[str, Any], ...]
    parameters: Mapping[str, Any]
    stream: bool = False
    extra: Mapping[str, Any] = field(default_factory=dict)

    def snapshot(self) -> dict[str, Any]:
        """The request as a JSON-able value, for people and for a retry."""
        return {
            "model": self.model,
            "messages": list(self.messages),
            "parameters": dict(self.parameters),
            "stream": self.stream,
            **({"extra": dict(self.extra)} if self.extra else {}),
        }

    @classmethod
    def from_snapshot(cls, snapshot: Mapping[str, Any]) -> Self:
        """The request again, out of its snapshot."""
        return cls(
            model=snapshot["model"],
            messages=tuple(snapshot["messages"]),
            parameters=snapshot["parameters"],
            stream=snapshot["stream"],
            extra=snapshot.get("extra", {}),
        )


@dataclass(frozen=True, slots=True)
class _Number:
    """A number pin: the API's name for it and its inclusive range (None: no upper limit)."""

    name: str
    low: float
    high: float | None
    whole: bool = False

    def __str__(self) -> str:
        kind = "a whole number" if self.whole else "a number"
        return f"{kind} of at least {self.low}" if self.high is None else f"{kind} from {self.low} to {self.high}"

    def admits(self, value: object) -> bool:
        """Whether the value is of this kind and within the range."""
        kinds: tuple[type, ...] = (int,) if self.whole else (int, float)
        if not isinstance(value, kinds) or isinstance(value, bool):
            return False
        return self.low <= value and (self.high is None or value <= self.high)  # type: ignore[operator]  # a number


# Ranges: the API reference of POST /chat/completions.
_NUMBERS = {
    PinName("Temperature"): _Number("temperature", 0, 2),
    PinName("TopP"): _Number("top_p", 0, 1),
    PinName("N"): _Number("n", 1, 128, whole=True),
    PinName("MaxTokens"): _Number("max_tokens", 1, None, whole=True),
    PinName("PresencePenalty"): _Number("presence_penalty", -2, 2),
    PinName("FrequencyPenalty"): _Number("frequency_penalty", -2, 2),
    PinName("Seed"): _Number("seed", -(2**63), 2**63 - 1, whole=True),
}
_AS_THEY_ARE = {PinName("User"): "user", PinName("ReasoningEffort"): "reasoning_effort"}
_LOGIT_BIAS = _Number("logit_bias", -100, 100)


def chat_request(model: str, messages: Iterable[Mapping[str, Any]], options: Mapping[str, Any]) -> ChatRequest:
    """Build a request from the values of the pins.

    `options` goes by pin name: Temperature, TopP, N, Stream, Stop, MaxTokens, PresencePenalty, FrequencyPenalty,
    LogitBias, User, ReasoningEffort, Seed, ResponseFormat, ExtraBody; what is missing or None is not sent. Raises
    InputError naming pin, value and range.
    """
    if not model.strip():
        raise InputError(PinName("Model"), "is empty: name a model, for example gpt-4o-mini")
    snapshot = tuple(copy.deepcopy(dict(message)) for message in messages)
    if not snapshot:
        raise InputError(PinName("Conversation"), "has no messages yet: add one before asking the model")
    given = {PinName(pin): value for pin, value in options.items() if value is not None}
    parameters: dict[str, Any] = {}
    for pin, number in _NUMBERS.items():
        if pin in given:
            parameters[number.name] = _checked(pin, given[pin], number)
    if given.get(PinName("Stop")):
        parameters["stop"] = stop_sequences(given[PinName("Stop")])
    if given.get(PinName("LogitBias")):
        parameters["logit_bias"] = logit_bias(given[PinName("LogitBias")])
    for pin, name in _AS_THEY_ARE.items():
        if given.get(pin):
            parameters[name] = given[pin]
    if PinName("ResponseFormat") in given:
        parameters["response_format"] = json_object(PinName("ResponseFormat"), given, '{"type": "json_object"}')
    extra = json_object(PinName("ExtraBody"), given, '{"top_k": 40}') if PinName("ExtraBody") in given else {}
    return ChatRequest(model.strip(), snapshot, parameters, bool(given.get(PinName("Stream"), False)), extra)


def json_object(pin: PinName, given: Mapping[PinName, Any], example: str) -> dict[str, Any]:
    """A copy of the object that a pin was given. Raises InputError if it is something else."""
    if not isinstance(given[pin], dict):
        raise InputError(pin, f"is {given[pin]!r}, but must be a JSON object such as {example}")
    return copy.deepcopy(given[pin])


def options_of(request: ChatRequest) -> tuple[dict[PinName, Any], dict[str, Any]]:
    """The values of the pins that make this request, and the parameters that no pin stands for.

    `chat_request` makes the first into the same parameters again.
    """
    pins = {number.name: pin for pin, number in _NUMBERS.items()} | {"user": PinName("User")}
    options: dict[PinName, Any] = {PinName("Stream"): True} if request.stream else {}
    rest: dict[str, Any] = {}
    for name, value in request.parameters.items():
        if name in pins:
            options[pins[name]] = value
        elif name == "stop":
            options[PinName("Stop")] = ", ".join(map(_escaped, [value] if isinstance(value, str) else value))
        elif name == "logit_bias":
            options[PinName("LogitBias")] = json.dumps(dict(value))
        else:
            rest[name] = value
    return options, rest


def stop_sequences(text: str) -> list[str]:
    r"""The comma-separated sequences: `\,` is a comma, `\n` a line break, `\\` a backslash; spaces around are cut off.

    Raises InputError if a sequence is empty.
    """
    sequences = [""]
    characters = iter(text)
    for character in characters:
        if character == "\\":
            escaped = next(characters, "\\")
            sequences[-1] += _ESCAPES.get(escaped, "\\" + escaped)
        elif character == ",":
            sequences.append("")
        else:
            sequences[-1] += character
    sequences = [sequence.strip(" ") for sequence in sequences]
    if not all(sequences):
        raise InputError(PinName("Stop"), rf"{text!r} has an empty sequence: write \, for a comma")
    return sequences


def logit_bias(text: str) -> dict[str, float]:
    """Token id → bias from a JSON object's text. Raises InputError saying what is wrong with it."""
    pin = PinName("LogitBias")
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise InputError(pin, f"is no JSON ({error.msg}, {where}): write an object such as {_EXAMPLE}") from None
    if not isinstance(value, dict):
        raise InputError(pin, f"{text!r} is no JSON object: write one such as {_EXAMPLE}")
    for token, bias in value.items():
        if not token.isascii() or not token.isdigit():
            raise InputError(pin, f"{token!r} is no token id: a token id is a whole number, as in {_EXAMPLE}")
        if not _LOGIT_BIAS.admits(bias):
            raise InputError(pin, f"the bias of token {token} is {bias!r}, but must be {_LOGIT_BIAS}")
    return value


def _escaped(sequence: str) -> str:
    return sequence.replace("\\", "\\\\").replace(",", "\\,").replace("\n", "\\n")


_ESCAPES = {"n": "\n", ",": ",", "\\": "\\"}
_EXAMPLE = '{"50256": -100}'


def _checked(pin: PinName, value: object, number: _Number) -> object:
    if not number.admits(value):
        raise InputError(pin, f"is {value!r}, but must be {number}")
    return value
