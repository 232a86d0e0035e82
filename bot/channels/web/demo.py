"""The demo page: the sender's phone and the moderator room beside each other."""

import hmac
from dataclasses import dataclass, field

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.channels.web.pages import Pages
from bot.channels.web.security import FRAMING_POLICY, POLICY


@dataclass(frozen=True, slots=True)
class Demo:
    """``token`` is the secret part of the address printed in the terminal; ``port`` the one
    that the server listens on."""

    token: str = field(repr=False)
    desk: str
    port: int

    def admit(self, request: Request) -> None:
        """Raise 404, as for any unknown address, unless the path holds the token."""
        given = str(request.path_params["token"]).encode("utf-8", "replace")
        if not hmac.compare_digest(given, self.token.encode()):
            raise HTTPException(404)


class DemoPages:
    def __init__(self, demo: Demo, pages: Pages) -> None:
        self._demo = demo
        self._pages = pages

    def routes(self) -> list[BaseRoute]:
        return [Route("/", self.explain), Route("/demo/{token}", self.show)]

    async def explain(self, _request: Request) -> Response:
        """The root knows no token, so it tells where to find the address."""
        return self._pages.page("start.html", policy=POLICY)

    async def show(self, request: Request) -> Response:
        self._demo.admit(request)
        return self._pages.page("demo.html", policy=FRAMING_POLICY, token=self._demo.token)
