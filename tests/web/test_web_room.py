"""The moderator room: cards in order, edited in place, sealed at rest, buttons and replies."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import OperationalError

from bot.channels.web.room import ROOM_SHOWN, Room
from bot.chat.messages import Address, AtDesk, Choice, File, Outgoing
from bot.chat.text import Text
from bot.delivery.files import Uploads
from bot.store import room
from bot.store.schema import desk_messages, room_messages
from bot.tips.evidence.storage import EvidenceStore

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


# Files at the desk

PICTURE = b"\xff\xd8 salinan olahan \xff\xd9"


@pytest.fixture
def store(tmp_path: Path) -> EvidenceStore:
    return EvidenceStore(str(tmp_path / "evidence"))


@pytest.fixture
def file_site(open_site: Any, demo: Any, store: EvidenceStore) -> Any:
    return open_site(demo, store=Uploads(store, None))


async def with_file(site: Any, store: EvidenceStore, demo: Any, name: str) -> str:
    """A message with a file; the address under which the room shows it."""
    stored = await store.put(PICTURE)
    file = File(name, PICTURE, (stored.object, stored.key.hex()))
    message = Outgoing(Text.plain("Berkas 1"), files=(file,), protected=True)
    id_ = await site.channel.send_to_room(demo.desk, message)
    return f"/ruang/{demo.token}/berkas/{id_}/1"


@pytest.mark.parametrize(
    ("name", "media_type", "shown"),
    [
        ("berkas-1.jpg", "image/jpeg", '<img src="{}" alt="berkas-1.jpg" loading="lazy">'),
        ("berkas-1.png", "image/png", '<img src="{}" alt="berkas-1.png" loading="lazy">'),
        ("berkas-1.mp4", "video/mp4", '<video src="{}" controls preload="none" playsinline>'),
        ("berkas-1.m4a", "audio/mp4", '<audio src="{}" controls preload="none">'),
        ("berkas-1.pdf", "application/pdf", '<a href="{}" target="_blank"'),
        ("berkas-1.txt", "text/plain; charset=utf-8", '<a href="{}" target="_blank"'),
    ],
)
async def test_a_file_is_shown_as_what_it_is(
    file_site: Any,
    store: EvidenceStore,
    demo: Any,
    path: str,
    name: str,
    media_type: str,
    shown: str,
) -> None:
    address = await with_file(file_site, store, demo, name)
    assert shown.format(address) in (await file_site.browser.get(path)).text
    file = await file_site.browser.get(address)
    assert file.content == PICTURE
    assert file.headers["Content-Type"] == media_type
    assert file.headers["Content-Disposition"] == f'inline; filename="{name}"'
    assert file.headers["X-Content-Type-Options"] == "nosniff"
    assert file.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert file.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("name", ["berkas.html", "berkas.svg", "../x.jpg", 'a".jpg', "berkas"])
async def test_nothing_else_is_ever_served(
    file_site: Any, store: EvidenceStore, demo: Any, name: str
) -> None:
    address = await with_file(file_site, store, demo, name)
    assert (await file_site.browser.get(address)).status_code == 404


async def test_a_player_gets_the_part_that_it_asks_for(
    file_site: Any, store: EvidenceStore, demo: Any
) -> None:
    address = await with_file(file_site, store, demo, "berkas-1.mp4")
    part = await file_site.browser.get(address, headers={"Range": "bytes=2-5"})
    assert part.status_code == 206
    assert part.content == PICTURE[2:6]
    assert part.headers["Content-Range"] == f"bytes 2-5/{len(PICTURE)}"
    rest = await file_site.browser.get(address, headers={"Range": "bytes=3-"})
    assert rest.content == PICTURE[3:]
    strange = await file_site.browser.get(address, headers={"Range": "bytes=9-1,3"})
    assert strange.content == PICTURE


async def test_the_address_of_a_file_holds_for_its_message_alone(
    file_site: Any, store: EvidenceStore, demo: Any
) -> None:
    address = await with_file(file_site, store, demo, "berkas-1.jpg")
    for other in (
        address.replace(demo.token, "tebakan"),
        address[:-1] + "2",
        address[:-1] + "0",
        address.replace("/berkas/", "/berkas/x"),
    ):
        assert (await file_site.browser.get(other)).status_code == 404


async def test_the_rooms_row_holds_no_bytes_of_the_file(
    file_site: Any, store: EvidenceStore, demo: Any
) -> None:
    stored = await store.put(bytes(500_000))
    file = File("berkas-1.jpg", bytes(500_000), (stored.object, stored.key.hex()))
    await file_site.channel.send_to_room(demo.desk, Outgoing(Text.plain("B"), files=(file,)))
    async with file_site.database.read() as connection:
        body = (await connection.execute(select(room_messages.c.body))).scalar_one()
    assert len(body) < 5_000


async def test_a_file_that_is_gone_is_a_friendly_page(
    file_site: Any, store: EvidenceStore, demo: Any
) -> None:
    address = await with_file(file_site, store, demo, "berkas-1.jpg")
    for name in await store.names(0):
        await store.delete(name)
    response = await file_site.browser.get(address)
    assert response.status_code == 404
    assert "Laman tidak ditemukan" in response.text
