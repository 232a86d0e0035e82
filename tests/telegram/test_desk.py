"""Cards at a desk: put up, edited, in topics, and erased."""

import pytest

from bot.chat.delivery_errors import Gone, Refused
from bot.chat.dispatcher import Send
from bot.chat.messages import Choice, File, Incoming, Outgoing
from bot.chat.text import Text
from tests.fakes.bot_api import BotApi, Fault
from tests.fakes.bot_api_people import JPEG
from tests.telegram.conftest import Connect, Toy

CARD = Outgoing(Text.plain("Informasi baru"), (Choice("Ambil", "case:take"),), protected=True)


async def test_a_card_is_put_up_and_edited(api: BotApi, by_polling: Connect, toy: Toy) -> None:
    group = api.group()
    async with by_polling(toy.receive) as channel:
        id_ = await channel.send_to_desk(group.id, CARD)
        await channel.edit_at_desk(group.id, id_, Outgoing(Text.plain("Diambil")))
        await channel.edit_at_desk(group.id, id_, Outgoing(Text.plain("Diambil")))  # once more
    (card,) = group.sees()
    assert (card.text, card.buttons, card.protected) == ("Diambil", [], True)


async def test_a_card_that_is_gone_cannot_be_edited(
    api: BotApi, by_polling: Connect, toy: Toy
) -> None:
    group = api.group()
    async with by_polling(toy.receive) as channel:
        with pytest.raises(Refused):
            await channel.edit_at_desk(group.id, "77", CARD)


async def test_a_desk_that_threw_us_out_is_gone(api: BotApi, by_polling: Connect, toy: Toy) -> None:
    group = api.group()
    group.removes_bot()
    async with by_polling(toy.receive) as channel:
        with pytest.raises(Gone):
            await channel.send_to_desk(group.id, CARD)


async def test_a_case_has_a_topic_of_its_own_and_goes_with_it(
    api: BotApi, by_polling: Connect, toy: Toy
) -> None:
    group = api.group(forum=True)
    async with by_polling(toy.receive) as channel:
        await channel.send_to_desk(group.id, Outgoing(Text.plain("Umum")))
        topic = await channel.desk.open_topic(group.id, "A" * 200)
        await channel.send_to_desk(topic, CARD)
        files = (File("foto-1.jpg", JPEG), File("foto-2.jpg", JPEG))
        await channel.send_to_desk(topic, Outgoing(Text(), files=files, protected=True))
        assert all(bubble.thread for bubble in group.sees()[1:])
        await channel.desk.delete_topic(topic)
    assert [bubble.text for bubble in group.sees()] == ["Umum"]


async def test_a_moderator_in_a_topic_is_answered_there(
    api: BotApi, by_polling: Connect, toy: Toy
) -> None:
    async def answer(incoming, send) -> None:  # type: ignore[no-untyped-def]
        await send([Outgoing(Text.plain("Baik"))], ())

    group = api.group(forum=True)
    toy.answer = answer
    async with by_polling(toy.receive) as channel:
        channel._desks.chats[group.id] = "meja-a"  # type: ignore[attr-defined]
        topic = await channel.desk.open_topic(group.id, "Kasus")
        await channel.send_to_desk(topic, CARD)
        group.member("Sari").presses("Ambil")
        await api.quiet()
    assert [(b.text, b.thread) for b in group.sees()][-1] == ("Baik", int(topic.split("/")[1]))


async def test_a_file_is_replaced_by_a_neutral_one(
    api: BotApi, by_polling: Connect, toy: Toy
) -> None:
    group = api.group()
    async with by_polling(toy.receive) as channel:
        outgoing = Outgoing(Text.plain("Bukti 1"), files=(File("bukti-1.jpg", JPEG),))
        id_ = await channel.send_to_desk(group.id, outgoing)
        await channel.desk.blank_file(group.id, id_)
    (bubble,) = group.sees()
    assert (bubble.kind, bubble.text) == ("document", "")
    assert bubble.media["document"]["file_name"] == "kosong.txt"


async def test_old_messages_of_a_desk_can_go_where_the_bot_may_delete(
    api: BotApi, by_polling: Connect, toy: Toy
) -> None:
    group = api.group()
    async with by_polling(toy.receive) as channel:
        ids = [await channel.send_to_desk(group.id, CARD) for _ in range(3)]
        for bubble in group.sees():
            bubble.date -= 50 * 3600
        await channel.desk.delete(group.id, ids)
    assert group.sees() == []


async def test_an_empty_card_is_refused(api: BotApi, by_polling: Connect, toy: Toy) -> None:
    group = api.group()
    async with by_polling(toy.receive) as channel:
        with pytest.raises(Refused):
            await channel.send_to_desk(group.id, Outgoing(Text()))
        api.faults.next("sendMessage", Fault("refused"))
        with pytest.raises(Refused):
            await channel.send_to_desk(group.id, CARD)


LONG = Outgoing(Text.plain("\n".join(f"Baris {n} dari salinan surat." for n in range(300))))


async def test_every_message_of_a_long_card_is_known_and_goes_with_it(
    api: BotApi, by_polling: Connect, toy: Toy
) -> None:
    group = api.group()
    async with by_polling(toy.receive) as channel:
        ids = await channel.send_to_desk(group.id, LONG)
        assert ids.split(",") == [str(bubble.id) for bubble in group.sees()]
        assert len(group.sees()) == 3
        await channel.desk.erase(group.id, ids)
    assert group.sees() == []


async def test_a_long_card_that_is_too_old_to_go_is_emptied(
    api: BotApi, by_polling: Connect, toy: Toy
) -> None:
    group = api.group(privacy=True)  # no administrator
    async with by_polling(toy.receive) as channel:
        ids = await channel.send_to_desk(group.id, LONG)
        for bubble in group.sees():
            bubble.date -= 50 * 3600
        await channel.desk.erase(group.id, ids)
    assert all("Baris" not in bubble.text for bubble in group.sees())


async def test_an_edit_whose_answer_was_lost_puts_up_no_second_card(
    api: BotApi, by_polling: Connect, toy: Toy
) -> None:
    async def answer(incoming: Incoming, send: Send) -> None:
        await send([Outgoing(Text.plain("Diambil"), replaces=True)], ())

    group = api.group()
    toy.answer = answer
    async with by_polling(toy.receive) as channel:
        channel._desks.chats[group.id] = "meja-a"  # type: ignore[attr-defined]
        await channel.send_to_desk(group.id, CARD)
        api.faults.next("editMessageText", Fault("lost"))
        group.member("Sari").presses("Ambil")
        await api.quiet()
    assert len(api.called("editMessageText")) == 2
    assert [bubble.text for bubble in group.sees()] == ["Diambil"]


async def test_a_silent_message_rings_nowhere(api: BotApi, by_polling: Connect, toy: Toy) -> None:
    group = api.group()
    async with by_polling(toy.receive) as channel:
        await channel.send_to_desk(group.id, Outgoing(Text.plain("Ringkasan"), silent=True))
        file = (File("foto-1.jpg", JPEG),)
        await channel.send_to_desk(group.id, Outgoing(Text(), files=file, silent=True))
        await channel.send_to_desk(group.id, Outgoing(Text(), files=file * 2, silent=True))
        await channel.send_to_desk(group.id, CARD)
    sent = [call for call in api.calls if call.method.startswith("send")]
    quiet = [bool(call.values.get("disable_notification")) for call in sent]
    assert quiet == [True, True, True, False]


async def test_what_belongs_under_a_card_replies_to_it_while_it_is_there(
    api: BotApi, by_polling: Connect, toy: Toy
) -> None:
    group = api.group()
    async with by_polling(toy.receive) as channel:
        id_ = await channel.send_to_desk(group.id, CARD)
        file = (File("foto-1.jpg", JPEG),)
        await channel.send_to_desk(group.id, Outgoing(Text.plain("a"), replies_to=id_))
        await channel.send_to_desk(group.id, Outgoing(Text.plain("b"), files=file, replies_to=id_))
        await channel.send_to_desk(group.id, Outgoing(Text.plain("c"), replies_to="999"))
    under = [bubble.reply_to and str(bubble.reply_to.id) for bubble in group.sees()]
    assert under == [None, id_, id_, None]
