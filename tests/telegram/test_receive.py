"""Which updates are heard, and as what."""

import asyncio

import pytest
from telegram import Bot

from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.receive import private_text, understand
from bot.channels.telegram.updates import parse
from bot.chat.dispatcher import Send
from bot.chat.messages import AtDesk, Choice, Incoming, Outgoing
from bot.chat.text import Text
from bot.chat.wording import Wording
from tests.fakes.bot_api import BotApi
from tests.telegram.conftest import SECRET, Connect, Desks, Toy


async def test_a_private_text_is_heard(api: BotApi, connect: Connect, toy: Toy) -> None:
    ani = api.person("Ani")
    async with connect(toy.receive):
        said = ani.says("boleh like?")
        await api.quiet()
    (heard,) = toy.heard
    assert (heard.text, heard.channel, heard.message) == ("boleh like?", "telegram", str(said.id))
    assert toy.addresses[0].chat == str(ani.chat.id)


async def test_a_press_is_a_choice_and_answered_at_once(
    api: BotApi, connect: Connect, toy: Toy
) -> None:
    async def answer(incoming: Incoming, send: Send) -> None:
        if incoming.choice:
            assert await _soon(lambda: api.world.queries[query].answered)
        await send([Outgoing(Text.plain("Pilih"), (Choice("Ya", "like:ya"),))], ())

    toy.answer = answer
    ani = api.person()
    async with connect(toy.receive):
        ani.says("halo")
        await api.quiet()
        query = ani.presses("Ya")
        await api.quiet()
    assert toy.heard[-1].choice == "like:ya"


async def test_a_press_that_is_too_old_to_answer_still_counts(
    api: BotApi, connect: Connect, toy: Toy
) -> None:
    async def answer(incoming: Incoming, send: Send) -> None:
        await send([Outgoing(Text.plain("Pilih"), (Choice("Ya", "ya"),))], ())

    toy.answer = answer
    ani = api.person()
    async with connect(toy.receive):
        ani.says("halo")
        await api.quiet()
        query = ani.presses("Ya")
        api.world.queries[query].date -= 3600
        await api.quiet()
    assert toy.heard[-1].choice == "ya"


async def test_files_come_with_kind_reference_and_size(
    api: BotApi, connect: Connect, toy: Toy
) -> None:
    ani = api.person()
    async with connect(toy.receive):
        ani.sends_photo(b"\xff\xd8\xff 12345", caption="spanduk")
        ani.sends_file("surat.pdf", b"%PDF", size=19_000_000)
        ani.sends_file("", b"ogg", kind="voice")
        ani.sends_file("a.mp4", b"mp4", kind="video")
        await api.quiet()
    kinds = [incoming.attachments[0].kind for incoming in toy.heard]
    assert kinds == ["photo", "document", "voice", "video"]
    assert toy.heard[0].text == "spanduk"
    assert toy.heard[0].attachments[0].size == 9  # the largest size, not the preview
    assert toy.heard[1].attachments[0].size == 19_000_000
    assert all(incoming.attachments[0].reference in api.world.files for incoming in toy.heard)


async def test_a_contact_or_a_position_carries_nothing(
    api: BotApi, connect: Connect, toy: Toy
) -> None:
    ani = api.person()
    async with connect(toy.receive):
        ani.shares(contact={"phone_number": "+628123", "first_name": "Budi"})
        ani.shares(location={"latitude": -6.2, "longitude": 106.8})
        await api.quiet()
    assert [incoming.attachments[0].kind for incoming in toy.heard] == ["other", "other"]
    assert not any(incoming.attachments[0].reference for incoming in toy.heard)


async def test_an_edited_message_is_a_new_one(api: BotApi, connect: Connect, toy: Toy) -> None:
    ani = api.person()
    async with connect(toy.receive):
        said = ani.says("boleh lik?")
        ani.edits(said, "boleh like?")
        await api.quiet()
    assert [incoming.text for incoming in toy.heard] == ["boleh lik?", "boleh like?"]
    assert len(set(toy.events)) == 2


@pytest.mark.parametrize(
    ("payload", "text"),
    [("", "/mulai"), ("topik", "/topik"), ("xyz", "/mulai"), ("../etc", "/mulai")],
)
async def test_deep_links_lead_to_known_places_only(
    api: BotApi, by_polling: Connect, toy: Toy, payload: str, text: str
) -> None:
    ani = api.person()
    async with by_polling(toy.receive):
        ani.starts(payload)
        await api.quiet()
    assert [incoming.text for incoming in toy.heard] == [text]


async def test_being_blocked_is_no_message(api: BotApi, connect: Connect, toy: Toy) -> None:
    ani = api.person()
    async with connect(toy.receive):
        ani.blocks_bot()
        ani.unblocks_bot()
        await api.quiet()
    assert toy.heard == []


async def test_a_group_that_is_no_desk_is_left_politely(
    api: BotApi, connect: Connect, toy: Toy
) -> None:
    group, channel = api.group("Arisan", kind="group"), api.group("Kabar", kind="channel")
    async with connect(toy.receive):
        group.adds_bot()
        channel.adds_bot()
        await api.quiet()
    assert not group.chat.bot_inside
    assert not channel.chat.bot_inside
    assert len(group.sees()) == 1
    assert channel.sees() == []
    assert toy.heard == []


async def test_a_desk_is_heard_only_in_answers_to_our_cards(
    api: BotApi, connect: Connect, toy: Toy, desks: Desks
) -> None:
    group = api.group()
    desks.chats[group.id] = "meja-a"
    sari = group.member("Sari")
    async with connect(toy.receive) as channel:
        card = Outgoing(Text.plain("Kartu"), (Choice("Ambil", "case:take"),))
        message = await channel.send_to_desk(group.id, card)
        desks.cases["meja-a", message] = "kasus-1"
        own = sari.says("halo semua")
        sari.says("siapa yang pegang?", reply_to=own)
        sari.says("Kapan kejadiannya?", reply_to=group.chat.bubbles[int(message)])
        sari.presses("Ambil")
        await api.quiet()
    at = AtDesk("meja-a", str(sari.user["id"]), "kasus-1")
    assert [(i.text, i.choice, i.desk) for i in toy.heard] == [
        ("Kapan kejadiannya?", None, at),
        ("", "case:take", at),
    ]


async def test_an_anonymous_administrator_is_nobody_in_particular(
    api: BotApi, by_polling: Connect, toy: Toy, desks: Desks
) -> None:
    group = api.group()
    desks.chats[group.id] = "meja-a"
    async with by_polling(toy.receive) as channel:
        message = int(await channel.send_to_desk(group.id, Outgoing(Text.plain("Kartu"))))
        admin = {"id": 1087968824, "is_bot": True, "first_name": "Group"}
        bubble = api.world.add(group.chat, admin, text="saya", reply_to=group.chat.bubbles[message])
        content = api.world.message_json(bubble) | {"sender_chat": group.chat.json}
        api.bring("message", content, group.chat)
        await api.quiet()
    assert toy.heard[0].desk is not None
    assert toy.heard[0].desk.moderator == ""


async def test_a_group_that_becomes_a_supergroup_is_reported(
    api: BotApi, connect: Connect, toy: Toy, desks: Desks
) -> None:
    group = api.group(kind="group")
    desks.chats[group.id] = "meja-a"
    async with connect(toy.receive):
        new = group.becomes_supergroup()
        await api.quiet()
    assert set(desks.moves) == {(group.id, new.id)}
    assert new.chat.bot_inside


async def test_a_group_that_moved_while_nobody_listened_is_still_ours(
    api: BotApi, bot: Bot, desks: Desks, wording: Wording, toy: Toy
) -> None:
    desk, ops = api.group(kind="group"), api.group(kind="group")
    desks.chats[desk.id] = "meja-a"
    new_desk, new_ops = desk.becomes_supergroup(), ops.becomes_supergroup()
    channel = TelegramChannel(bot, toy.receive, desks, wording, SECRET, ops.id)
    stranger = api.group()
    for group in (new_desk, new_ops, stranger):
        group.member("Sari").says("/bantuan")
        await channel.handle(api.waiting()[-1])
    assert desks.desk_of(new_desk.id) == "meja-a"
    assert [incoming.text for incoming in toy.heard] == ["/bantuan"]
    assert new_desk.chat.bot_inside
    assert new_ops.chat.bot_inside
    assert not stranger.chat.bot_inside


async def test_unknown_kinds_of_updates_are_ignored(
    api: BotApi, connect: Connect, toy: Toy
) -> None:
    ani = api.person()
    async with connect(toy.receive):
        api.bring_again({"update_id": 900, "quantum_message": {"x": 1}}, ani.chat.id)
        api.bring_again({"update_id": 901, "message": {"bad": 1}}, 77)
        api.bring_again({"update_id": 902, "message": None}, 78)
        ani.says("masih di sini?")
        await asyncio.sleep(0.05)
        api.webhook = None  # a malformed update would be brought again and again
        await api.quiet()
    assert [incoming.text for incoming in toy.heard] == ["masih di sini?"]


async def _soon(true: "object") -> bool:
    for _ in range(200):
        if true():  # type: ignore[operator]
            return True
        await asyncio.sleep(0.005)
    return False


@pytest.mark.parametrize(
    "text", ["boleh like?", "/start topik", "/mulai@bot", "a\ud83d", " ", "A\nB"]
)
async def test_the_short_way_reads_a_private_text_as_the_library_does(
    bot: Bot, desks: Desks, text: str
) -> None:
    async def own_name() -> str:
        return "bot"

    person = {"id": 42, "is_bot": False, "first_name": "Ani"}
    chat = {"id": 42, "type": "private", "first_name": "Ani"}
    message = {"message_id": 7, "from": person, "chat": chat, "date": 0, "text": text}
    raw = {"update_id": 9, "message": message}
    assert private_text(raw) == await understand(parse(raw, bot), desks, own_name)
    assert private_text({**raw, "message": {**message, "chat": {**chat, "type": "group"}}}) is None
    assert private_text({"update_id": 9, "edited_message": message}) is None
