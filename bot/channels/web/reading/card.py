"""An answer as a picture: an SVG of our own letters, wrapped by estimated widths."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.responses import Response

from bot.channels.web.reading.library import Library, ReadingPages
from bot.dates import say_date
from bot.knowledge.topics import Topic

WIDTH, HEIGHT = 1080, 1350
_MARGIN = 90
_LINE = 1.25  # line height in letters
_WIDE, _NARROW = "MWmw@%–—", "iIl.,:;'!|()[]/ fjrt"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text; ``y`` is where its letters stand, in pixels as ``size``."""

    y: int
    size: int
    text: str
    kind: str


def response(topic: Topic, library: Library, pages: ReadingPages) -> Response:
    """The card of a topic as an SVG picture."""
    svg = pages.fragment(
        "reading/card.svg",
        lines=_lines(topic, library, pages),
        margin=_MARGIN,
        width=WIDTH,
        height=HEIGHT,
        question=topic.question,
    )
    return Response(str(svg), media_type="image/svg+xml")


def wrap(text: str, size: int, width: int) -> list[str]:
    """The text in lines of at most ``width`` pixels, a longer word alone on its line."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and _measure(longer, size) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _lines(topic: Topic, library: Library, pages: ReadingPages) -> list[Line]:
    """From above: the question, the headline, the answer; at the foot basis, date and note."""
    above = [
        ("question", topic.question, 38, 34),
        ("headline", topic.headline, _headline_size(topic.headline), 44),
        ("answer", topic.answer, 40, 0),
    ]
    reviewed = pages.plain_text("reviewed", date=say_date(topic.reviewed))
    basis = "; ".join(dict.fromkeys(library.law[b.instrument].short for b in topic.basis))
    foot = [("foot", f"{basis}. {reviewed}." if basis else f"{reviewed}.", 28, 18)]
    foot.append(("foot", library.reference.poster.card_footer, 28, 18))
    if library.reference.address:
        shown = library.reference.address.partition("://")[2]
        foot.append(("foot", f"{shown}/tanya/{topic.id}", 28, 18))
    return [*_stack(above, 260), *_stack(foot, HEIGHT - _MARGIN - _tall(foot))]


def _stack(blocks: Sequence[tuple[str, str, int, int]], top: int) -> list[Line]:
    placed: list[Line] = []
    y = top
    for kind, text, size, gap in blocks:
        for line in wrap(text, size, WIDTH - 2 * _MARGIN):
            placed.append(Line(y + size, size, line, kind))
            y += round(size * _LINE)
        y += gap
    return placed


def _tall(blocks: Sequence[tuple[str, str, int, int]]) -> int:
    return sum(
        len(wrap(text, size, WIDTH - 2 * _MARGIN)) * round(size * _LINE) + gap
        for _, text, size, gap in blocks
    )


def _headline_size(text: str) -> int:
    """As large as fits on five lines."""
    for size in (72, 66, 60, 54):
        if len(wrap(text, size, WIDTH - 2 * _MARGIN)) <= 5:
            return size
    return 48


def _measure(text: str, size: int) -> float:
    """The width of a line in the widest of the fonts that a reader may have, roughly."""
    return sum(_share(letter) for letter in text) * size


def _share(letter: str) -> float:
    if letter in _WIDE:
        return 0.9
    if letter in _NARROW:
        return 0.36
    return 0.72 if letter.isupper() else 0.56
