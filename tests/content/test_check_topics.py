"""Every rule for topics, with a file that breaks it and the line that must be named."""

import pytest

from bot.knowledge.check import Problem
from tests.content.conftest import SOUND, Checker, line_of

LONG = "kata " * 130


def _broken(old: str, new: str) -> str:
    assert old in SOUND
    return SOUND.replace(old, new, 1)


def _errors(found: list[Problem]) -> list[tuple[int, str]]:
    return [(problem.line, problem.message) for problem in found if problem.severity == "galat"]


def test_a_sound_topic_has_no_problem(check_topic: Checker) -> None:
    assert check_topic(SOUND) == []


# what is replaced, by what, words in the line that must be named, words of the message
BROKEN = {
    "unknown verdict": (
        "verdict: tidak",
        "verdict: mungkin",
        "verdict: mungkin",
        "harus salah satu",
    ),
    "unknown key": ("sources:", "penulis: saya\nsources:", "penulis", "tidak dikenal"),
    "missing key": ("sources: [G-057]\n", "", "---", "sources belum diisi"),
    "wrong ban": ("ban: tafsir", "ban: tersurat", "ban:", "harus tafsir"),
    "no date": ("2026-11-21", "kemarin", "reviewed", "harus tanggal"),
    "links not listed": ("[atribut-kaus, atribut-topi]", "7", "related", "ditulis sebagai"),
    "unknown section": ("## Tahapan", "## Waktu", "## Waktu", "tidak dikenal"),
    "section twice": ("## Tahapan", "##  Alasan", "##  Alasan", "ada dua kali"),
    "unknown actor": ("- PNS, PPPK", "- Guru, PPPK", "- Guru", "label dari"),
    "unknown verdict of an actor": ("(bersyarat)", "(mungkin)", "(mungkin)", "bukan verdict"),
    "basis without article": (
        "- skb-2022 Lampiran II:",
        "- SKB itu",
        "- SKB itu",
        "dasar hukum ditulis",
    ),
    "no headline": (
        "SEBAIKNYA TIDAK memakai payung bergambar calon, juga saat hujan.\n\n",
        "",
        "# Boleh",
        "dua alinea",
    ),
    "wrong label": ("SEBAIKNYA TIDAK", "TIDAK BOLEH", "TIDAK BOLEH", "SEBAIKNYA TIDAK"),
    "long headline": (
        "juga saat hujan.",
        f"juga saat {LONG[:70]}.",
        "SEBAIKNYA",
        "paling banyak 120",
    ),
    "long answer": (
        "walau Anda hanya berteduh.",
        f"walau {LONG[:200]}.",
        "Gambar calon",
        "paling banyak 220",
    ),
    "long reason": (
        "adalah atribut.",
        f"adalah {LONG}.",
        "Payung bergambar calon adalah",
        "paling banyak 600",
    ),
    "long sanctions": ("pernyataan tertulis dari PPK.", f"{LONG}.", "- Moral", "paling banyak 450"),
    "long gist": (
        "memasang alat peraga calon dilarang.",
        f"{LONG[:150]}.",
        "- skb-2022",
        "paling banyak 140",
    ),
    "no actor PNS": ("- PNS, PPPK, CPNS:", "- PPPK:", "- PPPK", "baris untuk PNS"),
    "missing section": (
        "## Sanksi\n- Moral: pernyataan tertulis dari PPK.\n\n",
        "",
        "---",
        "'Sanksi' belum diisi",
    ),
    "empty section": (
        "- Pakai payung polos.",
        "",
        "## Yang aman",
        "'Yang aman dilakukan' belum diisi",
    ),
    "dead link": ("atribut-topi]", "atribut-helm]", "related", "atribut-helm tidak ada"),
    "link to itself": ("atribut-topi]", "atribut-payung-calon]", "related", "dirinya sendiri"),
    "no sources": ("[G-057]", "[]", "sources", "belum diisi"),
    "unknown law": ("skb-2022 Lampiran", "skb-2099 Lampiran", "skb-2099", "tidak ada di daftar"),
    "revoked law": (
        "skb-2022 Lampiran II",
        "pp-53-2010 Pasal 4",
        "pp-53-2010",
        "berstatus dicabut",
    ),
    "number of an SKB item": ("adalah atribut.", "melanggar B.7.", "B.7", "nomor butir SKB"),
    "days of tracing": (
        "Pakai payung polos.",
        "Tunggu 7 hari masa penelusuran.",
        "Tunggu 7",
        "7 hari penelusuran",
    ),
    "KASN as an address": (
        "Pakai payung polos.",
        "Lapor kepada KASN sebelum hujan.",
        "KASN",
        "alamatnya sekarang BKN",
    ),
    "KASN alive": (
        "Pakai payung polos.",
        "KASN mengawasi payung.",
        "KASN",
        "KASN sudah bubar; sebut BKN",
    ),
    "old law as current": (
        "Pakai payung polos.",
        "Baca UU Nomor 5 Tahun 2014.",
        "Baca UU",
        "UU 5/2014 sudah tidak berlaku",
    ),
    "old regulation as current": (
        "pernyataan tertulis dari PPK.",
        "sanksi PP 53/2010.",
        "- Moral",
        "PP 53/2010 sudah tidak berlaku",
    ),
    "penalty without the note": (
        "pernyataan tertulis dari PPK.",
        "penjara paling lama 6 bulan.",
        "- Moral",
        "UU 1/2026",
    ),
    "fine without the note": (
        "pernyataan tertulis dari PPK.",
        "denda sampai Rp6 juta.",
        "- Moral",
        "UU 1/2026",
    ),
    "emoji": ("Pakai payung polos.", "Pakai payung polos \U0001f44d", "\U0001f44d", "emoji"),
    "markup": ("Pakai payung polos.", "Pakai **payung** polos.", "**payung**", "teks polos"),
    "admin": ("Pakai payung polos.", "Silakan hubungi admin.", "admin", "siapa dan bagaimana"),
    "remark of the template": ("Pakai payung polos.", "(isi: langkah)", "(isi:", "belum diganti"),
    "remark among phrasings": (
        "- payung abu dipakai jemput anak",
        "- (isi: contoh)",
        "(isi:",
        "belum diganti",
    ),
    "phrasing twice": ("- payung biru", "- Payung ABU", "- Payung ABU", "sudah ada di baris"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_each_rule_names_its_line(case: str, check_topic: Checker) -> None:
    old, new, place, says = BROKEN[case]
    text = _broken(old, new)
    found = _errors(check_topic(text))
    assert any(line == line_of(text, place) and says in message for line, message in found), found


@pytest.mark.parametrize(
    "section", ["Alasan", "Berlaku untuk", "Dasar hukum", "Yang aman dilakukan"]
)
def test_sections_that_every_topic_needs(section: str, check_topic: Checker) -> None:
    start = SOUND.index(f"## {section}")
    text = SOUND[:start] + SOUND[SOUND.index("\n\n", start) + 2 :]
    assert any(f"'{section}' belum diisi" in message for _, message in _errors(check_topic(text)))


@pytest.mark.parametrize(
    ("verdict", "headline", "section"),
    [
        ("bersyarat", "BERSYARAT: hanya jika payung itu polos", "Syarat"),
        ("belum-jelas", "BELUM PASTI. Paling aman: pakai payung polos", "Yang belum pasti"),
    ],
)
def test_sections_that_a_verdict_needs(
    verdict: str, headline: str, section: str, check_topic: Checker
) -> None:
    text = SOUND.replace("verdict: tidak\nban: tafsir", f"verdict: {verdict}")
    text = text.replace("SEBAIKNYA TIDAK memakai payung bergambar calon", headline)
    assert _errors(check_topic(text)) == [
        (1, f"bagian '{section}' belum diisi; wajib untuk verdict {verdict}.")
    ]


def test_boleh_needs_the_line_without_a_sanction(check_topic: Checker) -> None:
    text = SOUND.replace("verdict: tidak\nban: tafsir", "verdict: boleh")
    text = text.replace("SEBAIKNYA TIDAK", "BOLEH")
    [(line, message)] = _errors(check_topic(text))
    assert (line, "Tidak ada" in message) == (line_of(text, "- Moral"), True)


def test_sections_keep_their_order(check_topic: Checker) -> None:
    moved = "## Tahapan\n- Calon: tingkatnya dapat menjadi disiplin.\n\n"
    text = SOUND.replace(moved, "").replace("## Alasan", f"{moved}## Alasan")
    [(line, message)] = _errors(check_topic(text))
    assert (line, "urutan bagian" in message) == (line_of(text, "## Tahapan"), True)


def test_too_few_phrasings_and_voices(check_topic: Checker) -> None:
    text = SOUND[: SOUND.index("\n### guru-muda")]
    line = line_of(text, "## Contoh pertanyaan")
    assert _errors(check_topic(text)) == [
        (line, "contoh pertanyaan baru 5, paling sedikit 20."),
        (line, "contoh pertanyaan baru dari 1 suara, paling sedikit 3."),
    ]


def test_all_problems_of_a_file_are_named_at_once(check_topic: Checker) -> None:
    text = SOUND.replace("- PNS, PPPK", "- Guru").replace("- Moral", "- Cubitan")
    text = text.replace("- skb-2022 Lampiran II:", "- SKB itu").replace(
        "atribut-topi]", "atribut-helm]"
    )
    lines = {line for line, _ in _errors(check_topic(text))}
    places = ("- Guru", "- Cubitan", "- SKB itu", "related")
    assert {line_of(text, place) for place in places} <= lines


def test_a_file_that_cannot_be_parsed_is_still_read_for_shown_text(check_topic: Checker) -> None:
    text = SOUND.replace("verdict: tidak", "verdict: ISI").replace("Pakai payung", "Lapor ke KASN")
    lines = {line for line, _ in _errors(check_topic(text))}
    assert lines == {line_of(text, "verdict: ISI"), line_of(text, "Lapor ke KASN")}


@pytest.mark.parametrize(
    "excused",
    [
        "KASN sudah bubar, kirim ke BKN.",
        "Jangan mengirim ke KASN.",
        "KASN (2018) menerima foto keluarga.",
        "UU 5/2014 diganti UU 20/2023.",
        "Pasal itu pindah dari PP 53/2010 ke PP 94/2021.",
        "Laporan resmi dibatasi 7 hari kerja sejak diketahui.",
        "Penjara paling lama 6 bulan; angkanya berubah sejak UU 1/2026.",
        "Potongan tukin 25% selama 6 bulan.",
    ],
)
def test_what_explains_the_past_may_stand(excused: str, check_topic: Checker) -> None:
    assert check_topic(_broken("Pakai payung polos.", excused)) == []


def test_a_revoked_law_may_be_explained(check_topic: Checker) -> None:
    text = _broken(
        "skb-2022 Lampiran II: memasang", "pp-53-2010 Pasal 4: sudah dicabut, dulu memasang"
    )
    assert check_topic(text) == []


def test_a_long_sentence_is_only_a_hint(check_topic: Checker) -> None:
    text = _broken("Pakai payung polos.", "Pakai " + "payung " * 31 + "polos.")
    [problem] = check_topic(text)
    assert (problem.severity, problem.line) == ("peringatan", line_of(text, "Pakai payung"))
