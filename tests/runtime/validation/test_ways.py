"""What is wrong with the ways that tokens take."""

from __future__ import annotations

from flows import Drawing, draw, registry_with

from runtime.validation import Problem, find_problems


def problems(drawing: Drawing) -> list[Problem]:
    return find_problems(drawing.flow(), registry_with())


def said(drawing: Drawing) -> list[tuple[str, str | None, str]]:
    return [(problem.severity, problem.node, problem.message) for problem in problems(drawing)]


NOWHERE = "leads nowhere: wire its Out to the node that comes first"
LOST = "no event leads here, so it never runs: wire one of its exec inputs"


def test_what_never_runs_and_what_leads_nowhere_are_warnings() -> None:
    drawing = draw("start: event.button", "lost: toy.step")
    assert said(drawing) == [("warning", "start", NOWHERE), ("warning", "lost", LOST)]


def test_of_a_lost_chain_only_the_first_node_is_told_of() -> None:
    drawing = draw("c: toy.step", "b: toy.step", "a: toy.step").exec("a.Out > b.In", "b.Out > c.In")
    assert said(drawing) == [("warning", "a", LOST)]


def test_of_a_lost_circle_one_node_is_told_of() -> None:
    drawing = draw("a: toy.step", "b: toy.step").exec("a.Out > b.In", "b.Out > a.In")
    assert said(drawing) == [("warning", "a", LOST)]


def test_the_only_event_is_offered_for_the_only_lost_node() -> None:
    for problem in problems(draw("start: event.button", "lost: toy.step")):
        assert problem.fixes[0].title == "Wire Out of Button Event to Step"


def test_a_pure_node_that_nobody_reads_is_a_hint() -> None:
    message = "nobody reads what it computes, so it is never evaluated: wire one of its outputs, or delete it"
    assert said(draw("text: value.text")) == [("hint", "text", message)]


def test_a_parameter_of_the_flow_is_there_for_its_callers() -> None:
    assert said(draw("who: flow.input")) == []


def loop() -> Drawing:
    drawing = draw("start: event.button", "loop: flow.for_each", "body: toy.step", "after: toy.step")
    return drawing.set("loop", Collection=[1]).exec("start.Out > loop.In", "loop.Do > body.In", "loop.Done > after.In")


def test_continue_and_break_are_reached_from_the_body_only() -> None:
    assert said(loop().exec("body.Out > loop.Continue")) == []
    assert said(loop().exec("body.Out > loop.Break")) == []
    (problem,) = problems(loop().exec("after.Out > loop.Break"))
    assert (problem.severity, problem.node, problem.pin) == ("warning", "after", "Out")
    assert problem.message == (
        "its Out leads to Break of For Each (loop), but it is not in the body of that loop: wire it from behind Do only"
    )
    assert [fix.title for fix in problem.fixes] == ["Delete the wire"]


def test_a_body_ends_at_continue_also_behind_a_branch_or_an_inner_loop() -> None:
    drawing = (
        loop()
        .node("inner", "flow.for_each", inputs={"Collection": [1]})
        .node("if", "flow.branch", inputs={"Condition": True})
        .exec("body.Out > if.In", "if.True > inner.In", "if.False > loop.Break", "inner.Done > loop.Continue")
        .exec("inner.Do > inner.Continue")
    )
    assert said(drawing) == []


def test_a_loop_whose_do_leads_straight_to_its_continue_is_no_stray() -> None:
    drawing = draw("start: event.button", "loop: flow.for_each").set("loop", Collection=[1])
    assert said(drawing.exec("start.Out > loop.In", "loop.Do > loop.Continue")) == []


def test_branches_of_parallel_that_are_not_wired_are_a_hint() -> None:
    drawing = draw("start: event.button", "both: flow.parallel", "a: toy.step").config("both", branches=3)
    (problem,) = problems(drawing.exec("start.Out > both.In", "both.Branch1 > a.In"))
    message = "Branch2, Branch3: not wired, so nothing runs there: wire it, or set fewer branches"
    assert (problem.severity, problem.message) == ("hint", message)
    assert [fix.title for fix in problem.fixes] == ["Use 1 branches"]
