"""Buttons and text commands at a desk, from claiming to merging."""

import asyncio

import pytest

from bot.app import App
from bot.chat.messages import Outgoing
from bot.clock import SetClock
from bot.store.schema import audit, blocks, cases, desk_counts, desk_messages
from tests.desks.talk import Moderator, Tip, now, question, read_back, tip


async def rows(app: App, table: object) -> list[dict[str, object]]:
    async with app.database.read() as connection:
        found = await connection.execute(table.select())  # type: ignore[attr-defined]
        return [dict(row._mapping) for row in found]


async def test_the_card_in_its_fixed_order(app: App, sari: Moderator) -> None:
    one = await tip(app, files=[{"kind": "photo"}, {"kind": "photo"}])
    seen = await sari.says(f"/buka {one.code}")
    places = [
        f"{one.code} · Mendukung calon di media sosial · Kota Palu",
        "Dapat diperiksa: lengkap",
        "Kejadian: Sabtu, 14 November 2026",
        "Laporan resmi: ",
        "Diterima meja: ",
        "Lurah membagikan ajakan",
        "Bukti: 2 berkas. Salinan olahan, bukan berkas asli.",
        "Status: baru",
        "Informasi awal tanpa nama, belum diperiksa.",
    ]
    assert [seen.index(part) for part in places] == sorted(seen.index(part) for part in places)
    assert sari.screen[-1].protected
    assert sari.labels() == ["Ambil", "Tanya balik", "Tutup", "Lainnya"]


async def test_seven_days_are_of_the_calendar_or_of_work(
    app: App, sari: Moderator, clock: SetClock
) -> None:
    one = await tip(app, event="2026-11-14")
    said = await sari.says(f"/buka {one.code}")
    assert "Pilkada paling lambat 21 November 2026 (sisa 3 hari), Pemilu 24 November 2026" in said
    clock.forward(days=4)
    said = await sari.says(f"/buka {one.code}")
    assert "Pilkada sudah lewat (21 November 2026), Pemilu paling lambat 24 November 2026" in said
    clock.forward(days=3)
    assert "batas tujuh hari sudah lewat" in await sari.says(f"/buka {one.code}")


async def test_what_a_card_shows_is_remembered_for_erasing(app: App, sari: Moderator) -> None:
    one = await tip(app)
    await sari.says(f"/buka {one.code}")
    assert [r["case_id"] for r in await rows(app, desk_messages)] == [one.id]


async def test_nothing_that_a_stranger_wrote_is_markup_or_hidden(app: App, sari: Moderator) -> None:
    answers = {"story": "*tebal* <b>x</b> a\u202eb\u200bc /keluar", "place": "Palu"}
    one = await tip(app, answers=answers)
    seen = await sari.says(f"/buka {one.code}")
    assert "*tebal* <b>x</b> abc / keluar" in seen
    bold = [s.text for s in sari.screen[-1].text.spans if s.bold]
    assert "tebal" not in bold


async def test_claim_status_close_and_reopen(app: App, sari: Moderator) -> None:
    one = await tip(app)
    await sari.says(f"/buka {one.code}")
    assert "diperiksa · sari" in await sari.presses("Ambil")
    assert sari.labels() == ["Tanya balik", "Ubah status", "Tutup", "Lainnya"]
    await sari.presses("Ubah status")
    assert "dijadikan temuan" in await sari.presses("Dijadikan temuan")
    assert (await read_back(app, one))[0] == "temuan"
    await sari.presses("Tutup")
    closed = await now(app, one)
    assert closed.status == "tutup"
    assert closed.expires < one.case.expires
    await sari.presses("Buka lagi")
    assert (await now(app, one)).expires == one.case.expires
    done = [(row["action"], row["version"]) for row in await rows(app, audit)]
    assert done == [("claim", 2), ("finding", 3), ("close", 4), ("reopen", 5)]


async def test_a_press_works_once_and_a_stale_one_explains_itself(
    app: App, sari: Moderator, budi: Moderator
) -> None:
    one = await tip(app)
    await sari.says(f"/buka {one.code}")
    await budi.says(f"/buka {one.code}")
    await sari.presses("Ambil")
    said = await budi.presses("Ambil")
    assert "sudah diambil sari" in said
    assert budi.screen[-1].replaces  # and there is the card as it is now
    assert budi.labels() == ["Tanya balik", "Ubah status", "Tutup", "Lainnya"]
    again = sari.screen[0].choices[2].data  # "Tutup" of the first card, replayed
    assert "sudah berubah sejak tombol itu dibuat" in await sari.sends(again)
    assert (await now(app, one)).status == "diperiksa"


async def test_two_at_once_give_one_result(app: App, sari: Moderator, budi: Moderator) -> None:
    one = await tip(app)
    await sari.says(f"/buka {one.code}")
    await budi.says(f"/buka {one.code}")
    await asyncio.gather(sari.presses("Ambil"), budi.presses("Ambil"))
    assert (await now(app, one)).version == 2
    claims = [row["moderator"] for row in await rows(app, audit)]
    assert claims == [(await now(app, one)).moderator]


async def test_only_the_holder_or_an_owner_lets_go(
    app: App, sari: Moderator, budi: Moderator
) -> None:
    one = await tip(app)
    await sari.says(f"/ambil {one.code}")
    assert "Hanya ia atau pemilik meja" in await budi.says(f"/lepas {one.code}")
    await Moderator(app, "ratna").says(f"/lepas {one.code}")
    assert (await now(app, one)).moderator is None


async def test_asking_back_by_one_tap(app: App, sari: Moderator) -> None:
    one = await tip(app)
    await sari.says(f"/buka {one.code}")
    await sari.presses("Tanya balik")
    assert sari.labels()[:3] == ["Tautan", "Tanggal atau jam", "Jabatan terlapor"]
    assert "pertanyaan tersimpan" in await sari.presses("Tautan")
    status, replies = await read_back(app, one)
    assert status == "perlu-info"
    assert replies[0].startswith("Apakah ada tautan")


async def test_asking_back_in_own_words(app: App, sari: Moderator) -> None:
    one = await tip(app)
    await sari.says(f"/buka {one.code}")
    await sari.presses("Tanya balik")
    assert "dapat membuka siapa pengirimnya" in await sari.says("Anda kerja di mana?")
    assert "keluar dari jalur tanpa nama" in await sari.says("Hubungi saya di 0812-3456-7890")
    assert "pertanyaan tersimpan" in await sari.says("Apakah unggahannya masih ada?")
    assert (await read_back(app, one))[1] == ["Apakah unggahannya masih ada?"]
    await sari.says(f"/tanya {one.code} Di desa mana?")
    assert (await read_back(app, one))[1][-1] == "Di desa mana?"


async def test_talk_under_a_card_is_never_sent_by_itself(app: App, sari: Moderator) -> None:
    one = await tip(app)
    assert "tidak ada yang terkirim" in await sari.says("kayaknya ini si anu ya", under=one.id)
    assert (await read_back(app, one))[1] == []
    await sari.presses("Simpan sebagai catatan")
    assert (await read_back(app, one))[1] == []
    await sari.says(f"/buka {one.code}")
    assert "Catatan 1" in str(sari.screen[-1].text)
    await sari.presses("Lainnya")
    assert "kayaknya ini si anu" in await sari.presses("Riwayat")
    await sari.says("Jam berapa acaranya?", under=one.id)
    await sari.presses("Kirim ke pengirim")
    assert (await read_back(app, one))[1] == ["Jam berapa acaranya?"]


async def test_the_signed_route_has_one_text(app: App, sari: Moderator) -> None:
    one = await tip(app)
    await sari.says(f"/jalur {one.code}")
    status, replies = await read_back(app, one)
    assert status == "baru"
    assert "laporan bertanda tangan" in replies[0]


async def test_the_guide_helps_and_decides_nothing(app: App, sari: Moderator) -> None:
    one = await tip(app)
    await sari.says(f"/buka {one.code}")
    await sari.presses("Lainnya")
    assert sari.labels() == [
        "Panduan",
        "Riwayat pesan",
        "Ubah status",
        "Alihkan ke meja lain",
        "Catatan internal",
        "Ajak ke jalur resmi",
        "Gabung (ganda)",
        "Karantina",
        "Blokir utas dan pengirim",
        "Kembali",
    ]
    seen = await sari.presses("Panduan")
    assert "SKB" in seen
    assert "disebut pengirim, belum diperiksa" in seen
    assert "BKN memverifikasi" in seen
    assert "URL hari ini" in seen
    assert "Lurah" not in seen
    await sari.presses("Kembali")
    assert sari.labels() == ["Ambil", "Tanya balik", "Tutup", "Lainnya"]


async def test_moving_upward_seals_everything_anew(app: App, sari: Moderator) -> None:
    one = await tip(app)
    await sari.says(f"/catatan {one.code} cek ke panwascam")
    await sari.says(f"/tanya {one.code} Di desa mana?")
    await sari.says(f"/buka {one.code}")
    await sari.presses("Lainnya")
    await sari.presses("Alihkan")
    assert sari.labels() == ["Meja Sulteng", "Meja Pusat", "Kembali"]
    assert "dialihkan ke Meja Sulteng" in await sari.presses("Meja Sulteng")
    assert "Lurah" not in str(sari.screen[-1].text)
    moved = await now(app, one)
    assert (moved.desk, moved.status) == ("sulteng", "baru")
    assert "sudah dialihkan" in await sari.presses("Tutup")
    wayan = Moderator(app, "wayan", "sulteng")
    assert "Lurah membagikan" in await wayan.says(f"/buka {one.code}")
    await wayan.presses("Lainnya")
    assert "cek ke panwascam" in await wayan.presses("Riwayat")
    assert (await read_back(app, one))[1] == ["Di desa mana?"]


async def test_a_tip_never_goes_nearer_than_its_sender_chose(app: App) -> None:
    one = await tip(app, "sulteng")
    wayan = Moderator(app, "wayan", "sulteng")
    said = await wayan.says(f"/alihkan {one.code} palu")
    assert "Yang dapat dipilih: pusat" in said
    assert (await now(app, one)).desk == "sulteng"


async def test_duplicates_show_the_leading_status(app: App, sari: Moderator) -> None:
    first, second, third = await tip(app), await tip(app), await tip(app)
    assert f"Digabung ke: {second.code}" in await sari.says(f"/gabung {first.code} {second.code}")
    await sari.says(f"/gabung {second.code} {third.code}")
    await sari.says(f"/status {third.code} diteruskan")
    assert (await now(app, first)).status == "ganda"
    assert (await read_back(app, first))[0] == "diteruskan"
    assert "sudah digabung" in await sari.says(f"/gabung {third.code} {first.code}")
    await sari.says(f"/bukalagi {first.code}")
    assert (await read_back(app, first))[0] == "diperiksa"


async def test_quarantine_and_back(app: App, sari: Moderator) -> None:
    one = await tip(app)
    assert "Di karantina" in await sari.says(f"/saring {one.code}")
    assert one.code in await sari.says("/saring")
    assert "Di karantina" not in await sari.says(f"/pulihkan {one.code}")


async def test_the_quarantine_shows_the_complete_first_and_pages(app: App, sari: Moderator) -> None:
    for _ in range(11):
        await aside(app, await tip(app))
    whole = await tip(app, given=["who", "place", "event", "link"])
    await aside(app, whole)
    assert "12 kasus, 1 di antaranya lengkap" in await sari.says("/saring")
    first = str(sari.screen[-1].text)
    assert whole.code in first.splitlines()[2]
    assert "1 sampai 10" in first
    assert "11 sampai 12" in await sari.presses("Berikutnya")
    assert sari.screen[-1].replaces
    assert first == await sari.presses("Sebelumnya")
    assert "1 sampai 10" in await sari.sends("saring:99999999999")  # forged
    assert "1 sampai 10" in await sari.sends("saring:500")  # it has become shorter
    await sari.presses(whole.code)
    await sari.presses("Ambil")
    assert (await now(app, whole)).lane == "main"
    assert "hanya dibuka di mejanya" in await Moderator(app, "sari", "").says("/saring")


async def aside(app: App, one: Tip) -> None:
    """As the worker puts it aside."""
    async with app.database.begin() as connection:
        values = {"lane": "saring"}
        await connection.execute(cases.update().where(cases.c.id == one.id).values(values))


async def test_a_copy_that_the_system_joined_can_be_split_again(app: App, sari: Moderator) -> None:
    first, copy = await tip(app), await tip(app)
    async with app.database.begin() as connection:
        values = {"status": "ganda", "merged_into": first.id}
        await connection.execute(cases.update().where(cases.c.id == copy.id).values(values))
    assert first.code in await sari.says(f"/buka {copy.code}")
    assert "Digabung" not in await sari.says(f"/bukalagi {copy.code}")
    assert (await read_back(app, copy))[0] == "diperiksa"
    assert (await now(app, copy)).merged_into in (None, "")
    assert copy.code not in await sari.says(f"/buka {first.code}")


async def test_blocking_reaches_todays_sender_without_naming_him(
    app: App, sari: Moderator, clock: SetClock
) -> None:
    one, web = await tip(app, sender=b"tag-of-a"), await tip(app)
    await sari.says(f"/blokir {one.code}")
    await sari.says(f"/blokir {web.code}")
    assert (await now(app, one)).blocked == 1
    assert [row["tag"] for row in await rows(app, blocks)] == [b"tag-of-a"]
    assert await app.ports.casebook.is_blocked("palu", b"tag-of-a")
    await sari.says(f"/bukablokir {one.code}")
    clock.forward(days=3)
    late = await now(app, one)
    assert app.ports.casebook.sender_of(late) is None  # the day's key is gone


async def test_finding_cases(app: App, sari: Moderator) -> None:
    one, other = await tip(app), await tip(app, answers={"story": "Camat naik panggung"})
    assert "1 kasus ditemukan" in await sari.says("/cari panggung")
    assert other.code in str(sari.screen[-1].text)
    await sari.presses(other.code)
    assert "Camat naik panggung" in str(sari.screen[-1].text)
    assert not sari.screen[-1].replaces
    assert "2 kasus" in await sari.says("/cari")
    assert one.code in await sari.says(f"/cari {one.code}")


async def test_questions_are_answered_with_words_or_a_topic(app: App) -> None:
    dewi = Moderator(app, "dewi", "kurator")
    one = await question(app, "Bagaimana kalau diminta memasang stiker?")
    await dewi.says(f"/buka {one.code}")
    assert dewi.labels() == ["Ambil", "Jawab", "Tutup", "Lainnya"]
    assert "Topik itu tidak ada" in await dewi.says(f"/jawab {one.code} entah-apa")
    await dewi.says(f"/jawab {one.code} foto-pose-jari")
    await dewi.says(f"/jawab {one.code} Sebaiknya tidak.")
    status, replies = await read_back(app, one)
    assert status == "dijawab"
    assert "TIDAK BOLEH" in replies[0]
    assert replies[1] == "Sebaiknya tidak."
    assert "pertanyaan, bukan informasi" in await dewi.says(f"/status {one.code} diteruskan")


async def test_practice_goes_the_whole_way_and_is_never_counted(app: App, sari: Moderator) -> None:
    said = await sari.says("/latihan")
    code = said.split("latihan ")[1].split(" ")[0]
    case = await app.ports.casebook.by_code(code)
    assert case is not None
    assert (case.lane, case.expires) == ("uji", "2026-11-20")
    assert "UJI" in await sari.says(f"/buka {code}")
    await sari.presses("Ambil")
    await sari.says(f"/tutup {code}")
    assert await rows(app, desk_counts) == []
    await sari.says(f"/ambil {(await tip(app)).code}")
    assert [(r["name"], r["value"]) for r in await rows(app, desk_counts)] == [
        ("status", "diperiksa")
    ]


async def test_a_channel_has_no_writer(app: App) -> None:
    here = Moderator(app, "sari", can_write=False)
    one = await tip(app)
    await here.says(f"/buka {one.code}")
    assert f"/meja tanya {one.code}" in await here.presses("Tanya balik")
    await here.presses("Tautan")
    private = Moderator(app, "sari", "")
    assert "pertanyaan tersimpan" in await private.says(f"/tanya {one.code} Di desa mana?")
    assert "hanya dibuka di mejanya" in await private.says(f"/buka {one.code}")
    assert "Kartunya ada di meja" in await private.says(f"/ambil {one.code}")
    assert len((await read_back(app, one))[1]) == 2


async def test_a_sealed_desk_shows_no_content(app: App) -> None:
    lina = Moderator(app, "lina", "rapat")
    one = await tip(app, "rapat")
    seen = await lina.says(f"/buka {one.code}")
    assert "Lurah" not in seen
    assert "Kota Palu" in seen
    await lina.presses("Ambil")
    await lina.presses("Lainnya")
    await lina.presses("Riwayat")
    await lina.says("/cari panggung")
    assert "Lurah" not in "".join(str(message.text) for message in lina.screen)


@pytest.mark.parametrize("command", ["/ambil", "/tanya halo", "/status", "/gabung", "/alihkan"])
async def test_a_command_without_a_code_asks_for_it(
    app: App, sari: Moderator, command: str
) -> None:
    assert "Sebutkan kodenya" in await sari.says(command)


async def test_every_button_fits_the_platform(app: App, sari: Moderator) -> None:
    one = await tip(app)
    await sari.says(f"/buka {one.code}")
    for label in ("Lainnya", "Alihkan", "Kembali", "Ubah status", "Tanya balik"):
        try:
            await sari.presses(label)
        except StopIteration:
            continue
    every: list[Outgoing] = sari.screen
    assert max(len(c.data.encode()) for message in every for c in message.choices) <= 64


async def test_what_looks_at_all_cases_touches_none_that_a_button_asked_about(
    app: App, sari: Moderator
) -> None:
    one, other = await tip(app), await tip(app, answers={"story": "Camat naik panggung"})
    await sari.says(f"/buka {one.code}")
    await sari.presses("Tanya balik")
    assert "Karantina kosong" in await sari.says("/saring")
    assert (await now(app, one)).lane == "main"
    assert other.code in await sari.says("/cari panggung")
    await sari.says("/cari panggung", under=one.id)
    assert other.code in str(sari.screen[-1].text)
    assert "Di karantina" in await sari.says("/saring", under=one.id)


async def test_talk_that_follows_an_offer_is_not_offered_too(app: App, sari: Moderator) -> None:
    one = await tip(app)
    assert "Kirim" in (await sari.says("coba cek dulu", under=one.id), *sari.labels())[1]
    assert await sari.says("oke siap") == ""


async def test_a_tip_may_be_sent_by_name_beside_its_own_way(app: App, sari: Moderator) -> None:
    one = await tip(app)
    listed = await sari.says(f"/alihkan {one.code}")
    for desk in listed.rsplit(":", 1)[1].strip().split(", "):
        again = await tip(app)
        assert "dialihkan ke Meja" in await sari.says(f"/alihkan {again.code} {desk}")
        assert (await now(app, again)).desk == desk
