"""Outgoing text as HTML. Everything is escaped; only bold, lines, lists and links are made here."""

import re
from collections.abc import Iterable, Iterator
from itertools import groupby

from markupsafe import Markup, escape

from bot.chat.text import Span, Text

_LINK = re.compile(r"https?://[^\s<>\"']+")
_AFTER_LINK = ".,;:!?)]}”’"
_BULLET = "• "
_Line = list[Span]


def inline_html(text: Text) -> Markup:
    """The text on one line, for headings, labels and captions."""
    return _spans(text.spans, links=False)


def block_html(text: Text, *, links: bool = False) -> Markup:
    """Paragraphs and lists; ``links`` makes http(s) addresses clickable.

    A blank line parts paragraphs, a single one is kept, lines that start with "• " are a list.
    """
    parts: list[Markup] = []
    for kind, lines in groupby(_lines(text), key=_kind):
        if kind == "list":
            items = (_tag("li", _spans(_without_bullet(line), links)) for line in lines)
            parts.append(_tag("ul", Markup("").join(items)))
        elif kind == "text":
            rows = (_spans(line, links) for line in lines)
            parts.append(_tag("p", Markup("<br>\n").join(rows)))
    return Markup("\n").join(parts)


def _lines(text: Text) -> list[_Line]:
    lines: list[_Line] = [[]]
    for span in text.spans:
        first, *others = span.text.replace("\r\n", "\n").split("\n")
        lines[-1].append(Span(first, span.bold))
        lines += [[Span(part, span.bold)] for part in others]
    return lines


def _kind(line: _Line) -> str:
    content = "".join(span.text for span in line)
    if content.startswith(_BULLET):
        return "list"
    return "text" if content.strip() else "blank"


def _without_bullet(line: _Line) -> Iterator[Span]:
    left = len(_BULLET)
    for span in line:
        yield Span(span.text[left:], span.bold)
        left = max(0, left - len(span.text))


def _spans(spans: Iterable[Span], links: bool) -> Markup:
    html = Markup("")
    for span in spans:
        content = _linked(span.text) if links else escape(span.text)
        html += _tag("strong", content) if span.bold and span.text else content
    return html


def _linked(text: str) -> Markup:
    html, end = Markup(""), 0
    for match in _LINK.finditer(text):
        address = match[0].rstrip(_AFTER_LINK)
        html += escape(text[end : match.start()]) + _anchor(address)
        end = match.start() + len(address)
    return html + escape(text[end:])


def _anchor(address: str) -> Markup:
    """A new tab, because the page holds the conversation and would lose it."""
    return Markup('<a href="{0}" target="_blank" rel="noreferrer noopener">{0}</a>').format(address)


def _tag(name: str, content: Markup) -> Markup:
    return Markup(f"<{name}>") + content + Markup(f"</{name}>")  # noqa: S704 - name is ours
