"""Events on their way to views: outside of the task that caused them, in order, and merged where that may be."""

from __future__ import annotations

import asyncio

from driving import emitted, until

from editor.run_bridge import ActivityFeed, RunBridge
from runtime.engine.events import LogWritten, NodeFinished, NodeStarted, RunStarted
from runtime.futures.events import FutureDelta
from runtime.ids import FutureId, NodeId, RunId, StepId

RUN, OTHER = RunId("run_1"), RunId("run_2")


def log(text: str) -> LogWritten:
    return LogWritten(0.0, RUN, None, "info", text)


def step(node: str, run_id: RunId = RUN) -> tuple[NodeStarted, NodeFinished]:
    ids = NodeId(node), StepId(1)
    return NodeStarted(0.0, run_id, *ids), NodeFinished(0.0, run_id, *ids, None)


def test_every_event_arrives_in_order_and_none_inside_the_task_that_told_it(drive):
    async def main():
        bridge = RunBridge()
        seen: list[tuple[str, object]] = []

        def look(event: LogWritten) -> None:
            seen.append((event.message, asyncio.current_task()))

        bridge.listen(look)
        for number in range(500):
            bridge.sink(log(str(number)))
        assert not seen
        await until(lambda: len(seen) == 500, bridge.delivered)
        assert seen == [(str(number), None) for number in range(500)]

    drive(main())


def test_pieces_of_text_are_one_signal_a_turn_however_many_streams_there_are(drive):
    async def main():
        bridge = RunBridge()
        grown: list[set[str]] = []
        bridge.texts_grew.connect(grown.append)
        for number in range(500):
            bridge.sink(FutureDelta(0.0, RUN, FutureId(f"fut_{number % 50}"), NodeId("ask"), "text"))
        await until(lambda: grown, bridge.texts_grew)
        assert grown == [{f"fut_{number}" for number in range(50)}]

    drive(main())


def test_who_listens_badly_is_told_of_and_harms_nobody(drive, surprises):
    async def main():
        bridge = RunBridge()
        seen: list[str] = []

        def fail(_event: LogWritten) -> None:
            raise RuntimeError("no ears")

        bridge.listen(fail, lambda event: seen.append(event.message))
        bridge.sink(log("one"))
        bridge.sink(log("two"))
        await emitted(bridge.delivered)
        assert seen == ["one", "two"]
        surprises.expect("no ears")

    drive(main())


def test_what_a_listener_causes_is_told_too(drive):
    async def main():
        bridge = RunBridge()
        seen: list[str] = []

        def answer(event: LogWritten) -> None:
            seen.append(event.message)
            if event.message == "question":
                bridge.sink(log("answer"))

        bridge.listen(answer)
        bridge.sink(log("question"))
        await until(lambda: len(seen) == 2, bridge.delivered)
        assert seen == ["question", "answer"]

    drive(main())


def test_touched_nodes_are_told_merged_and_the_activity_is_right_at_once(drive):
    async def main():
        feed = ActivityFeed()
        feed.follow(RUN)
        feed.sink(RunStarted(0.0, RUN, "test", NodeId("a")))
        for event in (*step("a"), *step("b"), *step("a")):
            feed.sink(event)
        assert feed.activity.of(NodeId("a")).status == "done"
        (touched,) = await emitted(feed.activity_changed)
        assert touched == {"a", "b"}

    drive(main())


def test_runs_of_other_flows_are_not_followed(drive):
    async def main():
        feed = ActivityFeed()
        feed.follow(RUN)
        for event in (*step("a", OTHER), *step("b")):
            feed.sink(event)
        (touched,) = await emitted(feed.activity_changed)
        assert touched == {"b"}
        assert feed.activity.of(NodeId("a")).status == "idle"

    drive(main())
