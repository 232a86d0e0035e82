"""The door of the webhook: who may come in, and what is answered to whom."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import InterfaceError, OperationalError
from starlette.applications import Starlette
from telegram import Bot

from bot.channels.receive import Receive
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.request import SessionRequest
from bot.chat.delivery_errors import Busy, Gone, Refused, Unsure
from bot.chat.dispatcher import Send
from bot.chat.messages import Incoming
from bot.chat.wording import Wording
from bot.limits import WEBHOOK_BODY_MAX
from tests.fakes.bot_api import TOKEN, BotApi
from tests.telegram.conftest import SECRET, Connect, Desks, Toy

HEADERS = {"X-Telegram-Bot-Api-Secret-Token": SECRET}


@asynccontextmanager
async def door(
    receive: Receive, bot: Bot, secret: str = SECRET
) -> AsyncIterator[httpx.AsyncClient]:
    words = Wording(
        {"telegram.copy": "Salin", "telegram.trouble": "Maaf", "telegram.leave": "Maaf"}
    )
    channel = TelegramChannel(bot, receive, Desks(), words, secret)
    transport = httpx.ASGITransport(Starlette(routes=channel.routes()))
    async with httpx.AsyncClient(transport=transport, base_url="https://x") as client:
        yield client


def message(text: str = "halo", update: int = 1, chat: int = 5) -> dict[str, Any]:
    return {
        "update_id": update,
        "message": {
            "message_id": 10 + update,
            "date": 1,
            "chat": {"id": chat, "type": "private", "first_name": "Ani"},
            "from": {"id": chat, "is_bot": False, "first_name": "Ani"},
            "text": text,
        },
    }


@pytest.mark.parametrize("given_secret", [None, "", "salah", SECRET + "x", "é"])
async def test_without_the_secret_nobody_comes_in(
    bot: Bot, toy: Toy, given_secret: str | None
) -> None:
    headers = (
        {} if given_secret is None else {b"X-Telegram-Bot-Api-Secret-Token": given_secret.encode()}
    )
    async with door(toy.receive, bot) as client:
        answer = await client.post("/telegram", json=message(), headers=headers)
    assert answer.status_code == 403
    assert toy.heard == []


async def test_no_secret_set_means_no_entrance(bot: Bot, toy: Toy) -> None:
    async with door(toy.receive, bot, secret="") as client:
        answer = await client.post(
            "/telegram", json=message(), headers={"X-Telegram-Bot-Api-Secret-Token": ""}
        )
    assert answer.status_code == 403


async def test_a_body_that_is_too_long_is_not_read(bot: Bot, toy: Toy) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b" " * 100_000

    async with door(toy.receive, bot) as client:
        announced = await client.post(
            "/telegram", content=b" " * (WEBHOOK_BODY_MAX + 1), headers=HEADERS
        )
        streamed = await client.post("/telegram", content=endless(), headers=HEADERS)
    assert (announced.status_code, streamed.status_code) == (413, 413)


async def test_other_methods_are_not_allowed(bot: Bot, toy: Toy) -> None:
    async with door(toy.receive, bot) as client:
        assert (await client.get("/telegram", headers=HEADERS)).status_code == 405


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"\xff\xfe", b"[]", b"null", b'"x"', b"{}", b"1", b"[" * 100_000,
        b'{"update_id": 1, "message": {}}', b'{"update_id": 1, "message": []}',
        b'{"update_id": "1"}', b'{"update_id": 1, "callback_query": {"id": 5}}',
    ],
)  # fmt: skip
async def test_what_is_no_update_is_refused_without_noise(
    bot: Bot, toy: Toy, body: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    async with door(toy.receive, bot) as client:
        answer = await client.post("/telegram", content=body, headers=HEADERS)
    assert answer.status_code == 400
    assert not [r for r in caplog.records if r.name.startswith(("bot", "telegram"))]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
field_names = st.sampled_from(
    ["message_id", "date", "chat", "from", "text", "photo", "caption", "reply_to_message",
     "media_group_id", "entities", "document", "id", "type", "data", "message", "message_thread_id"]
)  # fmt: skip
chats = st.fixed_dictionaries({"id": json_values, "type": json_values}) | st.just(
    {"id": 5, "type": "private"}
)
contents = st.fixed_dictionaries(
    {"message_id": st.just(1) | json_values, "date": st.just(1) | json_values, "chat": chats}
).flatmap(lambda base: st.dictionaries(field_names, json_values).map(lambda more: more | base))
updates = st.fixed_dictionaries({"update_id": st.integers()}).flatmap(
    lambda base: st.dictionaries(
        st.sampled_from(["message", "edited_message", "callback_query", "my_chat_member"]),
        contents | json_values,
        max_size=2,
    ).map(lambda more: more | base)
)


UNOPENED = Bot(TOKEN, request=SessionRequest(), get_updates_request=SessionRequest())


@settings(deadline=None, max_examples=100)
@given(updates | json_values)
def test_no_body_makes_the_server_fail(body: Any) -> None:
    async def knock() -> int:
        async with door(Toy().receive, UNOPENED) as client:
            content = json.dumps(body).encode()
            return (await client.post("/telegram", content=content, headers=HEADERS)).status_code

    status = asyncio.run(knock())
    # 503: leaving an unknown group needs Telegram, which is not there
    assert status in (200, 400, 503)
    if status == 503:
        assert "chat" in json.dumps(body)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (OperationalError("", {}, Exception()), 503),
        (InterfaceError("", {}, Exception()), 503),
        (ConnectionRefusedError(), 503),
        (Unsure(), 503),
        (Busy(17), 503),
        (Gone(), 200),
        (Refused("no"), 200),
    ],
)
async def test_what_can_be_mended_is_brought_again(bot: Bot, error: Exception, status: int) -> None:
    async def fails(incoming: Incoming, send: Send) -> None:
        raise error

    async with door(Toy(answer=fails).receive, bot) as client:
        answer = await client.post("/telegram", json=message(), headers=HEADERS)
    assert answer.status_code == status
    if status == 503:
        assert answer.headers["Retry-After"] == ("17" if isinstance(error, Busy) else "5")


async def test_a_fault_of_ours_is_admitted_and_logged_without_what_was_said(
    api: BotApi, by_webhook: Connect, caplog: pytest.LogCaptureFixture
) -> None:
    async def fails(incoming: Incoming, send: Send) -> None:
        raise KeyError(incoming.text)

    ani = api.person("Ani")
    async with by_webhook(Toy(answer=fails).receive):
        ani.says("nama saya Ani")
        await api.quiet()
    assert "gangguan" in ani.last.text
    assert "KeyError" in caplog.text
    assert "Ani" not in caplog.text


async def test_200_comes_after_everything_was_done(bot: Bot, toy: Toy) -> None:
    done = asyncio.Event()

    async def slow(incoming: Incoming, send: Send) -> None:
        await done.wait()

    toy.answer = slow
    async with door(toy.receive, bot) as client:
        waiting = asyncio.create_task(client.post("/telegram", json=message(), headers=HEADERS))
        await asyncio.sleep(0.05)
        assert not waiting.done()
        done.set()
        assert (await waiting).status_code == 200


async def test_one_chat_in_order_and_others_unhindered(bot: Bot, toy: Toy) -> None:
    order: list[str] = []
    release = asyncio.Event()

    async def answer(incoming: Incoming, send: Send) -> None:
        if incoming.text == "a1":
            await release.wait()
        order.append(incoming.text)

    toy.answer = answer
    async with door(toy.receive, bot) as client:
        posts = [
            asyncio.create_task(
                client.post("/telegram", json=message(text, number, chat), headers=HEADERS)
            )
            for number, (text, chat) in enumerate([("a1", 5), ("a2", 5), ("b1", 6), ("a3", 5)])
        ]
        await asyncio.sleep(0.1)
        assert order == ["b1"]
        release.set()
        await asyncio.gather(*posts)
    assert order == ["b1", "a1", "a2", "a3"]


async def test_a_refused_delivery_is_repeated_until_accepted(
    api: BotApi, by_webhook: Connect, toy: Toy
) -> None:
    tries = 0

    async def third_time(incoming: Incoming, send: Send) -> None:
        nonlocal tries
        tries += 1
        if tries < 3:
            raise OperationalError("", {}, Exception())

    toy.answer = third_time
    ani = api.person()
    async with by_webhook(toy.receive):
        ani.says("satu")
        ani.says("dua")
        await api.quiet()
    assert [incoming.text for incoming in toy.heard] == ["satu", "satu", "satu", "dua"]
