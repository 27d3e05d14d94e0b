"""Everything that a person can do by menu, toolbar or key, as data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from .bookmarks import DIGITS
from .frames import COLORS

Scope = Literal["window", "canvas"]


@dataclass(frozen=True)
class ActionSpec:
    """One action.

    Attributes:
        name: how the program calls it.
        text: for the menu, with `&` before the key of the letter.
        keys: the standard shortcuts; the first one is shown.
        icon: a name under resources/icons, or "".
        tip: what it does, for the tool tip and the status bar, where the text alone does not say it.
        is_switch: whether it is on or off.
        scope: `canvas` keys work only while a canvas has the focus, so that text fields keep theirs.
    """

    name: str
    text: str
    keys: tuple[str, ...] = ()
    icon: str = ""
    tip: str = ""
    scope: Scope = "window"
    is_switch: bool = False


_COLOR_TEXTS: Final = ("&Blue", "&Green", "&Yellow", "&Red", "&Purple", "Gr&ey")

ACTIONS: Final = (
    ActionSpec("new", "&New", ("Ctrl+N",), "new", "Begin an empty flow in a new tab"),
    ActionSpec("open", "&Open…", ("Ctrl+O",), "open", "Open flow files"),
    ActionSpec("save", "&Save", ("Ctrl+S",), "save", "Save the flow"),
    ActionSpec("save_as", "Save &As…", ("Ctrl+Shift+S",), "save_as", "Save the flow under another name"),
    ActionSpec("export", "E&xport Picture…", tip="Draw the flow into a PNG or SVG file"),
    ActionSpec("export_selection", "Export Selec&tion…", tip="Draw the selected nodes into a PNG or SVG file"),
    ActionSpec("close", "&Close Tab", ("Ctrl+W",), "close"),
    ActionSpec("quit", "&Quit", ("Ctrl+Q",)),
    ActionSpec("cut", "Cu&t", ("Ctrl+X",), "cut", scope="canvas"),
    ActionSpec("copy", "&Copy", ("Ctrl+C",), "copy", scope="canvas"),
    ActionSpec("paste", "&Paste", ("Ctrl+V",), "paste", scope="canvas"),
    ActionSpec(
        "paste_wired",
        "Paste &With Incoming Wires",
        ("Ctrl+Shift+V",),
        tip="Paste; values come from the same nodes as before, where the flow has these",
        scope="canvas",
    ),
    ActionSpec("duplicate", "&Duplicate", ("Ctrl+D",), scope="canvas"),
    ActionSpec(
        "duplicate_wired",
        "Duplicate Wit&h Incoming Wires",
        ("Ctrl+Shift+D",),
        tip="Copy the selection beside itself; values come from the same nodes",
        scope="canvas",
    ),
    ActionSpec("delete", "De&lete", ("Delete", "Backspace"), "delete", scope="canvas"),
    ActionSpec("select_all", "&All", ("Ctrl+A",), "select_all", "Select all nodes", "canvas"),
    ActionSpec("select_none", "&None", ("Ctrl+Shift+A",), tip="Select nothing", scope="canvas"),
    ActionSpec("select_inverse", "&Inverse", ("Ctrl+I",), tip="Select what is not selected", scope="canvas"),
    ActionSpec(
        "select_upstream", "&Upstream", ("Ctrl+[",), tip="Select also all that leads to the selection", scope="canvas"
    ),
    ActionSpec(
        "select_downstream",
        "&Downstream",
        ("Ctrl+]",),
        tip="Select also all that follows the selection",
        scope="canvas",
    ),
    ActionSpec(
        "select_same_type", "&Same Type", ("Shift+G",), tip="Select all nodes of the selected types", scope="canvas"
    ),
    ActionSpec("next_node", "Ne&xt Node", ("N",), tip="Go to the next node or frame in reading order", scope="canvas"),
    ActionSpec("previous_node", "&Previous Node", ("Shift+N",), tip="Go to the node or frame before", scope="canvas"),
    ActionSpec("align_left", "Align &Left Edges", ("Ctrl+Shift+Left",), scope="canvas"),
    ActionSpec("align_center", "Align &Centres", scope="canvas"),
    ActionSpec("align_right", "Align &Right Edges", ("Ctrl+Shift+Right",), scope="canvas"),
    ActionSpec("align_top", "Align &Top Edges", ("Ctrl+Shift+Up",), scope="canvas"),
    ActionSpec("align_middle", "Align &Middles", scope="canvas"),
    ActionSpec("align_bottom", "Align &Bottom Edges", ("Ctrl+Shift+Down",), scope="canvas"),
    ActionSpec(
        "distribute_x", "Distribute &Horizontally", tip="Make the gaps equal, from left to right", scope="canvas"
    ),
    ActionSpec("distribute_y", "Distribute &Vertically", tip="Make the gaps equal, from top to bottom", scope="canvas"),
    ActionSpec(
        "straighten", "&Straighten Wires", ("Q",), tip="Level the selected wires by moving nodes", scope="canvas"
    ),
    ActionSpec("tidy", "Tid&y", ("Ctrl+L",), tip="Lay out the selected nodes, or the whole flow, anew", scope="canvas"),
    ActionSpec("mute", "&Mute", ("M",), tip="Skip the selected nodes in runs, or no longer", scope="canvas"),
    ActionSpec("bypass", "&Bypass", ("B",), tip="Pass values through the selected nodes, or no longer", scope="canvas"),
    ActionSpec("collapse", "&Collapse or Expand", ("H",), tip="Show only header and wired pins", scope="canvas"),
    ActionSpec(
        "swap", "&Swap for…", ("Shift+S",), tip="Make the node one of another type; what fits stays", scope="canvas"
    ),
    ActionSpec(
        "reset_inputs", "Reset to &Defaults", tip="Give all unconnected inputs their defaults back", scope="canvas"
    ),
    ActionSpec("add_pin", "&Add Pin", ("Alt++", "Alt+="), tip="Give the selected nodes a pin more", scope="canvas"),
    ActionSpec(
        "remove_pin", "Remo&ve Pin", ("Alt+-",), tip="Take the last pin from the selected nodes", scope="canvas"
    ),
    ActionSpec(
        "connect",
        "C&onnect With…",
        ("C",),
        tip="Choose from a list what to connect the pin or node with",
        scope="canvas",
    ),
    ActionSpec("follow_on", "Follow the &Wire On", ("]",), tip="Go to the other end of an output", scope="canvas"),
    ActionSpec("follow_back", "Follow the Wire Bac&k", ("[",), tip="Go to the other end of an input", scope="canvas"),
    ActionSpec("edit_pins", "Edit &Pins…", ("Shift+F2",), tip="Name, move and remove the node's pins", scope="canvas"),
    ActionSpec("rename", "&Rename…", ("F2",), tip="Name the selected node or frame", scope="canvas"),
    ActionSpec(
        "frame", "&Frame the Selection", ("Ctrl+G",), tip="Put a frame around the selected nodes", scope="canvas"
    ),
    ActionSpec(
        "fold_frames",
        "F&old or Unfold Frame",
        ("Ctrl+Shift+G",),
        tip="Show the selected frames as bars",
        scope="canvas",
    ),
    ActionSpec(
        "select_members", "Select &Members", tip="Select the nodes that the selected frames own", scope="canvas"
    ),
    *(ActionSpec(f"frame_{color}", text, scope="canvas") for color, text in zip(COLORS, _COLOR_TEXTS, strict=True)),
    ActionSpec("find", "&Find…", ("Ctrl+F",), "search", "Find a text in titles, values, comments and more", "canvas"),
    ActionSpec("find_next", "Find Ne&xt", ("F3",), tip="Show the next match"),
    ActionSpec("find_previous", "Find Pre&vious", ("Shift+F3",), tip="Show the match before"),
    ActionSpec("go_to_node", "&Go to Node…", ("Ctrl+P",), "locate", "Show a node by its title or id"),
    ActionSpec(
        "extract_subflow",
        "&Extract to Subflow…",
        ("Ctrl+Shift+E",),
        tip="Put the selected nodes into a flow file of their own, and a call in their place",
        scope="canvas",
    ),
    ActionSpec(
        "unpack_subflow",
        "&Unpack Subflow",
        ("Ctrl+Shift+U",),
        tip="Put the nodes of the called flow into the place of the selected call",
        scope="canvas",
    ),
    ActionSpec("open_subflow", "&Open Subflow", tip="Open the flow that the selected node calls", scope="canvas"),
    ActionSpec("back_to_caller", "&Back to the Caller", ("Alt+Up",), tip="Show the call by which one came here"),
    ActionSpec("add_node", "Add &Node…", ("Shift+A",), "add", "Search a node type and add it here", "canvas"),
    ActionSpec("run", "&Run", ("F5",), "run", "Run the flow"),
    ActionSpec("stop", "&Stop", ("Shift+F5",), "stop", "Stop the run; its futures go on"),
    ActionSpec(
        "listen",
        "&Listen",
        ("F7",),
        "listen",
        "Let the flow's events start runs: cron, interval, changed files, settled futures",
        is_switch=True,
    ),
    ActionSpec(
        "record",
        "Recor&d…",
        ("Ctrl+Shift+R",),
        "record",
        "Write all that the flow's runs tell into a file, until it is switched off",
        is_switch=True,
    ),
    ActionSpec("pause", "&Pause", ("F6",), "pause", "Let the run stand still before its next nodes"),
    ActionSpec("continue", "&Continue", ("F5",), "continue", "Let the run go on"),
    ActionSpec("step_over", "Step &Over", ("F10",), "step_over", "Run this node, with its bodies and calls"),
    ActionSpec(
        "step_into", "Step &Into", ("F11",), "step_into", "Go on to the next node, also in a body or a called flow"
    ),
    ActionSpec(
        "step_out", "Step O&ut", ("Shift+F11",), "step_out", "Go on until the block or the call around has ended"
    ),
    ActionSpec("run_to_here", "Run &to Here", ("Ctrl+F10",), "run_to_here", "Run until the selected node is next"),
    ActionSpec(
        "run_node", "Run This &Node Only", ("Ctrl+F5",), tip="Run the selected node with what came before it last"
    ),
    ActionSpec(
        "run_from", "Run From H&ere", ("Ctrl+Shift+F5",), "run", "Go on from the selected node, with the last values"
    ),
    ActionSpec(
        "break_on_failure",
        "Bre&ak on Failure",
        icon="break_on_failure",
        tip="Let runs stand still at every node that fails",
        is_switch=True,
    ),
    ActionSpec(
        "toggle_breakpoint",
        "Toggle &Breakpoint",
        ("F9",),
        "breakpoint",
        "Let runs pause before the selected nodes, or not",
    ),
    ActionSpec(
        "edit_breakpoint", "&Edit Breakpoint…", ("Shift+F9",), tip="Say when runs pause: a condition, from which hit on"
    ),
    ActionSpec(
        "switch_breakpoint",
        "&Disable Breakpoint",
        ("Ctrl+F9",),
        tip="Disable the selected nodes' breakpoints, or enable them",
    ),
    ActionSpec(
        "switch_breakpoints", "Disable &All Breakpoints", tip="Disable all breakpoints of the flow, or enable them"
    ),
    ActionSpec("remove_breakpoints", "&Remove All Breakpoints", ("Ctrl+Shift+F9",)),
    ActionSpec("mock", "&Mock Outputs…", ("Ctrl+M",), "mock", "Let the node give values of yours instead of running"),
    ActionSpec("mock_last", "Mock With the &Last Values", tip="Let the selected nodes give what they gave last"),
    ActionSpec("clear_mock", "&Clear Mock", tip="Let the selected nodes run again"),
    ActionSpec("fit", "&Fit the Flow", ("Home",), "fit", "Show the whole flow", "canvas"),
    ActionSpec("fit_selection", "Fit the &Selection", ("F",), tip="Show the selected nodes", scope="canvas"),
    ActionSpec("view_back", "Bac&k", ("Alt+Left",), "previous", "Go back to the place before the last jump"),
    ActionSpec("view_forward", "For&ward", ("Alt+Right",), "next", "Go forward to the place from which one went back"),
    *(
        ActionSpec(f"bookmark_{digit}", f"Bookmark &{digit}", (str(digit),), scope="canvas", tip="Go to this place")
        for digit in DIGITS
    ),
    *(
        ActionSpec(
            f"set_bookmark_{digit}",
            f"Set Bookmark {digit}",
            (f"Ctrl+{digit}",),
            scope="canvas",
            tip="Remember what is seen, in the flow; once more at the same place: forget it",
        )
        for digit in DIGITS
    ),
    ActionSpec(
        "minimap", "Mini&map", ("Ctrl+Shift+M",), tip="Show the whole flow in a corner of the canvas", is_switch=True
    ),
    ActionSpec("zoom_in", "&Zoom In", ("Ctrl++", "Ctrl+="), "zoom_in"),
    ActionSpec("zoom_out", "Zoom &Out", ("Ctrl+-",), "zoom_out"),
    ActionSpec("zoom_reset", "&100 %", ("Ctrl+0",), tip="Show the flow in its own size"),
    ActionSpec("next_tab", "Ne&xt Flow", ("Ctrl+Tab", "Ctrl+PgDown"), tip="Show the flow in the next tab"),
    ActionSpec(
        "previous_tab", "Pre&vious Flow", ("Ctrl+Shift+Tab", "Ctrl+PgUp"), tip="Show the flow in the tab before"
    ),
    ActionSpec("tab_right", "Move Tab &Right", ("Ctrl+Shift+PgDown",)),
    ActionSpec("tab_left", "Move Tab &Left", ("Ctrl+Shift+PgUp",)),
    ActionSpec("next_pane", "Next Pane", ("Ctrl+F6",), tip="Go to the next panel, or back to the canvas"),
    ActionSpec("previous_pane", "Previous Pane", ("Ctrl+Shift+F6",), tip="Go to the panel before"),
    ActionSpec("reset_layout", "Reset the L&ayout", tip="Put all panels back to where they were at first"),
    ActionSpec("providers_file", "&Providers", tip="Edit the file that says whom models are asked of, and how"),
    ActionSpec("prices_file", "P&rices", tip="Edit the file of your own prices of models"),
    ActionSpec("budget_file", "&Budget", tip="Edit the file that says how much requests may cost"),
    ActionSpec("shortcuts", "&Keys and Mouse", ("F1",), "help", "What keys and mouse do"),
    ActionSpec("about", "&About Futureflow", (), "info"),
)
