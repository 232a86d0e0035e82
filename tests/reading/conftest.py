"""The reading pages over the real content, spoken to by httpx as a browser would."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp

from bot.channels.web.pages import Assets
from bot.channels.web.reading import Library, Reading
from bot.channels.web.security import Guard
from bot.chat.wording import Wording
from bot.clock import SetClock
from bot.content import load_categories
from bot.knowledge.law import load_law
from bot.knowledge.matcher import Match
from bot.knowledge.reference import Reference
from bot.knowledge.topics import load_topics
from tests.conftest import CONTENT


@pytest.fixture(scope="session")
def wording() -> Wording:
    return Wording.load(CONTENT / "wording")


@pytest.fixture(scope="session")
def library() -> Library:
    topics = load_topics(CONTENT / "faq")
    law = load_law(CONTENT / "law" / "instruments.yaml")
    reference = Reference.load(CONTENT, topics, law)
    return Library(topics, load_categories(CONTENT / "categories.yaml", topics), law, reference)


@dataclass
class FakeMatcher:
    """Means what a test says, and remembers what was asked."""

    match: Match = field(default_factory=lambda: Match("abstain", None, (), 0.0))
    asked: list[str] = field(default_factory=list)

    async def answer(self, text: str) -> Match:
        self.asked.append(text)
        return self.match


@pytest.fixture
def matcher() -> FakeMatcher:
    return FakeMatcher()


OpenSite = Callable[[Library], ASGIApp]


@pytest.fixture
def open_site(wording: Wording, matcher: FakeMatcher, clock: SetClock) -> OpenSite:
    def build(library: Library) -> ASGIApp:
        pages = Reading(wording, library, matcher.answer, clock)
        routes: list[BaseRoute] = [
            *pages.routes(),
            Route("/obrolan", PlainTextResponse("obrolan")),
            Mount("/static", Assets()),
        ]
        return Guard(Starlette(routes=routes), None, PlainTextResponse(status_code=400))

    return build


@pytest.fixture
async def browser(open_site: OpenSite, library: Library) -> AsyncIterator[httpx.AsyncClient]:
    async with visit(open_site(library)) as client:
        yield client


def visit(app: ASGIApp) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://tanya.test")


def at(library: Library, address: str) -> Library:
    """The same library on a public address."""
    return replace(library, reference=replace(library.reference, address=address))


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def reference(library: Library) -> Reference:
    return library.reference
