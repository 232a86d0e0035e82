"""Knowing beforehand which lists of words a text cannot contain."""

from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge.spotting import Spotter, pattern

_WORDS = st.sampled_from(["asn", "kepala", "desa", "a-b", "#2024", "kam", "pagi", "x_y"])
_PHRASES = st.builds(
    lambda words, star: " ".join(words) + star,
    st.lists(_WORDS, min_size=1, max_size=3),
    st.sampled_from(["", "*"]),
)
_TEXTS = st.lists(
    st.sampled_from(["asn", "kepala", "desa", "kampanye", "a-b", "#2024", "-", ".", " ", "pagi2"])
).map("".join)


def test_a_list_is_possible_where_one_of_its_phrases_can_begin() -> None:
    spotter = Spotter([["kepala desa"], ["kampanye*"], ["asn", "pns"]])
    assert spotter.possible("kepala sekolah berkampanye") == {0}
    assert spotter.possible("asn ikut kampanyenya") == {1, 2}


@given(st.lists(st.lists(_PHRASES, min_size=1, max_size=3), max_size=5), _TEXTS)
def test_whatever_a_pattern_finds_was_possible(lists: list[list[str]], text: str) -> None:
    found = {place for place, words in enumerate(lists) if pattern(words).search(text)}
    assert found <= Spotter(lists).possible(text)
