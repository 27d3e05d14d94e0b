"""Futureflow's runtime: flows, the engine that runs them, and their futures. Knows no screen.

from runtime import Session, load_flow

session = Session()
run = session.start(load_flow("hello.flow.json"))
result = await session.wait(run)
await session.close()
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .catalogue import builtin_registry as builtin_registry
    from .document.files import load_flow as load_flow
    from .document.files import save_flow as save_flow
    from .document.flow import Flow as Flow
    from .session import Session as Session

__all__ = ["Flow", "Session", "builtin_registry", "load_flow", "save_flow"]

_HOMES = {
    "Flow": ".document.flow",
    "Session": ".session",
    "builtin_registry": ".catalogue",
    "load_flow": ".document.files",
    "save_flow": ".document.files",
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for: `import runtime.ids` must not load the whole engine."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name], __name__), name)
