"""A content folder with one sound topic, which tests break in one place."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.knowledge.check import Problem, check_content
from tests.conftest import CONTENT


def _bullets(pattern: str, words: str) -> str:
    """A bullet for each word, which takes the place of the asterisk."""
    return "\n".join(pattern.replace("*", word) for word in words.split())


TOPIC = "atribut-payung-calon"
SOUND = f"""---
verdict: tidak
ban: tafsir
confidence: medium
reviewed: 2026-11-21
related: [atribut-kaus, atribut-topi]
sources: [G-057]
---

# Bolehkah ASN memakai payung bergambar calon saat hujan?

SEBAIKNYA TIDAK memakai payung bergambar calon, juga saat hujan.

Gambar calon di payung terbaca sebagai dukungan, walau Anda hanya berteduh.

## Alasan
Payung bergambar calon adalah atribut. Contohnya, guru berjalan di bawah payung tim kampanye.

## Berlaku untuk
- PNS, PPPK, CPNS: berlaku di tempat kerja dan di tempat umum.
- Honorer (bersyarat): mengikuti perjanjian kerja.

## Tahapan
- Calon: tingkatnya dapat menjadi disiplin.

## Sanksi
- Moral: pernyataan tertulis dari PPK.

## Dasar hukum
- skb-2022 Lampiran II: memasang alat peraga calon dilarang.

## Yang aman dilakukan
- Pakai payung polos.

## Contoh pertanyaan
### umum
{_bullets("- payung * dipakai jemput anak", "abu biru coklat dadu emas")}

### guru-muda
{_bullets("- kak * hujan di sekolah gimana", "senin selasa rabu kamis jumat sabtu minggu")}

### satpam
{_bullets("- di pos * ada atribut timses", "utara timur selatan barat tengah depan belakang dapur")}
"""

Checker = Callable[[str], list[Problem]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A content folder with the real law registry and the sound topic."""
    content = tmp_path / "content"
    shutil.copytree(CONTENT / "law", content / "law")
    (content / "faq" / "atribut").mkdir(parents=True)
    for name in ("atribut-kaus", "atribut-topi"):
        (content / "faq" / "atribut" / f"{name}.md").write_text("", encoding="utf-8")
    topic_path(content).write_text(SOUND, encoding="utf-8")
    return content


@pytest.fixture
def check_topic(folder: Path) -> Checker:
    """What is found in the topic's file when it holds a certain text."""

    def check(text: str) -> list[Problem]:
        path = topic_path(folder)
        path.write_text(text, encoding="utf-8")
        return [problem for problem in check_content(folder) if problem.path == path]

    return check


def topic_path(folder: Path) -> Path:
    return folder / "faq" / "atribut" / f"{TOPIC}.md"


def line_of(text: str, words: str) -> int:
    """The number of the first line with these words."""
    return next(n for n, line in enumerate(text.splitlines(), 1) if words in line)
