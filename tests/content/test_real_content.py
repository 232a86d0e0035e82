"""The content that is shipped, and the commands with which it is curated."""

import json
import shutil
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli.content import content
from bot.content_check import check_all
from bot.errors import ContentError, OperatorError
from bot.knowledge import curate
from bot.knowledge.topics import load_topics, read_topic
from tests.conftest import CONTENT
from tests.content.conftest import SOUND, TOPIC, line_of, topic_path


def test_the_shipped_content_has_no_error() -> None:
    found = [str(problem) for problem in check_all(CONTENT) if problem.severity == "galat"]
    assert found == []


def _run(folder: Path, *words: str) -> tuple[str, BaseException | None]:
    result = CliRunner().invoke(content, words, env={"CONTENT_DIR": str(folder)})
    return result.output, result.exception


def test_check_prints_every_error_with_its_place_and_fails(folder: Path) -> None:
    path = topic_path(folder)
    path.write_text(SOUND.replace("Pakai payung polos.", "Lapor ke KASN."), encoding="utf-8")
    output, raised = _run(folder, "check")
    assert f"{path}:{line_of(SOUND, 'Pakai payung')}: KASN sudah bubar" in output
    assert isinstance(raised, OperatorError)
    assert "galat" in str(raised)
    assert "peringatan:" not in output


def test_hints_are_shown_on_request(folder: Path) -> None:
    path = topic_path(folder)
    text = SOUND.replace("Pakai payung polos.", "Pakai " + "payung " * 31)
    path.write_text(text, encoding="utf-8")
    assert (
        f"{path}:{line_of(text, 'Pakai payung')}: peringatan: "
        in _run(folder, "check", "--hints")[0]
    )
    assert str(path) not in _run(folder, "check")[0]


def test_a_new_topic_is_never_served_before_it_is_filled_in(folder: Path) -> None:
    shutil.copy(CONTENT / "topic-template.md", folder)
    (folder / "categories.yaml").write_text("atribut: Atribut\n", encoding="utf-8")
    output, raised = _run(folder, "new", "atribut", "atribut-helm")
    path = folder / "faq" / "atribut" / "atribut-helm.md"
    assert raised is None
    assert str(path) in output
    with pytest.raises(ContentError, match="verdict"):
        read_topic(path)
    left = [p for p in check_all(folder) if p.path == path and "(isi:" in p.message]
    text = path.read_text(encoding="utf-8")
    lines = [n for n, line in enumerate(text.splitlines(), 1) if "(isi:" in line]
    assert [problem.line for problem in left] == lines


@pytest.mark.parametrize(
    ("category", "name", "says"),
    [
        ("helm", "atribut-helm", "Bidang"),
        ("atribut", "Helm", "huruf kecil"),
        ("atribut", TOPIC, "dipakai"),
    ],
)
def test_a_new_topic_needs_a_free_name(folder: Path, category: str, name: str, says: str) -> None:
    (folder / "categories.yaml").write_text("atribut: Atribut\n", encoding="utf-8")
    with pytest.raises(OperatorError, match=says):
        curate.new_topic(folder, category, name)


@pytest.fixture
def alone(folder: Path) -> Path:
    """The folder with only the sound topic."""
    for path in (folder / "faq").glob("*/*.md"):
        if path != topic_path(folder):
            path.unlink()
    return folder


def test_a_phrasing_joins_its_voice(alone: Path) -> None:
    output, raised = _run(
        alone, "phrasing", TOPIC, " bocor  payungnya, gmn? ", "--voice", "guru-muda"
    )
    assert raised is None
    path = topic_path(alone)
    lines = path.read_text(encoding="utf-8").splitlines()
    place = line_of(SOUND, "minggu hujan") + 1
    assert lines[place - 1] == "- bocor payungnya, gmn?"
    assert f"{path}:{place}: ditambahkan." in output
    assert [*lines[: place - 1], *lines[place:]] == SOUND.splitlines()


def test_a_new_voice_is_put_at_the_end(alone: Path) -> None:
    path, line = curate.add_phrasing(alone, TOPIC, "bocor payungnya, gmn?", "penjaga-malam")
    assert (
        path.read_text(encoding="utf-8") == f"{SOUND}\n### penjaga-malam\n- bocor payungnya, gmn?\n"
    )
    assert line == len(SOUND.splitlines()) + 3
    assert read_topic(path).phrasings[-1].voice == "penjaga-malam"


def test_the_first_phrasing_opens_the_section(alone: Path) -> None:
    path = topic_path(alone)
    path.write_text(SOUND[: SOUND.index("## Contoh")], encoding="utf-8")
    curate.add_phrasing(alone, TOPIC, "bocor payungnya, gmn?")
    assert [p.text for p in read_topic(path).phrasings] == ["bocor payungnya, gmn?"]


@pytest.mark.parametrize(
    ("topic", "text", "voice", "says"),
    [
        (TOPIC, "Payung  ABU dipakai jemput anak", "umum", "Hampir sama"),
        (TOPIC, "  ", "umum", "1 sampai"),
        (TOPIC, "halo", "Guru Muda", "suara"),
        ("atribut-helm", "halo", "umum", "tidak ada"),
    ],
)
def test_phrasings_that_are_refused(
    alone: Path, topic: str, text: str, voice: str, says: str
) -> None:
    with pytest.raises(OperatorError, match=says):
        curate.add_phrasing(alone, topic, text, voice)
    assert topic_path(alone).read_text(encoding="utf-8") == SOUND


def test_stats_as_json_keep_the_contract() -> None:
    output, raised = _run(CONTENT, "stats", "--json")
    assert raised is None
    counted = json.loads(output)
    topics = load_topics(CONTENT / "faq")
    assert counted.keys() == {"topics", "out_of_scope"}
    assert counted["topics"].keys() == topics.keys()
    assert counted["out_of_scope"] >= 300
    for name, row in counted["topics"].items():
        assert row.keys() == {"verdict", "phrasings", "basis", "sources", "reviewed"}
        assert row["phrasings"] == len(topics[name].phrasings)
        date.fromisoformat(row["reviewed"])


def test_stats_can_be_read() -> None:
    output, _ = _run(CONTENT, "stats")
    topics = load_topics(CONTENT / "faq")
    [whole] = [line.split() for line in output.splitlines() if line.startswith("semua")]
    assert int(whole[6]) == len(topics)
    assert sum(map(int, whole[1:6])) == len(topics)
    assert int(whole[7]) == min(len(topic.phrasings) for topic in topics.values())
