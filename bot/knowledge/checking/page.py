"""A topic file as a reader sees it: every passage with its line, however broken the file is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bot.knowledge.topics import Phrasing

QUESTION, HEADLINE, ANSWER = "Pertanyaan", "Kepala jawaban", "Kalimat jawaban"
PHRASINGS = "Contoh pertanyaan"


@dataclass(frozen=True, slots=True)
class Passage:
    """A heading's text, a paragraph, a bullet or a quoted paragraph."""

    line: int
    section: str
    text: str


@dataclass(slots=True)
class Page:
    """``headings``: the line of each section; ``voiced``: phrasings with their lines."""

    front: dict[str, int] = field(default_factory=dict)
    headings: dict[str, int] = field(default_factory=dict)
    passages: list[Passage] = field(default_factory=list)
    voiced: list[tuple[int, Phrasing]] = field(default_factory=list)

    def of(self, section: str) -> list[Passage]:
        return [passage for passage in self.passages if passage.section == section]

    def line(self, section: str) -> int:
        """Where a section starts; 1 when it is missing."""
        return next((passage.line for passage in self.of(section)), self.headings.get(section, 1))


def read_page(text: str) -> Page:
    """Read one topic file; never raises."""
    lines = [line.rstrip() for line in text.splitlines()]
    start = _front_end(lines)
    page = Page({line.split(":")[0].strip(): n for n, line in enumerate(lines[:start], 1)})
    section, voice = "", "umum"
    for number, line in _blocks(lines, start):
        if line.startswith("## "):
            section = line[3:].strip()
            page.headings.setdefault(section, number)
        elif line.startswith("### "):
            voice = line[4:].strip()
        elif section == PHRASINGS:
            page.voiced.append((number, Phrasing(voice, line.removeprefix("- ").strip())))
        else:
            page.passages.append(_passage(page, number, section, line))
    return page


def _passage(page: Page, number: int, section: str, line: str) -> Passage:
    if not section and line.startswith("# "):
        return Passage(number, QUESTION, line[2:].strip())
    named = section or (ANSWER if page.of(HEADLINE) else HEADLINE)
    return Passage(number, named, line.removeprefix("- ").removeprefix("> ").strip())


def _front_end(lines: Sequence[str]) -> int:
    """The index of the first line after the head of the file."""
    if not lines or lines[0] != "---":
        return 0
    return next((n + 1 for n, line in enumerate(lines) if n and line == "---"), 0)


def _blocks(lines: Sequence[str], start: int) -> Iterator[tuple[int, str]]:
    """Headings, paragraphs and bullets, the lines of each joined, with the line they start on."""
    number, parts = 0, list[str]()
    for at, line in enumerate([*lines[start:], ""], start + 1):
        begins = line.startswith(("#", "- ")) or (line.startswith(">") and not parts)
        if parts and (not line.strip(" >") or begins or parts[0].startswith("#")):
            yield number, " ".join(parts)
            parts = []
        if line.strip(" >"):
            number = number if parts else at
            parts.append(line.removeprefix("> ").strip() if parts else line)
    return
