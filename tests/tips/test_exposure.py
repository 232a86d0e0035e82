"""What would show who wrote a tip is found; what belongs to the accused is left in peace."""

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import ContentError
from bot.tips.exposure import ExposureFinder
from bot.tips.receipts import ReceiptWords

CONTENT = Path(__file__).parents[2] / "content"
FINDER = ExposureFinder.load(CONTENT)
WORDS = ReceiptWords.load(CONTENT / "receipt-words.txt")

EXPOSING = [
    ("NIK saya 3374051208850003", "nik"),
    ("nik: 3374 0512 0885 0003", "nik"),
    ("NIP 198508122010011003", "nip"),
    ("nip saya 19850812 201001 1 003", "nip"),
    ("hubungi saya di 0812-3344-5566", "phone"),
    ("wa sy +62 857 1122 3344", "phone"),
    ("nomor sy o812 33o4 5566", "phone"),
    ("nomor saya nol delapan satu dua tiga tiga empat empat lima lima enam enam", "phone"),
    ("balas ke wiryo.s@gmail.com ya", "email"),
    ("email saya wiryo at gmail dot com", "email"),
    ("motor saya AB 4321 ZZ parkir di situ", "plate"),
    ("ig saya @wiryosasmita", "handle"),
    ("akun fb saya Wiryo Sasmita", "handle"),
    ("tanda terima laporan saya nomor 077/LP/X/2026", "receipt"),
    ("saya staf di dinas pertanian", "self_workplace"),
    ("sy ngajar di smp negeri 4", "self_workplace"),
    ("gue honorer kelurahan", "self_workplace"),
    ("sebagai bidan di puskesmas itu saya malu", "self_workplace"),
    ("kantor saya dipakai rapat", "self_workplace"),
    ("atasan saya yang menyuruh", "self_relation"),
    ("dia paman saya", "self_relation"),
    ("saya keponakannya", "self_relation"),
    ("cuma saya yang tahu", "self_unique"),
    ("saya yang mengetik suratnya", "self_unique"),
    ("hanya kami berdua di ruangan", "self_unique"),
    ("nama saya Wiryo", "self_name"),
    ("perkenalkan saya Wiryo Sasmita", "self_name"),
    ("saya tinggal di jalan melati no 3", "self_address"),
]
HARMLESS = [
    "Camat Wiryo Sasmita ikut kampanye di lapangan",
    "kepala dinas pendidikan memakai mobil dinas AB 12 C",
    "akun @camat.contoh mengunggah dukungan",
    "di baliho tertulis hubungi posko 0811 2233 4455",
    "lurah kami membagi sembako kepada warga",
    "saya melihat pak kades di panggung",
    "paslon nomor 2 menang 1500 suara",
    "anggarannya Rp 250.000.000 tahun 2026",
    "kejadian tanggal 12/10/2026 jam 14.30",
    "saya warga biasa yang peduli",
    "pegawai kelurahan di sana diminta hadir",
]


@pytest.mark.parametrize(("text", "kind"), EXPOSING)
def test_what_exposes_is_found(text: str, kind: str) -> None:
    assert kind in {found.kind for found in FINDER.find(text)}


@pytest.mark.parametrize("text", HARMLESS)
def test_what_belongs_to_the_accused_is_left_in_peace(text: str) -> None:
    assert FINDER.find(text) == []


@given(st.integers(min_value=0, max_value=2**60 - 1), st.sampled_from([" ", ", ", "\n", "-"]))
def test_every_receipt_is_found_inside_a_text(secret: int, between: str) -> None:
    receipt = between.join(WORDS.encode(secret).split())
    assert "receipt" in {found.kind for found in FINDER.find(f"catatan: {receipt}. terima kasih")}


@given(st.text(max_size=300))
def test_what_is_found_stands_where_it_says(text: str) -> None:
    for found in FINDER.find(text):
        assert text[found.start : found.end] == found.text


def test_hostile_lengths_stay_quick() -> None:
    for text in ("1 " * 2_000, "nol " * 1_000, "saya " * 800, "a.b" * 1_300, "@" * 4_000):
        FINDER.find(text)  # the suite's timeout is the limit


def test_stretches_of_one_kind_do_not_overlap() -> None:
    found = FINDER.find("saya kerja di kantor saya, atasan saya tahu")
    for one, other in pairwise(found):
        assert one.kind != other.kind or one.end <= other.start


def test_a_broken_lexicon_is_reported(tmp_path: Path) -> None:
    (tmp_path / "exposure.yaml").write_text("self: saya\n", encoding="utf-8")
    words = (CONTENT / "receipt-words.txt").read_text(encoding="utf-8")
    (tmp_path / "receipt-words.txt").write_text(words, encoding="utf-8")
    with pytest.raises(ContentError, match=r"exposure\.yaml:1"):
        ExposureFinder.load(tmp_path)
