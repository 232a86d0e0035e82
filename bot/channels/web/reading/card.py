"""An answer as a picture: an SVG of our own letters, wrapped by estimated widths."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.responses import Response

from bot.channels.web.reading.library import Library, ReadingPages
from bot.dates import say_date
from bot.knowledge.topics import Topic

WIDTH, HEIGHT = 1080, 1350
_MARGIN = 90
_TOP = 260
_LINE = 1.25  # line height in letters
_WIDE, _NARROW = "MWmw@%–—", "iIl.,:;'!|()[]/ fjrt"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text; ``y`` is where its letters stand, in pixels as ``size``."""

    y: int
    size: int
    text: str
    kind: str


@dataclass(frozen=True, slots=True)
class Block:
    """A text to be wrapped, its size, and the room below it."""

    kind: str
    text: str
    size: int
    gap: int

    def lines(self) -> list[str]:
        return wrap(self.text, self.size, WIDTH - 2 * _MARGIN)


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
    foot = [Block("foot", text, 28, 18) for text in _foot(topic, library, pages)]
    start = HEIGHT - _MARGIN - _tall(foot)
    return [*_stack(_above(topic, start - _TOP), _TOP), *_stack(foot, start)]


def _above(topic: Topic, room: int) -> list[Block]:
    """As large as fits into ``room`` pixels."""
    for percent in range(100, 40, -5):
        blocks = [
            Block("question", topic.question, 38 * percent // 100, 34),
            Block("headline", topic.headline, 72 * percent // 100, 40),
            Block("answer", topic.answer, 40 * percent // 100, 30),
        ]
        if _tall(blocks) <= room:
            break
    return blocks


def _foot(topic: Topic, library: Library, pages: ReadingPages) -> list[str]:
    names = list(dict.fromkeys(library.law[b.instrument].short for b in topic.basis))
    reviewed = pages.plain("reading.reviewed", date=say_date(topic.reviewed))
    texts = [f"{'; '.join(names)}. {reviewed}.".removeprefix(". ")]
    texts.append(library.reference.poster.card_footer)
    if library.reference.address:
        shown = library.reference.address.partition("://")[2]
        texts.append(f"{shown}/tanya/{topic.id}")
    return texts


def _stack(blocks: Sequence[Block], top: int) -> list[Line]:
    placed: list[Line] = []
    for block in blocks:
        for text in block.lines():
            placed.append(Line(top + block.size, block.size, text, block.kind))
            top += round(block.size * _LINE)
        top += block.gap
    return placed


def _tall(blocks: Sequence[Block]) -> int:
    return sum(len(b.lines()) * round(b.size * _LINE) + b.gap for b in blocks)


def _measure(text: str, size: int) -> float:
    """The width of a line in the widest of the fonts that a reader may have, roughly."""
    return sum(_share(letter) for letter in text) * size


def _share(letter: str) -> float:
    if letter in _WIDE:
        return 0.9
    if letter in _NARROW:
        return 0.36
    return 0.72 if letter.isupper() else 0.56
