"""The measuring itself."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from bot.errors import OperatorError
from bot.knowledge.evaluate import Asked, Scored, Share, figures, read_questions
from bot.knowledge.matcher import Match
from bot.knowledge.plot import curve, png
from bot.knowledge.topics import Topic


def scored(kind: str, outcome: str, topic: str | None, right: str = "", *candidates: str) -> Scored:
    named = tuple(filter(None, [right]))
    match = Match(outcome, topic, candidates or (topic or "",), 0.5)  # type: ignore[arg-type]
    return Scored(Asked("teks", named, kind), match, 1.0)


def test_each_figure_counts_what_its_name_says(topics: Mapping[str, Topic]) -> None:
    found = figures(
        [
            scored("in", "answer", "medsos-like", "medsos-like"),
            scored("in", "answer", "hak-pilih", "medsos-like"),
            scored("in", "menu", None, "sanksi-sedang", "hak-pilih", "sanksi-sedang"),
            scored("in", "abstain", None, "sanksi-sedang", "sanksi-sedang"),
            scored("far", "menu", None),
            scored("near", "answer", "hak-pilih"),
            scored("danger", "rule", None),
        ],
        topics,
    )
    assert (found.top1.hits, found.top3.hits, found.top1.total) == (2, 3, 4)
    assert (found.coverage.hits, found.precision.hits, found.solved.hits) == (2, 1, 2)
    assert (found.wrong_verdict.hits, found.wrong_boleh.hits) == (1, 1)
    assert (found.far_answered.hits, found.far_menu.hits) == (0, 1)
    assert (found.near_answered.hits, found.danger_answered.hits) == (1, 0)


def test_the_interval_holds_the_share() -> None:
    low, high = Share(9, 10).interval()
    assert low < 0.9 < high < 1


@pytest.mark.parametrize("line", ["a\tb", "a\t\tin", "a\thak-pilih\tfar", "a\tx\tin", "a\t\tbaru"])
def test_a_faulty_line_is_named(tmp_path: Path, topics: Mapping[str, Topic], line: str) -> None:
    path = tmp_path / "questions.tsv"
    path.write_text(f"question\ttopics\tkind\n{line}\n")
    with pytest.raises(OperatorError, match=r"questions.tsv:2"):
        read_questions(path, topics)


def test_the_curve_goes_from_sure_to_unsure_and_is_drawn() -> None:
    items = [
        scored("in", "answer", "a", "a"),
        scored("far", "menu", None, "", "a"),
        scored("in", "menu", None, "a", "b"),
    ]
    points = curve(items)
    assert [coverage for coverage, _ in points] == [0.5, 0.5, 1.0]
    assert points[0][1] == 0.0
    picture = png(points)
    assert picture.startswith(b"\x89PNG")
    assert picture.endswith(b"IEND\xaeB`\x82")
