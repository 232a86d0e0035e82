"""Polling: nothing is confirmed before it was handled, and stopping finishes what is held."""

import asyncio

import pytest
from sqlalchemy.exc import OperationalError
from telegram import Bot

from bot.channels.telegram import polling
from bot.channels.telegram.client import open_bot
from bot.chat.dispatcher import Send
from bot.chat.messages import Incoming
from bot.errors import OperatorError
from tests.fakes.bot_api import BotApi, Fault
from tests.telegram.conftest import Connect, Toy


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(polling, "BACKOFF_FIRST", 0.01)
    monkeypatch.setattr("bot.channels.telegram.channel.RETRY_LATER", 0.01)
    monkeypatch.setattr(polling, "POLL_HELD_WAIT", 0.02)


async def test_only_the_kinds_in_use_are_asked_for(
    api: BotApi, by_polling: Connect, toy: Toy
) -> None:
    async with by_polling(toy.receive):
        pass
    assert api.called("getUpdates")[0]["allowed_updates"] == [
        "message", "edited_message", "callback_query", "my_chat_member", "chat_member",
    ]  # fmt: skip


async def test_one_chat_in_order_and_others_unhindered(
    api: BotApi, by_polling: Connect, toy: Toy
) -> None:
    order: list[str] = []
    release = asyncio.Event()

    async def answer(incoming: Incoming, send: Send) -> None:
        if incoming.text == "a1":
            await release.wait()
        order.append(incoming.text)

    toy.answer = answer
    ani, budi = api.person("Ani"), api.person("Budi")
    async with by_polling(toy.receive):
        ani.says("a1")
        ani.says("a2")
        await asyncio.sleep(0.05)
        budi.says("b1")
        await asyncio.sleep(0.2)
        assert order == ["b1"]
        assert len(api.waiting()) == 3  # b1 is behind a1, so not confirmable yet
        release.set()
        await api.quiet()
    assert order == ["b1", "a1", "a2"]


async def test_what_is_in_hand_is_not_taken_twice(
    api: BotApi, by_polling: Connect, toy: Toy
) -> None:
    async def slow(incoming: Incoming, send: Send) -> None:
        await asyncio.sleep(0.2)

    toy.answer = slow
    ani = api.person()
    async with by_polling(toy.receive):
        ani.says("sekali saja")
        await api.quiet()
    assert len(toy.heard) == 1
    assert len(api.called("getUpdates")) < 20


async def test_a_database_that_is_down_is_awaited(
    api: BotApi, by_polling: Connect, toy: Toy
) -> None:
    async def third_time(incoming: Incoming, send: Send) -> None:
        if len(toy.heard) < 3:
            raise OperationalError("", {}, Exception())

    toy.answer = third_time
    ani = api.person()
    async with by_polling(toy.receive):
        ani.says("satu")
        ani.says("dua")
        await api.quiet()
    assert [incoming.text for incoming in toy.heard] == ["satu", "satu", "satu", "dua"]


async def test_stopping_finishes_what_is_held_and_confirms_it(
    api: BotApi, by_polling: Connect, toy: Toy
) -> None:
    finished: list[str] = []

    async def slow(incoming: Incoming, send: Send) -> None:
        await asyncio.sleep(0.1)
        finished.append(incoming.text)

    toy.answer = slow
    ani = api.person()
    async with by_polling(toy.receive):
        ani.says("jangan hilang")
        await asyncio.sleep(0.03)
    assert finished == ["jangan hilang"]
    assert api.waiting() == []


async def test_what_could_not_be_finished_comes_again_after_a_restart(
    api: BotApi, by_polling: Connect, toy: Toy
) -> None:
    async def fails(incoming: Incoming, send: Send) -> None:
        raise OperationalError("", {}, Exception())

    toy.answer = fails
    ani = api.person()
    async with by_polling(toy.receive):
        ani.says("penting")
        await asyncio.sleep(0.05)
    assert len(api.waiting()) == 1
    toy.answer = None
    async with by_polling(toy.receive):
        await api.quiet()
    assert toy.heard[-1].text == "penting"


async def test_telegram_away_or_busy_is_awaited(api: BotApi, by_polling: Connect, toy: Toy) -> None:
    api.faults.next("getUpdates", Fault("server"), Fault("lost"), Fault("busy", 1))
    ani = api.person()
    async with by_polling(toy.receive):
        ani.says("halo")
        await api.quiet()
    assert len(toy.heard) == 1


async def test_a_second_poller_is_named_in_the_log(
    api: BotApi, bot: Bot, by_polling: Connect, toy: Toy, caplog: pytest.LogCaptureFixture
) -> None:
    await bot.set_webhook("https://elsewhere.example/telegram")
    async with by_polling(toy.receive):
        await asyncio.sleep(0.05)
    assert "webhook" in caplog.text


async def test_a_wrong_token_stops_with_one_clear_sentence(api: BotApi, toy: Toy) -> None:
    async with open_bot("1:salah", api.base) as bot:
        with pytest.raises(OperatorError, match="BotFather"):
            await polling.poll(bot, lambda _: asyncio.sleep(0), asyncio.Event())
