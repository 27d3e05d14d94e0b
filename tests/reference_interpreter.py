"""Design 5 once more, as plainly as it can be said: what a run of a flow must tell, to compare the engine with.

One token at a time and no asyncio: the branches of Parallel run one after the other, and time is a number. What nodes
do is written anew (`reference_nodes.py`); of the runtime it takes only what node types declare, and what becomes of a
value on its wire.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from reference_nodes import CHOOSES, COMPUTES, DOES, READS_BY_ITSELF, RECEIVES_FAILURES
from reference_parts import Broken, Cancelled, Failure, Over, Scope, Step, Values

from runtime.document.flow import Flow, PinKind, PinRef
from runtime.errors import NodeError
from runtime.ids import NodeId, PinName
from runtime.nodes.inputs import checked, fitted
from runtime.nodes.pins import NodeModel
from runtime.nodes.registry import NodeRegistry


@dataclass
class Outcome:
    """How a run ended, and all it told."""

    status: str
    outputs: dict[str, Any]
    error: str
    told: list[str]


class Interpreter:
    """Runs one flow once.

    Attributes:
        nodes, types: by id.
        exec, data: wires, the former by where they begin, the latter by where they end.
        outputs, state, told: the flow's results, the session's state, and what the run has told.
        clock: the time, in milliseconds.
        limits: when the steps that have a limit of time will have reached it, by their number.
        passed: those that have.
    """

    def __init__(self, flow: Flow, registry: NodeRegistry) -> None:
        self.nodes = {node.id: node for node in flow.nodes}
        self.types = {node.id: registry.instance(node.type, node.config) for node in flow.nodes}
        self.exec = {wire.source: wire.target for wire in flow.connections if wire.kind is PinKind.EXEC}
        self.data = {wire.target: wire.source for wire in flow.connections if wire.kind is PinKind.DATA}
        self.outputs: dict[str, Any] = {}
        self.state: dict[str, Any] = {}
        self.told: list[str] = []
        self.clock = 0
        self.limits: dict[int, int] = {}
        self.passed: set[int] = set()
        self._steps = self._writes = 0

    def run(self, entry: str = "start") -> Outcome:
        """From this event to the end."""
        self.told.append(f"run started at {entry}")
        failure: Failure | None = None
        try:
            self.follow(NodeId(entry), self.step(NodeId(entry), Scope(), None), Scope(), None)
        except Failure as failed:
            failure = failed
        except Over as over:
            failure = over.failure
        status = "failed" if failure else "succeeded"
        self.told.append(f"run {status}")
        return Outcome(status, self.outputs, str(failure or ""), self.told)

    def called(self, node: NodeId) -> str:
        """Title and id."""
        return f"{self.nodes[node].title or self.types[node].title} ({node})"

    def is_wired(self, node: NodeId, pin: str) -> bool:
        """Whether an exec output leads anywhere."""
        return PinRef(node, PinName(pin)) in self.exec

    def log(self, node: NodeId, level: str, message: str) -> None:
        """Write a line to the log."""
        self.told.append(f"{node} logged {level}: {message}")

    def wait(self, milliseconds: int) -> None:
        """Let time pass; the first limit that is reached meanwhile cancels the token there."""
        until = self.clock + milliseconds
        reached = [(limit, step) for step, limit in self.limits.items() if limit <= until and step not in self.passed]
        if reached:
            self.clock, step = min(reached)
            self.passed.add(step)
            raise Cancelled
        self.clock = until

    # -- tokens (5.2, 5.4)

    def follow(self, node: NodeId, pin: str | None, scope: Scope, around: Step | None) -> None:
        """Follow a token that leaves a node by an exec output, until it ends."""
        while pin is not None and (end := self.exec.get(PinRef(node, PinName(pin)))):
            self.told.append(f"token {node}.{pin} > {end.node}.{end.pin}")
            if end.pin == "Continue":
                return
            if end.pin == "Break":
                raise Broken(self._loop_around(end.node, around))
            node, pin = end.node, self.step(end.node, scope, around)

    def _loop_around(self, loop: NodeId, around: Step | None) -> int:
        assert around is not None, "flows for the reference break only loops that they are in"
        return around.number if around.node == loop else self._loop_around(loop, around.around)

    def fire(self, step: Step, pin: str) -> bool:
        """Run a body to its end; False if it broke this loop."""
        try:
            self.follow(step.node, pin, step.scope, step)
        except Broken as broken:
            if broken.number != step.number:
                raise
            return False
        return True

    def step(self, node: NodeId, scope: Scope, around: Step | None) -> str | None:
        """Run a node; the exec output by which the token leaves (5.6)."""
        self._steps += 1
        step = Step(node, self._steps, scope, around)
        self.told.append(f"{node} started")
        type_id = self.types[node].type_id
        try:
            if type_id not in READS_BY_ITSELF:
                self.read(step)
            pin = DOES[type_id](self, step)
        except (NodeError, Failure) as error:
            is_own = isinstance(error, NodeError)
            if (is_own or type_id in RECEIVES_FAILURES) and self.is_wired(node, "Failed"):
                self._set_message(step, str(error))
                self.told.append(f"{node} failed (handled): {error}")
                return "Failed"
            if not is_own:
                self.told.append(f"{node} finished")
                raise
            self.told.append(f"{node} failed: {error}")
            raise Failure(node, self.called(node), str(error), type(error).__name__) from error
        except (Broken, Cancelled, Over):
            self.told.append(f"{node} cancelled")
            raise
        self.told.append(f"{node} finished > {pin}" if pin else f"{node} finished")
        return pin

    # -- values (5.3, 5.5)

    def set(self, step: Step, **values: Any) -> None:
        """Set a step's outputs."""
        self._writes += 1
        step.outputs = {PinName(pin): value for pin, value in values.items()}
        step.scope.written[step.node] = (self._writes, step.outputs)
        self._tell_outputs(step.node, step.outputs)

    def _tell_outputs(self, node: NodeId, outputs: Values) -> None:
        self.told.append(f"{node} has " + ", ".join(f"{pin}={value!r}" for pin, value in outputs.items()))

    def _set_message(self, step: Step, message: str) -> None:
        pins = self.types[step.node].signature.outputs
        if "ErrorMessage" in pins and step.outputs.get(PinName("ErrorMessage")) != message:
            values = step.outputs or {name: pin.default for name, pin in pins.items() if not pin.required}
            self.set(step, **{**values, "ErrorMessage": message})

    def read(self, step: Step) -> None:
        """Read a step's inputs; pure nodes are evaluated for it once (5.3)."""
        evaluated: dict[NodeId, Values] = {}
        pins = tuple(self.types[step.node].signature.inputs)
        self._evaluate_sources(step.node, pins, step.scope, evaluated)
        step.inputs = self._inputs(step.node, pins, step.scope, evaluated)

    def _evaluate_sources(
        self, node: NodeId, pins: tuple[PinName, ...], scope: Scope, evaluated: dict[NodeId, Values]
    ) -> None:
        for pin in pins:
            source = self.data.get(PinRef(node, pin))
            if source is not None and self.types[source.node].kind == "pure" and source.node not in evaluated:
                evaluated[source.node] = self._evaluate(source.node, scope, evaluated)
                self._tell_outputs(source.node, evaluated[source.node])

    def _evaluate(self, node: NodeId, scope: Scope, evaluated: dict[NodeId, Values]) -> Values:
        """A pure node's outputs: what it chooses to read is looked at only when it has chosen."""
        known = self.types[node]
        pins = tuple(pin for pin in known.signature.inputs if pin not in known.lazy_inputs)
        self._evaluate_sources(node, pins, scope, evaluated)
        if known.lazy_inputs:
            pins += self._blamed(node, CHOOSES, pins, scope, evaluated)
            self._evaluate_sources(node, pins, scope, evaluated)
        return self._blamed(node, COMPUTES, pins, scope, evaluated)

    def _blamed(self, node: NodeId, table: dict[str, Callable], pins: tuple[PinName, ...], *known: Any) -> Any:
        """What the node's type computes; an error of a pure node names it."""
        try:
            return table[self.types[node].type_id](self._inputs(node, pins, *known))
        except NodeError as error:
            raise NodeError(f"{self.called(node)}: {error}") from error

    def _inputs(
        self, node: NodeId, pins: tuple[PinName, ...], scope: Scope, evaluated: dict[NodeId, Values]
    ) -> NodeModel:
        values: dict[PinName, object] = {}
        for name in pins:
            pin = self.types[node].signature.inputs[name]
            source = self.data.get(PinRef(node, name))
            if source is not None:
                values[name] = fitted(self._value(node, source, scope, evaluated), pin)
            elif name in self.nodes[node].inputs:
                values[name] = fitted(self.nodes[node].inputs[name], pin)
        return checked(self.types[node].inputs_model, self.types[node].signature.inputs, values)

    def _value(self, reader: NodeId, source: PinRef, scope: Scope, evaluated: dict[NodeId, Values]) -> object:
        if source.node in evaluated:
            return evaluated[source.node][source.pin]
        reads = f"{self.called(reader)} reads {source.pin} of {self.called(source.node)}, which"
        if source.node not in scope.written:
            raise NodeError(f"{reads} has not run yet: wire it so that it runs before")
        outputs = scope.written[source.node][1]
        if source.pin not in outputs:
            raise NodeError(f"{reads} {self.called(source.node)} has not set")
        return outputs[source.pin]
