"""Office documents: what is seen goes on as text, and nothing of what is not seen."""

import io
import struct
import zipfile
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.tips.evidence.kinds import Format, Rebuilt, Refused
from bot.tips.evidence.office import rebuild_office
from bot.tips.evidence.plain_text import visible
from tests.evidence import samples_office as samples
from tests.evidence.marks import found, mark


def _rebuilt(content: bytes, kind: Format) -> tuple[Rebuilt, str]:
    target = io.BytesIO()
    return rebuild_office(io.BytesIO(content), target, kind), target.getvalue().decode()


def _reason(content: bytes, kind: Format) -> str:
    with pytest.raises(Refused) as refusal:
        _rebuilt(content, kind)
    return refusal.value.reason


MARKED: dict[Format, tuple[Callable[[], bytes], str, str]] = {
    "docx": (
        samples.marked_word,
        "Kop surat dinas\n\nSurat edaran\nHadir di balai desa\nterbuka\n\nNama\n\tJumlah\n",
        "2",
    ),
    "xlsx": (samples.marked_sheets, "[Daftar]\nNama\t\t2026-11-04\nSekretaris\t\t250000\n", ""),
    "pptx": (samples.marked_slides, "[1]\nAjakan memilih\n\n[2]\nKedua\n", "1"),
    "odt": (samples.marked_text_document, "Kop surat\n\nHadir di balai desa\n akhir\n", "1"),
    "ods": (samples.marked_table_document, "[Daftar]\nNama\n", "1"),
    "odp": (samples.marked_slide_document, "Ajakan\n", "1"),
}


@pytest.mark.parametrize("kind", MARKED)
def test_only_what_is_seen_goes_on(kind: Format) -> None:
    make, text, pictures = MARKED[kind]
    assert found(make())
    built, written = _rebuilt(make(), kind)
    assert found(written.encode()) == set()
    assert " ".join(written.split()) == " ".join(text.split())
    assert (built.kind, built.suffix, built.size) == ("text", ".txt", len(written.encode()))
    assert built.detail.get("pictures", "") == pictures


def test_columns_stay_in_their_places() -> None:
    _, written = _rebuilt(samples.marked_sheets(), "xlsx")
    assert written == "[Daftar]\nNama\t\t2026-11-04\nSekretaris\t\t250000\n"


def test_a_document_of_pictures_only_is_refused() -> None:
    body = samples.word("<w:p><w:r><w:drawing/></w:r></w:p>", **{"word/media/image1.png": b"x"})
    assert _reason(body, "docx") == "no_text"


def test_text_loses_every_unseen_character() -> None:
    hidden = "\u200b\u200d\u2060\ufeff\u202e\u2066\u00ad\ufe0f\U000e0041\ue000\x07"
    _, written = _rebuilt(f"\ufeffRp{hidden}250.000\u2003tunai \t\r\nA\u0301 ".encode(), "txt")
    assert written == "Rp250.000 tunai\nÁ\n"


def test_csv_and_utf_16_are_read_as_text() -> None:
    _, written = _rebuilt("nama,jumlah\r\nBudi,5\r\n".encode("utf-16"), "txt")
    assert written == "nama,jumlah\nBudi,5\n"


@given(st.text())
def test_what_is_visible_is_settled_at_once(text: str) -> None:
    assert visible(visible(text)) == visible(text)


BILLION = '<!DOCTYPE a [<!ENTITY b "xx"><!ENTITY c "&b;&b;&b;&b;">]>'
OUTSIDE = '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize("doctype", [BILLION, OUTSIDE])
def test_entities_are_refused(doctype: str) -> None:
    body = f"{doctype}<a>&b;</a>"
    content = samples.package({"word/document.xml": body})
    assert _reason(content, "docx") == "unreadable"


@pytest.mark.parametrize("kind", ["docx", "xlsx", "pptx", "odt"])
def test_broken_documents_are_refused(kind: Format) -> None:
    whole = MARKED[kind][0]()
    for content in (b"", b"PK\x03\x04", whole[:-30], whole[: len(whole) // 2], samples.package({})):
        assert _reason(content, kind) == "unreadable"


def test_a_zip_bomb_is_refused_by_its_declared_size() -> None:
    assert (
        _reason(samples.package({"word/document.xml": bytes(101 * 2**20)}), "docx") == "too_heavy"
    )


def test_a_zip_bomb_that_lies_about_its_size_is_refused() -> None:
    honest = samples.package({"word/document.xml": b"<a>" + bytes(5 * 2**20)})
    lying = honest.replace(struct.pack("<I", 5 * 2**20 + 3), struct.pack("<I", 20))
    assert _reason(lying, "docx") in ("unreadable", "too_heavy")


def test_too_many_parts_or_tags_are_refused() -> None:
    many = samples.package({f"word/{number}": b"" for number in range(2_001)})
    assert _reason(many, "docx") == "too_heavy"
    tags = samples.word("<a/>" * 1_000_001)
    assert _reason(tags, "docx") == "too_heavy"


def test_deep_nesting_is_survived() -> None:
    deep = "<w:sdt>" * 30_000 + "<w:r><w:t>dalam</w:t></w:r>" + "</w:sdt>" * 30_000
    assert _rebuilt(samples.word(deep), "docx")[1] == "dalam\n"


def test_an_archive_inside_stays_closed() -> None:
    inner = samples.package({"isi.txt": mark("dalam")})
    content = samples.word("<w:p><w:r><w:t>surat</w:t></w:r></w:p>", **{"word/embeddings/a": inner})
    assert found(content)
    assert _rebuilt(content, "docx")[1] == "surat\n"


def test_a_path_out_of_the_document_is_never_followed() -> None:
    book = '<sheets><sheet name="a" r:id="r1"/></sheets>'
    content = io.BytesIO(samples.sheets(book, sheet1="<sheetData/>"))
    with zipfile.ZipFile(content) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["xl/_rels/workbook.xml.rels"] = (
        b'<Relationships><Relationship Id="r1" Target="../../../../etc/passwd"/></Relationships>'
    )
    assert _reason(samples.package(parts), "xlsx") == "no_text"


def test_an_encrypted_part_is_refused() -> None:
    content = bytearray(samples.word("<w:p/>"))
    start = content.rindex(b"PK\x01\x02")
    content[start + 8] |= 1
    assert _reason(bytes(content), "docx") == "password"
