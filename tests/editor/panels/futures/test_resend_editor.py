"""Edit and resend: what is changed is sent as a new request; what does not fit is refused where it stands."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from asking import Asking, asking
from futures_desk import Desk
from openai_server import Reply
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QToolButton, QWidget

from editor.panels.futures.panel import FuturesPanel
from editor.panels.futures.resend_editor import ResendEditor
from editor.theme import Theme
from runtime.ids import PinName

pytestmark = pytest.mark.usefixtures("qapp")
Drive = Callable[[Coroutine[Any, Any, None]], None]
SELECT_ALL = (Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)


def type_into(field: QWidget, text: str) -> None:
    field.setFocus()
    QTest.keyClick(field, *SELECT_ALL)
    QTest.keyClicks(field, text)


def opened(desk: Desk, **request: Any) -> ResendEditor:
    """The editor of a new request, opened by its key."""
    desk.ask(**request)
    desk.panel.model.flush()
    desk.select(desk.panel.model.rowCount() - 1)
    desk.key(Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    editor = desk.panel.findChildren(ResendEditor)[-1]
    assert editor.isVisible()
    assert not editor.isModal()
    return editor


@pytest.fixture
def desk(dark: Theme) -> Desk:
    made = Desk(dark)
    made.panel.model.flush()
    return made


def button(card: QWidget, name: str) -> QToolButton:
    return next(found for found in card.findChildren(QToolButton) if found.accessibleName() == name)


def problem(editor: ResendEditor) -> str:
    return " ".join(label.text() for label in editor.findChildren(QLabel) if label.isVisible())


def test_it_begins_with_the_request_as_it_was(desk: Desk) -> None:
    given = {"temperature": 0.5, "n": 2, "stop": ["a,b", "c\n"], "logit_bias": {"7": 1}, "user": "me", "seed": 3}
    tool_turn = {"role": "assistant", "content": None, "tool_calls": [{"id": "c"}]}
    editor = opened(desk, parameters=given, messages=[{"role": "user", "content": "Why?", "name": "Ann"}, tool_turn])
    request = editor.request()
    assert dict(request.parameters) == given
    assert list(request.messages) == [{"role": "user", "content": "Why?", "name": "Ann"}, tool_turn]
    assert request.stream


def test_messages_are_changed_added_moved_and_removed(desk: Desk) -> None:
    editor = opened(desk)
    type_into(editor.cards[1].text, "How?")
    QTest.mouseClick(editor.add_button, Qt.MouseButton.LeftButton)
    QTest.keyClicks(editor.cards[2].text, "Thus.")
    assert editor.cards[2].role.currentText() == "assistant"
    button(editor.cards[2], "Move up").click()
    button(editor.cards[0], "Remove this message").click()
    told = [(message["role"], message["content"]) for message in editor.request().messages]
    assert told == [("assistant", "Thus."), ("user", "How?")]


def test_a_value_out_of_range_is_refused_where_it_stands_and_nothing_is_sent(desk: Desk) -> None:
    editor = opened(desk)
    field = editor.rows[PinName("Temperature")].editor.box
    type_into(field, "5")
    QTest.mouseClick(editor.send_button, Qt.MouseButton.LeftButton)
    assert "Temperature" in problem(editor)
    assert len(desk.registry) == 1
    type_into(field, "1.5")
    assert editor.request().parameters["temperature"] == 1.5


@pytest.mark.parametrize("text", ["[1]", "{"])
def test_further_parameters_must_be_an_object(desk: Desk, text: str) -> None:
    editor = opened(desk)
    type_into(editor.rows[PinName("More")].editor.box, text)
    QTest.keyClick(editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert "More" in problem(editor)
    assert len(desk.registry) == 1


def test_a_message_of_parts_is_edited_as_json(desk: Desk) -> None:
    parts = [{"type": "text", "text": "See"}]
    editor = opened(desk, messages=[{"role": "user", "content": parts}])
    assert editor.request().messages[0]["content"] == parts
    type_into(editor.cards[0].text, "[")
    QTest.mouseClick(editor.send_button, Qt.MouseButton.LeftButton)
    assert "This is no JSON" in problem(editor)
    assert len(desk.registry) == 1


def test_what_cannot_be_sent_says_why(desk: Desk) -> None:
    editor = opened(desk, provider="gone")
    QTest.mouseClick(editor.send_button, Qt.MouseButton.LeftButton)
    assert "there is no provider 'gone'" in problem(editor)


def test_the_changed_request_reaches_the_server_and_the_editor_stays_open(dark: Theme, drive: Drive) -> None:
    async def use() -> None:
        async with asking(Reply(text="first"), Reply(text="second")) as asks:
            panel, editor = await edit_first(asks)
            type_into(editor.model, "other")
            type_into(editor.cards[0].text, "Say it again")
            type_into(editor.rows[PinName("Temperature")].editor.box, "0.25")
            QTest.mouseClick(editor.send_button, Qt.MouseButton.LeftButton)
            assert len(asks.futures) == 2, problem(editor)
            first, again = asks.futures
            await asks.settled(again.id)
            assert again.retry_of == first.id
            assert again.text() == "second"
            sent = asks.server.requests[1].body
            assert (sent["model"], sent["temperature"]) == ("other", 0.25)
            assert sent["messages"] == [{"role": "user", "content": "Say it again"}]
            assert editor.isVisible()
            panel.deleteLater()

    async def edit_first(asks: Asking) -> tuple[FuturesPanel, ResendEditor]:
        panel = FuturesPanel(asks.futures, asks.completions, asks.providers, dark, lambda _run, node: node)
        first = await asks.ask()
        for event in asks.events:
            panel.on_event(event)
        panel.show()
        panel.model.flush()
        panel.table.select(first.id)
        panel.actions_by_name["edit"].trigger()
        return panel, panel.findChild(ResendEditor)

    drive(use())
