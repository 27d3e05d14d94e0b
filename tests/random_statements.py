"""The statements of random flows: each is drawn behind some exec outputs, and gives those that lead nowhere yet."""

from __future__ import annotations

from hypothesis import strategies as st
from random_sketch import Ends, Sketch

DEEPEST = 3
"""Blocks within blocks; with loops of up to MOST_TURNS turns that is some hundred steps."""
MOST_TURNS = 3
MOST_STATEMENTS = 3
MOST_LIMITS = 3
LONG = 10_000_000
"""Milliseconds. All delays are multiples of it, and limits longer by 100, 100², 100³: no two times are equal."""


def block(sketch: Sketch, ends: Ends, depth: int) -> Ends:
    """Some statements in a row."""
    for _ in range(sketch.number(1 if depth else 2, MOST_STATEMENTS)):
        if not ends:
            break
        simple = [keep, keep, output, risk, *([] if sketch.at_once else [delay, state])]
        nested = [branch, switch, sequence, for_each, do_n, while_, try_, try_, retry]
        nested += [parallel, parallel, race] if sketch.at_once else [timeout] * (sketch.limits < MOST_LIMITS)
        leaving = [leave_loop] * len(sketch.loops)  # the deeper, the more often
        kinds = [*simple, *leaving, *(nested if depth < DEEPEST else ())]
        ends = sketch.one_of(*kinds)(sketch, ends, depth)
    return ends


def keep(sketch: Sketch, ends: Ends, depth: int) -> Ends:
    value = sketch.number(0, 9)
    return [sketch.add("toy.keep", ends, "Value", inputs={"Value": value}) + ".Out"]


def output(sketch: Sketch, ends: Ends, depth: int) -> Ends:
    config = {"name": f"result{sketch.count}" if sketch.at_once else sketch.one_of("a", "b")}
    return [sketch.add("flow.output", ends, "Value", inputs={"Value": sketch.number(0, 9)}, config=config) + ".Out"]


def risk(sketch: Sketch, ends: Ends, depth: int) -> Ends:
    """A node that fails or not, and whose failure is handled or not: mostly the flow is to go on."""
    message = sketch.one_of("", "no luck")
    node = sketch.add("toy.risk", ends, "AtMostTen", inputs={"Message": message})
    is_handled = sketch.one_of(True, True, True, False)
    return [f"{node}.Success", f"{node}.Failed"] if is_handled else [f"{node}.Success"]


def leave_loop(sketch: Sketch, ends: Ends, depth: int) -> Ends:
    """Break a loop or go on with its next turn, not always the innermost; in some branches only."""
    loop, pin = sketch.one_of(*reversed(sketch.loops)), sketch.one_of("Break", "Continue")
    if sketch.one_of(True, False):
        sketch.drawing.exec(*(f"{end} > {loop}.{pin}" for end in ends))
        return []
    node = sketch.add("flow.branch", ends, "Condition", inputs={"Condition": sketch.one_of(True, False)})
    sketch.drawing.exec(f"{node}.True > {loop}.{pin}")
    return [f"{node}.False"]


def branch(sketch: Sketch, ends: Ends, depth: int) -> Ends:
    node = sketch.add("flow.branch", ends, "Condition", inputs={"Condition": sketch.one_of(True, False)})
    return block(sketch, [f"{node}.True"], depth + 1) + block(sketch, [f"{node}.False"], depth + 1)


def switch(sketch: Sketch, ends: Ends, depth: int) -> Ends:
    cases = ["1", "true", "no luck"]
    value = sketch.one_of(1, True, "no luck", 5)
    node = sketch.add("flow.switch", ends, "Value", inputs={"Value": value}, config={"cases": cases})
    return [end for case in (*cases, "Default") for end in block(sketch, [f"{node}.{case}"], depth + 1)]


def sequence(sketch: Sketch, ends: Ends, depth: int) -> Ends:
    count = sketch.number(1, 3)
    node = sketch.add("flow.sequence", ends, config={"outputs": count})
    for number in range(1, count + 1):
        ends = block(sketch, [f"{node}.Out{number}"], depth + 1)
    return ends


def for_each(sketch: Sketch, ends: Ends, depth: int) -> Ends:
    items = sketch.choose(st.lists(st.integers(0, 9), min_size=sketch.one_of(1, 1, 0), max_size=MOST_TURNS))
    node = sketch.add("flow.for_each", ends, inputs={"Collection": items})
    loop_body(sketch, node, depth)
    return done(sketch, node)


def do_n(sketch: Sketch, ends: Ends, depth: int) -> Ends:
    node = sketch.add("flow.do_n", ends, inputs={"Count": sketch.number(-1, MOST_TURNS)})
    loop_body(sketch, node, depth)
    return [f"{node}.Done"]


def while_(sketch: Sketch, ends: Ends, depth: int) -> Ends:
    inputs = {"Condition": sketch.one_of(True, False), "MaxIterations": sketch.number(0, MOST_TURNS)}
    if sketch.one_of(True, False):
        node = sketch.add("flow.while", ends, inputs=inputs)
        sketch.drawing.node(f"below-{node}", "toy.below", inputs={"B": sketch.number(0, 2)})
        sketch.drawing.data(f"{node}.Index > below-{node}.A", f"below-{node}.Result > {node}.Condition")
    else:
        node = sketch.add("flow.while", ends, "Condition", inputs=inputs)
    loop_body(sketch, node, depth)
    return [f"{node}.Done"]


def loop_body(sketch: Sketch, loop: str, depth: int) -> None:
    sketch.loops.append(loop)
    ends = block(sketch, [f"{loop}.Do"], depth + 1)
    sketch.loops.pop()
    back = sketch.one_of(None, "Continue", "Break")
    if back is not None:
        sketch.drawing.exec(*(f"{end} > {loop}.{back}" for end in ends))


def parallel(sketch: Sketch, ends: Ends, depth: int) -> Ends:
    count = sketch.number(1, 3)
    node = sketch.add("flow.parallel", ends, config={"branches": count, "on_error": "collect"})
    around, sketch.loops = sketch.loops, []
    for number in range(1, count + 1):
        block(sketch, [f"{node}.Branch{number}"], depth + 1)
    sketch.loops = around
    return done(sketch, node)


def done(sketch: Sketch, block: str) -> Ends:
    """Behind a block: `Failed` joins `Done` or leads nowhere."""
    return [f"{block}.Done", f"{block}.Failed"] if sketch.one_of(True, False) else [f"{block}.Done"]


def race(sketch: Sketch, ends: Ends, depth: int) -> Ends:
    """One branch ends, when all others wait for what never comes."""
    count = sketch.number(1, 3)
    winner = sketch.number(1, count)
    node = sketch.add("flow.race", ends, config={"branches": count})
    around, sketch.loops = sketch.loops, []
    for number in range(1, count + 1):
        pin = f"{node}.Branch{number}"
        if sketch.one_of(True, False):
            pin = sketch.add("toy.keep", [pin], inputs={"Value": number}) + ".Out"  # reads nothing, so it cannot fail
        if number == winner:
            block(sketch, [sketch.add("flow.delay", [pin], inputs={"DelayMs": 1}) + ".Out"], depth + 1)
        elif sketch.one_of(True, False):
            sketch.add("toy.wait", [pin], inputs={"Gate": "never"})
        else:
            tidying = sketch.add("flow.try", [pin])
            sketch.add("toy.wait", [f"{tidying}.Try"], inputs={"Gate": "never"})
            block(sketch, [f"{tidying}.Finally"], depth + 1)
    sketch.loops = around
    return [f"{node}.Done"]


def try_(sketch: Sketch, ends: Ends, depth: int) -> Ends:
    node = sketch.add("flow.try", ends)
    block(sketch, [f"{node}.Try"], depth + 1)
    for pin, likely in (("Catch", (True, True, False)), ("Finally", (True, False))):
        if sketch.one_of(*likely):
            block(sketch, [f"{node}.{pin}"], depth + 1)
    return [f"{node}.Done"]


def retry(sketch: Sketch, ends: Ends, depth: int) -> Ends:
    node = sketch.add("flow.retry", ends, inputs={"Attempts": sketch.number(1, 2), "DelayMs": 0})
    block(sketch, [f"{node}.Do"], depth + 1)
    return done(sketch, node)


def timeout(sketch: Sketch, ends: Ends, depth: int) -> Ends:
    sketch.limits += 1
    limit = LONG * sketch.number(0, 2) + 100**sketch.limits
    node = sketch.add("flow.timeout", ends, inputs={"TimeoutMs": limit})
    body = [f"{node}.Do"]
    block(sketch, delay(sketch, body, depth) if sketch.one_of(True, False) else body, depth + 1)
    return [f"{node}.Done", f"{node}.TimedOut"] if sketch.one_of(True, True, False) else [f"{node}.Done"]


def delay(sketch: Sketch, ends: Ends, depth: int) -> Ends:
    return [sketch.add("flow.delay", ends, inputs={"DelayMs": LONG * sketch.number(0, 3)}) + ".Out"]


def state(sketch: Sketch, ends: Ends, depth: int) -> Ends:
    type_id = sketch.one_of("state.set", "state.get", "state.get", "state.delete")
    inputs = {"Key": sketch.one_of("a", "b")}
    if type_id == "state.set":
        return [sketch.add(type_id, ends, "Value", inputs={**inputs, "Value": sketch.number(0, 9)}) + ".Out"]
    if type_id == "state.get" and sketch.one_of(True, False):
        inputs["Default"] = "none"
    return [sketch.add(type_id, ends, inputs=inputs) + ".Out"]
