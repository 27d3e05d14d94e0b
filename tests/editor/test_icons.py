"""Our icons: every file draws something, in the theme's colour, sharp at the sizes that are asked for."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon, QImage

from editor.icons import app_icon, icon, pixmap
from editor.resources import resource_path
from editor.theme import NAMES, Theme
from runtime.futures.future import FutureState

pytestmark = pytest.mark.usefixtures("qapp")
ICONS = sorted(path.stem for path in resource_path("icons").glob("*.svg"))


def inks(image: QImage) -> set[str]:
    """The colours of all pixels that are wholly covered."""
    places = [(x, y) for x in range(image.width()) for y in range(image.height())]
    colors = [image.pixelColor(x, y) for x, y in places]
    return {color.name() for color in colors if color.alpha() == 255}


@pytest.mark.parametrize("name", [name for name in ICONS if name != "app"])
def test_every_icon_is_drawn_in_the_colour_that_is_asked_for(name: str) -> None:
    assert inks(pixmap(name, QColor("#123456"), 64).toImage()) == {"#123456"}


@pytest.mark.parametrize("theme_name", NAMES)
def test_every_state_of_a_future_has_an_icon_in_its_colour(theme_name: str) -> None:
    theme = Theme.load(theme_name)
    for state in FutureState:
        made = icon(f"state_{state}", theme, f"state.{state}")
        assert inks(made.pixmap(QSize(48, 48)).toImage()) == {theme.state(state).name()}


def test_an_icon_is_pale_while_disabled_and_stands_out_where_selected() -> None:
    theme = Theme.load("light")
    made = icon("run", theme)
    for mode, token in ((QIcon.Mode.Disabled, "text.disabled"), (QIcon.Mode.Selected, "accent.text")):
        assert inks(made.pixmap(QSize(48, 48), mode).toImage()) == {theme.color(token).name()}


def test_a_picture_is_as_sharp_as_the_screen() -> None:
    picture = pixmap("run", QColor("#123456"), 16, ratio=2.0)
    assert (picture.width(), picture.devicePixelRatio()) == (32, 2.0)


def test_the_program_has_a_face() -> None:
    assert len(inks(app_icon().pixmap(QSize(64, 64)).toImage())) > 3


def test_an_unknown_icon_is_an_error() -> None:
    with pytest.raises(FileNotFoundError):
        icon("no_such_icon", Theme.load("dark"))
