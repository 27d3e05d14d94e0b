"""Which actions stand in which menu, and in the toolbar, as data; menus.py makes them."""

from __future__ import annotations

from typing import Final

from .bookmarks import DIGITS
from .frames import COLORS

Entry = str | None | tuple[str, tuple["Entry", ...]]
"""A name of an action, `@name` for what the window adds, None for a line, a title and entries for a menu within."""

_SUBFLOW: Final = (
    "Sub&flow", ("extract_subflow", "unpack_subflow", None, "open_subflow", "back_to_caller"),
)  # fmt: skip
_BOOKMARKS: Final = (
    *(f"bookmark_{digit}" for digit in DIGITS),
    None,
    *(f"set_bookmark_{digit}" for digit in DIGITS),
)
_FRAME_COLORS: Final = ("Frame &Colour", tuple(f"frame_{color}" for color in COLORS))

MENUS: Final[tuple[tuple[str, tuple[Entry, ...]], ...]] = (
    ("&File", (
        "new", "open", "@recent", "@examples", None, "save", "save_as", "export", "export_selection", None, "close",
        "quit",
    )),
    ("&Edit", (
        "@undo", "@redo", None, "cut", "copy", "paste", "paste_wired", "duplicate", "duplicate_wired", "delete", None,
        "add_node",
        ("Fra&me", ("frame", "fold_frames", "select_members", None, _FRAME_COLORS)), None,
        "find", "find_next", "find_previous", "go_to_node", None,
        ("&Settings Files", ("providers_file", "prices_file", "budget_file")),
    )),
    ("&Node", (
        "rename", "swap", "reset_inputs", None, "add_pin", "remove_pin", "edit_pins", None,
        "mute", "bypass", "collapse", None,
        "connect", "follow_on", "follow_back", None,
        _SUBFLOW,
    )),
    ("&Select", (
        "select_all", "select_none", "select_inverse", None, "select_upstream", "select_downstream", "select_same_type",
        None, "next_node", "previous_node",
    )),
    ("&Arrange", (
        "tidy", "straighten", None, "align_left", "align_center", "align_right", None,
        "align_top", "align_middle", "align_bottom", None, "distribute_x", "distribute_y",
    )),
    ("&Run", (
        "run", "@entries", "stop", "listen", "record", None,
        "pause", "continue", "step_over", "step_into", "step_out", "run_to_here", None,
        "run_node", "run_from", None,
        ("&Breakpoints", (
            "toggle_breakpoint", "edit_breakpoint", "switch_breakpoint", None, "switch_breakpoints",
            "remove_breakpoints",
        )),
        "break_on_failure", None,
        ("&Mock", ("mock", "mock_last", "clear_mock")),
    )),
    ("&View", (
        "fit", "fit_selection", "zoom_in", "zoom_out", "zoom_reset", None,
        "view_back", "view_forward", ("&Bookmarks", _BOOKMARKS), "minimap", None,
        "next_tab", "previous_tab", "tab_left", "tab_right", None,
        "@panels", "next_pane", "previous_pane", "reset_layout", None, "@theme",
    )),
    ("&Help", ("shortcuts", "about")),
)  # fmt: skip

TOOLBAR: Final[tuple[Entry, ...]] = (
    "new", "open", "save", None, "@undo", "@redo", None, "@run", "stop", "listen", "record", "@debug", None,
    "fit", "zoom_out", "zoom_in", "@space", "@provider",
)  # fmt: skip

NODE_MENU: Final[tuple[Entry, ...]] = (
    "run_node", "run_from", "run_to_here", None, "toggle_breakpoint", "edit_breakpoint", "switch_breakpoint", None,
    ("&Mock", ("mock", "mock_last", "clear_mock")), None, "rename", "swap", "reset_inputs", None,
    "add_pin", "remove_pin", "edit_pins", None, "mute", "bypass", "collapse", "frame", _SUBFLOW, None,
    "cut", "copy", "duplicate", "duplicate_wired", "delete",
)  # fmt: skip
"""What a right click on a node offers, besides watching a value."""
FRAME_MENU: Final[tuple[Entry, ...]] = (
    "rename", "fold_frames", _FRAME_COLORS, None, "select_members", None,
    "cut", "copy", "duplicate", "delete",
)  # fmt: skip
WIRE_MENU: Final[tuple[Entry, ...]] = ("add_node", "paste", "select_all", "fit")
