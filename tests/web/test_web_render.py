"""Outgoing text becomes HTML in which nothing that a person typed is markup."""

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from bot.channels.web.render import block_html, inline_html
from bot.chat.text import Span, Text, markup

ALLOWED = {"p", "br", "ul", "li", "strong", "a"}


class Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.words = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links += [value or "" for name, value in attrs if name == "href"]

    def handle_data(self, data: str) -> None:
        self.words += data


def test_bold_lines_and_paragraphs() -> None:
    text = markup("*TIDAK BOLEH* ikut.\nWalau disuruh.\n\nMenolak boleh.")
    assert block_html(text) == (
        "<p><strong>TIDAK BOLEH</strong> ikut.<br>\nWalau disuruh.</p>\n<p>Menolak boleh.</p>"
    )


def test_bulleted_lines_are_a_list() -> None:
    text = markup("Alasannya:\n• *satu*: ini\n• dua\nSelesai.")
    assert block_html(text) == (
        "<p>Alasannya:</p>\n<ul><li><strong>satu</strong>: ini</li><li>dua</li></ul>\n"
        "<p>Selesai.</p>"
    )


def test_what_a_person_typed_is_escaped() -> None:
    text = markup("Anda bertanya: {question}", question='<script>*x*</script> & "y"')
    html = block_html(text, links=True)
    assert "<script" not in html
    assert "&lt;script&gt;*x*&lt;/script&gt; &amp; &#34;y&#34;" in html


def test_web_addresses_are_links_only_where_asked_for() -> None:
    text = Text.plain("Baca (https://contoh.example/a?b=1&c=2). Bukan javascript:alert(1).")
    assert "<a" not in block_html(text)
    reader = Reader()
    reader.feed(str(block_html(text, links=True)))
    assert reader.links == ["https://contoh.example/a?b=1&c=2"]
    assert 'rel="noreferrer noopener"' in block_html(text, links=True)


def test_inline_text_stays_on_one_line() -> None:
    assert inline_html(markup("*Tebal* & biasa")) == "<strong>Tebal</strong> &amp; biasa"


spans = st.lists(st.builds(Span, st.text(max_size=40), st.booleans()), max_size=6)


@given(spans, st.booleans())
def test_no_text_makes_other_tags_or_loses_a_word(parts: list[Span], links: bool) -> None:
    text = Text(tuple(parts))
    reader = Reader()
    reader.feed(str(block_html(text, links=links)))
    reader.close()
    assert reader.tags <= ALLOWED
    assert all(link.startswith(("http://", "https://")) for link in reader.links)
    kept = "".join(str(text).replace("•", "").split()).replace("\x00", "")
    assert "".join(reader.words.replace("•", "").split()).replace("\x00", "") == kept
