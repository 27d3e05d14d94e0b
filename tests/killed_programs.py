"""Programs that ask without end until they are killed: for tests of what is left of them.

    python killed_programs.py

For each line of JSON that it reads (`folder`, `base_url`, `run`) it forks a program, and prints `{"pid": ...}`, then
what that program tells, then `{"ended": ...}` when it is dead. So half a second of imports is paid once, not each time.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from asking import KEY, origin_of, profile_of

import runtime.llm.openai_client  # noqa: F401 (here, so that no fork has to)
from runtime.engine.events import Event
from runtime.futures.events import FutureCreated, FutureSettled
from runtime.llm.providers import Providers
from runtime.llm.requests import chat_request
from runtime.session import Session

IN_FLIGHT = 12
MODELS = ("ok", "ok", "mock-400", "mock-hang", "mock-silent-after-first")
"""Of these two never end, so there is always something in flight."""


def tell(**fields: object) -> None:
    """One line, in one piece."""
    os.write(1, (json.dumps(fields) + "\n").encode())


async def ask_for_ever(folder: str, base_url: str, run: str) -> None:
    """A session with requests in flight; for each that settles a new one begins."""
    profile = profile_of(base_url, stream_usage=True)
    session = Session(providers=Providers([profile], environment={"TEST_KEY": KEY}), data_folder=Path(folder))
    numbers, origin, loop = itertools.count(), origin_of(run), asyncio.get_running_loop()

    def start() -> None:
        number = next(numbers)
        model = MODELS[number % len(MODELS) if number < IN_FLIGHT else number % 3]
        message = {"role": "user", "content": f"{run} asks {number}"}
        session.completions.start(chat_request(model, [message], {"Stream": number % 2 == 0}), origin)

    def heard(event: Event) -> None:
        match event:
            case FutureCreated():
                tell(created=event.future_id)
            case FutureSettled():
                tell(settled=event.future_id, state=event.state, message=event.message, error=event.error)
                loop.call_soon(start)

    session.subscribe(heard)
    for _ in range(IN_FLIGHT):
        start()
    await asyncio.Event().wait()


def main() -> None:
    for line in sys.stdin:
        if (child := os.fork()) == 0:
            asyncio.run(ask_for_ever(**json.loads(line)))
        tell(pid=child)
        os.waitpid(child, 0)
        tell(ended=child)


if __name__ == "__main__":
    main()
