"""A small world of five topics, enough for a matcher that trains in a moment."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from bot.knowledge.topics import Phrasing, Topic, Verdict

VOICES = ("umum", "pesisir", "gunung", "kota")
SAID: dict[str, tuple[Verdict, str, tuple[str, ...]]] = {
    "medsos-like": (
        "tidak",
        "Bolehkah menyukai unggahan calon?",
        (
            "boleh like status calon ga",
            "ngelike foto cabup",
            "kasih jempol postingan caleg",
            "like ig paslon kena ga",
        ),
    ),
    "medsos-like-tidak-sengaja": (
        "belum-jelas",
        "Tidak sengaja menekan like, apakah melanggar?",
        (
            "kepencet like status calon",
            "ga sengaja ngelike caleg",
            "jari kepeleset tidak sengaja like",
            "tidak sengaja like paslon",
        ),
    ),
    "hak-pilih": (
        "boleh",
        "Bolehkah ASN mencoblos?",
        (
            "pns boleh nyoblos ga",
            "asn ikut mencoblos di tps",
            "guru datang ke tps memilih",
            "apakah pns punya hak pilih",
        ),
    ),
    "kampanye-pasif": (
        "bersyarat",
        "Bolehkah hadir di kampanye hanya untuk mendengar?",
        (
            "dengar kampanye doang boleh",
            "hadir kampanye cuma dengerin",
            "nonton orasi diam saja",
            "datang kampanye tanpa atribut",
        ),
    ),
    "sanksi-sedang": (
        "info",
        "Apa isi hukuman disiplin sedang?",
        (
            "hukdis sedang tukin dipotong brp",
            "disiplin sedang potong tpp",
            "hukuman sedang itu apa",
            "tukin dipotong 25 persen",
        ),
    ),
}
OUTSIDE = [
    ("near", "cara cek dpt online"),
    ("near", "gaji 13 kapan cair"),
    ("near", "syarat cpns tahun ini"),
    ("near", "naik pangkat berkasnya apa"),
    ("far", "resep rendang padang"),
    ("far", "cuaca besok hujan"),
    ("far", "jual motor bekas"),
    ("far", "skor bola tadi malam"),
]


@pytest.fixture
def topics() -> Mapping[str, Topic]:
    return {
        name: Topic(
            id=name,
            category=name.split("-", maxsplit=1)[0],
            question=question,
            verdict=verdict,
            ban="tersurat" if verdict == "tidak" else None,
            confidence="high",
            reviewed=date(2026, 11, 21),
            related=(),
            sources=(),
            headline=question,
            answer=question,
            phrasings=tuple(Phrasing(*pair) for pair in zip(VOICES, said, strict=True)),
        )
        for name, (verdict, question, said) in SAID.items()
    }


@pytest.fixture
def content(tmp_path: Path) -> Path:
    folder = tmp_path / "content"
    (folder / "faq").mkdir(parents=True)
    lines = [f"{kind}\t{VOICES[n % 4]}\t{text}" for n, (kind, text) in enumerate(OUTSIDE)]
    (folder / "out-of-scope.tsv").write_text("kind\tvoice\ttext\n" + "\n".join(lines) + "\n")
    (folder / "slang.tsv").write_text("slang\tformal\nga\ttidak\nboleh ga\tapakah boleh\n")
    (folder / "faq" / "ask-back.yaml").write_text(
        """
- pair: [medsos-like, medsos-like-tidak-sengaja]
  facet: sengaja atau tidak
  ask: Like-nya sengaja, atau tidak sengaja?
  choices: {Sengaja: medsos-like, Tidak sengaja: medsos-like-tidak-sengaja}
  signs: {medsos-like-tidak-sengaja: [tidak sengaja, kepencet]}
"""
    )
    (folder / "facets.yaml").write_text(
        "intention:\n  tidak sengaja: [tidak sengaja, ga sengaja, kepencet]\n"
        "actor:\n  Honorer: [honorer]\n"
    )
    (folder / "rules.yaml").write_text(
        """
- name: thanks
  whole: [makasih, ya, min]
- name: reveal
  all: [[siapa], [yang lapor*]]
  unless: [rahasia]
- name: forced
  topic: kampanye-pasif
  any: [dipaksa atasan]
"""
    )
    return folder
