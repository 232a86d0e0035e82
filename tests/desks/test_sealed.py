"""Sealed desks: the group never sees content; one moderator does, in private, after a PIN."""

import pytest
from sqlalchemy import text

from bot.app import App
from bot.chat.delivery_errors import Gone, Unreachable
from bot.clock import SetClock
from bot.limits import OPENED_FOR, PIN_TRIES
from bot.store import moderators
from handlers.desk import cards
from tests.desks.private import Chats
from tests.desks.talk import ANSWERS, Moderator, Tip, tip

PIN, OTHER = "480517", "905142"
SECRET = ANSWERS["story"]


@pytest.fixture
def chats(app: App) -> Chats:
    return Chats(app)


@pytest.fixture
async def sealed(app: App) -> Tip:
    return await tip(app, "rapat", place="72.03")


@pytest.fixture
async def lina(app: App) -> Moderator:
    """In her private chat with the bot, with a PIN."""
    found = Moderator(app, "lina", desk="")
    await found.says(f"/pin {PIN}")
    return found


async def deeds(app: App, case: Tip) -> list[str]:
    return [deed.action for deed in await app.ports.audit.of_case(case.id)]


async def test_the_group_gets_a_card_without_content(app: App, sealed: Tip) -> None:
    content = await app.ports.casebook.content(sealed.case)
    assert content is not None
    card = cards.posted(app.ports, sealed.case, content)
    assert sealed.code in str(card.text)
    assert SECRET not in str(card.text)
    assert ANSWERS["who"] not in str(card.text)
    assert card.choices[0].data == f"k-{sealed.id}"
    assert len(card.choices) <= 4


async def test_nothing_said_in_the_group_shows_content(app: App, sealed: Tip, chats: Chats) -> None:
    group = Moderator(app, "lina", desk="rapat")
    said = [
        await group.says(f"/{word} {sealed.code}")
        for word in ("isi", "ekspor", "formulir", "buka", "riwayat", "panduan", "ambil")
    ]
    said.append(await group.sends(f"k-{sealed.id}"))
    said.append(await group.says(f"/isi {sealed.code} {PIN}"))
    assert SECRET not in "\n".join(said)
    assert "/meja isi" in said[0]
    assert await chats.run() == 0


async def test_a_pin_opens_the_content_in_private_and_time_removes_it(
    app: App, sealed: Tip, lina: Moderator, chats: Chats, clock: SetClock
) -> None:
    said = await lina.says(f"/isi k-{sealed.id}")
    assert "PIN" in said
    assert SECRET not in said
    said = await lina.says(f"/pin {PIN}")
    assert "15 menit" in said
    await chats.run()
    assert SECRET in chats.texts("lina")
    assert all(message.protected for message in chats.shown["lina"].values())
    assert "open" in await deeds(app, sealed)
    clock.forward(minutes=OPENED_FOR / 60 - 1)
    await chats.run()
    assert chats.shown["lina"]
    clock.forward(minutes=2)
    await Chats.run(chats)
    assert chats.shown["lina"] == {}


async def test_what_is_open_is_removed_also_after_a_restart_and_an_outage(
    app: App, sealed: Tip, lina: Moderator, chats: Chats, clock: SetClock
) -> None:
    await lina.says(f"/isi {sealed.code} {PIN}")
    chats.error = Unreachable("away")
    await chats.run()
    assert chats.shown == {}
    chats.error = None
    clock.forward(minutes=5)
    await chats.run()
    assert SECRET in chats.texts("lina")
    clock.forward(days=2)
    await chats.errands().step()  # a new worker: everything it knows is in the database
    assert chats.shown["lina"] == {}


async def test_who_never_started_the_bot_gets_nothing_and_nothing_hangs(
    sealed: Tip, lina: Moderator, chats: Chats, clock: SetClock
) -> None:
    chats.error = Gone("blocked")
    await lina.says(f"/isi {sealed.code} {PIN}")
    assert await chats.run() == 1
    clock.forward(days=1)
    assert await chats.run() == 0


async def test_five_wrong_pins_lock_and_the_owner_resets_without_loss(
    app: App, sealed: Tip, lina: Moderator, chats: Chats
) -> None:
    said = [await lina.says(f"/isi {sealed.code} 11223{n}") for n in range(PIN_TRIES)]
    assert "Sisa percobaan: 4" in said[0]
    assert "terkunci" in said[-1]
    assert "terkunci" in await lina.says(f"/isi {sealed.code} {PIN}")  # the right one, too late
    assert await chats.run() == 0
    assert "pin-locked" in await deeds(app, sealed)
    async with app.database.begin() as connection:
        await moderators.enrol(connection, "rapat", "ibu", "2026-11-18", "owner")
    assert "pemilik" in await lina.says("/aturulangpin lina")
    assert "diatur ulang" in await Moderator(app, "ibu", desk="").says("/aturulangpin lina")
    await lina.says(f"/isi {sealed.code} {OTHER}")
    await chats.run()
    assert SECRET in chats.texts("lina")


async def test_a_right_pin_begins_the_tries_anew(sealed: Tip, lina: Moderator) -> None:
    for _ in range(3):
        for wrong in ("112234", "112235", "112236", "112237"):
            assert "PIN salah" in await lina.says(f"/isi {sealed.code} {wrong}")
        assert "menyusul" in await lina.says(f"/isi {sealed.code} {PIN}")


@pytest.mark.parametrize(
    ("given", "answer"),
    [
        ("12345", "enam angka"),
        ("rahasia", "enam angka"),
        ("", "enam angka"),
        ("111111", "mudah ditebak"),
        ("345678", "mudah ditebak"),
        ("987654", "mudah ditebak"),
        (PIN, "tersimpan"),
        ("234579", "tersimpan"),  # digits that look like a case's code
    ],
)
async def test_choosing_a_pin(app: App, given: str, answer: str) -> None:
    assert answer in await Moderator(app, "lina", desk="").says(f"/pin {given}")


async def test_a_pin_is_changed_with_the_old_one(sealed: Tip, lina: Moderator) -> None:
    assert "sudah punya" in await lina.says(f"/pin {OTHER}")
    assert "PIN lama salah" in await lina.says(f"/pin 112233 {OTHER}")
    assert "tersimpan" in await lina.says(f"/pin {PIN} {OTHER}")
    assert "menyusul" in await lina.says(f"/isi {sealed.code} {OTHER}")


async def test_wrong_old_pins_are_counted_and_lock_too(sealed: Tip, lina: Moderator) -> None:
    assert "Sisa percobaan: 4" in await lina.says("/pin 402718 936251")
    for _ in range(4):
        said = await lina.says("/pin 402718 936251")
    assert "terkunci" in said
    assert "terkunci" in await lina.says(f"/isi {sealed.code} {PIN}")


@pytest.mark.parametrize("typed", ["/pin {pin}", "/isi {code} {pin}"])
async def test_a_pin_in_the_group_is_no_secret_any_more(
    app: App, sealed: Tip, lina: Moderator, typed: str
) -> None:
    group = Moderator(app, "lina", desk="rapat")
    said = await group.says(typed.format(pin=PIN, code=sealed.code))
    assert "hapus pesan itu" in said
    assert "ganti" in said


async def test_pins_are_hashed_and_their_messages_deleted(
    app: App, lina: Moderator, sealed: Tip, chats: Chats
) -> None:
    lina.message = "77"
    await lina.says(f"/isi {sealed.code} {PIN}")
    await chats.run()
    assert ("lina", "77") in chats.removed
    seat = await app.ports.casebook.seat("rapat", "lina")
    assert seat is not None
    assert seat.pin is not None
    assert seat.pin.startswith(b"$argon2id$")
    assert PIN.encode() not in seat.pin


async def test_strangers_and_others_moderators_open_nothing(
    app: App, sealed: Tip, chats: Chats
) -> None:
    for name in ("siapa", "sari"):
        someone = Moderator(app, name, desk="")
        for words in (f"/isi {sealed.code} {PIN}", f"/isi k-{sealed.id}", f"/ekspor {sealed.code}"):
            assert SECRET not in await someone.says(words)
        await someone.sends(f"k-{sealed.id}")
    assert await chats.run() == 0


async def test_a_moved_case_is_not_brought_to_its_old_desk(
    app: App, sealed: Tip, lina: Moderator, chats: Chats
) -> None:
    await lina.says(f"/isi {sealed.code} {PIN}")
    async with app.database.begin() as connection:
        await connection.execute(text("UPDATE cases SET desk = 'palu'"))
    await chats.run()
    assert SECRET not in chats.texts("lina")


async def test_full_desks_ask_for_no_pin(app: App, chats: Chats) -> None:
    one = await tip(app)
    assert "percakapan pribadi" in await Moderator(app, "sari").says(f"/ekspor {one.code}")
    await chats.run()
    assert len(chats.shown["sari"]) == 2
    assert "export" in await deeds(app, one)


async def test_the_audit_of_a_case_is_complete_and_in_order(app: App, chats: Chats) -> None:
    one = await tip(app)
    sari = Moderator(app, "sari")
    for words in ("ambil", "ekspor", "status", "formulir", "tutup"):
        rest = " diteruskan" if words == "status" else ""
        await sari.says(f"/{words} {one.code}{rest}")
    expected = ["claim", "export", "forward", "form", "close"]
    assert await deeds(app, one) == expected
    shown = await Moderator(app, "budi").says(f"/riwayat {one.code}")
    order = [shown.index(word) for word in ("diambil", "diekspor", "diteruskan", "ditutup")]
    assert order == sorted(order)
    assert ANSWERS["story"] not in shown


async def test_the_audit_is_only_added_to(app: App) -> None:
    one = await tip(app)
    await Moderator(app, "sari").says(f"/ambil {one.code}")
    for deed in ("DELETE FROM audit", "UPDATE audit SET moderator = 'lain'"):
        with pytest.raises(Exception, match="only added to"):
            async with app.database.begin() as connection:
                await connection.execute(text(deed))
    assert [d.moderator for d in await app.ports.audit.of_case(one.id)] == ["sari"]
