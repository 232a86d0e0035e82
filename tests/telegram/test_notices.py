"""What the channel itself says: files too large, what clearing left, and signs of slow work."""

import asyncio

import pytest

from bot.chat.dispatcher import Send
from bot.chat.messages import File, Incoming, Outgoing
from bot.chat.text import Text
from bot.clock import SetClock
from bot.compose_delivery import _operator
from tests.fakes.bot_api import BotApi
from tests.telegram.conftest import Connect, Toy

LARGE = 21 * 1024 * 1024


async def test_who_sends_a_file_over_20_mb_is_told_what_to_do(
    api: BotApi, connect: Connect, toy: Toy
) -> None:
    ani = api.person()
    async with connect(toy.receive):
        ani.sends_file("rapat.mp4", b"video", kind="video", size=LARGE)
        await api.quiet()
    assert toy.heard == []
    (told,) = ani.reads()
    assert "20 MB" in told
    assert "potong videonya" in told


async def test_the_words_beside_a_large_file_are_heard(
    api: BotApi, by_polling: Connect, toy: Toy
) -> None:
    ani = api.person()
    async with by_polling(toy.receive):
        bubble = api.world.add(ani.chat, ani.user, text="boleh pasang ini?", kind="document")
        bubble.media = {"document": api.world.store("foto.zip", b"z", LARGE)}
        ani.chat.refusal = ""
        api.bring("message", api.world.message_json(bubble), ani.chat)
        await api.quiet()
    assert [(i.text, i.attachments) for i in toy.heard] == [("boleh pasang ini?", ())]


async def test_clearing_says_what_it_could_not_delete(
    api: BotApi, connect: Connect, toy: Toy
) -> None:
    async def answer(incoming: Incoming, send: Send) -> None:
        await send([Outgoing(Text.plain("Sudah dibersihkan."), clears=True)], [])

    toy.answer = answer
    clock = api.world.clock = SetClock()
    ani = api.person()
    async with connect(toy.receive):
        api.world.add(ani.chat, api.world.me, text="dua hari lalu")
        clock.forward(hours=49)
        ani.says("/bersihkan")
        await api.quiet()
    old, report = ani.reads()
    assert old == "dua hari lalu"
    assert "lebih dari 48 jam" in report


async def test_a_slow_file_shows_that_it_is_being_sent(
    api: BotApi, by_polling: Connect, toy: Toy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.telegram.typing_sign.TYPING_AFTER", 0.01)
    monkeypatch.setattr("bot.channels.telegram.typing_sign.TYPING_EVERY", 0.02)

    async def answer(incoming: Incoming, send: Send) -> None:
        await asyncio.sleep(0.05)
        surat = Outgoing(Text.plain("Surat"), files=(File("surat.pdf", b"pdf"),))
        await send([Outgoing(Text.plain("Sebentar."))], [])
        await send([surat], [])
        await asyncio.sleep(0.05)

    toy.answer = answer
    ani = api.person()
    async with by_polling(toy.receive):
        ani.says("/surat")
        await api.quiet()
    signs = [call["action"] for call in api.called("sendChatAction")]
    assert (signs[0], signs[-1]) == ("typing", "upload_document")


async def test_the_operator_is_told_though_the_group_moved(
    api: BotApi, by_webhook: Connect, toy: Toy
) -> None:
    group = api.group(kind="group")
    new = group.becomes_supergroup()
    async with by_webhook(toy.receive) as channel:
        tell = _operator(group.id, channel)
        assert tell is not None
        await tell(Outgoing(Text.plain("Cadangan sudah penuh.")))
    assert new.sees()[-1].text == "Cadangan sudah penuh."
