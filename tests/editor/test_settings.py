"""What the window remembers."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray

from editor.settings import MOST_RECENT, Settings


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config" / "editor.ini"


def test_everything_is_there_at_the_next_start(file, tmp_path):
    settings = Settings(file)
    settings.theme = "light"
    settings.layout = (QByteArray(b"geometry"), QByteArray(b"state"))
    settings.add_recent(tmp_path / "a.flow.json")
    settings.set_view_of("futures", {"sort": "AGE", "widths": [1, 2]})
    settings.save()
    again = Settings(file)
    assert again.view_of("futures") == {"sort": "AGE", "widths": [1, 2]}
    assert again.view_of("console") == {}
    assert again.theme == "light"
    assert again.layout == (QByteArray(b"geometry"), QByteArray(b"state"))
    assert again.recent_files == [tmp_path / "a.flow.json"]


def test_a_first_start_has_defaults(file):
    settings = Settings(file)
    assert settings.theme == "system"
    assert settings.layout is None
    assert settings.recent_files == []
    assert settings.folder == Path.home()


def test_recent_files_are_latest_first_without_doubles_and_bounded(file, tmp_path):
    settings = Settings(file)
    paths = [tmp_path / f"{number}.flow.json" for number in range(MOST_RECENT + 2)]
    for path in [*paths, paths[4]]:
        settings.add_recent(path)
    latest_first = [paths[4], *(path for path in reversed(paths) if path != paths[4])]
    assert settings.recent_files == latest_first[:MOST_RECENT]


@pytest.mark.parametrize("count", [0, 1, 2])
def test_any_number_of_recent_files_survives_the_file(file, tmp_path, count):
    settings = Settings(file)
    for number in range(count):
        settings.add_recent(tmp_path / f"with, comma {number}.flow.json")
    settings.save()
    assert len(Settings(file).recent_files) == count


def test_lost_files_are_forgotten_and_others_are_not(file, tmp_path):
    settings = Settings(file)
    there, lost = tmp_path / "there.flow.json", tmp_path / "lost.flow.json"
    there.touch()
    for path in (there, lost):
        settings.add_recent(path)
    for path in (there, lost):
        settings.forget_lost(path)
    assert settings.recent_files == [there]


def test_dialogs_start_in_the_folder_of_the_latest_file(file, tmp_path):
    settings = Settings(file)
    settings.add_recent(tmp_path / "a.flow.json")
    assert settings.folder == tmp_path


def test_a_damaged_file_gives_defaults(file):
    file.parent.mkdir()
    file.write_text("[window]\ntheme=purple\ngeometry=nonsense\n[files]\nrecent=@Invalid()\n")
    settings = Settings(file)
    assert settings.theme == "system"
    assert settings.layout is None
    assert settings.recent_files == []
