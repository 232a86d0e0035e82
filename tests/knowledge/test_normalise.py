"""Chat Indonesian becomes comparable words, and negations survive."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import ContentError
from bot.knowledge.normalise import Normaliser, clean, load_slang, stem, words

SLANG = {
    "ga": "tidak",
    "boleh ga": "apakah boleh",
    "ga boleh": "tidak boleh",
    "gmn": "bagaimana",
    "foto": "foto",
    "nyoblos": "mencoblos",
}
NORMALISER = Normaliser(SLANG)


def test_styled_letters_invisible_characters_and_case_are_plain() -> None:
    assert clean("𝐁𝐨𝐥𝐞𝐡\u200b  LIKE") == "boleh like"


def test_forwarded_furniture_and_chat_stamps_are_dropped() -> None:
    text = "Diteruskan berkali-kali\n[12/10/24 19.03] Budi: boleh foto?\n=====\nViralkan!!!"
    assert clean(text) == "boleh foto?"


def test_stretched_letters_collapse() -> None:
    assert words("gabisaaaa bangettt") == ["gabisa", "banget"]


def test_boleh_ga_is_a_question_and_ga_boleh_a_ban() -> None:
    assert NORMALISER.words("boleh ga like") == ["apakah", "boleh", "like"]
    assert NORMALISER.words("ga boleh like") == ["tidak", "boleh", "like"]


@pytest.mark.parametrize("negation", ["tidak", "belum", "bukan", "jangan", "tanpa", "ga"])
def test_negations_are_never_dropped(negation: str) -> None:
    assert NORMALISER.words(f"{negation} kampanye") != NORMALISER.words("kampanye")


def test_doubled_glued_and_suffixed_words() -> None:
    assert NORMALISER.words("foto2 dikantor nyoblosnya") == ["foto", "kantor", "mencoblos"]


def test_a_message_of_shell_words_alone_keeps_them() -> None:
    assert NORMALISER.words("halo kak") == ["halo", "kak"]


def test_both_sides_lose_the_same_affixes() -> None:
    assert stem("dukungan") == stem("mendukung")
    assert stem("apa") == "apa"


@given(st.text(max_size=200))
def test_any_text_can_be_read(text: str) -> None:
    assert all(NORMALISER.words(clean(text)))


def test_a_faulty_slang_line_is_named(tmp_path: Path) -> None:
    path = tmp_path / "slang.tsv"
    path.write_text("slang\tformal\nga\ttidak\nrusak\n")
    with pytest.raises(ContentError, match=r"slang.tsv:3"):
        load_slang(path)
