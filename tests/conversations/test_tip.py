"""Telling, from the first sentence to the reply under the receipt."""

from datetime import timedelta

import pytest

from bot.clock import SetClock
from bot.store import cases, outbox
from tests.conversations.talk import Person, Room

STORY = "Ada pegawai dinas yang membagikan brosur calon sesudah apel"


async def tell(person: Person, story: str = STORY) -> None:
    """Walk to the review with short answers."""
    await person.says("/sampaikan")
    await person.presses("Lanjut")
    await person.says(story)
    answers = {
        "Di mana": "Palu Selatan, Kota Palu",
        "Kapan terjadinya": "kemarin",
        "Siapa yang": "kepala dinas, Dinas Contoh",
        "Di kantor atau unit mana": "staf, Dinas Contoh",
        "Yang paling dekat": "3",
        "tautan unggahan": "lewati",
        "Kapan Anda mengetahuinya": "hari ini",
        "Yang mana?": "A",
    }
    for _ in range(8):
        shown = str(person.screen[-1].text)
        if "Periksa dulu" in shown:
            return
        answer = next(reply for question, reply in answers.items() if question in shown)
        await person.says(answer)
    raise AssertionError(person.sees())


async def test_from_the_first_sentence_to_the_reply(person: Person, room: Room) -> None:
    await tell(person)
    assert "Kota Palu" in person.sees()
    said = await person.presses("Ya, kirim")
    assert "Tersimpan. Akan dikirim ke meja peragaan." in said
    assert len(person.receipt.split()) == 6
    assert "tanyakan" in str(person.screen[-1].text)  # the last bubble is neutral

    await room.waits()
    card = str(room.cards[0].text)
    for fact in ("Kota Palu", "brosur calon", "pegawai dinas", "Memberi KTP, uang, barang"):
        assert fact in card
    assert room.cards[0].protected

    await room.presses("Ambil")
    assert "diperiksa · demo" in str(room.cards[-1].text)
    await room.presses("Tanya balik")
    assert "tersimpan untuk pengirim" in await room.says("Di halaman kantor sebelah mana?")

    later = Person(person.app, chat="2002")  # another phone, another account
    await later.says("/cek")
    seen = await later.says(person.receipt.upper().replace(" ", ", "))
    assert "Di halaman kantor sebelah mana?" in seen
    assert "brosur" not in seen  # a receipt never shows what was sent

    await later.presses("Tambah")
    assert "Tersimpan" in await later.says("Di halaman samping, dekat pos satpam.")
    await room.waits()
    assert "dekat pos satpam" in str(room.cards[-1].text)


async def test_consent_comes_before_the_first_question(person: Person) -> None:
    said = await person.says("/sampaikan")
    assert "informasi awal" in said
    assert "bukan laporan resmi" in said
    assert "Telegram tahu akun Anda" in said
    assert person.labels() == ["Lanjut tanpa nama", "Tidak jadi"]
    assert "sudah dihapus" in await person.presses("Tidak jadi")


async def test_nothing_is_kept_of_a_cancelled_tip(person: Person, room: Room) -> None:
    await tell(person)
    assert "Dibatalkan" in await person.presses("Batal")
    await room.waits()
    assert room.cards == []


@pytest.mark.parametrize("word", ["batal", "ga jadi", "/batal", "Batalkan"])
async def test_one_word_leaves_the_form(person: Person, word: str) -> None:
    await person.says("/sampaikan")
    await person.presses("Lanjut")
    said = await person.says(word)
    assert "dihapus" in said


async def test_without_a_receipt_is_a_full_choice(person: Person, room: Room) -> None:
    await tell(person)
    said = await person.presses("Ya, kirim tanpa")
    assert "Tersimpan" in said
    assert not any(message.secret for message in person.screen)
    assert "Masih bisa ditarik" not in said
    await room.waits()
    labels = [choice.label for choice in room.cards[0].choices]
    assert "Ambil" in labels
    assert "Tanya balik" not in labels


async def test_an_answer_can_be_changed_at_review(person: Person) -> None:
    await tell(person)
    await person.presses("Ubah")
    await person.presses("Siapa")
    said = await person.says("camat, Kecamatan Contoh")
    assert "camat, Kecamatan Contoh" in said
    assert "Siapa: pegawai dinas" not in said
    assert "Sudah benar?" in said


async def test_a_stray_command_does_not_lose_the_draft(person: Person) -> None:
    await person.says("/sampaikan")
    await person.presses("Lanjut")
    assert "belum selesai" in await person.says("/mulai")
    assert "Ceritakan" in await person.presses("Lanjutkan")


async def test_the_tip_is_taken_back_before_it_is_sent(
    person: Person, room: Room, clock: SetClock
) -> None:
    object.__setattr__(person.app.ports, "delay", (120, 480))
    await tell(person)
    await person.presses("Ya, kirim")
    await person.says("/cek")
    assert "Menunggu dikirim" in await person.says(person.receipt)
    await person.presses("Tarik kembali")
    assert "sebelum terkirim" in await person.presses("Ya, tarik")
    await room.waits()
    assert room.cards == []
    await person.says("/cek")
    assert "Tidak ada yang bisa dibuka" in await person.says(person.receipt)


async def test_a_tip_taken_back_late_is_marked_at_the_desk(person: Person, room: Room) -> None:
    await tell(person)
    await person.presses("Ya, kirim")
    await room.waits()
    await person.says("/cek")
    assert "Sudah sampai" in await person.says(person.receipt)
    await person.presses("Tarik kembali")
    assert "Yang sudah dibaca tidak bisa kami tarik" in await person.presses("Ya, tarik")
    await room.waits()
    assert "Ditarik pengirimnya" in str(room.cards[-1].text)


async def test_wrong_receipts_tell_nothing(person: Person) -> None:
    await person.says("/cek")
    assert "salah ketik" in await person.says("ini bukan kode")
    unknown = person.app.ports.words.draw()
    assert "Tidak ada yang bisa dibuka" in await person.says(unknown)


async def test_kirim_twice_makes_one_tip(person: Person, room: Room) -> None:
    await tell(person)
    await person.presses("Ya, kirim", event="same")
    await person.presses("Ya, kirim", event="same")
    await room.waits()
    assert len(room.cards) == 1


async def test_the_receipt_survives_a_crash_between_commit_and_reply(
    person: Person, room: Room
) -> None:
    await tell(person)
    person.offline = True
    with pytest.raises(ConnectionError):
        await person.presses("Ya, kirim", event="same")
    person.offline = False
    said = await person.presses("Ya, kirim", event="same")  # the platform repeats its message
    assert "Tersimpan" in said
    await room.waits()
    assert len(room.cards) == 1
    await person.says("/cek")
    assert "Sudah sampai" in await person.says(person.receipt)


async def test_a_thread_closes_by_itself(person: Person, room: Room, clock: SetClock) -> None:
    await tell(person)
    await person.presses("Ya, kirim")
    await room.waits()
    await person.says("/cek")
    await person.says(person.receipt)
    clock.forward(minutes=16)
    assert "15 menit" in await person.presses("Tambah")


async def test_a_draft_dies_with_silence(person: Person, clock: SetClock) -> None:
    await person.says("/sampaikan")
    await person.presses("Lanjut")
    clock.forward(hours=49)
    assert "belum selesai" not in await person.says("/mulai")


async def test_a_place_that_is_unclear_is_asked_back(person: Person) -> None:
    await person.says("/sampaikan")
    await person.presses("Lanjut")
    await person.says(STORY)
    assert "Di mana" in str(person.screen[-1].text)
    assert "belum mengenali" in await person.says("zzzz qqqq")


async def test_clearing_the_chat_forgets_the_draft(person: Person) -> None:
    await person.says("/sampaikan")
    await person.presses("Lanjut")
    await person.says("/bersihkan")
    assert any(message.clears for message in person.screen)
    assert "belum selesai" not in await person.says("/mulai")


async def test_a_stranger_at_the_desk_can_do_nothing(person: Person, room: Room) -> None:
    await tell(person)
    await person.presses("Ya, kirim")
    await room.waits()
    room.moderator = "999"
    assert "belum terdaftar" in await room.presses("Ambil")
    case = await cases.case_by_code(person.app.database, "demo", _code(room))
    assert case is not None
    assert case.status == "baru"


async def test_a_moderator_may_not_ask_who_the_sender_is(person: Person, room: Room) -> None:
    await tell(person)
    await person.presses("Ya, kirim")
    await room.waits()
    await room.presses("Tanya balik")
    assert "Belum dikirim" in await room.says("Siapa nama anda dan berapa nomor hp?")
    assert "tersimpan untuk pengirim" in await room.says("Pukul berapa kejadiannya?")


async def test_two_moderators_claim_and_one_gets_it(person: Person, room: Room) -> None:
    await tell(person)
    await person.presses("Ya, kirim")
    await room.waits()
    first = room.cards[-1]
    await room.presses("Ambil")
    room.cards[-1] = first  # the second one still sees the old card
    assert "sudah diambil demo" in await room.presses("Ambil")


async def test_every_tip_that_was_confirmed_waits_in_the_outbox(person: Person) -> None:
    await tell(person)
    await person.presses("Ya, kirim")
    assert await outbox.waiting(person.app.database) == {"demo": 1}


def _code(room: Room) -> str:
    return str(room.cards[-1].text).split(" ")[0]


async def test_a_tip_taken_back_while_the_desk_is_away_is_never_posted(
    person: Person, room: Room
) -> None:
    await tell(person)
    await person.presses("Ya, kirim")
    job = await outbox.claim(person.app.database, int(room.clock.now()))
    assert job is not None  # the worker tried, and Telegram was down
    await outbox.retry(person.app.database, job, int(room.clock.now()), may_die=False)
    await person.says("/cek")
    await person.says(person.receipt)
    await person.presses("Tarik kembali")
    await person.presses("Ya, tarik")
    await room.waits()
    await room.waits()
    assert room.cards == []
    assert await cases.messages_of(person.app.database, job.case_id) == []


async def test_a_withdrawn_case_cannot_be_worked_on(person: Person, room: Room) -> None:
    await tell(person)
    await person.presses("Ya, kirim")
    await room.waits()
    first = room.cards[0]
    await person.says("/cek")
    await person.says(person.receipt)
    await person.presses("Tarik kembali")
    await person.presses("Ya, tarik")
    await room.waits()
    room.cards[-1] = first
    assert "ditarik pengirimnya" in await room.presses("Ambil")


async def test_whoever_simply_answers_in_an_open_thread_is_heard(
    person: Person, room: Room
) -> None:
    await tell(person)
    await person.presses("Ya, kirim")
    await room.waits()
    await person.says("/cek")
    await person.says(person.receipt)
    assert "Tersimpan" in await person.says("Kejadiannya di dekat pos satpam.")
    await room.waits()
    assert "pos satpam" in str(room.cards[-1].text)


async def test_too_long_a_story_is_not_cut_in_silence(person: Person) -> None:
    await person.says("/sampaikan")
    await person.presses("Lanjut")
    assert "Terlalu panjang" in await person.says("Camat membagikan kaus calon. " * 120)


async def test_a_reopened_case_gets_its_whole_life_back(person: Person, room: Room) -> None:
    await tell(person)
    await person.presses("Ya, kirim")
    await room.waits()
    await room.presses("Tutup")
    await room.presses("Buka lagi")
    case = await cases.case_by_code(person.app.database, "demo", _code(room))
    assert case is not None
    assert case.expires > str(room.clock.today() + timedelta(days=80))


async def test_a_moderator_can_leave_a_question(person: Person, room: Room) -> None:
    await tell(person)
    await person.presses("Ya, kirim")
    await room.waits()
    await room.presses("Tanya balik")
    assert "tidak ada yang dikirim" in await room.says("/batal")
    await person.says("/cek")
    assert "Belum ada balasan" in await person.says(person.receipt)
