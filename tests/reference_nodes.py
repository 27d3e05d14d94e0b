"""What the nodes of random flows do, written anew for the reference interpreter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING, Any

from reference_parts import Broken, Cancelled, Failure, Over, Step, Values

from runtime.errors import NodeError
from runtime.ids import PinName
from runtime.nodes.conversions import as_text

if TYPE_CHECKING:
    from reference_interpreter import Interpreter


def _keep(run: Interpreter, step: Step) -> str:
    run.set(step, Value=step.inputs.value)
    return "Out"


def _risk(run: Interpreter, step: Step) -> str:
    if step.inputs.message:
        raise NodeError(step.inputs.message)
    run.set(step, Success=True, ErrorMessage="")
    return "Success"


def _output(run: Interpreter, step: Step) -> str:
    run.outputs[run.types[step.node].config.name] = step.inputs.value
    return "Out"


def _sequence(run: Interpreter, step: Step) -> str:
    *first, last = run.types[step.node].signature.exec_out
    for pin in first:
        run.fire(step, pin)
    return last


def _for_each(run: Interpreter, step: Step) -> str:
    together = step.scope.fork()
    for key, value in enumerate(step.inputs.collection):
        turn = step if step.inputs.concurrency == 1 else replace(step, scope=step.scope.fork())
        run.set(turn, Key=str(key), Value=value, ErrorMessage="")
        if not run.fire(turn, "Do"):
            break
        together.join(turn.scope)
    step.scope.join(together)
    return "Done"


def _parallel(run: Interpreter, step: Step) -> str:
    branches = [pin for pin in run.types[step.node].signature.exec_out if pin.startswith("Branch")]
    forks = {pin: replace(step, scope=step.scope.fork()) for pin in branches}
    failures: list[Failure] = []
    for pin, fork in forks.items():
        try:
            run.fire(fork, pin)
        except Failure as failure:
            failures.append(failure)
    for fork in forks.values():
        step.scope.join(fork.scope)
    if len(failures) == 1:
        raise failures[0]
    if failures:
        listed = "".join(f"\n- {failure}" for failure in failures)
        raise NodeError(f"{len(failures)} of {len(forks)} branches failed:{listed}")
    return "Done"


def _race(run: Interpreter, step: Step) -> str:
    """Of the branches of a flow for the reference, all but one wait for what never comes."""
    branches = [pin for pin in run.types[step.node].signature.exec_out if pin.startswith("Branch")]
    forks = {pin: replace(step, scope=step.scope.fork()) for pin in branches}
    failure: Failure | None = None
    winner = 0
    for number, (pin, fork) in enumerate(forks.items(), 1):
        try:
            run.fire(fork, pin)
        except Cancelled:
            continue
        except Failure as failed:
            failure = failed
        assert not winner, "two branches ended"
        winner = number
        step.scope.join(fork.scope)
    if failure:
        raise failure
    run.set(step, Winner=winner)
    return "Done"


def _do_n(run: Interpreter, step: Step) -> str:
    for index in range(step.inputs.count):
        run.set(step, Index=index)
        if not run.fire(step, "Do"):
            break
    return "Done"


def _while(run: Interpreter, step: Step) -> str:
    for index in count():
        run.set(step, Index=index)
        run.read(step)
        if not step.inputs.condition or index == step.inputs.max_iterations:
            break
        if not run.fire(step, "Do"):
            break
    return "Done"


def _switch(run: Interpreter, step: Step) -> str:
    text = as_text(step.inputs.value)
    return text if text in run.types[step.node].config.cases else "Default"


def _try(run: Interpreter, step: Step) -> str:
    left_by: Exception | None = None
    try:
        _attempt(run, step)
    except (Failure, Broken, Cancelled) as error:
        left_by = error
    try:
        run.fire(step, "Finally")
    except (Failure, Broken, Cancelled) as error:
        if not isinstance(left_by, Cancelled):
            raise
        if isinstance(error, Failure):
            run.log(step.node, "warn", f"it was cancelled, and Finally failed: {error}")
    if left_by is not None:
        raise left_by
    return "Done"


def _attempt(run: Interpreter, step: Step) -> None:
    try:
        run.fire(step, "Try")
    except Failure as failure:
        run.set(step, ErrorMessage=failure.message, ErrorNode=failure.node, ErrorType=failure.kind)
        if not run.is_wired(step.node, "Catch"):
            raise
        run.fire(step, "Catch")
    else:
        run.set(step, ErrorMessage="", ErrorNode="", ErrorType="")


def _retry(run: Interpreter, step: Step) -> str:
    attempts, message = step.inputs.attempts, ""
    for attempt in range(1, attempts + 1):
        run.set(step, Attempt=attempt, ErrorMessage=message)
        try:
            run.fire(step, "Do")
            return "Done"
        except Failure as failure:
            message = str(failure)
            if attempt == attempts:
                raise
            assert step.inputs.delay_ms == 0, "retries for the reference do not wait"
            run.log(step.node, "warn", f"attempt {attempt} of {attempts} failed, the next one begins in 0 s: {message}")
    raise AssertionError("there is a last attempt")


def _timeout(run: Interpreter, step: Step) -> str:
    run.limits[step.number] = run.clock + step.inputs.timeout_ms
    try:
        run.fire(step, "Do")
    except Cancelled:
        if run.passed & run.limits.keys() != {step.number}:
            raise  # a limit further out has passed
    finally:
        run.limits.pop(step.number, None)
    if step.number not in run.passed:
        return "Done"
    if run.is_wired(step.node, "TimedOut"):
        return "TimedOut"
    limit = step.inputs.timeout_ms
    raise NodeError(f"what is behind Do took longer than {limit} ms: allow more, or wire TimedOut")


def _delay(run: Interpreter, step: Step) -> str:
    run.wait(step.inputs.delay_ms)
    return "Out"


def _wait_for_ever(run: Interpreter, step: Step) -> str:
    run.log(step.node, "debug", "cleaned up")
    raise Cancelled


def _set_state(run: Interpreter, step: Step) -> str:
    run.state[step.inputs.key] = step.inputs.value
    return "Out"


def _get_state(run: Interpreter, step: Step) -> str:
    key, default = step.inputs.key, step.inputs.default
    if key in run.state:
        run.set(step, Value=run.state[key], Found=True)
    elif default is not None:
        run.set(step, Value=default, Found=False)
    else:
        run.set(step, Found=False)
    return "Out"


def _delete_state(run: Interpreter, step: Step) -> str:
    run.state.pop(step.inputs.key, None)
    return "Out"


def _succeed(run: Interpreter, step: Step) -> str:
    raise Over(None)


def _fail(run: Interpreter, step: Step) -> str:
    message = "the flow came here, where it ends as failed"
    raise Over(Failure(step.node, run.called(step.node), message, "NodeError"))


def _select(inputs: Any) -> Values:
    field, pin = ("if_true", "IfTrue") if inputs.condition else ("if_false", "IfFalse")
    if field not in inputs.model_fields_set:
        raise NodeError(f"{pin}: is chosen but missing: set a value or connect a wire")
    return _result(getattr(inputs, field))


def _result(value: Any) -> Values:
    return {PinName("Result"): value}


def _refuse(inputs: Any) -> Values:
    raise NodeError("nothing to compute")


DOES: dict[str, Callable[[Interpreter, Step], str | None]] = {
    "event.button": lambda run, step: "Out",
    "toy.keep": _keep,
    "toy.risk": _risk,
    "flow.output": _output,
    "flow.branch": lambda run, step: "True" if step.inputs.condition else "False",
    "flow.sequence": _sequence,
    "flow.for_each": _for_each,
    "flow.parallel": _parallel,
    "flow.race": _race,
    "flow.do_n": _do_n,
    "flow.while": _while,
    "flow.switch": _switch,
    "flow.try": _try,
    "flow.retry": _retry,
    "flow.timeout": _timeout,
    "flow.delay": _delay,
    "toy.wait": _wait_for_ever,
    "state.set": _set_state,
    "state.get": _get_state,
    "state.delete": _delete_state,
    "flow.success": _succeed,
    "flow.failed": _fail,
}
READS_BY_ITSELF = {"flow.while"}
RECEIVES_FAILURES = {"flow.parallel", "flow.retry"}
COMPUTES: dict[str, Callable[[Any], Values]] = {
    "toy.sum": lambda inputs: _result(inputs.a + inputs.b),
    "toy.below": lambda inputs: _result(inputs.a < inputs.b),
    "toy.refuse": _refuse,
    "logic.and": lambda inputs: _result(inputs.a and inputs.b),
    "logic.or": lambda inputs: _result(inputs.a or inputs.b),
    "logic.xor": lambda inputs: _result(inputs.a is not inputs.b),
    "logic.not": lambda inputs: _result(not inputs.value),
    "logic.select": _select,
}
CHOOSES: dict[str, Callable[[Any], tuple[PinName, ...]]] = {
    "logic.select": lambda inputs: (PinName("IfTrue" if inputs.condition else "IfFalse"),),
}
