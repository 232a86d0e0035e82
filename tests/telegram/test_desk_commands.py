"""What a desk group hears: commands for our bot, also in privacy mode, and nobody else's."""

import pytest

from bot.chat.messages import AtDesk, Outgoing
from bot.chat.text import Text
from tests.fakes.bot_api import BotApi
from tests.telegram.conftest import Connect, Desks, Toy

NAME = "tanya_netral_bot"


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        (f"/daftar@{NAME} 0A1B2C3D4E", "/daftar 0A1B2C3D4E"),
        (f"/daftar@{NAME.upper()} 0A1B2C3D4E", "/daftar 0A1B2C3D4E"),
        (f"/daftar 0A1B2C3D4E@{NAME}", "/daftar 0A1B2C3D4E"),
        ("/daftar 0A1B2C3D4E", "/daftar 0A1B2C3D4E"),
        (f"/bantuan@{NAME}", "/bantuan"),
        ("/daftar@bot_lain 0A1B2C3D4E", None),
        ("/usir@bot_lain", None),
        ("/usir", None),
        ("siapa yang pegang?", None),
    ],
)
async def test_commands_for_us_are_heard_without_an_answer_to_a_card(
    api: BotApi, connect: Connect, toy: Toy, desks: Desks, said: str, heard: str | None
) -> None:
    group = api.group()  # as an administrator, who is shown everything
    desks.chats[group.id] = "meja-a"
    sari = group.member("Sari")
    async with connect(toy.receive):
        sari.says(said)
        await api.quiet()
    at = AtDesk("meja-a", str(sari.user["id"]))
    expected = [(heard, at)] if heard else []
    assert [(incoming.text, incoming.desk) for incoming in toy.heard] == expected


async def test_privacy_mode_lets_named_commands_through(
    api: BotApi, connect: Connect, toy: Toy, desks: Desks
) -> None:
    group = api.group(privacy=True)
    desks.chats[group.id] = "meja-a"
    sari = group.member("Sari")
    async with connect(toy.receive):
        sari.says("/daftar 0A1B2C3D4E")  # Telegram keeps it from us
        sari.says(f"/daftar@{NAME} 0A1B2C3D4E")
        await api.quiet()
    assert [incoming.text for incoming in toy.heard] == ["/daftar 0A1B2C3D4E"]


async def test_another_bots_command_is_no_question_to_the_sender(
    api: BotApi, by_polling: Connect, toy: Toy, desks: Desks
) -> None:
    group = api.group()
    desks.chats[group.id] = "meja-a"
    async with by_polling(toy.receive) as channel:
        card = int(await channel.send_to_desk(group.id, Outgoing(Text.plain("Kartu"))))
        group.member("Sari").says("/usir@bot_lain", reply_to=group.chat.bubbles[card])
        await api.quiet()
    assert toy.heard == []


async def test_talk_in_a_topic_of_ours_is_no_answer_to_it(
    api: BotApi, by_polling: Connect, toy: Toy, desks: Desks
) -> None:
    group = api.group(forum=True)
    desks.chats[group.id] = "meja-a"
    async with by_polling(toy.receive) as channel:
        topic = int((await channel.desk.open_topic(group.id, "K-1")).partition("/")[2])
        group.member("Sari").says("saya ambil yang ini", reply_to=group.chat.bubbles[topic])
        await api.quiet()
    assert toy.heard == []
