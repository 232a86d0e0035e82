"""What a message looks like on WhatsApp, and where it is cut."""

from hypothesis import given
from hypothesis import strategies as st

from bot.channels.whatsapp.rendering import cut, shown, together, units, written
from bot.channels.whatsapp.templates import fill
from bot.chat.messages import Choice, Outgoing
from bot.chat.text import Span, Text, bold, markup
from bot.chat.typed import chosen
from bot.chat.wording import Wording
from bot.limits import WHATSAPP_TEXT

YES_NO = (Choice("Lanjut tanpa nama", "tip:yes"), Choice("Tidak jadi", "tip:no"))


def choices(number: int, label: str = "Pilihan {}") -> tuple[Choice, ...]:
    return tuple(Choice(label.format(at), f"t:{at}") for at in range(1, number + 1))


def test_bold_is_ours_alone() -> None:
    text = markup("*Alasan.* {typed}", typed="*boleh* _ya_ ~x~ `y` a_b https://x.id/a_b")
    assert shown(text) == "*Alasan.* ∗boleh∗ ˍya_ ∼x~ ˋy` a_b https://x.id/a_b"


def test_bold_markers_touch_the_words_of_each_line() -> None:
    assert shown(bold(" satu \ndua\n")) == " *satu* \n*dua*\n"


def test_choices_are_letters(wording: Wording) -> None:
    (text,) = written(Outgoing(Text.plain("Lanjut?"), YES_NO), wording)
    assert text == (
        "Lanjut?\n\n*A.* Lanjut tanpa nama\n*B.* Tidak jadi\n\nBalas dengan huruf pilihannya."
    )


def test_beyond_six_choices_one_types_the_words(wording: Wording) -> None:
    message = Outgoing(Text.plain("Pilih"), choices(8, "Bidang {}"))
    (text,) = written(message, wording)
    assert "*F.* Bidang 6" in text
    assert "• Bidang 8" in text
    assert chosen("bidang 8", message.choices) == message.choices[7]


def test_a_long_list_stays_one_message(wording: Wording) -> None:
    message = Outgoing(Text.plain("Pilih"), choices(60, "Bolehkah pegawai nomor {} hadir di sana?"))
    (text,) = written(message, wording)
    assert units(text) <= WHATSAPP_TEXT
    assert "pilihan lagi tidak muat" in text


def test_a_note_goes_with_the_answer_after_it() -> None:
    note, answer = Outgoing(Text.plain("Baik.")), Outgoing(Text.plain("BOLEH"), YES_NO)
    (joined,) = together([note, answer])
    assert str(joined.text) == "Baik.\n\nBOLEH"
    assert joined.choices == YES_NO


def test_a_receipt_and_the_neutral_last_line_stay_alone() -> None:
    replies = [
        Outgoing(Text.plain("Tersimpan.")),
        Outgoing(Text.plain("enam kata"), secret=True),
        Outgoing(Text.plain("Salin.")),
        Outgoing(Text.plain("Ada lagi?")),
    ]
    assert together(replies) == replies


def test_short_choices_are_buttons_and_others_a_list() -> None:
    ask = Text.plain("Pilih")
    buttons, rows = fill(Outgoing(ask, YES_NO)), fill(Outgoing(ask, choices(7)))
    long = fill(Outgoing(ask, choices(3, "Bolehkah saya ikut kampanye nomor {}?")))
    assert buttons
    assert (buttons.kind, buttons.variables["3"]) == ("tombol_2", "tip:yes")
    assert rows
    assert (rows.kind, rows.variables["14"]) == ("daftar_7", "Pilihan 7")
    assert long
    assert long.kind == "uraian_3"
    assert long.variables["2"] == "A. Bolehkah saya ikut…"


def test_what_fits_neither_is_written_out() -> None:
    assert fill(Outgoing(Text.plain("x" * 1025), YES_NO)) is None
    assert fill(Outgoing(Text.plain("x"), choices(11))) is None
    assert fill(Outgoing(Text.plain("x"), (Choice("y" * 73, "y"),))) is None
    assert fill(Outgoing(Text.plain("x"))) is None


spans = st.builds(Span, st.text(alphabet="ab *_~`\n.🙂é", max_size=900), st.booleans())
texts = st.lists(spans, max_size=6).map(lambda parts: Text(tuple(parts)))


@given(texts)
def test_no_piece_is_too_long_and_nothing_is_lost(text: Text) -> None:
    pieces = list(cut(shown(text), WHATSAPP_TEXT))
    assert all(0 < units(piece) <= WHATSAPP_TEXT for piece in pieces)
    assert all(piece.count("*") % 2 == 0 for piece in pieces)
    kept = "".join(pieces).replace("*", "")
    assert "".join(kept.split()) == "".join(shown(text).replace("*", "").split())


labels = st.text(min_size=1, max_size=80).filter(lambda label: bool(label.strip()))


@given(texts, st.lists(labels, max_size=40))
def test_any_message_fits(text: Text, names: list[str]) -> None:
    words = Wording({"whatsapp.letters": "Balas.", "whatsapp.others": "Lain:",
                     "whatsapp.others_left": "{count} lagi"})  # fmt: skip
    message = Outgoing(text, tuple(Choice(name, "t") for name in names))
    assert all(units(piece) <= WHATSAPP_TEXT for piece in written(message, words))
    if filled := fill(message):
        assert all(value.strip() for value in filled.variables.values())
