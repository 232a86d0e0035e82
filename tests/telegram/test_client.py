"""The client itself: files in and out, its page at Telegram, the typing sign."""

import asyncio

import pytest
from telegram import Bot

from bot.channels.telegram import typing_sign
from bot.channels.telegram.client import proxy_for
from bot.channels.telegram.files import fetch
from bot.channels.telegram.receive import Place
from bot.channels.telegram.request import SessionRequest
from bot.channels.telegram.setup import COMMANDS, apply, differences
from bot.chat.delivery_errors import Unsure
from bot.chat.files import FileGone, FileTooBig
from bot.chat.wording import Wording
from tests.fakes.bot_api import TOKEN, BotApi, Fault


async def fetched(bot: Bot, reference: str, limit: int = 20 * 1024 * 1024) -> bytes:
    return b"".join([chunk async for chunk in fetch(bot, reference, limit)])


async def test_a_file_is_streamed_as_it_was_sent(api: BotApi, bot: Bot) -> None:
    content = bytes(range(256)) * 1000
    stored = api.world.store("video.mp4", content)
    assert await fetched(bot, stored["file_id"], len(content)) == content


async def test_a_file_beyond_the_limit_is_not_fetched(api: BotApi, bot: Bot) -> None:
    stored = api.world.store("video.mp4", b"x" * 1_001)
    with pytest.raises(FileTooBig):
        await fetched(bot, stored["file_id"], 1_000)
    assert await fetched(bot, stored["file_id"], 1_001) == b"x" * 1_001


async def test_a_file_that_is_larger_than_its_size_says_is_cut_short(api: BotApi, bot: Bot) -> None:
    stored = api.world.store("video.mp4", b"x" * 1_000_000, size=10)
    with pytest.raises(FileTooBig):
        await fetched(bot, stored["file_id"], 1_000)


async def test_a_file_on_the_disk_of_an_own_server_is_fetched_by_http(
    api: BotApi, bot: Bot
) -> None:
    api.world.disk = f"/var/lib/telegram-bot-api/{TOKEN}/"
    stored = api.world.store("video.mp4", b"isi")
    assert await fetched(bot, stored["file_id"]) == b"isi"


async def test_a_file_whose_size_was_not_told_is_refused_by_telegram(api: BotApi, bot: Bot) -> None:
    stored = api.world.store("video.mp4", b"x", size=30_000_000)
    with pytest.raises(FileTooBig):
        await fetched(bot, stored["file_id"])


async def test_a_file_that_is_no_more(api: BotApi, bot: Bot) -> None:
    with pytest.raises(FileGone):
        await fetched(bot, "file-404")


async def test_a_file_that_breaks_off_while_fetched(api: BotApi, bot: Bot) -> None:
    stored = api.world.store("a.pdf", b"x")
    api.faults.next("getFile", Fault("lost"))
    with pytest.raises(Unsure):
        await fetched(bot, stored["file_id"])


async def test_the_page_is_set_up_in_neutral_words(api: BotApi, bot: Bot, wording: Wording) -> None:
    assert await differences(bot, wording, "https://tanya.example") != []
    await apply(bot, wording, "https://tanya.example", "rahasia")
    assert await differences(bot, wording, "https://tanya.example") == []
    assert api.webhook is not None
    assert (api.webhook.url, api.webhook.secret) == ("https://tanya.example/telegram", "rahasia")
    shown = str(api.world.profile).lower()
    assert all(f"'{command}'" in shown for command in COMMANDS)
    assert "lapor" not in shown
    await apply(bot, wording, "", "")
    assert api.webhook is None


async def test_slow_work_shows_the_typing_sign_and_quick_work_does_not(
    api: BotApi, bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(typing_sign, "TYPING_AFTER", 0.05)
    ani = api.person()
    ani.says("halo")
    async with typing_sign.typing_sign(bot, Place(ani.chat.id)):
        pass
    await asyncio.sleep(0.1)
    assert api.called("sendChatAction") == []
    async with typing_sign.typing_sign(bot, Place(ani.chat.id)):
        await asyncio.sleep(0.15)
    assert [call["action"] for call in api.called("sendChatAction")] == ["typing"]


def test_the_proxy_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    assert proxy_for("https://api.telegram.org") is None
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    assert proxy_for("https://api.telegram.org") == "http://proxy.example:3128"
    assert proxy_for("http://127.0.0.1:8081") is None


async def test_calls_go_through_the_proxy(api: BotApi) -> None:
    request = SessionRequest(proxy=api.base)
    await request.initialize()
    status, _ = await request.do_request(f"http://api.example/bot{TOKEN}/getMe", "POST")
    await request.shutdown()
    assert status == 200
    assert [call.method for call in api.calls] == ["getMe"]


async def test_a_client_that_was_closed_says_so() -> None:
    with pytest.raises(RuntimeError):
        await SessionRequest().do_request("http://127.0.0.1:9", "POST")
