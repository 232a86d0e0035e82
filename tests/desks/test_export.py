"""A case on paper: whole, checkable, and without anything about whoever sent it."""

import hashlib
import io
import json
import zipfile
from datetime import date
from typing import Any

import pypdfium2
import pytest

from bot.app import App
from bot.desks import export
from bot.desks.export import Archive, Paper, Piece, Section
from bot.desks.model_a import ABOUT_THE_SENDER, PARTS, draft, told
from bot.store import cases
from bot.store.effects import AddToCase
from bot.tips.sealing import seal_for_desk
from tests.desks.private import Chats
from tests.desks.talk import ANSWERS, Moderator, Tip, tip

PICTURE = b"\xff\xd8gambar"
SENDER = {
    "source": "KANARI melihat sendiri",
    "known": "KANARI Minggu",
    "witnesses": "KANARI dua teman sekantor",
    "reported": "KANARI sudah ke atasan",
}


def stored(name: str, content: bytes = PICTURE, suffix: str = ".jpg") -> dict[str, Any]:
    sha256 = hashlib.sha256(content).hexdigest()
    return {"object": name, "key": "00" * 32, "suffix": suffix, "sha256": sha256}


@pytest.fixture
def chats(app: App) -> Chats:
    return Chats(app, {"satu": PICTURE, "dua": b"%PDF dua"})


@pytest.fixture
async def case(app: App) -> Tip:
    """A tip with two files, an addition, and every answer about the sender filled in."""
    files = [stored("satu"), stored("dua", b"%PDF dua", ".pdf")]
    found = await tip(app, answers=ANSWERS | SENDER, files=files, consent="KANARI")
    content = {"text": "Tambahan: <b>acaranya</b> pukul 9 & ramai.", "files": [stored("satu")]}
    sealed = seal_for_desk(app.ports.ring, "palu", found.id, 1, "addition", content)
    async with app.database.begin() as connection:
        await cases.apply(connection, AddToCase(found.id, 1, sealed, "2026-11-18"))
    return found


def pdf_text(content: bytes) -> str:
    document = pypdfium2.PdfDocument(content)
    return "\n".join(page.get_textpage().get_text_range() for page in document)


async def exported(app: App, case: Tip, chats: Chats, word: str = "ekspor") -> list[bytes]:
    await Moderator(app, "sari", desk="").says(f"/{word} {case.code}")
    await chats.run()
    return [file.content for message in chats.shown["sari"].values() for file in message.files]


async def test_the_zip_is_checked_by_its_own_hashes(app: App, case: Tip, chats: Chats) -> None:
    report, packed = await exported(app, case, chats)
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        inside = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(inside["manifest.json"])
    listed = {one["nama"]: one["sha256"] for one in manifest["berkas"]}
    evidence = ["berkas-1.jpg", "berkas-2.pdf", "tambahan-1-berkas-1.jpg"]
    assert list(listed) == ["laporan.pdf", "isi.txt", *evidence]
    assert {n: hashlib.sha256(inside[n]).hexdigest() for n in listed} == listed
    assert inside["SHA256SUMS"].decode() == "".join(f"{h}  {n}\n" for n, h in listed.items())
    assert inside["laporan.pdf"] == report
    assert inside["berkas-1.jpg"] == PICTURE
    assert manifest["kode"] == case.code


async def test_paper_holds_the_case_and_nothing_of_the_sender(
    app: App, case: Tip, chats: Chats
) -> None:
    await Moderator(app, "budi").says(f"/ambil {case.code}")
    report, packed = await exported(app, case, chats)
    read = pdf_text(report)
    for part in (case.code, ANSWERS["who"], "<b>acaranya</b> pukul 9 & ramai", "budi: diambil"):
        assert part in " ".join(read.split())
    assert hashlib.sha256(PICTURE).hexdigest() in read.replace("\r\n", "")
    whole = b"".join(zipfile.ZipFile(io.BytesIO(packed)).read(n) for n in ("isi.txt", "SHA256SUMS"))
    assert "KANARI" not in read
    assert b"KANARI" not in whole
    assert "KANARI" not in chats.texts("sari")
    assert case.id.encode() not in packed


async def test_the_draft_has_six_parts_and_leaves_the_rest_to_the_supervisor(
    app: App, case: Tip, chats: Chats
) -> None:
    [document] = await exported(app, case, chats, "formulir")
    read = chats.texts("sari")
    headings = ["PERISTIWA", "TEMPAT", "WAKTU", "TERLAPOR", "BUKTI", "CARA DIPERIKSA"]
    places = [read.index(f"\n{heading}\n") for heading in headings]
    assert places == sorted(places)
    assert ANSWERS["story"] in read
    assert "[  ] " in read
    assert "KANARI" not in read + pdf_text(document)
    assert "Diketahui pengawas pada: ...." in read


def test_only_listed_answers_are_ever_taken() -> None:
    answers = {name: f"isi {name}" for name in (*ANSWERS, *ABOUT_THE_SENDER, "baru", "nama")}
    parts = draft({"answers": answers})
    assert [part.name for part in parts] == list(PARTS)
    taken = {field for part in parts for field, _ in part.said} | set(told({"answers": answers}))
    assert taken == set(ANSWERS)


async def test_a_lost_file_stays_in_the_list_and_the_rest_arrives(
    app: App, case: Tip, chats: Chats
) -> None:
    del chats.files["dua"]
    report, packed = await exported(app, case, chats)
    assert "berkas-2.pdf" in pdf_text(report)
    assert "berkas-2.pdf" not in zipfile.ZipFile(io.BytesIO(packed)).namelist()


def test_large_cases_come_in_parts_that_telegram_takes() -> None:
    archive = Archive({"kode": "K7Q-XRT"}, date(2026, 11, 18), limit=4_000)
    added = [archive.add(Piece(f"berkas-{n}.jpg", bytes(1_500))) for n in range(5)]
    parts = [*filter(None, added), archive.close()]
    assert len(parts) == 3
    names = [n for part in parts for n in zipfile.ZipFile(io.BytesIO(part)).namelist()]
    assert [n for n in names if n.startswith("berkas")] == [f"berkas-{n}.jpg" for n in range(5)]
    assert names.count("manifest.json") == 3
    assert all(len(part) < 4_000 + 1_500 for part in parts)


def test_paper_tells_no_time_and_two_are_the_same() -> None:
    paper = Paper("Ekspor", "Catatan.", (Section("Isi", (("Siapa", "Camat"),)),))
    content = export.pdf(paper)
    assert content == export.pdf(paper)
    document = pypdfium2.PdfDocument(content)
    assert document.get_metadata_value("CreationDate") in ("", "D:20000101000000+00'00'")


def test_letters_that_the_font_lacks_are_in_the_text() -> None:
    paper = Paper("Ekspor", "", (Section("Isi", (("", "Aksara ꦗꦮ dan “kutip”"),)),), "Diganti.")
    assert "Diganti." in pdf_text(export.pdf(paper))
    assert "“kutip”" in pdf_text(export.pdf(paper))
    assert "ꦗꦮ" in export.plain(paper)
