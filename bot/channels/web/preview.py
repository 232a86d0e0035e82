"""``/isi``: what a topic looks like on each channel, for curators on this computer only."""

from collections.abc import Callable, Mapping, Sequence

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.channels.web.pages import Pages

Shown = Callable[[str], Mapping[str, Sequence[str]] | None]
"""A topic's messages by channel, read anew from its file; None when there is no such topic."""


class Preview:
    """``topics``: (category name, [(id, question)]) in the order they are shown."""

    def __init__(
        self, pages: Pages, topics: Sequence[tuple[str, Sequence[tuple[str, str]]]], shown: Shown
    ) -> None:
        self._pages = pages
        self._topics = topics
        self._shown = shown

    def routes(self) -> list[BaseRoute]:
        return [Route("/isi", self.index), Route("/isi/{topic}", self.topic)]

    async def index(self, _request: Request) -> Response:
        return self._pages.page("previews.html", categories=self._topics)

    async def topic(self, request: Request) -> Response:
        name = str(request.path_params["topic"])
        messages = self._shown(name)
        if messages is None:
            raise HTTPException(404)
        return self._pages.page("preview.html", name=name, channels=messages)
