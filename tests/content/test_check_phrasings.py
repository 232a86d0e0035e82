"""Near-duplicate phrasings across topics."""

import random
import time
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge.check import check_content
from bot.knowledge.checking.likeness import alike, grams, likeness
from tests.content.conftest import SOUND, line_of, topic_path


def test_the_same_words_in_two_topics_are_an_error_in_the_later_file(folder: Path) -> None:
    other = folder / "faq" / "atribut" / "atribut-zebra.md"
    text = SOUND.replace("hujan di sekolah", "cuaca di kampus").replace("di pos", "sekitar gardu")
    text = text.replace("dipakai jemput anak", "dipinjam teman kantor saya kemarin sore")
    text = text.replace(
        "- payung abu dipinjam", "- payung coklat dipakai jemput anak ya\n- payung abu dipinjam"
    )
    other.write_text(text, encoding="utf-8")
    found = [p for p in check_content(folder) if "hampir sama" in p.message]
    [problem] = [p for p in found if "payung coklat dipakai jemput anak ya" in p.message]
    assert (problem.path, problem.line) == (other, line_of(text, "anak ya"))
    assert problem.severity == "galat"
    assert f"{topic_path(folder).name}:{line_of(SOUND, 'payung coklat')}" in problem.message


def test_an_out_of_scope_example_may_not_look_like_a_phrasing(folder: Path) -> None:
    path = folder / "out-of-scope.tsv"
    path.write_text(
        "kind\tvoice\ttext\nnear\twarga\tdi pos utara ada atribut timses\n", encoding="utf-8"
    )
    [problem] = [p for p in check_content(folder) if "hampir sama" in p.message]
    assert (problem.path, problem.line) == (path, 2)


texts = st.lists(st.text("abc ", min_size=1, max_size=12), max_size=12)


@given(texts, st.sampled_from([0.5, 0.8]))
def test_no_pair_is_missed_and_none_invented(listed: list[str], above: float) -> None:
    sets = [grams(text) for text in listed]
    every = {
        (one, other)
        for other in range(len(sets))
        for one in range(other)
        if likeness(sets[one], sets[other]) > above
    }
    assert {(one, other) for one, other, _ in alike(sets, above)} == every


def test_seven_thousand_phrasings_are_compared_quickly() -> None:
    draw = random.Random(1)  # noqa: S311 - a fixed sequence
    words = ["".join(draw.choices("aiueoknrstmbdgp", k=draw.randint(3, 8))) for _ in range(1_500)]
    sets = [grams(" ".join(draw.choices(words, k=draw.randint(4, 14)))) for _ in range(7_000)]
    started = time.process_time()
    assert list(alike(sets, 0.8)) == []
    assert time.process_time() - started < 5
