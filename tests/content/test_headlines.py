"""Headlines, whole and cropped at forty characters as a notification shows them."""

import re
from pathlib import Path

import pytest

from bot.knowledge.checking.headlines import crop, headline_faults, label_of
from bot.knowledge.topics import Topic, load_topics, parse_topic
from tests.conftest import CONTENT
from tests.content.conftest import SOUND

TOPICS = list(load_topics(CONTENT / "faq").values())


def _topic(verdict: str, headline: str) -> Topic:
    head = "verdict: tidak\nban: tafsir" if verdict == "tidak" else f"verdict: {verdict}"
    text = SOUND.replace("verdict: tidak\nban: tafsir", head)
    old = "SEBAIKNYA TIDAK memakai payung bergambar calon, juga saat hujan."
    return parse_topic(Path("contoh.md"), text.replace(old, headline))


@pytest.mark.parametrize(
    "topic", TOPICS, ids=lambda topic: f"{topic.verdict}: {crop(topic.headline)}"
)
def test_no_cropped_headline_says_the_opposite(topic: Topic) -> None:
    shown = crop(topic.headline)
    assert shown.startswith(label_of(topic).strip())
    assert shown.startswith("BOLEH") == (topic.verdict == "boleh")
    denied = re.sub(r"(?i)\b(tidak|tak|jangan|belum)\s+boleh\b", "", shown)
    assert bool(re.search(r"(?i)\bboleh\b", denied)) == (topic.verdict == "boleh")
    assert list(headline_faults(topic)) == []


@pytest.mark.parametrize(
    ("verdict", "headline", "says"),
    [
        ("boleh", "BOLEH kok.", "perbuatan"),
        ("boleh", "BOLEH asalkan kantor bukan kantor dinas, berkampanye.", "perbuatan"),
        (
            "boleh",
            "BOLEH hadir di kampanye calon mana pun, hanya jika bertugas resmi.",
            "lebih luas",
        ),
        ("boleh", "BOLEH berkampanye dan masuk partai politik, setelah SK pensiun.", "lebih luas"),
        ("tidak", "SEBAIKNYA TIDAK ikut. Boleh menolak.", "terbaca sebagai izin"),
        ("tidak", "BOLEH menolak hadir di kampanye.", "harus dimulai"),
        ("info", "PENJELASAN: boleh melapor tanpa nama.", "terbaca sebagai izin"),
        ("bersyarat", "BERSYARAT: hanya jika dipertanggungjawabkan sendiri.", "belum terbaca"),
        ("belum-jelas", "BELUM PASTI. Paling aman: kepala desa tidak hadir.", "terbalik"),
    ],
)
def test_misleading_headlines_are_refused(verdict: str, headline: str, says: str) -> None:
    assert says in " ".join(headline_faults(_topic(verdict, headline)))


@pytest.mark.parametrize(
    ("verdict", "headline"),
    [
        ("boleh", "BOLEH mencoblos di TPS. Yang dijaga hanya kerahasiaan pilihan Anda."),
        ("boleh", "BOLEH berkampanye sesudah SK pensiun berlaku."),
        ("tidak", "SEBAIKNYA TIDAK ikut mendukung calon, walau disuruh. Menolak boleh."),
        ("belum-jelas", "BELUM PASTI. Paling aman: jangan hadir bila Anda kepala desa."),
    ],
)
def test_clear_headlines_pass(verdict: str, headline: str) -> None:
    assert list(headline_faults(_topic(verdict, headline))) == []
