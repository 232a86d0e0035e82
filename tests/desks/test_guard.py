"""Questions that would unmask a tipster are stopped; questions about the event pass."""

import pytest

from bot.chat.clean import clean_text
from bot.chat.wording import Wording
from bot.desks.asking import QuestionGuard
from tests.conftest import CONTENT

_WORDING = Wording.load(CONTENT / "wording")
_GUARD = QuestionGuard(_WORDING.plain("desk.identity_words"), _WORDING.plain("desk.harmless_words"))

ASKS_WHO = """
Siapa nama Anda?
bapak namanya siapa?
boleh minta no wa nya kak
anda kerja di dinas mana?
Apakah Anda bawahan beliau?
apa hubungan anda dengan pelaku
kamu orang mana
foto KTP dong
Anda tahu dari siapa?
siapa yang memotret?
Apa unit kerja Anda
nama lengkap?
minta kontak yang bisa dihubungi
sebagai apa anda di acara itu?
kak ini siapa?
NIP anda berapa
sampeyan sinten
Anda sendiri PNS?
saudara staf di kantor itu?
tolong kirim identitas
Bisa bertemu langsung di kantor kami?
siapa saja yang tahu soal ini
"""
SHOWS_A_CONTACT = """
hubungi 0812 3456 7890
chat @budi_panwas ya
kirim ke wa.me/628123456789
email saya budi@contoh.go.id
"""
ABOUT_THE_EVENT = """
Kapan kejadiannya dan di mana?
Siapa nama pejabat yang membagikan?
Apa jabatan orang itu?
Kantor mana yang dipakai untuk rapat?
Berapa nomor pelat mobilnya?
Apakah Anda melihat sendiri atau membaca unggahannya?
Siapa yang memimpin rapat?
Apakah dia memakai seragam dinas?
Alamat lengkap lokasi acara?
Dia bertugas di kecamatan mana?
Beliau berdinas di mana?
Nomor urut berapa yang didukung?
Apa nama lengkap terlapor?
Orang di foto ini siapa?
"""


def _lines(text: str) -> list[str]:
    return text.strip().splitlines()


@pytest.mark.parametrize("question", _lines(ASKS_WHO))
def test_who_somebody_is_cannot_be_asked(question: str) -> None:
    found = _GUARD.objection(question)
    assert found is not None
    assert found.kind == "identity"


@pytest.mark.parametrize("question", _lines(SHOWS_A_CONTACT))
def test_no_way_around_the_receipt_is_offered(question: str) -> None:
    found = _GUARD.objection(question)
    assert found is not None
    assert found.kind == "contact"


@pytest.mark.parametrize("question", _lines(ABOUT_THE_EVENT))
def test_the_event_and_the_accused_can_be_asked_about(question: str) -> None:
    assert _GUARD.objection(question) is None


@pytest.mark.parametrize("key", [k for k in _WORDING.under("desk.questions") if "text" in k])
def test_the_one_tap_questions_pass_their_own_guard(key: str) -> None:
    assert _GUARD.objection(_WORDING.plain(f"desk.questions.{key}")) is None


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("a\u202eb\u2066c\u200bd\ufeff", "abcd"),
        ("/keluar sekarang", "/ keluar sekarang"),
        ("dan/atau https://contoh.id/a/b", "dan/atau https://contoh.id/a/b"),
        ("satu\r\n\n\n\ndua\u2028tiga", "satu\n\ndua\ntiga"),
        ("e" + "\u0301" * 40, "e\u0301\u0301"),
        ("\u3164\u2800 kosong \x07", "kosong"),
        ("*tebal* <b>", "*tebal* <b>"),
    ],
)
def test_what_was_typed_is_shown_without_tricks(typed: str, shown: str) -> None:
    assert clean_text(typed) == shown
