"""Futures without end: the memory of the window while run after run asks its questions, the futures panel open.

    python tests/benchmarks/soak.py 100000 [--at-once 1000]

Every run is pressed in the real window (offscreen) on the editor's own loop, against a server in its own process that
answers at once; the next begins when all of the last have settled and are on disk. Prints the resident memory, in MB,
ten times on the way: what is kept in memory is bounded (10,000 rows and futures), so from there on it must be flat.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import os
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[2]))

from completion_ways import providers
from editor_window import open_editor
from fan_out import fan_out
from measuring import Server, answering_server, resident_mb

from editor.app import make_application
from editor.event_loop import EditorEventLoop
from editor.main_window import MainWindow
from runtime.document.files import save_flow


async def soak(server: Server, options: argparse.Namespace) -> None:
    """Run after run, until so many futures have settled."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        save_flow(fan_out(options.at_once, stream=False), folder / "soak.flow.json")
        profiles = providers(server, argparse.Namespace(count=options.at_once))
        async with open_editor(folder, folder / "soak.flow.json", providers=profiles) as window:
            window.panels.docks.raise_panel("futures")
            start, done = time.perf_counter(), 0
            for part in range(1, 11):
                while done < options.count * part // 10:
                    await one_run(window)
                    done += options.at_once
                gc.collect()
                row = {"futures": done, "resident_mb": round(resident_mb(), 1), "blocks": sys.getallocatedblocks()}
                print(json.dumps({**row, "seconds": round(time.perf_counter() - start, 1)}), flush=True)


async def one_run(window: MainWindow) -> None:
    """Press Run, and return when all that it asked has settled."""
    window.actions_by_name["run"].trigger()
    (run,) = window.session.runs
    result = await window.session.wait(run)
    assert result.status == "succeeded", result.error
    await window.session.futures.wait_all()


def main() -> None:
    """Read the options and soak."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("count", type=int)
    parser.add_argument("--at-once", type=int, default=1000)
    options = parser.parse_args()
    application = make_application()
    with (
        answering_server("--latency", "0", "--chunks", "20") as server,
        asyncio.Runner(loop_factory=EditorEventLoop) as runner,
    ):
        runner.run(soak(server, options))
    del application


if __name__ == "__main__":
    main()
