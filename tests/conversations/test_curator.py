"""Asking a human: consent, no confessions, a curator desk, an answer under a receipt."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.__main__ import cli
from bot.app import App, open_app
from bot.chat.messages import AtDesk, Outgoing
from bot.clock import SetClock
from bot.content import Content
from bot.delivery.usage import flush
from bot.store import moderators
from tests.conftest import settings_at
from tests.conversations.talk import Person, Room

DESKS = """
penerima: {name: Meja penerima, channel: telegram, chat: "-1001", regions: [nasional]}
kurator: {name: Meja kurator, kind: curator, channel: telegram, chat: "-1002"}
"""
FAR = "resep rendang padang untuk sepuluh orang"
QUESTION = "Bagaimana kalau seorang PPPK diminta memasang stiker calon di mobilnya?"


class CuratorRoom(Room):
    """The curators' desk."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.moderator = "kurator-1"
        self.chats: list[str] = []

    async def _card(self, chat: str, message: Outgoing, /) -> str:
        self.chats.append(chat)
        return await super()._card(chat, message)

    def _here(self) -> AtDesk:
        return AtDesk("kurator", self.moderator)


@pytest.fixture
async def app(
    tmp_path: Path, sqlite_template: Path, clock: SetClock, content: Content
) -> AsyncIterator[App]:
    desks = tmp_path / "desks.yaml"
    desks.write_text(DESKS, encoding="utf-8")
    settings = settings_at(tmp_path, sqlite_template, desks_file=desks)
    async with open_app(settings, clock, content=content) as opened:
        yield opened


@pytest.fixture
async def room(app: App, clock: SetClock) -> CuratorRoom:
    async with app.database.begin() as connection:
        await moderators.enrol(connection, "kurator", "kurator-1", "2026-11-18")
    return CuratorRoom(app, clock)


async def consents(person: Person) -> str:
    await person.says(FAR)
    await person.presses("Tanyakan ke petugas")
    return await person.presses("Setuju")


async def test_from_silence_to_the_answer_of_a_human(person: Person, room: CuratorRoom) -> None:
    await person.says(FAR)
    said = await person.presses("Tanyakan ke petugas")
    assert "dikirim ke Meja kurator" in said
    assert "Jangan ceritakan perbuatan sendiri. Tulis: bagaimana kalau" in said
    assert "Tulis pertanyaan Anda" in await person.presses("Setuju")
    assert "Tersimpan. Akan dikirim ke Meja kurator." in await person.says(QUESTION)
    assert len(person.receipt.split()) == 6

    await room.waits()
    assert room.chats == ["-1002"]  # never the desk for tips
    card = str(room.cards[0].text)
    assert "Pertanyaan" in card
    assert QUESTION in card
    assert room.cards[0].protected
    await room.presses("Ambil")
    assert "diperiksa · kurator-1" in str(room.cards[-1].text)
    await room.presses("Jawab")
    said = await room.says("Tidak boleh, karena mobil itu ikut berkampanye. Menolak dilindungi.")
    assert "jawaban tersimpan" in said

    later = Person(person.app, chat="2002")  # another phone, another account
    await later.says("/cek")
    seen = await later.says(person.receipt)
    assert "Sudah dijawab petugas di Meja kurator" in seen
    assert "Jawaban petugas" in seen
    assert "mobil itu ikut berkampanye" in seen
    assert "stiker" not in seen  # a receipt never shows what was sent


async def test_a_curator_may_answer_with_a_topic(person: Person, room: CuratorRoom) -> None:
    await consents(person)
    await person.says(QUESTION)
    await room.waits()
    await room.presses("Jawab")
    assert "Topik itu tidak ada" in await room.says("/jawab entah-apa")
    assert "jawaban tersimpan" in await room.says("/jawab foto-pose-jari")
    await person.says("/cek")
    seen = await person.says(person.receipt)
    assert "TIDAK BOLEH berfoto dengan pose" in seen
    assert "pose jari mudah terbaca" in seen


@pytest.mark.parametrize(
    "confession",
    [
        "saya kemarin ikut kampanye pak bupati, apa sanksinya?",
        "sy terlanjur like postingan calon gmn ya",
        "udah saya hapus postingannya, masih kena ga?",
        "saya staf di dinas pendidikan kota palu, boleh ikut rapat partai?",
        "nama saya Budi Santoso, mau tanya aturan cuti kampanye",
        "hubungi saya di 081234567890 ya kak, soal kampanye",
        "saya dikasih amplop sama timses, gimana hukumnya",
    ],
)
async def test_confessions_and_identities_are_held_back(
    person: Person, room: CuratorRoom, confession: str
) -> None:
    await consents(person)
    said = await person.says(confession)
    assert "Belum dikirim" in said
    assert "bagaimana kalau seorang ASN" in said
    await room.waits()
    assert room.cards == []
    assert "Tersimpan" in await person.says(QUESTION)  # rephrased


@pytest.mark.parametrize(
    "question",
    [
        QUESTION,
        "bagaimana kalau atasan saya menyuruh hadir di acara partai, boleh menolak?",
        "bagaimana kalau saya PNS dan istri saya caleg?",
        "minggu depan ada kampanye, bolehkah saya menonton dari rumah?",
    ],
)
async def test_what_would_happen_if_is_welcome(
    person: Person, room: CuratorRoom, question: str
) -> None:
    await consents(person)
    assert "Tersimpan" in await person.says(question)


async def test_an_addition_may_not_confess_either(person: Person, room: CuratorRoom) -> None:
    await consents(person)
    await person.says(QUESTION)
    await room.waits()
    await person.says("/cek")
    await person.says(person.receipt)
    await person.presses("Tambah")
    assert "Belum dikirim" in await person.says("Sebenarnya saya sudah memasang stikernya.")
    assert "Tersimpan" in await person.says("Maksudnya mobil pribadi, bukan mobil dinas.")


async def test_nor_may_the_words_beside_a_file(person: Person, room: CuratorRoom) -> None:
    await consents(person)
    await person.says(QUESTION)
    await room.waits()
    await person.says("/cek")
    await person.says(person.receipt)
    await person.sends("photo", "Ini stikernya, sudah saya pasang kemarin.")
    assert "bagaimana kalau seorang ASN" in await person.sends_choice("thread:send-files")


async def test_nothing_is_offered_where_nobody_answers(person: Person) -> None:
    await person.says(FAR)
    assert person.labels() == ["Lihat daftar topik"]
    assert "tidak ada petugas" in await person.sends_choice("curator")


async def test_whoever_asks_for_a_human_is_offered_one(person: Person, room: CuratorRoom) -> None:
    await person.says("mau tanya petugas")
    assert person.labels() == ["Tanyakan ke petugas"]


@pytest.mark.parametrize("word", ["batal", "/batal", "ga jadi"])
async def test_one_word_leaves(person: Person, room: CuratorRoom, word: str) -> None:
    await consents(person)
    await person.says(word)
    await person.says(QUESTION)
    await room.waits()
    assert room.cards == []


async def test_declining_keeps_nothing(person: Person, room: CuratorRoom) -> None:
    await person.says(FAR)
    await person.presses("Tanyakan ke petugas")
    assert "Tidak ada yang dikirim" in await person.presses("Tidak jadi")


async def test_a_stray_command_offers_to_resume(person: Person, room: CuratorRoom) -> None:
    await consents(person)
    assert "belum selesai" in await person.says("/mulai")
    assert "Tulis pertanyaan Anda" in await person.presses("Lanjutkan")
    assert "Tersimpan" in await person.says(QUESTION)


async def test_the_same_message_twice_makes_one_question(person: Person, room: CuratorRoom) -> None:
    await consents(person)
    await person.says(QUESTION, event="same")
    await person.says(QUESTION, event="same")
    await room.waits()
    assert len(room.cards) == 1


async def test_content_gaps_lists_counts_and_consented_texts(
    person: Person, room: CuratorRoom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await consents(person)
    await person.says(QUESTION)
    await room.waits()
    await flush(person.app.database, person.app.ports.usage)
    monkeypatch.chdir(tmp_path)
    settings = person.app.settings
    environment = {"DATABASE_URL": settings.database_url, "KEYS_URL": settings.keys_url}
    shown = await _run("content", "gaps", env=environment)
    assert "1\tabstain\t" in shown
    assert QUESTION in shown

    await person.says("/cek")
    await person.says(person.receipt)
    await person.presses("Tarik")
    await person.presses("Ya, tarik")
    assert QUESTION not in await _run("content", "gaps", env=environment)


async def _run(*arguments: str, env: dict[str, str]) -> str:
    """The command line, in a thread because it starts a loop of its own."""
    result = await asyncio.to_thread(CliRunner().invoke, cli, list(arguments), env=env)
    assert result.exit_code == 0, result.output
    return result.output
