"""What a person typed is never markup, and nothing is longer than Telegram takes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram.rendering import keyboard, pieces, units, worth_copying
from bot.chat.messages import Choice
from bot.chat.text import Span, Text, bold, markup

characters = st.characters(exclude_categories=["Cs"])
texts = st.lists(st.builds(Span, st.text(characters), st.booleans())).map(
    lambda spans: Text(tuple(spans))
)


def squeezed(text: str) -> str:
    return "".join(text.split())


@given(texts, st.integers(4, 40))
def test_pieces_hold_everything_and_fit(text: Text, limit: int) -> None:
    cut = pieces(text, limit)
    assert squeezed("".join(piece.text for piece in cut)) == squeezed(str(text))
    assert all(0 < units(piece.text) <= limit for piece in cut)


@given(texts, st.integers(4, 40))
def test_entities_lie_within_their_piece(text: Text, limit: int) -> None:
    for piece in pieces(text, limit):
        for entity in piece.entities:
            assert entity.length > 0
            assert 0 <= entity.offset <= units(piece.text) - entity.length


def test_bold_is_counted_in_utf16_units() -> None:
    (piece,) = pieces(Text.plain("Kode 𝐀 ") + bold("TIDAK BOLEH"), 100)
    assert [(e.type, e.offset, e.length) for e in piece.entities] == [("bold", 8, 11)]


@pytest.mark.parametrize(
    "typed", ["<b>x</b>", "*x*", "_x_", "[x](tg://user?id=1)", "tg://user?id=1", "a\u200b\u202eb"]
)
def test_what_was_typed_arrives_as_typed(typed: str) -> None:
    (piece,) = pieces(markup("Kata Anda: {said}", said=typed), 4096)
    assert piece.text == f"Kata Anda: {typed}"
    assert piece.entities == ()


def test_a_cut_is_made_at_a_paragraph_before_a_word() -> None:
    text = Text.plain("kata " * 10 + "\n\n" + "lain " * 10)
    assert [p.text for p in pieces(text, 60)] == [
        ("kata " * 10).strip(),
        ("lain " * 10).strip(),
    ]


def test_bold_goes_on_in_the_next_piece() -> None:
    first, second = pieces(bold("satu dua tiga"), 8)
    assert [e.length for e in first.entities] == [units(first.text)]
    assert [e.length for e in second.entities] == [units(second.text)]


def test_text_without_anything_to_see_gives_no_piece() -> None:
    assert pieces(Text.plain(" \n "), 10) == []


def test_short_labels_stand_in_two_columns_and_long_ones_in_one() -> None:
    short = keyboard([Choice("Ya", "y"), Choice("Tidak", "n"), Choice("Batal", "b")])
    long = keyboard([Choice("Ya", "y"), Choice("Bukan salah satu dari ini", "n")])
    assert [len(row) for row in short] == [2, 1]
    assert [len(row) for row in long] == [1, 1]


def test_the_bold_words_of_a_receipt_are_copied() -> None:
    assert worth_copying(markup("Kata kunci: *apel buku*")) == "apel buku"
    assert worth_copying(Text.plain("apel buku")) == "apel buku"
    assert worth_copying(Text.plain("x" * 300)) is None
