"""The addresses of the reading pages."""

from collections.abc import Awaitable, Callable
from difflib import get_close_matches

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from bot.channels.web.forms import FormError, read_form
from bot.channels.web.reading import card, poster
from bot.channels.web.reading.library import ASSETS, HERE, Library, ReadingPages
from bot.channels.web.security import POLICY
from bot.chat.wording import Wording
from bot.clock import Clock
from bot.knowledge.matcher import Match
from bot.knowledge.reference import newest_first
from bot.knowledge.topics import Topic
from bot.limits import MESSAGE_MAX

Find = Callable[[str], Awaitable[Match]]
"""`bot.knowledge.matcher.Matcher.answer`."""

NOTHING_SENT = POLICY.replace("connect-src 'self'", "connect-src 'none'").replace(
    "form-action 'self'", "form-action 'none'"
)
"""The policy of the page on which a name is typed: the browser itself refuses to send it."""

_GONE = ("dicabut", "habis-masa")
_WORDS_A_MINUTE = 120
_FOUND_MAX = 12


class Reading:
    """Compose ``routes()`` before the web channel's own.

    ``find`` matches what is typed into the search box; ``framed`` allows the demo's frames.
    """

    def __init__(
        self, wording: Wording, library: Library, find: Find, clock: Clock, *, framed: bool = False
    ) -> None:
        self._library = library
        self._find = find
        self._clock = clock
        self._pages = ReadingPages(wording, library, clock, framed=framed)

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/tanya", self.index),
            Route("/tanya", self.search, methods=["POST"]),
            Route("/tanya/{topic}", self.topic),
            Route("/kartu/{topic}.svg", self.card),
            Route("/aturan", self.rules),
            Route("/sanksi", self.sanctions),
            Route("/tahapan", self.stages),
            Route("/ikrar", self.pledge),
            Route("/surat", self.letters),
            Route("/asli", self.official),
            Route("/poster", self.poster),
            Route("/siaran", self.roll_call),
            Mount(ASSETS, _Assets(directory=HERE / "static")),
        ]

    async def index(self, _request: Request) -> Response:
        return self._pages.show("index.html", shelves=self._library.shelves(), here="tanya")

    async def search(self, request: Request) -> Response:
        """Questions that may be meant, never verdicts; what was typed stays out of the address."""
        try:
            typed = (await read_form(request)).get("q", "")
        except FormError as error:
            return self._pages.error(error.status, error.reason)
        text = " ".join(typed.replace("\x00", "").split())[:MESSAGE_MAX]
        if not text:
            return await self.index(request)
        match = await self._find(text)
        return self._pages.show(
            "found.html",
            text=text,
            found=self._found(text, match),
            ruled=match.outcome == "rule",
            here="tanya",
        )

    def _found(self, text: str, match: Match) -> list[Topic]:
        """What the matcher meant, then questions that hold every word."""
        words = text.casefold().split()
        names = () if match.outcome in ("abstain", "rule") else match.candidates
        if match.outcome == "ask_back" and match.ask:
            names = (*names, *(choice.topic for choice in match.ask.choices))
        literal = [
            topic.id
            for topic in self._library.topics.values()
            if all(word in topic.question.casefold() for word in words)
        ]
        ids = dict.fromkeys([*names, *literal])
        return [self._library.topics[i] for i in ids if i in self._library.topics][:_FOUND_MAX]

    async def topic(self, request: Request) -> Response:
        name = request.path_params["topic"]
        topic = self._library.topics.get(name)
        if topic is None:
            return self._missing(name)
        reference = self._library.reference
        return self._pages.show(
            "topic.html",
            topic=topic,
            category=self._library.categories[topic.category],
            stage=reference.stages.stage_of(None, self._clock.today()),
            history=reference.history(topic.id),
            here="tanya",
        )

    def _missing(self, name: str) -> Response:
        near = get_close_matches(name.casefold(), self._library.topics, n=3, cutoff=0.6)
        topics = [self._library.topics[i] for i in near]
        return self._pages.show("missing.html", status=404, near=topics, here="tanya")

    async def card(self, request: Request) -> Response:
        name = request.path_params["topic"]
        topic = self._library.topics.get(name)
        if topic is None:
            return self._missing(name)
        return card.response(topic, self._library, self._pages)

    async def rules(self, _request: Request) -> Response:
        instruments = newest_first(self._library.law.values())
        return self._pages.show(
            "rules.html",
            current=[i for i in instruments if i.status not in _GONE],
            gone=[i for i in instruments if i.status in _GONE],
            moves=self._library.reference.moves,
            here="aturan",
        )

    async def sanctions(self, _request: Request) -> Response:
        return self._pages.show(
            "sanctions.html", ladder=self._library.reference.ladder, here="sanksi"
        )

    async def stages(self, _request: Request) -> Response:
        stages, today = self._library.reference.stages, self._clock.today()
        return self._pages.show(
            "stages.html",
            stages=stages,
            now=stages.stage_of(None, today),
            regional=stages.regional(today),
            here="tahapan",
        )

    async def pledge(self, _request: Request) -> Response:
        return self._pages.show(
            "pledge.html",
            policy=NOTHING_SENT,
            pledge=self._library.reference.pledge,
            today=self._clock.today(),
            here="ikrar",
        )

    async def letters(self, _request: Request) -> Response:
        letters = self._library.reference.letters.values()
        return self._pages.show("letters.html", letters=list(letters), here="surat")

    async def official(self, _request: Request) -> Response:
        return self._pages.show(
            "official.html",
            official=self._library.reference.official.get(),
            signs=self._pages.block("reference.official.signs"),
            here="asli",
        )

    async def poster(self, _request: Request) -> Response:
        reference = self._library.reference
        return self._pages.show(
            "poster.html", poster=reference.poster, codes=poster.codes(reference), here="poster"
        )

    async def roll_call(self, _request: Request) -> Response:
        text = self._library.reference.roll_call
        words = sum(len(paragraph.split()) for paragraph in text.paragraphs)
        minutes = max(1, round(words / _WORDS_A_MINUTE))
        return self._pages.show(
            "roll_call.html", roll_call=text, minutes=str(minutes), here="siaran"
        )


class _Assets(StaticFiles):
    """Style and scripts; their address changes with their content, so they may be kept."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = "public, max-age=604800"
        return response
