"""Facets and ask-backs: what a message states."""

from pathlib import Path

import pytest

from bot.errors import ContentError
from bot.knowledge.askback import load_ask_backs
from bot.knowledge.facets import ACTOR, Coverage, Facets, Value, one_of
from bot.knowledge.topics import load_topics

CONTENT = Path(__file__).parent.parent.parent / "content"
SLIP = Value("intention", "tidak sengaja")


@pytest.fixture(scope="module")
def facets() -> Facets:
    return Facets.load(CONTENT / "facets.yaml")


def test_the_actor_is_read_from_the_message(facets: Facets) -> None:
    assert one_of(facets.stated("sy honorer d puskesmas"), ACTOR) == "Honorer"
    assert one_of(facets.stated("pppk sama honorer beda ga"), ACTOR) is None
    assert one_of(facets.stated("boleh like ga"), ACTOR) is None


def test_words_are_whole_words(facets: Facets) -> None:
    assert SLIP not in facets.stated("sengaja like")
    assert SLIP in facets.stated("ga sengaja like")


def test_the_gate_closes_when_only_another_candidate_covers_what_was_said() -> None:
    shares = Coverage({"like": {}, "slip": {SLIP: 0.9}, "lain": {SLIP: 0.1}})
    assert shares.misses([SLIP], ["like", "slip"])
    assert not shares.misses([SLIP], ["slip", "like"])
    assert not shares.misses([SLIP], ["like", "lain"])
    assert not shares.misses([], ["like", "slip"])


def test_every_ask_back_of_the_content_is_complete() -> None:
    asks = load_ask_backs(CONTENT / "faq" / "ask-back.yaml", load_topics(CONTENT / "faq"))
    assert len(asks) >= 80
    for ask in asks.values():
        assert ask.question.endswith("?")
        assert all(len(choice.label) <= 24 for choice in ask.choices)


def test_a_stated_facet_is_not_asked_again() -> None:
    asks = load_ask_backs(CONTENT / "faq" / "ask-back.yaml", load_topics(CONTENT / "faq"))
    ask = asks[frozenset({"medsos-like-unggahan-calon", "medsos-like-tidak-sengaja"})]
    assert ask.is_stated("ga sengaja ngelike caleg")
    assert not ask.is_stated("ngelike caleg")


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("{pair: [a, x], facet: f, ask: q, choices: {A: a, X: x}}", "tidak dikenal: x"),
        ("{pair: [a, b], facet: f, ask: q, choices: {A: a}}", "dua sampai empat"),
        ("{pair: [a, b], facet: f, ask: q, choices: {A: a, C: c}}", "kedua topik"),
        ("{pair: [a, b]}", "harus berisi"),
    ],
)
def test_a_faulty_ask_back_is_refused(tmp_path: Path, entry: str, message: str) -> None:
    path = tmp_path / "ask-back.yaml"
    path.write_text(f"- {entry}\n")
    with pytest.raises(ContentError, match=message):
        load_ask_backs(path, {"a", "b", "c"})
