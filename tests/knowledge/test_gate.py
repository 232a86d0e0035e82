"""The floors below which a change of content or code is refused, on questions of our own.

`tests/data/held-out-questions.tsv` was written in voices that no phrasing imitates, and is used
for nothing else. The floors are those of a product that is still worth having; what is reached
today is in docs/matcher.md. Lexical only: the encoder is optional and depends on the machine.
"""

import asyncio
from pathlib import Path

import pytest

from bot.knowledge import model
from bot.knowledge.building import MODEL_FILE, Material
from bot.knowledge.encoder import Encoder
from bot.knowledge.evaluate import Figures, Scored, figures, read_questions, score
from bot.knowledge.matcher import Matcher
from bot.knowledge.topics import Topic, load_topics

ROOT = Path(__file__).parent.parent.parent
QUESTIONS = ROOT / "tests" / "data" / "held-out-questions.tsv"

pytestmark = pytest.mark.timeout(900)  # trains once when data/cache holds no current model


@pytest.fixture(scope="module")
def topics() -> dict[str, Topic]:
    return load_topics(ROOT / "content" / "faq")


@pytest.fixture(scope="module")
def matcher(topics: dict[str, Topic]) -> Matcher:
    return Matcher.load(ROOT / "content", topics, ROOT / "data" / "cache")


@pytest.fixture(scope="module")
def scored(matcher: Matcher, topics: dict[str, Topic]) -> list[Scored]:
    return asyncio.run(score(matcher, read_questions(QUESTIONS, topics), encoder=False))


@pytest.fixture(scope="module")
def found(scored: list[Scored], topics: dict[str, Topic]) -> Figures:
    return figures(scored, topics)


@pytest.mark.skipif(not Encoder.is_installed(), reason="the kept model has the encoder's head")
def test_the_model_that_is_kept_belongs_to_the_content(topics: dict[str, Topic]) -> None:
    """Otherwise every first start trains: ``content build`` was forgotten."""
    material = Material.load(ROOT / "content", topics)
    assert model.load(ROOT / "content" / MODEL_FILE, material.stamp()) is not None


def test_the_file_is_large_enough(scored: list[Scored]) -> None:
    kinds = [item.asked.kind for item in scored]
    assert kinds.count("in") >= 220
    assert (kinds.count("near"), kinds.count("far"), kinds.count("danger")) == (60, 60, 25)


def test_the_right_topic_is_found(found: Figures) -> None:
    assert found.top1.value >= 0.80
    assert found.top3.value >= 0.93
    assert found.solved.value >= 0.88


def test_direct_answers_are_many_and_right(found: Figures) -> None:
    assert found.coverage.value >= 0.35
    assert found.precision.value >= 0.98


def test_no_direct_answer_has_a_wrong_verdict(found: Figures) -> None:
    assert found.wrong_verdict.hits == 0
    assert found.wrong_boleh.hits == 0


def test_what_is_out_of_scope_is_left_alone(found: Figures) -> None:
    assert found.far_answered.value <= 0.02
    assert found.far_menu.value <= 0.10
    assert found.near_answered.value <= 0.02
    assert found.near_menu.value <= 0.25


def test_danger_is_never_answered(found: Figures) -> None:
    assert found.danger_answered.hits == 0


@pytest.mark.parametrize(
    ("plain", "turned"),
    [
        ("saya like postingan calon bupati", "saya ga sengaja like postingan calon bupati"),
        ("posting dukung calon di fb", "postingan dukung calon di fb sudah saya hapus"),
        ("masuk grup pemenangan calon", "saya dimasukkan tanpa izin ke grup pemenangan calon"),
        ("ikut kampanye pasangan calon", "ga ikut kampanye cuma lewat depan lokasi"),
        ("dampingi suami calon dengan cltn", "dampingi suami calon tanpa cltn"),
    ],
)
def test_a_turned_question_never_gets_the_same_direct_answer(
    matcher: Matcher, plain: str, turned: str
) -> None:
    first, second = matcher.match(plain), matcher.match(turned)
    if first.outcome == second.outcome == "answer":
        assert first.topic != second.topic


def test_names_and_politeness_do_not_change_the_topic(matcher: Matcher) -> None:
    bare = matcher.match("boleh like status bupati yang nyalon")
    polite = matcher.match(
        "Assalamualaikum min, mohon izin bertanya, boleh like status bupati yang nyalon"
    )
    assert bare.candidates[0] == polite.candidates[0]
