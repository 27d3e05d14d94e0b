"""What a flow that loops for ever leaves of the window: how late its loop is, and how soon Stop stops it.

    QT_QPA_PLATFORM=offscreen python tests/benchmarks/fairness.py --seconds 10 --stops 10

A real window on the editor's own event loop runs two flows that never end, one after the other: `silent` (a Branch
wired back to itself) and `chatty` (the same with a Console in the ring, and the console panel open in front). Lag of
the loop is how late a task wakes that sleeps 5 ms; lag of Qt how late a Qt timer of 5 ms fires. Stop is pressed
`--stops` times; its time ends when the run has ended. All in ms.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[2]))

from editor_window import open_editor
from flows import draw
from measuring import PERIOD_S, lag_of_this_loop, ms, quantile
from PySide6.QtCore import Qt, QTimer

from editor.app import make_application, set_apart_what_stays
from editor.event_loop import EditorEventLoop
from editor.main_window import MainWindow
from runtime.document.files import save_flow
from runtime.document.flow import Flow

WARM_UP_S = 0.5


def silent() -> Flow:
    """A Branch that leads back to itself."""
    drawing = draw("start: event.button", "branch: flow.branch").set("branch", Condition=True)
    return drawing.exec("start.Out > branch.In", "branch.True > branch.In").flow()


def chatty() -> Flow:
    """The same by way of a Console."""
    drawing = draw("start: event.button", "branch: flow.branch", "log: util.console")
    drawing.set("branch", Condition=True).set("log", Message="round and round")
    return drawing.exec("start.Out > branch.In", "branch.True > log.In", "log.Out > branch.In").flow()


@asynccontextmanager
async def lag_of_qt() -> AsyncIterator[list[float]]:
    """How late, in seconds, a Qt timer of 5 ms fires over and over."""
    samples: list[float] = []
    due = time.perf_counter() + PERIOD_S

    def note() -> None:
        nonlocal due
        samples.append(max(0.0, time.perf_counter() - due))
        due = time.perf_counter() + PERIOD_S
        timer.start()

    timer = QTimer(interval=int(PERIOD_S * 1000), timerType=Qt.TimerType.PreciseTimer, singleShot=True)
    timer.timeout.connect(note)
    timer.start()
    try:
        yield samples
    finally:
        timer.stop()


async def stop(window: MainWindow) -> float:
    """Press Stop; seconds until the run has ended."""
    (run,) = window.session.runs
    began = time.perf_counter()
    window.actions_by_name["stop"].trigger()
    assert (await window.session.wait(run)).status == "cancelled"
    return time.perf_counter() - began


async def measure(flow: Flow, options: argparse.Namespace) -> dict[str, object]:
    """One window with one flow."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "endless.flow.json"
        save_flow(flow, path)
        async with open_editor(Path(folder), path) as window:
            window.panels.docks.raise_panel("console")
            set_apart_what_stays()
            stops = []
            for _ in range(options.stops - 1):
                window.actions_by_name["run"].trigger()
                await asyncio.sleep(WARM_UP_S)
                stops.append(await stop(window))
            window.actions_by_name["run"].trigger()
            await asyncio.sleep(WARM_UP_S)
            async with lag_of_this_loop() as lag, lag_of_qt() as qt_lag:
                await asyncio.sleep(options.seconds)
            stops.append(await stop(window))
    return {
        **row("loop", lag),
        **row("qt", qt_lag),
        "stop_median": ms(quantile(stops, 0.5)),
        "stop_max": ms(max(stops)),
    }


def row(what: str, samples: list[float]) -> dict[str, object]:
    """Quantiles of a lag."""
    return {f"{what}_p50": ms(quantile(samples, 0.5)), f"{what}_p99": ms(quantile(samples, 0.99)),
            f"{what}_max": ms(max(samples)), f"{what}_samples": len(samples)}  # fmt: skip


def main() -> None:
    """Measure both flows."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=10.0, help="how long the lag is watched")
    parser.add_argument("--stops", type=int, default=10, help="how often Stop is pressed")
    options = parser.parse_args()
    application = make_application()
    with asyncio.Runner(loop_factory=EditorEventLoop) as runner:
        for name, flow in (("silent", silent()), ("chatty", chatty())):
            print(json.dumps({"flow": name, **runner.run(measure(flow, options))}))
    del application


if __name__ == "__main__":
    main()
