"""Curated files: clear errors, stages by region and day, changes without a restart."""

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from bot.errors import ContentError
from bot.knowledge.contacts import Contacts, missing_contacts
from bot.knowledge.curated import read_entry, read_page
from bot.knowledge.reference import Announcement, Reference
from bot.knowledge.stages import Stages
from bot.watched import Watched
from tests.conftest import CONTENT
from tests.reading.conftest import written

TODAY = date(2030, 6, 1)
HEAD = (CONTENT / "stages.yaml").read_text(encoding="utf-8").partition("national:")[0]
PALU = """
national:
  - {stage: tidak-ada, contest: pemilu, from: 2026-01-01, source: s, reviewed: 2030-05-01}
regions:
  "72":
    - stage: bakal-calon
      contest: Pilgub Sulteng
      from: 2030-05-01
      source: s
      reviewed: 2030-05-01
  "72.71":
    - stage: calon
      contest: Pilwalkot Palu
      from: 2030-05-20
      until: 2030-06-30
      source: s
      reviewed: 2030-05-01
"""


@pytest.fixture
def stages(tmp_path: Path) -> Callable[[str], Stages]:
    def load(text: str) -> Stages:
        return Stages.load(written(tmp_path / "stages.yaml", HEAD + text))

    return load


def _kind(stages: Stages, region: str | None, day: date = TODAY) -> str | None:
    found = stages.stage_of(region, day)
    return found.kind.id if found else None


def test_the_stage_now_is_that_none_was_found() -> None:
    found = Stages.load(CONTENT / "stages.yaml").stage_of("72.71", date(2026, 11, 22))
    assert found
    assert found.sentence().startswith("Sekarang: belum ada tahapan")
    assert "21 November 2026" in found.sentence()


def test_the_harshest_stage_around_a_region_counts(stages: Callable[[str], Stages]) -> None:
    loaded = stages(PALU)
    assert _kind(loaded, "72.71") == "calon"
    assert _kind(loaded, "72.05") == "bakal-calon"
    assert _kind(loaded, "31.71") == "tidak-ada"
    assert _kind(loaded, None) == "tidak-ada"
    assert _kind(loaded, "72.71", date(2030, 7, 1)) == "bakal-calon"
    assert _kind(loaded, "72.71", date(2025, 1, 1)) is None
    assert [stage.contest for stage in loaded.regional(TODAY)] == [
        "Pilgub Sulteng",
        "Pilwalkot Palu",
    ]


def test_a_stage_that_nobody_checked_for_long_says_so(stages: Callable[[str], Stages]) -> None:
    found = stages(PALU).stage_of("72", date(2031, 1, 1))
    assert found
    assert "sudah lama tidak diperiksa" in found.sentence()


def test_a_changed_file_holds_at_once_and_a_broken_one_never(tmp_path: Path) -> None:
    path = written(tmp_path / "stages.yaml", HEAD + "national: []\n")
    loaded = Stages.load(path)
    assert _kind(loaded, None) is None
    _later(written(path, HEAD + PALU), 1)
    assert _kind(loaded, "72.71") == "calon"
    _later(written(path, HEAD + PALU.replace("stage: calon", "stage: kampanye")), 2)
    assert _kind(loaded, "72.71") == "calon"
    path.unlink()
    assert _kind(loaded, "72.71") == "calon"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("national: [{stage: lain}]", "'stage' harus salah satu"),
        ("national: [{stage: calon, contest: x, from: besok}]", "'from' harus tanggal"),
        (
            "national: [{stage: calon, contest: x, from: 2030-02-02, until: 2030-01-01}]",
            "mendahului",
        ),
        ("regions:\n  11.10: []", "tanda petik"),
        ("national:\n  - contest: a: b", "titik dua"),
    ],
)
def test_mistakes_name_file_and_line(
    stages: Callable[[str], Stages], text: str, message: str
) -> None:
    with pytest.raises(ContentError, match=message) as error:
        stages(text)
    line = int(str(error.value).split(":")[1])
    first = HEAD.count("\n") + 1
    assert first <= line <= first + text.count("\n")


@pytest.mark.parametrize("text", ["", "- a", "a: [", "\0", "a: !!python/none x", "&a [*a]"])
def test_any_text_is_read_or_refused(tmp_path: Path, text: str) -> None:
    path = written(tmp_path / "x.yaml", text)
    with pytest.raises(ContentError):
        read_entry(path).text("a")
    with pytest.raises(ContentError):
        read_page(path)


def test_a_watched_file_is_read_once_while_it_stays(tmp_path: Path) -> None:
    path = written(tmp_path / "x", "1")
    reads: list[Path] = []

    def read(path: Path) -> str:
        reads.append(path)
        return path.read_text(encoding="utf-8")

    watched = Watched(path, read)
    assert [watched.get(), watched.get()] == ["1", "1"]
    assert len(reads) == 1
    _later(written(path, "2"), 1)
    assert watched.get() == "2"


def test_contacts_fall_back_to_province_and_country(tmp_path: Path) -> None:
    entry = "{{name: {}, kind: telepon, value: '1', checked: 2026-11-21, source: s}}"
    text = f"national: [{entry.format('N')}]\nregions:\n  '72': [{entry.format('P')}]\n"
    contacts = Contacts.load(written(tmp_path / "c.yaml", text))
    assert contacts.near("72.71")[0].name == "P"
    assert contacts.near("31")[0].name == contacts.near(None)[0].name == "N"
    assert missing_contacts(contacts, ["72", "72.71", "31"]) == ["72.71", "31"]


def test_an_announcement_stands_on_its_days_only(reference: Reference) -> None:
    found = Announcement("Layanan libur.", date(2030, 6, 1), date(2030, 6, 2))
    assert found.stands(date(2030, 6, 2))
    assert not found.stands(date(2030, 6, 3))
    assert reference.banner(TODAY) == ""


def test_every_topic_has_a_history(reference: Reference) -> None:
    assert reference.history("foto-pose-jari")


def _later(path: Path, seconds: int) -> None:
    """As if the file had been saved later, whatever the clock of the file system."""
    moment = path.stat().st_mtime + seconds
    os.utime(path, (moment, moment))
