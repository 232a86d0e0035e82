"""The fake lets nothing pass that Telegram does not know, and agrees with its specification."""

from contextlib import suppress
from typing import Any

import pytest
from telegram.error import TelegramError

from bot.channels.telegram.calls import unparsed
from bot.channels.telegram.client import open_bot
from tests.fakes.bot_api import TOKEN, BotApi
from tests.fakes.bot_api_calls import Call, declared, names
from tests.fakes.bot_api_spec import SPECIFICATION, complaints, in_answer, in_update, specification
from tests.fakes.bot_api_world import StoredFile

_AS_DECLARED = {"int": "Integer", "str": "String", "bool": "Boolean", "chat": "Integer"}
at_hand = pytest.mark.skipif(not SPECIFICATION.exists(), reason="no specification at hand")


async def _calls(method: str, values: dict[str, Any]) -> None:
    """With what the platform has stored as ``file-1``; whatever becomes of the call."""
    async with BotApi() as api, open_bot(TOKEN, api.base) as bot:
        ani = api.person()
        ani.says("halo")
        api.world.files["file-1"] = StoredFile("a.jpg", b"x", 1)
        with suppress(TelegramError):
            await unparsed(bot, method, {"chat_id": ani.chat.id, **values})


async def _fails_after_a_wrong_call() -> None:
    async with BotApi() as api:
        api.wrong.append("a wrong call")
        raise KeyError


@pytest.mark.parametrize(
    ("method", "values", "said"),
    [
        ("sendMessage", {"text": "halo", "disable_preview": True}, "unknown field disable_preview"),
        ("sendTelegram", {}, "unknown method"),
        ("sendPhoto", {"photo": "file-1"}, "a file id of the platform was sent on"),
    ],
)
async def test_a_wrong_call_fails_its_test_though_nobody_looks(
    method: str, values: dict[str, Any], said: str
) -> None:
    with pytest.raises(AssertionError, match=f"{method}: {said}"):
        await _calls(method, values)


async def test_what_failed_already_is_not_hidden_by_it() -> None:
    with pytest.raises(KeyError):
        await _fails_after_a_wrong_call()


@at_hand
@pytest.mark.parametrize(
    "values",
    [
        {"chat_id": 1, "text": 5},
        {"chat_id": 1},
        {"chat_id": 1, "text": "halo", "unknown": 1},
        {"chat_id": 1, "text": "halo", "entities": [{"type": "bold"}]},
        {"chat_id": 1, "text": "halo", "message_thread_id": True},
        {"chat_id": 1, "text": "halo", "reply_markup": {"inline_keyboard": [[{"data": "A"}]]}},
    ],
)
def test_the_specification_notices(values: dict[str, Any]) -> None:
    assert complaints(Call("sendMessage", {"chat_id": 1, "text": "halo"}, {})) == []
    assert complaints(Call("sendMessage", values, {}))


@at_hand
def test_our_own_answers_and_updates_are_held_to_it_too() -> None:
    assert in_answer("getMe", {"id": 1, "is_bot": True, "first_name": "x"}) == []
    assert in_answer("getMe", {"id": 1})
    assert in_update({"update_id": 1, "message": {"message_id": 1}})


_OWN_RULES = [(method, name, kind) for method in names() for name, kind in declared(method).items()]


@at_hand
@pytest.mark.parametrize(("method", "name", "kind"), _OWN_RULES)
def test_each_parameter_is_as_published(method: str, name: str, kind: str) -> None:
    fields = {field["name"]: field for field in specification()["methods"][method]["fields"]}
    published = fields[name.rstrip("!")]
    types = published["types"]
    if kind in _AS_DECLARED:
        assert _AS_DECLARED[kind] in types
    elif kind == "file":
        assert "InputFile" in types
    else:
        assert (kind == "list") == all(each.startswith("Array of ") for each in types)
    stricter = method.startswith("edit") and name.endswith("!")  # we edit no inline messages
    assert stricter or published["required"] == name.endswith("!")


@at_hand
@pytest.mark.parametrize("method", names())
def test_nothing_that_is_required_is_left_out(method: str) -> None:
    published = specification()["methods"][method].get("fields", [])
    required = {field["name"] for field in published if field["required"]}
    assert required <= {name.rstrip("!") for name in declared(method)}
