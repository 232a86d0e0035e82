"""The templates of the reading pages, and what they show."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

from jinja2 import FileSystemLoader
from markupsafe import Markup
from starlette.responses import HTMLResponse

from bot.channels.web.pages import Pages
from bot.channels.web.render import block_html, inline_html
from bot.channels.web.security import FRAMED_POLICY, POLICY
from bot.chat.wording import Wording
from bot.clock import Clock
from bot.dates import say_date
from bot.knowledge.law import Instrument
from bot.knowledge.reference import Citation, Reference, status_key, successors
from bot.knowledge.topics import Topic

ASSETS = "/bacaan"
"""Where style and scripts of these pages are."""

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Library:
    """Everything curated that the pages show; ``categories`` in the order shown."""

    topics: Mapping[str, Topic]
    categories: Mapping[str, str]
    law: Mapping[str, Instrument]
    reference: Reference

    def shelves(self) -> list[tuple[str, str, list[Topic]]]:
        """Key, name and topics of each category that has any."""
        grouped: dict[str, list[Topic]] = {key: [] for key in self.categories}
        for topic in self.topics.values():
            grouped[topic.category].append(topic)
        return [(key, self.categories[key], found) for key, found in grouped.items() if found]


class ReadingPages(Pages):
    """`Pages` with templates of its own that extend the same layout.

    ``framed``: the demo page may show these pages in its frames.
    """

    def __init__(self, wording: Wording, library: Library, clock: Clock, *, framed: bool) -> None:
        super().__init__(wording, FRAMED_POLICY if framed else POLICY)
        self._library = library
        self._clock = clock
        version = _version()
        folders = [HERE / "templates", HERE.parent / "templates"]
        self._templates.loader = FileSystemLoader(folders)
        self._templates.globals |= {
            "date": say_date,
            "status": self.status,
            "cited": self.cited,
            "law": library.law,
            "topics": library.topics,
            "own": lambda name: f"{ASSETS}/{name}?v={version}",
            "penal_note": lambda: library.reference.stages.penal_note,
        }

    def say(self, key: str, **fields: str) -> Markup:
        """A text of ``reading.yaml`` by its whole key, any other of ``web.yaml``."""
        return inline_html(self._wording.say(_whole(key), **fields))

    def plain(self, key: str, **fields: str) -> str:
        return str(self._wording.say(_whole(key), **fields))

    def block(self, key: str) -> Markup:
        """A text of several lines, by its whole key."""
        return block_html(self._wording.say(key))

    def status(self, instrument: Instrument) -> str:
        """What became of an instrument, in words."""
        key = f"reference.law.status.{status_key(instrument)}"
        return str(self._wording.say(key, by=successors(instrument, self._library.law)))

    def cited(self, citations: tuple[Citation, ...]) -> str:
        """``PP 42/2004 Pasal 15; SKB 22 September 2022``."""
        names = [f"{self._library.law[c.instrument].short} {c.part}".strip() for c in citations]
        return "; ".join(names)

    def show(
        self, template: str, *, status: int = 200, policy: str | None = None, **values: Any
    ) -> HTMLResponse:
        """A page with the announcement of the day above it."""
        banner = self._library.reference.banner(self._clock.today())
        return self.page(
            f"reading/{template}", status=status, policy=policy, banner=banner, **values
        )


def _whole(key: str) -> str:
    return key if key.startswith("reading.") else f"web.{key}"


def _version() -> str:
    digest = blake2b(digest_size=6)
    for path in sorted((HERE / "static").iterdir()):
        digest.update(path.read_bytes())
    return digest.hexdigest()
