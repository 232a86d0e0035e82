"""How moderators are heard: in groups, in channels, in private, and when they leave."""

import pytest

from bot.chat.messages import AtDesk, Choice, Outgoing
from bot.chat.text import Text
from tests.fakes.bot_api import BotApi
from tests.telegram.conftest import Connect, Desks, Toy

CARD = Outgoing(Text.plain("Kartu"), (Choice("Ambil", "case:claim"),))


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("/meja tanya K7Q-XRT kapan?", "/tanya K7Q-XRT kapan?"),
        ("/meja /undang palu", "/undang palu"),
        ("/meja", "/"),
        ("/daftar 0A1B2C3D4E", "/daftar 0A1B2C3D4E"),
    ],
)
async def test_a_moderators_words_in_private(
    api: BotApi, connect: Connect, toy: Toy, said: str, heard: str
) -> None:
    sari = api.person()
    async with connect(toy.receive):
        sari.says(said)
        await api.quiet()
    assert [i.text for i in toy.heard] == [heard]
    assert toy.heard[0].desk == AtDesk("", str(sari.chat.id))


@pytest.mark.parametrize("said", ["tutup", "/status", "/tanya boleh like?", "/cek", "meja tanya"])
async def test_everybody_elses_private_chat_stays_unknown(
    api: BotApi, connect: Connect, toy: Toy, said: str
) -> None:
    person = api.person()
    async with connect(toy.receive):
        person.says(said)
        await api.quiet()
    assert [i.desk for i in toy.heard] == [None]


async def test_a_channels_buttons_say_who_pressed_but_nobody_can_write(
    api: BotApi, by_polling: Connect, toy: Toy, desks: Desks
) -> None:
    channel = api.group(kind="channel")
    desks.chats[channel.id] = "meja-a"
    sari = channel.member("Sari")
    async with by_polling(toy.receive) as ours:
        await ours.send_to_desk(channel.id, CARD)
        sari.presses("Ambil")
        await api.quiet()
    assert toy.heard[0].desk == AtDesk("meja-a", str(sari.user["id"]), can_write=False)


@pytest.mark.parametrize(
    ("status", "more", "gone"),
    [
        ("left", {}, True),
        ("kicked", {"until_date": 0}, True),
        ("member", {}, False),
    ],
)
async def test_whoever_leaves_the_group_is_reported(
    api: BotApi,
    connect: Connect,
    toy: Toy,
    desks: Desks,
    status: str,
    more: dict[str, int],
    gone: bool,
) -> None:
    group = api.group()
    desks.chats[group.id] = "meja-a"
    sari = group.member("Sari")
    change = {
        "chat": group.chat.json,
        "from": sari.user,
        "date": int(api.world.clock.now()),
        "old_chat_member": {"user": sari.user, "status": "member"},
        "new_chat_member": {"user": sari.user, "status": status, **more},
    }
    async with connect(toy.receive):
        api.bring("chat_member", change, group.chat)
        await api.quiet()
    at = AtDesk("meja-a", str(sari.user["id"]))
    assert [(i.choice, i.desk) for i in toy.heard] == ([("desk:left", at)] if gone else [])


async def test_leaving_another_group_is_none_of_our_business(
    api: BotApi, connect: Connect, toy: Toy, desks: Desks
) -> None:
    group = api.group()
    sari = group.member("Sari")
    member = {"user": sari.user, "status": "member"}
    left = {"user": sari.user, "status": "left"}
    change = {"chat": group.chat.json, "from": sari.user, "date": 1}
    async with connect(toy.receive):
        api.bring(
            "chat_member",
            {**change, "old_chat_member": member, "new_chat_member": left},
            group.chat,
        )
        await api.quiet()
    assert toy.heard == []
