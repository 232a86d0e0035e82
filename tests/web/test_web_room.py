"""The moderator room: cards in order, edited in place, sealed at rest, buttons and replies."""

from typing import Any

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import OperationalError

from bot.channels.web.room import ROOM_SHOWN, Room
from bot.chat.messages import Address, AtDesk, Choice, Outgoing
from bot.chat.text import Text
from bot.store import room
from bot.store.schema import desk_messages, room_messages

JSON = {"Accept": "application/json"}
CHOICES = (Choice("Ambil", "k:ambil"), Choice("Tutup", "k:tutup"))


def card(text: str) -> Outgoing:
    return Outgoing(Text.plain(text), CHOICES, protected=True)


@pytest.fixture
def path(demo: Any) -> str:
    return f"/ruang/{demo.token}"


async def link(site: Any, desk: str, message: str, case_id: str) -> None:
    row = {"desk": desk, "message": message, "case_id": case_id, "day": "2026-11-21"}
    async with site.database.begin() as connection:
        await connection.execute(insert(desk_messages).values(row))


async def test_messages_stand_oldest_first_and_change_in_place(
    demo_site: Any, demo: Any, path: str
) -> None:
    ids = [await demo_site.channel.send_to_room(demo.desk, card(text)) for text in "ABC"]
    await demo_site.channel.edit_in_room(demo.desk, ids[1], card("Berubah"))
    cards = await Room(demo_site.database, demo_site.ring).cards(demo.desk, 1)
    assert [str(c.message.text) for c in cards] == ["A", "Berubah", "C"]
    assert [c.id for c in cards] == ids
    page = (await demo_site.browser.get(path)).text
    assert page.count('<button name="pilihan" value="k:ambil">') == 3


async def test_nothing_readable_is_stored(demo_site: Any, demo: Any) -> None:
    id_ = await demo_site.channel.send_to_room(demo.desk, card("Camat membagikan kaus"))
    async with demo_site.database.read() as connection:
        body = (await connection.execute(select(room_messages.c.body))).scalar_one()
    assert b"kaus" not in body
    moved = Room(demo_site.database, demo_site.ring)
    await room.post(
        demo_site.database,
        room.NewRoomMessage("lain", demo.desk, demo_site.ring.month(), body, "2026-11-21"),
    )
    assert [c.id for c in await moved.cards(demo.desk, 1)] == [id_]


async def test_a_destroyed_key_takes_the_message_along(
    demo_site: Any, demo: Any, path: str
) -> None:
    id_ = await demo_site.channel.send_to_room(demo.desk, card("Lama"))
    demo_site.clock.forward(days=40)
    demo_site.ring.destroy_months(keep=set())
    await demo_site.channel.edit_in_room(demo.desk, id_, card("Baru"))
    page = (await demo_site.browser.get(path)).text
    assert "Belum ada kiriman" in page
    assert "Lama" not in page
    assert "Baru" not in page


async def test_desks_do_not_see_each_other(demo_site: Any, path: str) -> None:
    await demo_site.channel.send_to_room("lain", card("Bukan untuk meja ini"))
    assert "Bukan untuk" not in (await demo_site.browser.get(path)).text


async def test_a_long_room_opens_at_its_newest_messages(demo_site: Any, demo: Any) -> None:
    opened = Room(demo_site.database, demo_site.ring)
    assert await opened.first_place(demo.desk) == 1
    async with demo_site.database.begin() as connection:
        row = {"id": "x", "desk": demo.desk, "month": "2026-11", "body": b"", "day": "2026-11-21"}
        await connection.execute(insert(room_messages).values(row | {"place": ROOM_SHOWN + 7}))
    assert await opened.first_place(demo.desk) == 8


async def test_a_press_names_card_moderator_and_case(demo_site: Any, demo: Any, path: str) -> None:
    id_ = await demo_site.channel.send_to_room(demo.desk, card("Kartu"))
    await link(demo_site, demo.desk, id_, "kasus-1")
    fields = await demo_site.fields(path)
    demo_site.dispatcher.replies = [Outgoing(Text.plain("Diambil"), CHOICES, replaces=True)]
    answer = await demo_site.browser.post(path, data=fields | {"pilihan": "k:ambil"})
    assert answer.status_code == 303
    [(address, event, incoming, arrived)] = demo_site.dispatcher.received
    assert address == Address("web", f"ruang:{demo.desk}:demo")
    assert event == fields["langkah"]
    assert incoming.desk == AtDesk(demo.desk, "demo", "kasus-1")
    assert (incoming.choice, incoming.message, arrived) == ("k:ambil", id_, False)
    assert demo_site.dispatcher.sent == [[id_]]
    page = (await demo_site.browser.get(path)).text
    assert "Diambil" in page
    assert "Kartu." not in page


async def test_a_reply_below_a_card_belongs_to_its_case(
    demo_site: Any, demo: Any, path: str
) -> None:
    id_ = await demo_site.channel.send_to_room(demo.desk, card("Kartu"))
    await link(demo_site, demo.desk, id_, "kasus-1")
    assert "Balasan untuk kartu ini" in (await demo_site.browser.get(path)).text
    fields = await demo_site.fields(path) | {"text": "Terima kasih", "pesan": id_}
    await demo_site.browser.post(path, data=fields)
    incoming = demo_site.dispatcher.received[0][2]
    assert (incoming.text, incoming.desk.case) == ("Terima kasih", "kasus-1")
    stored = await room.since(demo_site.database, demo.desk, 2)
    assert [message.case_id for message in stored] == ["kasus-1"]


async def test_a_message_to_the_desk_names_no_case(demo_site: Any, path: str) -> None:
    fields = await demo_site.fields(path)
    assert "pesan" not in fields
    await demo_site.browser.post(path, data=fields | {"text": "/statistik"})
    incoming = demo_site.dispatcher.received[0][2]
    assert (incoming.text, incoming.message, incoming.desk.case) == ("/statistik", None, None)


async def test_links_of_strangers_are_not_clickable(demo_site: Any, demo: Any, path: str) -> None:
    await demo_site.channel.send_to_room(demo.desk, card("http://jahat.example"))
    page = (await demo_site.browser.get(path)).text
    assert "http://jahat.example" in page
    assert 'href="http' not in page


async def test_the_script_asks_only_for_changes(
    demo_site: Any, demo: Any, path: str, hidden_fields: Any
) -> None:
    id_ = await demo_site.channel.send_to_room(demo.desk, card("Satu"))
    first = (await demo_site.browser.get(path, headers=JSON)).json()
    assert [c["id"] for c in first["cards"]] == [id_]
    known = {"sejak": "1", "versi": first["version"]}
    assert (await demo_site.browser.get(path, headers=JSON, params=known)).status_code == 204
    await demo_site.channel.edit_in_room(demo.desk, id_, card("Dua"))
    second = (await demo_site.browser.get(path, headers=JSON, params=known)).json()
    assert second["cards"][0]["version"] != first["cards"][0]["version"]
    fields = hidden_fields(second["cards"][0]["html"]) | {"pilihan": "k:ambil"}
    pressed = await demo_site.browser.post(path, data=fields, headers=JSON)
    assert set(pressed.json()) == {"langkah", "segel"}


@pytest.mark.parametrize("place", ["", "x", "-1", "9" * 30, "²"])
async def test_a_strange_place_means_all(demo_site: Any, path: str, place: str) -> None:
    response = await demo_site.browser.get(path, headers=JSON, params={"sejak": place})
    assert response.status_code == 200


async def test_a_card_that_is_gone_cannot_be_pressed(demo_site: Any, path: str) -> None:
    fields = await demo_site.fields(path) | {"pilihan": "k:ambil", "pesan": "tidak-ada"}
    response = await demo_site.browser.post(path, data=fields)
    assert response.status_code == 400
    assert f'href="{path}"' in response.text
    assert not demo_site.dispatcher.received


async def test_a_form_of_the_chat_does_not_open_the_room(demo_site: Any, path: str) -> None:
    fields = await demo_site.fields("/obrolan") | {"text": "halo"}
    assert (await demo_site.browser.post(path, data=fields)).status_code == 400
    assert not demo_site.dispatcher.received


@pytest.mark.parametrize("headers", [{}, JSON])
async def test_an_empty_or_overlong_reply_is_explained(
    demo_site: Any, path: str, headers: dict[str, str]
) -> None:
    for text, status in ((" ", 400), ("x" * 5000, 413)):
        fields = await demo_site.fields(path) | {"text": text}
        response = await demo_site.browser.post(path, data=fields, headers=headers)
        assert response.status_code == status
    assert not demo_site.dispatcher.received


async def test_a_database_in_trouble_is_a_friendly_503(demo_site: Any, path: str) -> None:
    demo_site.dispatcher.error = OperationalError("", None, Exception("locked"))
    fields = await demo_site.fields(path) | {"text": "halo"}
    assert (await demo_site.browser.post(path, data=fields)).status_code == 503
