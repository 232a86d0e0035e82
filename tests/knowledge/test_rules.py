"""What is recognised before any topic is searched."""

from pathlib import Path

import pytest

from bot.errors import ContentError
from bot.knowledge.rules import Rules, split_questions
from bot.knowledge.topics import load_topics

CONTENT = Path(__file__).parent.parent.parent / "content"


@pytest.fixture(scope="module")
def rules() -> Rules:
    return Rules.load(CONTENT / "rules.yaml", load_topics(CONTENT / "faq"))


def name(rules: Rules, text: str) -> str | None:
    found = rules.find(text)
    return found.name if found else None


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("p", "greeting"),
        ("Assalamualaikum, selamat pagi kak", "greeting"),
        ("makasih banyak infonya min 🙏", "thanks"),
        ("🙏🙏", "emoji"),
        ("mau lapor pak lurah bagi sembako", "tell"),
        ("saya diancam dibunuh orang", "emergency"),
        ("rasanya ingin mati", "crisis"),
        ("siapa yang melaporkan saya", "reveal"),
        ("gimana cara kampanye biar ga ketahuan", "hide"),
        ("min pilih siapa", "choose"),
        ("is it allowed to support a candidate?", "language"),
        ("можно ли голосовать", "language"),
        ("kata " * 200, "long"),
    ],
)
def test_a_message_that_is_no_question_is_recognised(rules: Rules, text: str, rule: str) -> None:
    assert name(rules, text) == rule


@pytest.mark.parametrize(
    "text",
    [
        "boleh like status bupati ga",
        "cara melapor tanpa nama gimana",
        "apakah identitas pelapor dirahasiakan",
        "bolehkah melaporkan rekan kerja",
        "mau lapor ke mana kalau tahu kades kampanye",
        "pakai akun palsu biar ga ketahuan, boleh?",
        "saya like story calon di ig",
        "unggahan sudah saya hapus, masih bisa diproses?",
    ],
)
def test_a_question_reaches_the_topics(rules: Rules, text: str) -> None:
    assert rules.find(text) is None


def test_being_forced_is_a_note_not_an_end(rules: Rules) -> None:
    found = rules.find("kadis memaksa saya dukung calon")
    assert found is not None
    assert (found.name, found.topic) == ("forced", "dinas-tolak-perintah-atasan")
    assert found.question is not None


def test_of_several_questions_the_first_is_matched(rules: Rules) -> None:
    found = rules.find("1. boleh like calon? 2. boleh foto bareng calon?")
    assert found is not None
    assert (found.name, found.question) == ("several", "boleh like calon?")


def test_one_question_with_a_polite_tail_stays_whole() -> None:
    text = "boleh foto bareng calon? makasih"
    assert split_questions(text) == [text]


def test_a_rule_for_an_unknown_topic_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text("- name: x\n  any: [a]\n  topic: tidak-ada\n")
    with pytest.raises(ContentError, match="tidak-ada"):
        Rules.load(path, {"ada"})


def test_every_rule_that_ends_the_search_has_a_reply(rules: Rules) -> None:
    wording = (CONTENT / "wording" / "rules.yaml").read_text(encoding="utf-8")
    for rule in rules.names - {"greeting", "tell"}:
        assert f"\n{rule}: |" in "\n" + wording
