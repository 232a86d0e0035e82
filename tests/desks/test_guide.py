"""The desks' guide: the real one is sound, and each kind of mistake is named with its line."""

import shutil
from pathlib import Path

import pytest

from bot.guide_check import guide_problems
from tests.conftest import CONTENT


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("desk-guide.yaml", "tip-form.yaml"):
        shutil.copy(CONTENT / name, tmp_path / name)
    for name in ("law", "wording"):
        shutil.copytree(CONTENT / name, tmp_path / name)
    return tmp_path


def test_the_guide_is_sound(folder: Path) -> None:
    assert list(guide_problems(folder)) == []


@pytest.mark.parametrize(
    ("was", "is_", "said"),
    [
        ("skb-2022 Lampiran II: posting", "skb-1999 Lampiran II: posting", "skb-1999"),
        ("said: [link]", "said: [tautan]", "isian tautan"),
        ("ask: [tautan, tanggal, jabatan]", "ask: [nama]", "pertanyaan nama"),
        ("decides: [pidana]", "decides: [hakim]", "hakim"),
        ("  7:\n", "  17:\n", "jenis 7 belum punya panduan"),
        ("    checklist:\n", "    daftar:\n", "belum punya checklist"),
    ],
)
def test_mistakes_are_named(folder: Path, was: str, is_: str, said: str) -> None:
    path = folder / "desk-guide.yaml"
    text = path.read_text("utf-8")
    assert was in text
    path.write_text(text.replace(was, is_, 1), "utf-8")
    assert any(said in problem.message for problem in guide_problems(folder))
