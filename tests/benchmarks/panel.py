"""The futures panel under load: the window's loop while N requests stream, and a list of very many rows.

    python tests/benchmarks/panel.py stream 1000 --chunks 60 --chunk-delay 0.1 [--without-panel] [--group run]
    python tests/benchmarks/panel.py rows 100000

`stream` runs a flow in the real window (offscreen, 1600 x 1000, the panel 500 high, the newest request selected)
against a server in its own process: `lag` is that of the window's loop from the first start to the last answer, `peak`
what the server saw in flight. `rows` times what a person does with a long list, in ms.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).parents[2]))
sys.path.insert(1, str(Path(__file__).parents[1]))

from fan_out import fan_out
from futures_desk import Desk
from measuring import Server, answering_server, lag_of_this_loop, ms, quantile
from PySide6.QtCore import Qt

from editor import app as editor_app
from editor.appearance import Appearance
from editor.event_loop import EditorEventLoop
from editor.main_window import MainWindow
from editor.panels.futures.arrangement import Grouping
from editor.panels.futures.columns import Column
from editor.settings import Settings
from editor.theme import Theme
from runtime.document.files import save_flow
from runtime.futures.future import FutureState
from runtime.history.history import RunHistory
from runtime.llm.providers import ProviderProfile, Providers
from runtime.session import Session


async def stream(server: Server, options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """Run the flow in the window, and measure the window's loop."""
    profile = ProviderProfile(name="bench", kind="openai_compatible", base_url=server.base_url, most_in_flight=10_000)
    session = Session(providers=Providers([profile]), data_folder=folder / "data")
    file = folder / "many.flow.json"
    save_flow(fan_out(options.count, stream=True), file)
    application = editor_app.QApplication.instance()
    assert isinstance(application, editor_app.QApplication)
    window = MainWindow(
        session, RunHistory(session, folder / "runs"), Settings(folder / "editor.ini"), Appearance(application, "dark")
    )
    window.resize(1600, 1000)
    window.show()
    await window.open_files([file])
    dock = window.panels.futures.parentWidget()
    assert dock is not None
    window.resizeDocks([dock], [500], Qt.Orientation.Vertical)  # type: ignore[list-item]
    dock.setVisible(not options.without_panel)
    window.panels.futures.model.set_grouping(Grouping(options.group))
    await asyncio.sleep(1)
    editor_app.set_apart_what_stays()
    async with lag_of_this_loop() as lag:
        cpu, start = time.process_time(), time.perf_counter()
        window.actions_by_name["run"].trigger()
        await session.wait(session.runs[0])
        if not options.without_panel:
            window.panels.futures.table.select(session.futures.pending()[-1].id)
        await session.futures.wait_all()
        wall, cpu = time.perf_counter() - start, time.process_time() - cpu
    stats = server.stats()
    await window.shut_down()
    await session.close()
    return {
        "count": options.count, "panel": not options.without_panel, "wall_s": round(wall, 2), "cpu_s": round(cpu, 2),
        "lag_p50_ms": ms(quantile(lag, 0.5)), "lag_p99_ms": ms(quantile(lag, 0.99)), "lag_max_ms": ms(max(lag)),
        "peak": stats["peak"],
    }  # fmt: skip


def rows(count: int) -> dict[str, Any]:
    """Time what a person does with a list of so many settled requests, and 100 that stream at its end; ms of CPU."""
    desk = Desk(Theme.load("dark"))
    desk.panel.resize(1600, 600)
    panel, model, table = desk.panel, desk.panel.model, desk.panel.table
    told: dict[str, Any] = {"rows": count}

    def timed(name: str, act: Callable[[], object], times: int = 1) -> None:
        start = time.thread_time()
        for _ in range(times):
            act()
        told[name] = round((time.thread_time() - start) / times * 1000, 2)

    for number in range(count):
        asked = desk.ask(f"node{number % 20}", run=f"run_{number // 1000:04}", model=f"model-{number % 7}")
        desk.succeed(asked, f"answer {number} in some words", tokens=number % 977 + 3)
    timed("take in", model.flush)
    live = [desk.ask("live") for _ in range(100)]
    for asked in live:
        desk.stream(asked, "some words ")
    model.flush()
    panel.grab()
    table.select(live[0])

    def tick() -> None:
        for asked in live:
            desk.stream(asked, "more ")
        model.flush()

    def scroll() -> None:
        bar = table.verticalScrollBar()
        bar.setValue((bar.value() + 997) % bar.maximum())
        table.viewport().repaint()

    def settle_one() -> None:
        desk.succeed(live.pop(), "done")
        model.flush()

    timed("tick of 100 streams", tick, 30)
    timed("repaint", table.viewport().repaint, 30)
    timed("scroll, repaint included", scroll, 30)
    timed("sort by tokens", lambda: model.sort(Column.TOKENS))
    timed("one settles, sorted", settle_one, 10)
    timed("turn the order around", lambda: model.sort(Column.TOKENS, Qt.SortOrder.DescendingOrder))
    timed("group by run", lambda: model.set_grouping(Grouping.RUN))
    timed("one settles, sorted and grouped", settle_one, 10)
    timed("fold all", lambda: model.fold(list(model.listing.groups), folded=True))
    timed("group no more", lambda: model.set_grouping(Grouping.NONE))
    timed("filter by words", lambda: model.set_filter((), "answer 77"))
    timed("one settles, filtered", settle_one, 10)
    timed("filter by state", lambda: model.set_filter({FutureState.STREAMING}, ""))
    timed("all again", lambda: model.set_filter((), ""))
    timed("select all", table.selectAll)
    return told


def main() -> None:
    """Read the options and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("stream", "rows"))
    parser.add_argument("count", type=int)
    parser.add_argument("--latency", type=float, default=0.5)
    parser.add_argument("--chunks", type=int, default=60)
    parser.add_argument("--chunk-delay", type=float, default=0.1)
    parser.add_argument("--without-panel", action="store_true")
    parser.add_argument("--group", choices=list(Grouping), default=Grouping.NONE)
    options = parser.parse_args()
    editor_app.make_application()
    if options.what == "rows":
        print(json.dumps(rows(options.count), indent=1))
        return
    server_options = ("--latency", str(options.latency), "--chunks", str(options.chunks), "--chunk-delay",
                      str(options.chunk_delay))  # fmt: skip
    runner = asyncio.Runner(loop_factory=EditorEventLoop)
    with tempfile.TemporaryDirectory() as folder, answering_server(*server_options) as server, runner:
        print(json.dumps(runner.run(stream(server, options, Path(folder)))))


if __name__ == "__main__":
    main()
