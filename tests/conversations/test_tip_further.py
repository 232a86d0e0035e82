"""What a tip promises beside its questions: who reads, what exposes, what is left behind."""

import pytest

from bot.app import App
from bot.chat.messages import Outgoing
from bot.clock import SetClock
from bot.delivery.nudges import Nudger
from bot.desks.routes import Desk, Desks
from bot.desks.switches import Switch, Switches
from bot.limits import NUDGE_DAYS, NUDGE_WAIT, RECEIPT_TRIES_PER_HOUR
from bot.store import cases, desk_work, moderators, nudges
from bot.store.effects import Block
from handlers.ports import Ports
from tests.conversations.scripts import ANSWERS, FORM, FULL, STORY, fill
from tests.conversations.talk import Person, Room


async def at_review(person: Person, story: str = FULL) -> str:
    for does, *_ in FORM:
        await (person.says(does) if does.startswith("/") else person.picks(does.strip("[]")))
    seen = await person.says(story)
    return seen if "Sudah benar?" in seen else await fill(person)


def with_ports(app: App, **changes: object) -> None:
    for name, value in changes.items():
        object.__setattr__(app.ports, name, value)


def desk(name: str, *regions: str) -> Desk:
    return Desk(id=name, name=f"Meja {name}", channel="web", chat=name, regions=regions)


async def with_desks(app: App, *desks: Desk, attended: bool = True) -> None:
    with_ports(app, desks=Desks({one.id: one for one in desks}))
    async with app.database.begin() as connection:
        for one in desks if attended else ():
            await moderators.enrol(connection, one.id, "m", "2026-11-18")


# Who reads


async def test_the_person_chooses_who_reads(person: Person) -> None:
    await with_desks(person.app, desk("palu", "72.71"), desk("sulteng", "72"))
    await person.says("/sampaikan")
    await person.picks("Lanjut")
    said = await person.says(FULL)
    assert "Siapa yang membaca?" in said
    assert person.labels() == [
        "Meja palu (terdekat)",
        "Meja sulteng (lebih jauh dari tempat kejadian)",
    ]
    assert "Dibaca oleh: Meja sulteng" in await person.picks("Meja sulteng")
    await person.picks("Ubah")
    await person.picks("Dibaca oleh")
    assert "Dibaca oleh: Meja palu" in await person.picks("Meja palu")


async def test_nobody_there_is_said_before_the_first_question(person: Person) -> None:
    await with_desks(person.app, desk("palu", "72.71"))
    said = await person.says("mau lapor, camat bagi kaus calon di Kab. Sleman kemarin")
    assert "Belum ada meja untuk tempat itu" in said
    assert "sigaplapor" in said
    assert "informasi awal" not in said


async def test_nobody_there_is_said_as_soon_as_the_place_is_known(person: Person) -> None:
    await with_desks(person.app, desk("palu", "72.71"))
    await person.says("/sampaikan")
    await person.picks("Lanjut")
    await person.says(STORY)
    said = await person.says("Kab. Sleman")
    assert "Belum ada meja untuk tempat itu" in said
    await person.picks("Tulis tempat lain")
    assert "Kapan terjadinya" in await person.says("Kota Palu")


async def test_a_blocked_sender_is_told_honestly(person: Person, clock: SetClock) -> None:
    tag = person.app.ring.sender_tag(f"telegram:{person.chat}")
    async with person.app.database.begin() as connection:
        await desk_work.block(connection, Block("demo", tag, str(clock.today())))
    await person.says("/sampaikan")
    await person.picks("Lanjut")
    said = await person.says(FULL)
    assert "Hari ini meja untuk tempat itu tidak menerima kiriman dari percakapan ini" in said
    assert "Jalur resmi" in said
    other = Person(person.app, chat="another")
    assert "Sudah benar?" in await at_review(other)


# How many questions


async def test_eight_replies_are_enough(person: Person) -> None:
    """The longest way: nothing is clear from the story, the event is old, two desks."""
    await with_desks(person.app, desk("palu", "72.71"), desk("sulteng", "72"))
    await person.says("/sampaikan")
    await person.picks("Lanjut")
    seen, replies = await person.says("Ada yang tidak beres di kantor itu, begitu saja"), 1
    answers = {**ANSWERS, "Kapan terjadinya": "dua minggu lalu", "Yang paling dekat": "1"}
    while "Sudah benar?" not in seen:
        replies += 1
        if "Siapa yang membaca" in seen:
            seen = await person.picks("Meja palu")
        else:
            seen = await person.says(next(a for question, a in answers.items() if question in seen))
    assert replies <= 8
    assert "hari sejak Anda tahu" not in seen


async def test_a_late_day_is_explained(person: Person) -> None:
    await at_review(person, FULL)
    await person.picks("Tambah keterangan")
    await person.picks("Kapan Anda tahu")
    assert "Sudah 14 hari sejak" in await person.says("dua minggu lalu")


@pytest.mark.parametrize(
    ("story", "names"),
    [
        ("Caleg bagi amplop uang ke warga di Kota Palu kemarin sore", "Sentra Gakkumdu"),
        ("Anggota TNI ikut kampanye calon bupati di Kota Palu kemarin", "Polisi Militer"),
    ],
)
async def test_special_routes_are_named_and_the_tip_is_marked(
    person: Person, room: Room, story: str, names: str
) -> None:
    await person.says("/sampaikan")
    await person.picks("Lanjut")
    assert names in await person.says(story)
    await fill(person)
    await person.picks("Ya, kirim tanpa")
    content = await _content(person.app)
    assert content["special"] in ("uang", "tni-polri")
    assert content["category"] == 9
    assert content["consent"]


# What exposes the writer


async def test_the_receipt_itself_is_caught_in_a_text(person: Person) -> None:
    receipt = person.app.ports.words.draw()
    await person.says("/sampaikan")
    await person.picks("Lanjut")
    said = await person.says(f"{FULL}. Kode saya {receipt}")
    assert "kode rahasia" in said
    said = await person.picks("Hapus bagian itu")
    assert receipt not in said


@pytest.mark.parametrize(
    "text",
    ["Itu benar. Hubungi saya di 081234567890 saja.", "Hubungi saya di 081234567890. Itu benar."],
)
async def test_an_addition_is_looked_through_as_well(person: Person, room: Room, text: str) -> None:
    await at_review(person)
    await person.picks("Ya, kirim")
    await room.waits()
    await person.says("/cek")
    await person.says(person.receipt)
    assert "nomor telepon" in await person.says(text)
    said = await person.picks("Hapus bagian itu")
    assert "Hubungi" not in said
    assert "Tersimpan" in await person.picks("Kirim")
    await room.waits()
    assert "081234567890" not in str(room.cards[-1].text)
    assert "Itu benar" in str(room.cards[-1].text)


# From answer to tip, and the look of it


async def test_from_an_answer_to_a_tip_nothing_goes_along(person: Person) -> None:
    question = "sy disuruh kadis ikut kampanye cabup, gmn dong"
    await person.says(question)
    said = await person.picks("Sampaikan informasi tanpa nama")
    assert "informasi awal" in said
    assert "pegang dulu" not in said
    said = await person.picks("Lanjut")
    assert "Ceritakan" in said
    assert "kadis" not in said


async def test_an_offer_that_is_not_taken_leaves_nothing(person: Person) -> None:
    await person.says(FULL)
    assert "Tanya Netral" in await person.says("halo")
    assert "sudah selesai" in await person.sends_choice("offer:tell")


async def test_no_bubble_begins_with_the_accused_and_the_last_one_is_neutral(
    person: Person,
) -> None:
    await at_review(person)
    await person.picks("Ya, kirim")
    words = ("Budi", "kaus", "Memberi KTP", "kepala seksi", "lapor", "pelanggaran")
    for message in person.screen:
        start = str(message.text)[:40]
        assert not any(word in start for word in words), start
    assert str(person.screen[-1].text) == "Ada lagi yang ingin Anda tanyakan? Tulis saja."


async def test_the_first_screen_does_not_speak_of_telling(person: Person) -> None:
    said = await person.says("/start")
    for word in ("lapor", "sampaikan", "kode", "petugas"):
        assert word not in said.casefold()
    assert not any("lapor" in label.casefold() for label in person.labels())


# The thread


async def test_a_short_answer_to_a_moderator_is_heard(person: Person, room: Room) -> None:
    await at_review(person)
    await person.picks("Ya, kirim")
    await room.waits()
    await person.says("/cek")
    await person.says(person.receipt)
    assert "Tersimpan" in await person.says("jam 9")
    assert "tidak dikirim sebagai tambahan" in await person.says("makasih ya")


async def test_the_words_alone_open_the_thread(person: Person) -> None:
    await at_review(person)
    await person.picks("Ya, kirim")
    said = await person.says(person.receipt)
    assert "Menunggu dikirim" in said
    assert "Kembalilah" in said


async def test_tries_are_counted_and_cannot_be_bought_back(person: Person) -> None:
    words = person.app.ports.words
    for _ in range(RECEIPT_TRIES_PER_HOUR):
        await person.says("/cek")
        await person.says(words.draw())
        await person.says("/batal")
    await person.says("/bersihkan")
    await person.says("/cek")
    assert "Terlalu banyak" in await person.says(words.draw())
    other = Person(person.app, chat="another")
    await other.says("/cek")
    assert "Tidak ada yang bisa dibuka" in await other.says(words.draw())


# The notice


class Told:
    """Where notices arrive."""

    def __init__(self) -> None:
        self.said: list[tuple[str, str]] = []

    async def tell(self, chat: str, message: Outgoing, _edits: str | None, /) -> str:
        self.said.append((chat, str(message.text)))
        return "1"


def nudger(app: App, told: Told) -> Nudger:
    return Nudger(app.database, app.ring, {"telegram": told.tell}, _notice(app.ports), app.clock)


def _notice(ports: Ports) -> Outgoing:
    return Outgoing(ports.wording.say("tip.nudge.notice"))


async def test_a_notice_comes_once_after_a_reply_and_says_nothing(
    person: Person, room: Room, clock: SetClock
) -> None:
    told = Told()
    await at_review(person)
    await person.picks("Ya, kirim")
    assert "STOP" in await person.picks("Kabari saya")
    assert "tanyakan" in str(person.screen[-1].text)
    await room.waits()
    worker = nudger(person.app, told)
    await worker.step()
    assert told.said == []
    await room.presses("Tanya balik")
    await room.says("Pukul berapa kejadiannya?")
    for _ in range(3):
        await worker.step()
        clock.seconds += NUDGE_WAIT[1] + 1
    assert told.said == [(person.chat, person.app.ports.wording.plain("tip.nudge.notice"))]
    assert await nudges.weeks_in_use(person.app.database) == set()


@pytest.mark.parametrize("way", ["stop", "berhenti", "/stop", "/bersihkan"])
async def test_stop_erases_the_wish(person: Person, way: str) -> None:
    await at_review(person)
    await person.picks("Ya, kirim")
    await person.picks("Kabari saya")
    assert await nudges.weeks_in_use(person.app.database)
    await person.says(way)
    assert await nudges.weeks_in_use(person.app.database) == set()


async def test_taking_a_tip_back_erases_the_wish(person: Person, room: Room) -> None:
    await at_review(person)
    await person.picks("Ya, kirim")
    await person.picks("Kabari saya")
    await room.waits()
    await person.says(person.receipt)
    await person.picks("Tarik kembali")
    await person.picks("Ya, tarik")
    assert await nudges.weeks_in_use(person.app.database) == set()


@pytest.mark.parametrize(("channel", "offered"), [("telegram", True), ("web", False)])
async def test_a_notice_is_offered_where_we_may_write_first(
    person: Person, channel: str, offered: bool
) -> None:
    person.channel = channel
    await at_review(person)
    await person.picks("Ya, kirim")
    labels = [c.label for message in person.screen for c in message.choices]
    assert ("Kabari saya di sini" in labels) is offered


async def test_the_privacy_text_tells_of_the_notice(person: Person) -> None:
    said = await person.says("/privasi")
    assert f"paling lama {NUDGE_DAYS} hari" in said
    assert "STOP" in said


async def _content(app: App) -> dict[str, object]:
    [job] = await cases.cases_of_kind(app.database, "tip")
    found = await app.ports.casebook.content(job)
    assert found
    return found


async def test_a_closed_region_takes_no_tips_and_says_until_when(
    person: Person, clock: SetClock
) -> None:
    await with_desks(person.app, desk("palu", "72.71"))
    closed = _switch("72", "tutup", clock)
    desks = Desks({one.id: one for one in person.app.ports.desks.all()}, Switches((closed,)))
    with_ports(person.app, desks=desks)
    assert "sedang ditutup sampai" in await person.says(f"mau lapor, {FULL}")


async def test_on_alert_the_form_is_short_and_names_the_post(
    person: Person, clock: SetClock
) -> None:
    await with_desks(person.app, desk("palu", "72.71"))
    alert = _switch("72.71", "siaga", clock, posko="0451-000")
    desks = Desks({one.id: one for one in person.app.ports.desks.all()}, Switches((alert,)))
    with_ports(person.app, desks=desks)
    await person.says("/sampaikan")
    await person.picks("Lanjut")
    await person.says(STORY)
    assert "Posko setempat: 0451-000" in await person.says("Kota Palu")
    assert "Sudah benar?" in await person.says("kemarin")


def _switch(region: str, kind: str, clock: SetClock, posko: str = "") -> Switch:
    day = str(clock.today())
    listed = {"region": region, "from": day, "until": day, "kind": kind, "posko": posko}
    return Switch.model_validate(listed)
