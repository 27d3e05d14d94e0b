"""What is wrong with blocks: bodies that are not there, loops that never end, a Try that catches nothing."""

from __future__ import annotations

import pytest
from flows import Drawing, draw, registry_with

from runtime.validation import find_problems


def said(drawing: Drawing) -> list[tuple[str, str | None, str]]:
    """What is wrong with a flow, without the many words."""
    return [(problem.severity, problem.node, problem.pin) for problem in find_problems(drawing.flow(), registry_with())]


SETTINGS = {
    "flow.for_each": {"Collection": [1]},
    "flow.do_n": {"Count": 2},
    "flow.while": {"Condition": False},
    "flow.timeout": {"TimeoutMs": 5},
}


@pytest.mark.parametrize("block", ["flow.for_each", "flow.do_n", "flow.while", "flow.retry", "flow.timeout"])
def test_a_block_without_a_body_is_a_hint(block: str) -> None:
    flow = draw("start: event.button", "step: toy.step").node("block", block, inputs=SETTINGS.get(block, {}))
    flow.exec("start.Out > block.In", "block.Done > step.In")
    (problem,) = find_problems(flow.flow(), registry_with())
    assert (problem.severity, problem.node, problem.pin) == ("hint", "block", "Do")
    assert problem.message == "Do: not wired, so nothing runs there: wire it to what comes first, or delete the node"
    flow.node("body", "toy.step").exec("block.Do > body.In")
    assert said(flow) == []


def test_blocks_that_are_muted_or_mocked_are_left_alone() -> None:
    flow = draw("start: event.button").node("loop", "flow.do_n", mode="mute", inputs={"Count": 1})
    flow.node("other", "flow.do_n", pinned_outputs={"Index": 1}).exec("start.Out > loop.In", "loop.Done > other.In")
    assert said(flow) == []


class TestTry:
    def flow(self) -> Drawing:
        """start → try, with a body."""
        flow = draw("start: event.button", "try: flow.try", "body: toy.step", "more: toy.step")
        return flow.exec("start.Out > try.In", "try.Try > body.In")

    def test_that_catches_nothing_is_a_hint(self) -> None:
        (problem,) = find_problems(self.flow().exec("try.Done > more.In").flow(), registry_with())
        assert (problem.severity, problem.pin) == ("hint", "Catch")
        assert problem.message == (
            "neither Catch nor Finally is wired, so an error goes on as if this node were not there: wire Catch"
        )

    @pytest.mark.parametrize("pin", ["Catch", "Finally"])
    def test_one_of_the_two_is_enough(self, pin: str) -> None:
        assert said(self.flow().exec(f"try.{pin} > more.In")) == []

    def test_without_a_body_there_is_nothing_to_catch(self) -> None:
        flow = draw("start: event.button", "try: flow.try", "more: toy.step").exec("start.Out > try.In")
        assert said(flow.exec("try.Catch > more.In")) == [("hint", "try", "Try")]


class TestAWhileThatNeverEnds:
    def flow(self, *nodes: str) -> Drawing:
        """start → loop, always true, with `body`."""
        flow = draw("start: event.button", "loop: flow.while", "body: toy.step", *nodes).set("loop", Condition=True)
        return flow.exec("loop.Do > body.In")

    def test_is_a_hint_that_says_what_to_do(self) -> None:
        (problem,) = find_problems(self.flow().exec("start.Out > loop.In").flow(), registry_with())
        assert (problem.severity, problem.node, problem.pin) == ("hint", "loop", "Condition")
        assert problem.message == (
            "Condition: is always true, and nothing behind Do leads to Break, so the loop never ends by itself: wire "
            "Condition or Break, or set MaxIterations"
        )

    def test_a_condition_that_may_change_ends_it(self) -> None:
        flow = self.flow("below: toy.below").exec("start.Out > loop.In")
        assert said(flow.data("loop.Index > below.A", "below.Result > loop.Condition")) == []

    def test_a_most_of_turns_ends_it(self) -> None:
        assert said(self.flow().exec("start.Out > loop.In").set("loop", MaxIterations=3)) == []

    def test_a_condition_that_is_false_ends_it(self) -> None:
        assert said(self.flow().exec("start.Out > loop.In").set("loop", Condition=False)) == []

    def test_a_break_ends_it_also_one_behind_a_branch(self) -> None:
        flow = self.flow("if: flow.branch").set("if", Condition=False).exec("start.Out > loop.In", "body.Out > if.In")
        assert said(flow.exec("if.True > loop.Break")) == []

    def test_the_break_of_a_loop_around_ends_it(self) -> None:
        flow = self.flow("outer: flow.do_n").set("outer", Count=2).exec("start.Out > outer.In", "outer.Do > loop.In")
        assert said(flow.exec("body.Out > outer.Break")) == []

    def test_the_end_of_the_run_ends_it(self) -> None:
        assert said(self.flow("over: flow.success").exec("start.Out > loop.In", "body.Out > over.In")) == []

    def test_a_limit_of_time_around_ends_it(self) -> None:
        flow = self.flow("limit: flow.timeout").set("limit", TimeoutMs=5)
        assert said(flow.exec("start.Out > limit.In", "limit.Do > loop.In")) == []

    def test_another_branch_of_a_race_ends_it(self) -> None:
        flow = self.flow("race: flow.race", "other: toy.step").exec("start.Out > race.In")
        assert said(flow.exec("race.Branch1 > loop.In", "race.Branch2 > other.In")) == []

    def test_what_does_not_end_it_is_no_way_out(self) -> None:
        flow = self.flow("retry: flow.retry", "over: flow.success").exec("start.Out > retry.In", "retry.Do > loop.In")
        assert said(flow.exec("loop.Done > over.In")) == [("hint", "loop", "Condition")]
