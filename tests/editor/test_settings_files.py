"""Files that are edited by hand open from the menu; one that is made first says what none would say."""

from __future__ import annotations

import json
from collections.abc import Iterator

import platformdirs
import pytest
from editor_window import open_editor
from PySide6.QtCore import QObject, QUrl, Slot
from PySide6.QtGui import QDesktopServices

from runtime.llm.providers import Providers
from runtime.spending.spending import Spending
from runtime.usage import TokenCount


class Desktop(QObject):
    """Takes the files that would be opened by another program."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []

    @Slot(QUrl)
    def take(self, url: QUrl) -> None:
        self.opened.append(url.toLocalFile())


@pytest.fixture
def desktop(qapp) -> Iterator[Desktop]:
    made = Desktop()
    QDesktopServices.setUrlHandler("file", made, "take")
    yield made
    QDesktopServices.unsetUrlHandler("file")


@pytest.mark.parametrize("name", ["providers", "prices", "budget"])
def test_a_settings_file_is_made_and_opened_and_says_where_it_is(drive, tmp_path, desktop, name):
    path = platformdirs.user_config_path("futureflow") / f"{name}.json"

    async def main():
        async with open_editor(tmp_path) as window:
            before = Spending().cost("openai", "openai", TokenCount(1000, 1000), "gpt-4o")
            window.actions_by_name[f"{name}_file"].trigger()
            assert desktop.opened == [str(path)]
            json.loads(path.read_text())
            assert any(str(path) in text for text in window.notices.texts)
            assert Providers(environment={}).default().name == "local"
            assert Spending().budget.per_day is None
            assert Spending().cost("openai", "openai", TokenCount(1000, 1000), "gpt-4o") == before

    drive(main())


def test_what_a_person_has_written_stays(drive, tmp_path, desktop):
    path = platformdirs.user_config_path("futureflow") / "budget.json"
    path.parent.mkdir(parents=True)
    path.write_text('{"per_day": 5}')

    async def main():
        async with open_editor(tmp_path) as window:
            window.actions_by_name["budget_file"].trigger()
            assert path.read_text() == '{"per_day": 5}'

    drive(main())


def test_a_folder_that_refuses_is_told_with_what_to_do(drive, tmp_path, desktop):
    folder = platformdirs.user_config_path("futureflow")
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.write_text("in the way")

    async def main():
        async with open_editor(tmp_path) as window:
            window.actions_by_name["prices_file"].trigger()
            assert desktop.opened == []
            (said,) = window.notices.texts
            assert f"{folder / 'prices.json'} cannot be made" in said
            assert "check permissions and free space" in said

    drive(main())
