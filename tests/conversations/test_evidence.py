"""Files in a conversation: from the photo in the chat to the file at the desk."""

import io
import logging
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from bot.app import App
from bot.chat.messages import Attachment, Incoming
from bot.clock import SetClock
from bot.delivery.evidence_jobs import EvidenceJobs, Rebuild
from bot.delivery.evidence_progress import Progress, Teller
from bot.store import cases, evidence
from bot.store.effects import SealedMessage
from bot.tips.evidence.parent import Rebuilder
from bot.tips.sealing import open_for_delivery
from tests.conversations.talk import Person, Room
from tests.delivery.evidence_world import NEW, Phone, Platform, rebuild

STORY = (
    "Pak Budi, kepala seksi di Kelurahan Lolu, membagikan kaus calon wali kota "
    "di Kota Palu kemarin sore"
)
MARK = b"TANDA-kamera-pengirim"
_numbers = count()


class Sender(Person):
    """Somebody who sends files; the worker that copies them runs when the test says so."""

    def with_worker(self, make: Rebuild = rebuild) -> "Sender":
        self.platform = Platform()
        self.progress = Phone()
        self.jobs = EvidenceJobs(
            self.app.database,
            self.app.ring,
            self.app.clock,
            self.app.store,
            make,
            {self.channel: self.platform.fetch},
            Progress(
                {self.channel: Teller(self.progress.tell, edits=True)},
                self.app.ports.wording,
                self.app.clock,
            ),
        )
        return self

    async def sends_file(
        self, content: bytes = b"asli", kind: str = "photo", text: str = ""
    ) -> str:
        reference = f"berkas-{next(_numbers)}"
        self.platform.files[reference] = content
        files = (Attachment(kind, reference, len(content)),)
        return await self._send(Incoming(text, attachments=files, channel=self.channel), None)

    async def copies_are_made(self) -> None:
        while await self.jobs.step():
            pass


@pytest.fixture
def sender(app: App) -> Sender:
    return Sender(app).with_worker()


async def begin(sender: Sender) -> None:
    await sender.says("/sampaikan")
    await sender.presses("Lanjut")


async def content_of(app: App, code: str = "", sequence: int = 0) -> dict[str, Any]:
    """What the desk gets."""
    [case] = await cases.cases_of_kind(app.database, "tip")
    messages = {m.sequence: m.message for m in await cases.messages_of(app.database, case.id)}
    message: SealedMessage = messages[sequence]
    return open_for_delivery(app.ring, case.id, sequence, message)


async def test_a_photo_inside_a_tip_arrives_at_the_desk(sender: Sender, app: App) -> None:
    await begin(sender)
    await sender.says(STORY)
    said = await sender.sends_file()
    assert "Berkas 1 (foto) diterima" in said
    assert "Simpan aslinya di tempat aman" in said
    assert "wajah anak" in said
    assert "tangkapan layar" in said
    assert "Sertakan tanggal foto atau video sebagai teks?" in said
    assert sender.labels() == ["Sertakan tanggal", "Tanpa tanggal"]

    said = await sender.presses("Tanpa tanggal")
    assert "Berkas 1: foto, sedang disiapkan" in said
    await sender.copies_are_made()
    assert "foto: siap" in "".join(sender.progress.screen.values())
    assert "Tersimpan" in await sender.says("ya")

    [file] = (await content_of(app))["files"]
    assert await app.files.read(file) == NEW
    assert (file["suffix"], file["media_type"]) == (".jpg", "image/jpeg")
    assert "taken" not in file


async def test_the_warnings_come_once(sender: Sender) -> None:
    await begin(sender)
    await sender.says(STORY)
    await sender.sends_file()
    await sender.presses("Tanpa tanggal")
    assert "Simpan aslinya" not in await sender.sends_file()


async def test_a_photo_first_is_the_beginning_of_a_tip(sender: Sender, app: App) -> None:
    said = await sender.sends_file(text="Ini foto lurah membagikan kaus calon di balai desa")
    assert "informasi" in said
    await sender.presses("Sampaikan")
    said = await sender.presses("Lanjut")
    assert "Simpan aslinya di tempat aman" in said
    await sender.copies_are_made()
    await sender.presses("Tanpa tanggal")
    assert "Berkas 1: foto, siap" in await sender.says(STORY)


async def test_an_album_of_five_and_one_more(sender: Sender, app: App) -> None:
    await begin(sender)
    await sender.says(STORY)
    await sender.sends_file()
    await sender.presses("Tanpa tanggal")
    for number in range(2, 6):
        assert f"Berkas {number} (foto) diterima" in await sender.sends_file()
    assert "Paling banyak 5 berkas" in await sender.sends_file()
    await sender.copies_are_made()
    assert sender.platform.asked == 5
    assert list(sender.progress.screen) == ["m1"]
    assert sender.progress.screen["m1"].count("foto: siap") == 5


async def test_sending_waits_for_the_copy(sender: Sender, room: Room, app: App) -> None:
    await begin(sender)
    await sender.sends_file()
    await sender.presses("Tanpa tanggal")
    await sender.says(STORY)
    said = await sender.says("ya")
    assert "Belum dikirim: masih ada berkas yang disiapkan" in said
    assert sender.labels() == ["Periksa lagi", "Tanpa berkas itu"]
    assert "Belum dikirim" in await sender.presses("Periksa lagi")
    await room.waits()
    assert room.cards == []
    await sender.copies_are_made()
    assert "siap" in await sender.presses("Periksa lagi")
    assert "Tersimpan" in await sender.presses("Ya, kirim")
    assert len((await content_of(app))["files"]) == 1


async def test_going_on_without_a_file_that_cannot_be_used(sender: Sender, app: App) -> None:
    await begin(sender)
    await sender.says(STORY)
    await sender.sends_file(b"rusak")
    await sender.presses("Tanpa tanggal")
    await sender.sends_file()
    await sender.copies_are_made()
    said = await sender.presses("Lanjut")
    assert "Berkas 1: foto, tidak bisa dipakai." in said
    assert "Berkas 2: foto, siap" in said
    said = await sender.presses("Ya, kirim")
    assert "Belum dikirim: ada berkas yang tidak bisa dipakai" in said
    said = await sender.presses("Tanpa berkas itu")
    assert "Berkas 1: foto, siap" in said
    assert "Berkas 2" not in said
    assert "Tersimpan" in await sender.presses("Ya, kirim")
    assert len((await content_of(app))["files"]) == 1


async def test_the_day_of_the_photo_goes_along_only_when_wanted(sender: Sender, app: App) -> None:
    await begin(sender)
    await sender.says(STORY)
    await sender.sends_file()
    await sender.copies_are_made()
    said = await sender.presses("Sertakan tanggal")
    assert "Tanggal (disertakan sebagai teks): 5 November 2026" in said
    await sender.presses("Ya, kirim")
    assert (await content_of(app))["files"][0]["taken"] == "2026-11-05"


async def test_one_of_the_files_is_taken_out_again(sender: Sender) -> None:
    await begin(sender)
    await sender.says(STORY)
    await sender.sends_file()
    await sender.presses("Tanpa tanggal")
    await sender.sends_file(kind="document")
    await sender.copies_are_made()
    assert "mana yang dibuang" in await sender.sends_choice("tip:file-which")
    assert sender.labels() == ["Berkas 1: foto", "Berkas 2: dokumen"]
    said = await sender.presses("Berkas 1: foto")
    assert "Berkas 1: dokumen, siap" in said
    await sender.jobs.step()
    assert len(await sender.app.store.names(0)) == 1


@pytest.mark.parametrize(
    ("kind", "answer"),
    [("voice", "Ketik saja ceritanya"), ("sticker", "tidak bisa dipakai sebagai bukti")],
)
async def test_what_is_no_evidence_is_declined(sender: Sender, kind: str, answer: str) -> None:
    await begin(sender)
    await sender.says(STORY)
    assert answer in await sender.sends_file(kind=kind)
    assert await evidence.waiting(sender.app.database) == []


async def test_a_recording_of_the_event_is_taken(sender: Sender) -> None:
    await begin(sender)
    await sender.says(STORY)
    assert "Berkas 1 (rekaman suara) diterima" in await sender.sends_file(kind="audio")


@pytest.mark.parametrize("way_out", ["batal", "/bersihkan"])
async def test_leaving_takes_the_files_along(sender: Sender, way_out: str) -> None:
    await begin(sender)
    await sender.says(STORY)
    await sender.sends_file()
    await sender.copies_are_made()
    await sender.presses("Tanpa tanggal")
    await sender.sends_file()
    await sender.says(way_out)
    if way_out == "/bersihkan" and "Ya" in " ".join(sender.labels()):
        await sender.presses("Ya")
    await sender.copies_are_made()
    assert await evidence.objects(sender.app.database) == set()
    assert await sender.app.store.names(0) == []


async def test_taking_the_tip_back_deletes_its_files(sender: Sender, app: App) -> None:
    await begin(sender)
    await sender.says(STORY)
    await sender.sends_file()
    await sender.copies_are_made()
    await sender.presses("Tanpa tanggal")
    await sender.presses("Ya, kirim")
    assert len(await app.store.names(0)) == 1
    await sender.says("/cek")
    await sender.says(sender.receipt)
    await sender.presses("Tarik")
    assert "Sudah ditarik" in await sender.presses("Ya, tarik")
    await sender.jobs.step()
    assert await app.store.names(0) == []


async def test_withdrawing_after_delivery_deletes_the_files_as_well(
    sender: Sender, room: Room, app: App
) -> None:
    await begin(sender)
    await sender.says(STORY)
    await sender.sends_file()
    await sender.copies_are_made()
    await sender.presses("Tanpa tanggal")
    await sender.presses("Ya, kirim")
    await room.waits()
    assert room.cards
    await sender.says("/cek")
    await sender.says(sender.receipt)
    await sender.presses("Tarik")
    assert "diberi tahu" in await sender.presses("Ya, tarik")
    await room.waits()
    await sender.jobs.step()
    assert await app.store.names(0) == []


async def test_a_file_is_added_under_the_receipt(sender: Sender, app: App) -> None:
    await begin(sender)
    await sender.says(STORY)
    await sender.presses("Ya, kirim")
    await sender.says("/cek")
    await sender.says(sender.receipt)
    said = await sender.sends_file()
    assert "Simpan aslinya" in said
    await sender.copies_are_made()
    await sender.presses("Tanpa tanggal")
    assert "Tersimpan" in await sender.presses("Kirim")
    assert len((await content_of(app, sequence=1))["files"]) == 1


async def in_the_thread(sender: Sender) -> None:
    await begin(sender)
    await sender.says(STORY)
    await sender.presses("Ya, kirim")
    await sender.says("/cek")
    await sender.says(sender.receipt)


async def test_no_words_beside_or_after_a_file_are_lost(sender: Sender, app: App) -> None:
    await in_the_thread(sender)
    await sender.sends_file(text="Dari depan.")
    await sender.presses("Tanpa tanggal")
    await sender.sends_file(text="Dari belakang.")
    assert "sedang disiapkan" in await sender.says("Jamnya sekitar sembilan.")
    await sender.copies_are_made()
    await sender.presses("Periksa lagi")
    assert "Tersimpan" in await sender.presses("Kirim")
    added = await content_of(app, sequence=1)
    assert added["text"].splitlines() == [
        "Dari depan.",
        "Dari belakang.",
        "Jamnya sekitar sembilan.",
    ]
    assert len(added["files"]) == 2


async def test_another_receipt_leaves_no_file_of_the_first_thread(sender: Sender, app: App) -> None:
    await in_the_thread(sender)
    await sender.sends_file()
    await sender.copies_are_made()
    await sender.says("/cek")
    await sender.jobs.step()
    assert await app.store.names(0) == []


# The original


def photo() -> bytes:
    """A photo that says who took it where."""
    notes = Image.Exif()
    notes[0x010F] = MARK.decode()
    out = io.BytesIO()
    Image.new("RGB", (320, 240), (90, 60, 40)).save(out, "JPEG", exif=notes, comment=MARK)
    return out.getvalue()


async def test_nothing_of_the_original_stays_anywhere(
    app: App, clock: SetClock, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    original = photo()
    caplog.set_level(logging.DEBUG)
    sender = Sender(app).with_worker(Rebuilder().rebuild)
    await begin(sender)
    await sender.says(STORY)
    await sender.sends_file(original)
    await sender.copies_are_made()
    await sender.presses("Tanpa tanggal")
    await sender.sends_file(b"GIF89a" + MARK)
    await sender.copies_are_made()
    await sender.presses("Lanjut")
    await sender.presses("Ya, kirim")
    await sender.presses("Tanpa berkas itu")
    assert "Tersimpan" in await sender.presses("Ya, kirim")
    [file] = (await content_of(app))["files"]
    copy = await app.files.read(file)
    assert Image.open(io.BytesIO(copy)).size == (320, 240)
    assert MARK not in copy
    assert MARK.decode() not in caplog.text
    assert "berkas-" not in caplog.text
    for path in tmp_path.rglob("*"):
        assert not path.is_file() or MARK not in path.read_bytes(), path
